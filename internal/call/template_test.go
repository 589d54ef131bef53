package call_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/lang"
)

// Every kind has words to start from, each can be opened as it is, and both
// languages have them.
func TestTemplates(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		of, slugs := map[call.Kind]int{}, map[string]bool{}
		for _, tpl := range call.Templates {
			of[tpl.Kind]++
			if slugs[tpl.Slug] {
				t.Errorf("two are called %s", tpl.Slug)
			}
			slugs[tpl.Slug] = true
			english, german := tpl.Draft(lang.Match("en", "")), tpl.Draft(lang.Match("de", ""))
			if english.Title == german.Title || english.Body == german.Body {
				t.Errorf("%s says the same in both languages", tpl.Slug)
			}
			if tpl.Kind == call.Fundraiser {
				german.Unit = "EUR"
			}
			if _, err := p.calls.Create(ctx, account.As(p.ada), p.soup.ID, german); err != nil {
				t.Errorf("%s: %v", tpl.Slug, err)
			}
		}
		for _, kind := range call.Kinds {
			if of[kind] == 0 {
				t.Errorf("there is nothing to start a %s from", kind)
			}
		}
	})
}

func TestService_Begun(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed)
		p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		list, err := p.calls.Begun(ctx, 0, c.ID+1<<40, 10)
		if err != nil || len(list) != 1 || list[0].ID != c.ID {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err = p.calls.Begun(ctx, 0, c.ID, 10); err != nil || len(list) != 0 {
			t.Errorf("before it: %+v, %v", list, err)
		}
	})
}
