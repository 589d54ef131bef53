package ripple

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/ripple/measure"
)

// The walk over the rows, however many at a time, observes what the definition
// does.
func TestWalk(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			f := newForest(t, dbtest.Open(t, e), 3)
			day := 24 * time.Hour.Milliseconds()
			var links []measure.Link
			var intervals measure.Intervals
			const now, w = 100, 14
			for n := range 200 {
				var parent measure.Link
				at := f.rng.Int64N(now * day)
				if n > 20 {
					parent = links[f.rng.IntN(n)]
					at = min(now*day, parent.At+f.rng.Int64N(20*day))
				}
				a := f.act(id.ID(1000+n), id.ID(parent.Act), 0)
				l := measure.Link{Act: int64(a), Parent: parent.Act, Root: int64(a), At: at}
				if parent.Act != 0 {
					l.Root = parent.Root
					if parent.At <= (now-w)*day && at-parent.At <= w*day {
						intervals.Add(at - parent.At)
					}
				}
				links = append(links, l)
				f.update(func(tx *db.Tx) error {
					_, err := tx.Exec("UPDATE act SET done_at = $1 WHERE id = $2", at, a)
					return err
				})
			}
			want := measure.Observe(slices.Values(links), now*day, w*24*time.Hour)
			serial, _ := intervals.Serial()
			for _, atOnce := range []int{1, 7, 200, 1000} {
				got := walk{movement: testMovement, now: now * day, w: w * day, atOnce: atOnce}
				if err := got.observe(context.Background(), f.d); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(&got.offspring, want) {
					t.Errorf("%d at once: %v, want %v", atOnce, got.offspring, want)
				}
				if s := got.serial(); s == nil || *s != serial {
					t.Errorf("%d at once: the serial interval is %v, want %v", atOnce, s, serial)
				}
			}
		})
	}
}
