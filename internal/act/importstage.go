package act

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// stageBatch is how many rows one transaction writes: few enough that other
// writers hardly wait.
const stageBatch = 200

// identify gives every row its id, and its place in the ripple. An id takes its
// time from the act; those that are taken are drawn again.
func (im *importing) identify(ctx context.Context) error {
	used := make(map[id.ID]bool, len(im.rows))
	draw := func(row *importRow) {
		for row.act == 0 || used[row.act] {
			row.act = im.s.ids.At(db.Time(row.at))
		}
		used[row.act] = true
	}
	byAct := make(map[id.ID]*importRow, len(im.rows))
	var fresh []id.ID
	for n := range im.rows {
		if row := &im.rows[n]; !row.skip {
			draw(row)
			byAct[row.act] = row
			fresh = append(fresh, row.act)
		}
	}
	for len(fresh) > 0 {
		var taken []id.ID
		err := inChunks(fresh, lookup, func(chunk []id.ID) error {
			in, args := db.In(1, chunk)
			clash, err := db.All(im.s.d.Read(ctx), scanID, "SELECT id FROM act WHERE id IN "+in, args...)
			taken = append(taken, clash...)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for free ids: %w", err)
		}
		fresh = fresh[:0]
		for _, clash := range taken {
			row := byAct[clash]
			row.act = 0
			draw(row)
			byAct[row.act] = row
			fresh = append(fresh, row.act)
		}
	}
	im.place()
	return nil
}

// place computes roots and generations from the top down; there are no cycles.
func (im *importing) place() {
	earlier := make(map[id.ID]earlierAct, len(im.outside))
	for _, external := range im.outside {
		act := im.earlier[external]
		earlier[act.act] = act
	}
	var up []int32
	for n := range im.rows {
		up = up[:0]
		for at := int32(n); at >= 0 && im.rows[at].root == 0; at = im.rows[at].parent {
			up = append(up, at)
		}
		for i := len(up) - 1; i >= 0; i-- {
			row := &im.rows[up[i]]
			switch {
			case row.parent >= 0:
				parent := &im.rows[row.parent]
				row.parentAct, row.root, row.generation = parent.act, parent.root, parent.generation+1
			case row.parentAct != 0:
				act := earlier[row.parentAct]
				row.root, row.generation = act.root, act.generation+1
			default:
				row.root = row.act
			}
		}
	}
}

// stage writes the rows, which do not count yet.
func (im *importing) stage(ctx context.Context, file *os.File) error {
	im.batch = im.s.ids.New()
	err := im.s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO import_batch (id, movement_id, call_id, state, created_at) VALUES ($1, $2, $3, 'staging', $4)",
			im.batch, im.movement, im.call.ID, db.Millis(im.now))
		return err
	})
	if err != nil {
		return fmt.Errorf("begin an import: %w", err)
	}
	if err := im.stageOutsiders(ctx); err != nil {
		return err
	}
	lines := make([]SheetRow, 0, stageBatch)
	flush := func() error {
		if len(lines) == 0 {
			return nil
		}
		if err := im.renew(ctx); err != nil {
			return err
		}
		err := im.s.d.Update(ctx, func(tx *db.Tx) error { return im.stageLines(tx, lines) })
		if err != nil {
			return fmt.Errorf("stage rows: %w", err)
		}
		lines = lines[:0]
		return nil
	}
	err = im.each(file, func(l SheetRow, bad string) error {
		if bad != "" {
			return errors.New("act: the file changed while it was imported")
		}
		if im.rows[im.byID[l.ID]].skip {
			return nil
		}
		l.InspiredBy, l.Doer, l.Unit = "", "", "" // resolved: let go
		lines = append(lines, l)
		if len(lines) < stageBatch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// stageOutsiders notes the names of people without an account.
func (im *importing) stageOutsiders(ctx context.Context) error {
	var names []int32
	for n := range im.doers {
		if im.doers[n].id == 0 {
			names = append(names, int32(n))
		}
	}
	return inChunks(names, 64, func(chunk []int32) error {
		type named struct {
			id     id.ID
			folded string
		}
		var args []any
		for _, n := range chunk {
			d := im.doers[n]
			args = append(args, im.s.ids.New(), im.movement, d.name, d.folded, db.Millis(im.now))
		}
		q := "INSERT INTO outsider (id, movement_id, name, folded, created_at) VALUES " + values(len(chunk), 5) +
			" ON CONFLICT (movement_id, folded) WHERE address_key IS NULL DO UPDATE SET name = outsider.name RETURNING id, folded"
		var rows []named
		err := im.s.d.Update(ctx, func(tx *db.Tx) (err error) {
			rows, err = db.All(tx, func(row db.Row) (o named, err error) {
				err = row.Scan(&o.id, &o.folded)
				return o, err
			}, q, args...)
			return err
		})
		if err != nil {
			return fmt.Errorf("note outside people: %w", err)
		}
		for _, o := range rows {
			d := &im.doers[im.byDoer[o.folded]]
			d.id, d.outside = o.id, true
		}
		return nil
	})
}

// values writes rows of placeholders: "($1, $2), ($3, $4)".
func values(rows, columns int) string {
	b := make([]byte, 0, rows*columns*7)
	for i := range rows * columns {
		switch {
		case i == 0:
			b = append(b, '(')
		case i%columns == 0:
			b = append(b, "), ("...)
		default:
			b = append(b, ", "...)
		}
		b = strconv.AppendInt(append(b, '$'), int64(i+1), 10)
	}
	return string(append(b, ')'))
}

// stageRows is how many rows one statement writes. SQLite finds each parameter by
// walking a list of their names, so there a long statement costs by its square.
func stageRows(e db.Engine) int {
	if e == db.SQLite {
		return 4
	}
	return stageBatch
}

func (im *importing) stageLines(tx *db.Tx, lines []SheetRow) error {
	for len(lines) > 0 {
		n := min(len(lines), stageRows(tx.Engine()))
		if err := im.insertLines(tx, lines[:n]); err != nil {
			return err
		}
		lines = lines[n:]
	}
	return nil
}

func (im *importing) insertLines(tx *db.Tx, lines []SheetRow) error {
	const columns = 20
	acts := make([]any, 0, len(lines)*columns)
	imported := make([]any, 0, len(lines)*4)
	visibility := im.call.Visibility
	if visibility == Me { // nobody could see an outsider's
		visibility = Organisers
	}
	for _, l := range lines {
		row := im.rows[im.byID[l.ID]]
		doer := im.doers[row.doer]
		var via Source
		if row.parentAct != 0 {
			via = Source{Kind: FromAct, ID: row.parentAct}
		}
		acts = append(acts, row.act, doer.id, doer.outside, im.movement, im.call.ID, string(im.call.Kind), im.call.OneOnly(),
			row.at, db.Millis(im.now), im.call.Unit, l.Quantity, l.Story, string(visibility), row.parentAct, string(via.Kind), via.ID,
			row.root, int64(row.generation), string(StateStaging), im.batch)
		imported = append(imported, im.movement, l.ID, row.act, im.batch)
	}
	_, err := tx.Exec(`INSERT INTO act (id, doer_id, outside, movement_id, call_id, kind, one_only, done_at, created_at, unit, quantity, story,
		visibility, parent_id, via_kind, via_id, root_id, generation, state, import_id) VALUES `+values(len(lines), columns), acts...)
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO imported (movement_id, external_id, act_id, import_id) VALUES "+values(len(lines), 4), imported...)
	return err
}

// count is the one switch: it lets the staged acts live and counts them, all in
// one transaction. Ripples are for who hears Imported.
func (im *importing) count(ctx context.Context) error {
	err := im.s.d.Update(ctx, func(tx *db.Tx) error {
		im.report.Imported = 0
		res, err := tx.Exec("UPDATE import_batch SET state = 'live' WHERE id = $1 AND state = 'staging'", im.batch)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.Conflict("", "This import was cleared away by another one. Import the file again."))
		}
		if err := im.stillRight(tx); err != nil {
			return err
		}
		live, err := tx.Exec("UPDATE act SET state = 'live' WHERE import_id = $1", im.batch)
		if err != nil {
			return err
		}
		n, err := live.RowsAffected()
		if err != nil {
			return err
		}
		im.report.Imported = int(n)
		if n == 0 {
			return nil
		}
		if _, err := tx.Exec("UPDATE call SET answered = TRUE WHERE id = $1 AND NOT answered", im.call.ID); err != nil {
			return err
		}
		if err := im.countTotals(tx, n); err != nil {
			return err
		}
		return event.Emit(im.s.hub, tx, Imported{ImportID: im.batch, MovementID: im.movement, CallID: im.call.ID, Acts: n, At: im.now})
	})
	if err != nil {
		return fmt.Errorf("switch an import on: %w", err)
	}
	return nil
}

// stillRight says whether what the staged rows build on is still as it was
// checked: acts of the same people, and the places of acts from earlier files.
func (im *importing) stillRight(tx *db.Tx) error {
	var twice, moved bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM act AS new JOIN act AS old ON old.call_id = new.call_id AND old.doer_id = new.doer_id
				AND old.one_only AND old.state = 'live' WHERE new.import_id = $1 AND new.one_only),
			EXISTS (SELECT 1 FROM act AS child JOIN act AS parent ON parent.id = child.parent_id
				WHERE child.import_id = $2 AND (child.root_id <> parent.root_id OR child.generation <> parent.generation + 1))`,
		im.batch, im.batch).Scan(&twice, &moved)
	if err != nil {
		return err
	}
	if twice || moved {
		return problem.Conflict("", "Acts that the file builds on changed meanwhile. Import it again.")
	}
	return nil
}

// countTotals counts n told acts in the call and in the movement.
func (im *importing) countTotals(tx *db.Tx, n int64) error {
	var sum int64
	if err := tx.QueryRow("SELECT CAST(SUM(quantity) AS BIGINT) FROM act WHERE import_id = $1", im.batch).Scan(&sum); err != nil {
		return err
	}
	e := entry{scopes: []id.ID{im.call.ID, im.movement}, unit: im.call.Unit, proof: Told, quantity: sum}
	_, err := tx.Exec(`INSERT INTO taken_part (scope_id, total, doer_id, acts)
		SELECT scope.id, part.total, done.doer_id, done.acts
		FROM (SELECT doer_id, COUNT(*) AS acts FROM act WHERE import_id = $1 GROUP BY doer_id) AS done
		CROSS JOIN (SELECT CAST($2 AS BIGINT) AS id UNION ALL SELECT CAST($3 AS BIGINT)) AS scope
		CROSS JOIN (SELECT '' AS total UNION ALL SELECT CAST($4 AS TEXT)) AS part
		WHERE TRUE
		ON CONFLICT (scope_id, total, doer_id) DO UPDATE SET acts = taken_part.acts + excluded.acts`,
		im.batch, im.call.ID, im.movement, e.part())
	if err != nil {
		return err
	}
	deltas, err := im.newPeople(tx, e)
	if err != nil {
		return err
	}
	sumName, actsName, _ := call.TotalNames(e.unit, e.proof)
	for _, scope := range e.scopes {
		deltas = append(deltas,
			tally.Delta{Subject: scope, Name: call.TallyActs, N: n},
			tally.Delta{Subject: scope, Name: actsName, N: n},
			tally.Delta{Subject: scope, Name: sumName, N: sum})
	}
	return tally.AddAll(tx, deltas...)
}

// newPeople counts those whose acts are all from this import.
func (im *importing) newPeople(tx *db.Tx, e entry) ([]tally.Delta, error) {
	in, scopes := db.In(2, e.scopes)
	parts := "$" + strconv.Itoa(2+len(scopes))
	return db.All(tx, func(row db.Row) (d tally.Delta, err error) {
		var part string
		if err = row.Scan(&d.Subject, &part, &d.N); err != nil {
			return d, err
		}
		if d.Name = call.TallyPeople; part != "" {
			d.Name = call.TallyPeopleOf + part
		}
		return d, nil
	}, strings.Join([]string{`SELECT t.scope_id, t.total, COUNT(*) FROM taken_part AS t
		JOIN (SELECT doer_id, COUNT(*) AS acts FROM act WHERE import_id = $1 GROUP BY doer_id) AS done
			ON done.doer_id = t.doer_id AND done.acts = t.acts
		WHERE t.scope_id IN `, in, " AND t.total IN ('', ", parts, ") GROUP BY t.scope_id, t.total"}, ""),
		append(append([]any{im.batch}, scopes...), e.part())...)
}
