package feed_test

import (
	"slices"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// truth is what a timeline should be, read from the rows in the plainest way.
type truth struct {
	w       *world
	v       account.Viewer
	entries []*post.Entry // all that the viewer may see, newest first
	follows map[id.ID]bool
	away    map[id.ID]bool // kept from the home by an exclusive list
	tags    []string       // followed
	quiet   map[id.ID]bool // followed without shares
	apart   map[id.ID]bool
	mutes   map[id.ID]bool
}

func (w *world) truth(t testing.TB, v account.Viewer) *truth {
	t.Helper()
	tr := &truth{w: w, v: v, follows: map[id.ID]bool{}, away: map[id.ID]bool{}, quiet: map[id.ID]bool{}, apart: map[id.ID]bool{}, mutes: map[id.ID]bool{}}
	cond, args := post.VisibleSQL("post", 1, v)
	seen := w.ids(t, `SELECT post.id FROM post WHERE post.meta = '{}' AND `+cond+` ORDER BY post.id DESC`, args...)
	var err error
	if tr.entries, err = w.Posts.Cached(ctx, seen); err != nil {
		t.Fatal(err)
	}
	me := int64(v.ID())
	for _, x := range []struct {
		to    map[id.ID]bool
		query string
		args  []any
	}{
		{tr.follows, `SELECT followee_id FROM follow WHERE follower_id = $1`, []any{me}},
		{tr.away, `SELECT m.account_id FROM list_member m JOIN list ON list.id = m.list_id WHERE list.account_id = $1 AND list.exclusive`, []any{me}},
		{tr.quiet, `SELECT followee_id FROM follow WHERE follower_id = $1 AND NOT shares`, []any{me}},
		{tr.apart, `SELECT target_id FROM block WHERE account_id = $1`, []any{me}},
		{tr.apart, `SELECT account_id FROM block WHERE target_id = $1`, []any{me}},
		{tr.mutes, `SELECT target_id FROM mute WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > $2)`, []any{me, db.Millis(w.Clock.Now())}},
	} {
		for _, i := range w.ids(t, x.query, x.args...) {
			x.to[i] = true
		}
	}
	tr.tags, err = db.All(w.D.Read(ctx), func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, `SELECT tag FROM tag_follow WHERE account_id = $1`, me)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func (w *world) ids(t testing.TB, query string, args ...any) []id.ID {
	t.Helper()
	all, err := db.All(w.D.Read(ctx), func(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) }, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (tr *truth) muted(e *post.Entry) bool {
	return tr.mutes[e.Post.AccountID] || e.Shared() != nil && tr.mutes[e.Shared().Post.AccountID]
}

func (tr *truth) home(e *post.Entry) bool {
	p := e.Post
	author, answered := p.AccountID, p.ReplyToAccount
	if tr.muted(e) {
		return false
	}
	if tr.v.Is(author) {
		return true
	}
	if !tr.passed(e) && !tr.asked(e) || tr.away[author] || tr.mutes[answered] || tr.apart[answered] {
		return false
	}
	if p.Visibility == post.Public && p.ShareOf == 0 && slices.ContainsFunc(p.Tags, func(t string) bool { return slices.Contains(tr.tags, db.Fold(t)) }) {
		return true
	}
	if !tr.follows[author] {
		return false
	}
	switch {
	case p.MovementID != 0:
		original := e.Shared().Post.AccountID
		return !tr.quiet[author] && !tr.v.Is(original) && !tr.follows[original]
	case p.ShareOf != 0:
		return !tr.quiet[author]
	case p.ReplyTo != 0:
		return tr.v.Is(answered) || answered == author || tr.follows[answered]
	}
	return true
}

// list is the same of a list of the viewer's.
func (tr *truth) list(l *relation.List) func(e *post.Entry) bool {
	shown := func(i id.ID) bool { return l.Has(i) && (tr.follows[i] || tr.v.Is(i)) }
	return func(e *post.Entry) bool {
		p := e.Post
		author, answered := p.AccountID, p.ReplyToAccount
		if tr.muted(e) || !tr.passed(e) && !tr.asked(e) || !shown(author) || !tr.v.Is(author) && (tr.mutes[answered] || tr.apart[answered]) {
			return false
		}
		switch {
		case p.MovementID != 0:
			return !tr.quiet[author] && !shown(e.Shared().Post.AccountID)
		case p.ShareOf != 0:
			return !tr.quiet[author]
		case p.ReplyTo != 0:
			return tr.v.Is(answered) || answered == author || l.Replies == relation.RepliesFollowed && tr.follows[answered] ||
				l.Replies == relation.RepliesList && shown(answered)
		}
		return true
	}
}

// asked says whether what a limited account wrote is for the viewer.
func (tr *truth) asked(e *post.Entry) bool {
	p := e.Of().Post
	return !p.Limited || tr.v.Is(p.AccountID) || tr.follows[p.AccountID]
}

// passed says whether somebody chose to share it.
func (tr *truth) passed(e *post.Entry) bool { return e.Post.ShareOf != 0 && e.Post.MovementID == 0 }

func (tr *truth) public(e *post.Entry) bool {
	return tr.asked(e) && e.Post.Visibility == post.Public && e.Post.ShareOf == 0 && e.Post.ReplyTo == 0 && !tr.muted(e)
}

func (tr *truth) tag(e *post.Entry) bool { return tr.listed(e, "käse") }

// listed says whether a post is under any of the hashtags.
func (tr *truth) listed(e *post.Entry, tags ...string) bool {
	has := slices.ContainsFunc(e.Post.Tags, func(t string) bool { return slices.Contains(tags, db.Fold(t)) })
	return has && tr.asked(e) && e.Post.Visibility == post.Public && e.Post.ShareOf == 0 && !tr.muted(e)
}

// page is the part of what is in that p asks for; on a home each post once.
func (tr *truth) page(p db.Page, in func(*post.Entry) bool, once bool) []id.ID {
	all := slices.Clone(tr.entries)
	if p.Min != 0 {
		slices.Reverse(all)
	}
	had := map[id.ID]bool{}
	var page []id.ID
	for _, e := range all {
		i, of := e.Post.ID, e.Of().Post.ID
		if p.Max != 0 && i >= p.Max || i <= p.Since || i <= p.Min || !in(e) || once && had[of] {
			continue
		}
		had[of] = true
		if page = append(page, i); len(page) == p.Size() {
			break
		}
	}
	return db.Newest(p, page)
}
