package web

import (
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

func (x *visit) moderatedAccounts() error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	q := x.r.URL.Query()
	text := strings.TrimSpace(q.Get("q"))
	f := safety.PeopleFilter{Standing: safety.Standing(q.Get("state")), Username: text}
	if strings.Contains(strings.TrimPrefix(text, "@"), "@") {
		f.Username, f.Email = "", text
	}
	list, err := x.Safety.People(x.r.Context(), x.v, f, at)
	if err != nil {
		return err
	}
	title := x.p.T("Accounts")
	view := linesView{Title: title, Tabs: x.moderationTabs("/moderation/accounts"), SearchAt: "/moderation/accounts",
		Empty:  emptyView{Title: x.p.T("Nobody"), Text: x.p.T("No account is called that.")},
		Search: look.Input(x.p, look.Field{Name: "q", Label: x.p.T("Beginning of a username or a mail address"), Type: "search", Value: text})}
	for _, p := range list {
		view.Rows = append(view.Rows, lineRow{Title: x.called(p.Account), URL: "/moderation/accounts/" + p.ID.String(), At: p.CreatedAt, Text: x.standing(p)})
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(x.moderationPage(title), linesPage(x.p, view))
}

// standing says what is out of the ordinary about an account.
func (x *visit) standing(p *safety.Person) []string {
	var all []string
	if p.Login.Email != "" {
		all = append(all, p.Login.Email)
	}
	for _, s := range []struct {
		is   bool
		says string
	}{{p.Curbs.Limited, x.p.T("Limited")}, {p.Curbs.Sensitive, x.p.T("All posts are marked as sensitive")}, {p.Curbs.Disabled, x.p.T("Signing in is switched off")},
		{p.State == account.StateSuspended, x.p.T("Suspended")}, {p.State == account.StatePending, x.p.T("Waits to be let in")},
		{p.State == account.StateUnconfirmed, x.p.T("The mail address is not confirmed")}} {
		if s.is {
			all = append(all, s.says)
		}
	}
	return all
}

func (x *visit) moderatedAccount() error {
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	p, err := x.Safety.Person(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	head := lineRow{Title: x.called(p.Account), At: p.CreatedAt, Text: x.standing(p)}
	if p.Shown() {
		head.URL = accountPath(p.Account)
	}
	all := []templ.Component{linesPage(x.p, linesView{Title: x.called(p.Account), Tabs: x.moderationTabs(""), Rows: []lineRow{head}})}
	if role := x.roleForm(p); role != nil {
		all = append(all, role)
	}
	about, err := x.aboutAccount(i, 0)
	if err != nil {
		return err
	}
	return x.render(x.moderationPage(x.called(p.Account)), parts(append(all, about...)))
}

func (x *visit) decideAccount() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	o := safety.Order{Action: safety.Action(form.Get("action")), Reason: form.Get("reason")}
	if report, err := id.Parse(form.Get("report")); err == nil {
		o.ReportID = report
	}
	if err := x.Safety.Decide(x.r.Context(), x.v, i, o); err != nil {
		return x.told(err, "/moderation/accounts/"+i.String())
	}
	x.flash(x.p.T("Decided, and on record."))
	return x.back("/moderation/accounts/" + i.String())
}

func (x *visit) undoDecision() error {
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	action := safety.Action(x.r.PathValue("action"))
	for _, a := range []safety.Action{safety.Sensitive, safety.Limit, safety.Disable, safety.Suspend} {
		if a.Undoes() != action {
			continue
		}
		if _, err := x.form(); err != nil {
			return err
		}
		if err := x.Safety.Undo(x.r.Context(), x.v, i, action); err != nil {
			return err
		}
		x.flash(x.p.T("Taken back, and on record."))
		return x.back("/moderation/accounts/" + i.String())
	}
	return problem.NotFound("page")
}

// deleteModeratedPage asks first.
func (x *visit) deleteModeratedPage() error {
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	p, err := x.Safety.Person(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	page := x.moderationPage(x.p.T("Delete %s for good?", x.called(p.Account)))
	path := "/moderation/accounts/" + i.String()
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: path + "/delete", Danger: true, Submit: x.p.T("Delete it for good"),
		Intro:  []string{x.p.T("All that they wrote, showed and did here is gone at once, for everyone. Nobody can bring it back.")},
		Beside: &look.Link{Text: x.p.T("Keep it"), URL: path}}))
}

func (x *visit) deleteModerated() error {
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	if err := x.Safety.Delete(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("It is deleted for good."))
	return x.redirect("/moderation/accounts")
}
