package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

// The hashtags of the two movements, which are where they lie, too.
const (
	smallSlug = "smallsoup"
	largeSlug = "largesoup"
)

// endsKept is how many acts a ripple offers to be inspired by.
const endsKept = 64

// ripple starts a movement with a call, and has n acts for it imported as an
// organiser's history: one tree, in which each act was inspired by one drawn
// from all before it.
func (f *filler) ripple(r *ripple, hashtag string, n int) error {
	r.Acts = n
	var m id.ID
	err := f.DB.Update(f.ctx, func(tx *db.Tx) (err error) {
		m, err = f.Movements.StartIn(tx, f.readers[0], movement.Draft{Hashtag: hashtag, Purpose: "Pass the pot on.", Online: true}, f.start)
		if err != nil {
			return err
		}
		r.Call, err = f.Calls.CreateIn(tx, m, f.readers[0].ID, call.Draft{Kind: call.Deed, Title: "Pass the pot on", Online: true}, f.start)
		return err
	})
	if err != nil {
		return err
	}
	sheet, into := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := f.sheet(into, n)
		wrote <- errors.Join(err, into.CloseWithError(err))
	}()
	report, err := f.Acts.Import(f.ctx, sheet, m, r.Call)
	if err := errors.Join(err, sheet.Close(), <-wrote); err != nil {
		return err
	}
	if report.Imported != n {
		return fmt.Errorf("%d of %d acts were imported: %v", report.Imported, n, report.Bad)
	}
	r.Ends, err = db.All(f.DB.Read(f.ctx), scanID, "SELECT id FROM act WHERE call_id = $1 ORDER BY id DESC LIMIT $2", int64(r.Call), endsKept)
	return err
}

func scanID(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) }

// sheet writes n acts as a CSV file of internal/act. A quarter as many people do
// them.
func (f *filler) sheet(w io.Writer, n int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "id,doer,at,inspired_by,quantity,unit,story") // Flush tells of errors
	every := 20 * 24 * time.Hour / time.Duration(n)
	for i := range n {
		parent := ""
		if i > 0 {
			parent = fmt.Sprint("a", f.rng.IntN(i))
		}
		at := f.start.Add(24*time.Hour + time.Duration(i)*every).UTC()
		fmt.Fprintf(b, "a%d,Neighbour %d,%s,%s,1,deeds,\n", i, f.rng.IntN(max(1, n/4)), at.Format("2006-01-02T15:04:05.000Z07:00"), parent)
	}
	return b.Flush()
}
