package lang

// germanPages is for the handlers and pages of internal/web.
var germanPages = map[string]string{}

var germanPagesPlural = map[string]Plural{}
