package ripple

import (
	"strings"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// A ripple is drawn from its first acts on, without a look at what came of them.
func TestOfMovement_Plan(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	steps, err := db.All(d.Read(t.Context()), func(r db.Row) (s string, err error) {
		var a, b, c int
		return s, r.Scan(&a, &b, &c, &s)
	}, `EXPLAIN QUERY PLAN SELECT act.id, act.parent_id, act.done_at, act.generation, COALESCE(moved.acts, 0) FROM act LEFT JOIN moved ON moved.subject_id = act.id
		WHERE act.state <> 'staging' AND act.movement_id = 1 AND act.generation = 0 ORDER BY COALESCE(moved.acts, 0) DESC, act.id LIMIT 12`)
	if err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(steps, "; "); !strings.Contains(plan, "act_first ") {
		t.Error(plan)
	}
}
