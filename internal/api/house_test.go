package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"goodturn/internal/account"
	"goodturn/internal/api"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/ripple"
	"goodturn/internal/seed"
	"goodturn/internal/weight"
)

const home = "https://here.example"

// house is a server with nothing but the API, whose every answer is held
// against the document.
type house struct {
	*seed.Mission
	t       *testing.T
	auth    *auth.Service
	ripple  *ripple.Service
	funds   *fundraiser.Service
	weights *weight.Service
	mux     *http.ServeMux
	router  routers.Router
}

// each runs f in a house on both engines.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d, false)) })
}

func open(t *testing.T, d *db.DB, limits bool) *house {
	t.Helper()
	g := seed.NewGround(t, d)
	router, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Mission: seed.NewMission(t, g), t: t, mux: http.NewServeMux(), router: router}
	h.Acts.OnBreak = func(db.Reader, id.ID) (bool, error) { return false, nil }
	h.auth = auth.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Jobs, noMail{}, auth.Config{URL: home, Name: "Here", Log: g.Log, DeviceKey: make([]byte, 32)})
	h.ripple = ripple.New(d, g.Hub, g.Clock.Now, h.Acts)
	h.ripple.Truths(g.Book)
	event.On(g.Hub, h.ripple.OnDone)
	event.On(g.Hub, h.ripple.OnWithdrawn)
	event.On(g.Hub, h.ripple.OnResourced)
	event.On(g.Hub, h.ripple.OnRerooted)
	h.funds, h.weights = seed.Fundraisers(t, h.Mission), seed.Weights(h.Mission)
	if err := g.Accounts.EnsureServer(context.Background(), "Here"); err != nil {
		t.Fatal(err)
	}
	api.New(api.Config{URL: home, Log: g.Log, Now: g.Clock.Now, Limits: limits}, api.Rooms{Accounts: g.Accounts, Auth: h.auth,
		Movements: h.Movements, Calls: h.Calls, Acts: h.Acts, Ripples: h.ripple, Petitions: seed.Petitions(t, h.Mission, h.auth, seed.NewMails()), Impact: seed.Impact(t, h.Mission), Fundraisers: h.funds, Invites: seed.Invites(t, h.Mission, noMail{}), Deeds: seed.Deeds(t, h.Mission),
		Badges: seed.Badges(t, h.Mission, h.auth), Safety: seed.Safety(t, h.Mission, h.auth, nil, nil), Meets: seed.Meets(t, h.Mission, &seed.Letters{}, h.auth), Weights: h.weights}).Register(h.mux)
	return h
}

type noMail struct{}

func (noMail) Send(context.Context, mail.Message) error { return nil }
func (noMail) Delivers() bool                           { return false }

// documented is the document as a router, in which nothing is answered that it
// does not name.
var documented = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		return nil, err
	}
	no := false
	for _, s := range doc.Components.Schemas {
		if s.Value.Type.Is("object") {
			s.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
		}
	}
	return legacy.NewRouter(doc)
})

// person is somebody with a token.
type person struct {
	*account.Account
	h     *house
	token string
}

func (h *house) person(name string, scopes ...string) person {
	h.t.Helper()
	if scopes == nil {
		scopes = auth.DefaultScopes
	}
	a := seed.Account(h.t, h.Ground, name)
	secret, _, err := h.auth.CreateToken(context.Background(), a.ID, "a test", auth.Scopes(scopes))
	if err != nil {
		h.t.Fatal(err)
	}
	return person{a, h, secret}
}

func (h *house) nobody() person { return person{h: h} }

// answer is what came back.
type answer struct {
	t      *testing.T
	name   string
	Status int
	Header http.Header
	Body   any
	raw    []byte
}

func (p person) get(path string) answer                { return p.send("GET", path, nil) }
func (p person) post(path string, body object) answer  { return p.send("POST", path, body) }
func (p person) patch(path string, body object) answer { return p.send("PATCH", path, body) }
func (p person) put(path string, body object) answer   { return p.send("PUT", path, body) }
func (p person) delete(path string) answer             { return p.send("DELETE", path, nil) }

type object = map[string]any

func (p person) send(method, path string, body object, headers ...string) answer {
	p.h.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			p.h.t.Fatal(err)
		}
	}
	return p.raw(method, path, raw, headers...)
}

func (p person) raw(method, path string, body []byte, headers ...string) answer {
	p.h.t.Helper()
	make := func() *http.Request {
		r := httptest.NewRequest(method, home+api.Base+path, bytes.NewReader(body))
		if len(body) > 0 {
			r.Header.Set("Content-Type", "application/json")
		}
		if p.token != "" {
			r.Header.Set("Authorization", "Bearer "+p.token)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	w := httptest.NewRecorder()
	p.h.mux.ServeHTTP(w, make())
	a := answer{t: p.h.t, name: method + " " + path, Status: w.Code, Header: w.Header()}
	raw := w.Body.Bytes()
	a.raw = raw
	if len(raw) > 0 && method != "HEAD" {
		if err := json.Unmarshal(raw, &a.Body); err != nil {
			p.h.t.Fatalf("%s: %v in %s", a.name, err, raw)
		}
	}
	p.h.validate(make(), w, raw)
	return a
}

// validate holds an answer, and a request that was taken, against the document.
func (h *house) validate(r *http.Request, w *httptest.ResponseRecorder, body []byte) {
	h.t.Helper()
	r.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	rt, params, err := h.router.FindRoute(r)
	if err != nil {
		if w.Code != 404 && w.Code != 405 && !strings.HasSuffix(r.URL.Path, "/openapi.json") && r.Method != "OPTIONS" && r.Method != "HEAD" {
			h.t.Errorf("%s %s answers %d and is not in the document: %v", r.Method, r.URL.Path, w.Code, err)
		}
		return
	}
	opts := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: rt, Options: opts}
	if w.Code < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			h.t.Errorf("%s %s was taken, though the document says: %v", r.Method, r.URL.Path, err)
		}
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{RequestValidationInput: in,
		Status: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(body)), Options: opts})
	if err != nil {
		h.t.Errorf("%s %s: the answer is not as documented: %v", r.Method, r.URL.Path, err)
	}
	if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
		h.t.Errorf("%s %s: a problem comes as %q", r.Method, r.URL.Path, w.Header().Get("Content-Type"))
	}
}

// ok fails the test unless the answer has that status.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s answers %d, not %d: %v", a.name, a.Status, status, a.Body)
	}
	return a
}

// wrong fails the test unless the answer is that problem, of that field.
func (a answer) wrong(status int, field string) answer {
	a.t.Helper()
	a.ok(status)
	p, _ := a.Body.(object)
	if got, _ := p["field"].(string); got != field {
		a.t.Errorf("%s is wrong in the field %q, not %q: %v", a.name, got, field, p["detail"])
	}
	if p["detail"] == "" || p["title"] == "" || p["status"] != float64(status) {
		a.t.Errorf("%s has the problem %v", a.name, p)
	}
	return a
}

// at is what lies at a path of names and indices, "totals.0.amount".
func (a answer) at(path string) any {
	a.t.Helper()
	v := a.Body
	for name := range strings.SplitSeq(path, ".") {
		switch is := v.(type) {
		case object:
			v = is[name]
		case []any:
			var i int
			if err := json.Unmarshal([]byte(name), &i); err != nil || i >= len(is) {
				a.t.Fatalf("%s has no %s in %v", a.name, path, a.Body)
			}
			v = is[i]
		default:
			a.t.Fatalf("%s has no %s in %v", a.name, path, a.Body)
		}
	}
	return v
}

func (a answer) text(path string) string {
	a.t.Helper()
	s, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s has %v at %s", a.name, a.at(path), path)
	}
	return s
}

func (a answer) len() int {
	a.t.Helper()
	list, ok := a.Body.([]any)
	if !ok {
		a.t.Fatalf("%s is not a list: %v", a.name, a.Body)
	}
	return len(list)
}

// has fails the test unless these paths have these values.
func (a answer) has(pairs ...any) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		want := pairs[i+1]
		if n, ok := want.(int); ok {
			want = float64(n)
		}
		if got := a.at(pairs[i].(string)); got != want {
			a.t.Errorf("%s has %v at %s, not %v", a.name, got, pairs[i], want)
		}
	}
	return a
}
