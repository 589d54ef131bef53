package event

import (
	"math"
	"slices"
	"time"
)

// nodes is what a hub knows of the other nodes; by the hub's mu.
type nodes struct {
	peers   map[uint64]*peer // by boot
	missing map[int]bool     // leased numbers of which nothing was heard yet
	left    map[int]bool     // numbers that said goodbye and whose lease may go on

	dropping int           // how many times the OnGap functions run now
	dropped  time.Duration // when they last ended
	late     bool          // they shall run at the next tick
}

// peer is one run of another node's process.
type peer struct {
	node   int
	number uint64 // of the last event known to be emitted
	heard  time.Duration
	silent bool // for three seconds or more, and what it could have changed is dropped
}

func newNodes() nodes {
	return nodes{peers: map[uint64]*peer{}, missing: map[int]bool{}, left: map[int]bool{}, dropped: -calm}
}

// Expect says which node numbers are leased now, this one's included or not.
// Whoever renews this node's lease calls it with what it read there. A leased
// node that was never heard makes Fresh false, so that a node cut off from the
// bus does not trust itself; a silent one whose lease has ended is forgotten,
// since it can no longer change anything.
func (h *Hub) Expect(leased []int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.missing)
	for _, n := range leased {
		if n != h.node && !h.left[n] && !h.known(n) {
			h.missing[n] = true
		}
	}
	for n := range h.left {
		if !slices.Contains(leased, n) {
			delete(h.left, n)
		}
	}
	for boot, p := range h.peers {
		if p.silent && !slices.Contains(leased, p.node) {
			delete(h.peers, boot)
			h.log.Info("event: node gone", "node", p.node)
		}
	}
	h.prove()
}

func (h *Hub) known(node int) bool {
	for _, p := range h.peers {
		if p.node == node {
			return true
		}
	}
	return false
}

// hear takes note of another node's number, drops what is in memory if
// something was lost on the way, and says whether that node is new here.
func (h *Hub) hear(m message) (stranger bool) {
	h.mu.Lock()
	gap, stranger := h.note(m)
	// While messages are lost all the time, one drop a tick is enough: nothing
	// is fresh in between.
	now := gap && h.elapsed()-h.dropped >= calm
	h.late = h.late || gap && !now
	if !now {
		h.prove()
	}
	h.mu.Unlock()
	if now {
		h.drop() // which proves
	}
	return stranger
}

func (h *Hub) note(m message) (gap, stranger bool) {
	p, ok := h.peers[m.boot]
	switch {
	case !ok:
		gap, stranger = h.meet(m), true
		p = &peer{node: m.node}
		h.peers[m.boot] = p
	case m.kind == kindEvent:
		gap = m.number != p.number+1
	default:
		gap = m.number != p.number
	}
	if gap {
		h.log.Info("event: gap", "node", m.node, "had", p.number, "got", m.number)
	}
	p.number, p.heard, p.silent = m.number, h.elapsed(), false
	if m.kind == kindBye {
		delete(h.peers, m.boot)
		h.left[m.node] = true
	}
	return gap, stranger
}

// meet makes room for a process that was not known. It says whether something
// may have been lost: events of its own, or the last ones of a process with the
// same number that ended without a goodbye.
func (h *Hub) meet(m message) (gap bool) {
	if m.node == h.node {
		h.log.Error("event: another process runs under this node's number", "node", m.node)
	}
	h.log.Info("event: node joined", "node", m.node)
	gap = m.number > 0
	for boot, p := range h.peers {
		if p.node == m.node {
			gap = true
			delete(h.peers, boot)
		}
	}
	delete(h.missing, m.node)
	delete(h.left, m.node)
	return gap
}

// fallSilent says whether what is in memory must be dropped now: a node has not
// been heard for too long, or a drop was put off.
func (h *Hub) fallSilent() (drop bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	drop = h.late
	for _, p := range h.peers {
		if !p.silent && h.elapsed()-p.heard >= silence {
			h.log.Warn("event: node silent", "node", p.node)
			p.silent, drop = true, true
		}
	}
	return drop
}

// prove works out until when memory may be trusted; with mu held.
func (h *Hub) prove() {
	until := int64(math.MaxInt64)
	for _, p := range h.peers {
		until = min(until, int64(p.heard+silence))
	}
	if h.late || h.dropping > 0 || len(h.missing) > 0 {
		until = 0
	}
	h.proven.Store(until)
	h.listeners.Store(int32(len(h.peers)))
}
