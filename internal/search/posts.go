package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// question is a statement being written.
type question struct {
	tables string
	conds  []string
	args   []any
}

// arg is a placeholder for a value.
func (q *question) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *question) and(format string, values ...any) {
	holders := make([]any, len(values))
	for n, v := range values {
		holders[n] = q.arg(v)
	}
	q.conds = append(q.conds, fmt.Sprintf(format, holders...))
}

// library are the posts that the viewer wrote, is named in, or did something
// with.
const library = `(post.account_id = %s
	OR EXISTS (SELECT 1 FROM mention m WHERE m.post_id = post.id AND m.account_id = %s)
	OR EXISTS (SELECT 1 FROM liked l WHERE l.post_id = post.id AND l.account_id = %s)
	OR EXISTS (SELECT 1 FROM bookmark b WHERE b.post_id = post.id AND b.account_id = %s)
	OR EXISTS (SELECT 1 FROM post s WHERE s.share_of = post.id AND s.account_id = %s))`

// findable are public posts of those who wish to be found, and their words too.
const findable = `(post.visibility = 'public' AND EXISTS (SELECT 1 FROM account f WHERE f.id = post.account_id AND f.state = 'active' AND f.discoverable AND f.indexable))`

// postsBy finds posts, newest first: those that everybody may find, and those
// that the viewer has to do with. A query without a word finds nothing unless an
// operator narrows it.
func (s *Service) postsBy(ctx context.Context, v account.Viewer, query Query) ([]*post.Entry, error) {
	w := parse(query.Text)
	q, err := s.ask(ctx, v, w, query)
	if err != nil || q == nil {
		return nil, err
	}
	order := " DESC"
	if query.Min != 0 {
		order = " ASC"
	}
	text := `SELECT post.id FROM ` + q.tables + ` WHERE ` + strings.Join(q.conds, " AND ") + ` ORDER BY post.id` + order
	text += ` LIMIT ` + q.arg(query.Limit) + ` OFFSET ` + q.arg(query.Offset)
	ids, err := db.All(s.d.Read(ctx), db.ScanID, text, q.args...)
	if err != nil {
		return nil, fmt.Errorf("search posts: %w", err)
	}
	entries, err := s.posts.Cached(ctx, db.Newest(db.Page{Min: query.Min}, ids))
	if err != nil {
		return nil, err
	}
	return s.posts.Seen(ctx, v, entries)
}

// ask writes the question that a wish is, nil where nothing can be found.
func (s *Service) ask(ctx context.Context, v account.Viewer, w wish, query Query) (*question, error) {
	e, q := engine(s.d.Engine()), &question{tables: "post"}
	if len(w.with) > 0 {
		q.tables = "search_words, post"
		q.and("post.id = search_words.rowid")
		q.and(e.matches("%s"), e.expression(w.with))
	} else if len(w.without) == 0 && len(w.from) == 0 && query.AccountID == 0 && !w.library {
		return nil, nil
	}
	for _, t := range w.without {
		q.and(`post.id NOT IN (SELECT rowid FROM search_words WHERE `+e.matches("%s")+`)`, e.expression([]term{t}))
	}
	q.and("post.share_of IS NULL")
	me := v.ID()
	switch mine := []any{me, me, me, me, me}; {
	case w.library:
		q.and(library, mine...)
	case w.public:
		q.and(findable)
	default:
		q.and("("+findable+" OR "+library+")", mine...)
	}
	q.and(`NOT EXISTS (SELECT 1 FROM mute WHERE mute.account_id = %s AND mute.target_id = post.account_id
		AND (mute.expires_at IS NULL OR mute.expires_at > %s))`, me, db.Millis(s.now()))
	if ok, err := s.authors(ctx, v, q, w, query.AccountID); !ok || err != nil {
		return nil, err
	}
	for _, bound := range []struct {
		cond string
		id   id.ID
	}{{"post.id >= %s", w.after}, {"post.id < %s", w.before}, {"post.id < %s", query.Max}, {"post.id > %s", query.Min}} {
		if bound.id != 0 {
			q.and(bound.cond, bound.id)
		}
	}
	if w.language != "" {
		q.and("post.language = %s", w.language)
	}
	if w.reply != nil {
		q.and("(post.reply_to IS NOT NULL) = %s", *w.reply)
	}
	if w.sensitive != nil {
		q.and("post.sensitive = %s", *w.sensitive)
	}
	cond, args := post.VisibleSQL("post", len(q.args)+1, v)
	q.conds, q.args = append(q.conds, cond), append(q.args, args...)
	return q, nil
}

// authors narrows a question to those whom the query names; false where one of
// them is nobody.
func (s *Service) authors(ctx context.Context, v account.Viewer, q *question, w wish, author id.ID) (bool, error) {
	if author != 0 {
		q.and("post.account_id = %s", author)
	}
	found, err := s.accounts.ByHandles(ctx, append(append([]string{}, w.from...), w.notFrom...))
	if err != nil {
		return false, err
	}
	who := func(handle string) id.ID {
		if a := found[handle]; a != nil {
			return a.ID
		}
		if handle == "me" {
			return v.ID()
		}
		return 0
	}
	for _, handle := range w.from {
		i := who(handle)
		if i == 0 {
			return false, nil
		}
		q.and("post.account_id = %s", i)
	}
	for _, handle := range w.notFrom {
		q.and("post.account_id <> %s", who(handle))
	}
	return true, nil
}
