package lang

// germanLook is for the components of internal/web/look.
var germanLook = map[string]string{}

var germanLookPlural = map[string]Plural{}
