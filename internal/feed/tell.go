package feed

import (
	"context"
	"runtime"
	"slices"

	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// What happened is told here, by the goroutine that watch owns.

// topicsOf are those, other than homes, that a new post is told under.
func topicsOf(e post.Created) []Topic {
	var topics []Topic
	if e.MovementID != 0 {
		topics = append(topics, MovementTopic(e.MovementID))
	}
	if e.ReplyTo != 0 {
		topics = append(topics, PostTopic(e.ReplyTo))
		if e.Thread != e.ReplyTo {
			topics = append(topics, PostTopic(e.Thread))
		}
	}
	if e.Visibility != post.Public || e.ShareOf != 0 {
		return topics
	}
	return append(topics, listedUnder(e.ReplyTo, e.Tags)...)
}

// narrowings are the ways in which what is public can be watched in part.
var narrowings = []Only{{}, {Local: true}, {Remote: true}, {Media: true}, {Local: true, Media: true}, {Remote: true, Media: true}}

// listedUnder are the topics of a public post, which tell narrows.
func listedUnder(replyTo id.ID, tags []string) []Topic {
	topics := make([]Topic, 0, len(narrowings)*(1+len(tags)))
	for _, only := range narrowings {
		if replyTo == 0 {
			topics = append(topics, PublicTopic(only))
		}
		for _, t := range tags {
			topics = append(topics, Topic{kind: aboutTag, tag: t, only: only})
		}
	}
	return topics
}

func (w *watch) created(e post.Created) {
	if w.anyone.Load() == 0 || e.Meta.Notice() {
		return
	}
	s := w.audiences.s
	topics := topicsOf(e)
	tags := brought(e.Visibility, e.ShareOf, e.Tags)
	w.later(func(ctx context.Context) { s.tellPost(ctx, Posted, e.PostID, e.AccountID, topics, tags) })
	w.count(e.ReplyTo)
	w.count(e.ShareOf)
}

func (w *watch) edited(e post.Edited) {
	if w.anyone.Load() == 0 {
		return
	}
	s := w.audiences.s
	topics := []Topic{PostTopic(e.PostID)}
	if e.Visibility == post.Public {
		topics = append(topics, listedUnder(e.ReplyTo, e.Tags)...)
	}
	tags := brought(e.Visibility, 0, e.Tags)
	w.later(func(ctx context.Context) { s.tellPost(ctx, Edited, e.PostID, e.AccountID, topics, tags) })
}

// brought are the hashtags by which a post comes to homes.
func brought(v post.Visibility, shareOf id.ID, tags []string) []string {
	if v != post.Public || shareOf != 0 {
		return nil
	}
	return tags
}

// deleted tells the post's id to those who may have been told of it; of a direct
// post to its author alone, as who was mentioned is not known any more.
func (w *watch) deleted(e post.Deleted) {
	if w.anyone.Load() == 0 {
		return
	}
	topics := []Topic{PostTopic(e.PostID)}
	if e.MovementID != 0 {
		topics = append(topics, MovementTopic(e.MovementID))
	}
	if e.Visibility == post.Public && e.ShareOf == 0 {
		topics = append(topics, listedUnder(e.ReplyTo, e.Tags)...)
	}
	w.later(func(ctx context.Context) {
		groups := w.audiences.of(ctx, e.AccountID, brought(e.Visibility, e.ShareOf, e.Tags))
		for _, t := range topics {
			groups = append(groups, group{topic: t, to: w.of(t)})
		}
		for _, g := range groups {
			gone := &Event{Kind: Deleted, Topic: g.topic, PostID: e.PostID}
			for _, x := range g.to {
				if e.Visibility != post.Direct || g.topic.kind == aboutPost || x.viewer.Is(e.AccountID) {
					x.send(gone)
				}
			}
		}
	})
	w.count(e.ReplyTo)
	w.count(e.ShareOf)
}

// conversed tells those who watch their conversations.
func (w *watch) conversed(e post.Conversed) {
	if w.anyone.Load() == 0 {
		return
	}
	s := w.audiences.s
	w.later(func(ctx context.Context) {
		var groups []group
		for _, of := range e.Of {
			t := DirectOf(of.AccountID)
			g := group{topic: t, to: w.of(t), conversation: of.ConversationID}
			if !e.Gone {
				groups = append(groups, g)
				continue
			}
			gone := &Event{Kind: Deleted, Topic: t, PostID: e.PostID}
			for _, x := range g.to {
				x.send(gone)
			}
		}
		s.tell(ctx, Conversed, e.PostID, groups)
	})
}

func (w *watch) hearLikes(s *Service) {
	event.After(s.hub, func(e post.Liked) { w.count(e.PostID) })
	event.After(s.hub, func(e post.Unliked) { w.count(e.PostID) })
}

// hearVotes tells of a poll's numbers as of a post's own, and of its end.
func (w *watch) hearVotes(s *Service) {
	event.After(s.hub, func(e post.Voted) { w.count(e.PostID) })
	event.After(s.hub, func(e post.PollEnded) { w.count(e.PostID) })
	event.After(s.hub, func(e post.VotesErased) {
		for _, i := range e.PostIDs {
			w.count(i)
		}
	})
}

// count lets those who watch a post know its numbers; in a storm, once for many
// changes.
func (w *watch) count(i id.ID) {
	t := PostTopic(i)
	if i == 0 || w.anyone.Load() == 0 || !w.watched(t) {
		return
	}
	w.counting.Lock()
	defer w.counting.Unlock()
	if _, queued := w.counted[i]; queued {
		return
	}
	w.counted[i] = struct{}{}
	s := w.audiences.s
	if !w.later(func(ctx context.Context) {
		w.counting.Lock()
		delete(w.counted, i)
		w.counting.Unlock()
		s.tell(ctx, Counted, i, []group{{topic: t, to: w.of(t)}})
	}) {
		delete(w.counted, i)
	}
}

// Publish tells those who watch t of something else than a post: a notice, an
// act. may, where it is given, is asked for each of them.
func (s *Service) Publish(t Topic, data any, may May) {
	if s.watch.anyone.Load() == 0 || !s.watch.watched(t) {
		return
	}
	e := &Event{Kind: Published, Topic: t, Data: data}
	s.watch.later(func(ctx context.Context) {
		for _, x := range s.watch.of(t) {
			if x.knows(e) {
				continue
			}
			if may != nil {
				r, err := s.reader(ctx, x.viewer)
				if err != nil {
					x.send(reload)
					continue
				}
				if !may(x.viewer, r.set) {
					continue
				}
			}
			x.send(e)
		}
	})
}

// Tell publishes each event of type T, of any room and from any node, under the
// topic that it belongs to, if any: NoticesOf for what is one account's, Everyone
// for what is for all. It is the one way by which what is no post reaches
// streams; server calls it for each such event, and a door says what the event is
// called on its streams.
func Tell[T any](s *Service, topic func(e T) Topic) {
	event.After(s.hub, func(e T) {
		if t := topic(e); t != (Topic{}) {
			s.Publish(t, e, nil)
		}
	})
}

// group is those who watch a topic.
type group struct {
	topic        Topic
	to           []*watcher
	list         *relation.List // of a ListTopic
	conversation id.ID          // of a DirectOf
}

// tellPost tells of a post under its topics, and to the homes and lists that its
// author or one of tags brings it to.
func (s *Service) tellPost(ctx context.Context, kind EventKind, i, author id.ID, topics []Topic, tags []string) {
	groups := s.watch.audiences.of(ctx, author, tags)
	for _, t := range topics {
		if all := s.watch.of(t); len(all) > 0 {
			groups = append(groups, group{topic: t, to: all})
		}
	}
	s.tell(ctx, kind, i, groups)
}

// breath is after how many who are told others get their turn: ten thousand who
// wake at once would stand before whoever asks for something next.
const breath = 32

// tell hands a post to those who may see it now.
func (s *Service) tell(ctx context.Context, kind EventKind, i id.ID, groups []group) {
	groups = slices.DeleteFunc(groups, func(g group) bool { return len(g.to) == 0 })
	if len(groups) == 0 {
		return
	}
	entries, err := s.posts.Cached(ctx, []id.ID{i})
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("feed: cannot read a post to tell of it", "post", i, "err", err)
			s.watch.missed.Store(true)
		}
		return
	}
	if len(entries) == 0 {
		return // deleted since, and that is told too
	}
	for _, g := range groups {
		if g.topic.only.keeps(entries[0].Post) {
			s.tellGroup(ctx, kind, entries[0], g)
		}
	}
}

func (s *Service) tellGroup(ctx context.Context, kind EventKind, entry *post.Entry, g group) {
	e := &Event{Kind: kind, Topic: g.topic, PostID: entry.Post.ID, ConversationID: g.conversation}
	e.Item = Item{Entry: entry, Why: whyOf(g.topic, entry)}
	tagged := *e
	tagged.Item.Why = WhyTag
	for n, x := range g.to {
		if x.knows(e) {
			continue
		}
		if n%breath == breath-1 {
			runtime.Gosched()
		}
		r, err := s.reader(ctx, x.viewer)
		if err != nil {
			x.send(reload)
			continue
		}
		switch why, sees := r.sees(g.topic, g.list, entry); {
		case !sees:
		case why == WhyTag:
			x.send(&tagged)
		default:
			x.send(e)
		}
	}
}

// whyOf says why an entry came by a topic; it does not know whose home it is.
func whyOf(t Topic, e *post.Entry) Why {
	switch {
	case e.Post.MovementID != 0:
		return WhyCarried
	case e.Post.ShareOf != 0:
		return WhyShared
	case t.kind == aboutHome, t.kind == aboutList:
		return WhyFollowed
	}
	return WhyListed
}
