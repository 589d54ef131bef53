package mastodon

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// sourceHead begins a stream of server-sent events (WHATWG HTML, section 9.2),
// with the greeting that Mastodon gives.
const (
	sourceType = "text/event-stream"
	sourceHead = "HTTP/1.1 200 OK\r\nContent-Type: " + sourceType + "\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n" +
		"X-Content-Type-Options: nosniff\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
	greeting = ":)\n"
)

// openEvents answers with the events of a channel, until either end closes.
func (d *Door) openEvents(w http.ResponseWriter, r *http.Request, name string) error {
	x, err := d.listener(r, false)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if err := d.listen(x, channel{name: name, list: q.Get("list"), tag: q.Get("tag")}); err != nil {
		x.close()
		return err
	}
	conn, err := take(w)
	if errors.Is(err, http.ErrNotSupported) {
		d.hold(w, r, x)
		return nil
	}
	if err != nil {
		x.close()
		return answered(err)
	}
	x.begin(conn, []byte(sourceHead+greeting))
	return nil
}

// errHasty is of an app that speaks before it was answered, which no protocol of
// ours allows. Its connection is closed.
var errHasty = errors.New("spoke before it was answered")

// take takes the request's connection from the HTTP server: an idle stream then
// costs no request, no buffers and no deep stack. http.ErrNotSupported for HTTP/2,
// which has no connection to take.
func take(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	if buffered.Reader.Buffered() > 0 {
		conn.Close()
		return nil, errHasty
	}
	return conn, nil
}

// answered is err, or nil where there is nobody left to tell it to.
func answered(err error) error {
	if errors.Is(err, errHasty) {
		return nil
	}
	return err
}

// hold keeps the request for as long as the stream lasts.
func (d *Door) hold(w http.ResponseWriter, r *http.Request, x *stream) {
	h := w.Header()
	h.Set("Content-Type", sourceType)
	h.Set("X-Accel-Buffering", "no")
	l := &heldLine{w: w, out: http.NewResponseController(w), ended: make(chan struct{})}
	x.frail = true
	x.begin(l, []byte(greeting))
	defer context.AfterFunc(r.Context(), x.close)()
	<-l.ended
	l.writing.Lock() // nobody writes to an answer that is over
}

// heldLine is a line that is an answer which goes on.
type heldLine struct {
	w       http.ResponseWriter
	out     *http.ResponseController
	ended   chan struct{}
	end     sync.Once
	writing sync.Mutex
}

func (l *heldLine) Write(b []byte) (int, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	select {
	case <-l.ended:
		return 0, net.ErrClosed
	default:
	}
	n, err := l.w.Write(b)
	if err = errors.Join(err, l.out.Flush()); err != nil {
		return n, err
	}
	// HTTP/2 resets a stream at its deadline even when nothing is being written.
	return n, l.out.SetWriteDeadline(time.Time{})
}

func (l *heldLine) SetWriteDeadline(t time.Time) error { return l.out.SetWriteDeadline(t) }

func (l *heldLine) Close() error {
	l.end.Do(func() { close(l.ended) })
	return nil
}
