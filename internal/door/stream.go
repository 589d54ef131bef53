package door

import (
	"errors"
	"net"
	"net/http"
	"sync"

	"goodturn/internal/id"
)

// How many streams may be open at once of one account, and from one address,
// behind which there may be many homes.
const (
	StreamsOfAccount = 50
	StreamsOfAddress = 1000
)

// Streams counts what is open, for all doors together. Nil allows everything.
type Streams struct {
	mu        sync.Mutex
	accounts  map[id.ID]int
	addresses map[string]int
}

// NewStreams counts from nothing.
func NewStreams() *Streams {
	return &Streams{accounts: map[id.ID]int{}, addresses: map[string]int{}}
}

// Enter makes room for a stream of an account, 0 for nobody's, from an address
// (AddrKey), or says that there are too many. Whoever entered calls Leave once.
func (s *Streams) Enter(account id.ID, addr string) bool {
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if account != 0 && s.accounts[account] >= StreamsOfAccount || s.addresses[addr] >= StreamsOfAddress {
		return false
	}
	if account != 0 {
		s.accounts[account]++
	}
	s.addresses[addr]++
	return true
}

// Leave gives the room back.
func (s *Streams) Leave(account id.ID, addr string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if account != 0 {
		less(s.accounts, account)
	}
	less(s.addresses, addr)
}

func less[K comparable](counts map[K]int, k K) {
	if counts[k]--; counts[k] <= 0 {
		delete(counts, k)
	}
}

// ErrHasty is of somebody who speaks before they were answered, which no protocol of
// ours allows. Their connection is closed.
var ErrHasty = errors.New("spoke before it was answered")

// TakeConn takes the request's connection from the HTTP server: an idle stream
// then costs no request, no buffers and no deep stack. ErrHasty, and
// http.ErrNotSupported for HTTP/2, which has no connection to take.
func TakeConn(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	if buffered.Reader.Buffered() > 0 {
		conn.Close()
		return nil, ErrHasty
	}
	return conn, nil
}

// EventHead begins server-sent events (WHATWG HTML, section 9.2) on a connection
// that was taken; more are further lines of the head.
func EventHead(more string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n" +
		"X-Content-Type-Options: nosniff\r\n" + more + "Connection: close\r\n\r\n"
}

// EventHeader is EventHead where the connection stays with the HTTP server.
func EventHeader(h http.Header) {
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
}
