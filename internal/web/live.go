package web

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/notice"
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
	events, stop, err := x.Feeds.Watch(x.v, topics...)
	if err != nil {
		return err
	}
	s := &stream{door: x.Door, events: events, stop: stop, secret: x.cookie(sessionCookie)}
	conn, buffered, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return s.serveOn(x.w, x.r) // HTTP/2 has no connection to take
	}
	if buffered.Reader.Buffered() > 0 {
		stop()
		return conn.Close() // pipelined requests are nobody's browser
	}
	s.conn = conn
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
	events <-chan *feed.Event
	stop   func()
	secret string // of the session, which may end before the page is left
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"

// keep tells until the reader is gone, the session has ended or the server
// stops.
func (s *stream) keep() {
	defer s.stop()
	defer s.conn.Close() // there is nobody to tell
	// When many lose their streams at once, they do not return at once.
	if !s.say(streamHead + retry()) {
		return
	}
	beat := time.NewTimer(heartbeat)
	defer beat.Stop()
	for {
		select {
		case e, ok := <-s.events:
			if !ok || e.Kind == feed.Reload || !s.say(frameOf(e)) {
				return // the page comes back, and reads everything again
			}
		case <-beat.C:
			if !s.allowed() || !s.say(":\n\n") {
				return
			}
			beat.Reset(heartbeat)
		}
	}
}

func (s *stream) say(text string) bool {
	if err := s.conn.SetDeadline(time.Now().Add(writeTime)); err != nil {
		return false
	}
	_, err := s.conn.Write([]byte(text))
	return err == nil
}

// allowed says whether the session still holds.
func (s *stream) allowed() bool {
	if s.secret == "" {
		return true
	}
	_, err := s.door.Auth.Session(context.Background(), s.secret)
	return err == nil
}

func retry() string { return "retry: " + strconv.Itoa(1000+rand.IntN(4000)) + "\n\n" }

func frameOf(e *feed.Event) string {
	name, ok := eventNames[e.Kind]
	if !ok {
		name = strings.TrimPrefix(fmt.Sprintf("%T", e.Data), "*")
	}
	return "event: " + name + "\ndata:\n\n"
}

// serveOn is keep where the connection cannot be taken.
func (s *stream) serveOn(w http.ResponseWriter, r *http.Request) error {
	defer s.stop()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	say := func(text string) error {
		if err := out.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
			return fmt.Errorf("bound a stream's write: %w", err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return fmt.Errorf("write to a stream: %w", err)
		}
		return out.Flush()
	}
	err := say(retry())
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-r.Context().Done():
			return nil
		case e, ok := <-s.events:
			if !ok || e.Kind == feed.Reload {
				return nil
			}
			err = say(frameOf(e))
		case <-beat.C:
			if !s.allowed() {
				return nil
			}
			err = say(":\n\n")
		}
	}
	s.door.Log.Debug("stream ended", "error", err) // its reader is gone
	return nil
}

// Wait waits for the streams to end, which they do when feeds stop.
func (d *Door) Wait() { d.streams.Wait() }

// tell has those who listen hear of what is no post: the numbers of movements,
// calls and acts, and notices.
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
	note := func(i id.ID, e any) { d.Feeds.Publish(feed.NoticesOf(i), e, nil) }
	event.After(h, func(e notice.Made) { note(e.AccountID, e) })
	event.After(h, func(e notice.Taken) { note(e.AccountID, e) })
	event.After(h, func(e notice.Read) { note(e.AccountID, e) })
}
