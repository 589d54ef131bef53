package bustest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Cable carries the connections of one node to another, until it is cut.
type Cable struct {
	to string
	l  net.Listener

	running sync.WaitGroup
	mu      sync.Mutex
	cut     bool
	open    map[net.Conn]bool
}

// NewCable leads to an address on which nobody need listen yet. It ends with the
// test.
func NewCable(t testing.TB, to string) *Cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cable{to: to, l: l, open: map[net.Conn]bool{}}
	c.running.Go(c.accept)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		c.Cut()
		c.running.Wait()
	})
	return c
}

// Addr is where the cable begins.
func (c *Cable) Addr() string { return c.l.Addr().String() }

// Cut ends what goes over the cable, and lets nothing through.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for conn := range c.open {
		conn.Close() // both ends notice, which is all that is wanted
	}
}

// Mend lets new connections through again.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

func (c *Cable) accept() {
	for {
		near, err := c.l.Accept()
		if err != nil {
			return // the test is over
		}
		c.running.Go(func() { c.carry(near) })
	}
}

func (c *Cable) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return // nobody listens there now
	}
	defer far.Close()
	if !c.hold(near, far) {
		return
	}
	defer c.release(near, far)
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		c.running.Go(func() {
			// However it ends, the connection is over.
			_, _ = io.Copy(way[0], way[1])
			ended <- struct{}{}
		})
	}
	<-ended
}

// hold is false while the cable is cut.
func (c *Cable) hold(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return false
	}
	for _, conn := range conns {
		c.open[conn] = true
	}
	return true
}

func (c *Cable) release(conns ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		delete(c.open, conn)
	}
}
