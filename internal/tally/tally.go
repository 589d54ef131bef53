// Package tally counts, exactly and cheaply in a storm: whoever causes a change
// adds a delta row in the same transaction, and never waits for others who
// count the same thing. A sweep folds deltas into a base; what is shown is base
// plus what is not folded yet. Recount compares with the rows that were counted.
package tally

import (
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Add counts n more (or less) of name for subject, in the transaction that
// makes it so.
func Add(tx *db.Tx, subject id.ID, name string, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO tally_delta (subject, name, n) VALUES ($1, $2, $3)`, int64(subject), name, n)
	if err != nil {
		return fmt.Errorf("count %s of %s: %w", name, subject, err)
	}
	return nil
}

// Of is what the subjects' counters say; all of them without names. What was
// never counted is absent, and reads as 0.
func Of(r db.Reader, subjects []id.ID, names ...string) (map[id.ID]map[string]int64, error) {
	counts := make(map[id.ID]map[string]int64, len(subjects))
	if len(subjects) == 0 {
		return counts, nil
	}
	where := func(start int) (string, []any) {
		in, args := db.In(start, subjects)
		cond := "subject IN " + in
		if len(names) > 0 {
			in, more := db.InStrings(start+len(args), names)
			cond, args = cond+" AND name IN "+in, append(args, more...)
		}
		return cond, args
	}
	base, args := where(1)
	delta, more := where(1 + len(args))
	rows, err := db.All(r, scanCount, `
		SELECT subject, name, base FROM tally WHERE `+base+`
		UNION ALL
		SELECT subject, name, CAST(SUM(n) AS BIGINT) FROM tally_delta WHERE `+delta+` GROUP BY subject, name`,
		append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	for _, c := range rows {
		if counts[c.subject] == nil {
			counts[c.subject] = map[string]int64{}
		}
		counts[c.subject][c.name] += c.n
	}
	return counts, nil
}

type count struct {
	subject id.ID
	name    string
	n       int64
}

func scanCount(row db.Row) (c count, err error) {
	err = row.Scan(&c.subject, &c.name, &c.n)
	return c, err
}
