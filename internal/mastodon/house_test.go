package mastodon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/directory"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/mail"
	"goodturn/internal/mastodon"
	"goodturn/internal/notice"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/seed"
	"goodturn/internal/trend"
)

const contractVariable = "GOODTURN_TEST_CONTRACT"

// contract is Mastodon's API as it describes itself, nil where it is not at
// hand. It stays where it is: its text is not ours to copy.
var contract = sync.OnceValues(func() (routers.Router, error) {
	path := os.Getenv(contractVariable)
	if path == "" {
		return nil, nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	return legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
})

// house is a server with nothing but this API, whose every answer is held
// against the contract where that is at hand.
type house struct {
	*seed.Mission
	t        testing.TB
	safety   *safety.Service
	trends   *trend.Service
	auth     *auth.Service
	notices  *notice.Service
	post     *postman
	feeds    *feed.Service
	door     *mastodon.Door
	served   *httptest.Server // nil until somebody streams
	about    *about.Service
	search   *search.Service
	impact   *impact.Service
	mux      *http.ServeMux
	contract routers.Router
	limits   bool            // on requests
	answered map[string]bool // method and path of the contract, or of ours
}

// each runs f in a house on both engines.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d, true)) })
}

func open(t testing.TB, d *db.DB, limits bool) *house {
	t.Helper()
	g := seed.NewGround(t, d)
	h := &house{Mission: seed.NewMission(t, g, seed.Loopback(t)), t: t, post: &postman{away: true}, mux: http.NewServeMux(), limits: limits, answered: map[string]bool{}}
	var err error
	if h.contract, err = contract(); err != nil {
		t.Fatal(err)
	}
	h.Acts.OnBreak = func(db.Reader, id.ID) (bool, error) { return false, nil }
	h.auth = auth.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Jobs, h.post, auth.Config{URL: seed.Base, Name: "Here", Log: g.Log, DeviceKey: make([]byte, 32)})
	h.feeds = feed.New(d, g.Hub, g.Clock.Now, g.Accounts, g.Relations, h.Posts, g.Log)
	h.feeds.Start()
	t.Cleanup(h.feeds.Stop)
	h.notices = seed.Notices(t, h.Mission)
	h.about = seed.About(t, g, h.Media)
	h.search = seed.Search(t, h.Mission)
	filters := seed.Filters(t, g, h.Posts)
	h.safety = seed.Safety(t, h.Mission, h.auth, h.notices, nil)
	h.trends = seed.Trends(h.Mission, h.safety)
	feed.Tell(h.feeds, func(e notice.Made) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(h.feeds, func(e notice.Merged) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(h.feeds, func(e filter.Changed) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(h.feeds, func(about.AnnouncementChanged) feed.Topic { return feed.Everyone() })
	feed.Tell(h.feeds, func(about.Reacted) feed.Topic { return feed.Everyone() })
	h.impact = seed.Impact(t, h.Mission)
	h.door = mastodon.New(mastodon.Config{URL: seed.Base, Name: "Here", Version: "test", Log: g.Log, Now: g.Clock.Now, Limits: limits, Hub: g.Hub}, mastodon.Rooms{
		Accounts: g.Accounts, Auth: h.auth, Relations: g.Relations, Media: h.Media, Posts: h.Posts, Filters: filters, Movements: h.Movements,
		Acts: h.Acts, Calls: h.Calls, Feeds: h.feeds, Notices: h.notices,
		Safety: h.safety, Trends: h.trends, About: h.about, Search: h.search,
		Directory: directory.New(d, directory.Rooms{Accounts: g.Accounts, Relations: g.Relations, Movements: h.Movements}),
		Impact:    h.impact,
		Pushes:    seed.Pushes(t, h.Mission, h.notices, filters, nil, mastodon.TypeOf),
	})
	h.door.Register(h.mux)
	return h
}

// postman throws all mail away.
type postman struct{ away bool }

func (*postman) Send(context.Context, mail.Message) error { return nil }
func (p *postman) Delivers() bool                         { return !p.away }

// person is somebody with a token.
type person struct {
	*account.Account
	h     *house
	token string
}

func (h *house) person(name string, with ...func(*account.Draft)) person {
	h.t.Helper()
	a := seed.Account(h.t, h.Ground, name, with...)
	return h.with(a, auth.DefaultScopes...)
}

// with is the account with a token of those scopes.
func (h *house) with(a *account.Account, scopes ...string) person {
	h.t.Helper()
	secret, _, err := h.auth.CreateToken(context.Background(), a.ID, "a test", auth.Scopes(scopes))
	if err != nil {
		h.t.Fatal(err)
	}
	return person{a, h, secret}
}

func (h *house) nobody() person { return person{h: h} }

// answer is what came back.
type answer struct {
	t      testing.TB
	name   string
	Status int
	Header http.Header
	Raw    []byte
	Body   any
}

func (p person) get(path string) answer { p.h.t.Helper(); return p.raw("GET", path, "", nil) }
func (p person) delete(path string) answer {
	p.h.t.Helper()
	return p.raw("DELETE", path, "", nil)
}

// post sends a form of names and values.
func (p person) post(path string, form ...string) answer {
	p.h.t.Helper()
	return p.form("POST", path, form...)
}

func (p person) form(method, path string, form ...string) answer {
	p.h.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	return p.raw(method, path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

func (p person) json(method, path string, body any, headers ...string) answer {
	p.h.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		p.h.t.Fatal(err)
	}
	return p.raw(method, path, "application/json", raw, headers...)
}

// upload sends a multipart form with one file and names and values.
func (p person) upload(method, path, field string, file []byte, form ...string) answer {
	p.h.t.Helper()
	kind, body := multipartOf(p.h.t, field, file, form...)
	return p.raw(method, path, kind, body)
}

func multipartOf(t testing.TB, field string, file []byte, form ...string) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile(field, "picture.png")
	if err == nil {
		_, err = f.Write(file)
	}
	for i := 0; i+1 < len(form) && err == nil; i += 2 {
		err = w.WriteField(form[i], form[i+1])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func (p person) raw(method, path, kind string, body []byte, headers ...string) answer {
	p.h.t.Helper()
	r := httptest.NewRequest(method, seed.Base+path, bytes.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.h.mux.ServeHTTP(w, r)
	a := answer{t: p.h.t, name: method + " " + path, Status: w.Code, Header: w.Header(), Raw: w.Body.Bytes()}
	if len(a.Raw) > 0 {
		if err := json.Unmarshal(a.Raw, &a.Body); err != nil {
			a.t.Fatalf("%s: %v: %.400s", a.name, err, a.Raw)
		}
	}
	p.h.agree(r, a)
	return a
}

// forgotten is what Mastodon serves and its description does not tell.
var forgotten = map[string]bool{"POST /oauth/userinfo": true, "GET /api/v1/trends": true}

// mistold is what Mastodon serves otherwise than its description tells: a list of
// filters, of which it tells one.
var mistold = map[string]bool{"GET /api/v1/filters": true}

// agree holds an answer against the contract.
func (h *house) agree(r *http.Request, a answer) {
	h.t.Helper()
	if a.Status < 300 {
		h.answered[r.Pattern] = true
	}
	if entity := adminEntity(r.Pattern); entity != "" {
		h.agreeEntity(entity, a)
		return
	}
	if h.contract == nil || mistold[r.Pattern] || a.Status == http.StatusForbidden { // which the contract forgets in most places
		return
	}
	route, params, err := h.contract.FindRoute(r)
	if err != nil {
		if a.Status != http.StatusNotFound && r.Method != http.MethodOptions && !forgotten[r.Pattern] {
			h.t.Errorf("%s is not in the contract: %v", a.name, err)
		}
		return
	}
	if deprecated := route.Operation.Deprecated; deprecated != (a.Header.Get("Deprecation") != "") {
		h.t.Errorf("%s: that it is deprecated is %v in the contract, and the header is %q", a.name, deprecated, a.Header.Get("Deprecation"))
	}
	h.agreeHeaders(route.Operation, a)
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 a.Status, Header: a.Header, Body: io.NopCloser(bytes.NewReader(a.Raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		h.t.Errorf("%s answers %d against the contract: %.2000v\n%.600s", a.name, a.Status, err, a.Raw)
	}
}

// agreeHeaders finds the headers that the contract names for an answer.
func (h *house) agreeHeaders(o *openapi3.Operation, a answer) {
	h.t.Helper()
	told := o.Responses.Status(a.Status)
	if told == nil || told.Value == nil {
		return // which is said elsewhere
	}
	for name := range told.Value.Headers {
		switch {
		case name == "Mastodon-Async-Refresh": // while replies are fetched from other servers
		case name == "Link" && (empty(a.Body) || strings.Contains(a.name, "pinned=true")): // there is nowhere to go on to
		case name == "Link" && strings.HasPrefix(a.name, "GET /api/v2/search"): // pages by number: see walkSearch
		case strings.HasPrefix(name, "X-RateLimit-") && !h.limits:
		case a.Header.Get(name) == "":
			h.t.Errorf("%s: the contract names the header %s for a %d, and there is none", a.name, name, a.Status)
		}
	}
}

// empty tells of a list, or an object of lists, whether nothing is in it.
func empty(body any) bool {
	switch b := body.(type) {
	case []any:
		return len(b) == 0
	case map[string]any:
		for _, list := range b {
			if l, _ := list.([]any); len(l) > 0 {
				return false
			}
		}
	}
	return true
}

// ok fails the test unless the answer is a success.
func (a answer) ok() answer { a.t.Helper(); return a.status(http.StatusOK) }

func (a answer) status(want int) answer {
	a.t.Helper()
	if a.Status != want {
		a.t.Fatalf("%s: status %d instead of %d: %.600s", a.name, a.Status, want, a.Raw)
	}
	return a
}

// refused fails the test unless the answer is an error that says so.
func (a answer) refused(status int, says string) {
	a.t.Helper()
	a.status(status)
	if got, _ := a.at("error").(string); !strings.Contains(got, says) {
		a.t.Errorf("%s says %q, not %q", a.name, got, says)
	}
}

// at walks down the JSON: names of objects and places in lists.
func (a answer) at(path ...any) any {
	a.t.Helper()
	v := a.Body
	for _, p := range path {
		switch p := p.(type) {
		case string:
			o, ok := v.(map[string]any)
			if !ok {
				a.t.Fatalf("%s: nothing at %v: %.600s", a.name, path, a.Raw)
			}
			v = o[p]
		case int:
			l, ok := v.([]any)
			if !ok || p >= len(l) {
				a.t.Fatalf("%s: nothing at %v: %.600s", a.name, path, a.Raw)
			}
			v = l[p]
		}
	}
	return v
}

func (a answer) is(want any, path ...any) answer {
	a.t.Helper()
	if got := a.at(path...); got != want {
		a.t.Errorf("%s: %v is %v, not %v", a.name, path, got, want)
	}
	return a
}

func (a answer) id() string { a.t.Helper(); s, _ := a.at("id").(string); return s }

// ids are those of a list.
func (a answer) ids() []string {
	a.t.Helper()
	list, ok := a.ok().Body.([]any)
	if !ok {
		a.t.Fatalf("%s: no list: %.600s", a.name, a.Raw)
	}
	ids := make([]string, len(list))
	for n := range list {
		ids[n], _ = a.at(n, "id").(string)
	}
	return ids
}
