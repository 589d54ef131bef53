package mastodon

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/feed"
)

const (
	// lettersMost is how far a stream may be behind before it is ended: its app
	// comes back, and reads what it missed.
	lettersMost = 128
	// subscriptionsMost is how many channels one connection listens to.
	subscriptionsMost = 30
	// hasty is how long everybody waits for one reader. A connection with room
	// takes what it is given in less; for one without, a goroutine of its own waits.
	hasty = time.Millisecond
	// streamPatience is how long that one waits before the stream is ended.
	streamPatience = 10 * time.Second
)

// line is where a stream writes: a connection taken from the HTTP server, or a
// request that is held.
type line interface {
	io.WriteCloser
	SetWriteDeadline(t time.Time) error
}

// letter is one thing for a stream to write.
type letter struct {
	of    *subscription // and
	event *feed.Event   // what it heard; or
	raw   []byte        // bytes as they are, which nobody changes
}

// stream is one connection.
type stream struct {
	all    *streams
	viewer account.Viewer
	scopes auth.Scopes
	secret string // of the token, which may end before the stream
	addr   string // key for limits
	line   line
	socket bool // a WebSocket; else server-sent events
	frail  bool // a write that runs out of time breaks line

	begun atomic.Bool  // there is a line
	heard atomic.Bool  // something came from the other end since the last beat
	asked atomic.Int32 // messages since then

	mu     sync.Mutex
	held   []*subscription
	queue  []letter
	busy   bool // it is written to, or stands among those that will be
	ending bool
	last   []byte // written before the end
	gone   bool

	slot, at int // where all has it
}

// push leaves a letter in the queue, and never waits.
func (x *stream) push(l letter) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.ending || x.gone:
	case len(x.queue) >= lettersMost:
		x.endLocked(closeSlow)
	default:
		x.queue = append(x.queue, l)
		x.call()
	}
}

// end has the stream closed after what is in the queue. It may be called more
// than once, by anybody.
func (x *stream) end(why closing) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.ending && !x.gone {
		x.endLocked(why)
	}
}

func (x *stream) endLocked(why closing) {
	x.ending = true
	if !why.patient {
		x.queue = nil
		if x.line != nil {
			x.line.SetWriteDeadline(time.Now()) // whoever waits to write waits no longer; an error says the same
		}
	}
	if x.socket {
		x.last = why.frame()
	}
	x.call()
}

// call asks to be written to; the caller holds mu.
func (x *stream) call() {
	if !x.busy {
		x.busy = true
		x.all.call(x)
	}
}

// begin is the first writing, once there is a line.
func (x *stream) begin(l line, head []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.line, x.busy = l, false
	x.begun.Store(true)
	_, secure := l.(*tls.Conn)
	x.frail = x.frail || secure
	if x.gone {
		l.Close() // there is nobody to tell
		return
	}
	if head != nil {
		x.queue = slices.Insert(x.queue, 0, letter{raw: head})
	}
	if len(x.queue) > 0 || x.ending {
		x.call()
	}
}

// take empties the queue.
func (x *stream) take() (queue []letter, ending bool, last []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	queue, x.queue = x.queue, nil
	return queue, x.ending, x.last
}

// write sends b without waiting for a slow reader, and closes the stream after
// it if it is to end.
func (x *stream) write(b []byte, ending bool) {
	n := 0
	if !x.frail {
		var err error
		if n, err = x.attempt(b, hasty); !errors.Is(err, os.ErrDeadlineExceeded) {
			x.written(err, ending)
			return
		}
	}
	rest := bytes.Clone(b[n:])
	x.all.running.Go(func() {
		_, err := x.attempt(rest, x.all.patience)
		x.written(err, ending)
	})
}

func (x *stream) attempt(b []byte, within time.Duration) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if err := x.line.SetWriteDeadline(time.Now().Add(within)); err != nil {
		return 0, err
	}
	return x.line.Write(b)
}

func (x *stream) written(err error, ended bool) {
	if err != nil || ended {
		x.close()
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.busy = false; len(x.queue) > 0 || x.ending {
		x.call()
	}
}

// close gives up everything at once.
func (x *stream) close() {
	x.mu.Lock()
	if x.gone {
		x.mu.Unlock()
		return
	}
	x.gone = true
	held, l := x.held, x.line
	x.held, x.queue = nil, nil
	x.mu.Unlock()
	x.all.leave(x)
	for _, s := range held {
		s.leave()
	}
	if l != nil {
		l.Close() // there is nobody to tell
	}
}

// listens says whether the stream has a subscription to the topics, or can have
// no more.
func (x *stream) listens(topics []feed.Topic) (held, full bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.find(topics) >= 0, len(x.held) >= subscriptionsMost
}

func (x *stream) find(topics []feed.Topic) int {
	return slices.IndexFunc(x.held, func(s *subscription) bool { return slices.Equal(s.topics, topics) })
}

// keep notes a subscription, unless the stream was closed.
func (x *stream) keep(s *subscription) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.gone {
		x.held = append(x.held, s)
	}
	return !x.gone
}

// drop forgets the subscription to the topics, nil if there is none.
func (x *stream) drop(topics []feed.Topic) *subscription {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.find(topics)
	if n < 0 {
		return nil
	}
	s := x.held[n]
	x.held = slices.Delete(x.held, n, n+1)
	return s
}
