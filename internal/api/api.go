// Package api is Goodturn's own API: movements, calls, acts, nominations and
// ripples as JSON, with the OpenAPI document that describes it. Posts, likes,
// shares, follows and notices are Mastodon's to serve (package mastodon), and
// are not repeated here.
//
// One table of routes (see route) drives the mux, the checks of scopes and the
// document, and the JSON schemas come from the Go types that handlers take and
// give, so that none of them can drift from the others.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/deed"
	"goodturn/internal/door"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/invite"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/petition"
	"goodturn/internal/ripple"
	"goodturn/internal/safety"
	"goodturn/internal/weight"
)

// Base is where the API lies on its server.
const Base = "/api/goodturn/v1"

// Rooms are what this door opens to.
type Rooms struct {
	Accounts    *account.Service
	Auth        *auth.Service
	Movements   *movement.Service
	Calls       *call.Service
	Acts        *act.Service
	Ripples     *ripple.Service
	Petitions   *petition.Service
	Impact      *impact.Service
	Fundraisers *fundraiser.Service
	Invites     *invite.Service
	Deeds       *deed.Service
	Meets       *meet.Service
	Badges      *badge.Service
	Weights     *weight.Service
	Safety      *safety.Service
}

// Config is what an operator sets.
type Config struct {
	URL    string // of this server, without a slash at its end
	Log    *slog.Logger
	Now    func() time.Time
	Limits bool // hold each account and address to requestsMost
}

// What an account, or an address without a token, may ask for.
const (
	requestsMost = 600
	requestsIn   = 5 * time.Minute
)

// Door serves the API.
type Door struct {
	Rooms
	Config
	mux   *http.ServeMux
	limit *door.Limit // nil without limits
}

// New opens the door.
func New(c Config, rooms Rooms) *Door {
	d := &Door{Rooms: rooms, Config: c, mux: http.NewServeMux()}
	if c.Limits {
		d.limit = door.NewLimit(requestsMost, requestsIn, c.Now)
	}
	methods := map[string][]string{}
	for _, rt := range routes() {
		d.mux.HandleFunc(rt.method+" "+Base+rt.path, d.serve(&rt))
		methods[rt.path] = append(methods[rt.path], rt.method)
		if rt.method == http.MethodGet {
			methods[rt.path] = append(methods[rt.path], http.MethodHead)
		}
	}
	for path, allowed := range methods {
		d.mux.HandleFunc(Base+path, d.otherMethod(append(allowed, http.MethodOptions)))
	}
	d.mux.HandleFunc("GET "+Base+"/openapi.json", d.document)
	d.mux.HandleFunc(Base+"/openapi.json", d.otherMethod([]string{http.MethodGet, http.MethodHead, http.MethodOptions}))
	d.mux.HandleFunc(Base+"/", func(w http.ResponseWriter, r *http.Request) { d.refuse(w, r, errNoRoute) })
	return d
}

// Register puts the door into the server's mux.
func (d *Door) Register(mux *http.ServeMux) { mux.Handle(Base+"/", d) }

// ServeHTTP lets scripts of any site read the answers: a token, never a
// cookie, says who asks.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Link, Location, Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset")
	h.Set("Cache-Control", "no-store")
	d.mux.ServeHTTP(w, r)
}

// serve answers requests to a route.
func (d *Door) serve(rt *route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := &request{Request: r, w: w, route: rt, viewer: account.Nobody}
		var answer any
		err := door.Caught(w, func() (err error) {
			answer, err = d.answer(q)
			return err
		})
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		if rt.do.out == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		var body bytes.Buffer
		enc := json.NewEncoder(&body)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(answer); err != nil {
			d.refuse(w, r, err)
			return
		}
		d.write(w, r, rt.success(), "application/json", body.Bytes())
	}
}

func (d *Door) answer(q *request) (any, error) {
	if err := d.admit(q); err != nil {
		return nil, err
	}
	if err := door.Intact(q.Request); err != nil {
		return nil, err
	}
	return q.route.do.run(d, q)
}

// admit finds out who asks, counts the request, and checks its scope.
func (d *Door) admit(q *request) error {
	key, scopes := door.AddrKey(door.Addr(q.Request)), auth.Scopes(nil)
	secret := door.Bearer(q.Request)
	var unknown error
	if secret != "" {
		token, err := d.Auth.Token(q.Context(), secret)
		if err == nil {
			key, scopes, q.viewer = token.AccountID.String(), token.Scopes, account.As(token.Account)
		}
		unknown = err
	}
	usage := d.limit.Use(key)
	usage.Header(q.w)
	switch {
	case !usage.OK:
		return errTooMany
	case unknown != nil:
		return unknown
	case secret == "" && !q.route.open:
		return errNoToken
	case secret != "" && q.route.scope != "" && !scopes.Covers(q.route.scope):
		return errScope(q.route.scope)
	}
	if q.Method != http.MethodGet {
		d.Weights.Seen(q.viewer.ID(), door.Addr(q.Request))
	}
	return nil
}

// otherMethod answers what no route of a path takes: a browser's question
// whether it may ask, or a method that is not there.
func (d *Door) otherMethod(allowed []string) http.HandlerFunc {
	list := strings.Join(allowed, ", ")
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", list)
		if r.Method != http.MethodOptions {
			d.refuse(w, r, errMethod(list))
			return
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Methods", list)
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	}
}

func (d *Door) document(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	d.write(w, r, http.StatusOK, "application/json", Document())
}

func (d *Door) write(w http.ResponseWriter, r *http.Request, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		d.Log.Debug("answer not delivered", "route", r.Pattern, "error", err)
	}
}

// shown are those of the accounts that may be named, as the API gives them.
func (d *Door) shown(ctx context.Context, ids []id.ID) (map[id.ID]*Account, error) {
	found, err := d.Accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]*Account, len(found))
	for i, a := range found {
		if a.Shown() {
			out[i] = d.account(a)
		}
	}
	return out, nil
}
