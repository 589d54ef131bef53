package feed

import (
	"context"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// listLine is what is public: all of it, or what has a hashtag.
type listLine struct {
	s    *Service
	r    reader
	tag  string // folded
	void bool   // there can be nothing
	only Only
}

func (s *Service) tagLine(r reader, tag string, only Only) *listLine {
	l := &listLine{s: s, r: r, tag: foldTag(tag), only: only}
	l.void = l.tag == ""
	return l
}

// foldTag is a hashtag as it is compared; "" for what is none.
func foldTag(tag string) string {
	tag = strings.TrimPrefix(tag, "#")
	if len(tag) > 4*post.MaxTag || !utf8.ValidString(tag) || strings.ContainsRune(tag, 0) {
		return ""
	}
	return db.Fold(tag)
}

func (l *listLine) key() key {
	if l.tag != "" {
		return key{kind: ofTag, tag: l.tag}
	}
	return key{kind: ofPublic}
}

func (l *listLine) held(ctx context.Context) (held, error) {
	if l.void {
		return held{}, nil
	}
	return l.s.ring(ctx, l.key(), func(mark) bool { return true })
}

func (s *Service) ring(ctx context.Context, k key, wants func(mark) bool) (held, error) {
	pieces, err := s.rings.of(ctx, []key{k})
	if err != nil {
		return held{}, err
	}
	return held{marks: pieces[0].marks, wants: wants, floor: pieces[0].floor}, nil
}

func (l *listLine) forget(ids []id.ID) { l.s.rings.forget(l.key(), ids) }

func (l *listLine) keeps(e *post.Entry) bool {
	return l.only.keeps(e.Post) && !l.r.mutes(e) && l.r.asked(e) && (l.tag == "" || hasTag(e.Post, l.tag))
}

func (l *listLine) once() bool { return false }

func (l *listLine) item(e *post.Entry) Item { return Item{Entry: e, Why: WhyListed} }

// accountLine is what one account writes and shares.
type accountLine struct {
	s        *Service
	r        reader
	account  id.ID
	of       Of
	movement bool // it is a movement's: mutes hide what it carries
}

func (l *accountLine) key() key { return key{kind: ofPage, id: l.account} }

func (l *accountLine) held(ctx context.Context) (held, error) { return l.s.ring(ctx, l.key(), l.wants) }

func (l *accountLine) forget(ids []id.ID) { l.s.rings.forget(l.key(), ids) }

// wants leaves out what a mark tells; keeps and pull decide the same.
func (l *accountLine) wants(m mark) bool {
	if m.shares() {
		return !(l.of.ExcludeShares || l.of.OnlyMedia || l.of.Tagged != "")
	}
	return !l.of.ExcludeReplies || m.inOwnThread(l.account)
}

func (l *accountLine) keeps(e *post.Entry) bool {
	p := e.Post
	switch {
	case p.MovementID != 0 && !l.r.asked(e):
		return false
	case l.of.OnlyMedia && len(p.Media) == 0, l.of.Tagged != "" && !hasTag(p, l.of.Tagged):
		return false
	case p.ShareOf != 0:
		return !l.of.ExcludeShares && !(l.movement && l.r.mutes(e))
	}
	return !l.of.ExcludeReplies || p.ReplyTo == 0 || p.ReplyToAccount == p.AccountID
}

func (l *accountLine) once() bool { return false }

func (l *accountLine) item(e *post.Entry) Item { return Item{Entry: e, Why: l.why(e)} }

func (l *accountLine) why(e *post.Entry) Why {
	switch {
	case e.Post.MovementID != 0:
		return WhyCarried
	case e.Post.ShareOf != 0:
		return WhyShared
	case l.r.Is(e.Post.AccountID):
		return WhyOwn
	case l.r.set.Follows(e.Post.AccountID):
		return WhyFollowed
	}
	return WhyListed
}
