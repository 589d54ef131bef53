package web

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/id"
	"goodturn/internal/web/look"
)

// What an account signs in with, and its end.
func loginRoutes() []route {
	return []route{
		{"GET /settings/password", (*visit).passwordSettings},
		{"POST /settings/password", (*visit).setPassword},
		{"GET /settings/mail", (*visit).mailSettings},
		{"POST /settings/mail", (*visit).setMail},
		{"GET /settings/sessions", (*visit).sessions},
		{"POST /settings/sessions/{id}/end", (*visit).endSession},
		{"POST /settings/tokens/{id}/revoke", (*visit).revokeToken},
		{"GET /settings/delete", (*visit).deleteSettings},
		{"POST /settings/delete", (*visit).deleteAccount},
		{"GET /moderation/sign-ups", (*visit).signUps},
		{"POST /moderation/sign-ups/{id}/approve", func(x *visit) error { return x.decide(x.Safety.Approve, x.p.T("They are in.")) }},
		{"POST /moderation/sign-ups/{id}/reject", func(x *visit) error { return x.decide(x.Safety.Reject, x.p.T("Erased, and the name is free again.")) }},
	}
}

func (x *visit) password(name, label, complete, hint string, wrong []look.Wrong) templ.Component {
	return look.Input(x.p, look.Field{Name: name, Label: label, Type: "password", Autocomplete: complete, Required: true, Hint: hint,
		MaxLength: auth.MaxPassword, Error: wrongOf(wrong, name)})
}

func (x *visit) passwordSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	return x.showPasswordSettings(nil)
}

func (x *visit) showPasswordSettings(wrong []look.Wrong) error {
	return x.showSettings("password", formView{
		Title: x.p.T("Password"), Intro: []string{x.p.T("A new password ends every session, this one too. Then sign in with it.")},
		Action: "/settings/password", Wrong: wrong, Submit: x.p.T("Use this password"),
		Fields: []templ.Component{
			x.password("old", x.p.T("Your password now"), "current-password", "", wrong),
			x.password("password", x.p.T("New password"), "new-password", x.passwordHint(), wrong),
		},
	})
}

func (x *visit) setPassword() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.Auth.ChangePassword(x.r.Context(), x.v, form.Get("old"), form.Get("password")); err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showPasswordSettings(wrong)
	}
	x.setCookie(sessionCookie, "", 0)
	x.flash(x.p.T("Your new password holds. Sign in with it."))
	return x.redirect("/sign-in")
}

func (x *visit) mailSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	return x.showMailSettings(nil, nil)
}

func (x *visit) showMailSettings(form url.Values, wrong []look.Wrong) error {
	now, err := x.Auth.Email(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	return x.showSettings("mail", formView{
		Title: x.p.T("Mail address"), Intro: []string{x.p.T("Now it is %s. Nobody else sees it.", now), x.p.T("We send a link to the new one; it changes once you confirm.")},
		Action: "/settings/mail", Wrong: wrong, Submit: x.p.T("Send the link"),
		Fields: []templ.Component{
			look.Input(x.p, look.Field{Name: "email", Label: x.p.T("New mail address"), Type: "email", Autocomplete: "email", Required: true, Value: form.Get("email"), Error: wrongOf(wrong, "email")}),
			x.password("password", x.p.T("Your password"), "current-password", "", wrong),
		},
	})
}

func (x *visit) setMail() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.Auth.ChangeEmail(x.r.Context(), x.v, form.Get("password"), form.Get("email")); err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showMailSettings(form, wrong)
	}
	x.flash(x.p.T("Look into the mail of the new address, and open the link there."))
	return x.redirect("/settings/mail")
}

// deviceRow is one browser or program.
type deviceRow struct {
	Name, Note   string
	Since        time.Time
	Here         bool // the one that asks
	Text, Action string
}

// sessions are the browsers and programs that act as the reader.
func (x *visit) sessions() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	sessions, err := x.Auth.Sessions(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	tokens, err := x.Auth.Tokens(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	var rows []deviceRow
	for _, s := range sessions {
		rows = append(rows, deviceRow{Name: look.Browser(s.Agent), Since: s.CreatedAt, Here: s.ID == x.session.ID, Text: x.p.T("Sign out there"), Action: "/settings/sessions/" + s.ID.String() + "/end"})
	}
	for _, t := range tokens {
		rows = append(rows, deviceRow{Name: t.Name, Note: x.p.T("A program that may: %s", t.Scopes.String()), Since: t.CreatedAt, Text: x.p.T("Take its leave back"), Action: "/settings/tokens/" + t.ID.String() + "/revoke"})
	}
	page := x.page(x.p.T("Where you are signed in"))
	return x.render(page, sessionsPage(x.p, page.Title, x.settingTabs("sessions"), rows))
}

// ending ends something of the reader's, or that the reader moderates.
type ending func(context.Context, account.Viewer, id.ID) error

func (x *visit) endSession() error {
	return x.end("session", x.Auth.EndSession)
}

func (x *visit) revokeToken() error {
	return x.end("token", x.Auth.RevokeToken)
}

func (x *visit) end(what string, end ending) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", what)
	if err != nil {
		return err
	}
	if err := end(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("Done. It is signed out."))
	return x.redirect("/settings/sessions")
}

func (x *visit) deleteSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	return x.showDeleteSettings(nil)
}

func (x *visit) showDeleteSettings(wrong []look.Wrong) error {
	return x.showSettings("delete", formView{
		Title: x.p.T("Delete your account"), Intro: []string{
			x.p.T("Your name, your posts, pictures, likes and stories are gone at once and for good. What you did still counts for those whom it moved, as someone’s act."),
			x.p.T("Your username stays taken, so that nobody can pretend to be you."),
		},
		Action: "/settings/delete", Wrong: wrong, Submit: x.p.T("Delete my account for good"), Danger: true,
		Fields: []templ.Component{x.password("password", x.p.T("Your password"), "current-password", "", wrong)},
		Beside: &look.Link{Text: x.p.T("Stay"), URL: "/"},
	})
}

func (x *visit) deleteAccount() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.Auth.Delete(x.r.Context(), x.v, form.Get("password")); err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showDeleteSettings(wrong)
	}
	x.setCookie(sessionCookie, "", 0)
	x.setCookie(deviceCookie, "", 0)
	x.flash(x.p.T("Your account is deleted. Take care."))
	return x.redirect("/")
}

// signUps are those who wait to be let in, for moderators.
func (x *visit) signUps() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	waiting, err := x.Auth.Pending(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Who would like to join"))
	view := peopleView{Title: page.Title, Tabs: x.moderationTabs(signUpsPath), Empty: emptyView{Title: x.p.T("Nobody is waiting"), Text: x.p.T("New requests to join appear here.")}}
	for _, a := range waiting {
		who := look.Person{Name: a.Name, Handle: a.Username, Kind: string(a.Kind)}
		row := personRow{Who: who, Note: x.p.T("%s, %s", a.Email, x.p.Ago(a.At)), Back: signUpsPath}
		if a.Kind == account.KindOrganisation {
			row.Note += " · " + x.p.T("Organisation")
		}
		if a.Reason != "" {
			row.Note += " · " + x.p.T("“%s”", a.Reason)
		}
		to := "/moderation/sign-ups/" + a.ID.String()
		row.Do = []rowButton{{Text: x.p.T("Let them in"), Action: to + "/approve", Main: true}, {Text: x.p.T("Turn down"), Action: to + "/reject"}}
		view.Rows = append(view.Rows, row)
	}
	if n := len(waiting); n > 0 {
		view.Newer, view.Older = x.newer(at, waiting[0].ID), x.older(at, n, waiting[n-1].ID)
	}
	return x.render(page, peoplePage(x.p, view))
}

// decide lets somebody in or not.
func (x *visit) decide(do ending, said string) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	if err := do(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(said)
	return x.redirect(signUpsPath)
}
