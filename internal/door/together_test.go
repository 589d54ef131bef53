package door_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"goodturn/internal/bus"
	"goodturn/internal/door"
)

// What is used on one node is gone on the other.
func TestJoin(t *testing.T) {
	b, err := bus.Open(bus.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var nodes [2]*door.Limit
	var ended [2]chan struct{}
	for i := range nodes {
		nodes[i] = door.NewLimit(100, time.Hour, time.Now)
		together, err := door.Join(b, map[string]*door.Limit{"posts": nodes[i]}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ended[i] = make(chan struct{})
		go func() { defer close(ended[i]); together.Run(ctx) }()
	}
	defer func() {
		cancel()
		for _, e := range ended {
			<-e
		}
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()

	for range 60 {
		nodes[0].Use("ada")
	}
	for range 30 {
		nodes[1].Use("ada")
	}
	for i := range 10_000 { // more than go into one message
		nodes[0].Use(fmt.Sprint("somebody", i))
	}
	deadline := time.After(20 * time.Second)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the nodes did not tell each other")
		}
		a, b := nodes[0].Left("ada"), nodes[1].Left("ada")
		if a == 10 && b == 10 && nodes[1].Left("somebody9999") == 99 {
			break
		}
		if a < 10 || b < 10 {
			t.Fatalf("%d and %d left: more was counted than used", a, b)
		}
	}
	for range 10 {
		if !nodes[1].Use("ada").OK {
			t.Fatal("refused too early")
		}
	}
	if nodes[1].Use("ada").OK {
		t.Error("101 of 100")
	}
	if !nodes[0].Use("eve").OK {
		t.Error("somebody else is refused")
	}
}
