// Package bus carries short messages between the nodes of one Goodturn: a NATS
// server embedded in the process, alone, in a cluster of such servers, or a
// NATS that somebody else runs. It may lose messages and keeps none; package
// event numbers what it sends, so that a loss is noticed.
package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// What one subscription holds for a function that is too slow; beyond it
// messages are dropped.
const (
	pendingMessages = 1 << 16
	pendingBytes    = 16 << 20
)

const (
	startWithin    = 10 * time.Second
	answerWithin   = 5 * time.Second // a round trip to the server we speak to
	reconnectAfter = 250 * time.Millisecond
)

// Config says where the bus runs. The zero value is a bus inside this process,
// which opens no port and no file.
type Config struct {
	// URL of a NATS server that somebody else runs, such as
	// tls://user:password@nats.example:4222. It wins over Cluster.
	URL string
	// Cluster joins the embedded servers of several nodes; nil for one node.
	Cluster *Cluster
	// Log hears of peers that come and go and of dropped messages; nil for
	// slog.Default().
	Log *slog.Logger
}

// Bus publishes and subscribes. It is safe for concurrent use.
type Bus struct {
	log    *slog.Logger
	server embedded // nil with a URL
	conn   *nats.Conn

	running sync.WaitGroup // subscriptions whose function may still be called
	warned  atomic.Int64   // when a drop was last logged, Unix nanoseconds
}

// embedded is what is asked of the server in this process once it runs. Were its
// type named in Bus, its generic code would be compiled anew in every package
// that can see one.
type embedded interface {
	ClusterAddr() *net.TCPAddr
	Shutdown()
	WaitForShutdown()
}

// Open starts the bus, or connects to it. Whoever opens it closes it.
func Open(c Config) (*Bus, error) {
	b := &Bus{log: c.Log}
	if b.log == nil {
		b.log = slog.Default()
	}
	if err := b.open(c); err != nil {
		if b.server != nil {
			b.server.Shutdown()
		}
		return nil, fmt.Errorf("open bus: %w", err)
	}
	return b, nil
}

func (b *Bus) open(c Config) error {
	if c.URL != "" {
		if err := checkURL(c.URL); err != nil {
			return err
		}
		return b.connect(c.URL)
	}
	token := rand.Text()
	opts, err := serverOptions(c, token)
	if err != nil {
		return err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	b.server = s
	s.SetLoggerV2(serverLog{b.log}, false, false, false)
	s.Start()
	if !s.ReadyForConnections(startWithin) {
		return errors.New("the embedded server did not start in time, or its address is taken")
	}
	return b.connect("", nats.InProcessServer(s), nats.Token(token))
}

func (b *Bus) connect(url string, more ...nats.Option) error {
	conn, err := nats.Connect(url, append([]nats.Option{
		nats.Name("goodturn"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectAfter),
		// Nothing waits for a lost connection: a late message is worth less
		// than an early gap.
		nats.ReconnectBufSize(-1),
		nats.ErrorHandler(b.onError),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("bus: disconnected", "err", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("bus: connected again") }),
	}, more...)...)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	b.conn = conn
	return nil
}

// Publish sends data to those who subscribe to subject now, on any node, and
// does not wait for them. A nil error promises nothing.
func (b *Bus) Publish(subject string, data []byte) error {
	if err := b.conn.Publish(subject, data); err != nil {
		return fmt.Errorf("publish %s: %w", subject, err)
	}
	return nil
}

// Subscribe calls f with each message on subject, one after the other, in the
// order in which each publisher sent them, this node's own included. f may keep
// data. What comes while f is too far behind is dropped.
//
// When Subscribe returns, this node hears what it publishes itself; other nodes
// learn of the subscription a moment later. stop waits until f is not running
// and will not be called again; f itself must not call it.
func (b *Bus) Subscribe(subject string, f func(data []byte)) (stop func(), err error) {
	sub, err := b.conn.Subscribe(subject, func(m *nats.Msg) { f(m.Data) })
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s: %w", subject, err)
	}
	done := make(chan struct{})
	b.running.Add(1)
	sub.SetClosedHandler(func(string) {
		close(done)
		b.running.Done()
	})
	stop = sync.OnceFunc(func() {
		// The only errors are that it, or the whole connection, is closed.
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) && !errors.Is(err, nats.ErrBadSubscription) {
			b.log.Warn("bus: unsubscribe", "subject", subject, "err", err)
		}
		<-done
	})
	if err := sub.SetPendingLimits(pendingMessages, pendingBytes); err != nil {
		stop()
		return nil, fmt.Errorf("limit %s: %w", subject, err)
	}
	if err := b.conn.FlushTimeout(answerWithin); err != nil {
		stop()
		return nil, fmt.Errorf("subscribe to %s: %w", subject, err)
	}
	return stop, nil
}

// ClusterAddr is host:port where the other nodes of the cluster reach this one;
// "" without a cluster.
func (b *Bus) ClusterAddr() string {
	if b.server == nil {
		return ""
	}
	if a := b.server.ClusterAddr(); a != nil {
		return a.String()
	}
	return ""
}

// Close sends what was published, ends all subscriptions, and waits for their
// functions and the embedded server to end, at most until ctx is done.
func (b *Bus) Close(ctx context.Context) error {
	flush, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var err error
	if b.conn.IsConnected() {
		err = b.conn.FlushWithContext(flush)
	}
	if !b.conn.IsConnected() {
		err = nil // there is nobody to send it to, which the others notice
	}
	b.conn.Close()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.running.Wait()
		if b.server != nil {
			b.server.Shutdown()
			b.server.WaitForShutdown()
		}
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("close bus: %w", err)
	}
	return nil
}

func (b *Bus) onError(_ *nats.Conn, sub *nats.Subscription, err error) {
	if !errors.Is(err, nats.ErrSlowConsumer) {
		b.log.Error("bus: connection", "err", err)
		return
	}
	// In a storm this would come for every message that found room again.
	now, last := time.Now().UnixNano(), b.warned.Load()
	if now-last < int64(time.Second) || !b.warned.CompareAndSwap(last, now) {
		return
	}
	dropped, err := sub.Dropped()
	if err != nil {
		return // it was ended in the meantime
	}
	b.log.Warn("bus: a subscriber is too slow", "subject", sub.Subject, "dropped", dropped)
}

// serverLog hands the embedded server's words on; its notices are of no
// interest to an operator.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Noticef(f string, a ...any) { l.log.Debug("bus: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Warnf(f string, a ...any)   { l.log.Warn("bus: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Errorf(f string, a ...any)  { l.log.Error("bus: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Fatalf(f string, a ...any)  { l.log.Error("bus: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Debugf(string, ...any)      {}
func (l serverLog) Tracef(string, ...any)      {}
