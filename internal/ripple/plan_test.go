package ripple

import (
	"fmt"
	"strings"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// A ripple is drawn without a look at more acts than it shows: neither a million
// signatures of one petition nor a million acts that one inspired are sorted.
func TestDrawing_Plan(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	for _, c := range []struct {
		hang       hanging
		moved, not string // the indexes
	}{
		{firstActs, "moved_under (under=?", "act_first (movement_id=?"},
		{childActs, "moved_under (under=?", "act_parent (parent_id=?"},
	} {
		for index, query := range map[string]string{c.moved: movedMost(c.hang), c.not: movedNone(c.hang)} {
			steps, err := db.All(d.Read(t.Context()), func(r db.Row) (s string, err error) {
				var a, b, c int
				return s, r.Scan(&a, &b, &c, &s)
			}, fmt.Sprintf("EXPLAIN QUERY PLAN %s LIMIT 12", query), 1)
			if err != nil {
				t.Fatal(err)
			}
			if plan := strings.Join(steps, "; "); !strings.Contains(plan, index) || strings.Contains(plan, "TEMP") {
				t.Error(query, plan)
			}
		}
	}
}
