package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/about"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

const adminRules = adminPath + "/rules"

func adminRuleRoutes() []route {
	return []route{
		{"GET " + adminRules, administered((*visit).adminRules)},
		{"GET " + adminRules + "/new", administered((*visit).newRule)},
		{"POST " + adminRules + "/new", administered(func(x *visit) error { return x.saveRule(about.Rule{}) })},
		{"GET " + adminRules + "/{id}", administered((*visit).editRule)},
		{"POST " + adminRules + "/{id}", administered((*visit).changeRule)},
		{"POST " + adminRules + "/{id}/raise", administered((*visit).raiseRule)},
		{"POST " + adminRules + "/{id}/withdraw", administered((*visit).withdrawRule)},
	}
}

func (x *visit) adminRules() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	rows := make([]lineRow, len(a.Rules))
	for n := range a.Rules {
		r := &a.Rules[n]
		said, to := r.In(x.p.Tag()), adminRules+"/"+r.ID.String()
		rows[n] = lineRow{Title: said.Text, URL: to, Back: adminRules}
		if said.Hint != "" {
			rows[n].Text = []string{said.Hint}
		}
		if n > 0 {
			rows[n].Do = []rowButton{{Text: "↑", Said: x.p.T("Move %s up", said.Text), Action: to + "/raise"}}
		}
	}
	v := adminView{Title: x.p.T("Rules"), New: &look.Link{Text: x.p.T("Add a rule"), URL: adminRules + "/new"},
		Intro: []string{x.p.T("People see them before they join, and choose from them when they report something.")},
		Parts: []templ.Component{lines(x.p, linesView{Rows: rows, Empty: emptyView{Title: x.p.T("No rules"), Text: x.p.T("Few and clear ones are read.")}})}}
	if a.DefaultRules {
		v.Intro = append(v.Intro, x.p.T("These come with Goodturn. They are yours once you change one."))
	}
	return x.showAdmin(adminRules, v)
}

// rule is the one of the path.
func (x *visit) rule() (about.Rule, error) {
	i, err := x.id("id", "rule")
	if err != nil {
		return about.Rule{}, err
	}
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return about.Rule{}, err
	}
	at := slices.IndexFunc(a.Rules, func(r about.Rule) bool { return r.ID == i })
	if at < 0 {
		return about.Rule{}, problem.NotFound("rule")
	}
	return a.Rules[at], nil
}

func (x *visit) newRule() error { return x.showRule(0, url.Values{}, nil) }

func (x *visit) editRule() error {
	r, err := x.rule()
	if err != nil {
		return err
	}
	form := url.Values{"text": {r.Text}, "hint": {r.Hint}}
	for language, t := range r.Translations {
		form.Set("text_"+language, t.Text)
		form.Set("hint_"+language, t.Hint)
	}
	return x.showRule(r.ID, form, nil)
}

// showRule is the form of a rule, 0 for a new one.
func (x *visit) showRule(i id.ID, typed url.Values, wrong []look.Wrong) error {
	v := formView{Action: adminRules + "/new", Wrong: wrong, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: adminRules}}
	title := x.p.T("A new rule")
	pair := func(end, rule, hint string, must bool) {
		v.Fields = append(v.Fields,
			look.Input(x.p, look.Field{Name: "text" + end, Label: rule, Value: typed.Get("text" + end), MaxLength: about.MaxRule, Required: must, Optional: !must, Error: wrongOf(wrong, "text"+end)}),
			look.TextArea(x.p, look.Field{Name: "hint" + end, Label: hint, Value: typed.Get("hint" + end), MaxLength: about.MaxHint, Rows: 2, Optional: true, Error: wrongOf(wrong, "hint"+end)}))
	}
	pair("", x.p.T("Rule"), x.p.T("What it means"), true)
	for _, p := range lang.All() {
		pair("_"+p.Tag(), x.p.T("Rule for who reads %s", p.Name()), x.p.T("What it means, for who reads %s", p.Name()), false)
	}
	all := []templ.Component{paper(form(x.p, v))}
	if i != 0 {
		v.Action, title = adminRules+"/"+i.String(), x.p.T("Change a rule")
		all = []templ.Component{paper(form(x.p, v)), buttonsAlone([]rowButton{{Text: x.p.T("Remove this rule"), Action: v.Action + "/withdraw"}}, adminRules)}
	}
	return x.showAdmin(adminRules, adminView{Title: title, Parts: all})
}

func (x *visit) changeRule() error {
	r, err := x.rule()
	if err != nil {
		return err
	}
	return x.saveRule(r)
}

// saveRule changes r to what the form says; without an id it is new, and the last.
func (x *visit) saveRule(r about.Rule) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if r.ID == 0 {
		a, err := x.About.Now(x.r.Context())
		if err != nil {
			return err
		}
		for _, other := range a.Rules {
			r.Position = max(r.Position, other.Position+1)
		}
	}
	r.Text, r.Hint, r.Translations = form.Get("text"), form.Get("hint"), map[string]about.RuleText{}
	for _, p := range lang.All() {
		r.Translations[p.Tag()] = about.RuleText{Text: form.Get("text_" + p.Tag()), Hint: form.Get("hint_" + p.Tag())}
	}
	err = x.About.SaveRule(x.r.Context(), x.v, r)
	return x.adminSaved(err, adminRules, func(wrong []look.Wrong) error { return x.showRule(r.ID, form, wrong) })
}

func (x *visit) raiseRule() error {
	i, err := x.id("id", "rule")
	if err != nil {
		return err
	}
	if err := x.About.RaiseRule(x.r.Context(), x.v, i); err != nil {
		return err
	}
	return x.redirect(adminRules)
}

func (x *visit) withdrawRule() error {
	return x.adminRemoved("rule", adminRules, func(i id.ID) error { return x.About.WithdrawRule(x.r.Context(), x.v, i) })
}
