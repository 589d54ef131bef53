package feed

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// A public post comes into a home, at its own place in time, when somebody whom
// the reader follows likes it and lets followers see that, and otherwise once
// five of them like it, without names (design, section 8).
const (
	likedWithin  = 48 * time.Hour   // how old a post may be
	likedFresh   = 30 * time.Second // how old what likes bring into a home may be
	likedHome    = 40               // posts in a home by likes, at most: the newest
	likersEnough = 5
	likersNamed  = 3
	likesMost    = 100_000 // likes in memory; of older posts first they are forgotten
)

// likes are what accounts like of the last two days' posts, for all homes: read
// when first asked for, and kept up by events from before that query on.
type likes struct {
	s *Service

	loading sync.Mutex // held by who reads them

	mu      sync.RWMutex
	by      map[id.ID][]id.ID // posts by who likes them; nil: not read yet
	n       int
	undone  map[[2]id.ID]bool // while they are read: taken back
	changes uint64
	floor   id.ID // what posts before it had was forgotten
}

func (l *likes) init(s *Service) {
	l.s = s
	event.After(s.hub, func(e post.Liked) { l.add(e.AccountID, e.PostID) })
	event.After(s.hub, func(e post.Unliked) { l.remove(e.AccountID, e.PostID) })
	event.After(s.hub, func(e post.LikesErased) {
		for _, p := range e.PostIDs {
			l.remove(e.AccountID, p)
		}
	})
}

func (l *likes) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by, l.n, l.undone = nil, 0, nil
	l.changes++
}

func (l *likes) add(by, p id.ID) {
	if p < id.Floor(l.s.now().Add(-likedWithin)) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil || p < l.floor {
		return
	}
	delete(l.undone, [2]id.ID{by, p})
	l.put(by, p)
	if l.n >= 2*likesMost {
		l.trim()
	}
}

// put is called with mu held.
func (l *likes) put(by, p id.ID) {
	if slices.Contains(l.by[by], p) {
		return
	}
	l.by[by] = append(l.by[by], p)
	l.n++
	l.changes++
}

func (l *likes) remove(by, p id.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.undone != nil {
		l.undone[[2]id.ID{by, p}] = true
	}
	was := len(l.by[by])
	l.keep(by, func(x id.ID) bool { return x != p })
	if len(l.by[by]) != was {
		l.changes++
	}
}

// keep is called with mu held.
func (l *likes) keep(by id.ID, keep func(id.ID) bool) {
	was := l.by[by]
	left := slices.DeleteFunc(was, func(p id.ID) bool { return !keep(p) })
	l.n -= len(was) - len(left)
	if len(left) == 0 {
		delete(l.by, by)
	} else {
		l.by[by] = left
	}
}

// trim forgets likes of old posts, and of the older half where there are too
// many; it is called with mu held.
func (l *likes) trim() {
	l.floor = max(l.floor, id.Floor(l.s.now().Add(-likedWithin)))
	if l.n >= likesMost {
		all := make([]id.ID, 0, l.n)
		for _, posts := range l.by {
			all = append(all, posts...)
		}
		slices.Sort(all)
		l.floor = max(l.floor, all[len(all)/2])
	}
	for by := range l.by {
		l.keep(by, func(p id.ID) bool { return p >= l.floor })
	}
}

func (l *likes) sweep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by != nil {
		l.trim()
	}
}

// load reads what there is, once.
func (l *likes) load(ctx context.Context) error {
	l.mu.RLock()
	ready := l.by != nil && l.undone == nil
	l.mu.RUnlock()
	if ready {
		return nil
	}
	l.loading.Lock()
	defer l.loading.Unlock()
	l.mu.Lock()
	if l.by != nil && l.undone == nil {
		l.mu.Unlock()
		return nil
	}
	undone := map[[2]id.ID]bool{}
	l.by, l.n, l.undone, l.floor = map[id.ID][]id.ID{}, 0, undone, 0
	l.mu.Unlock()

	type like struct{ by, post id.ID }
	rows, err := db.All(l.s.d.Read(ctx), func(r db.Row) (k like, err error) { return k, r.Scan(&k.by, &k.post) },
		`SELECT account_id, post_id FROM liked WHERE post_id > $1 ORDER BY post_id DESC LIMIT $2`,
		int64(id.Floor(l.s.now().Add(-likedWithin))), likesMost)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.by, l.undone = nil, nil
		return fmt.Errorf("read who likes what: %w", err)
	}
	if l.undone == nil {
		return nil // forgotten meanwhile; the next one reads again
	}
	for _, k := range rows {
		if !undone[[2]id.ID{k.by, k.post}] {
			l.put(k.by, k.post)
		}
	}
	l.undone = nil
	return nil
}

// of are the likers of each post among accounts, and the state in which that
// was so.
func (l *likes) of(accounts []id.ID, but func(id.ID) bool) (byPost map[id.ID][]id.ID, changes uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, a := range accounts {
		posts := l.by[a]
		if len(posts) == 0 || but(a) {
			continue
		}
		if byPost == nil {
			byPost = map[id.ID][]id.ID{}
		}
		for _, p := range posts {
			byPost[p] = append(byPost[p], a)
		}
	}
	return byPost, l.changes
}

func (l *likes) changed(since uint64) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.changes != since
}

// liked is what likes bring into one home. It is never changed.
type liked struct {
	set     *relation.Set // by which it was found
	at      time.Time
	changes uint64
	ids     []id.ID           // oldest first
	likers  map[id.ID][]id.ID // those who let followers see it, at most likersNamed
}

func (x *liked) current(l *likes, set *relation.Set, now time.Time) bool {
	return x != nil && x.set == set && (now.Sub(x.at) < likedFresh || !l.changed(x.changes))
}

// liked finds what likes bring into the reader's home.
func (s *Service) liked(ctx context.Context, r reader) (*liked, error) {
	if err := s.likes.load(ctx); err != nil {
		return nil, err
	}
	x := &liked{set: r.set, at: s.now(), likers: map[id.ID][]id.ID{}}
	byPost, changes := s.likes.of(r.set.Followees(), r.set.Mutes)
	x.changes = changes
	if len(byPost) == 0 {
		return x, nil
	}
	shows, err := s.whoShows(ctx, byPost)
	if err != nil {
		return nil, err
	}
	for p, likers := range byPost {
		named := slices.DeleteFunc(slices.Clone(likers), func(a id.ID) bool { return !shows[a] })
		if len(named) == 0 && len(likers) < likersEnough {
			continue
		}
		x.ids = append(x.ids, p)
		x.likers[p] = named[:min(len(named), likersNamed)]
	}
	slices.Sort(x.ids)
	x.ids = x.ids[max(0, len(x.ids)-likedHome):]
	return x, s.keepStrange(ctx, r, x)
}

func (s *Service) whoShows(ctx context.Context, byPost map[id.ID][]id.ID) (map[id.ID]bool, error) {
	shows := map[id.ID]bool{}
	for _, likers := range byPost {
		for _, a := range likers {
			shows[a] = false
		}
	}
	ids := make([]id.ID, 0, len(shows))
	for a := range shows {
		ids = append(ids, a)
	}
	found, err := s.accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, a := range found {
		shows[i] = a.ShowsLikes && a.Shown()
	}
	return shows, nil
}

// keepStrange leaves only posts that the home does not show anyway, and that
// were written for everybody.
func (s *Service) keepStrange(ctx context.Context, r reader, x *liked) error {
	entries, err := s.posts.Cached(ctx, x.ids)
	if err != nil {
		return err
	}
	x.ids = x.ids[:0]
	for _, e := range entries {
		p := e.Post
		if p.Visibility == post.Public && p.ReplyTo == 0 && p.ShareOf == 0 && !p.Meta.Notice() &&
			!r.Is(p.AccountID) && !r.set.Follows(p.AccountID) {
			x.ids = append(x.ids, p.ID)
		}
	}
	return nil
}

// likedHere is what likes bring into the reader's home as of now, or half a
// minute ago.
func (s *Service) likedHere(ctx context.Context, r reader, h *home) (*liked, error) {
	old := h.liked.Load()
	if old.current(&s.likes, r.set, s.now()) {
		return old, nil
	}
	x, err := s.liked(ctx, r)
	if err != nil {
		return nil, err
	}
	h.liked.Store(x)
	return x, nil
}

// joined is a view with what likes bring into it, oldest first.
type joined struct {
	view  *view
	liked *liked
	ids   []id.ID
}

// join gives the ids of both, each once; what likes bring in lies where memory
// has all that there is.
func (h *home) join(v *view, x *liked) []id.ID {
	if len(x.ids) == 0 {
		return v.ids
	}
	if j := h.joined.Load(); j != nil && j.view == v && j.liked == x {
		return j.ids
	}
	from, _ := slices.BinarySearch(x.ids, v.floor)
	ids := slices.Concat(v.ids, x.ids[from:])
	slices.Sort(ids)
	j := &joined{view: v, liked: x, ids: slices.Compact(ids)}
	h.joined.Store(j)
	return j.ids
}
