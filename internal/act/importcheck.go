package act

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// lookup is how many names or ids are looked up in one statement.
const lookup = 64

// check reads the whole file and names every row that is wrong.
func (im *importing) check(ctx context.Context, file *os.File) error {
	inspired := map[int32]string{}
	err := im.each(file, func(l SheetRow, bad string) error {
		if bad != "" {
			im.report.bad(l.Line, "%s", bad)
			return nil
		}
		return im.add(l, inspired)
	})
	if err != nil {
		return err
	}
	if err := im.lookUp(ctx, inspired); err != nil {
		return err
	}
	im.checkLinks(inspired)
	if err := im.checkOnce(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(im.report.Bad, func(a, b BadRow) int { return cmp.Compare(a.Line, b.Line) })
	switch n := len(im.report.Bad) + im.report.BadMore; {
	case n == 1:
		return problem.Invalid("file", "Nothing was imported, for one row is wrong.")
	case n > 1:
		return problem.Invalid("file", "Nothing was imported, for %d rows are wrong.", n)
	}
	return nil
}

// add takes a row in that is right by itself.
func (im *importing) add(l SheetRow, inspired map[int32]string) error {
	if len(im.rows) == SheetMostRows {
		return problem.TooLarge("file", "The file has more than %d rows.", SheetMostRows)
	}
	if first, twice := im.byID[l.ID]; twice {
		im.report.bad(l.Line, "its id %q is that of line %d", l.ID, im.rows[first].line)
		return nil
	}
	if l.Unit != im.call.Unit {
		im.report.bad(l.Line, "its unit is %q, and the call's is %q", l.Unit, im.call.Unit)
	}
	if im.call.OneOnly() && l.Quantity != 1 {
		im.report.bad(l.Line, "its quantity is %d, and each person does this once", l.Quantity)
	}
	n := int32(len(im.rows))
	im.byID[l.ID] = n
	if l.InspiredBy != "" {
		inspired[n] = l.InspiredBy
	}
	folded := db.Fold(l.Doer)
	doer, known := im.byDoer[folded]
	if !known {
		doer = int32(len(im.doers))
		im.byDoer[folded] = doer
		im.doers = append(im.doers, importDoer{name: l.Doer, folded: folded})
	}
	im.rows = append(im.rows, importRow{at: db.Millis(l.At), parent: -1, doer: doer, line: int32(min(l.Line, math.MaxInt32))})
	return nil
}

// lookUp finds which rows earlier files brought, which acts those rows and the
// sources outside this file became, and who the doers are.
func (im *importing) lookUp(ctx context.Context, inspired map[int32]string) error {
	known := make([]string, 0, len(im.byID))
	for external := range im.byID {
		known = append(known, external)
	}
	for n, external := range inspired {
		if _, here := im.byID[external]; !here {
			known = append(known, external)
			im.outside[n] = external
		}
	}
	if err := inChunks(known, lookup, func(chunk []string) error { return im.lookUpActs(ctx, chunk) }); err != nil {
		return fmt.Errorf("look up imported acts: %w", err)
	}
	for external, act := range im.earlier {
		if n, here := im.byID[external]; here {
			row := &im.rows[n]
			row.skip, row.act, row.root, row.generation, row.at = true, act.act, act.root, act.generation, act.at
			im.report.Skipped++
		}
	}
	folded := make([]string, len(im.doers))
	for i, d := range im.doers {
		folded[i] = d.folded
	}
	if err := inChunks(folded, lookup, func(chunk []string) error { return im.lookUpDoers(ctx, chunk) }); err != nil {
		return fmt.Errorf("look up doers: %w", err)
	}
	return nil
}

func inChunks[T any](all []T, most int, f func(chunk []T) error) error {
	for len(all) > 0 {
		n := min(len(all), most)
		if err := f(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (im *importing) lookUpActs(ctx context.Context, chunk []string) error {
	type found struct {
		external string
		act      earlierAct
	}
	in, args := db.InStrings(2, chunk)
	rows, err := db.All(im.s.d.Read(ctx), func(row db.Row) (f found, err error) {
		err = row.Scan(&f.external, &f.act.act, &f.act.root, &f.act.generation, &f.act.at, &f.act.parent)
		return f, err
	}, `SELECT imported.external_id, act.id, act.root_id, act.generation, act.done_at, act.parent_id
		FROM imported JOIN act ON act.id = imported.act_id
		WHERE imported.movement_id = $1 AND act.state <> 'staging' AND imported.external_id IN `+in, append([]any{im.movement}, args...)...)
	for _, f := range rows {
		im.earlier[f.external] = f.act
	}
	return err
}

func (im *importing) lookUpDoers(ctx context.Context, chunk []string) error {
	in, args := db.InStrings(1, chunk)
	type found struct {
		id     id.ID
		folded string
	}
	scan := func(row db.Row) (f found, err error) {
		err = row.Scan(&f.id, &f.folded)
		return f, err
	}
	accounts, err := db.All(im.s.d.Read(ctx), scan, `SELECT id, folded FROM account
		WHERE domain = '' AND state = 'active' AND kind IN ('person', 'organisation') AND folded IN `+in, args...)
	if err != nil {
		return err
	}
	for _, f := range accounts {
		im.doers[im.byDoer[f.folded]].id = f.id
	}
	in, args = db.InStrings(2, chunk)
	outsiders, err := db.All(im.s.d.Read(ctx), scan, "SELECT id, folded FROM outsider WHERE movement_id = $1 AND address_key IS NULL AND folded IN "+in,
		append([]any{im.movement}, args...)...)
	for _, f := range outsiders {
		if d := &im.doers[im.byDoer[f.folded]]; d.id == 0 {
			d.id, d.outside = f.id, true
		}
	}
	return err
}

// checkLinks finds for each row the row or the earlier act that inspired it, and
// names those without one, newer ones and cycles.
func (im *importing) checkLinks(inspired map[int32]string) {
	for n, external := range inspired {
		row := &im.rows[n]
		if row.skip {
			continue
		}
		parentAt := int64(0)
		if parent, here := im.byID[external]; here {
			row.parent, parentAt = parent, im.rows[parent].at
		} else if act, was := im.earlier[external]; was {
			row.parentAct, parentAt = act.act, act.at
		} else {
			im.report.bad(int(row.line), "inspired_by names %q, which is neither in this file nor in an earlier one", external)
			continue
		}
		if parentAt > row.at {
			im.report.bad(int(row.line), "it was inspired by %q, which was done later", external)
		}
	}
	im.checkCycles()
}

// checkCycles names each cycle once. Cycles are possible only among acts of the
// same moment, or beside rows that are wrong for being newer.
func (im *importing) checkCycles() {
	seen := make([]int32, len(im.rows)) // the walk that came here first, from 1
	for start := range im.rows {
		walk := int32(start) + 1
		n := int32(start)
		for n >= 0 && seen[n] == 0 {
			seen[n] = walk
			n = im.rows[n].parent
		}
		if n >= 0 && seen[n] == walk {
			im.nameCycle(n)
		}
	}
}

func (im *importing) nameCycle(start int32) {
	const most = 8
	var lines []string
	for n := start; ; n = im.rows[n].parent {
		if lines = append(lines, fmt.Sprint(im.rows[n].line)); len(lines) > most {
			lines = append(lines, "…")
			break
		}
		if n == start && len(lines) > 1 {
			break
		}
	}
	im.report.bad(int(im.rows[start].line), "inspired_by goes in a circle, by lines %s", strings.Join(lines, " → "))
}

// checkOnce names second acts of one person for a call that takes one.
func (im *importing) checkOnce(ctx context.Context) error {
	if !im.call.OneOnly() {
		return nil
	}
	var local []id.ID
	firsts := map[id.ID]int32{}
	for n := range im.rows {
		row := &im.rows[n]
		d := &im.doers[row.doer]
		if row.skip {
			continue
		}
		if d.line != 0 {
			im.report.bad(int(row.line), "%s did this already in line %d, and each person does it once", d.name, d.line)
			continue
		}
		if d.line = row.line; d.id != 0 {
			local = append(local, d.id)
			firsts[d.id] = row.line
		}
	}
	return inChunks(local, lookup, func(chunk []id.ID) error {
		in, args := db.In(2, chunk)
		did, err := db.All(im.s.d.Read(ctx), scanID, "SELECT doer_id FROM act WHERE call_id = $1 AND one_only AND state = 'live' AND doer_id IN "+in,
			append([]any{im.call.ID}, args...)...)
		for _, doer := range did {
			im.report.bad(int(firsts[doer]), "its doer did this already, and each person does it once")
		}
		return err
	})
}
