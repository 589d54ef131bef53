package act

import (
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// How it is known that somebody was there; pages translate these.
var (
	ByCode = lang.Mark("Checked in with the code at the place.")
	ByList = lang.Mark("Checked in at the place by a coordinator.")
	ByHand = lang.Mark("The hours were signed off by a coordinator.")
)

// Attendance is an act that comes of being there: of an event or a volunteering.
type Attendance struct {
	CallID     id.ID
	Doer       *account.Account
	Quantity   int64 // people, or minutes
	Visibility Visibility
}

// AttendIn writes the act of somebody who was there, told by them, in a larger
// transaction. Unlike Do it takes a call that was closed before its date came.
// NotFound for a draft, Conflict for a cancelled call, Forbidden for whom
// organisers removed.
func (s *Service) AttendIn(tx *db.Tx, at Attendance, now time.Time) (*Act, error) {
	if err := call.SettleIn(tx, at.CallID); err != nil {
		return nil, err
	}
	c, err := call.GetIn(tx, at.CallID)
	if err != nil {
		return nil, err
	}
	if err := c.Takes(); err != nil && c.State != call.StateClosed {
		return nil, err
	}
	if err := mayTakePart(tx, at.Doer.ID, c.MovementID); err != nil {
		return nil, err
	}
	d := Draft{CallID: c.ID, Quantity: &at.Quantity, Visibility: at.Visibility}
	if err := d.clean(now); err != nil {
		return nil, err
	}
	rs := rules{call: c, movement: c.MovementID, kind: c.Kind, unit: c.Unit, visibility: c.Visibility}
	return s.write(tx, account.System("an act in a larger transaction"), s.ids.New(), doer{account: at.Doer}, d, rs, now)
}

// ConfirmIn is Confirm in a larger transaction: by is the account whose word it
// is, 0 for the system. The caller has asked whether it may; nobody confirms
// their own act (Forbidden). Conflict for one that was withdrawn.
func (s *Service) ConfirmIn(tx *db.Tx, actID, by id.ID, how string, at time.Time) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	switch {
	case a.DoneBy(by):
		return errOwn()
	case a.Withheld:
		return errWithheld()
	case a.Proof == Confirmed:
		return nil
	}
	_, err = s.confirm(tx, a, by, how, at)
	return err
}

// UnconfirmIn takes a confirmation back in a larger transaction: what witnesses
// say remains. The caller has asked whether it may.
func (s *Service) UnconfirmIn(tx *db.Tx, actID, by id.ID, at time.Time) error {
	a, err := lock(tx, actID)
	if err != nil || a.Proof != Confirmed {
		return err
	}
	_, err = s.unconfirm(tx, a, by, at)
	return err
}

// CorrectIn has the doer say another quantity in a larger transaction. A
// confirmation was of the old one, and ends.
func (s *Service) CorrectIn(tx *db.Tx, actID id.ID, to int64, at time.Time) error {
	was, err := lock(tx, actID)
	if err != nil || was.Quantity == to {
		return err
	}
	if was.Proof == Confirmed {
		if was, err = s.unconfirm(tx, was, 0, at); err != nil {
			return err
		}
	}
	if to, err = quantity(was.Kind, &to); err != nil {
		return err
	}
	is, err := db.One(tx, scan, `UPDATE act SET quantity = $1, edited_at = $2 WHERE id = $3 RETURNING `+columns,
		to, db.Millis(at), actID)
	if err != nil {
		return fmt.Errorf("correct act %s: %w", actID, err)
	}
	if err := moved(tx, was.entry(), is.entry()); err != nil {
		return err
	}
	return s.changed(tx, is)
}

// WithdrawIn takes back in a larger transaction an act that AttendIn wrote by
// mistake. The caller has asked whether it may.
func (s *Service) WithdrawIn(tx *db.Tx, actID id.ID, at time.Time) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	return s.withdraw(tx, a, at)
}

func errOwn() error { return problem.Forbidden("Nobody confirms their own act.") }

func errWithheld() error { return problem.Conflict("", "The doer's account is suspended.") }
