package jobs_test

import (
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// A job that ran when its process was killed runs again soon.
func TestJobs_Lost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, greeted := node(t, d, nil)
		enqueue(t, d, j, "Asha")
		by := `'["goodturn-killed"]'`
		if d.Engine() == db.Postgres {
			by = `ARRAY['goodturn-earlier', 'goodturn-killed']`
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP, attempted_by = ` + by)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		start(t, j)
		if name := next(t, greeted); name != "Asha" {
			t.Errorf("greeted %s", name)
		}
	})
}
