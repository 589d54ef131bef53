package bus_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"goodturn/internal/bus"
	"goodturn/internal/bus/bustest"
)

// reach publishes until to hears it; routes form in their own time.
func reach(t *testing.T, from *bus.Bus, subject, text string, to <-chan string) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	late := time.After(soon)
	for {
		publish(t, from, subject, text)
		select {
		case s := <-to:
			if s == text {
				return
			}
		case <-again.C:
		case <-late:
			t.Fatalf("%q did not come across", text)
		}
	}
}

func TestOpen_Cluster(t *testing.T) {
	with := bustest.Cluster(t)
	first := open(t, bus.Config{Cluster: &with})
	with.Routes = []string{first.ClusterAddr()}
	second := open(t, bus.Config{Cluster: &with})
	third := open(t, bus.Config{Cluster: &with})

	t.Run("OK/a message crosses each way", func(t *testing.T) {
		in1, in2, in3 := inbox(t, first, "s"), inbox(t, second, "s"), inbox(t, third, "s")
		reach(t, first, "s", "from the first", in2)
		reach(t, second, "s", "from the second", in3) // they only know the first's address
		reach(t, third, "s", "from the third", in1)
	})

	t.Run("Err/another secret", func(t *testing.T) {
		stranger := with
		stranger.Secret = "not the secret of it"
		refused(t, first, stranger, "uthorization")
	})

	t.Run("Err/another name", func(t *testing.T) {
		stranger := with
		stranger.Name = "node-2"
		refused(t, first, stranger, "luster name")
	})

	t.Run("Err/another authority", func(t *testing.T) {
		stranger := bustest.Cluster(t)
		stranger.Routes = with.Routes
		refused(t, first, stranger, "certificate")
	})
}

func TestOpen_URL(t *testing.T) {
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, Authorization: bustest.Secret})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(soon) {
		t.Fatal("the server did not start")
	}
	outside := bus.Config{URL: "nats://" + url.PathEscape(bustest.Secret) + "@" + s.Addr().String()}
	first, second := open(t, outside), open(t, outside)
	in := inbox(t, second, "s")
	publish(t, first, "s", "over the server from outside")
	if got := receive(t, in); got != "over the server from outside" {
		t.Errorf("got %q", got)
	}

	if b, err := bus.Open(bus.Config{URL: "nats://" + s.Addr().String()}); err == nil {
		t.Error("it opened without the secret")
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}

	s.Shutdown()
	late := time.Now().Add(soon)
	for err = first.Publish("s", nil); err == nil && time.Now().Before(late); {
		err = first.Publish("s", nil)
	}
	if err == nil {
		t.Error("what nobody takes is kept in memory")
	}
}

// refused opens a node that may not join, waits until its log says why, and
// checks that it hears nothing.
func refused(t *testing.T, member *bus.Bus, stranger bus.Cluster, why string) {
	t.Helper()
	said := make(logged, 256)
	outside := open(t, bus.Config{Cluster: &stranger, Log: slog.New(said)})
	in := inbox(t, outside, "s")
	late := time.After(soon)
	for heard := ""; !strings.Contains(heard, why); {
		select {
		case heard = <-said:
		case <-late:
			t.Fatalf("the log never said %q, last %q", why, heard)
		}
	}
	publish(t, member, "s", "for members")
	publish(t, outside, "s", "for oneself")
	if s := receive(t, in); s != "for oneself" {
		t.Fatalf("it heard %q", s)
	}
}

// logged is a slog.Handler that passes warnings on as text.
type logged chan string

func (l logged) Enabled(_ context.Context, at slog.Level) bool { return at >= slog.LevelWarn }
func (l logged) WithAttrs([]slog.Attr) slog.Handler            { return l }
func (l logged) WithGroup(string) slog.Handler                 { return l }
func (l logged) Handle(_ context.Context, r slog.Record) error {
	select {
	case l <- r.Message:
	default:
	}
	return nil
}
