package fundraiser

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Limits of a spending report.
const (
	PurposeMost  = 80 // characters
	NoteMost     = 2000
	PicturesMost = 4
	spendingMost = 1000 // entries of a call
)

// Spending is one thing that the beneficiary spent money on. It is never changed: a
// correction is an entry more, in whose place the earlier one is only history.
type Spending struct {
	ID        id.ID
	CallID    id.ID
	Purpose   string
	Unit      string
	Amount    int64 // in the smallest unit
	SpentAt   time.Time
	Note      string
	Corrects  id.ID // the entry in whose place it stands; 0 for none
	Corrected bool  // another stands in its place
	By        id.ID // account; 0 once deleted
	At        time.Time
	Pictures  []media.Media
}

// SpendingDraft is what the beneficiary reports.
type SpendingDraft struct {
	Purpose  string
	Unit     string // ISO 4217; "" is the call's
	Amount   int64  // 0 only in a correction, which takes an entry away
	SpentAt  time.Time
	Note     string
	Pictures []id.ID // loose ones of who reports: receipts, and what came of it
	Corrects id.ID
	Key      string `json:"-"`
}

// Spent is emitted when there is a new entry.
type Spent struct {
	CallID, MovementID id.ID
	At                 time.Time
}

func (d *SpendingDraft) clean(c *call.Call, now time.Time) (err error) {
	if d.Unit == "" {
		d.Unit = c.Unit
	}
	if d.Purpose, err = text.Line("purpose", d.Purpose, PurposeMost); err != nil {
		return err
	}
	if d.Note, err = text.Block("note", d.Note, NoteMost); err != nil {
		return err
	}
	switch {
	case d.Purpose == "":
		return problem.Invalid("purpose", "Say what it was spent on.")
	case !call.IsCurrency(d.Unit):
		return problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", d.Unit)
	case d.Amount < 0 || d.Amount > call.GoalMost || d.Amount == 0 && d.Corrects == 0:
		return problem.Invalid("amount", "This is a number from 1 to %d.", int64(call.GoalMost))
	case d.SpentAt.IsZero() || d.SpentAt.After(now) || d.SpentAt.Year() < 1970:
		return problem.Invalid("spent_at", "Say on which day it was spent; it is not in the future.")
	case len(d.Pictures) > PicturesMost:
		return problem.Invalid("media_ids", "At most %d pictures can go with an entry.", PicturesMost)
	}
	return nil
}

// Report notes what was spent. The beneficiary may, or the organisers where there is
// none. NotFound for an entry to correct that is not there, Conflict for one that
// was corrected already.
func (s *Service) Report(ctx context.Context, v account.Viewer, callID id.ID, d SpendingDraft) (spendingID id.ID, err error) {
	said := struct {
		CallID id.ID
		SpendingDraft
	}{callID, d}
	err = s.keep(ctx, v, callID, false, func(tx *db.Tx, c *call.Call) (err error) {
		spendingID, err = once.Do(tx, v.ID(), "spending", d.Key, said, func() (id.ID, error) {
			return s.reportIn(tx, c, v.ID(), d, s.now())
		})
		return err
	})
	return spendingID, err
}

// ReportIn is Report inside another transaction, for the sample.
func (s *Service) ReportIn(tx *db.Tx, by, callID id.ID, d SpendingDraft, at time.Time) (id.ID, error) {
	c, err := call.GetIn(tx, callID)
	if err != nil {
		return 0, err
	}
	return s.reportIn(tx, c, by, d, at)
}

func (s *Service) reportIn(tx *db.Tx, c *call.Call, by id.ID, d SpendingDraft, at time.Time) (id.ID, error) {
	if err := d.clean(c, at); err != nil {
		return 0, err
	}
	if _, err := call.HoldIn(tx, c.ID); err != nil { // entries are counted
		return 0, err
	}
	if d.Corrects != 0 {
		var of id.ID
		err := tx.QueryRow(`SELECT call_id FROM spending WHERE id = $1`, d.Corrects).Scan(&of)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("find what to correct: %w", err)
		}
		if of != c.ID {
			return 0, problem.NotFound("entry")
		}
	}
	i := s.ids.New()
	n, err := affected(tx.Exec(`INSERT INTO spending (id, call_id, purpose, unit, amount, spent_at, note, corrects, created_by, created_at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE (SELECT COUNT(*) FROM spending WHERE call_id = $11) < `+fmt.Sprint(spendingMost)+`
		ON CONFLICT (corrects) WHERE corrects IS NOT NULL DO NOTHING`,
		i, c.ID, d.Purpose, d.Unit, d.Amount, db.Millis(d.SpentAt), d.Note, d.Corrects, by, db.Millis(at), c.ID))
	switch {
	case err != nil:
		return 0, fmt.Errorf("report what was spent: %w", err)
	case n == 0 && d.Corrects != 0:
		return 0, problem.Conflict("", "This entry was corrected already. Correct the one in its place.")
	case n == 0:
		return 0, problem.Conflict("", "There are as many entries as there can be.")
	}
	if len(d.Pictures) > 0 {
		if _, err := s.rooms.Media.AttachIn(tx, by, d.Pictures, media.OnSpending, i); err != nil {
			return 0, err
		}
	}
	return i, event.Emit(s.hub, tx, Spent{CallID: c.ID, MovementID: c.MovementID, At: at})
}

// Spending are the entries of a call's books, the latest day first; with history
// also those that were corrected. Who may not see the call gets NotFound.
func (s *Service) Spending(ctx context.Context, v account.Viewer, callID id.ID, history bool) ([]Spending, error) {
	if _, err := s.call(ctx, v, callID); err != nil {
		return nil, err
	}
	r := s.d.Read(ctx)
	rows, err := db.All(r, scanSpending, `SELECT id, call_id, purpose, unit, amount, spent_at, note, corrects,
		EXISTS (SELECT 1 FROM spending c WHERE c.corrects = spending.id), created_by, created_at
		FROM spending WHERE call_id = $1 ORDER BY spent_at DESC, id DESC LIMIT $2`, callID, spendingMost)
	if err != nil {
		return nil, fmt.Errorf("list what was spent: %w", err)
	}
	if !history {
		rows = slices.DeleteFunc(rows, func(e Spending) bool { return e.Corrected || e.Amount == 0 })
	}
	ids := make([]id.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	pictures, err := s.rooms.Media.Of(r, media.OnSpending, ids)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Pictures = pictures[rows[i].ID]
	}
	return rows, nil
}

func scanSpending(row db.Row) (e Spending, err error) {
	var spent, at int64
	err = row.Scan(&e.ID, &e.CallID, &e.Purpose, &e.Unit, &e.Amount, &spent, &e.Note, &e.Corrects, &e.Corrected, &e.By, &at)
	e.SpentAt, e.At = db.Time(spent), db.Time(at)
	return e, err
}

// Flow is where the money of a fundraiser went, in one currency. All amounts are in
// its smallest unit.
type Flow struct {
	Unit     string
	Told     int64 // given, as donors say, and not confirmed yet
	Gifts    int64 // confirmed gifts
	Matched  int64 // received of promises
	Spent    int64
	Purposes []Purpose // what it was spent on, the most first
}

// Purpose is what was spent on one thing.
type Purpose struct {
	Name   string
	Amount int64
}

// Received is what the beneficiary has for certain.
func (f Flow) Received() int64 { return f.Gifts + f.Matched }

// Left is what was received and not spent; below zero when more was spent.
func (f Flow) Left() int64 { return f.Received() - f.Spent }

// Flows are where the money went, the call's own currency first, then others by
// their code. What the partner reported elsewhere is no part of it. Whoever sees the
// call may know.
func (s *Service) Flows(ctx context.Context, c *call.Call) ([]Flow, error) {
	r := s.d.Read(ctx)
	totals, err := call.TotalsOf(r, []id.ID{c.ID})
	if err != nil {
		return nil, err
	}
	flows := map[string]*Flow{c.Unit: {Unit: c.Unit}}
	of := func(unit string) *Flow {
		if flows[unit] == nil {
			flows[unit] = &Flow{Unit: unit}
		}
		return flows[unit]
	}
	for _, t := range totals[c.ID].Each {
		if t.Proof == call.Confirmed {
			of(t.Unit).Gifts += t.Amount
		} else {
			of(t.Unit).Told += t.Amount
		}
	}
	type sum struct {
		unit, purpose string
		amount        int64
	}
	scan := func(row db.Row) (s sum, err error) { return s, row.Scan(&s.unit, &s.purpose, &s.amount) }
	paid, err := db.All(r, scan, `SELECT unit, '', CAST(SUM(paid) AS BIGINT) FROM matching WHERE call_id = $1 AND state = 'stands' AND paid > 0 GROUP BY unit`, c.ID)
	if err != nil {
		return nil, fmt.Errorf("add up promises: %w", err)
	}
	for _, p := range paid {
		of(p.unit).Matched += p.amount
	}
	spent, err := db.All(r, scan, `SELECT unit, purpose, CAST(SUM(amount) AS BIGINT) FROM spending WHERE call_id = $1 AND amount > 0
		AND NOT EXISTS (SELECT 1 FROM spending c WHERE c.corrects = spending.id) GROUP BY unit, purpose`, c.ID)
	if err != nil {
		return nil, fmt.Errorf("add up what was spent: %w", err)
	}
	for _, p := range spent {
		f := of(p.unit)
		f.Spent += p.amount
		f.Purposes = append(f.Purposes, Purpose{Name: p.purpose, Amount: p.amount})
	}
	return inOrder(flows, c.Unit), nil
}

func inOrder(flows map[string]*Flow, first string) []Flow {
	list := make([]Flow, 0, len(flows))
	for _, f := range flows {
		slices.SortFunc(f.Purposes, func(a, b Purpose) int {
			return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Name, b.Name))
		})
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Flow) int {
		switch first {
		case a.Unit:
			return -1
		case b.Unit:
			return 1
		}
		return cmp.Compare(a.Unit, b.Unit)
	})
	return list
}

// OnAccountDeleted forgets who kept the books, doubted gifts or promised: the sums
// stay, since others' money is accounted for by them; words and names go.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{
		`UPDATE spending SET created_by = NULL, note = '' WHERE created_by = $1`,
		`UPDATE gift_doubt SET by_id = NULL, reason = '' WHERE by_id = $1`,
		`UPDATE matching SET account_id = 0, state = CASE WHEN state = 'stands' AND paid > 0 THEN state ELSE 'withdrawn' END WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("forget who kept the books: %w", err)
		}
	}
	return s.forgetDonor(tx, e.ID)
}
