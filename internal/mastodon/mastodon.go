// Package mastodon is the door for apps: the Mastodon client API, with its
// paths, parameters and entities, so that what people already have on their
// phones works here (https://docs.joinmastodon.org/api/). It holds no rules.
//
// What Goodturn has and Mastodon has not is under one key, goodturn: that a post
// tells of an act, that an account is a movement's, what a notification is
// really about. Strict clients read past it.
//
// This is the hottest way in. JSON is appended by hand to one pooled buffer;
// what a post looks like is kept with the post (post.Entry.Fragment), what an
// account looks like by this door (faces), and a page is mostly copying both.
package mastodon

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/cache"
	"goodturn/internal/call"
	"goodturn/internal/directory"
	"goodturn/internal/door"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/push"
	"goodturn/internal/relation"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/trend"
)

// Rooms are what this door opens to.
type Rooms struct {
	Accounts  *account.Service
	Auth      *auth.Service
	Relations *relation.Service
	Media     *media.Service
	About     *about.Service
	Posts     *post.Service
	Filters   *filter.Service
	Movements *movement.Service
	Acts      *act.Service
	Calls     *call.Service
	Search    *search.Service
	Feeds     *feed.Service
	Notices   *notice.Service
	Pushes    *push.Service
	Directory *directory.Service
	Impact    *impact.Service
	Safety    *safety.Service
	Trends    *trend.Service
}

// Config is what an operator sets.
type Config struct {
	URL     string // of this server, without a slash at its end
	Name    string // what the server calls itself
	Version string
	Log     *slog.Logger
	Now     func() time.Time
	Limits  bool          // hold each account and address to what limits say
	Streams *door.Streams // counts what listens, with the other doors; made if nil and there are limits
	Hub     *event.Hub
}

// Door serves the API.
type Door struct {
	Rooms
	Config
	limits limits
	faces  cache.Cache[id.ID, *face]
	census *slowly[census]
	weeks  *slowly[[]week]
	build  func(*post.Post) []byte // fragment, made a value once
	pics   map[string][]byte       // what stands in for a missing portrait

	streams streams
}

// New opens the door.
func New(c Config, rooms Rooms) *Door {
	d := &Door{Rooms: rooms, Config: c, pics: missingPictures()}
	d.build = d.fragment
	if c.Limits {
		d.limits = newLimits(c.Now)
		if d.Streams == nil {
			d.Streams = door.NewStreams()
		}
	}
	d.rememberFaces()
	d.rememberCensus()
	d.streams.init(d)
	return d
}

// Register puts the API into the server's mux. What no route takes ends in the
// same shape of error, and a browser's question whether it may ask is answered
// for all.
func (d *Door) Register(mux *http.ServeMux) {
	for _, rt := range routes() {
		serve := d.serve
		if rt.raw != nil {
			serve = d.serveRaw
		}
		mux.HandleFunc(rt.method+" "+rt.path, serve(&rt))
	}
	mux.HandleFunc("/api/v1/", d.otherwise)
	mux.HandleFunc("/api/v2/", d.otherwise)
	mux.HandleFunc("/api/v1_alpha/", d.otherwise)
	mux.HandleFunc("/oauth/", d.otherwise)
	mux.HandleFunc("OPTIONS /.well-known/oauth-authorization-server", d.otherwise)
	for path, png := range d.pics {
		mux.HandleFunc("GET "+path, d.picture(png))
	}
}

// limits are those that Mastodon documents (https://docs.joinmastodon.org/api/rate-limits/);
// nil ones allow everything.
type limits struct {
	account *door.Limit // all requests of an account
	address *door.Limit // all requests without a token, or with one that is none, of an address
	uploads *door.Limit
	posts   *door.Limit
	deletes *door.Limit // of posts and shares
	follows *door.Limit
	signUps *door.Limit // of an address
}

func newLimits(now func() time.Time) limits {
	return limits{
		account: door.NewLimit(300, 5*time.Minute, now),
		address: door.NewLimit(7500, 5*time.Minute, now),
		uploads: door.NewLimit(30, 30*time.Minute, now),
		posts:   door.NewLimit(300, 3*time.Hour, now),
		deletes: door.NewLimit(30, 30*time.Minute, now),
		follows: door.NewLimit(400, 24*time.Hour, now),
		signUps: door.NewLimit(5, 30*time.Minute, now),
	}
}

// Limits are those that all nodes count together, by name; none without limits.
func (d *Door) Limits() map[string]*door.Limit {
	all := map[string]*door.Limit{}
	for name, l := range map[string]*door.Limit{
		"mastodon account": d.limits.account, "mastodon address": d.limits.address, "mastodon uploads": d.limits.uploads,
		"mastodon posts": d.limits.posts, "mastodon deletes": d.limits.deletes,
		"mastodon follows": d.limits.follows, "mastodon sign-ups": d.limits.signUps,
	} {
		if l != nil {
			all[name] = l
		}
	}
	return all
}

// Headers that are alike for all answers, made once. Any site's script may read
// the answers: a token, never a cookie, says who asks.
var (
	anyOrigin   = []string{"*"}
	exposed     = []string{"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id"}
	jsonType    = []string{"application/json; charset=utf-8"}
	noStore     = []string{"private, no-store"}
	noSniff     = []string{"nosniff"}
	allowedVerb = []string{"POST, PUT, DELETE, GET, PATCH, OPTIONS"}
	allowedHead = []string{"Authorization, Content-Type, Idempotency-Key"}
	maxAge      = []string{"86400"}
)

// alike sets them; those for scripts, where a browser says that one asks. No
// answer is stored by anybody, so none reaches a site that did not ask for it.
func alike(h http.Header, r *http.Request) {
	if r.Header["Origin"] != nil {
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["Access-Control-Expose-Headers"] = exposed
	}
	h["Cache-Control"] = noStore
	h["X-Content-Type-Options"] = noSniff
}

// serve answers requests to a route.
func (d *Door) serve(rt *route) http.HandlerFunc {
	scopes := strings.Fields(rt.scopes)
	var own *door.Limit
	if rt.limit != nil {
		own = rt.limit(&d.limits)
	}
	deprecation := rt.deprecation()
	return func(w http.ResponseWriter, r *http.Request) {
		alike(w.Header(), r)
		if deprecation != nil {
			w.Header()["Deprecation"] = deprecation
		}
		q := newRequest(w, r)
		defer q.free()
		err := door.Caught(w, func() error {
			if err := d.admit(q, rt, scopes, own); err != nil {
				return err
			}
			if err := door.Intact(r); err != nil {
				return err
			}
			return rt.do(d, q)
		})
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		d.write(w, r, cmp.Or(q.status, http.StatusOK), q.out)
	}
}

// admit finds out who asks, counts the request, for the route's own limit as
// well, and checks its scope.
func (d *Door) admit(q *request, rt *route, scopes []string, own *door.Limit) error {
	secret := door.Bearer(q.Request)
	if secret == "" {
		if !d.countAddress(q) {
			return errTooMany
		}
		if !rt.open {
			return errNoToken
		}
		return nil
	}
	token, err := d.bearer(q.Request, secret)
	if err != nil {
		return err
	}
	q.token = token
	unable := token.MayAct()
	if unable == nil {
		q.viewer = account.As(token.Account)
	}
	if !d.count(q, d.limits.account) || own != nil && !d.count(q, own) {
		return errTooMany
	}
	if len(scopes) > 0 && !slices.ContainsFunc(scopes, token.Scopes.Covers) {
		return errScope
	}
	if unable != nil && !(token.Waits() && (rt.app || rt.open)) {
		return unable
	}
	return nil
}

// count counts a request with a token: for its account, or for the address when
// it acts as nobody. The headers tell of what was counted last, so of a limit of
// the route's own.
func (d *Door) count(q *request, limit *door.Limit) bool {
	if !q.viewer.SignedIn() {
		return d.countAddress(q)
	}
	if limit == nil {
		return true
	}
	usage := limit.Use(q.viewer.ID().String())
	usage.Header(q.w)
	return usage.OK
}

func (d *Door) countAddress(q *request) bool { return d.countAt(q, d.limits.address) }

// countAt counts a request for the address that it comes from.
func (d *Door) countAt(q *request, limit *door.Limit) bool {
	if limit == nil {
		return true
	}
	usage := limit.Use(addrKey(q.Request))
	usage.Header(q.w)
	return usage.OK
}

// bearer is whose token this is, as package auth says. One that is none counts for
// the address it comes from; past the limit a guess costs no look into the
// database.
func (d *Door) bearer(r *http.Request, secret string) (*auth.Token, error) {
	if !d.Auth.Holds(secret) && d.limits.address.Spent(addrKey(r)) {
		return nil, errTooMany
	}
	token, err := d.Auth.Bearer(r.Context(), secret)
	if problem.Is(err, problem.KindUnauthorized) && !d.limits.address.Use(addrKey(r)).OK {
		return nil, errTooMany
	}
	return token, err
}

func addrKey(r *http.Request) string { return door.AddrKey(door.Addr(r)) }

// otherwise answers what no route takes.
func (d *Door) otherwise(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	alike(h, r)
	if r.Method != http.MethodOptions {
		d.refuse(w, r, errNoRoute)
		return
	}
	h["Access-Control-Allow-Methods"] = allowedVerb
	h["Access-Control-Allow-Headers"] = allowedHead
	h["Access-Control-Max-Age"] = maxAge
	w.WriteHeader(http.StatusNoContent)
}
