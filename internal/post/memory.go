package post

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/card"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/tally"
)

// Slots is how many fragments an entry can keep; doors share them out from the
// first, and package filter has the last.
const Slots = 8

// entryBytes bounds all entries in memory.
const entryBytes = 48 << 20

// Entry is one version of a post in memory, shared by all who read it.
type Entry struct {
	Post *Post

	shared                 atomic.Pointer[Entry]
	likes, shares, replies atomic.Int64
	results                *results    // nil where there is no poll
	stale                  atomic.Bool // the numbers must be read before they are shown
	fragments              [Slots]atomic.Pointer[[]byte]
}

// results are the numbers of a poll.
type results struct {
	voters atomic.Int64
	votes  []atomic.Int64
}

// newEntry has no numbers yet.
func newEntry(p *Post) *Entry {
	e := &Entry{Post: p}
	if p.Poll != nil {
		e.results = &results{votes: make([]atomic.Int64, len(p.Poll.Options))}
	}
	return e
}

// Counts are the post's numbers now; those of a share are none.
func (e *Entry) Counts() Counts {
	return Counts{Likes: e.likes.Load(), Shares: e.shares.Load(), Replies: e.replies.Load()}
}

// Shared is the post that this one shares, nil if it is no share.
func (e *Entry) Shared() *Entry { return e.shared.Load() }

// Of is what there is to read: the post that a share shares, else the entry
// itself.
func (e *Entry) Of() *Entry {
	if s := e.shared.Load(); s != nil {
		return s
	}
	return e
}

// Fragment is what build makes of this version, kept once for each slot. Two
// who ask first at the same time may both build; what they build is alike.
// Nobody changes it.
func (e *Entry) Fragment(slot int, build func(*Post) []byte) []byte {
	if f := e.fragments[slot].Load(); f != nil {
		return *f
	}
	f := slices.Clip(build(e.Post))
	e.fragments[slot].Store(&f)
	return f
}

// bytes is what an entry takes with the fragments that it will come to have:
// the post as JSON and as a page's HTML, and what filters read of it.
func (e *Entry) bytes() int {
	p := e.Post
	if p.ShareOf != 0 {
		return 700
	}
	size := 4000 + 7*len(p.Text) + 1200*len(p.Media) + 300*(len(p.Mentions)+len(p.Tags))
	if p.Card.Shown() {
		size += 3000
	}
	return size
}

// memory holds entries and keeps their numbers exact.
//
// What is committed is seen by queries before its event is heard, so an event
// heard just after a query may or may not be in its result. A number is
// therefore changed in place only by a write that was announced before it began
// (begin), and only in an entry whose numbers were read while no announced
// write was under way. Everything else marks the numbers stale, and they are
// read again; a read during which anything happened leaves them stale.
type memory struct {
	entries cache.Cache[id.ID, *Entry]

	mu   sync.Mutex
	busy map[id.ID]*activity
}

// activity is what is under way for the numbers of one post.
type activity struct {
	writes, reads int
	seq           int // one more with each thing that disturbs reads
}

func (m *memory) of(post id.ID) *activity {
	a := m.busy[post]
	if a == nil {
		a = &activity{}
		m.busy[post] = a
	}
	return a
}

func (m *memory) tidy(post id.ID, a *activity) {
	if a.reads == 0 && a.writes == 0 {
		delete(m.busy, post)
	}
}

// begin announces a write whose event will say that it is counted; end follows
// whatever becomes of it.
func (m *memory) begin(post id.ID) (end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.of(post)
	a.writes++
	a.seq++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		a.writes--
		m.tidy(post, a)
	}
}

// count hears of n more of one of a post's numbers.
func (m *memory) count(post id.ID, number func(*Entry) *atomic.Int64, n int64, counted bool) {
	m.change(post, counted, func(e *Entry) { number(e).Add(n) })
}

// change hears of a change to a post's numbers.
func (m *memory) change(post id.ID, counted bool, apply func(*Entry)) {
	if post == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.busy[post]; a != nil {
		a.seq++
	}
	e, held := m.entries.Peek(post)
	switch {
	case !held || e.stale.Load():
	case counted:
		apply(e)
	default:
		e.stale.Store(true)
	}
}

func likes(e *Entry) *atomic.Int64   { return &e.likes }
func shares(e *Entry) *atomic.Int64  { return &e.shares }
func replies(e *Entry) *atomic.Int64 { return &e.replies }

// beginRead gives a mark for each entry, for endRead.
func (m *memory) beginRead(entries []*Entry) (marks []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range entries {
		a := m.of(e.Post.ID)
		a.reads++
		mark := a.seq
		if a.writes > 0 {
			mark = -1
		}
		marks = append(marks, mark)
	}
	return marks
}

// endRead takes in what was read, nil where that failed, and gives the entries
// whose numbers are still in doubt.
func (m *memory) endRead(entries []*Entry, marks []int, counts map[id.ID]map[string]int64) (stale []*Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, e := range entries {
		a := m.busy[e.Post.ID]
		if counts != nil && e.stale.Load() {
			e.set(counts)
			e.stale.Store(a.seq != marks[n])
		}
		if e.stale.Load() {
			stale = append(stale, e)
		}
		a.reads--
		m.tidy(e.Post.ID, a)
	}
	return stale
}

// set takes the numbers in that countsOf read.
func (e *Entry) set(all map[id.ID]map[string]int64) {
	counts := all[e.Post.ID]
	e.likes.Store(counts[TallyLikes])
	e.shares.Store(counts[TallyShares])
	e.replies.Store(counts[TallyReplies])
	if e.results == nil {
		return
	}
	votes := all[e.Post.Poll.ID]
	e.results.voters.Store(votes[TallyVoters])
	for n := range e.results.votes {
		e.results.votes[n].Store(votes[tallyVotes[n]])
	}
}

// voted is one more vote, in the poll that it was given in.
func (e *Entry) voted(v Voted) {
	if e.results == nil || e.Post.Poll.ID != v.PollID {
		return
	}
	e.results.voters.Add(1)
	for n := range e.results.votes {
		if v.Choices.Has(n) {
			e.results.votes[n].Add(1)
		}
	}
}

// remember subscribes to what changes entries.
func (s *Service) remember() {
	m := &s.memory
	m.busy = map[id.ID]*activity{}
	m.entries = cache.New(cache.Options[id.ID, *Entry]{
		Bytes: entryBytes,
		Size:  func(_ id.ID, e *Entry) int { return e.bytes() },
		Fresh: s.hub.Fresh,
		Load:  s.load,
	})
	event.After(s.hub, func(e Liked) { m.count(e.PostID, likes, 1, e.counted) })
	event.After(s.hub, func(e Unliked) { m.count(e.PostID, likes, -1, e.counted) })
	event.After(s.hub, func(e Created) {
		if e.Visibility.Open() {
			m.count(e.ReplyTo, replies, 1, e.counted)
		}
		if e.MovementID == 0 {
			m.count(e.ShareOf, shares, 1, e.counted)
		}
	})
	event.After(s.hub, func(e Edited) { m.entries.Drop(e.PostID) })
	event.After(s.hub, func(e Deleted) {
		m.entries.Drop(e.PostID)
		m.count(e.ReplyTo, replies, -1, false)
		m.count(e.ShareOf, shares, -1, false)
	})
	event.After(s.hub, func(e LikesErased) {
		for _, p := range e.PostIDs {
			m.count(p, likes, -1, false)
		}
	})
	event.After(s.hub, func(e Voted) { m.change(e.PostID, e.counted, func(entry *Entry) { entry.voted(e) }) })
	event.After(s.hub, func(e VotesErased) {
		for _, p := range e.PostIDs {
			m.change(p, false, nil)
		}
	})
	event.After(s.hub, func(e media.Changed) {
		if e.OwnerKind == media.OnPost {
			m.entries.Drop(e.OwnerID)
		}
	})
	event.After(s.hub, func(e card.Changed) {
		for _, p := range e.Posts {
			m.entries.Drop(p)
		}
	})
	event.After(s.hub, func(e account.Changed) {
		if _, hidden := s.withheld.Load(e.ID); hidden || e.Curbed || e.State == account.StateSuspended {
			m.entries.Clear()
		}
	})
	event.After(s.hub, func(account.Deleted) { m.entries.Clear() })
	event.After(s.hub, func(about.EmojisChanged) { m.entries.Clear() })
	s.hub.OnGap(m.entries.Clear)
}

// Cached gives the entries of those ids that exist, in their order, with their
// numbers, and a share with what it shares. It does not ask who is reading:
// Entry.Visible does.
func (s *Service) Cached(ctx context.Context, ids []id.ID) ([]*Entry, error) {
	entries, err := s.held(ctx, ids)
	if err != nil {
		return nil, err
	}
	var shared []id.ID
	for _, e := range entries {
		if e.Post.ShareOf != 0 {
			shared = append(shared, e.Post.ShareOf)
		}
	}
	if len(shared) == 0 {
		return entries, s.refresh(ctx, entries, nil)
	}
	originals, err := s.held(ctx, shared)
	if err != nil {
		return nil, err
	}
	byID := entriesByID(originals)
	entries = slices.DeleteFunc(entries, func(e *Entry) bool {
		if e.Post.ShareOf == 0 {
			return false
		}
		original := byID[e.Post.ShareOf]
		if original != nil && e.shared.Load() != original {
			e.shared.Store(original)
		}
		return original == nil
	})
	return entries, s.refresh(ctx, entries, originals)
}

// held gives entries from memory, and loads what is not there, all together.
func (s *Service) held(ctx context.Context, ids []id.ID) ([]*Entry, error) {
	entries := make([]*Entry, 0, len(ids))
	if s.hub.Fresh() {
		for _, i := range ids {
			e, ok := s.memory.entries.Peek(i)
			if !ok {
				break
			}
			entries = append(entries, e)
		}
		if len(entries) == len(ids) {
			return entries, nil
		}
	}
	found, err := s.memory.entries.Many(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	entries = entries[:0]
	for _, i := range ids {
		if e := found[i]; e != nil {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// refresh reads the numbers of those entries whose numbers are stale.
func (s *Service) refresh(ctx context.Context, lists ...[]*Entry) error {
	var stale []*Entry
	for _, list := range lists {
		for _, e := range list {
			if e.stale.Load() && e.Post.ShareOf == 0 && !slices.Contains(stale, e) {
				stale = append(stale, e)
			}
		}
	}
	if len(stale) == 0 {
		return nil
	}
	ids := countedBy(stale)
	marks := s.memory.beginRead(stale)
	counts, err := countsOf(s.d.Read(ctx), ids)
	stale = s.memory.endRead(stale, marks, counts)
	if err == nil && len(stale) > 0 && s.d.Engine() == db.SQLite {
		return s.refreshInTurn(ctx, stale)
	}
	return err
}

// refreshInTurn reads numbers in the middle of a storm, when there is always a
// write under way. SQLite's writes, and what is done after them, have one
// order: what is read in its turn holds all that came before and nothing that
// comes after. PostgreSQL has no such moment, so there each page reads the
// numbers until the storm is over.
func (s *Service) refreshInTurn(ctx context.Context, stale []*Entry) error {
	ids := countedBy(stale)
	return s.d.Update(ctx, func(tx *db.Tx) error {
		counts, err := countsOf(tx, ids)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() {
			s.memory.mu.Lock()
			defer s.memory.mu.Unlock()
			for _, e := range stale {
				e.set(counts)
				e.stale.Store(false)
			}
		})
		return nil
	})
}

// countedBy is what the numbers of entries are counted by: posts and their polls.
func countedBy(entries []*Entry) []id.ID {
	ids := make([]id.ID, 0, len(entries))
	for _, e := range entries {
		ids = append(ids, e.Post.ID)
		if e.results != nil {
			ids = append(ids, e.Post.Poll.ID)
		}
	}
	return ids
}

// countsOf reads the numbers of posts and polls, which have no other counters.
func countsOf(r db.Reader, ids []id.ID) (map[id.ID]map[string]int64, error) {
	return tally.Of(r, ids)
}
