package feed

import (
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// shows is what a home or a list shows: that of the account that set is of, or
// list, which is that account's.
type shows struct {
	set  *relation.Set
	list *relation.List // nil: the home
}

// of is the id under which it is held in memory.
func (w shows) of() id.ID {
	if w.list != nil {
		return w.list.ID
	}
	return w.set.Account()
}

// keys are the rings that it is merged from.
func (w shows) keys() []key {
	if w.list != nil {
		var keys []key
		for _, m := range w.list.Members() {
			if w.member(m) {
				keys = append(keys, key{kind: ofAuthor, id: m})
			}
		}
		return keys
	}
	followees, tags := w.set.Followees(), w.set.Tags()
	keys := make([]key, 0, 1+len(followees)+len(tags))
	keys = append(keys, key{kind: ofAuthor, id: w.set.Account()})
	for _, f := range followees {
		if w.set.AtHome(f) {
			keys = append(keys, key{kind: ofAuthor, id: f})
		}
	}
	for _, t := range tags {
		keys = append(keys, key{kind: ofTag, tag: t})
	}
	return keys
}

// member says whether the list shows an account: one that is in it only asked to
// be followed shows nothing yet.
func (w shows) member(i id.ID) bool {
	return w.list.Has(i) && (i == w.set.Account() || w.set.Follows(i))
}

// wants says whether a mark belongs here for its author; query is its twin.
func (w shows) wants(author id.ID, m mark) bool {
	if w.list != nil {
		return w.listed(author, m)
	}
	return homely(w.set, author, m)
}

// homely says whether a mark of author belongs into the home of the account
// that set is of.
func homely(set *relation.Set, author id.ID, m mark) bool {
	me, other := set.Account(), m.account()
	if author == me {
		return true
	}
	if !set.AtHome(author) {
		return false
	}
	switch m.kind() {
	case reply:
		return other == me || other == author || set.Follows(other)
	case share:
		return set.SharesOf(author)
	case carried:
		return set.SharesOf(author) && other != me && !set.Follows(other)
	}
	return true
}

func (w shows) listed(author id.ID, m mark) bool {
	if !w.member(author) {
		return false
	}
	me, other := w.set.Account(), m.account()
	switch m.kind() {
	case reply:
		return other == me || other == author ||
			w.list.Replies == relation.RepliesFollowed && w.set.Follows(other) ||
			w.list.Replies == relation.RepliesList && w.member(other)
	case share:
		return author == me || w.set.SharesOf(author)
	case carried:
		return w.set.SharesOf(author) && !w.member(other)
	}
	return true
}

// tagged says whether one of a public post's hashtags, given folded, brings it
// here.
func (w shows) tagged(tags []string) bool {
	return w.list == nil && slices.ContainsFunc(tags, w.set.FollowsTag)
}

// byTag says whether a post is here for a hashtag that the reader follows: not
// where an exclusive list keeps its author away.
func (w shows) byTag(p *post.Post) bool {
	if w.list != nil || len(w.set.Tags()) == 0 || p.Visibility != post.Public || p.ShareOf != 0 {
		return false
	}
	return !w.set.Away(p.AccountID) &&
		slices.ContainsFunc(p.Tags, func(t string) bool { return w.set.FollowsTag(db.Fold(t)) })
}
