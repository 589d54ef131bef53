package act

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// behindSQL is whose act a veiled one is. Acts of outside people who have no
// account here, and all others, have nobody behind them.
const behindSQL = `CASE WHEN act.outside THEN (SELECT veiled.account_id FROM veiled WHERE veiled.act_id = act.id) END`

// veil puts an outside person in the doer's place: all doors show the act as
// theirs, because nothing in its row says whose it is. One account's gifts for one
// call under one name are one person's.
func veil(tx *db.Tx, ids *id.Source, a *Act, d Draft, at time.Time) error {
	switch {
	case !d.Veiled && a.DoerID == 0:
		return fmt.Errorf("act %s has no doer", a.ID)
	case !d.Veiled:
		return nil
	case a.Kind != call.Fundraiser:
		return problem.Invalid("shown", "Only a gift can be given under another name.")
	}
	outsider := ids.New()
	// No name that is imported begins with a space.
	key := " " + outsider.String()
	if a.DoerID != 0 {
		key = " " + a.CallID.String() + " " + a.DoerID.String() + " " + db.Fold(d.PenName)
	}
	var one id.ID
	err := tx.QueryRow(`INSERT INTO outsider (id, movement_id, name, folded, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (movement_id, folded) WHERE address_key IS NULL DO UPDATE SET name = excluded.name RETURNING id`,
		outsider, a.MovementID, d.PenName, key, db.Millis(at)).Scan(&one)
	if err != nil {
		return fmt.Errorf("give a donor another name: %w", err)
	}
	a.behind, a.DoerID, a.Outside = a.DoerID, one, true
	return nil
}

// keepVeiled remembers whose a veiled act is, once it has its row.
func keepVeiled(tx *db.Tx, a *Act) error {
	if a.behind == 0 {
		return nil
	}
	if _, err := tx.Exec("INSERT INTO veiled (act_id, account_id) VALUES ($1, $2)", a.ID, a.behind); err != nil {
		return fmt.Errorf("remember whose act %s is: %w", a.ID, err)
	}
	return nil
}

// DoerIn is the account that did an act, also behind another name; 0 for somebody
// without an account. Whoever asks may tell that account alone.
func DoerIn(r db.Reader, actID id.ID) (doer id.ID, err error) {
	err = r.QueryRow("SELECT COALESCE(CASE WHEN act.outside THEN "+behindSQL+" ELSE act.doer_id END, 0) FROM act WHERE act.id = $1", actID).Scan(&doer)
	if err != nil {
		return 0, fmt.Errorf("ask whose act %s is: %w", actID, err)
	}
	return doer, nil
}

// unveil forgets whose a withdrawn act was, and the name that no other act bears.
func unveil(tx *db.Tx, a *Act) error {
	if !a.Outside {
		return nil
	}
	if _, err := tx.Exec("DELETE FROM veiled WHERE act_id = $1", a.ID); err != nil {
		return fmt.Errorf("forget whose act %s was: %w", a.ID, err)
	}
	_, err := tx.Exec(`DELETE FROM outsider WHERE id = $1 AND folded LIKE ' %'
		AND NOT EXISTS (SELECT 1 FROM act WHERE act.doer_id = outsider.id AND act.outside AND act.state = 'live')`, a.DoerID)
	if err != nil {
		return fmt.Errorf("forget a donor's other name: %w", err)
	}
	return nil
}

// Settled is what a gift counts for, as payments and the beneficiary's books say.
type Settled struct {
	Quantity int64 // in the act's smallest unit
	Proof    Proof
	How      string // of a confirmation
	By       id.ID  // account; 0 for the system
}

// SettleIn brings a gift in line with what was really received: on a payment, a
// refund, a doubt. The caller has checked who asks. Of a withdrawn gift the amount
// follows: it stays in totals while it is confirmed. NotFound.
func (s *Service) SettleIn(tx *db.Tx, actID id.ID, to Settled, at time.Time) error {
	was, err := db.One(tx, scan, "UPDATE act SET version = version + 1 WHERE id = $1 AND state <> 'staging' RETURNING "+columns, actID)
	if errors.Is(err, sql.ErrNoRows) {
		return problem.NotFound("act")
	}
	if err != nil {
		return fmt.Errorf("hold act %s: %w", actID, err)
	}
	if was.State == StateWithdrawn {
		return settleWithdrawn(tx, was, to)
	}
	var by id.ID
	var confirmed sql.NullInt64
	switch {
	case to.Proof != Confirmed:
		to.How = ""
	case was.Proof == Confirmed:
		by, confirmed, to.How = was.ConfirmedBy, sql.NullInt64{Int64: db.Millis(was.ConfirmedAt), Valid: true}, was.ConfirmedHow
	default:
		by, confirmed = to.By, sql.NullInt64{Int64: db.Millis(at), Valid: true}
	}
	is, err := db.One(tx, scan, `UPDATE act SET quantity = $1, proof = $2, confirmed_by = $3, confirmed_at = $4, confirmed_how = $5
		WHERE id = $6 RETURNING `+columns, to.Quantity, int64(to.Proof), by, confirmed, to.How, actID)
	if err != nil {
		return fmt.Errorf("settle act %s: %w", actID, err)
	}
	if is.Quantity != was.Quantity || is.Proof != was.Proof {
		if err := moved(tx, was.entry(), is.entry()); err != nil {
			return err
		}
	}
	if is.Proof == was.Proof {
		return s.changed(tx, is)
	}
	return event.Emit(s.hub, tx, Proven{ActID: is.ID, DoerID: is.DoerID, MovementID: is.MovementID, CallID: is.CallID,
		Outside: is.Outside, Was: was.Proof, Is: is.Proof, By: to.By, Confirmation: was.Proof == Confirmed || is.Proof == Confirmed, At: at})
}

// settleWithdrawn brings what stays of a gift in line: nothing of one that is told.
func settleWithdrawn(tx *db.Tx, was *Act, to Settled) error {
	if to.Proof != Confirmed {
		to.Proof, to.Quantity = Told, 0
	}
	is, err := db.One(tx, scan, "UPDATE act SET quantity = $1, proof = $2 WHERE id = $3 RETURNING "+columns, to.Quantity, int64(to.Proof), was.ID)
	if err != nil {
		return fmt.Errorf("settle act %s: %w", was.ID, err)
	}
	var deltas []tally.Delta
	if was.Proof == Confirmed {
		deltas = was.entry().amounts(-1)
	}
	if is.Proof == Confirmed {
		deltas = append(deltas, is.entry().amounts(+1)...)
	}
	return tally.AddAll(tx, deltas...)
}

// HoldIn is GetIn with the act's row locked for the transaction, one change of it
// at a time.
func HoldIn(tx *db.Tx, actID id.ID) (*Act, error) { return lock(tx, actID) }

// GetIn is an act as that reader sees it, whoever asks; NotFound, and Gone once
// withdrawn.
func GetIn(r db.Reader, actID id.ID) (*Act, error) {
	a, err := load(r, actID)
	if err == nil && a.State == StateWithdrawn {
		return nil, problem.Gone("This act was withdrawn.")
	}
	return a, err
}
