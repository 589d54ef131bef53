package feed

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
)

// Lift is what a like lifts: a post with one like stands where one without any
// would that was written so much later, and each doubling of (likes + 1) lifts
// it as much again.
const Lift = 6 * time.Hour

// LiftOf is how much later a post seems to be written for its likes. Nothing
// else counts: not who likes, not who reads, not what they did before.
func LiftOf(likes int64) time.Duration {
	return time.Duration(float64(Lift) * math.Log2(float64(max(0, likes)+1)))
}

// TopOfMovement is what a movement carries lately, by time and likes (Lift): the
// first n, at most 40, of its 240 newest. Items that stand higher than by their
// time alone are there WhyLikes.
func (s *Service) TopOfMovement(ctx context.Context, v account.Viewer, movement id.ID, n int) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.top(ctx, r, &accountLine{s: s, r: r, account: movement, movement: true}, n)
}

// TopOfTag is the same of a hashtag.
func (s *Service) TopOfTag(ctx context.Context, v account.Viewer, tag string, n int) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.top(ctx, r, s.tagLine(r, Tags{Any: []string{tag}}, Only{}), n)
}

func (s *Service) top(ctx context.Context, r reader, l line, n int) ([]Item, error) {
	ids, err := s.newestOf(ctx, l)
	if err != nil {
		return nil, fmt.Errorf("read a timeline: %w", err)
	}
	all := pageOf{s: s, r: r, line: l, size: len(ids)}
	if err := all.take(ctx, ids); err != nil {
		return nil, fmt.Errorf("read a timeline: %w", err)
	}
	type ranked struct {
		Item
		place int
		at    time.Time
	}
	list := make([]ranked, len(all.items))
	for place, item := range all.items {
		likes := item.Entry.Of().Counts().Likes
		list[place] = ranked{item, place, item.Entry.Post.CreatedAt.Add(LiftOf(likes))}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return cmp.Compare(b.at.UnixNano(), a.at.UnixNano()) })
	n = min(max(n, 1), 40, len(list))
	items := make([]Item, n)
	for place, x := range list[:n] {
		items[place] = x.Item
		if place < x.place && x.Entry.Of().Counts().Likes > 0 {
			items[place].Why = WhyLikes
		}
	}
	return items, nil
}

// newestOf are the newest ids of a line, newest first.
func (s *Service) newestOf(ctx context.Context, l line) ([]id.ID, error) {
	if !s.fresh() {
		return l.pull(ctx, span{before: lastID}, s.limits.pageMost)
	}
	h, err := l.held(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, 0, h.len())
	for n := h.len() - 1; n >= 0; n-- {
		if h.wanted(n) {
			ids = append(ids, h.at(n))
		}
	}
	return ids, nil
}
