package event_test

import (
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

const soon = 10 * time.Second

// node is a hub whose messages wait in out until a test carries or loses them.
type node struct {
	*event.Hub
	lease db.Node
	out   chan []byte
	gaps  atomic.Int32
	got   []id.ID
}

var now atomic.Int64 // what the clock of all nodes says

func later(d time.Duration) { now.Add(int64(d)) }

// start makes a node with a bus of its own, which has said its number once and
// read that there is nobody else.
func start(t testing.TB, b *bus.Bus, number int) *node {
	t.Helper()
	lease := db.Node{Number: number, Holder: rand.Text(), Held: true}
	n := &node{Hub: event.NewLeased(b, number, lease.Holder, quiet), lease: lease, out: make(chan []byte, 1<<16)}
	n.Clock(func() time.Time { return time.Unix(0, now.Load()) })
	n.OnGap(func() { n.gaps.Add(1) })
	stop, err := b.Subscribe(event.Subject, func(data []byte) {
		select {
		case n.out <- data:
		default: // a benchmark does not look
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	n.Tick()
	n.Expect([]db.Node{lease})
	return n
}

// carry brings the next message of one node to another.
func carry(t testing.TB, from, to *node) {
	t.Helper()
	to.Receive(lose(t, from))
}

// lose takes the next message of a node away.
func lose(t testing.TB, from *node) []byte {
	t.Helper()
	select {
	case data := <-from.out:
		return data
	case <-time.After(soon):
		t.Fatal("nothing was sent")
		return nil
	}
}

type world struct {
	*testing.T
	d    *db.DB
	a, b *node
}

// meet makes two nodes that know each other; b remembers what a's posts got.
func meet(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, d: dbtest.Open(t, db.SQLite), a: start(t, openBus(t), 1), b: start(t, openBus(t), 2)}
	event.After(w.b.Hub, func(e Liked) { w.b.got = append(w.b.got, e.Post) })
	lose(t, w.b) // sent before anybody listened
	carry(t, w.a, w.b)
	carry(t, w.b, w.a) // b's answer to one it did not know
	carry(t, w.a, w.b) // and a's
	w.check(0, true)
	later(time.Second / 2)
	return w
}

func (w *world) like(post id.ID) {
	w.Helper()
	like(w.T, w.d, w.a.Hub, post)
}

func like(t testing.TB, d *db.DB, h *event.Hub, post id.ID) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error { return event.Emit(h, tx, Liked{Post: post}) })
	if err != nil {
		t.Fatal(err)
	}
}

// check says how often b dropped what it remembers, and whether it trusts it.
func (w *world) check(gaps int32, fresh bool) {
	w.Helper()
	if g, f := w.b.gaps.Load(), w.b.Fresh(); g != gaps || f != fresh {
		w.Fatalf("memory was dropped %d times, want %d; fresh: %v, want %v", g, gaps, f, fresh)
	}
}

func TestHub(t *testing.T) {
	t.Run("OK/an event reaches the other node", func(t *testing.T) {
		w := meet(t)
		w.like(7)
		carry(t, w.a, w.b)
		w.check(0, true)
		if len(w.b.got) != 1 || w.b.got[0] != 7 {
			t.Errorf("got %v", w.b.got)
		}
	})

	t.Run("Gap/noticed at the next event", func(t *testing.T) {
		w := meet(t)
		w.like(7)
		lose(t, w.a)
		w.like(8)
		carry(t, w.a, w.b)
		w.check(1, true)
		if len(w.b.got) != 1 || w.b.got[0] != 8 {
			t.Errorf("got %v", w.b.got)
		}
	})

	t.Run("Gap/noticed at the next number", func(t *testing.T) {
		w := meet(t)
		w.like(7)
		lose(t, w.a)
		w.a.Tick()
		carry(t, w.a, w.b)
		w.check(1, true)
	})

	t.Run("Gap/emitted before the other was known", func(t *testing.T) {
		w := meet(t)
		c := start(t, openBus(t), 3) // hears b, which does not know it yet
		stranger := &world{T: t, a: w.b, b: c}
		w.b.Tick()
		carry(t, w.b, c)
		lose(t, c)
		like(t, w.d, w.b.Hub, 7)
		lose(t, w.b)
		w.b.Tick()
		carry(t, w.b, c)
		stranger.check(1, true)
	})

	t.Run("Gap/emitted before anybody was known", func(t *testing.T) {
		w := meet(t)
		alone := start(t, openBus(t), 3) // does not hear that b is there
		carry(t, alone, w.b)
		like(t, w.d, alone.Hub, 7)
		alone.Tick()
		carry(t, alone, w.b)
		w.check(1, true)
	})

	t.Run("Gap/many at once are dropped for once a tick", func(t *testing.T) {
		w := meet(t)
		for post := id.ID(1); post <= 100; post++ {
			w.like(post)
			lose(t, w.a)
			w.like(100 + post)
			carry(t, w.a, w.b)
		}
		w.check(1, false)
		w.b.Tick()
		w.check(2, true)
	})

	t.Run("Gap/a message that cannot be read", func(t *testing.T) {
		w := meet(t)
		event.After(w.a.Hub, func(struct{ Liked string }) {})
		w.like(7)
		data := lose(t, w.a)
		w.b.Receive(data[:len(data)-1])
		w.check(1, true)
		w.b.Receive([]byte("not of ours"))
		w.check(1, true)
	})

	t.Run("OK/silent, then heard again", func(t *testing.T) {
		w := meet(t)
		later(3 * time.Second)
		w.check(0, false)
		w.b.Tick()
		w.check(1, false)
		w.b.Tick()
		w.check(1, false) // once is enough
		w.a.Tick()
		carry(t, w.a, w.b)
		w.check(1, true)
	})

	t.Run("OK/goodbye", func(t *testing.T) {
		w := meet(t)
		w.a.Leave()
		carry(t, w.a, w.b)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease}) // it gives its number back a moment later
		later(time.Minute)
		w.b.Tick()
		w.b.Expect([]db.Node{ended(w.a.lease), w.b.lease})
		w.check(0, true)
	})

	t.Run("Gap/goodbye after a loss", func(t *testing.T) {
		w := meet(t)
		w.like(7)
		lose(t, w.a)
		w.a.Leave()
		carry(t, w.a, w.b)
		w.check(1, true)
	})

	t.Run("Gap/a restart without a goodbye", func(t *testing.T) {
		w := meet(t)
		again := start(t, openBus(t), 1)
		carry(t, again, w.b)
		w.check(1, true)
		later(4 * time.Second)
		again.Tick()
		carry(t, again, w.b)
		w.check(1, true) // the earlier run is not waited for
	})

	t.Run("OK/a restart after a goodbye", func(t *testing.T) {
		w := meet(t)
		w.a.Leave()
		carry(t, w.a, w.b)
		carry(t, start(t, openBus(t), 1), w.b)
		w.check(0, true)
	})
}

func TestHub_Expect(t *testing.T) {
	stranger := db.Node{Number: 3, Holder: "a process that is not heard", Held: true}

	t.Run("OK/nothing is fresh before it is known who is there", func(t *testing.T) {
		h := event.NewLeased(openBus(t), 1, "me", quiet)
		if h.Fresh() {
			t.Error("it is, without a word of others")
		}
		h.Expect([]db.Node{{Number: 1, Holder: "me", Held: true}, ended(stranger)})
		if !h.Fresh() {
			t.Error("it is not, though nobody else is there")
		}
	})

	t.Run("OK/a process that holds a number must be heard", func(t *testing.T) {
		w := meet(t)
		c := start(t, openBus(t), 3)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, c.lease})
		w.check(0, false)
		carry(t, c, w.b)
		w.check(0, true)
	})

	t.Run("Gap/one that ended unheard", func(t *testing.T) {
		w := meet(t)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, stranger})
		w.check(0, false)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, ended(stranger)})
		w.check(1, true)
		later(time.Second)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, ended(stranger)})
		w.check(1, true) // once is enough
	})

	t.Run("Gap/one that came and went between two looks", func(t *testing.T) {
		w := meet(t)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, ended(stranger)})
		w.check(1, true)
	})

	t.Run("Gap/one whose number another one took", func(t *testing.T) {
		w := meet(t)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, stranger})
		c := start(t, openBus(t), 3)
		carry(t, c, w.b)
		w.b.Expect([]db.Node{w.a.lease, w.b.lease, c.lease})
		w.check(1, true)
	})

	t.Run("OK/a restart after a goodbye must be heard", func(t *testing.T) {
		w := meet(t)
		w.a.Leave()
		carry(t, w.a, w.b)
		again := start(t, openBus(t), 1)
		w.b.Expect([]db.Node{again.lease, w.b.lease})
		w.check(0, false)
		carry(t, again, w.b)
		w.check(0, true)
	})

	t.Run("OK/a crashed node is forgotten with its lease", func(t *testing.T) {
		w := meet(t)
		later(4 * time.Second)
		w.b.Tick()
		w.b.Expect([]db.Node{w.a.lease, w.b.lease})
		w.check(1, false)
		w.b.Expect([]db.Node{ended(w.a.lease), w.b.lease})
		w.check(1, true)
		w.b.Expect([]db.Node{ended(w.a.lease), w.b.lease})
		w.check(1, true)
	})

	t.Run("OK/a node whose lease was read too early is kept", func(t *testing.T) {
		w := meet(t)
		w.b.Expect([]db.Node{w.b.lease})
		later(3 * time.Second)
		w.check(0, false)
	})
}

// ended is a lease that is over.
func ended(n db.Node) db.Node {
	n.Held = false
	return n
}

// The whole way: two hubs that were started, over one bus.
func TestHub_Start(t *testing.T) {
	d, wire := dbtest.Open(t, db.SQLite), openBus(t)
	a, b := event.New(wire, 1, quiet), event.New(wire, 2, quiet)
	got := make(chan id.ID, 16)
	event.After(b, func(e Liked) { got <- e.Post })
	for _, h := range []*event.Hub{a, b} {
		if err := h.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// Until a has heard b, its events are numbers only.
	for heard := false; !heard; {
		like(t, d, a, 7)
		select {
		case post := <-got:
			if heard = true; post != 7 {
				t.Errorf("heard of %v", post)
			}
		case <-time.After(5 * time.Millisecond):
		}
	}
	a.Close()
	b.Close()
	a.Close() // once more does nothing
}
