package web

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/cache"
	"goodturn/internal/call"
	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/safety"
	"goodturn/internal/trend"
)

// What people who have not signed in see is the same for all of them, and a
// movement that is talked about is looked at by thousands at once. So their
// pages are kept for a second: the numbers on them may be as old as that. What
// was deleted, changed or withdrawn goes at once, by its event; while another
// node's events may be missing nothing is kept.
const (
	strangersBytes  = 8 << 20
	strangersFor    = time.Second
	strangerPage    = 256 << 10 // the largest page to keep
	strangerAddress = 512       // and the longest address
)

// strangers are the pages kept.
type strangers struct {
	pages cache.Cache[address, *keptPage]
	epoch atomic.Uint64 // one more with each change that holds at once
	fresh func() bool
}

// address is what a stranger's page depends on.
type address struct{ uri, language string }

// keptPage is a page as it was written, with what its reader saw by it.
type keptPage struct {
	kind   []string // its Content-Type
	body   []byte
	length string
	at     time.Time
	epoch  uint64
	seen   []id.ID
}

func newStrangers(h *event.Hub) *strangers {
	s := &strangers{fresh: h.Fresh}
	s.pages = cache.New(cache.Options[address, *keptPage]{
		Bytes: strangersBytes, Age: 2 * strangersFor, Fresh: h.Fresh,
		Size: func(a address, p *keptPage) int { return len(a.uri) + len(p.body) + 8*len(p.seen) + 200 },
		Load: func(context.Context, []address) (map[address]*keptPage, error) { return nil, nil },
	})
	h.OnGap(s.forget)
	event.After(h, func(post.Deleted) { s.forget() })
	event.After(h, func(post.Edited) { s.forget() })
	event.After(h, func(post.Pinned) { s.forget() })
	event.After(h, func(account.Changed) { s.forget() })
	event.After(h, func(account.Deleted) { s.forget() })
	event.After(h, func(movement.Changed) { s.forget() })
	event.After(h, func(movement.Uncarried) { s.forget() })
	event.After(h, func(movement.Left) { s.forget() })
	event.After(h, func(call.Changed) { s.forget() })
	event.After(h, func(call.Cancelled) { s.forget() })
	event.After(h, func(call.UpdateRemoved) { s.forget() })
	event.After(h, func(call.OrganiserChanged) { s.forget() })
	event.After(h, func(meet.Changed) { s.forget() })
	event.After(h, func(act.Changed) { s.forget() })
	event.After(h, func(act.Withdrawn) { s.forget() })
	event.After(h, func(act.Resourced) { s.forget() })
	event.After(h, func(fundraiser.Spent) { s.forget() })
	event.After(h, func(about.Changed) { s.forget() })
	event.After(h, func(trend.Swept) { s.forget() })
	event.After(h, func(safety.TrendRuled) { s.forget() })
	return s
}

// forget lets no page that was begun before be served after.
func (s *strangers) forget() { s.epoch.Add(1) }

// kept serves a stranger's page that is held, and says whether there was one.
func (x *visit) kept() bool {
	if !x.keepable() {
		return false
	}
	x.epoch = x.strangers.epoch.Load()
	page, ok := x.strangers.pages.Peek(x.address())
	if !ok || page.epoch != x.epoch || x.Now().Sub(page.at) >= strangersFor || !x.strangers.fresh() {
		return false
	}
	h := x.w.Header()
	h["Content-Type"] = page.kind
	h["Content-Length"] = []string{page.length}
	x.saw(page.seen...)
	if x.r.Method == http.MethodGet {
		if _, err := x.w.Write(page.body); err != nil {
			x.Log.Debug("page not delivered", "route", x.r.Pattern, "error", err)
		}
	}
	return true
}

var htmlType = []string{"text/html; charset=utf-8"}

// jsonType is of what islands draw.
var jsonType = []string{"application/json"}

// keepPage holds a page, or a part of one, that was drawn for a stranger.
func (x *visit) keepPage(kind []string, body []byte) {
	h := x.w.Header()
	if x.status != 0 || len(body) > strangerPage || !x.keepable() || h["Set-Cookie"] != nil || h.Get("Cache-Control") != pageCache {
		return
	}
	x.strangers.pages.Put(x.address(), &keptPage{
		kind: kind, body: append([]byte(nil), body...), length: strconv.Itoa(len(body)), at: x.Now(), epoch: x.epoch, seen: x.seen,
	})
}

// keepable says whether the answer is the same for every stranger: nothing is
// known of who asks but their language.
func (x *visit) keepable() bool {
	return x.strangers != nil && x.me == nil && (x.r.Method == http.MethodGet || x.r.Method == http.MethodHead) &&
		len(x.r.RequestURI) <= strangerAddress && x.cookie(flashCookie) == "" && x.cookie(sessionCookie) == ""
}

func (x *visit) address() address { return address{x.here(), x.p.Tag()} }
