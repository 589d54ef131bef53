package mastodon

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/lxzan/gws"

	"goodturn/internal/door"
)

const (
	messageMost  = 4 << 10 // bytes of what an app may say at once
	messagesMost = 200     // that it may say between two beats
	readBuffer   = 512     // bytes; an app says little
)

// openSocket makes a WebSocket of the request (RFC 6455), which listens to what
// the address asks for, and to what the app subscribes to later.
func (d *Door) openSocket(w http.ResponseWriter, r *http.Request) error {
	x, err := d.listener(r, true)
	if err != nil {
		return err
	}
	conn, err := door.TakeConn(w)
	if err != nil {
		x.close()
		return answered(err)
	}
	q := r.URL.Query()
	asked := channel{name: q.Get("stream"), list: q.Get("list"), tag: q.Get("tag")}
	wire := &wire{Conn: conn, stream: x}
	x.begin(conn, nil)
	socket, err := upgrader(protocol(r)).UpgradeFromConn(wire, bufio.NewReaderSize(conn, readBuffer), r)
	if err != nil {
		return nil // gws has answered
	}
	if asked.name != "" {
		if err := d.listen(x, asked); err != nil {
			d.complain(x, err)
		}
	}
	d.streams.running.Go(func() {
		err := door.Caught(nil, func() error { socket.ReadLoop(); return nil })
		if err != nil {
			x.close()
			d.Log.Error("stream panicked", "error", fmt.Sprint(err))
		}
	})
	return nil
}

// upgrader makes WebSockets that agree to the subprotocol, if one is offered. The
// one for all others is shared.
func upgrader(protocol string) *gws.Upgrader {
	if protocol == "" {
		return plain
	}
	return newUpgrader(protocol)
}

var plain = newUpgrader()

func newUpgrader(protocols ...string) *gws.Upgrader {
	return gws.NewUpgrader(ear{}, &gws.ServerOption{
		SubProtocols: protocols, ReadMaxPayloadSize: messageMost, ReadBufferSize: readBuffer, CheckUtf8Enabled: true,
		NewSession: func() gws.SessionStorage { return nil },
	})
}

// wire is what gws has of a connection: it reads from it, and what it writes
// stands in the stream's queue like all else, so that nobody else's message is
// cut in two.
type wire struct {
	net.Conn
	stream *stream
}

func (w *wire) Write(b []byte) (int, error) {
	w.stream.push(letter{raw: bytes.Clone(b)})
	return len(b), nil
}

func (w *wire) Close() error {
	w.stream.end(closeAnswered)
	return nil
}

// SetDeadline does nothing: the beat ends a stream from which nothing comes.
func (w *wire) SetDeadline(time.Time) error { return nil }

// ear hears what the other ends of WebSockets say.
type ear struct{}

func (ear) OnOpen(*gws.Conn)         {}
func (ear) OnClose(*gws.Conn, error) {}

func (ear) OnPing(c *gws.Conn, payload []byte) {
	x := streamOf(c)
	if x.hears() {
		x.push(letter{raw: frameOf(opPong, payload)})
	}
}

func (ear) OnPong(c *gws.Conn, _ []byte) { streamOf(c).hears() }

func (ear) OnMessage(c *gws.Conn, m *gws.Message) {
	x := streamOf(c)
	if x.hears() {
		x.all.door.heed(x, m)
	}
	m.Close() // gives its buffer back
}

func streamOf(c *gws.Conn) *stream { return c.NetConn().(*wire).stream }

// hears notes that the other end is there; false if it says too much.
func (x *stream) hears() bool {
	x.heard.Store(true)
	if x.asked.Add(1) > messagesMost {
		x.end(closeNoisy)
		return false
	}
	return true
}

// heed does what an app says. What is no wish of the two is passed over, as
// Mastodon does.
func (d *Door) heed(x *stream, m *gws.Message) {
	if m.Opcode == gws.OpcodeBinary {
		x.end(closeBinary)
		return
	}
	var wish struct {
		Type, Stream, List, Tag first
	}
	if json.Unmarshal(m.Bytes(), &wish) != nil {
		return
	}
	c := channel{name: string(wish.Stream), list: string(wish.List), tag: string(wish.Tag)}
	switch wish.Type {
	case "subscribe":
		if err := d.listen(x, c); err != nil {
			d.complain(x, err)
		}
	case "unsubscribe":
		if d.unlisten(x, c) != nil {
			x.push(letter{raw: frameOf(opText, []byte(`{"error":"Error unsubscribing from channel"}`))})
		}
	}
}

// complain tells an app what is wrong with what it subscribed to.
func (d *Door) complain(x *stream, err error) {
	e := streamErrorOf(err)
	if e.status >= http.StatusInternalServerError {
		d.Log.Error("could not subscribe a stream", "error", err)
	}
	b := appendText([]byte(`{"error":`), e.says)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(e.status), 10)
	x.push(letter{raw: frameOf(opText, append(b, '}'))})
}

// first is a text, a number, or the first of a list of them: what clients have
// been seen to send.
type first string

func (f *first) UnmarshalJSON(b []byte) error {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return err
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	switch v := v.(type) {
	case string:
		*f = first(v)
	case json.Number:
		*f = first(v.String())
	}
	return nil
}
