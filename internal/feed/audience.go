package feed

import (
	"context"
	"slices"

	"goodturn/internal/id"
)

// audiences are, for authors who posted lately, those who watch their homes and
// follow them, and the watched lists that they are in. A list is made by looking
// at all who watch, and holds until somebody comes, goes or follows; so an author
// pays for it once, and the memory is that of those who post, not of all who are
// followed. It belongs to the goroutine of watch.
type audiences struct {
	s       *Service
	changes uint64
	homes   []*watcher
	lists   []group
	by      map[id.ID]audience
	total   int
	tags    map[string][]*watcher // of homes, by followed hashtag; nil: not made yet
}

// audience is an author's.
type audience struct {
	homes []*watcher
	lists []group
}

// of are the homes and lists that an author, or one of the hashtags of a post,
// brings it to.
func (a *audiences) of(ctx context.Context, author id.ID, tags []string) []group {
	a.refresh(ctx)
	of := a.author(ctx, author)
	homes := of.homes
	if len(tags) > 0 && len(a.homes) > 0 {
		homes = a.withTags(ctx, homes, tags)
	}
	groups := make([]group, 0, 1+len(of.lists)+8) // and room for topics
	if len(homes) > 0 {
		groups = append(groups, group{topic: HomeTopic(), to: homes})
	}
	return append(groups, of.lists...)
}

// refresh begins anew when something changed.
func (a *audiences) refresh(ctx context.Context) {
	now := a.s.watch.changes.Load()
	if a.by != nil && now == a.changes && a.total <= audienceMost {
		return
	}
	a.changes, a.total, a.by, a.tags = now, 0, map[id.ID]audience{}, nil
	a.homes = a.s.watch.homely()
	a.lists = nil
	for _, g := range a.s.watch.lists() {
		list, err := a.s.relations.List(ctx, g.to[0].viewer, g.topic.id)
		if err != nil {
			continue // it is gone, or will be read when something changes
		}
		g.list = list
		a.lists = append(a.lists, g)
	}
}

func (a *audiences) author(ctx context.Context, author id.ID) audience {
	of, known := a.by[author]
	if known || len(a.homes)+len(a.lists) == 0 {
		return of
	}
	for _, x := range a.homes {
		r, err := a.s.reader(ctx, x.viewer)
		if err != nil {
			a.s.watch.missed.Store(true)
			return of // not kept: the next post tries again
		}
		if x.viewer.Is(author) || r.set.Follows(author) {
			of.homes = append(of.homes, x)
		}
	}
	for _, g := range a.lists {
		if g.list.Has(author) {
			of.lists = append(of.lists, g)
		}
	}
	a.by[author] = of
	a.total += len(of.homes) + len(of.lists) + 1
	return of
}

// withTags are homes, and those that one of the hashtags brings a post to.
func (a *audiences) withTags(ctx context.Context, homes []*watcher, tags []string) []*watcher {
	if a.tags == nil {
		by := map[string][]*watcher{}
		for _, x := range a.homes {
			r, err := a.s.reader(ctx, x.viewer)
			if err != nil {
				a.s.watch.missed.Store(true)
				return homes
			}
			for _, t := range r.set.Tags() {
				by[t] = append(by[t], x)
			}
		}
		a.tags = by
	}
	var has map[*watcher]bool
	for _, t := range tags {
		for _, x := range a.tags[t] {
			if has == nil {
				has = make(map[*watcher]bool, len(homes))
				for _, y := range homes {
					has[y] = true
				}
				homes = slices.Clone(homes)
			}
			if !has[x] {
				has[x] = true
				homes = append(homes, x)
			}
		}
	}
	return homes
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

// lists are those who watch lists.
func (w *watch) lists() []group {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var all []group
	for t, to := range w.byTopic {
		if t.kind == aboutList {
			all = append(all, group{topic: t, to: to})
		}
	}
	return all
}
