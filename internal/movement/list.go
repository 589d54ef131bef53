package movement

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/tally"
	"goodturn/internal/text"
)

const (
	latelySpan  = 14 * 24 * time.Hour // what List means by lately
	latelyFresh = time.Minute         // how old its numbers may be
	listDefault = 20
	listPage    = 40
)

// Filter says which movements to list; each of its parts narrows it.
type Filter struct {
	Cause    string // slug
	Query    string // somewhere in the name, slug, hashtags or purpose
	Archived bool   // archived ones instead of open ones
	After    id.ID  // go on after this one
	Limit    int    // 0 is 20; at most 40
}

// List is ordered by how many people did something in the movement in the last 14
// days, then by how many joined it, then the newest first. Its numbers are up to a
// minute old, so a movement may move between one page and the next.
func (s *Service) List(ctx context.Context, v account.Viewer, f Filter) ([]*Movement, error) {
	query := fold(f.Query)
	kept, err := s.ranked(ctx, v, func(m *Movement) bool { return f.keeps(m, query) })
	if err != nil {
		return nil, err
	}
	if f.After != 0 {
		kept = kept[1+slices.IndexFunc(kept, func(m *Movement) bool { return m.ID == f.After }):]
	}
	limit := min(f.Limit, listPage)
	if limit <= 0 {
		limit = listDefault
	}
	return kept[:min(limit, len(kept))], nil
}

// ByCauses are open movements about any of the causes, in List's order; at most
// twenty.
func (s *Service) ByCauses(ctx context.Context, v account.Viewer, causes []string) ([]*Movement, error) {
	about, err := s.ranked(ctx, v, func(m *Movement) bool {
		return m.State == StateOpen && slices.ContainsFunc(m.Causes, func(c string) bool { return slices.Contains(causes, c) })
	})
	return about[:min(len(about), listDefault)], err
}

// ranked are the movements to be kept, in List's order.
func (s *Service) ranked(ctx context.Context, v account.Viewer, keep func(*Movement) bool) ([]*Movement, error) {
	all, err := s.all(ctx, v)
	if err != nil {
		return nil, err
	}
	rank, err := s.rank.now(ctx, s)
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(all, func(m *Movement) bool { return !keep(m) })
	slices.SortFunc(kept, func(a, b *Movement) int {
		return cmp.Or(
			cmp.Compare(rank.moved[b.ID], rank.moved[a.ID]),
			cmp.Compare(rank.members[b.ID], rank.members[a.ID]),
			cmp.Compare(b.ID, a.ID))
	})
	return kept, nil
}

func (f Filter) keeps(m *Movement, query string) bool {
	if (m.State == StateArchived) != f.Archived || f.Cause != "" && !slices.Contains(m.Causes, f.Cause) {
		return false
	}
	if query == "" {
		return true
	}
	words := append([]string{m.Name, m.Slug, m.Hashtag, m.Purpose}, m.Aliases...)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(db.Fold(w), query) })
}

// all are the newest movements, up to listMost, from memory; the slice is the
// caller's.
func (s *Service) all(ctx context.Context, v account.Viewer) ([]*Movement, error) {
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT id FROM movement ORDER BY id DESC LIMIT $1`, listMost)
	if err != nil {
		return nil, fmt.Errorf("list movements: %w", err)
	}
	return s.ordered(ctx, v, ids)
}

// Similar are movements with a hashtag that people could take for this one, or
// this very one, newest first, at most five: to be shown before another is
// started. The rule is told at similar. problem.Invalid for what is no hashtag.
func (s *Service) Similar(ctx context.Context, v account.Viewer, hashtag string) ([]*Movement, error) {
	t, err := ParseTag("hashtag", hashtag)
	if err != nil {
		return nil, err
	}
	type owned struct {
		tag      string
		movement id.ID
	}
	tags, err := db.All(s.d.Read(ctx), func(row db.Row) (o owned, err error) {
		return o, row.Scan(&o.tag, &o.movement)
	}, `SELECT tag, movement_id FROM movement_tag ORDER BY movement_id DESC LIMIT $1`, listMost)
	if err != nil {
		return nil, fmt.Errorf("read hashtags: %w", err)
	}
	var ids []id.ID
	for _, o := range tags {
		if len(ids) < similarMost && text.SimilarTags(t.Folded, o.tag) && !slices.Contains(ids, o.movement) {
			ids = append(ids, o.movement)
		}
	}
	return s.ordered(ctx, v, ids)
}

// ranking keeps List's numbers for a minute.
type ranking struct {
	mu   sync.Mutex
	held ranks
	at   time.Time
}

// Moved is how many people did something in each movement in the last 14 days, as
// List ranks them by.
func (s *Service) Moved(ctx context.Context) (map[id.ID]int64, error) {
	r, err := s.rank.now(ctx, s)
	return r.moved, err
}

type ranks struct{ moved, members map[id.ID]int64 }

func (r *ranking) now(ctx context.Context, s *Service) (ranks, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() && s.now().Sub(r.at) < latelyFresh {
		return r.held, nil
	}
	next := ranks{members: map[id.ID]int64{}}
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT id FROM movement ORDER BY id DESC LIMIT $1`, listMost)
	if err != nil {
		return ranks{}, fmt.Errorf("rank movements: %w", err)
	}
	for chunk := range slices.Chunk(ids, 256) {
		counts, err := tally.Of(s.d.Read(ctx), chunk, TallyMembers)
		if err != nil {
			return ranks{}, err
		}
		for i, n := range counts {
			next.members[i] = n[TallyMembers]
		}
	}
	if s.lately != nil {
		if next.moved, err = s.lately(ctx, s.now().Add(-latelySpan)); err != nil {
			return ranks{}, fmt.Errorf("rank movements: %w", err)
		}
	}
	r.held, r.at = next, s.now()
	return next, nil
}
