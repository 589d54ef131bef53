package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

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
	if x.status == http.StatusUnauthorized && x.me == nil {
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
	x.fall(x.render(page, look.Note(page.Title, sentence, &look.Link{Text: x.p.T("To the front page"), URL: "/"})))
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
