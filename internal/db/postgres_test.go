package db_test

import (
	"strings"
	"sync"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// A DSN says how many connections each of the two pools may have: callers beyond
// that wait for one, and none fails.
func TestPostgres_PoolParam(t *testing.T) {
	c := dbtest.Config(t, db.Postgres)
	c.DSN = strings.Replace(c.DSN, "pool_max_conns=5", "pool_max_conns=3", 1)
	d := dbtest.Reopen(t, c)
	var mu sync.Mutex
	var running, most int
	change := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		running += n
		most = max(most, running)
	}
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				change(1)
				defer change(-1)
				_, err := tx.Exec(`SELECT pg_sleep(0.02)`)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most < 2 || most > 3 {
		t.Errorf("%d held a connection at once", most)
	}
	for _, said := range []string{"1", "-2", "many", ""} {
		bad := c
		bad.DSN = strings.Replace(c.DSN, "pool_max_conns=3", "pool_max_conns="+said, 1)
		if d, err := db.Open(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "pool_max_conns") {
			t.Errorf("%q: %v", said, err)
			if err == nil {
				_ = d.Close()
			}
		}
	}
}
