package post

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// How much of a thread is shown around a post.
const (
	ancestorsMost   = 40
	descendantsMost = 60
	depthMost       = 20
)

// above walks up from a post to what it answers; below down to what answers
// it, level by level, which ends early in a long thread because of the limit.
// More is read than shown, since some of it may not be for the viewer.
var (
	above = fmt.Sprintf(`WITH RECURSIVE up (id, reply_to, n) AS (
			SELECT id, reply_to, 0 FROM post WHERE id = $1
			UNION ALL SELECT p.id, p.reply_to, up.n + 1 FROM post p JOIN up ON p.id = up.reply_to WHERE up.n < %d)
		SELECT n, id FROM up WHERE n > 0 ORDER BY n DESC`, ancestorsMost)
	below = fmt.Sprintf(`WITH RECURSIVE down (id, reply_to, n) AS (
			SELECT id, reply_to, 1 FROM post WHERE reply_to = $1
			UNION ALL SELECT p.id, p.reply_to, down.n + 1 FROM post p JOIN down ON p.reply_to = down.id WHERE down.n < %d)
		SELECT n, id FROM down LIMIT %d`, depthMost, 4*descendantsMost)
)

// Context is what stands around a post, as far as the viewer may see it. What
// answers something that the viewer may not see is not shown.
func (s *Service) Context(ctx context.Context, v account.Viewer, i id.ID) (*Thread, error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	post := e.Of().Post.ID
	up, err := s.around(ctx, v, above, post)
	if err != nil {
		return nil, err
	}
	down, err := s.around(ctx, v, below, post)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(down, func(a, b *Entry) int { return cmp.Compare(a.Post.ID, b.Post.ID) })
	answers := map[id.ID][]*Entry{}
	for _, e := range down {
		answers[e.Post.ReplyTo] = append(answers[e.Post.ReplyTo], e)
	}
	t := &Thread{Ancestors: up}
	var add func(parent id.ID)
	add = func(parent id.ID) {
		for _, e := range answers[parent] {
			if len(t.Descendants) == descendantsMost {
				return
			}
			t.Descendants = append(t.Descendants, e)
			add(e.Post.ID)
		}
	}
	add(post)
	return t, nil
}

func (s *Service) around(ctx context.Context, v account.Viewer, query string, post id.ID) ([]*Entry, error) {
	rows, err := db.All(s.d.Read(ctx), scanRow, query, post)
	if err != nil {
		return nil, fmt.Errorf("read a thread: %w", err)
	}
	ids := make([]id.ID, len(rows))
	for n, r := range rows {
		ids[n] = r.id
	}
	entries, err := s.Cached(ctx, ids)
	if err != nil {
		return nil, err
	}
	return s.Seen(ctx, v, entries)
}
