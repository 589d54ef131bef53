package web

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/door"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/ripple"
)

func liveRoutes() []route {
	return []route{{"GET /live", (*visit).live}}
}

// A stream (server-sent events, WHATWG HTML section 9.2) carries names alone:
// "post.Created", "notice.Made", "act.Done". A page that listens fetches what it
// shows again, by a request that is checked like every other. So nothing of a
// stream can tell what its reader may not see.
const (
	heartbeat  = 25 * time.Second
	writeTime  = 10 * time.Second // for one event to a reader that does not read
	topicsMost = 8
)

// Between two events to one reader lies a gap, and what comes meanwhile comes
// together: a tenth of a second, and longer where many are connected, so that to
// tell them all takes a fifth of the time of one processor.
const (
	gapLeast = 100 * time.Millisecond
	gapEach  = 50 * time.Microsecond // for each who is connected; some 10 are a write
)

func (s *stream) gap() time.Duration {
	return max(gapLeast, time.Duration(s.door.Feeds.Watching())*gapEach)
}

// Between two fetches of the same part of a page lies at least a pace, which the
// page is told when it begins to listen and with each beat: longer where many
// listen, so that all of them ask some 200 times a second for one part.
const (
	paceLeast = 5 * time.Second
	paceEach  = 5 * time.Millisecond // for each who is connected
)

func (s *stream) pace() string {
	p := max(paceLeast, time.Duration(s.door.Feeds.Watching())*paceEach)
	return "event: pace\ndata: " + strconv.FormatInt(p.Milliseconds(), 10) + "\n\n"
}

// eventNames are what posts' events are called on a stream.
var eventNames = map[feed.EventKind]string{
	feed.Posted: "post.Created", feed.Edited: "post.Edited", feed.Deleted: "post.Deleted", feed.Counted: "post.Counted",
}

// live tells a page what happens. After it has said so, the connection is taken
// from the HTTP server and kept by a small goroutine of its own: an idle stream
// then costs no request, no buffers and no deep stack.
func (x *visit) live() error {
	topics, err := x.topics()
	if err != nil {
		return err
	}
	if x.r.Method == http.MethodHead {
		door.EventHeader(x.w.Header()) // who asks for the head alone gets it, and no stream
		return nil
	}
	addr := door.AddrKey(door.Addr(x.r))
	if !x.Streams.Enter(x.v.ID(), addr) {
		return errTooMany
	}
	leave := func() { x.Streams.Leave(x.v.ID(), addr) }
	hints, stop, err := x.Feeds.Hints(x.v, topics...)
	if err != nil {
		leave()
		return err
	}
	s := &stream{door: x.Door, hints: hints, stop: func() { stop(); leave() }, secret: x.cookie(sessionCookie)}
	s.conn, err = door.TakeConn(x.w)
	if errors.Is(err, http.ErrNotSupported) {
		return s.serveOn(x.w, x.r)
	}
	if err != nil {
		s.stop()
		if errors.Is(err, door.ErrHasty) {
			return nil // there is nobody left to tell
		}
		return err
	}
	x.streams.Go(s.keep)
	return nil
}

// topics are what the address asks to be told of.
func (x *visit) topics() ([]feed.Topic, error) {
	var topics []feed.Topic
	q := x.r.URL.Query()
	if q.Has("home") {
		if err := x.known(); err != nil {
			return nil, err
		}
		topics = append(topics, feed.HomeTopic())
	}
	if q.Has("notices") {
		if err := x.known(); err != nil {
			return nil, err
		}
		topics = append(topics, feed.NoticesOf(x.me.ID))
	}
	for name, topic := range map[string]func(id.ID) feed.Topic{"movement": feed.MovementTopic, "post": feed.PostTopic} {
		for _, s := range q[name] {
			i, err := id.Parse(s)
			if err != nil {
				return nil, problem.Invalid(name, "This is not an id: use one from an answer of this server.")
			}
			topics = append(topics, topic(i))
		}
	}
	if len(topics) == 0 || len(topics) > topicsMost {
		return nil, problem.Invalid("", "Say what to be told of.")
	}
	return topics, nil
}

// known is signedIn for a script, which is not led to a form.
func (x *visit) known() error {
	if x.me == nil {
		return problem.Forbidden("Sign in to go on.")
	}
	return nil
}

// stream is one page that listens.
type stream struct {
	door   *Door
	conn   net.Conn
	hints  *feed.Hints
	stop   func()
	secret string // of the session, which may end before the page is left
}

var streamHead = door.EventHead("")

// keep tells on a connection of its own.
func (s *stream) keep() {
	defer s.stop()
	defer s.conn.Close() // there is nobody to tell
	defer context.AfterFunc(s.door.streaming, func() { s.conn.Close() })()
	err := door.Caught(nil, func() error {
		if s.say(streamHead) {
			s.tell(nil, s.say)
		}
		return nil
	})
	if panicked, ok := errors.AsType[*door.Panic](err); ok {
		s.door.Log.Error("stream panicked", "panic", fmt.Sprint(panicked.Value), "stack", string(panicked.Stack))
	}
}

func (s *stream) say(text string) bool {
	if err := s.conn.SetDeadline(time.Now().Add(writeTime)); err != nil {
		return false
	}
	_, err := s.conn.Write([]byte(text))
	return err == nil
}

// tell says what happens until gone is closed or say fails, the session has
// ended or the server stops.
func (s *stream) tell(gone <-chan struct{}, say func(string) bool) {
	// When many lose their streams at once, they do not return at once.
	if !say(retry() + s.pace()) {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	some, due, said := s.hints.Some(), (<-chan time.Time)(nil), time.Time{}
	for {
		select {
		case <-gone:
			return
		case _, ok := <-some:
			if !ok {
				return
			}
			some, due = nil, time.After(s.gap()-time.Since(said))
		case <-due:
			frames, ok := framesOf(s.hints.Take())
			if !ok || !say(frames) {
				return // the page comes back, and reads everything again
			}
			some, due, said = s.hints.Some(), nil, time.Now()
		case <-beat.C:
			if !s.allowed() || !say(s.pace()) {
				return
			}
		}
	}
}

// allowed says whether the session still holds.
func (s *stream) allowed() bool {
	if s.secret == "" {
		return true
	}
	_, err := s.door.Auth.Session(s.door.streaming, s.secret)
	return err == nil
}

func retry() string { return "retry: " + strconv.Itoa(1000+rand.IntN(4000)) + "\n\n" }

// framesOf says it all in one; false where something was lost.
func framesOf(events []*feed.Event) (frames string, ok bool) {
	for _, e := range events {
		if e.Kind == feed.Reload {
			return "", false
		}
		name, ok := eventNames[e.Kind]
		if !ok {
			name = strings.TrimPrefix(fmt.Sprintf("%T", e.Data), "*")
		}
		frames += "event: " + name + "\ndata:\n\n"
	}
	return frames, true
}

// serveOn is keep where the connection cannot be taken.
func (s *stream) serveOn(w http.ResponseWriter, r *http.Request) error {
	defer s.stop()
	door.EventHeader(w.Header())
	out := http.NewResponseController(w)
	s.tell(r.Context().Done(), func(text string) bool {
		if err := out.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
			return false
		}
		_, err := w.Write([]byte(text))
		// HTTP/2 resets a stream at its deadline even when nothing is being written.
		return err == nil && out.Flush() == nil && out.SetWriteDeadline(time.Time{}) == nil
	})
	return nil
}

// Wait waits for the streams to end, which they do when feeds stop; those that
// have not when ctx is done, because nobody reads them, are cut off. No request may
// come any more.
func (d *Door) Wait(ctx context.Context) {
	defer context.AfterFunc(ctx, d.cutStreams)()
	d.streams.Wait()
}

// tell has those who listen hear of what is no post: the numbers of
// movements, calls and acts. Notices reach them by server (feed.Tell).
func (d *Door) tell(h *event.Hub) {
	of := func(movement id.ID, e any) {
		if movement != 0 {
			d.Feeds.Publish(feed.MovementTopic(movement), e, nil)
		}
	}
	event.After(h, func(e act.Done) { of(e.MovementID, e) })
	event.After(h, func(e act.Changed) { of(e.MovementID, e) })
	event.After(h, func(e act.Withdrawn) { of(e.MovementID, e) })
	event.After(h, func(e act.Proven) { of(e.MovementID, e) })
	event.After(h, func(e act.Resourced) { of(e.MovementID, e) })
	event.After(h, func(e act.Imported) { of(e.MovementID, e) })
	event.After(h, func(e ripple.Folded) { of(e.MovementID, e) })
	event.After(h, func(e call.ReportChanged) { of(e.MovementID, e) })
	event.After(h, func(e call.Opened) { of(e.MovementID, e) })
	event.After(h, func(e call.Changed) { of(e.MovementID, e) })
	event.After(h, func(e call.Closed) { of(e.MovementID, e) })
	event.After(h, func(e call.Cancelled) { of(e.MovementID, e) })
	event.After(h, func(e movement.Joined) { of(e.MovementID, e) })
	event.After(h, func(e movement.Left) { of(e.MovementID, e) })
	event.After(h, func(e movement.Changed) { of(e.MovementID, e) })
	counted := seldom{told: map[id.ID]struct{}{}, tell: func(m id.ID) { of(m, impact.Counted{MovementID: m}) }}
	event.After(h, func(e impact.Counted) { counted.heard(e.MovementID) })
}

// seldom tells of what happens to a movement many times a second, likes above
// all, once for a second of it.
type seldom struct {
	tell func(movement id.ID)

	mu   sync.Mutex
	told map[id.ID]struct{} // soon
}

func (s *seldom) heard(movement id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, soon := s.told[movement]; soon {
		return
	}
	s.told[movement] = struct{}{}
	time.AfterFunc(time.Second, func() {
		s.mu.Lock()
		delete(s.told, movement)
		s.mu.Unlock()
		s.tell(movement)
	})
}
