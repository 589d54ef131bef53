package feed

import (
	"context"

	"goodturn/internal/id"
	"goodturn/internal/post"
)

// homeLine is a reader's home, or one of its lists.
type homeLine struct {
	s *Service
	r reader
	shows
	of    *homes
	plain bool   // likes bring nothing
	liked *liked // nil for a list, where plain, and where the page does not come from memory
}

func (l *homeLine) home() *home { return l.of.of(l.shows.of(), l.s.now()) }

func (l *homeLine) held(ctx context.Context) (held, error) {
	h := l.home()
	v, err := l.s.view(ctx, l.shows, h)
	if err != nil {
		return held{}, err
	}
	if l.list != nil || l.plain {
		return held{ids: v.ids, floor: v.floor}, nil
	}
	if l.liked, err = l.s.likedHere(ctx, l.r, h); err != nil {
		return held{}, err
	}
	return held{ids: h.join(v, l.liked), floor: v.floor}, nil
}

func (l *homeLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	return l.s.pullHome(ctx, l.shows, sp, n)
}

func (l *homeLine) once() bool { return true }

func (l *homeLine) keeps(e *post.Entry) bool {
	if l.r.mutes(e) || (e.Post.ShareOf == 0 || e.Post.MovementID != 0) && !l.r.asked(e) {
		return false // a limited account is passed on by a share that somebody chose, and by nothing else
	}
	answered := e.Post.ReplyToAccount
	if answered != 0 && !l.r.Is(e.Post.AccountID) && (l.r.set.Mutes(answered) || l.r.set.Apart(answered)) {
		return false
	}
	if e.Post.ShareOf == 0 && !l.set.Reads(e.Post.AccountID, e.Post.Language) {
		return l.byTag(e.Post)
	}
	if l.list != nil || len(l.set.Tags()) == 0 {
		return true
	}
	// A hashtag brought it, which may have been taken away since.
	return l.byTag(e.Post) || l.wants(e.Post.AccountID, markOfEntry(e)) || l.isLiked(e)
}

func (l *homeLine) isLiked(e *post.Entry) bool {
	if l.liked == nil {
		return false
	}
	_, here := l.liked.likers[e.Post.ID]
	return here
}

func (l *homeLine) item(e *post.Entry) Item {
	switch {
	case l.r.Is(e.Post.AccountID):
		return Item{Entry: e, Why: WhyOwn}
	case e.Post.MovementID != 0:
		return Item{Entry: e, Why: WhyCarried}
	case e.Post.ShareOf != 0:
		return Item{Entry: e, Why: WhyShared}
	case l.byTag(e.Post) && !l.wants(e.Post.AccountID, markOfEntry(e)):
		return Item{Entry: e, Why: WhyTag}
	}
	if l.liked != nil && !l.r.set.Follows(e.Post.AccountID) {
		if likers, here := l.liked.likers[e.Post.ID]; here {
			return Item{Entry: e, Why: WhyLiked, Likers: likers}
		}
	}
	return Item{Entry: e, Why: WhyFollowed}
}

func (l *homeLine) forget(ids []id.ID) {
	h := l.home()
	select {
	case h.turn <- struct{}{}:
	default:
		return // somebody changes it; the next reader comes upon them again
	}
	defer func() { <-h.turn }()
	old := h.view.Load()
	if old == nil {
		return
	}
	v := *old
	for _, i := range ids {
		v.ids = withoutID(v.ids, i)
	}
	h.view.Store(&v)
}

// directLine is the posts in a reader's conversations, which memory has not.
type directLine struct {
	s *Service
	r reader
}

func (l *directLine) held(context.Context) (held, error) { return held{floor: lastID}, nil }

func (l *directLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	return l.s.pullIDs(ctx, fromConversations, "conversation.account_id = $1", []any{int64(l.r.ID())}, sp, n)
}

func (l *directLine) once() bool { return false }

func (l *directLine) keeps(e *post.Entry) bool { return !l.r.mutes(e) }

func (l *directLine) item(e *post.Entry) Item {
	if l.r.Is(e.Post.AccountID) {
		return Item{Entry: e, Why: WhyOwn}
	}
	return Item{Entry: e, Why: WhyListed}
}

func (l *directLine) forget([]id.ID) {}
