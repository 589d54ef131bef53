package call

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The limits of reports: of their source in characters, and of how many there are.
const (
	SourceMost  = 500
	ReportsMost = 200 // of a call
)

// Report is a running total that the partner of a call published: it has a row
// and a place of its own, and is never mixed with the acts told here.
type Report struct {
	ID        id.ID
	CallID    id.ID
	Unit      string
	Amount    int64 // in the smallest unit, up to AsOf
	AtLeast   bool  // "more than"
	AsOf      time.Time
	Source    string // where it was published
	CreatedBy id.ID
}

// ReportDraft is what an organiser or the call's beneficiary writes as a report.
type ReportDraft struct {
	Unit    string // "" is the call's; another currency or count is possible
	Amount  int64
	AtLeast bool
	AsOf    time.Time // needed, not in the future
	Source  string    // needed
	Key     string    `json:"-"` // idempotency of AddReport; "" for none
}

func (d ReportDraft) clean(c *Call, now time.Time) (_ ReportDraft, err error) {
	if d.Unit == "" {
		d.Unit = c.Unit
	}
	if d.Unit != c.Unit && !IsCurrency(d.Unit) && !isCount(d.Unit) {
		return d, problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", d.Unit)
	}
	if d.Amount < 0 || d.Amount > GoalMost {
		return d, problem.Invalid("amount", "This is a number from 0 to %d.", int64(GoalMost))
	}
	if d.AsOf.IsZero() || d.AsOf.After(now) || d.AsOf.Year() < 1970 {
		return d, problem.Invalid("as_of", "Say up to which day this was counted; it is not in the future.")
	}
	if d.Source, err = text.Line("source", d.Source, SourceMost); err != nil {
		return d, err
	}
	if d.Source == "" {
		return d, problem.Invalid("source", "Say where this was published.")
	}
	return d, nil
}

func isCount(unit string) bool {
	for _, k := range Kinds {
		if k.Unit() == unit && unit != "" {
			return true
		}
	}
	return false
}

// Reports are what was reported for a call, by date. Who may not see the call gets
// problem.NotFound.
func (s *Service) Reports(ctx context.Context, v account.Viewer, callID id.ID) ([]Report, error) {
	if _, err := s.Get(ctx, v, callID); err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), scanReport, `SELECT id, call_id, unit, amount, at_least, as_of, source, created_by
		FROM reported WHERE call_id = $1 ORDER BY as_of, id LIMIT $2`, callID, ReportsMost)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return list, nil
}

func scanReport(row db.Row) (r Report, err error) {
	var asOf int64
	err = row.Scan(&r.ID, &r.CallID, &r.Unit, &r.Amount, &r.AtLeast, &asOf, &r.Source, &r.CreatedBy)
	r.AsOf = db.Time(asOf)
	return r, err
}

// AddReport notes a sum. Those who organise the call and its beneficiary may, as
// with the next two. problem.Conflict beyond ReportsMost.
func (s *Service) AddReport(ctx context.Context, v account.Viewer, callID id.ID, d ReportDraft) (reportID id.ID, err error) {
	body := struct {
		CallID id.ID
		Draft  ReportDraft
	}{callID, d}
	err = s.report(ctx, v, callID, func(tx *db.Tx, c *Call) (err error) {
		reportID, err = once.Do(tx, v.ID(), "report", d.Key, body, func() (id.ID, error) {
			return s.addReport(tx, c, v.ID(), d)
		})
		return err
	})
	return reportID, err
}

// AddReportIn is AddReport inside another transaction, for the sample.
func (s *Service) AddReportIn(tx *db.Tx, callID, by id.ID, d ReportDraft) (id.ID, error) {
	c, err := GetIn(tx, callID)
	if err != nil {
		return 0, err
	}
	return s.addReport(tx, c, by, d)
}

func (s *Service) addReport(tx *db.Tx, c *Call, by id.ID, d ReportDraft) (id.ID, error) {
	d, err := d.clean(c, s.now())
	if err != nil {
		return 0, err
	}
	reportID := s.ids.New()
	if _, err := HoldIn(tx, c.ID); err != nil {
		return 0, err
	}
	n, err := affected(tx.Exec(`INSERT INTO reported (id, call_id, unit, amount, at_least, as_of, source, created_by, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BOOLEAN), CAST($6 AS BIGINT), CAST($7 AS TEXT),
			CAST($8 AS BIGINT), CAST($9 AS BIGINT) WHERE (SELECT COUNT(*) FROM reported WHERE call_id = $10) < $11`,
		reportID, c.ID, d.Unit, d.Amount, d.AtLeast, db.Millis(d.AsOf), d.Source, int64(by), db.Millis(s.now()), c.ID, ReportsMost))
	if err != nil {
		return 0, fmt.Errorf("add a report: %w", err)
	}
	if n == 0 {
		return 0, problem.Conflict("", "There are %d reports already. Change one of them.", ReportsMost)
	}
	return reportID, event.Emit(s.hub, tx, ReportChanged{CallID: c.ID, MovementID: c.MovementID})
}

// EditReport changes a report to d.
func (s *Service) EditReport(ctx context.Context, v account.Viewer, callID, reportID id.ID, d ReportDraft) error {
	return s.report(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		d, err := d.clean(c, s.now())
		if err != nil {
			return err
		}
		n, err := affected(tx.Exec(`UPDATE reported SET unit = $1, amount = $2, at_least = $3, as_of = $4, source = $5
			WHERE id = $6 AND call_id = $7`, d.Unit, d.Amount, d.AtLeast, db.Millis(d.AsOf), d.Source, reportID, callID))
		return s.reportChanged(tx, c, n, err)
	})
}

// RemoveReport takes a report away.
func (s *Service) RemoveReport(ctx context.Context, v account.Viewer, callID, reportID id.ID) error {
	return s.report(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`DELETE FROM reported WHERE id = $1 AND call_id = $2`, reportID, callID))
		return s.reportChanged(tx, c, n, err)
	})
}

func (s *Service) reportChanged(tx *db.Tx, c *Call, n int64, err error) error {
	if err != nil {
		return fmt.Errorf("change a report: %w", err)
	}
	if n == 0 {
		return problem.NotFound("report")
	}
	return event.Emit(s.hub, tx, ReportChanged{CallID: c.ID, MovementID: c.MovementID})
}

// report runs f with the call for one who may report its sums.
func (s *Service) report(ctx context.Context, v account.Viewer, callID id.ID, f func(tx *db.Tx, c *Call) error) error {
	if _, err := s.Get(ctx, v, callID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		c, err := GetIn(tx, callID)
		if err != nil {
			return err
		}
		if !v.Is(c.Beneficiary) {
			if err := MustOrganise(tx, v, c); err != nil {
				return err
			}
		}
		return f(tx, c)
	})
}
