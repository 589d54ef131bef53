package look

import (
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/lang"
)

// Field is one labelled input. Error is the sentence about what is wrong with
// it, in the reader's language.
type Field struct {
	Name, Label, Hint  string
	Value, Error       string
	Type               string // "text" if empty; "email", "password", "url", "number", "datetime-local", "search", "file"
	Autocomplete       string
	Required, Optional bool // Optional says so beside the label
	MaxLength          int  // in characters; 0 has none
	Min, Max, Step     string
	Placeholder        string
	Accept             string // of a file
	Multiple           bool
	Prefix             string // shown before the input ("#", "@")
	Inputmode          string
	Rows               int  // of a text area; 4 if 0
	Zone               bool // a time zone, which a script sets to the browser's
}

// Choice is one option of a select, radio group or group of checkboxes.
type Choice struct {
	Value, Label, Hint string
	Chosen             bool
}

// Wrong is one problem of a form, for the summary above it.
type Wrong struct {
	Field string // "" for the form as a whole
	Text  string
}

func (f Field) id() string { return "f-" + f.Name }

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// describedBy lists the ids of the hint and the error, "" if there are none.
func (f Field) describedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.id() + "-error " + f.id() + "-hint"
	case f.Error != "":
		return f.id() + "-error"
	case f.Hint != "":
		return f.id() + "-hint"
	}
	return ""
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

// control are the attributes that inputs, text areas and selects share.
func control(f Field) templ.Attributes {
	a := templ.Attributes{}
	if f.Required {
		a["required"] = true
	}
	if by := f.describedBy(); by != "" {
		a["aria-describedby"] = by
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	if f.Placeholder != "" {
		a["placeholder"] = f.Placeholder
	}
	if f.Zone {
		a["data-zone"] = true
	}
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	return a
}

// visibilities are Mastodon's four words for who may see a post, with labels
// that are keys for translation.
var visibilities = []Choice{
	{Value: "public", Label: lang.Mark("Everyone")},
	{Value: "unlisted", Label: lang.Mark("Everyone, but quietly")},
	{Value: "private", Label: lang.Mark("Followers")},
	{Value: "direct", Label: lang.Mark("Only people I mention")},
}

// Visibilities are the choices of who may see a post.
func Visibilities(p *lang.Printer, chosen string) []Choice {
	return choices(p, visibilities, chosen)
}

func visibilityLabel(value string) string {
	for _, v := range visibilities {
		if v.Value == value {
			return v.Label
		}
	}
	return ""
}
