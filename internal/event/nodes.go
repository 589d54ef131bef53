package event

import (
	"math"
	"time"

	"goodturn/internal/db"
)

// nodes is what a hub knows of the other nodes; by the hub's mu.
type nodes struct {
	peers   map[uint64]*peer // by boot
	missing map[uint64]bool  // boots that hold a number and of which nothing was heard yet; true once that was logged
	ended   map[uint64]bool  // boots that said goodbye, or that had ended when this one began
	unread  bool             // it is not known yet who holds a number

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
	return nodes{peers: map[uint64]*peer{}, missing: map[uint64]bool{}, ended: map[uint64]bool{}, dropped: -calm}
}

// Expect says which processes hold or held a node number, this one's included or
// not. Whoever keeps this node's lease reads that about each second, and for the
// first time after Start. A process that was never heard makes Fresh false while
// it holds its number, so that a node cut off from the bus does not trust itself;
// once it ended, what it could have changed is dropped. One that fell silent and
// whose lease is over is forgotten, since it can no longer change anything.
func (h *Hub) Expect(all []db.Node) {
	h.mu.Lock()
	unheard := h.expect(all)
	h.prove()
	h.mu.Unlock()
	if unheard {
		h.drop()
	}
}

// expect says whether a process came and went without being heard.
func (h *Hub) expect(all []db.Node) (unheard bool) {
	held, missing, ended := map[uint64]bool{}, map[uint64]bool{}, map[uint64]bool{}
	for _, n := range all {
		boot := bootOf(n.Holder)
		held[boot] = n.Held
		switch {
		case boot == h.boot || h.peers[boot] != nil:
		case h.ended[boot]:
			ended[boot] = true
		case n.Held:
			said, again := h.missing[boot]
			if again && !said {
				h.log.Warn("event: node not heard, so this one serves nothing from memory", "node", n.Number)
			}
			missing[boot] = again
		default:
			ended[boot] = true
			unheard = unheard || !h.unread
		}
	}
	for boot := range h.missing {
		_, there := held[boot]
		unheard = unheard || !there // another holds its number by now
	}
	for boot, p := range h.peers {
		if p.silent && !held[boot] {
			delete(h.peers, boot)
			ended[boot] = true
			h.log.Info("event: node gone", "node", p.node)
		}
	}
	h.missing, h.ended, h.unread = missing, ended, false
	return unheard
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
		h.ended[m.boot] = true
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
	delete(h.missing, m.boot)
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
	if h.unread || h.late || h.dropping > 0 || len(h.missing) > 0 {
		until = 0
	}
	h.proven.Store(until)
	h.listeners.Store(int32(len(h.peers)))
}
