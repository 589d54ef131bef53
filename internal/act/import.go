package act

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Report is what an import did. Nothing is imported where anything is bad.
type Report struct {
	Imported int
	Skipped  int      // imported before
	Bad      []BadRow // the first hundred
	BadMore  int      // further ones
}

func (r *Report) bad(line int, format string, args ...any) {
	if len(r.Bad) == badRowsToName {
		r.BadMore++
		return
	}
	r.Bad = append(r.Bad, BadRow{Line: line, Reason: fmt.Sprintf(format, args...)})
}

// importing is one import under way. Rows are known by their place in the file.
type importing struct {
	s        *Service
	movement id.ID
	call     *call.Call
	batch    id.ID
	now      time.Time
	renew    func(context.Context) error
	report   Report

	rows    []importRow
	byID    map[string]int32 // the file's ids
	doers   []importDoer
	byDoer  map[string]int32 // folded names
	outside map[int32]string // rows inspired by an id that is not in the file
	earlier map[string]earlierAct
}

// importRow is what is kept of each row while a file is imported: little, for
// there may be two million.
type importRow struct {
	at         int64 // milliseconds
	act        id.ID
	root       id.ID
	parentAct  id.ID
	parent     int32 // row, or -1
	doer       int32
	line       int32
	generation int32
	skip       bool // imported before: act is what it became
}

type importDoer struct {
	name    string
	folded  string
	id      id.ID
	outside bool
	line    int32 // of the row with the only act that the call allows
}

// earlierAct is an act that an earlier file brought.
type earlierAct struct {
	act, root  id.ID
	generation int32
	at         int64
	parent     id.ID
}

// importLease is how long an import that says nothing keeps others out.
const importLease = time.Minute

// Import takes an organiser's history in: the acts of a sheet, all or none, once
// each, told by their doers, at their own times and with their links. The whole
// file is checked first. Its rows then lie in the tables without counting, until
// one transaction switches them on; what a crash left behind is cleared away by
// the next import. It is for the operator's command; who asks is not checked.
//
// Invalid (file) with a report of what is wrong; NotFound, Conflict while another
// import into the movement is under way.
func (s *Service) Import(ctx context.Context, r io.Reader, movementID, callID id.ID) (Report, error) {
	c, err := call.GetIn(s.d.Read(ctx), callID)
	if err != nil {
		return Report{}, err
	}
	if c.MovementID != movementID || c.State == call.StateDraft || c.State == call.StateCancelled {
		return Report{}, problem.NotFound("call")
	}
	im := &importing{s: s, movement: movementID, call: c, now: s.now(),
		byID: map[string]int32{}, byDoer: map[string]int32{}, outside: map[int32]string{}, earlier: map[string]earlierAct{}}
	release, err := im.lease(ctx)
	if err != nil {
		return Report{}, err
	}
	defer release()
	file, err := spool(r)
	if err != nil {
		return Report{}, err
	}
	defer file.Close()

	steps := []func(context.Context) error{
		func(ctx context.Context) error { return im.check(ctx, file) },
		im.clear, im.identify,
		func(ctx context.Context) error { return im.stage(ctx, file) },
		im.count,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return im.report, err
		}
	}
	return im.report, nil
}

// lease keeps other imports into the movement out, on all nodes.
func (im *importing) lease(ctx context.Context) (release func(), err error) {
	name, holder := "import/"+im.movement.String(), rand.Text()
	im.renew = func(ctx context.Context) error {
		ours, err := im.s.d.Lease(ctx, name, holder, importLease)
		if err == nil && !ours {
			err = problem.Conflict("", "Another import into this movement is under way.")
		}
		return err
	}
	release = func() {
		// Ends by itself soon; a failure here costs the next import a minute.
		if _, err := im.s.d.Lease(context.WithoutCancel(ctx), name, holder, 0); err != nil {
			return
		}
	}
	return release, im.renew(ctx)
}

// spool keeps the file for the second reading, unnamed, so that it goes with the
// process.
func spool(r io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "goodturn-import-*")
	if err != nil {
		return nil, fmt.Errorf("keep the file: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(r, SheetMostBytes+1))
	if err == nil && n > SheetMostBytes {
		err = problem.TooLarge("file", "The file is larger than %d bytes.", SheetMostBytes)
	}
	if err := errors.Join(err, os.Remove(f.Name())); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// each reads the sheet from its beginning.
func (im *importing) each(file *os.File, f func(l SheetRow, bad string) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	s, err := OpenSheet(file)
	if err != nil {
		return err
	}
	for {
		l, bad, err := s.Next(im.now)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errRowTooLong):
			return problem.Invalid("file", "A row after line %d is longer than %d bytes; perhaps a quotation mark is not closed.", l.Line, rowMostBytes)
		case err != nil:
			return fmt.Errorf("read the file: %w", err)
		}
		if err := f(l, bad); err != nil {
			return err
		}
	}
}

// clear takes away what an import that did not end left behind.
func (im *importing) clear(ctx context.Context) error {
	left, err := db.All(im.s.d.Read(ctx), scanID, "SELECT id FROM import_batch WHERE movement_id = $1 AND state = 'staging'", im.movement)
	if err != nil {
		return fmt.Errorf("look for unfinished imports: %w", err)
	}
	for _, batch := range left {
		if err := im.clearBatch(ctx, batch); err != nil {
			return fmt.Errorf("clear an unfinished import away: %w", err)
		}
	}
	return nil
}

func (im *importing) clearBatch(ctx context.Context, batch id.ID) error {
	for {
		if err := im.renew(ctx); err != nil {
			return err
		}
		var n int64
		err := im.s.d.Update(ctx, func(tx *db.Tx) error {
			res, err := tx.Exec("DELETE FROM act WHERE id IN (SELECT id FROM act WHERE import_id = $1 AND state = 'staging' LIMIT 1000)", batch)
			if err != nil {
				return err
			}
			if n, err = res.RowsAffected(); err != nil || n > 0 {
				return err
			}
			if _, err := tx.Exec("DELETE FROM imported WHERE import_id = $1", batch); err != nil {
				return err
			}
			_, err = tx.Exec("DELETE FROM import_batch WHERE id = $1 AND state = 'staging'", batch)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
