package web

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// visit is one request for a page, by somebody.
type visit struct {
	*Door
	w       http.ResponseWriter
	r       *http.Request
	v       account.Viewer
	me      *account.Account // nil when nobody has signed in
	session *auth.Session    // nil then too
	p       *lang.Printer

	place  filter.Contexts // what filters take the posts of the page for; 0: they do not hold
	sent   url.Values      // see form
	files  bool            // the form may bring files
	status int             // of the page that render writes; 200 if 0
	seen   []id.ID         // whose reach it adds to
	epoch  uint64          // of strangers' pages, as this one was begun
}

// here is the page's own path and query, as the browser knows it.
func (x *visit) here() string {
	u := *x.r.URL
	if rest, ok := strings.CutPrefix(u.Path, profilePath); ok {
		u.Path = "/@" + rest
	}
	return u.RequestURI()
}

// page is the frame of a page for who asks; the title comes without the site's
// name, in their language.
func (x *visit) page(title string) look.Page {
	page := look.Page{Lang: x.p, Title: title, Path: x.here(), Site: x.Name, Flash: x.takeFlash()}
	if x.me == nil {
		return page
	}
	page.Me = &look.Me{Person: x.person(x.me)}
	unread, err := x.Notices.Unread(x.r.Context(), x.v)
	if err != nil {
		// A page without this number is better than none.
		door.Fault(x.Log, x.r, fmt.Errorf("count unread notices: %w", err))
	}
	page.Me.Notices = unread
	page.Stream = x.stream()
	return page
}

// stream is the address of the page's event stream; topics are of the form
// "movement=ID", "post=ID" or "home=1". Who signed in hears of their notices
// beside.
func (x *visit) stream(topics ...string) string {
	if x.me != nil {
		topics = append(topics, "notices=1")
	}
	if len(topics) == 0 {
		return ""
	}
	return "/live?" + strings.Join(topics, "&")
}

// pages are buffers for pages under way.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes a whole page; what goes wrong while it is drawn is answered as
// a fault, and not as half a page.
func (x *visit) render(page look.Page, content templ.Component) error {
	return x.draw(look.Layout(page), content)
}

// part writes a component alone, for a script that exchanges it.
func (x *visit) part(content templ.Component) error { return x.draw(content, nil) }

func (x *visit) draw(frame, content templ.Component) error {
	ctx := look.WithEmojis(x.r.Context(), x.drawn)
	if content != nil {
		ctx = templ.WithChildren(ctx, content)
	}
	out := pages.Get().(*bytes.Buffer)
	defer pages.Put(out)
	out.Reset()
	if err := frame.Render(ctx, out); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	return x.write(htmlType, out.Bytes())
}

// write answers with a body, which strangers are given again for a moment.
func (x *visit) write(kind []string, body []byte) error {
	x.keepPage(kind, body)
	h := x.w.Header()
	h["Content-Type"] = kind
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if x.status != 0 {
		x.w.WriteHeader(x.status)
	}
	if x.r.Method == http.MethodHead {
		return nil
	}
	if _, err := x.w.Write(body); err != nil {
		x.Log.Debug("page not delivered", "route", x.r.Pattern, "error", err)
	}
	return nil
}

// redirect leads on by GET: to a path of this server, or with an answer to the
// address that an app registered.
func (x *visit) redirect(path string) error {
	x.w.Header().Set("Location", path)
	x.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// back leads to the form's field "back" when it names a page of this server,
// else to fallback.
func (x *visit) back(fallback string) error {
	return x.redirect(x.backTo(fallback))
}

// backTo is where back leads.
func (x *visit) backTo(fallback string) string {
	if x.sent == nil {
		return fallback
	}
	if to := x.sent.Get("back"); localPath(to) {
		return to
	}
	return fallback
}

// localPath says whether a browser stays on this server with that address.
// Browsers read a backslash as a slash, and drop control characters.
func localPath(to string) bool {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\") {
		return false
	}
	for _, r := range to {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	_, err := url.Parse(to)
	return err == nil
}

// signedIn leads to the sign-in page and back when nobody has signed in; a
// handler returns its error.
func (x *visit) signedIn() error {
	if x.me != nil {
		return nil
	}
	return errSignIn
}

var errSignIn = problem.Unauthorized("Sign in to go on.")

// mendable says whether somebody can send again, in another way, what met that
// problem.
func mendable(p *problem.Error) bool {
	return p.Kind == problem.KindInvalid || p.Kind == problem.KindTooLarge || p.Kind == problem.KindConflict
}

// wrong sorts an error of a room: what can be mended is for the form, in the
// reader's language; everything else is returned for handle. renamed are pairs:
// what a room calls a field, and the form, "" where it has none for it.
func (x *visit) wrong(err error, renamed ...string) ([]look.Wrong, error) {
	p, ok := problem.Of(err)
	if !ok || !mendable(p) {
		return nil, err
	}
	x.status = door.Status(err)
	field := p.Field
	for i := 0; i < len(renamed); i += 2 {
		if p.Field == renamed[i] {
			field = renamed[i+1]
		}
	}
	return []look.Wrong{{Field: field, Text: x.sentence(p)}}, nil
}

// sentence is a problem in the reader's language.
func (x *visit) sentence(p *problem.Error) string { return x.p.T(p.Format, p.Args...) }

// told leads back with the sentence of a problem that a button met, and with where
// to go on, if anywhere; everything else is returned for handle.
func (x *visit) told(err error, fallback string, further ...look.Link) error {
	p, ok := problem.Of(err)
	if !ok || !mendable(p) {
		return err
	}
	f := look.Flash{Text: x.sentence(p), Bad: true}
	if len(further) > 0 {
		f.Link = &further[0]
	}
	x.keepFlash(f)
	return x.back(fallback)
}

// wrongOf is what is wrong with one field, for look.Field.Error.
func wrongOf(wrong []look.Wrong, field string) string {
	for _, w := range wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// How much a form may hold: its words, and of its files in memory.
const (
	formMost   = door.BodyLimit
	memoryMost = 1 << 20 // of an upload; the rest waits in files
)

// withFiles is a page whose form may bring files, from who has signed in.
func withFiles(do func(*visit) error) func(*visit) error {
	return func(x *visit) error {
		x.files = x.me != nil
		return do(x)
	}
}

// form is what was sent, whether with files or not. A later call gives the
// same.
func (x *visit) form() (url.Values, error) {
	if x.sent != nil {
		return x.sent, nil
	}
	kind, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type")) // what is no type is no form
	var err error
	most := int64(formMost)
	if x.files {
		most = x.uploadMost()
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, most)
	if kind == "multipart/form-data" {
		if x.files {
			err = x.patient()
		}
		if err == nil {
			err = x.r.ParseMultipartForm(memoryMost)
		}
	} else {
		err = x.r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, problem.TooLarge("", "This is more than %d bytes.", large.Limit)
	case err != nil:
		return nil, &problem.Error{Kind: problem.KindInvalid, Format: "The form could not be read. Send it again.", Err: err}
	}
	if err := door.AllWellFormed(x.r.PostForm); err != nil {
		return nil, err
	}
	x.sent = x.r.PostForm
	return x.sent, nil
}

// id is the wildcard of the route with that name; what is no id is not there.
func (x *visit) id(name, what string) (id.ID, error) {
	i, err := id.Parse(x.r.PathValue(name))
	if err != nil {
		return 0, problem.NotFound(what)
	}
	return i, nil
}

// paged is the part of a list that the address asks for.
func (x *visit) paged() (db.Page, error) { return door.Page(x.r, 0) }

// older is the address of the list's next part, "" where this one was the last.
// got is how many there are here, oldest the last one's cursor.
func (x *visit) older(p db.Page, got int, oldest id.ID) string {
	if got < p.Size() || oldest == 0 {
		return ""
	}
	return x.with("max_id", oldest.String(), "min_id", "since_id")
}

// newer is the address of the part above, "" on the first.
func (x *visit) newer(p db.Page, newest id.ID) string {
	if newest == 0 || p.Max == 0 && p.Min == 0 {
		return ""
	}
	return x.with("min_id", newest.String(), "max_id", "since_id")
}

// with is this page's address with a parameter set and others left out.
func (x *visit) with(key, value string, without ...string) string {
	u, err := url.Parse(x.here())
	if err != nil {
		return x.here()
	}
	q := u.Query()
	for _, k := range without {
		q.Del(k)
	}
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
