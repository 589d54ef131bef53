package mastodon

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"goodturn/internal/door"
)

// sourceHead begins a stream, for browsers on every site, with the greeting that
// Mastodon gives.
var sourceHead = door.EventHead("Access-Control-Allow-Origin: *\r\n") + greeting

const greeting = ":)\n"

// openEvents answers with the events of a channel, until either end closes.
func (d *Door) openEvents(w http.ResponseWriter, r *http.Request, name string) error {
	if r.Method == http.MethodHead {
		door.EventHeader(w.Header()) // who asks for the head alone gets it, and no stream
		return nil
	}
	x, err := d.listener(r, false)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if err := d.listen(x, channel{name: name, list: q.Get("list"), tag: q.Get("tag")}); err != nil {
		x.close()
		return err
	}
	conn, err := door.TakeConn(w)
	if errors.Is(err, http.ErrNotSupported) {
		d.hold(w, r, x)
		return nil
	}
	if err != nil {
		x.close()
		return answered(err)
	}
	x.begin(conn, []byte(sourceHead))
	return nil
}

// answered is err, or nil where there is nobody left to tell it to.
func answered(err error) error {
	if errors.Is(err, door.ErrHasty) {
		return nil
	}
	return err
}

// hold keeps the request for as long as the stream lasts.
func (d *Door) hold(w http.ResponseWriter, r *http.Request, x *stream) {
	door.EventHeader(w.Header())
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
