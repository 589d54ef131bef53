package mastodon_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"
)

// late is how long a test waits for what must come.
const late = 20 * time.Second

// address has the house serve on loopback, and says where.
func (h *house) address() string {
	h.t.Helper()
	if h.served == nil {
		h.served = httptest.NewServer(h.mux)
		h.closes(h.served)
	}
	return h.served.URL
}

// closes has the test end with what is served.
func (h *house) closes(s *httptest.Server) {
	h.t.Cleanup(func() {
		s.Close()
		ctx, cancel := context.WithTimeout(context.Background(), late)
		defer cancel()
		h.door.Wait(ctx)
	})
}

// told is one thing that a stream said.
type told struct {
	stream  string // as in ["hashtag","soup"]; "" of server-sent events
	event   string
	payload string
	failed  string // the error that was said instead
	status  int
}

// app is an app that listens.
type app struct {
	t      testing.TB
	tells  chan told
	beats  chan struct{}
	ended  chan error
	socket *gws.Conn // of WebSockets
	stop   func()
}

func newApp(t testing.TB) *app {
	a := &app{t: t, tells: make(chan told, 1000), beats: make(chan struct{}, 1000), ended: make(chan error, 1)}
	t.Cleanup(func() { a.stop() })
	return a
}

// next is what is said next.
func (a *app) next() told {
	a.t.Helper()
	select {
	case s := <-a.tells:
		return s
	case err := <-a.ended:
		a.t.Fatalf("the stream ended: %v", err)
	case <-time.After(late):
		a.t.Fatal("nothing was said")
	}
	return told{}
}

// hears fails the test unless the next thing said is this event, with something
// in what it carries.
func (a *app) hears(event, with string) told {
	a.t.Helper()
	s := a.next()
	if s.event != event || !strings.Contains(s.payload, with) {
		a.t.Fatalf("told of %s %.300s%s, not of %s with %s", s.event, s.payload, s.failed, event, with)
	}
	return s
}

// ends waits for the end, of which it gives the reason.
func (a *app) ends() error {
	a.t.Helper()
	for {
		select {
		case err := <-a.ended:
			return err
		case <-a.tells:
		case <-time.After(late):
			a.t.Fatal("the stream did not end")
		}
	}
}

// entity is the payload as JSON.
func (s told) entity(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(s.payload), &v); err != nil {
		t.Fatalf("%v: %.300s", err, s.payload)
	}
	return v
}

// listen opens a stream of server-sent events.
func (p person) listen(path string) *app {
	p.h.t.Helper()
	return p.listenBy(http.DefaultClient, path)
}

func (p person) listenBy(client *http.Client, path string) *app {
	p.h.t.Helper()
	a := newApp(p.h.t)
	ctx, cancel := context.WithCancel(context.Background())
	a.stop = cancel
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.h.address()+"/api/v1/streaming"+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		body, _ := io.ReadAll(answer.Body)
		a.t.Fatalf("the stream answered %d %v: %s", answer.StatusCode, answer.Header, body)
	}
	greeted := make(chan struct{})
	go a.scan(answer.Body, greeted)
	<-greeted
	return a
}

func (a *app) scan(body io.Reader, greeted chan struct{}) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	var s told
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case lines.Text() == ":)":
			close(greeted)
		case lines.Text() == ":thump":
			a.beats <- struct{}{}
		case name == "event":
			s.event = value
		case name == "data":
			s.payload = value
		case name == "" && s.event != "":
			a.tells <- s
			s = told{}
		}
	}
	a.ended <- lines.Err()
}

// connect opens a WebSocket with the token in the header, or as change says.
func (p person) connect(query string, change ...func(*gws.ClientOption)) *app {
	p.h.t.Helper()
	a, _, err := p.dial(query, change...)
	if err != nil {
		p.h.t.Fatal(err)
	}
	return a
}

func (p person) dial(query string, change ...func(*gws.ClientOption)) (*app, *http.Response, error) {
	p.h.t.Helper()
	a := newApp(p.h.t)
	o := &gws.ClientOption{
		Addr:          strings.Replace(p.h.address(), "http", "ws", 1) + "/api/v1/streaming" + query,
		RequestHeader: http.Header{"Authorization": {"Bearer " + p.token}},
	}
	for _, f := range change {
		f(o)
	}
	socket, answer, err := gws.NewClient(&appEar{app: a}, o)
	if err != nil {
		a.stop = func() {}
		return nil, answer, err
	}
	a.socket, a.stop = socket, func() { socket.NetConn().Close() }
	go socket.ReadLoop()
	return a, answer, nil
}

// says sends a message.
func (a *app) says(text string) *app {
	a.t.Helper()
	if err := a.socket.WriteString(text); err != nil {
		a.t.Fatal(err)
	}
	return a
}

func (a *app) subscribe(stream string, params ...string) *app {
	a.t.Helper()
	return a.wishes("subscribe", stream, params...)
}

func (a *app) wishes(what, stream string, params ...string) *app {
	a.t.Helper()
	m := map[string]string{"type": what, "stream": stream}
	for i := 0; i+1 < len(params); i += 2 {
		m[params[i]] = params[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.says(string(b)).settle()
}

// settle waits until what was said has been heeded.
func (a *app) settle() *app {
	a.t.Helper()
	if err := a.socket.WritePing([]byte("done?")); err != nil {
		a.t.Fatal(err)
	}
	select {
	case <-a.beats:
	case err := <-a.ended:
		a.t.Fatalf("the stream ended: %v", err)
	case <-time.After(late):
		a.t.Fatal("no answer to a ping")
	}
	return a
}

type appEar struct {
	gws.BuiltinEventHandler
	app *app
}

func (e *appEar) OnPong(*gws.Conn, []byte) { e.app.beats <- struct{}{} }

func (e *appEar) OnClose(_ *gws.Conn, err error) { e.app.ended <- err }

func (e *appEar) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	var s struct {
		Stream  []string
		Event   string
		Payload *string
		Error   string
		Status  int
	}
	if err := json.Unmarshal(m.Bytes(), &s); err != nil {
		e.app.t.Errorf("said %v: %.300s", err, m.Bytes())
	}
	payload := ""
	if s.Payload != nil {
		payload = *s.Payload
		if !json.Valid([]byte(payload)) { // which every client in JavaScript reads it as
			e.app.t.Errorf("%s carries what is not JSON: %q", s.Event, payload)
		}
	}
	e.app.tells <- told{strings.Join(s.Stream, " "), s.Event, payload, s.Error, s.Status}
}

// closedWith is the code of a WebSocket's end, 0 if none was given.
func closedWith(err error) uint16 {
	if c, ok := errors.AsType[*gws.CloseError](err); ok {
		return c.Code
	}
	return 0
}

// asQuery gives the token in the address instead.
func (p person) asQuery(o *gws.ClientOption) {
	o.RequestHeader = nil
	o.Addr += "&access_token=" + url.QueryEscape(p.token)
}

// asProtocol gives it as a browser's script must.
func (p person) asProtocol(o *gws.ClientOption) {
	o.RequestHeader = http.Header{"Sec-WebSocket-Protocol": {p.token}}
}
