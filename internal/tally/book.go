package tally

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// foldBatch bounds how long one fold keeps the writer.
const foldBatch = 500

// Book knows what each counter ought to say, and keeps them tidy.
type Book struct {
	d       *db.DB
	truths  []truth
	columns []kept
}

// truth is a statement that counts the rows themselves.
type truth struct {
	name  string // of the one counter, or the prefix of a family
	where string // which counters it speaks of; takes one argument, name
	rows  string // a SELECT of (subject, name, n) from the CTE truth; takes args
	cte   string
	args  []any
}

// New opens the book. Truths are told to it before it is used.
func New(d *db.DB) *Book { return &Book{d: d} }

// Truth says how name is counted from the rows: sql yields (subject, n) and
// takes no arguments.
func (b *Book) Truth(name string, sql string) {
	b.truths = append(b.truths, truth{
		name:  name,
		where: "name = $%d",
		cte:   "truth (subject, n) AS (" + sql + ")",
		rows:  "SELECT subject, CAST($3 AS TEXT), 0, n FROM truth",
		args:  []any{name},
	})
}

// TruthFamily says how all the counters whose names begin with prefix are
// counted from the rows: sql yields (subject, name, n) and takes no arguments.
func (b *Book) TruthFamily(prefix string, sql string) {
	b.truths = append(b.truths, truth{
		name:  prefix,
		where: fmt.Sprintf("substr(name, 1, %d) = $%%d", utf8.RuneCountInString(prefix)),
		cte:   "truth (subject, name, n) AS (" + sql + ")",
		rows:  "SELECT subject, name, 0, n FROM truth",
	})
}

// Column says how a number that a row keeps beside itself is counted from the
// rows: sql yields (id, n) and takes no arguments; a row that it leaves out has 0.
// Names are ours, never a stranger's.
func (b *Book) Column(table, column, sql string) {
	b.columns = append(b.columns, kept{table: table, column: column, sql: sql})
}

// kept is a number in a column.
type kept struct{ table, column, sql string }

func (k kept) name() string { return k.table + "." + k.column }

// compare gives the rows whose number is wrong.
func (k kept) compare(r db.Reader) ([]Drift, error) {
	return db.All(r, func(row db.Row) (d Drift, err error) {
		d.Name = k.name()
		err = row.Scan(&d.Subject, &d.Is, &d.Should)
		return d, err
	}, `WITH truth (subject, n) AS (`+k.sql+`)
		SELECT kept.id, kept.`+k.column+`, CAST(COALESCE(truth.n, 0) AS BIGINT) FROM `+k.table+` kept
		LEFT JOIN truth ON truth.subject = kept.id
		WHERE kept.`+k.column+` <> COALESCE(truth.n, 0) ORDER BY kept.id`)
}

// mend is compare in the transaction that sets things right, by what is missing,
// which holds also where others count meanwhile.
func (k kept) mend(tx *db.Tx) ([]Drift, error) {
	if tx.Engine() == db.Postgres {
		if _, err := tx.Exec(`LOCK TABLE ` + k.table + ` IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return nil, err
		}
	}
	found, err := k.compare(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		if _, err := tx.Exec(`UPDATE `+k.table+` SET `+k.column+` = `+k.column+` + $1 WHERE id = $2`, d.Should-d.Is, int64(d.Subject)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Fold moves what was added into the bases, oldest first and a batch at a time,
// until none is left of what was there. A fold sums only the rows that it
// deleted itself, so it is exact even beside another.
func (b *Book) Fold(ctx context.Context) error {
	for {
		var n int
		err := b.d.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = fold(tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("fold counters: %w", err)
		}
		if n < foldBatch {
			return nil
		}
	}
}

func fold(tx *db.Tx) (int, error) {
	deltas, err := db.All(tx, scanCount, `
		DELETE FROM tally_delta WHERE id IN (SELECT id FROM tally_delta ORDER BY id LIMIT $1)
		RETURNING subject, name, n`, foldBatch)
	if err != nil {
		return 0, err
	}
	// Bases are locked in one order by all.
	slices.SortFunc(deltas, func(a, b count) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.name, b.name))
	})
	for i := 0; i < len(deltas); {
		sum := deltas[i]
		for i++; i < len(deltas) && deltas[i].subject == sum.subject && deltas[i].name == sum.name; i++ {
			sum.n += deltas[i].n
		}
		if _, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3)
			ON CONFLICT (subject, name) DO UPDATE SET base = tally.base + excluded.base`,
			int64(sum.subject), sum.name, sum.n); err != nil {
			return 0, err
		}
	}
	return len(deltas), nil
}

// Drift is a counter that does not say what the rows say.
type Drift struct {
	Subject    id.ID
	Name       string
	Is, Should int64
}

// Recount compares every counter that has a truth with its rows, and with fix
// sets it right. Others may count meanwhile: a truth is compared in one
// statement, so at one moment, and mended by a delta.
func (b *Book) Recount(ctx context.Context, fix bool) ([]Drift, error) {
	var all []Drift
	recount := func(name string, compare func(db.Reader) ([]Drift, error), mend func(*db.Tx) ([]Drift, error)) (err error) {
		var found []Drift
		if fix {
			err = b.d.Update(ctx, func(tx *db.Tx) error {
				found, err = mend(tx)
				return err
			})
		} else {
			found, err = compare(b.d.Read(ctx))
		}
		if err != nil {
			return fmt.Errorf("recount %s: %w", name, err)
		}
		all = append(all, found...)
		return nil
	}
	for _, t := range b.truths {
		if err := recount(t.name, t.compare, t.mend); err != nil {
			return nil, err
		}
	}
	for _, k := range b.columns {
		if err := recount(k.name(), k.compare, k.mend); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t truth) compare(r db.Reader) ([]Drift, error) {
	return db.All(r, func(row db.Row) (d Drift, err error) {
		err = row.Scan(&d.Subject, &d.Name, &d.Is, &d.Should)
		return d, err
	}, `WITH `+t.cte+`
		SELECT subject, name, CAST(SUM(shown) AS BIGINT), CAST(SUM(counted) AS BIGINT) FROM (
			SELECT subject, name, base AS shown, 0 AS counted FROM tally WHERE `+fmt.Sprintf(t.where, 1)+`
			UNION ALL
			SELECT subject, name, n, 0 FROM tally_delta WHERE `+fmt.Sprintf(t.where, 2)+`
			UNION ALL
			`+t.rows+`
		) AS u
		GROUP BY subject, name HAVING SUM(shown) <> SUM(counted)
		ORDER BY subject, name`, append([]any{t.name, t.name}, t.args...)...)
}

// mend is compare in the transaction that sets things right. Two who mend at
// once on PostgreSQL would both add what is missing, so the second waits.
func (t truth) mend(tx *db.Tx) ([]Drift, error) {
	if tx.Engine() == db.Postgres {
		if _, err := tx.Exec(`LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return nil, err
		}
	}
	found, err := t.compare(tx)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		if err := Add(tx, d.Subject, d.Name, d.Should-d.Is); err != nil {
			return nil, err
		}
	}
	return found, nil
}
