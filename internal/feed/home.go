package feed

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/id"
)

// homesMost and listsMost bound the homes and lists in memory, of some 3 kB each.
const (
	homesMost = 8000
	listsMost = 2000
)

// home is one reader's home, or list, in memory.
type home struct {
	view   atomic.Pointer[view]
	liked  atomic.Pointer[liked]
	joined atomic.Pointer[joined]
	used   atomic.Int64  // nanoseconds since 1970
	turn   chan struct{} // held by who changes view
}

// view is a home at one moment. It is never changed; a later one may be longer
// in the same array.
type view struct {
	shows         // what it was merged by
	epoch uint64  // of the rings
	seen  uint64  // how much of the log is in it
	ids   []id.ID // oldest first
	floor id.ID   // all that there are from here on
}

func (v *view) current(w shows, g *rings) bool {
	return v != nil && v.shows == w && v.seen == g.head.Load() && v.epoch == g.epoch.Load()
}

// homes are those of the accounts that are reading, or the lists that are read,
// by their ids.
type homes struct {
	most int
	mu   sync.RWMutex
	held map[id.ID]*home
}

func (hs *homes) init(most int) { hs.most, hs.held = most, map[id.ID]*home{} }

func (hs *homes) clear() {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.held = map[id.ID]*home{}
}

func (hs *homes) of(account id.ID, now time.Time) *home {
	hs.mu.RLock()
	h := hs.held[account]
	hs.mu.RUnlock()
	if h == nil {
		h = hs.add(account)
	}
	h.used.Store(now.UnixNano())
	return h
}

func (hs *homes) add(account id.ID) *home {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h := hs.held[account]; h != nil {
		return h
	}
	if len(hs.held) >= hs.most {
		hs.evict()
	}
	h := &home{turn: make(chan struct{}, 1)}
	hs.held[account] = h
	return h
}

// evict drops the one unused for longest among some that chance picks.
func (hs *homes) evict() {
	var oldest id.ID
	var used int64
	looked := 0
	for account, h := range hs.held {
		if at := h.used.Load(); looked == 0 || at < used {
			oldest, used = account, at
		}
		if looked++; looked == 8 {
			break
		}
	}
	delete(hs.held, oldest)
}

func (hs *homes) sweep(before time.Time) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for account, h := range hs.held {
		if h.used.Load() < before.UnixNano() {
			delete(hs.held, account)
		}
	}
}

// view is a home as of now. Nothing is done when nothing happened;
// a look through the log, when somebody wrote something; and a merge of the
// rings, when whom the reader follows has changed, or it comes anew.
func (s *Service) view(ctx context.Context, w shows, h *home) (*view, error) {
	if v := h.view.Load(); v.current(w, &s.rings) {
		return v, nil
	}
	select {
	case h.turn <- struct{}{}:
	default:
		select {
		case h.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	defer func() { <-h.turn }()
	old := h.view.Load()
	if old.current(w, &s.rings) {
		return old, nil
	}
	if old != nil && old.shows == w && old.epoch == s.rings.epoch.Load() {
		if news, head, ok := s.rings.since(old.seen); ok {
			v := old.with(news, head, s.limits.homeMost)
			h.view.Store(v)
			return v, nil
		}
	}
	v, err := s.merge(ctx, w)
	if err != nil {
		return nil, err
	}
	h.view.Store(v)
	return v, nil
}

// with is the view with what was written and deleted since.
func (v *view) with(news []logged, head uint64, most int) *view {
	next := *v
	next.seen = head
	for _, e := range news {
		switch {
		case e.gone:
			next.ids = withoutID(next.ids, e.mark.id)
		case e.mark.id >= next.floor && (v.wants(e.author, e.mark) || v.tagged(e.tags)):
			next.ids = insertID(next.ids, e.mark.id)
		}
	}
	if n := len(next.ids) - most; n > 0 {
		next.ids = next.ids[n:]
		next.floor = next.ids[0]
	}
	return &next
}

// merge makes a home anew from the rings of those whom it shows. What is written
// meanwhile is in the log, from where it began.
func (s *Service) merge(ctx context.Context, w shows) (*view, error) {
	v := &view{shows: w, epoch: s.rings.epoch.Load(), seen: s.rings.head.Load()}
	keys := w.keys()
	pieces, err := s.rings.of(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, p := range pieces {
		v.floor = max(v.floor, p.floor) // below it, that author may have more
	}
	newest := newest{floor: v.floor, most: s.limits.homeMost}
	for n, p := range pieces {
		for _, m := range slices.Backward(p.marks) {
			if m.id < newest.floor {
				break
			}
			if keys[n].kind == ofTag || w.wants(keys[n].id, m) {
				newest.push(m.id)
			}
		}
	}
	v.ids, v.floor = newest.all()
	if v.floor == 0 || len(v.ids) >= s.limits.homeEnough {
		return v, nil
	}
	more := s.limits.homeMost / 2
	older, err := s.pullHome(ctx, w, span{before: v.floor}, more)
	if err != nil {
		return nil, err
	}
	v.floor = 0
	if len(older) == more {
		v.floor = older[more-1]
	}
	slices.Reverse(older)
	v.ids = append(older, v.ids...)
	return v, nil
}

// newest keeps the highest ids of those pushed.
type newest struct {
	most  int
	ids   []id.ID
	floor id.ID // lower ones need not be pushed
}

func (n *newest) push(i id.ID) {
	n.ids = append(n.ids, i)
	if len(n.ids) >= 4*n.most {
		n.prune()
	}
}

func (n *newest) prune() {
	slices.Sort(n.ids)
	if over := len(n.ids) - n.most; over > 0 {
		n.ids = append(n.ids[:0], n.ids[over:]...)
		n.floor = n.ids[0]
	}
}

func (n *newest) all() ([]id.ID, id.ID) {
	n.prune()
	return slices.Clone(n.ids), n.floor
}

// insertID and withoutID are insert and without for plain ids.
func insertID(ids []id.ID, i id.ID) []id.ID {
	if len(ids) == 0 || ids[len(ids)-1] < i {
		return append(ids, i)
	}
	at, found := slices.BinarySearch(ids, i)
	if found {
		return ids
	}
	return slices.Concat(ids[:at], []id.ID{i}, ids[at:])
}

func withoutID(ids []id.ID, i id.ID) []id.ID {
	at, found := slices.BinarySearch(ids, i)
	if !found {
		return ids
	}
	return slices.Concat(ids[:at], ids[at+1:])
}
