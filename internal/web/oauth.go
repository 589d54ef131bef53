package web

import (
	"net/url"
	"regexp"
	"strings"

	"goodturn/internal/auth"
	"goodturn/internal/web/look"
)

// Where apps send people, to ask for leave to act as them (OAuth 2), and where
// people take it back.
func oauthRoutes() []route {
	return []route{
		{"GET " + consentPath, (*visit).consentPage},
		{"POST " + consentPath, (*visit).consent},
		{"GET /settings/apps", (*visit).appSettings},
		{"POST /settings/apps/{id}/revoke", (*visit).revokeApp},
	}
}

const consentPath = "/oauth/authorize"

// consentView is what an app asks.
type consentView struct {
	Title  string
	App    auth.App
	Me     look.Person
	Leaves []string
	Back   string            // where the answer goes, in short; "" if it is shown
	Other  string            // to sign in as somebody else
	Hidden map[string]string // what the app sent
}

// wished are the parameters that go from the page into its form.
var wished = []string{"client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method", "lang"}

// consentPage asks the person; one who has yet to sign in does so first. What is
// wrong with the app's request is told before that.
func (x *visit) consentPage() error {
	params := x.r.URL.Query()
	x.keepOpener()
	x.speak(params.Get("lang"))
	w, err := x.Auth.Wish(x.r.Context(), params)
	if err != nil {
		return err
	}
	force := params.Get("force_login")
	params.Del("force_login")
	next := consentPath + "?" + params.Encode()
	if x.me == nil || force != "" && force != "false" && force != "0" {
		return x.redirect("/sign-in?again=1&next=" + url.QueryEscape(next))
	}
	v := consentView{
		Title: x.p.T("May %s act as you?", w.App.Name), App: *w.App, Me: x.person(x.me), Leaves: leaves(x.p, w.Scopes), Back: whereTo(w.Redirect),
		Other: "/sign-in?again=1&next=" + url.QueryEscape(next), Hidden: map[string]string{"back": next},
	}
	for _, name := range wished {
		if s := params.Get(name); s != "" {
			v.Hidden[name] = s
		}
	}
	x.w.Header().Set("Content-Security-Policy", strings.Replace(policy, "form-action 'self'", "form-action 'self'"+formTarget(w.Redirect), 1))
	page := x.page(v.Title)
	page.NoIndex = true
	return x.render(page, consentSheet(x.p, v))
}

// consent takes the person's answer, and brings it to the app.
func (x *visit) consent() error {
	x.keepOpener()
	form, err := x.form()
	if err != nil {
		return err
	}
	x.speak(form.Get("lang"))
	if err := x.signedIn(); err != nil {
		return err
	}
	x.w.Header().Set("Cache-Control", "no-store")
	if form.Get("answer") != "yes" {
		back, err := x.Auth.Refusal(x.r.Context(), form)
		if err != nil {
			return err
		}
		if back != "" {
			return x.redirect(back)
		}
		page := x.page(x.p.T("Nothing was allowed"))
		return x.render(page, look.Note(page.Title, x.p.T("The app may do nothing as you. You can close this page."), &look.Link{Text: x.p.T("To the front page"), URL: "/"}))
	}
	given, err := x.Auth.Allow(x.r.Context(), x.v, form)
	if err != nil {
		return err
	}
	if given.Redirect != "" {
		return x.redirect(given.Redirect)
	}
	page := x.page(x.p.T("Your code for the app"))
	page.NoIndex = true
	return x.render(page, codeSheet(x.p, page.Title, given.Code))
}

// speak has the page in the language that the app speaks.
func (x *visit) speak(language string) {
	if language != "" {
		x.p = x.tongues.match(x.r.Header.Get("Accept-Language"), language)
	}
}

// keepOpener leaves an app that opened this window the hold that it has on it,
// or else it would not learn of the answer.
func (x *visit) keepOpener() { x.w.Header().Del("Cross-Origin-Opener-Policy") }

// plainHost is a host that means in a Content-Security-Policy what it is.
var plainHost = regexp.MustCompile(`^[a-zA-Z0-9.-]+(:[0-9]+)?$`)

// formTarget is an app's address as a source of a Content-Security-Policy, after
// a space: browsers ask it of where a form's answer leads, too.
func formTarget(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || redirect == auth.OutOfBand {
		return ""
	}
	if (u.Scheme == "http" || u.Scheme == "https") && plainHost.MatchString(u.Host) {
		return " " + u.Scheme + "://" + u.Host
	}
	return " " + u.Scheme + ":"
}

// whereTo is an app's address in short: its host, or the scheme of a program.
func whereTo(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || redirect == auth.OutOfBand {
		return ""
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u.Host
	}
	return u.Scheme + ":"
}

// appSettings are the apps that may act as the reader.
func (x *visit) appSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	allowed, err := x.Auth.Allowed(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Apps"))
	page.NoIndex = true
	return x.render(page, appsPage(x.p, page.Title, x.settingTabs("apps"), allowed))
}

func (x *visit) revokeApp() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "app")
	if err != nil {
		return err
	}
	if err := x.Auth.RevokeApp(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("Done. The app may no longer act as you."))
	return x.redirect("/settings/apps")
}
