package web

import (
	"crypto/rand"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/lang"
	"goodturn/internal/web/look"
)

// filled is a form with what was typed, or what it begins with, and what is
// wrong with it.
type filled struct {
	p      *lang.Printer
	values url.Values
	wrong  []look.Wrong
}

// filled keeps what was typed, so that a form which is shown again has lost
// nothing.
func (x *visit) filled(values url.Values, wrong []look.Wrong) filled {
	return filled{p: x.p, values: values, wrong: wrong}
}

func (f filled) of(field look.Field) look.Field {
	field.Value, field.Error = f.values.Get(field.Name), wrongOf(f.wrong, field.Name)
	return field
}

func (f filled) line(field look.Field) templ.Component { return look.Input(f.p, f.of(field)) }

func (f filled) area(field look.Field) templ.Component { return look.TextArea(f.p, f.of(field)) }

func (f filled) choose(field look.Field, choices []look.Choice) templ.Component {
	return look.Select(f.p, f.of(field), f.chosen(field.Name, choices))
}

func (f filled) radios(field look.Field, choices []look.Choice) templ.Component {
	return look.Radios(f.p, f.of(field), f.chosen(field.Name, choices))
}

func (f filled) boxes(field look.Field, choices []look.Choice) templ.Component {
	return look.Checkboxes(f.p, f.of(field), f.chosen(field.Name, choices))
}

// yes is one checkbox.
func (f filled) yes(field look.Field) templ.Component {
	field.Error = wrongOf(f.wrong, field.Name)
	return look.Checkbox(f.p, field, f.values.Get(field.Name) != "")
}

// chosen are the choices with those marked that the field holds. They may be offered
// by several fields.
func (f filled) chosen(name string, choices []look.Choice) []look.Choice {
	choices = slices.Clone(choices)
	for i := range choices {
		choices[i].Chosen = slices.Contains(f.values[name], choices[i].Value)
	}
	return choices
}

// causeChoices are all causes, in the reader's language.
func (x *visit) causeChoices() []look.Choice {
	out := make([]look.Choice, len(account.Causes))
	for i, c := range account.Causes {
		out[i] = look.Choice{Value: c.Slug, Label: x.p.T(c.Name)}
	}
	return out
}

// formKey makes a form's sending count once, however often it arrives.
func formKey() string { return rand.Text() }

// keyed is what a form sends along so that it counts once.
func keyed(values url.Values) map[string]string {
	key := values.Get("key")
	if key == "" {
		key = formKey()
	}
	return map[string]string{"key": key}
}

// on is the value of a checkbox that is ticked, "" of one that is not.
func on(ticked bool) string {
	if ticked {
		return "on"
	}
	return ""
}

// components are the fields of a form, one beneath the other.
func components(list ...templ.Component) []templ.Component { return list }
