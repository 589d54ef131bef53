// Package trend is in charge of what moves people today: the hashtags and links
// that more people use than usual, and the posts that are liked and shared, each
// with the numbers that put it there.
//
// A sweep finds it every few minutes and keeps it in a table, so that all nodes
// answer alike and a restart knows it still; it is served from memory. Whether
// somebody may see it, and whether it may be there at all, is asked as it is
// served, so a block, a deletion or a moderator's word holds at once. The
// formulas, and what was weighed, are in docs/decisions/0006-trends.md.
package trend

import (
	"context"
	"math"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/card"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/lang"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/safety"
)

const (
	fewest    = 3                  // people who use a hashtag or link; likes and shares of a post
	lately    = 24 * time.Hour     // the day that hashtags and links are counted in
	postAge   = 3 * 24 * time.Hour // beyond which no post is among them
	scanMost  = 20_000             // newest public posts that a sweep looks at
	weighMost = 100                // hashtags and links that are held against what is usual
	keepPosts = 100                // of each kind that are kept; the reader sees those that are for them
	keepTags  = 50
)

// PageMost is the longest page.
const PageMost = 40

// Why are the numbers that put something where it is.
type Why struct {
	People int64   // who used it in the last 24 hours; of a post: its likes and shares
	Usual  float64 // people a day in the days before; 0 of a post
	Score  float64 // by which it is ranked among its kind
	kind   safety.TrendKind
}

// Says is the same in a sentence.
func (w Why) Says(p *lang.Printer) string {
	switch usual := int(math.Round(w.Usual)); {
	case w.kind == safety.TrendPost:
		return p.T("%d likes and shares. They count half as much every six hours.", w.People)
	case usual == 0:
		return p.T("%d people in the last 24 hours, and hardly anybody in the days before.", w.People)
	default:
		return p.T("%d people in the last 24 hours, where %d a day are usual.", w.People, usual)
	}
}

// usage is the score of a hashtag or link: how far more people used it than
// usual, squared and held against the usual, as in a chi-squared test. 0 for what
// too few used, or no more than usual.
func usage(people int64, usual float64) float64 {
	expected := max(1, usual)
	if people < fewest || float64(people) <= expected {
		return 0
	}
	more := float64(people) - expected
	return more * more / expected
}

// rank is when a post that nobody liked would have to be written to stand where
// this one does: the same lift by which likes lift a post elsewhere.
func rank(written time.Time, reactions int64) time.Time {
	return written.Add(feed.LiftOf(reactions))
}

// fading is the score of a post: its likes and shares, and one, halved with every
// feed.Lift of its age. Posts in the order of rank are in the order of it.
func fading(written time.Time, reactions int64, now time.Time) float64 {
	return math.Exp2(float64(rank(written, reactions).Sub(now)) / float64(feed.Lift))
}

// Swept tells that a sweep found something else than the one before.
type Swept struct{}

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts  *account.Service
	Relations *relation.Service
	Posts     *post.Service
	Cards     *card.Service
	Safety    *safety.Service
}

// Service is the room's door.
type Service struct {
	d     *db.DB
	hub   *event.Hub
	now   func() time.Time
	rooms Rooms

	found cache.Cache[struct{}, *found]
}

// New wires the room. The server sweeps Sweep.
func New(d *db.DB, hub *event.Hub, now func() time.Time, rooms Rooms) *Service {
	s := &Service{d: d, hub: hub, now: now, rooms: rooms}
	s.found = cache.New(cache.Options[struct{}, *found]{
		Bytes: 1 << 20,
		Size:  func(struct{}, *found) int { return 200*keepPosts + 200*keepTags + 4000*keepTags },
		Fresh: hub.Fresh,
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}]*found, error) {
			f, err := s.load(ctx)
			return map[struct{}]*found{{}: f}, err
		},
	})
	event.After(hub, func(Swept) { s.found.Clear() })
	event.After(hub, func(safety.TrendRuled) { s.found.Clear() })
	event.After(hub, func(card.Changed) { s.found.Clear() })
	hub.OnGap(s.found.Clear)
	return s
}
