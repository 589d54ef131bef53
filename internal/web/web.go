// Package web is the pages for people: every one is a whole document from one
// request, works without script, and speaks the reader's language.
//
// It holds no rules. A handler reads the request, calls one room, and fills a
// view of package look; what is wrong with a form comes back into the form with
// everything that was typed.
package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/cache"
	"goodturn/internal/call"
	"goodturn/internal/deed"
	"goodturn/internal/door"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/invite"
	"goodturn/internal/media"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/notice"
	"goodturn/internal/petition"
	"goodturn/internal/post"
	"goodturn/internal/poster"
	"goodturn/internal/relation"
	"goodturn/internal/ripple"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/trend"
	"goodturn/internal/web/assets"
	"goodturn/internal/weight"
)

// Rooms are what this door opens to.
type Rooms struct {
	Accounts    *account.Service
	Auth        *auth.Service
	Relations   *relation.Service
	Media       *media.Service
	About       *about.Service
	Posts       *post.Service
	Filters     *filter.Service
	Movements   *movement.Service
	Calls       *call.Service
	Acts        *act.Service
	Ripples     *ripple.Service
	Search      *search.Service
	Feeds       *feed.Service
	Notices     *notice.Service
	Impact      *impact.Service
	Safety      *safety.Service
	Trends      *trend.Service
	Fundraisers *fundraiser.Service
	Invites     *invite.Service
	Deeds       *deed.Service
	Petitions   *petition.Service
	Meets       *meet.Service
	Badges      *badge.Service
	Weights     *weight.Service
}

// Config is what an operator sets, and what the server hands in.
type Config struct {
	URL     string // of this server, without a slash at its end
	Name    string // what the server calls itself
	Version string
	Log     *slog.Logger
	Now     func() time.Time
	Limits  bool          // hold each account and address to what limits say
	Streams *door.Streams // counts what listens, with the other doors; made if nil and there are limits
	Key     []byte        // 32 random bytes that sign what cookies carry, the same on all nodes; made if nil
	Hub     *event.Hub    // tells what of the pages kept in memory has changed
	OpenAPI func() []byte // the document of Goodturn's API, for the page that reads it
}

// What an account, or an address that has not signed in, may ask for.
const (
	readsMost  = 6000
	writesMost = 300
	limitsIn   = 5 * time.Minute
)

// Door serves the pages.
type Door struct {
	Rooms
	Config
	secure    bool // https: cookies are Secure and carry the __Host- prefix
	forms     *http.CrossOriginProtection
	reads     *door.Limit // nil without limits
	writes    *door.Limit
	pictures  cache.Cache[id.ID, media.Media] // portraits by their id
	ripples   ripples
	press     *poster.Press
	tongues   *tongues
	strangers *strangers // nil keeps none

	streams    sync.WaitGroup
	streaming  context.Context // done when streams are cut off
	cutStreams context.CancelFunc
}

// New opens the door.
func New(c Config, rooms Rooms) *Door {
	d := &Door{Rooms: rooms, Config: c, secure: strings.HasPrefix(c.URL, "https://"), forms: http.NewCrossOriginProtection()}
	if len(d.Key) == 0 {
		d.Key = make([]byte, 32)
		rand.Read(d.Key) // never fails
	}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		// Behind a proxy that changes Host, the browser's Origin is still ours.
		if err := d.forms.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			c.Log.Warn("forms are taken by Host alone", "url", c.URL, "error", err)
		}
	}
	if c.Limits {
		d.reads = door.NewLimit(readsMost, limitsIn, c.Now)
		d.writes = door.NewLimit(writesMost, limitsIn, c.Now)
		if d.Streams == nil {
			d.Streams = door.NewStreams()
		}
	}
	d.streaming, d.cutStreams = context.WithCancel(context.Background())
	d.pictures, d.ripples, d.tongues, d.press = d.newPictures(), newRipples(), &tongues{now: c.Now}, poster.NewPress()
	if d.Hub != nil {
		d.tell(d.Hub)
		d.strangers = newStrangers(d.Hub)
	}
	return d
}

// Register puts the pages into the server's mux. Profiles live beneath /@name,
// which is no whole segment and so no pattern of the mux; they have one of their own
// beneath /@/name.
func (d *Door) Register(mux *http.ServeMux) {
	profiles := http.NewServeMux()
	for _, rt := range routes() {
		on := mux
		if strings.Contains(rt.pattern, " "+profilePath) {
			on = profiles
		}
		on.HandleFunc(rt.pattern, d.handle(rt.do))
	}
	mux.HandleFunc("POST /hooks/stripe", d.stripeHook)
	lost := d.handle((*visit).lost)
	profiles.HandleFunc("/", lost)
	mux.Handle(assets.Prefix, assets.Handler())
	mux.Handle("GET /favicon.ico", http.RedirectHandler(assets.URL("icon.svg"), http.StatusFound)) // of browsers and programs that read no page first
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, "/@")
		if !ok || name == "" || strings.HasPrefix(name, "/") {
			lost(w, r)
			return
		}
		at := *r.URL
		at.Path, at.RawPath = profilePath+name, ""
		r.URL = &at
		profiles.ServeHTTP(w, r)
	})
}
