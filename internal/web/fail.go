package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/door"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// lost answers what no page lies at.
func (x *visit) lost() error { return problem.NotFound("page") }

// fail answers an error: with the way to sign in when that is what is missing,
// else with a page that says what happened and how to go on.
func (x *visit) fail(err error) {
	door.Fault(x.Log, x.r, err)
	if errors.Is(err, context.Canceled) && x.r.Context().Err() != nil {
		return // nobody is there to read it
	}
	if x.p == nil {
		x.p = x.language()
	}
	x.status = door.Status(err)
	written := x.written()
	if x.status == http.StatusUnauthorized && x.me == nil {
		if written != nil {
			x.fall(x.showSignIn(url.Values{"next": {x.stood()}}, nil, written))
			return
		}
		x.status = 0
		x.fall(x.redirect(x.signInPath()))
		return
	}
	known, isProblem := problem.Of(err)
	sentence := x.p.T("Something went wrong on our side. Try again in a moment.")
	if isProblem {
		sentence = x.p.T(known.Format, known.Args...)
	}
	page := look.Page{Lang: x.p, Title: x.failTitle(), Path: "/", Site: x.Name, NoIndex: true}
	if x.me != nil {
		page.Me = &look.Me{Person: x.person(x.me)}
	}
	next := &look.Link{Text: x.p.T("To the front page"), URL: "/"}
	if written == nil {
		x.fall(x.render(page, look.Note(page.Title, sentence, next)))
		return
	}
	if back := x.stood(); back != "/" {
		next = &look.Link{Text: x.p.T("To where you wrote it"), URL: back}
	}
	x.fall(x.render(page, templ.Join(look.Note(page.Title, sentence, next), written)))
}

// wordFields are the fields of forms in which people write more than a word.
var wordFields = []string{"title", "text", "story", "body", "reason", "comment", "note", "alt_0", "alt_1", "alt_2", "alt_3"}

// written gives back what somebody wrote in a form that failed, since the page with
// the form may be gone; nil if it is nothing.
func (x *visit) written() templ.Component {
	if x.r.Method != http.MethodPost {
		return nil
	}
	form, err := x.form()
	if err != nil {
		return nil
	}
	parts := []templ.Component{said(x.p.T("It was not sent. Copy what you would like to keep."))}
	for _, name := range wordFields {
		if text := form.Get(name); strings.TrimSpace(text) != "" {
			parts = append(parts, look.TextArea(x.p, look.Field{Name: name, Label: x.p.T("Your words"), Value: text, Rows: 5}))
		}
	}
	if len(parts) == 1 {
		return nil
	}
	return titled(x.p.T("What you wrote"), templ.Join(parts...))
}

// stood is the page with the form that was sent, as far as the form or the browser says.
func (x *visit) stood() string {
	if back := x.backTo(""); back != "" {
		return back
	}
	from, err := url.Parse(x.r.Referer())
	if err != nil || from.Host != x.r.Host || !localPath(from.RequestURI()) {
		return "/"
	}
	return from.RequestURI()
}

// fall is for an error while an error is answered.
func (x *visit) fall(err error) {
	if err != nil {
		x.Log.Error("error not answered", "route", x.r.Pattern, "error", err)
		http.Error(x.w, "Something went wrong on our side. Try again in a moment.", http.StatusInternalServerError)
	}
}

func (x *visit) failTitle() string {
	switch x.status {
	case http.StatusNotFound:
		return x.p.T("There is nothing here")
	case http.StatusGone:
		return x.p.T("This is gone")
	case http.StatusForbidden, http.StatusUnauthorized:
		return x.p.T("This is not for you to do")
	case http.StatusTooManyRequests:
		return x.p.T("One moment, please")
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return x.p.T("That is our fault")
	}
	return x.p.T("That did not work")
}

// signInPath is the sign-in page that leads back here: to this page, or for a
// form to the one that it stands on.
func (x *visit) signInPath() string {
	next := x.here()
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		if _, err := x.form(); err != nil {
			return "/sign-in"
		}
		next = x.backTo("/")
	}
	return "/sign-in?next=" + url.QueryEscape(next)
}
