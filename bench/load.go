package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// connections is how many clients ask at once, each waiting for its answer
// before it asks again.
const connections = 8

// work asks for one thing over c, and answers the size of the body. n counts
// the askings of a row from 0; no two have the same.
type work func(c *client, n int64) (size int, err error)

// sample is what a load saw.
type sample struct {
	n, failed int64
	bytes     int64
	elapsed   time.Duration
	latency   histogram
	first     error // the first failure
}

func (s *sample) add(o *sample) {
	s.n, s.failed, s.bytes, s.elapsed = s.n+o.n, s.failed+o.failed, s.bytes+o.bytes, s.elapsed+o.elapsed
	s.latency.merge(&o.latency)
	if s.first == nil {
		s.first = o.first
	}
}

// perSecond counts what succeeded.
func (s *sample) perSecond() float64 {
	if s.elapsed <= 0 {
		return 0
	}
	return float64(s.n-s.failed) / s.elapsed.Seconds()
}

// size is the mean of the bodies, in bytes.
func (s *sample) size() int {
	if s.n == s.failed {
		return 0
	}
	return int(s.bytes / (s.n - s.failed))
}

// load is how much of a work to do, and where.
type load struct {
	addr        string
	connections int
	next        *atomic.Int64 // the numbers of askings, over all loads of a row
	most        int64         // the number at which to stop; 0 for none
}

// run does w for d, or until its numbers are used up.
func (l load) run(ctx context.Context, d time.Duration, w work) (*sample, error) {
	// One thread for the client, as wrk -t1 has: two would take from the server
	// what they gain.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	clients := make([]*client, l.connections)
	defer func() {
		for _, c := range clients {
			if c != nil {
				c.close() // nothing is left unread
			}
		}
	}()
	for i := range clients {
		var err error
		if clients[i], err = dial(ctx, l.addr); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	parts := make([]*sample, len(clients))
	began := time.Now()
	var all sync.WaitGroup
	for i, c := range clients {
		parts[i] = &sample{}
		all.Go(func() { l.one(ctx, c, w, parts[i]) })
	}
	all.Wait()
	total := &sample{}
	for _, p := range parts {
		total.add(p)
	}
	total.elapsed = time.Since(began)
	return total, nil
}

// one is one client's part of the load.
func (l load) one(ctx context.Context, c *client, w work, s *sample) {
	end, _ := ctx.Deadline() // run set one
	if err := c.conn.SetDeadline(end.Add(answerWithin)); err != nil {
		s.first = err
		return
	}
	for ctx.Err() == nil {
		n := l.next.Add(1) - 1
		if l.most > 0 && n >= l.most {
			return
		}
		began := time.Now()
		size, err := w(c, n)
		s.latency.add(time.Since(began))
		s.n++
		s.bytes += int64(size)
		if err != nil {
			s.failed++
			if s.first == nil {
				s.first = err
			}
			return // the connection may be out of step
		}
	}
}

// errNothing is the answer of a row that had no time for a single asking.
var errNothing = errors.New("nothing was answered in the time")
