package tally

import (
	"fmt"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Delta is N more (or less) of Name for Subject.
type Delta struct {
	Subject id.ID
	Name    string
	N       int64
}

// AddAll is Add for several at once, in one statement; those of 0 are left out.
func AddAll(tx *db.Tx, deltas ...Delta) error {
	var q strings.Builder
	q.WriteString("INSERT INTO tally_delta (subject, name, n) VALUES ")
	args := make([]any, 0, 3*len(deltas))
	for _, d := range deltas {
		if d.N == 0 {
			continue
		}
		if n := len(args); n > 0 {
			q.WriteString(", ")
			fmt.Fprintf(&q, "($%d, $%d, $%d)", n+1, n+2, n+3)
		} else {
			q.WriteString("($1, $2, $3)")
		}
		args = append(args, int64(d.Subject), d.Name, d.N)
	}
	if len(args) == 0 {
		return nil
	}
	if _, err := tx.Exec(q.String(), args...); err != nil {
		return fmt.Errorf("count %d changes: %w", len(args)/3, err)
	}
	return nil
}

// AddFrom is AddAll for what a SELECT of (subject, name, n) yields, so that
// counting many rows at once is one statement.
func AddFrom(tx *db.Tx, rows string, args ...any) error {
	if _, err := tx.Exec("INSERT INTO tally_delta (subject, name, n) "+rows, args...); err != nil {
		return fmt.Errorf("count many rows: %w", err)
	}
	return nil
}
