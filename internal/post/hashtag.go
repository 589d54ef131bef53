package post

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

const (
	hashtagDays  = 7               // of which a Hashtag tells
	hashtagPosts = 20_000          // posts that are counted for it: the newest
	hashtagAge   = 2 * time.Minute // how old its numbers may be
	hashtagBytes = 2 << 20
)

// Hashtag is a hashtag with how it was used lately. Nobody changes it.
type Hashtag struct {
	Name   string // as first written in a post, or else as it was asked for
	Folded string
	Days   []TagDay // today, and the six days before it
}

// TagDay is how many public posts had a hashtag or link on one day (UTC), and how
// many accounts wrote them.
type TagDay struct {
	Start           time.Time
	Posts, Accounts int64
}

func (s *Service) rememberHashtags() {
	s.hashtags = cache.New(cache.Options[string, *Hashtag]{
		Bytes: hashtagBytes,
		Age:   hashtagAge,
		Size:  func(tag string, h *Hashtag) int { return 500 + 2*len(tag) + len(h.Name) },
		Load: func(ctx context.Context, tags []string) (map[string]*Hashtag, error) {
			found := make(map[string]*Hashtag, len(tags))
			for _, t := range tags {
				h, err := s.loadHashtag(ctx, t)
				if err != nil {
					return nil, err
				}
				found[t] = h
			}
			return found, nil
		},
	})
}

// Hashtag is one, given with or without '#', whether or not anybody used it.
// problem.NotFound for what is none.
func (s *Service) Hashtag(ctx context.Context, name string) (*Hashtag, error) {
	all, err := s.Hashtags(ctx, []string{name})
	if err == nil && len(all) == 0 {
		err = problem.NotFound("hashtag")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Hashtags are those of the names that can be hashtags, in their order.
func (s *Service) Hashtags(ctx context.Context, names []string) ([]*Hashtag, error) {
	var asked, folded []string
	for _, n := range names {
		if t, ok := text.Tag(n); ok {
			asked, folded = append(asked, t), append(folded, db.Fold(t))
		}
	}
	found, err := s.hashtags.Many(ctx, folded)
	if err != nil {
		return nil, err
	}
	var all []*Hashtag
	for n, f := range folded {
		h := found[f]
		if h.Name == "" {
			h = &Hashtag{Name: asked[n], Folded: f, Days: h.Days}
		}
		all = append(all, h)
	}
	return all, nil
}

func (s *Service) loadHashtag(ctx context.Context, folded string) (*Hashtag, error) {
	h := &Hashtag{Folded: folded}
	r := s.d.Read(ctx)
	names, err := db.All(r, func(row db.Row) (name string, err error) { return name, row.Scan(&name) },
		`SELECT display FROM hashtag WHERE tag = $1`, folded)
	if err != nil {
		return nil, fmt.Errorf("read a hashtag: %w", err)
	}
	if len(names) > 0 {
		h.Name = names[0]
	}
	if h.Days, err = s.days(r, "post_tag WHERE tag = $1", folded); err != nil {
		return nil, fmt.Errorf("count the uses of a hashtag: %w", err)
	}
	return h, nil
}

// LinkDays are how a card was used, as the Days of a Hashtag are.
func (s *Service) LinkDays(ctx context.Context, card id.ID) ([]TagDay, error) {
	days, err := s.days(s.d.Read(ctx), "post_card WHERE card_id = $1", int64(card))
	if err != nil {
		return nil, fmt.Errorf("count the uses of a link: %w", err)
	}
	return days, nil
}

// days counts the public posts of the last days among the newest that a table
// names for a subject.
func (s *Service) days(r db.Reader, of string, subject any) ([]TagDay, error) {
	days := make([]TagDay, hashtagDays)
	today := s.now().UTC().Truncate(24 * time.Hour)
	for n := range days {
		days[n].Start = today.AddDate(0, 0, -n)
	}
	type counted struct{ day, posts, accounts int64 }
	rows, err := db.All(r, func(row db.Row) (c counted, err error) { return c, row.Scan(&c.day, &c.posts, &c.accounts) },
		`SELECT post.created_at / 86400000, count(*), count(DISTINCT post.account_id)
		FROM (SELECT post_id FROM `+of+` AND post_id >= $2 ORDER BY post_id DESC LIMIT $3) recent
		JOIN post ON post.id = recent.post_id WHERE post.visibility = 'public' GROUP BY post.created_at / 86400000`,
		subject, id.Floor(days[hashtagDays-1].Start), hashtagPosts)
	if err != nil {
		return nil, err
	}
	first := today.UnixMilli() / (24 * time.Hour).Milliseconds()
	for _, c := range rows {
		if n := first - c.day; n >= 0 && n < hashtagDays {
			days[n].Posts, days[n].Accounts = c.posts, c.accounts
		}
	}
	return days, nil
}
