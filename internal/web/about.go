package web

import (
	"goodturn/internal/about"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func aboutRoutes() []route {
	return []route{
		{"GET /about", (*visit).about},
		{"GET /about/privacy", func(x *visit) error { return x.redirect("/privacy") }},
		{"GET /privacy", (*visit).privacy},
		{"GET /rules", (*visit).rules},
		{"GET /terms", (*visit).terms},
		{"GET /terms/{date}", (*visit).termsOf},
	}
}

// about is what the server says of itself at length.
func (x *visit) about() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	page := x.page(x.p.T("About"))
	page.URL, page.Description = x.URL+"/about", a.Description.In(x.p)
	v := proseView{Title: x.p.T("About %s", x.Name), HTML: a.Story.HTML(x.p),
		After: []string{x.p.T("Goodturn is free software under the AGPL. This server runs version %s.", x.Version)},
		Links: []look.Link{{Text: x.p.T("Rules"), URL: "/rules"}, {Text: x.p.T("Privacy"), URL: "/privacy"}},
		Email: a.Email,
	}
	if t, _ := a.TermsAt(x.Now()); t != nil {
		v.Links = append(v.Links, look.Link{Text: x.p.T("Terms of service"), URL: "/terms"})
	}
	if a.ContactID != 0 {
		people, err := x.Accounts.Many(x.r.Context(), []id.ID{a.ContactID})
		if err != nil {
			return err
		}
		if who := people[a.ContactID]; who != nil && who.Shown() {
			v.Links = append(v.Links, look.Link{Text: "@" + who.Handle(), URL: accountPath(who)})
		}
	}
	return x.render(page, prosePage(x.p, v))
}

func (x *visit) privacy() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Privacy"))
	page.URL = x.URL + "/privacy"
	return x.render(page, prosePage(x.p, proseView{Title: page.Title, HTML: a.Privacy.HTML(x.p)}))
}

func (x *visit) rules() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Rules"))
	page.URL = x.URL + "/rules"
	rules := make([]about.RuleText, len(a.Rules))
	for n := range a.Rules {
		rules[n] = a.Rules[n].In(x.p.Tag())
	}
	return x.render(page, rulesPage(page.Title, rules))
}

// terms are those that hold now, else those to come.
func (x *visit) terms() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	t, next := a.TermsAt(x.Now())
	if t == nil {
		t, next = a.TermsOf(next)
	}
	return x.showTerms(t, next)
}

func (x *visit) termsOf() error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	t, next := a.TermsOf(x.r.PathValue("date"))
	return x.showTerms(t, next)
}

func (x *visit) showTerms(t *about.Terms, next string) error {
	if t == nil {
		return problem.NotFound("page")
	}
	page := x.page(x.p.T("Terms of service"))
	page.URL = x.URL + "/terms/" + t.On
	v := proseView{Title: page.Title, HTML: t.HTML, After: []string{x.p.T("They hold from %s on.", t.On)}}
	if next != "" {
		v.Links = []look.Link{{Text: x.p.T("From %s on, other terms hold.", next), URL: "/terms/" + next}}
	}
	return x.render(page, prosePage(x.p, v))
}
