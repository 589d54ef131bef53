package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// MatchingState says how far a promise is.
type MatchingState string

// The states. An offered promise is shown to those concerned alone.
const (
	MatchingOffered   MatchingState = "offered"
	MatchingStands    MatchingState = "stands"
	MatchingRefused   MatchingState = "refused"
	MatchingWithdrawn MatchingState = "withdrawn"
)

// matchingsMost is how many promises a fundraiser may have, and is shown.
const matchingsMost = 50

// Matching is a promise to add what others give, up to Most, until a day. It is no
// gift and in no total: what it comes to is computed from the confirmed gifts since
// it stands, and what was paid is what the beneficiary says.
type Matching struct {
	ID        id.ID
	CallID    id.ID
	AccountID id.ID // who promises; 0 once deleted
	Unit      string
	Most      int64 // in the smallest unit, as are the next two
	Due       int64 // what others gave since, up to Most
	Paid      int64
	Until     time.Time
	State     MatchingState
	Over      bool // its day has come: Due stays
}

// Promise is what somebody writes to match gifts.
type Promise struct {
	Unit  string // ISO 4217; "" is the call's
	Most  int64
	Until time.Time
	Key   string `json:"-"`
}

const matchingColumns = `id, call_id, account_id, unit, most, until_at, state, basis, final, paid`

type matchingRow struct {
	Matching
	basis int64
	final sql.NullInt64
}

func scanMatching(row db.Row) (m matchingRow, err error) {
	var until int64
	err = row.Scan(&m.ID, &m.CallID, &m.AccountID, &m.Unit, &m.Most, &until, &m.State, &m.basis, &m.final, &m.Paid)
	m.Until, m.Over = db.Time(until), m.final.Valid
	return m, err
}

// due is what the promise comes to when so much is confirmed.
func (m matchingRow) due(confirmed int64) int64 {
	if m.State != MatchingStands {
		return 0
	}
	if m.final.Valid {
		confirmed = m.final.Int64
	}
	return max(0, min(m.Most, confirmed-m.basis))
}

// Promise offers to match what others give. Any account may but the one that
// receives it; it is shown to everyone once the organisers or the beneficiary
// accept. Invalid, Conflict for a call that is over.
func (s *Service) Promise(ctx context.Context, v account.Viewer, callID id.ID, p Promise) (matchingID id.ID, err error) {
	if !v.SignedIn() {
		return 0, problem.Unauthorized("Sign in first.")
	}
	c, err := s.call(ctx, v, callID)
	if err != nil {
		return 0, err
	}
	said := struct {
		CallID id.ID
		Promise
	}{callID, p}
	if err := p.clean(c, s.now()); err != nil {
		return 0, err
	}
	if v.Is(c.Beneficiary) {
		return 0, problem.Forbidden("Who receives the gifts does not match them.")
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		c, err := call.HoldIn(tx, callID)
		if err == nil {
			err = c.Takes()
		}
		if err != nil {
			return err
		}
		matchingID, err = once.Do(tx, v.ID(), "matching", p.Key, said, func() (id.ID, error) {
			return s.promise(tx, v.ID(), c, p, s.now())
		})
		return err
	})
	return matchingID, err
}

func (p *Promise) clean(c *call.Call, now time.Time) error {
	if p.Unit == "" {
		p.Unit = c.Unit
	}
	switch {
	case !call.IsCurrency(p.Unit):
		return problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", p.Unit)
	case p.Most <= 0 || p.Most > call.GoalMost:
		return problem.Invalid("most", "This is a number from 1 to %d.", int64(call.GoalMost))
	case !p.Until.After(now) || p.Until.Year() > 9999:
		return problem.Invalid("until", "Say until which day; it lies ahead.")
	}
	return nil
}

func (s *Service) promise(tx *db.Tx, by id.ID, c *call.Call, p Promise, at time.Time) (id.ID, error) {
	i := s.ids.New()
	n, err := affected(tx.Exec(`INSERT INTO matching (id, call_id, account_id, unit, most, until_at, state, created_at, changed_at)
		SELECT $1, $2, $3, $4, $5, $6, 'offered', $7, $8
		WHERE (SELECT COUNT(*) FROM matching WHERE call_id = $9 AND state IN ('offered', 'stands')) < `+fmt.Sprint(matchingsMost)+`
		ON CONFLICT (call_id, account_id) WHERE state = 'offered' DO NOTHING`,
		i, c.ID, by, p.Unit, p.Most, db.Millis(p.Until), db.Millis(at), db.Millis(at), c.ID))
	if err != nil {
		return 0, fmt.Errorf("promise to match gifts: %w", err)
	}
	if n == 1 {
		return i, nil
	}
	var waits bool
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM matching WHERE call_id = $1 AND account_id = $2 AND state = 'offered')`, c.ID, by).Scan(&waits)
	switch {
	case err != nil:
		return 0, fmt.Errorf("look for a promise that waits: %w", err)
	case waits:
		return 0, problem.Conflict("", "A promise of yours waits to be accepted. Take it back to make another.")
	}
	return 0, problem.Conflict("", "There are as many promises for this call as there can be.")
}

// PromiseIn makes a promise that stands from then on, inside another transaction,
// for the sample.
func (s *Service) PromiseIn(tx *db.Tx, by, callID id.ID, p Promise, at time.Time) (id.ID, error) {
	c, err := call.GetIn(tx, callID)
	if err != nil {
		return 0, err
	}
	i, err := s.promise(tx, by, c, p, at)
	if err != nil {
		return 0, err
	}
	return i, s.stand(tx, c, i, at)
}

// stand has a promise count from now on, unless its day is over.
func (s *Service) stand(tx *db.Tx, c *call.Call, matchingID id.ID, at time.Time) error {
	m, err := db.One(tx, scanMatching, `UPDATE matching SET state = 'stands', changed_at = $1 WHERE id = $2 AND call_id = $3 AND state = 'offered' AND until_at > $4
		RETURNING `+matchingColumns, db.Millis(at), matchingID, c.ID, db.Millis(at))
	if errors.Is(err, sql.ErrNoRows) {
		return problem.Conflict("", "This promise is not waiting any more.")
	}
	if err != nil {
		return fmt.Errorf("accept a promise: %w", err)
	}
	confirmed, err := othersIn(tx, m)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE matching SET basis = $1 WHERE id = $2`, confirmed, matchingID); err != nil {
		return fmt.Errorf("begin a promise: %w", err)
	}
	return event.Emit(s.hub, tx, call.Changed{CallID: c.ID, MovementID: c.MovementID})
}

// othersIn is what the confirmed gifts of others than who promised add up to. Gifts
// that they give under another name count as others': leaving them out would tell
// whose they are.
func othersIn(r db.Reader, m matchingRow) (int64, error) {
	totals, err := call.TotalsOf(r, []id.ID{m.CallID})
	if err != nil {
		return 0, err
	}
	var own int64
	err = r.QueryRow(`SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM act
		WHERE doer_id = $1 AND NOT outside AND call_id = $2 AND unit = $3 AND proof = 2 AND state = 'live'`, m.AccountID, m.CallID, m.Unit).Scan(&own)
	if err != nil {
		return 0, fmt.Errorf("add up what who promised gave: %w", err)
	}
	return totals[m.CallID].Amount(m.Unit, call.Confirmed) - own, nil
}

// AnswerPromise accepts or refuses a promise. The organisers and the beneficiary
// may, but not who made it. Conflict when it does not wait any more.
func (s *Service) AnswerPromise(ctx context.Context, v account.Viewer, callID, matchingID id.ID, accept bool) error {
	return s.keep(ctx, v, callID, true, func(tx *db.Tx, c *call.Call) error {
		m, err := matchingIn(tx, callID, matchingID)
		if err != nil {
			return err
		}
		if v.Is(m.AccountID) {
			return problem.Forbidden("Somebody else accepts your promise.")
		}
		if accept {
			return s.stand(tx, c, matchingID, s.now())
		}
		n, err := affected(tx.Exec(`UPDATE matching SET state = 'refused', changed_at = $1 WHERE id = $2 AND state = 'offered'`, db.Millis(s.now()), matchingID))
		if err == nil && n == 0 {
			err = problem.Conflict("", "This promise is not waiting any more.")
		}
		return err
	})
}

// WithdrawPromise takes v's own promise back: what it came to until now stays owed
// in nobody's books, and it is shown no more. NotFound for others'.
func (s *Service) WithdrawPromise(ctx context.Context, v account.Viewer, callID, matchingID id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	c, err := s.call(ctx, v, callID)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := affected(tx.Exec(`UPDATE matching SET state = 'withdrawn', changed_at = $1 WHERE id = $2 AND call_id = $3 AND account_id = $4
			AND state IN ('offered', 'stands') AND paid = 0`, db.Millis(s.now()), matchingID, callID, v.ID()))
		if err != nil {
			return fmt.Errorf("withdraw a promise: %w", err)
		}
		if n == 0 {
			return problem.NotFound("promise")
		}
		return event.Emit(s.hub, tx, call.Changed{CallID: callID, MovementID: c.MovementID})
	})
}

// SetPaid says how much of a promise was received, in all. The beneficiary may, or
// the organisers where there is none; never who promised. It may be more than what
// was due, and is a word of the beneficiary's: it adds to what was received, and to
// nobody's gifts.
func (s *Service) SetPaid(ctx context.Context, v account.Viewer, callID, matchingID id.ID, paid int64) error {
	if paid < 0 || paid > call.GoalMost {
		return problem.Invalid("paid", "This is a number from 0 to %d.", int64(call.GoalMost))
	}
	return s.keep(ctx, v, callID, false, func(tx *db.Tx, c *call.Call) error {
		m, err := matchingIn(tx, callID, matchingID)
		if err != nil {
			return err
		}
		if v.Is(m.AccountID) {
			return problem.Forbidden("Somebody else says what of your promise was received.")
		}
		return s.setPaid(tx, c, matchingID, paid, s.now())
	})
}

// SetPaidIn is SetPaid inside another transaction, for the sample.
func (s *Service) SetPaidIn(tx *db.Tx, callID, matchingID id.ID, paid int64, at time.Time) error {
	c, err := call.GetIn(tx, callID)
	if err != nil {
		return err
	}
	return s.setPaid(tx, c, matchingID, paid, at)
}

func (s *Service) setPaid(tx *db.Tx, c *call.Call, matchingID id.ID, paid int64, at time.Time) error {
	n, err := affected(tx.Exec(`UPDATE matching SET paid = $1, changed_at = $2 WHERE id = $3 AND state = 'stands'`, paid, db.Millis(at), matchingID))
	if err != nil {
		return fmt.Errorf("note what of a promise was paid: %w", err)
	}
	if n == 0 {
		return problem.Conflict("", "This promise does not stand.")
	}
	return event.Emit(s.hub, tx, call.Changed{CallID: c.ID, MovementID: c.MovementID})
}

func matchingIn(r db.Reader, callID, matchingID id.ID) (matchingRow, error) {
	m, err := db.One(r, scanMatching, `SELECT `+matchingColumns+` FROM matching WHERE id = $1 AND call_id = $2`, matchingID, callID)
	if errors.Is(err, sql.ErrNoRows) {
		return m, problem.NotFound("promise")
	}
	if err != nil {
		return m, fmt.Errorf("read a promise: %w", err)
	}
	return m, nil
}

// MatchingOf is a promise for a fundraiser, for those who keep its books. NotFound.
func (s *Service) MatchingOf(ctx context.Context, v account.Viewer, callID, matchingID id.ID) (m Matching, err error) {
	err = s.keep(ctx, v, callID, false, func(tx *db.Tx, _ *call.Call) error {
		row, err := matchingIn(tx, callID, matchingID)
		m = row.Matching
		return err
	})
	return m, err
}

// Matchings are the promises for a fundraiser: those that stand, and to organisers
// and the beneficiary also those that wait; to who made one their own.
func (s *Service) Matchings(ctx context.Context, v account.Viewer, c *call.Call) ([]Matching, error) {
	r := s.d.Read(ctx)
	role, err := s.RoleOf(ctx, v, c)
	if err != nil {
		return nil, err
	}
	rows, err := db.All(r, scanMatching, `SELECT `+matchingColumns+` FROM matching WHERE call_id = $1 AND state IN ('offered', 'stands') ORDER BY id LIMIT $2`,
		c.ID, matchingsMost)
	if err != nil {
		return nil, fmt.Errorf("list promises: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	shown := make([]Matching, 0, len(rows))
	for _, m := range rows {
		if m.State == MatchingStands || role.Organiser || role.Beneficiary || v.Is(m.AccountID) {
			others := int64(0)
			if m.State == MatchingStands && !m.final.Valid {
				if others, err = othersIn(r, m); err != nil {
					return nil, err
				}
			}
			m.Due = m.due(others)
			shown = append(shown, m.Matching)
		}
	}
	return shown, nil
}

// endBatch is how many promises end in one transaction.
const endBatch = 100

// EndMatchings fixes what promises come to whose day has come: a sweep.
func (s *Service) EndMatchings(ctx context.Context, now time.Time) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		due, err := db.All(tx, scanMatching, `SELECT `+matchingColumns+` FROM matching WHERE state = 'stands' AND final IS NULL AND until_at <= $1
			ORDER BY until_at LIMIT $2`, db.Millis(now), endBatch)
		if err != nil {
			return false, fmt.Errorf("find promises that end: %w", err)
		}
		for _, m := range due {
			confirmed, err := othersIn(tx, m)
			if err != nil {
				return false, err
			}
			if _, err := tx.Exec(`UPDATE matching SET final = $1 WHERE id = $2 AND final IS NULL`, confirmed, m.ID); err != nil {
				return false, fmt.Errorf("end a promise: %w", err)
			}
		}
		return len(due) == endBatch, nil
	})
}
