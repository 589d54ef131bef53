package feed

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// Topic is what can be watched.
type Topic struct {
	kind  topicKind
	id    id.ID
	tag   string
	only  Only
	owner id.ID // who alone may watch it; 0: anybody
}

type topicKind uint8

const (
	aboutHome topicKind = iota + 1
	aboutNotices
	aboutPublic
	aboutTag
	aboutMovement
	aboutPost
	aboutEveryone
	aboutList
	aboutDirect
)

// HomeTopic is the watcher's own home, as Home defines it.
func HomeTopic() Topic { return Topic{kind: aboutHome} }

// NoticesOf is what is published to one account; others cannot watch it.
func NoticesOf(account id.ID) Topic { return Topic{kind: aboutNotices, id: account, owner: account} }

// Everyone is what is published to all, whoever they are.
func Everyone() Topic { return Topic{kind: aboutEveryone} }

// PublicTopic is every public post that is no reply, as Public has them.
func PublicTopic(only Only) Topic { return Topic{kind: aboutPublic, only: only} }

// TagTopic is a hashtag, with or without '#', in any case, as Tag has it.
func TagTopic(tag string, only Only) Topic {
	return Topic{kind: aboutTag, tag: foldTag(tag), only: only}
}

// ListTopic is a list of the viewer's, as List has it; others cannot watch it.
// problem.NotFound for a list of somebody else.
func (s *Service) ListTopic(ctx context.Context, v account.Viewer, list id.ID) (Topic, error) {
	l, err := s.relations.List(ctx, v, list)
	if err != nil {
		return Topic{}, err
	}
	return Topic{kind: aboutList, id: l.ID, owner: l.AccountID}, nil
}

// DirectOf is one account's conversations; others cannot watch it.
func DirectOf(account id.ID) Topic { return Topic{kind: aboutDirect, id: account, owner: account} }

// MovementTopic is what a movement carries, and what is published of it.
func MovementTopic(movement id.ID) Topic { return Topic{kind: aboutMovement, id: movement} }

// PostTopic is one post: its edits, numbers and end, and answers to it or
// within its thread.
func PostTopic(post id.ID) Topic { return Topic{kind: aboutPost, id: post} }

// EventKind says what happened.
type EventKind uint8

const (
	Posted    EventKind = iota + 1 // a new post or share: Item
	Edited                         // Item is the new version
	Deleted                        // PostID is gone
	Counted                        // the numbers of PostID have changed: Item.Entry.Counts
	Conversed                      // a direct post, Item, came into ConversationID
	Published                      // Data, by another room
	Reload                         // something was lost: begin anew with a page
)

// Event is one thing that happened. It is shared by all who are told; nobody
// changes it.
type Event struct {
	Kind   EventKind
	Topic  Topic // by which it came; HomeTopic for every home
	PostID id.ID
	Item   Item // of Posted, Edited, Counted and Conversed
	Data   any  // of Published

	ConversationID id.ID // of Conversed: as post.Conversation knows it
}

// May says whether a watcher may be told of what is published.
type May func(v account.Viewer, set *relation.Set) bool

// sees says whether a watcher may be told of a post now, by a topic, and why it
// is there; list is the one that the topic is about.
func (r reader) sees(t Topic, list *relation.List, e *post.Entry) (Why, bool) {
	if !e.Visible(r.Viewer, r.set) {
		return "", false
	}
	switch t.kind {
	case aboutHome, aboutList:
		l := homeLine{r: r, shows: shows{set: r.set, list: list}}
		if !l.keeps(e) {
			return "", false
		}
		if l.wants(e.Post.AccountID, markOfEntry(e)) {
			return whyOf(t, e), true
		}
		return WhyTag, l.byTag(e.Post)
	case aboutMovement, aboutPublic, aboutTag:
		return whyOf(t, e), !r.mutes(e) && r.asked(e)
	case aboutDirect:
		return whyOf(t, e), !r.mutes(e)
	}
	return whyOf(t, e), true
}

func markOfEntry(e *post.Entry) mark {
	c := post.Created{PostID: e.Post.ID, ReplyTo: e.Post.ReplyTo, ReplyToAccount: e.Post.ReplyToAccount,
		ShareOf: e.Post.ShareOf, MovementID: e.Post.MovementID}
	if shared := e.Shared(); shared != nil {
		c.SharedAccount = shared.Post.AccountID
	}
	return markOf(c)
}
