package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func signRoutes() []route {
	return []route{
		{"GET /sign-in", (*visit).signInPage},
		{"POST /sign-in", (*visit).signIn},
		{"POST /sign-out", (*visit).signOut},
		{"GET /join", (*visit).joinPage},
		{"POST /join", (*visit).join},
		{"GET /confirm", (*visit).confirmPage},
		{"POST /confirm", (*visit).confirm},
		{"GET /reset", (*visit).resetPage},
		{"POST /reset", (*visit).reset},
	}
}

// client is where the request comes from, for sign-in.
func (x *visit) client() auth.Client {
	return auth.Client{Addr: door.Addr(x.r), Agent: x.r.UserAgent(), Device: x.cookie(deviceCookie)}
}

// refused is wrong for forms where every problem leads back to them: a password
// that is not right, a moment to wait.
func (x *visit) refused(err error) ([]look.Wrong, error) {
	p, ok := problem.Of(err)
	if !ok || p.Kind == problem.KindUnavailable {
		return nil, err
	}
	x.status = door.Status(err)
	return []look.Wrong{{Field: p.Field, Text: x.sentence(p)}}, nil
}

func (x *visit) signInPage() error {
	q := x.r.URL.Query()
	next := q.Get("next")
	if x.me != nil && q.Get("again") == "" { // again: as somebody else
		return x.redirect(nextPath(next))
	}
	return x.showSignIn(url.Values{"next": {next}}, nil, nil)
}

// nextPath is where to go after signing in.
func nextPath(next string) string {
	if localPath(next) {
		return next
	}
	return "/"
}

// nextMost bounds, in bytes, where somebody who joins is led in the end: it waits
// in a cookie and in the link of a mail.
const nextMost = 1500

// toward is a page on the way to next, which it is told of.
func toward(path, next string) string {
	if !localPath(next) || len(next) > nextMost {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// showSignIn shows the form, and more beneath it.
func (x *visit) showSignIn(form url.Values, wrong []look.Wrong, more templ.Component) error {
	if strings.HasPrefix(form.Get("next"), consentPath) {
		x.keepOpener()
	}
	page := x.page(x.p.T("Sign in"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Action: "/sign-in", Wrong: wrong, Submit: x.p.T("Sign in"),
		Hidden: map[string]string{"next": form.Get("next")}, More: more,
		Fields: []templ.Component{
			look.Input(x.p, look.Field{Name: "name", Label: x.p.T("Username or mail address"), Value: form.Get("name"), Autocomplete: "username", Required: true}),
			look.Input(x.p, look.Field{Name: "password", Label: x.p.T("Password"), Type: "password", Autocomplete: "current-password", Required: true}),
		},
		After: []look.Link{{Text: x.p.T("I forgot my password"), URL: "/reset"}, {Text: x.p.T("I am new here"), URL: toward("/join", form.Get("next"))}},
	}))
}

// signIn begins a new session; one that the browser had before ends.
func (x *visit) signIn() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	ctx := x.r.Context()
	s, secret, err := x.Auth.SignIn(ctx, form.Get("name"), form.Get("password"), x.client())
	if err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showSignIn(form, wrong, nil)
	}
	if old := x.cookie(sessionCookie); old != "" {
		if err := x.Auth.SignOut(ctx, old); err != nil {
			return err
		}
	}
	x.setCookie(sessionCookie, secret, s.ExpiresAt.Sub(x.Now()))
	if s.Device != "" {
		x.setCookie(deviceCookie, s.Device, deviceFor)
	}
	next := form.Get("next")
	if kept := x.takeNext(); next == "" {
		next = kept
	}
	if strings.HasPrefix(next, consentPath) {
		x.keepOpener()
	}
	if next == "" {
		counts, err := x.Accounts.Counts(ctx, s.AccountID)
		if err != nil {
			return err
		}
		if counts.Following == 0 {
			next = "/welcome"
		}
	}
	return x.redirect(nextPath(next))
}

func (x *visit) signOut() error {
	if secret := x.cookie(sessionCookie); secret != "" {
		if err := x.Auth.SignOut(x.r.Context(), secret); err != nil {
			return err
		}
		x.setCookie(sessionCookie, "", 0)
	}
	x.w.Header().Set("Clear-Site-Data", `"cache"`)
	x.flash(x.p.T("You are signed out. See you soon."))
	return x.redirect("/")
}

func (x *visit) joinPage() error {
	if x.me != nil {
		return x.redirect("/")
	}
	return x.showJoin(url.Values{"kind": {string(account.KindPerson)}, "next": {x.r.URL.Query().Get("next")}}, nil)
}

func (x *visit) showJoin(form url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Join"))
	field := func(f look.Field) templ.Component {
		f.Value, f.Error = form.Get(f.Name), wrongOf(wrong, f.Name)
		return look.Input(x.p, f)
	}
	fields := []templ.Component{
		field(look.Field{Name: "username", Label: x.p.T("Username"), Prefix: "@", Autocomplete: "username", Required: true, MaxLength: 30,
			Hint: x.p.T("Letters, digits and _. Everybody sees it, and it stays.")}),
		field(look.Field{Name: "name", Label: x.p.T("Name"), Autocomplete: "name", Optional: true, MaxLength: account.MaxName}),
		field(look.Field{Name: "email", Label: x.p.T("Mail address"), Type: "email", Autocomplete: "email", Required: true,
			Hint: x.p.T("To confirm that it is you, and for a new password. Nobody else sees it.")}),
		look.Input(x.p, look.Field{Name: "password", Label: x.p.T("Password"), Type: "password", Autocomplete: "new-password", Required: true,
			Hint: x.passwordHint(), Error: wrongOf(wrong, "password"), MaxLength: auth.MaxPassword}),
		look.Radios(x.p, look.Field{Name: "kind", Label: x.p.T("Who joins?"), Error: wrongOf(wrong, "kind")}, []look.Choice{
			{Value: string(account.KindPerson), Label: x.p.T("A person"), Chosen: form.Get("kind") != string(account.KindOrganisation)},
			{Value: string(account.KindOrganisation), Label: x.p.T("An organisation"), Hint: x.p.T("A charity, a school, a shop: it acts under its own name."),
				Chosen: form.Get("kind") == string(account.KindOrganisation)},
		}),
	}
	intro := []string{x.p.T("It costs nothing, and you can leave with everything deleted at any time.")}
	if x.Auth.ByApproval() {
		intro = append(intro, x.p.T("A moderator of this server reads each request and lets people in."))
		fields = append(fields, look.TextArea(x.p, look.Field{Name: "reason", Label: x.p.T("What brings you here?"), Optional: true,
			Value: form.Get("reason"), Error: wrongOf(wrong, "reason"), Hint: x.p.T("Only moderators read this.")}))
	}
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Intro: intro, Action: "/join", Wrong: wrong, Fields: fields, Submit: x.p.T("Join"),
		Hidden: map[string]string{"next": form.Get("next")},
		After:  []look.Link{{Text: x.p.T("I have an account already"), URL: toward("/sign-in", form.Get("next"))}},
	}))
}

func (x *visit) join() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	next := form.Get("next")
	if !localPath(next) || len(next) > nextMost {
		next = ""
	}
	err = x.Auth.SignUp(x.r.Context(), auth.SignUp{
		Username: form.Get("username"), Name: form.Get("name"), Email: form.Get("email"), Password: form.Get("password"),
		Kind: account.Kind(form.Get("kind")), Reason: form.Get("reason"), Language: x.p.Tag(), Client: x.client(), Next: next,
	})
	if err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showJoin(form, wrong)
	}
	if next != "" {
		x.keepNext(next)
	}
	if x.Auth.Open() {
		x.flash(x.p.T("You are in. Sign in with the password you chose."))
		return x.redirect(toward("/sign-in", next))
	}
	page := x.page(x.p.T("Nearly there"))
	if x.Auth.ByApproval() {
		return x.render(page, look.Note(page.Title, x.p.T("Your request is with the moderators. Once they have let you in, sign in with the password you chose."),
			&look.Link{Text: x.p.T("Look around meanwhile"), URL: "/movements"}))
	}
	return x.render(page, look.Note(page.Title, x.p.T("We sent you a mail. Open the link in it to confirm your address, then sign in."),
		&look.Link{Text: x.p.T("Look around meanwhile"), URL: "/movements"}))
}

// confirmPage shows a button, because programs that check mails follow links.
func (x *visit) confirmPage() error {
	q := x.r.URL.Query()
	return x.showConfirm(q.Get("token"), q.Get("next"), nil)
}

func (x *visit) showConfirm(token, next string, wrong []look.Wrong) error {
	x.w.Header().Set("Cache-Control", "no-store")
	page := x.page(x.p.T("Confirm your address"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Intro: []string{x.p.T("One click, and this address is yours here.")}, Action: "/confirm",
		Hidden: map[string]string{"token": token, "next": next}, Wrong: wrong, Submit: x.p.T("Confirm"),
	}))
}

func (x *visit) confirm() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	err = x.Auth.Confirm(x.r.Context(), form.Get("token"))
	if problem.Is(err, problem.KindGone) {
		return x.showSpent()
	}
	if err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showConfirm(form.Get("token"), form.Get("next"), wrong)
	}
	if x.me != nil {
		// A new address ends all sessions, a first one none.
		if _, err := x.Auth.Session(x.r.Context(), x.cookie(sessionCookie)); err == nil {
			x.flash(x.p.T("Your address is confirmed."))
			return x.redirect(nextPath(form.Get("next")))
		}
	}
	x.flash(x.p.T("Your address is confirmed. Sign in to go on."))
	return x.redirect(toward("/sign-in", form.Get("next")))
}

// showSpent is for a link that confirms nothing any more, with the way to another one.
func (x *visit) showSpent() error {
	x.status = http.StatusGone
	page := x.page(x.p.T("Confirm your address"))
	page.NoIndex = true
	if x.me != nil {
		return x.render(page, look.Note(page.Title, x.p.T("This link was used already, or has expired. You are signed in; another address can be confirmed by a new link."),
			&look.Link{Text: x.p.T("Mail address"), URL: "/settings/mail"}))
	}
	return x.render(page, look.Note(page.Title, x.p.T("This link was used already, or has expired. Sign in: if your address still waits to be confirmed, a new link is on its way then."),
		&look.Link{Text: x.p.T("Sign in"), URL: "/sign-in"}))
}

// resetPage asks for the address, or with the link from the mail for a new
// password.
func (x *visit) resetPage() error {
	return x.showReset(x.r.URL.Query().Get("token"), "", nil)
}

func (x *visit) showReset(token, email string, wrong []look.Wrong) error {
	x.w.Header().Set("Cache-Control", "no-store")
	page := x.page(x.p.T("A new password"))
	page.NoIndex = true
	v := formView{Title: page.Title, Action: "/reset", Wrong: wrong}
	if token != "" {
		v.Hidden = map[string]string{"token": token}
		v.Fields = []templ.Component{look.Input(x.p, look.Field{Name: "password", Label: x.p.T("New password"), Type: "password", Autocomplete: "new-password",
			Required: true, Hint: x.passwordHint(), Error: wrongOf(wrong, "password"), MaxLength: auth.MaxPassword})}
		v.Submit = x.p.T("Use this password")
		return x.render(page, formPage(x.p, v))
	}
	v.Intro = []string{x.p.T("Tell us the mail address of your account, and we send you a link.")}
	v.Fields = []templ.Component{look.Input(x.p, look.Field{Name: "email", Label: x.p.T("Mail address"), Type: "email", Autocomplete: "email",
		Required: true, Value: email, Error: wrongOf(wrong, "email")})}
	v.Submit = x.p.T("Send the link")
	return x.render(page, formPage(x.p, v))
}

func (x *visit) reset() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	token, email := form.Get("token"), form.Get("email")
	var device string
	if token == "" {
		err = x.Auth.RequestReset(x.r.Context(), email, x.client())
	} else {
		device, err = x.Auth.Reset(x.r.Context(), token, form.Get("password"))
	}
	if err != nil {
		wrong, err := x.refused(err)
		if err != nil {
			return err
		}
		return x.showReset(token, email, wrong)
	}
	if token != "" {
		x.setCookie(sessionCookie, "", 0)
		x.setCookie(deviceCookie, device, deviceFor)
		x.flash(x.p.T("Your new password holds. Sign in with it."))
		return x.redirect("/sign-in")
	}
	page := x.page(x.p.T("Look into your mail"))
	return x.render(page, look.Note(page.Title, x.p.T("If the address is known here, a link is on its way to it. It holds for a short while."), &look.Link{Text: x.p.T("To the front page"), URL: "/"}))
}
