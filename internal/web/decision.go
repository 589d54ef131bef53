package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/id"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

// What was decided about the reader, and the answer to it.
func decisionRoutes() []route {
	return []route{
		{"GET /decisions", (*visit).decisions},
		{"GET /decisions/{id}", (*visit).decision},
		{"POST /decisions/{id}/appeal", (*visit).appeal},
	}
}

func (x *visit) decisions() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.Told(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("What moderators decided about you"))
	page.NoIndex = true
	view := linesView{Title: page.Title, Empty: emptyView{Title: x.p.T("Nothing"), Text: x.p.T("No moderator has decided anything about you.")}}
	for _, d := range list {
		row := lineRow{Title: x.p.T(d.Action.Says()), At: d.CreatedAt}
		if d.Reason != "" {
			row.Text = []string{d.Reason}
		}
		if d.Action.Chosen() {
			row.URL = "/decisions/" + d.ID.String()
		}
		view.Rows = append(view.Rows, row)
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, linesPage(x.p, view))
}

// decision is one of them. Who is kept out comes by the secret of the mail about
// it, which no other page and nobody else's memory is to have.
func (x *visit) decision() error {
	i, err := x.id("id", "decision")
	if err != nil {
		return err
	}
	return x.showDecision(i, x.r.URL.Query().Get("key"), nil)
}

func (x *visit) showDecision(i id.ID, key string, wrong []look.Wrong) error {
	h := x.w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	if key == "" {
		if err := x.signedIn(); err != nil {
			return err
		}
	}
	d, err := x.Safety.Decision(x.r.Context(), x.v, i, key)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("A decision about your account"))
	page.NoIndex = true
	if key != "" {
		page.Path = "/decisions/" + i.String()
	}
	said := []string{x.p.T("On %s", x.p.Date(d.CreatedAt)), x.p.T(d.Action.Says())}
	if d.Reason != "" {
		said = append(said, x.p.T("The moderator writes: %s", d.Reason))
	}
	for _, post := range d.PostIDs {
		said = append(said, x.p.T("It is about your post %s", x.URL+postPath(post)))
	}
	switch {
	case d.Appeal != nil:
		said = append(said, x.p.T("You answered: %s", d.Appeal.Text), appealSays(x, d.Appeal.State))
	case d.Action.Chosen() && (key != "" || x.v.Is(d.TargetID)):
		return x.render(page, formPage(x.p, formView{
			Title: page.Title, Intro: said, Action: "/decisions/" + i.String() + "/appeal", Hidden: map[string]string{"key": key}, Wrong: wrong,
			Fields: []templ.Component{look.TextArea(x.p, look.Field{Name: "text", Label: x.p.T("I disagree"), Required: true, MaxLength: safety.MaxAppeal,
				Hint: x.p.T("You can answer once. A moderator reads it, and takes the decision back if you are right."), Error: wrongOf(wrong, "text")})},
			Submit: x.p.T("Send my answer"),
		}))
	}
	return x.render(page, words(page.Title, said))
}

func appealSays(x *visit, s safety.AppealState) string {
	switch s {
	case safety.AppealAccepted:
		return x.p.T(safety.AcceptAppeal.Says())
	case safety.AppealRejected:
		return x.p.T(safety.RejectAppeal.Says())
	}
	return x.p.T("A moderator will read it.")
}

func (x *visit) appeal() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "decision")
	if err != nil {
		return err
	}
	key := form.Get("key")
	if key == "" {
		if err := x.signedIn(); err != nil {
			return err
		}
	}
	if err := x.Safety.Appeal(x.r.Context(), x.v, i, key, form.Get("text")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showDecision(i, key, wrong)
	}
	x.flash(x.p.T("Your answer is with the moderators."))
	if key != "" {
		return x.showDecision(i, key, nil)
	}
	return x.redirect("/decisions/" + i.String())
}
