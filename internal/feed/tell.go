package feed

import (
	"context"
	"runtime"

	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
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
	if e.ReplyTo == 0 {
		topics = append(topics, PublicTopic())
	}
	for _, t := range e.Tags {
		topics = append(topics, Topic{kind: aboutTag, tag: t})
	}
	return topics
}

func (w *watch) created(e post.Created) {
	if w.anyone.Load() == 0 || e.Meta.Notice() {
		return
	}
	s := w.audiences.s
	topics := topicsOf(e)
	w.later(func(ctx context.Context) { s.tellPost(ctx, Posted, e.PostID, e.AccountID, topics) })
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
		for _, t := range e.Tags {
			topics = append(topics, Topic{kind: aboutTag, tag: t})
		}
	}
	w.later(func(ctx context.Context) { s.tellPost(ctx, Edited, e.PostID, e.AccountID, topics) })
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
		topics = append(topics, PublicTopic())
		for _, t := range e.Tags {
			topics = append(topics, Topic{kind: aboutTag, tag: t})
		}
	}
	w.later(func(ctx context.Context) {
		for _, t := range topics {
			gone := &Event{Kind: Deleted, Topic: t, PostID: e.PostID}
			for _, x := range w.of(t) {
				x.send(gone)
			}
		}
		gone := &Event{Kind: Deleted, Topic: HomeTopic(), PostID: e.PostID}
		for _, x := range w.audiences.of(ctx, e.AccountID) {
			if e.Visibility != post.Direct || x.viewer.Is(e.AccountID) {
				x.send(gone)
			}
		}
	})
	w.count(e.ReplyTo)
	w.count(e.ShareOf)
}

func (w *watch) hearLikes(s *Service) {
	event.After(s.hub, func(e post.Liked) { w.count(e.PostID) })
	event.After(s.hub, func(e post.Unliked) { w.count(e.PostID) })
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
		s.tell(ctx, Counted, i, map[Topic][]*watcher{t: w.of(t)})
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

// tellPost tells of a post under its topics and to the homes of those who follow
// its author.
func (s *Service) tellPost(ctx context.Context, kind EventKind, i, author id.ID, topics []Topic) {
	to := make(map[Topic][]*watcher, len(topics)+1)
	for _, t := range topics {
		if all := s.watch.of(t); len(all) > 0 {
			to[t] = all
		}
	}
	if all := s.watch.audiences.of(ctx, author); len(all) > 0 {
		to[HomeTopic()] = all
	}
	if len(to) > 0 {
		s.tell(ctx, kind, i, to)
	}
}

// breath is after how many who are told others get their turn: ten thousand who
// wake at once would stand before whoever asks for something next.
const breath = 32

// tell hands a post to those who may see it now.
func (s *Service) tell(ctx context.Context, kind EventKind, i id.ID, to map[Topic][]*watcher) {
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
	entry := entries[0]
	for t, all := range to {
		e := &Event{Kind: kind, Topic: t, PostID: i, Item: Item{Entry: entry}}
		e.Item.Why = whyOf(t, entry)
		for n, x := range all {
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
			if r.sees(t, entry) {
				x.send(e)
			}
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
	case t.kind == aboutHome:
		return WhyFollowed
	}
	return WhyListed
}

// audiences are, for authors who posted lately, those who watch their homes and
// follow them. A list is made by looking at all who watch, and holds until
// somebody comes, goes or follows; so an author pays for it once, and the memory
// is that of those who post, not of all who are followed.
type audiences struct {
	s       *Service
	changes uint64
	homes   []*watcher
	by      map[id.ID][]*watcher
	total   int
}

func (a *audiences) of(ctx context.Context, author id.ID) []*watcher {
	if now := a.s.watch.changes.Load(); a.by == nil || now != a.changes || a.total > audienceMost {
		a.changes, a.total, a.by = now, 0, map[id.ID][]*watcher{}
		a.homes = a.s.watch.homely()
	}
	all, known := a.by[author]
	if known || len(a.homes) == 0 {
		return all
	}
	for _, x := range a.homes {
		r, err := a.s.reader(ctx, x.viewer)
		if err != nil {
			a.s.watch.missed.Store(true)
			return all // not kept: the next post tries again
		}
		if x.viewer.Is(author) || r.set.Follows(author) {
			all = append(all, x)
		}
	}
	a.by[author] = all
	a.total += len(all) + 1
	return all
}

// homely are those who watch their homes.
func (w *watch) homely() []*watcher {
	w.mu.RLock()
	defer w.mu.RUnlock()
	all := make([]*watcher, 0, len(w.homes))
	for x := range w.homes {
		all = append(all, x)
	}
	return all
}
