package feed

import (
	"context"
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/text"
)

// listLine is what is public: all of it, or what has a hashtag.
type listLine struct {
	s    *Service
	r    reader
	tags *Tags // folded; nil: all of it
	only Only
}

func (s *Service) tagLine(r reader, tags Tags, only Only) *listLine {
	folded := Tags{Any: foldTags(tags.Any), All: foldTags(tags.All), None: foldTags(tags.None)}
	if len(folded.All) < len(tags.All) {
		folded.Any = nil // no post has what is no hashtag
	}
	return &listLine{s: s, r: r, tags: &folded, only: only}
}

// foldTags folds each hashtag, without what is none.
func foldTags(tags []string) []string {
	var folded []string
	for _, t := range tags {
		if f := foldTag(t); f != "" && !slices.Contains(folded, f) {
			folded = append(folded, f)
		}
	}
	return folded
}

// foldTag is a hashtag as it is compared; "" for what is none.
func foldTag(tag string) string {
	tag, ok := text.Tag(tag)
	if !ok {
		return ""
	}
	return db.Fold(tag)
}

func (l *listLine) keys() []key {
	if l.tags == nil {
		return []key{{kind: ofPublic}}
	}
	keys := make([]key, len(l.tags.Any))
	for n, t := range l.tags.Any {
		keys[n] = key{kind: ofTag, tag: t}
	}
	return keys
}

func (l *listLine) held(ctx context.Context) (held, error) {
	keys := l.keys()
	if len(keys) == 1 {
		return l.s.ring(ctx, keys[0], func(mark) bool { return true })
	}
	pieces, err := l.s.rings.of(ctx, keys)
	if err != nil {
		return held{}, err
	}
	var h held
	for _, p := range pieces {
		h.floor = max(h.floor, p.floor) // below it, that hashtag may have more
	}
	for _, p := range pieces {
		for _, m := range p.marks {
			if m.id >= h.floor {
				h.ids = append(h.ids, m.id)
			}
		}
	}
	slices.Sort(h.ids)
	h.ids = slices.Compact(h.ids)
	return h, nil
}

func (s *Service) ring(ctx context.Context, k key, wants func(mark) bool) (held, error) {
	pieces, err := s.rings.of(ctx, []key{k})
	if err != nil {
		return held{}, err
	}
	return held{marks: pieces[0].marks, wants: wants, floor: pieces[0].floor}, nil
}

func (l *listLine) forget(ids []id.ID) {
	for _, k := range l.keys() {
		l.s.rings.forget(k, ids)
	}
}

func (l *listLine) keeps(e *post.Entry) bool {
	return l.only.keeps(e.Post) && !l.r.mutes(e) && l.r.asked(e) && (l.tags == nil || l.tags.keeps(e.Post))
}

func (t *Tags) keeps(p *post.Post) bool {
	has := func(tag string) bool { return hasTag(p, tag) }
	return slices.ContainsFunc(t.Any, has) && !slices.ContainsFunc(t.None, has) &&
		!slices.ContainsFunc(t.All, func(tag string) bool { return !has(tag) })
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
