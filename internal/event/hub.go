package event

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/bus"
)

const (
	subject = "goodturn.event"
	beat    = time.Second     // how often a node says its number
	silence = 3 * time.Second // how long memory is trusted without hearing a node
	calm    = 250 * time.Millisecond
)

// Hub joins those who emit events with those who subscribe. It is safe for
// concurrent use.
type Hub struct {
	bus   *bus.Bus
	node  int
	boot  uint64 // tells this run of the process from earlier ones
	log   *slog.Logger
	now   func() time.Time
	epoch time.Time // what the durations below count from

	topics atomic.Pointer[topics]
	// proven is until when what is in memory may be trusted, in nanoseconds
	// since epoch; while this node knows that there is no other, that is forever.
	proven    atomic.Int64
	listeners atomic.Int32 // other nodes that would hear an event
	unsent    atomic.Int64 // messages that the bus did not take since the last beat

	sending sync.Mutex // held from taking a number to publishing it
	number  uint64     // of this node's last event; by sending

	mu sync.Mutex
	nodes
	onGap []func()

	stop func() // what Start began; nil before it
}

// New makes the hub of a node that has its database to itself, so that nobody
// is there whom it has not heard. Without a bus it is alone in the world.
func New(b *bus.Bus, node int, log *slog.Logger) *Hub {
	h := newHub(b, node, rand.Text(), log)
	h.prove()
	return h
}

// NewLeased makes the hub of a process that shares its database with others and
// holds its number under a name that is its own. Nothing is fresh before Expect
// has said who the others are.
func NewLeased(b *bus.Bus, node int, holder string, log *slog.Logger) *Hub {
	h := newHub(b, node, holder, log)
	h.unread = true
	return h
}

func newHub(b *bus.Bus, node int, holder string, log *slog.Logger) *Hub {
	if log == nil {
		log = slog.Default()
	}
	h := &Hub{bus: b, node: node, boot: bootOf(holder), log: log, now: time.Now, nodes: newNodes()}
	h.epoch = h.now()
	h.topics.Store(&topics{})
	return h
}

// bootOf is what a process is called on the wire.
func bootOf(holder string) uint64 {
	sum := sha256.Sum256([]byte(holder))
	return binary.BigEndian.Uint64(sum[:])
}

// OnGap calls f when an event of another node may have been lost: f drops
// whatever events keep up to date. It only touches memory, and is called by any
// goroutine.
func (h *Hub) OnGap(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.onGap = append(h.onGap[:len(h.onGap):len(h.onGap)], f)
}

// Fresh says whether what is in memory may be served without asking the
// database: this node heard from each other node within three seconds, and has
// lost nothing since it last dropped what could have changed.
func (h *Hub) Fresh() bool {
	until := h.proven.Load()
	return until == math.MaxInt64 || int64(h.elapsed()) < until
}

func (h *Hub) elapsed() time.Duration { return h.now().Sub(h.epoch) }

// Start begins to listen to the other nodes, and to say this node's number each
// second until ctx is done or Close is called. Subscribers are added before.
func (h *Hub) Start(ctx context.Context) error {
	if h.bus == nil {
		return nil
	}
	leave, err := h.join()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		t := time.NewTicker(beat)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				h.tick()
			}
		}
	})
	h.stop = func() {
		cancel()
		running.Wait()
		leave()
	}
	return nil
}

// Close tells the other nodes that this one has emitted its last event, and
// stops what Start began. The bus is closed after it.
func (h *Hub) Close() {
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

func (h *Hub) join() (leave func(), err error) {
	stop, err := h.bus.Subscribe(subject, h.receive)
	if err != nil {
		return nil, err
	}
	h.say(kindNumber)
	return func() {
		h.say(kindBye)
		stop()
	}, nil
}

// tell numbers an event and sends it to the other nodes. The number is used up
// even if nobody is known who would hear it: a node that hears this one before
// it is heard itself sees by it that it missed something.
func (h *Hub) tell(name string, e any) {
	var data []byte
	if h.listeners.Load() > 0 {
		var err error
		if data, err = json.Marshal(e); err != nil {
			h.log.Error("event: not sent to other nodes", "event", name, "err", err)
		}
	}
	h.sending.Lock()
	defer h.sending.Unlock()
	h.number++
	if data != nil {
		h.publish(message{kind: kindEvent, name: name, data: data})
	}
}

// say sends this node's number without an event.
func (h *Hub) say(k kind) {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.publish(message{kind: k})
}

// publish is called with sending held, so that numbers go out in order. What
// the bus does not take is a gap for the others, who then help themselves.
func (h *Hub) publish(m message) {
	m.node, m.boot, m.number = h.node, h.boot, h.number
	if err := h.bus.Publish(subject, m.encode()); err != nil {
		h.unsent.Add(1)
	}
}

// receive is called by the bus, with one message after the other.
func (h *Hub) receive(data []byte) {
	m, err := decode(data)
	if err != nil {
		h.log.Warn("event: a message that is not ours", "err", err)
		return
	}
	if m.boot == h.boot {
		return
	}
	if h.hear(m) {
		h.say(kindNumber) // so that a node that has just begun knows us at once
	}
	if m.kind != kindEvent {
		return
	}
	t, ok := h.topics.Load().byName[m.name]
	if !ok {
		return // of a newer version, or nobody here asks for it
	}
	if err := t.receive(h, m.data); err != nil {
		h.log.Error("event: cannot read", "event", m.name, "node", m.node, "err", err)
		h.drop()
	}
}

// tick is called each second.
func (h *Hub) tick() {
	if h.fallSilent() {
		h.drop()
	}
	if n := h.unsent.Swap(0); n > 0 {
		h.log.Warn("event: the bus is away, other nodes drop what they remember", "messages", n)
	}
	h.say(kindNumber)
}

// drop lets all who keep something in memory forget it; until they have,
// nothing is fresh.
func (h *Hub) drop() {
	h.mu.Lock()
	h.dropping++
	h.late = false
	h.prove()
	fs := h.onGap
	h.mu.Unlock()

	for _, f := range fs {
		f()
	}

	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropping--
	h.dropped = h.elapsed()
	h.prove()
}
