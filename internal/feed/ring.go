package feed

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/post"
)

// limits are how many posts memory holds, and a page reads.
type limits struct {
	authorLoads int // read into an author's ring, which is for the homes it is merged into
	authorMost  int // what that grows to
	pageMost    int // in the ring of a page, for those who read that very page
	homeMost    int // in a home
	homeEnough  int // with fewer, more are read from the database: two long pages
	readMost    int // from the database for one page
}

var usual = limits{authorLoads: 12, authorMost: 36, pageMost: 240, homeMost: 320, homeEnough: 80, readMost: 5000}

const (
	ringBytes = 24 << 20 // all rings
	ringSize  = 200      // of an empty ring, with its place in the map
)

// The kinds of ring.
const (
	ofAuthor = iota
	ofPage   // of an account
	ofTag
	ofPublic
)

// key names a ring.
type key struct {
	kind int
	id   id.ID
	tag  string
}

// most is what the ring of a key grows to, loads what is read into it.
func (l limits) most(k key) int {
	if k.kind == ofAuthor {
		return l.authorMost
	}
	return l.pageMost
}

func (l limits) loads(k key) int {
	if k.kind == ofAuthor {
		return l.authorLoads
	}
	return l.pageMost
}

// ring holds the newest posts of something: all whose id is floor or more.
type ring struct {
	marks []mark // oldest first; see insert
	floor id.ID  // 0: there is nothing else
	used  time.Time

	ready chan struct{} // closed when it is built; nil from then on
	built bool
	err   error   // it could not be built
	gone  []id.ID // deleted while it is built
}

// rings are what all readers share. An event changes the rings that there are,
// and the log, in one step; a ring that is being built is among them from before
// its query begins, so that nothing falls between the two.
type rings struct {
	s *Service

	mu    sync.Mutex
	held  map[key]*ring
	bytes int
	log   log

	head  atomic.Uint64 // log.head
	epoch atomic.Uint64 // one more with each clear
}

func (g *rings) init(s *Service) {
	g.s = s
	g.held = map[key]*ring{}
}

// clear forgets all; rings being built are finished for those who wait for
// them, and are not served to who comes later.
func (g *rings) clear() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = map[key]*ring{}
	g.bytes = 0
	g.epoch.Add(1)
}

// keysOf are the rings that a new post belongs to.
func keysOf(e post.Created) []key {
	keys := make([]key, 0, 3+len(e.Tags))
	keys = append(keys, key{kind: ofAuthor, id: e.AccountID}, key{kind: ofPage, id: e.AccountID})
	if e.Visibility != post.Public || e.ShareOf != 0 {
		return keys
	}
	if e.ReplyTo == 0 {
		keys = append(keys, key{kind: ofPublic})
	}
	for _, t := range e.Tags {
		keys = append(keys, key{kind: ofTag, tag: t})
	}
	return keys
}

func (g *rings) add(e post.Created) {
	m, keys := markOf(e), keysOf(e)
	news := logged{author: e.AccountID, mark: m}
	if e.Visibility == post.Public && e.ShareOf == 0 {
		news.tags = e.Tags
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range keys {
		g.insert(k, m)
	}
	g.log.append(news)
	g.head.Store(g.log.head)
}

// retag follows an edit, which can change nothing else here.
func (g *rings) retag(e post.Edited) {
	m := newMark(e.PostID, plain, 0)
	if e.ReplyTo != 0 {
		m = newMark(e.PostID, reply, 0)
	}
	added := slices.DeleteFunc(slices.Clone(e.Tags), func(t string) bool { return slices.Contains(e.OldTags, t) })
	if len(added) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range added {
		g.insert(key{kind: ofTag, tag: t}, m)
	}
	g.log.append(logged{author: e.AccountID, mark: m, tags: added})
	g.head.Store(g.log.head)
	// Where a hashtag was taken away, lines see it: edits may come in any order.
}

func (g *rings) remove(author, i id.ID, tags []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range []key{{kind: ofAuthor, id: author}, {kind: ofPage, id: author}, {kind: ofPublic}} {
		g.take(k, i)
	}
	for _, t := range tags {
		g.take(key{kind: ofTag, tag: t}, i)
	}
	g.log.append(logged{author: author, mark: mark{id: i}, gone: true})
	g.head.Store(g.log.head)
}

// forget takes posts out of a ring that turned out not to exist.
func (g *rings) forget(k key, ids []id.ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, i := range ids {
		g.take(k, i)
	}
}

// insert is called with mu held, as take.
func (g *rings) insert(k key, m mark) {
	r := g.held[k]
	if r == nil || m.id < r.floor {
		return
	}
	was := cap(r.marks)
	r.marks = insert(r.marks, m)
	if n := len(r.marks) - g.s.limits.most(k); n > 0 && r.built {
		r.marks = r.marks[n:]
		r.floor = r.marks[0].id
	}
	g.bytes += 16 * (cap(r.marks) - was)
}

func (g *rings) take(k key, i id.ID) {
	r := g.held[k]
	if r == nil {
		return
	}
	if !r.built {
		r.gone = append(r.gone, i)
	}
	was := cap(r.marks)
	r.marks = without(r.marks, i)
	g.bytes += 16 * (cap(r.marks) - was)
	if r.built && r.floor > 0 && len(r.marks) < g.s.limits.loads(k)/2 {
		g.drop(k, r) // it holds too little now; the next reader builds it anew
	}
}

func (g *rings) drop(k key, r *ring) {
	delete(g.held, k)
	g.bytes -= ringSize + 16*cap(r.marks)
}

// piece is what a ring held at one moment; the marks are not to be changed.
type piece struct {
	marks []mark
	floor id.ID
}

// of gives what the rings hold, building those that there are not.
func (g *rings) of(ctx context.Context, keys []key) ([]piece, error) {
	pieces := make([]piece, len(keys))
	var build, late []int // indexes of keys
	var wait []chan struct{}
	found := make([]*ring, len(keys))
	now := g.s.now()
	g.mu.Lock()
	for n, k := range keys {
		r := g.held[k]
		switch {
		case r == nil:
			r = &ring{ready: make(chan struct{}), used: now}
			g.held[k] = r
			g.bytes += ringSize
			build = append(build, n)
		case !r.built:
			late = append(late, n)
			wait = append(wait, r.ready)
		default:
			pieces[n] = piece{r.marks, r.floor}
		}
		r.used = now
		found[n] = r
	}
	g.mu.Unlock()
	if len(build) > 0 {
		g.build(ctx, keys, found, build)
	}
	for _, ready := range wait {
		select {
		case <-ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if len(build)+len(wait) == 0 {
		return pieces, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, n := range append(build, late...) {
		if found[n].err != nil {
			return nil, found[n].err
		}
		pieces[n] = piece{found[n].marks, found[n].floor}
	}
	g.shrink()
	return pieces, nil
}

// buildWithin bounds a query for rings, which goes on when its first reader
// leaves because others may wait for it.
const buildWithin = 10 * time.Second

func (g *rings) build(ctx context.Context, keys []key, found []*ring, which []int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), buildWithin)
	defer cancel()
	wanted := make([]key, len(which))
	for at, n := range which {
		wanted[at] = keys[n]
	}
	read, err := g.s.readRings(ctx, wanted)
	g.mu.Lock()
	defer g.mu.Unlock()
	for at, n := range which {
		k, r := keys[n], found[n]
		held := g.held[k] == r
		if err != nil {
			r.err = err
			if held {
				g.drop(k, r)
			}
		} else {
			was := cap(r.marks)
			r.merge(read[at], g.s.limits.loads(k))
			if held {
				g.bytes += 16 * (cap(r.marks) - was)
			}
		}
		close(r.ready)
		r.ready = nil
	}
}

// merge joins what the query found with what events told meanwhile.
func (r *ring) merge(read []mark, most int) {
	if len(read) == most {
		r.floor = read[0].id
	}
	heard := r.marks
	r.marks = read
	for _, m := range heard {
		if m.id >= r.floor {
			r.marks = insert(r.marks, m)
		}
	}
	for _, i := range r.gone {
		r.marks = without(r.marks, i)
	}
	r.gone, r.built = nil, true
}

// shrink lets go of what was not used for longest, roughly, while there is too
// much. It is called with mu held.
func (g *rings) shrink() {
	for g.bytes > ringBytes {
		var oldest key
		var found *ring
		looked := 0
		for k, r := range g.held { // in no order
			if r.built && (found == nil || r.used.Before(found.used)) {
				oldest, found = k, r
			}
			if looked++; looked == 8 && found != nil {
				break
			}
		}
		if found == nil {
			return
		}
		g.drop(oldest, found)
	}
}

func (g *rings) sweep(before time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for k, r := range g.held {
		if r.built && r.used.Before(before) {
			g.drop(k, r)
		}
	}
}

// since is the log from a position on, and where it ends.
func (g *rings) since(position uint64) (entries []logged, head uint64, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	entries, ok = g.log.since(position)
	return entries, g.log.head, ok
}
