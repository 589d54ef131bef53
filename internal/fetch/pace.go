package fetch

import (
	"sync"
	"time"
)

const (
	atOnce   = 2                // pages fetched at a time on one node: strangers' slow servers hold up no other jobs
	anyPace  = time.Second / 10 // between two pages
	patience = 10 * time.Minute // who would have to wait longer gets no turn
	manyTurn = 1000             // hosts remembered before those of the past are forgotten
)

// Pace has a node be a modest guest: it gives each fetch its turn, so that a
// host is asked by one at a time, and not more often than each pause.
type Pace struct {
	pause time.Duration
	Now   func() time.Time // time.Now but in tests

	mu      sync.Mutex
	next    time.Time            // not before this, whatever host
	of      map[string]time.Time // nor this host before that
	running map[string]bool
}

// NewPace lets a host be asked once in each pause.
func NewPace(pause time.Duration) *Pace {
	return &Pace{pause: pause, Now: time.Now, of: map[string]time.Time{}, running: map[string]bool{}}
}

// Turn is when a host may be asked next, by nobody else; false if that is too
// far off.
func (p *Pace) Turn(host string) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
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

// Begin says whether the host may be asked right now; End follows.
func (p *Pace) Begin(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[host] || len(p.running) >= atOnce {
		return false
	}
	p.running[host] = true
	return true
}

// End tells that a host was asked.
func (p *Pace) End(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, host)
	p.of[host] = later(p.of[host], p.Now().Add(p.pause))
}
