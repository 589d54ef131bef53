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
	InspiredBy Source    // as the doer said when they said that they come
	EndsAt     time.Time // of the date: it was done by then
}

// MayNameIn says whether v may say of an act that they are about to do there that
// this moved them, beyond what MayName asked before the transaction. Invalid if
// not.
func (s *Service) MayNameIn(tx *db.Tx, v account.Viewer, movementID id.ID, src Source, now time.Time) error {
	_, err := resolve(tx, v, &Act{DoerID: v.ID(), MovementID: movementID, DoneAt: now}, src)
	return err
}

// AttendIn writes the act of somebody who was there, told by them, in a larger
// transaction. Unlike Do it takes a call that was closed before its date came.
// NotFound for a draft, Conflict for a cancelled call, Forbidden for whom
// organisers removed. What moved the doer, and was taken away since, is left out.
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
	if err := MayTakePart(tx, at.Doer.ID, c.MovementID); err != nil {
		return nil, err
	}
	done := now
	if !at.EndsAt.IsZero() && at.EndsAt.Before(now) {
		done = at.EndsAt
	}
	v := account.As(at.Doer)
	if err := s.MayNameIn(tx, v, c.MovementID, at.InspiredBy, done); problem.Is(err, problem.KindInvalid) {
		at.InspiredBy = Source{}
	} else if err != nil {
		return nil, err
	}
	d := Draft{CallID: c.ID, Quantity: &at.Quantity, Visibility: at.Visibility, InspiredBy: at.InspiredBy, DoneAt: done}
	if err := d.clean(now); err != nil {
		return nil, err
	}
	rs := rules{call: c, movement: c.MovementID, kind: c.Kind, unit: c.Unit, visibility: c.Visibility}
	return s.write(tx, v, s.ids.New(), doer{account: at.Doer}, d, rs, now)
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
// confirmation was of the old one, and ends. It answers the act as it is then.
func (s *Service) CorrectIn(tx *db.Tx, actID id.ID, to int64, at time.Time) (*Act, error) {
	return s.correct(tx, actID, to, false, at)
}

// LessenIn is CorrectIn where what was confirmed is more than what the doer says,
// by the caller's rule: then the confirmation holds for that, too.
func (s *Service) LessenIn(tx *db.Tx, actID id.ID, to int64, at time.Time) (*Act, error) {
	return s.correct(tx, actID, to, true, at)
}

func (s *Service) correct(tx *db.Tx, actID id.ID, to int64, holds bool, at time.Time) (*Act, error) {
	was, err := lock(tx, actID)
	if err != nil || was.Quantity == to {
		return was, err
	}
	if was.Proof == Confirmed && !(holds && to < was.Quantity) {
		if was, err = s.unconfirm(tx, was, 0, at); err != nil {
			return nil, err
		}
	}
	if to, err = quantity(was.Kind, &to); err != nil {
		return nil, err
	}
	is, err := db.One(tx, scan, `UPDATE act SET quantity = $1, edited_at = $2 WHERE id = $3 RETURNING `+columns,
		to, db.Millis(at), actID)
	if err != nil {
		return nil, fmt.Errorf("correct act %s: %w", actID, err)
	}
	if err := moved(tx, was.entry(), is.entry()); err != nil {
		return nil, err
	}
	return is, s.changed(tx, is)
}

// RetractIn takes back in a larger transaction an act that AttendIn wrote by
// mistake: the whole of it, or, once the doer told more of it or others joined in,
// its confirmation alone. The caller has asked whether it may.
func (s *Service) RetractIn(tx *db.Tx, actID, by id.ID, at time.Time) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	var grown bool
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM witness WHERE act_id = $1) OR EXISTS (SELECT 1 FROM nomination WHERE act_id = $2)
		OR EXISTS (SELECT 1 FROM media WHERE owner_kind = 'act' AND owner_id = $3) OR EXISTS (SELECT 1 FROM act_link WHERE act_id = $4)
		OR EXISTS (SELECT 1 FROM act WHERE parent_id = $5)`, a.ID, a.ID, a.ID, a.ID, a.ID).Scan(&grown)
	switch {
	case err != nil:
		return fmt.Errorf("look what hangs on act %s: %w", actID, err)
	case !grown && a.Story == "" && a.PostID == 0:
		return s.withdraw(tx, a, at)
	case a.Proof == Confirmed:
		_, err = s.unconfirm(tx, a, by, at)
	}
	return err
}

func errOwn() error { return problem.Forbidden("Nobody confirms their own act.") }

func errWithheld() error { return problem.Conflict("", "The doer's account is suspended.") }
