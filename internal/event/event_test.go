package event_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

type Liked struct {
	Post, By id.ID
}

type Counted struct{ N int }

var quiet = slog.New(slog.DiscardHandler)

func TestEmit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := event.New(nil, 0, quiet)
		var order []string
		inTx := true
		event.On(h, func(_ *db.Tx, e Liked) error {
			order = append(order, "first on "+e.Post.String())
			return nil
		})
		event.On(h, func(tx *db.Tx, e Liked) error {
			order = append(order, "second on "+e.Post.String())
			return event.Emit(h, tx, Counted{N: 1})
		})
		event.After(h, func(e Liked) {
			if inTx {
				t.Error("After ran in the transaction")
			}
			order = append(order, "after "+e.Post.String())
		})
		event.After(h, func(Counted) { order = append(order, "after counted") })

		t.Run("OK/in order, After before the answer", func(t *testing.T) {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				order, inTx = nil, true
				defer func() { inTx = false }()
				return event.Emit(h, tx, Liked{Post: 7, By: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"first on 7", "second on 7", "after 7", "after counted"}
			if !slices.Equal(order, want) {
				t.Errorf("got %q, want %q", order, want)
			}
		})

		t.Run("Err/nothing after a transaction that failed", func(t *testing.T) {
			failure := errors.New("no")
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				order = nil
				if err := event.Emit(h, tx, Liked{Post: 8}); err != nil {
					return err
				}
				return failure
			})
			if !errors.Is(err, failure) || !slices.Equal(order, []string{"first on 8", "second on 8"}) {
				t.Errorf("got %v, %q", err, order)
			}
		})
	})
}

func TestOn(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	h := event.New(nil, 0, quiet)
	refuse := errors.New("not in this movement")
	reached := false
	event.On(h, func(*db.Tx, Liked) error { return refuse })
	event.On(h, func(*db.Tx, Liked) error { reached = true; return nil })
	event.After(h, func(Liked) { reached = true })
	err := d.Update(t.Context(), func(tx *db.Tx) error { return event.Emit(h, tx, Liked{}) })
	if !errors.Is(err, refuse) || reached {
		t.Errorf("got %v, and others were called: %v", err, reached)
	}
}

func TestAfter_Panic(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	h := event.New(nil, 0, quiet)
	gaps, others := 0, 0
	h.OnGap(func() { gaps++ })
	event.After(h, func(Liked) { panic("a fault") })
	event.After(h, func(Liked) { others++ })
	if err := d.Update(t.Context(), func(tx *db.Tx) error { return event.Emit(h, tx, Liked{}) }); err != nil {
		t.Fatal(err)
	}
	if gaps != 1 || others != 1 || !h.Fresh() {
		t.Errorf("memory was dropped %d times, want 1; others heard it %d times, want 1; fresh: %v", gaps, others, h.Fresh())
	}
}

// What telling adds to a write, in a transaction of 100 events with two
// subscribers each; with another node, JSON and bus included. A like emits two.
func BenchmarkEmit(b *testing.B) {
	for _, others := range []int{0, 1} {
		b.Run(map[int]string{0: "alone", 1: "another node"}[others], func(b *testing.B) {
			d := dbtest.Open(b, db.SQLite)
			h := start(b, openBus(b), 0)
			for range 2 {
				event.On(h.Hub, func(*db.Tx, Liked) error { return nil })
				event.After(h.Hub, func(Liked) {})
			}
			for n := range others {
				carry(b, start(b, openBus(b), n+1), h)
			}
			const events = 100
			b.ReportAllocs()
			for b.Loop() {
				err := d.Update(b.Context(), func(tx *db.Tx) error {
					for range events {
						if err := event.Emit(h.Hub, tx, Liked{Post: 114_000_000_000_000_001, By: 2}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
		})
	}
}

func openBus(t testing.TB) *bus.Bus {
	t.Helper()
	b, err := bus.Open(bus.Config{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}
