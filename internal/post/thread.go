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

// extent is how much of a thread is shown around a post.
type extent struct{ ancestors, descendants, depth, read int }

// More descendants are read than shown where there may be more, so that a branch
// is shown before the next begins.
var (
	shortThread = extent{ancestors: 40, descendants: 60, depth: 20, read: 240}
	longThread  = extent{ancestors: 4096, descendants: 4096, depth: 4096, read: 4096} // as Mastodon's
)

// above walks up from a post to what it answers; below down to what answers
// it, level by level, as far as the viewer may see it: else one account's hidden
// answers could take the places of all others.
func (x extent) above() string {
	return fmt.Sprintf(`WITH RECURSIVE up (id, reply_to, n) AS (
			SELECT id, reply_to, 0 FROM post WHERE id = $1
			UNION ALL SELECT p.id, p.reply_to, up.n + 1 FROM post p JOIN up ON p.id = up.reply_to WHERE up.n < %d)
		SELECT n, id FROM up WHERE n > 0 ORDER BY n DESC`, x.ancestors)
}

func (x extent) below(v account.Viewer, post id.ID) (query string, args []any) {
	args = []any{post}
	visible := func() string {
		cond, more := VisibleSQL("p", len(args)+1, v)
		args = append(args, more...)
		return cond
	}
	return fmt.Sprintf(`WITH RECURSIVE down (id, reply_to, n) AS (
			SELECT p.id, p.reply_to, 1 FROM post p WHERE p.reply_to = $1 AND %s
			UNION ALL SELECT p.id, p.reply_to, down.n + 1 FROM post p JOIN down ON p.reply_to = down.id WHERE down.n < %d AND %s)
		SELECT n, id FROM down LIMIT %d`, visible(), x.depth, visible(), x.read), args
}

// Context is what stands around a post, as far as the viewer may see it and one
// page can show it. What answers something that the viewer may not see is not
// shown.
func (s *Service) Context(ctx context.Context, v account.Viewer, i id.ID) (*Thread, error) {
	return s.context(ctx, v, i, shortThread)
}

// WholeContext is Context of up to 4,096 posts each way; for who has not signed in
// it is Context.
func (s *Service) WholeContext(ctx context.Context, v account.Viewer, i id.ID) (*Thread, error) {
	if !v.SignedIn() {
		return s.context(ctx, v, i, shortThread)
	}
	return s.context(ctx, v, i, longThread)
}

func (s *Service) context(ctx context.Context, v account.Viewer, i id.ID, x extent) (*Thread, error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	post := e.Of().Post.ID
	up, err := s.around(ctx, v, x.above(), post)
	if err != nil {
		return nil, err
	}
	query, args := x.below(v, post)
	down, err := s.around(ctx, v, query, args...)
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
			if len(t.Descendants) == x.descendants {
				return
			}
			t.Descendants = append(t.Descendants, e)
			add(e.Post.ID)
		}
	}
	add(post)
	return t, nil
}

func (s *Service) around(ctx context.Context, v account.Viewer, query string, args ...any) ([]*Entry, error) {
	rows, err := db.All(s.d.Read(ctx), scanRow, query, args...)
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
