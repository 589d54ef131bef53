package card

import (
	"sync"
	"time"
)

const (
	atOnce   = 2                // pages fetched at a time on one node: strangers' slow servers hold up no other jobs
	anyPace  = time.Second / 10 // between two pages
	patience = 10 * time.Minute // who would have to wait longer gets no card
	manyTurn = 1000             // hosts remembered before those of the past are forgotten
)

// pace has a node be a modest guest: it gives each fetch its turn, so that a
// host is asked by one at a time, and not more often than each pause.
type pace struct {
	pause time.Duration
	now   func() time.Time

	mu      sync.Mutex
	next    time.Time            // not before this, whatever host
	of      map[string]time.Time // nor this host before that
	running map[string]bool
}

func newPace(pause time.Duration) *pace {
	return &pace{pause: pause, now: time.Now, of: map[string]time.Time{}, running: map[string]bool{}}
}

// turn is when a host may be asked next, by nobody else; false if that is too
// far off.
func (p *pace) turn(host string) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if len(p.of) > manyTurn {
		for h, next := range p.of {
			if next.Before(now) {
				delete(p.of, h)
			}
		}
	}
	at := later(now, p.next)
	own := later(at, p.of[host])
	if own.After(now.Add(patience)) {
		return own, false
	}
	p.next, p.of[host] = at.Add(min(anyPace, p.pause)), own.Add(p.pause)
	return own, true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// begin says whether the host may be asked right now; end follows.
func (p *pace) begin(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[host] || len(p.running) >= atOnce {
		return false
	}
	p.running[host] = true
	return true
}

func (p *pace) end(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, host)
	p.of[host] = later(p.of[host], p.now().Add(p.pause))
}
