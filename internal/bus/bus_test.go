package bus_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"goodturn/internal/bus"
)

const soon = 10 * time.Second

func open(t testing.TB, c bus.Config) *bus.Bus {
	t.Helper()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	b, err := bus.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b
}

// inbox subscribes and gives what comes as text.
func inbox(t testing.TB, b *bus.Bus, subject string) <-chan string {
	t.Helper()
	in := make(chan string, 1024)
	stop, err := b.Subscribe(subject, func(data []byte) { in <- string(data) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return in
}

func publish(t testing.TB, b *bus.Bus, subject, text string) {
	t.Helper()
	if err := b.Publish(subject, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func receive(t testing.TB, in <-chan string) string {
	t.Helper()
	select {
	case s := <-in:
		return s
	case <-time.After(soon):
		t.Fatal("nothing came")
		return ""
	}
}

func TestBus_Publish(t *testing.T) {
	b := open(t, bus.Config{})
	in := inbox(t, b, "greetings")
	publish(t, b, "else", "not for us")
	publish(t, b, "greetings", "one")
	publish(t, b, "greetings", "two")
	if a, b := receive(t, in), receive(t, in); a != "one" || b != "two" {
		t.Fatalf("got %q, %q", a, b)
	}
}

func TestBus_Subscribe(t *testing.T) {
	t.Run("OK/stop waits for the function", func(t *testing.T) {
		b := open(t, bus.Config{})
		entered, leave, left := make(chan bool), make(chan bool), make(chan bool, 1)
		stop, err := b.Subscribe("s", func([]byte) {
			entered <- true
			<-leave
			left <- true
		})
		if err != nil {
			t.Fatal(err)
		}
		publish(t, b, "s", "x")
		<-entered
		go close(leave)
		stop()
		if len(left) != 1 {
			t.Fatal("stop answered while the function ran")
		}
		stop() // once more does nothing
	})

	t.Run("OK/a slow one is cut short and holds up nobody", func(t *testing.T) {
		b := open(t, bus.Config{})
		entered, leave := make(chan bool), make(chan bool)
		slow := 0
		stop, err := b.Subscribe("s", func([]byte) {
			if slow++; slow == 1 {
				entered <- true
				<-leave
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		publish(t, b, "s", "first")
		<-entered

		const n, size = 1000, 64 << 10 // four times what may wait
		quick := make(chan int, n)
		stopQuick, err := b.Subscribe("s", func(d []byte) { quick <- len(d) })
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			publish(t, b, "s", strings.Repeat("x", size))
			<-quick // all of them come here
		}
		close(leave)
		stopQuick()
		stop()
		if slow >= n/2 {
			t.Fatalf("%d of %d messages were kept for the slow one", slow, n)
		}
	})
}

func TestOpen(t *testing.T) {
	for name, c := range map[string]bus.Config{
		"in clear over the network": {URL: "nats://192.0.2.1:4222"},
		"not an address":            {URL: "nowhere"},
		"cluster without TLS":       {Cluster: &bus.Cluster{Secret: strings.Repeat("s", 32)}},
		"cluster without a secret":  {Cluster: &bus.Cluster{Cert: "c", Key: "k", CA: "a"}},
	} {
		t.Run("Err/"+name, func(t *testing.T) {
			if b, err := bus.Open(c); err == nil {
				t.Error("it opened")
				if err := b.Close(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		x, err := bus.Open(bus.Config{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		if err := x.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBus_Publish(b *testing.B) {
	x := open(b, bus.Config{})
	data := []byte(strings.Repeat("x", 200))
	for b.Loop() {
		if err := x.Publish("nobody.listens", data); err != nil {
			b.Fatal(err)
		}
	}
}
