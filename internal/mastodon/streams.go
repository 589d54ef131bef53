package mastodon

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/event"
	"goodturn/internal/problem"
)

const (
	// Each stream is asked for a sign of life so often, and its token looked at,
	// all of them evenly over that time.
	beatEvery = 20 * time.Second
	beatSlots = 200

	// After writing, everybody rests for four times as long as that took, so that
	// ten thousand readers take a fifth of one processor at most; what happens
	// meanwhile is written together.
	restRatio = 4
	restFrom  = time.Millisecond // not after less
	restMost  = 2 * time.Second

	// After so many streams others get their turn at the processor.
	streamBreath = 32

	roundWithin = 10 * time.Second // for all that a round reads
)

// streams are all who are connected. One goroutine writes to them in rounds, as
// long as there are any.
type streams struct {
	door     *Door
	patience time.Duration // streamPatience, but for tests

	mu      sync.Mutex
	slots   [beatSlots][]*stream
	count   int
	next    int // slot for the next who comes
	calling []*stream
	doubt   bool // some tokens may hold no longer
	writing bool // the writer runs
	wake    chan struct{}

	running sync.WaitGroup // the writer, who reads sockets, and who waits for slow ones
}

func (a *streams) init(d *Door) {
	a.door, a.patience, a.wake = d, streamPatience, make(chan struct{}, 1)
	event.After(d.Hub, func(auth.Revoked) { a.suspect() })
	event.After(d.Hub, func(account.Deleted) { a.suspect() })
	event.After(d.Hub, func(e account.Changed) {
		if e.State != account.StateActive || e.Curbed {
			a.suspect()
		}
	})
	d.Hub.OnGap(a.suspect)
}

// enter has x written to until it leaves.
func (a *streams) enter(x *stream) {
	a.mu.Lock()
	defer a.mu.Unlock()
	x.slot, x.at = a.next, len(a.slots[a.next])
	a.slots[x.slot] = append(a.slots[x.slot], x)
	a.next = (a.next + 1) % beatSlots
	x.heard.Store(true)
	a.count++
	if !a.writing {
		a.writing = true
		a.running.Go(a.run)
	}
}

func (a *streams) leave(x *stream) {
	a.door.Streams.Leave(x.viewer.ID(), x.addr)
	a.mu.Lock()
	defer a.mu.Unlock()
	slot := a.slots[x.slot]
	last := slot[len(slot)-1]
	slot[x.at], last.at = last, x.at
	slot[len(slot)-1] = nil
	a.slots[x.slot] = slot[:len(slot)-1]
	a.count--
	a.ring()
}

// call asks for a round in which x is written to.
func (a *streams) call(x *stream) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calling = append(a.calling, x)
	a.ring()
}

// suspect has every token looked at before anything more is written.
func (a *streams) suspect() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.count > 0 {
		a.doubt = true
		a.ring()
	}
}

func (a *streams) ring() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run writes until the last stream has left.
func (a *streams) run() {
	const step = beatEvery / beatSlots
	tick := time.NewTicker(step)
	defer tick.Stop()
	r := round{door: a.door}
	began, beats := time.Now(), 0
	for {
		select {
		case <-a.wake:
		case <-tick.C:
		}
		from := time.Now()
		for ; beats < int(from.Sub(began)/step); beats++ {
			a.beat(beats % beatSlots)
		}
		if !a.round(&r) {
			return
		}
		if took := time.Since(from); took > restFrom {
			time.Sleep(min(restRatio*took, restMost))
		}
	}
}

// beat asks those in a slot for a sign of life.
func (a *streams) beat(slot int) {
	a.mu.Lock()
	all := slices.Clone(a.slots[slot])
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), roundWithin)
	defer cancel()
	for _, x := range all {
		x.asked.Store(0)
		switch {
		case !x.begun.Load():
			// It is being opened, so its token was just looked at.
		case !a.allowed(ctx, x):
			x.end(closeRevoked)
		case !x.socket:
			x.push(letter{raw: thump})
		case x.heard.Swap(false):
			x.push(letter{raw: ping})
		default:
			x.close() // it did not answer the last ping
		}
	}
}

// allowed says whether the stream's token still holds; while that cannot be
// read, it does.
func (a *streams) allowed(ctx context.Context, x *stream) bool {
	_, err := a.door.Auth.Token(ctx, x.secret)
	p, ok := problem.Of(err)
	return !ok || p.Kind == problem.KindUnavailable
}

// round writes once to all who call; false when nobody is left.
func (a *streams) round(r *round) bool {
	a.mu.Lock()
	calling, doubt := a.calling, a.doubt
	a.calling, a.doubt = r.spare[:0], false
	if a.count == 0 && len(calling) == 0 {
		a.writing = false
		a.mu.Unlock()
		return false
	}
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), roundWithin)
	defer cancel()
	if doubt {
		for _, x := range a.everyone() {
			if !a.allowed(ctx, x) {
				x.end(closeRevoked)
			}
		}
	}
	for n, x := range calling {
		if n%streamBreath == streamBreath-1 {
			runtime.Gosched()
		}
		a.deliver(ctx, r, x)
	}
	r.end(calling)
	return true
}

// deliver is one stream's part of a round. What goes wrong with it ends it alone.
func (a *streams) deliver(ctx context.Context, r *round, x *stream) {
	err := door.Caught(nil, func() error { return r.deliver(ctx, x) })
	if err == nil {
		return
	}
	x.close()
	if panicked, ok := errors.AsType[*door.Panic](err); ok {
		a.door.Log.Error("stream panicked", "panic", fmt.Sprint(panicked.Value), "stack", string(panicked.Stack))
	} else if !r.failed {
		r.failed = true // the others fail alike
		a.door.Log.Error("could not read what streams are to be told", "error", err)
	}
}

func (a *streams) everyone() []*stream {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Concat(a.slots[:]...)
}

// Wait ends the streams and waits for that; those that are not read by when ctx
// is done are cut off. No request may come any more.
func (d *Door) Wait(ctx context.Context) {
	for _, x := range d.streams.everyone() {
		x.end(closeStopping)
	}
	defer context.AfterFunc(ctx, func() {
		for _, x := range d.streams.everyone() {
			x.close()
		}
	})()
	d.streams.running.Wait()
}
