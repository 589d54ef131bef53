package feed

import (
	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// Topic is what can be watched.
type Topic struct {
	kind topicKind
	id   id.ID
	tag  string
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
)

// HomeTopic is the watcher's own home, as Home defines it.
func HomeTopic() Topic { return Topic{kind: aboutHome} }

// NoticesOf is what is published to one account; others cannot watch it.
func NoticesOf(account id.ID) Topic { return Topic{kind: aboutNotices, id: account} }

// Everyone is what is published to all, whoever they are.
func Everyone() Topic { return Topic{kind: aboutEveryone} }

// PublicTopic is every new public post that is no reply.
func PublicTopic() Topic { return Topic{kind: aboutPublic} }

// TagTopic is a hashtag, with or without '#', in any case.
func TagTopic(tag string) Topic { return Topic{kind: aboutTag, tag: foldTag(tag)} }

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
	Published                      // Data, by another room
	Reload                         // something was lost: begin anew with a page
)

// Event is one thing that happened. It is shared by all who are told; nobody
// changes it.
type Event struct {
	Kind   EventKind
	Topic  Topic // by which it came; HomeTopic for every home
	PostID id.ID
	Item   Item // of Posted, Edited and Counted
	Data   any  // of Published
}

// May says whether a watcher may be told of what is published.
type May func(v account.Viewer, set *relation.Set) bool

// sees says whether a watcher may be told of a post now, by a topic.
func (r reader) sees(t Topic, e *post.Entry) bool {
	if !e.Visible(r.Viewer, r.set) {
		return false
	}
	switch t.kind {
	case aboutHome:
		l := homeLine{r: r}
		return homely(r.set, e.Post.AccountID, markOfEntry(e)) && l.keeps(e)
	case aboutMovement, aboutPublic, aboutTag:
		return !r.mutes(e) && r.asked(e)
	}
	return true
}

func markOfEntry(e *post.Entry) mark {
	c := post.Created{PostID: e.Post.ID, ReplyTo: e.Post.ReplyTo, ReplyToAccount: e.Post.ReplyToAccount,
		ShareOf: e.Post.ShareOf, MovementID: e.Post.MovementID}
	if shared := e.Shared(); shared != nil {
		c.SharedAccount = shared.Post.AccountID
	}
	return markOf(c)
}
