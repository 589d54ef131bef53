package db_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

func TestDB_Lease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		want := func(name, holder string, dur time.Duration, want bool) {
			t.Helper()
			if got, err := d.Lease(t.Context(), name, holder, dur); err != nil || got != want {
				t.Errorf("%s asks for %s: %v, %v", holder, name, got, err)
			}
		}
		want("sweeping", "ann", time.Hour, true)
		want("sweeping", "ben", time.Hour, false)
		want("sweeping", "ann", time.Hour, true)
		want("cooking", "ben", time.Hour, true)
		want("sweeping", "ben", 0, false)
		want("sweeping", "ann", 0, true) // gives it back
		want("sweeping", "ben", time.Hour, true)
		want("sweeping", "ann", time.Hour, false)
	})
}

func TestDB_Lease_atOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		held := 0
		for i := range 32 {
			wg.Go(func() {
				ok, err := d.Lease(t.Context(), "sweeping", fmt.Sprint(i), time.Hour)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				} else if ok {
					held++
				}
			})
		}
		wg.Wait()
		if held != 1 {
			t.Errorf("%d hold it", held)
		}
	})
}

func TestDB_Nodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, holder := range []string{"ann", "ben"} {
			if _, err := d.LeaseNode(t.Context(), holder); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Lease(t.Context(), db.NodeName(0), "ann", 0); err != nil {
			t.Fatal(err)
		}
		got, err := d.Nodes(t.Context())
		want := []db.Node{{Number: 0, Holder: "ann"}, {Number: 1, Holder: "ben", Held: true}}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestDB_LeaseNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		nodes := map[int]bool{}
		for i := range 63 {
			wg.Go(func() {
				n, err := d.LeaseNode(t.Context(), fmt.Sprint("node ", i))
				mu.Lock()
				defer mu.Unlock()
				if err != nil || nodes[n] || n < 0 || n > 62 {
					t.Errorf("node %d, %v", n, err)
				}
				nodes[n] = true
			})
		}
		wg.Wait()
		if _, err := d.LeaseNode(t.Context(), "one too many"); !errors.Is(err, db.ErrNoNode) {
			t.Errorf("got %v", err)
		}
	})
}
