package safety

import (
	"context"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Order is what a moderator decides about an account.
type Order struct {
	Action   Action // one that is Chosen
	ReportID id.ID  // the report that it answers, which is done then; 0 for none
	Reason   string // told to the account
	NoMail   bool   // the account reads it here alone
}

// Decide decides about an account, records it and tells the account. With a
// report, that report is done; beyond a word, all that are open about the
// account are. What holds already is not decided again.
//
// Moderators decide about those without a role, administrators about all:
// problem.Forbidden to others. problem.NotFound when there is no such account or
// report, problem.Invalid for a field that is wrong.
func (s *Service) Decide(ctx context.Context, v account.Viewer, target id.ID, o Order) error {
	reason, err := text.Block("text", o.Reason, MaxReason)
	if err != nil {
		return err
	}
	if o.Reason = reason; !o.Action.Chosen() {
		return problem.Invalid("type", "An action is none, sensitive, disable, silence or suspend.")
	}
	if o.Action == Warn && o.Reason == "" && o.ReportID == 0 {
		return problem.Invalid("text", "Write what you would like to say.")
	}
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error { return s.decideIn(tx, v, a, o) })
}

// about runs f on an account that the viewer may decide about.
func (s *Service) about(ctx context.Context, v account.Viewer, target id.ID, f func(tx *db.Tx, a *account.Account) error) error {
	if err := moderates(v); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		a, err := account.GetIn(tx, target)
		if err != nil {
			return err
		}
		if a.State == account.StateDeleted {
			return problem.NotFound("account")
		}
		if err := account.MayModerate(v, a); err != nil {
			return err
		}
		if v.Is(a.ID) {
			return problem.Forbidden("You cannot decide about yourself.")
		}
		return f(tx, a)
	})
}

func (s *Service) decideIn(tx *db.Tx, v account.Viewer, a *account.Account, o Order) error {
	d := Decision{TargetID: a.ID, Action: o.Action, ReportID: o.ReportID, Reason: o.Reason, Told: a.Local()}
	if o.ReportID != 0 {
		all, err := s.reportsIn(tx, []id.ID{o.ReportID})
		if err != nil {
			return err
		}
		r := all[o.ReportID]
		if r == nil || r.TargetID != a.ID {
			return problem.NotFound("report")
		}
		d.PostIDs, d.RuleIDs = r.PostIDs, r.RuleIDs
	}
	changed, err := s.apply(tx, a, o.Action)
	if err != nil {
		return err
	}
	if err := s.settle(tx, v, a.ID, o); err != nil || !changed {
		return err
	}
	i, err := s.record(tx, v, d)
	if err != nil || !d.Told {
		return err
	}
	if !o.NoMail && s.mailer.Delivers() {
		if err := s.jobs.Enqueue(tx, mailArgs{i}); err != nil {
			return err
		}
	}
	return event.Emit(s.hub, tx, Decided{DecisionID: i, AccountID: a.ID, Action: o.Action, At: s.now()})
}

// settle closes the reports that a decision answers.
func (s *Service) settle(tx *db.Tx, v account.Viewer, target id.ID, o Order) error {
	now := db.Millis(s.now())
	which, i := `id = $4`, o.ReportID
	if o.Action != Warn {
		which, i = `target_id = $4`, target
	}
	_, err := tx.Exec(`UPDATE report SET done_by = $1, done_at = $2, changed_at = $3 WHERE done_at IS NULL AND `+which, v.ID(), now, now, int64(i))
	if err != nil {
		return fmt.Errorf("settle reports: %w", err)
	}
	return nil
}

// apply does what an action says, and answers false where it was so already;
// problem.Invalid where it cannot be. Of many callers at once it answers true to
// one.
func (s *Service) apply(tx *db.Tx, a *account.Account, action Action) (changed bool, err error) {
	now := s.now()
	curb := func(c account.Curb, on bool) (bool, error) { return s.Accounts.CurbIn(tx, a.ID, c, on, now) }
	switch action {
	case Warn:
		return true, nil
	case Sensitive, Unsensitive:
		return curb(account.CurbSensitive, action == Sensitive)
	case Limit, Unlimit:
		return curb(account.CurbLimited, action == Limit)
	case Enable:
		return curb(account.CurbDisabled, false)
	case Disable:
		if !a.Local() {
			return false, problem.Invalid("type", "Nobody signs in here as this account.")
		}
		if changed, err = curb(account.CurbDisabled, true); err != nil || !changed {
			return changed, err
		}
		return true, s.Auth.EndSessionsIn(tx, a.ID)
	case Suspend:
		if (&Person{Account: a}).Waits() {
			return false, problem.Invalid("type", "This account was never let in, so there is nothing to suspend.")
		}
		if changed, err = s.Accounts.MoveIn(tx, a.ID, account.StateActive, account.StateSuspended, now); err != nil || !changed {
			return changed, err
		}
		return true, errors.Join(s.Auth.EndSessionsIn(tx, a.ID), s.barMailOf(tx, a.ID))
	case Unsuspend:
		if changed, err = s.Accounts.MoveIn(tx, a.ID, account.StateSuspended, account.StateActive, now); err != nil || !changed {
			return changed, err
		}
		_, err = tx.Exec(`DELETE FROM mail_block WHERE account_id = $1`, a.ID)
		return true, err
	}
	return false, fmt.Errorf("no way to apply %q", action)
}

// Undo takes a decision back, with one of the actions that Undoes names, and
// records it. The account reads of it among its decisions. Without anything to
// take back it does nothing.
func (s *Service) Undo(ctx context.Context, v account.Viewer, target id.ID, action Action) error {
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error { return s.undoIn(tx, v, a, action) })
}

func (s *Service) undoIn(tx *db.Tx, v account.Viewer, a *account.Account, action Action) error {
	changed, err := s.apply(tx, a, action)
	if err != nil || !changed {
		return err
	}
	_, err = s.record(tx, v, Decision{TargetID: a.ID, Action: action, Told: a.Local()})
	return err
}

// Approve lets somebody in who waits; problem.NotFound when they do not.
func (s *Service) Approve(ctx context.Context, v account.Viewer, target id.ID) error {
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error {
		if err := s.Auth.ApproveIn(tx, a.ID); err != nil {
			return err
		}
		_, err := s.record(tx, v, Decision{TargetID: a.ID, Action: Approve})
		return err
	})
}

// Reject turns somebody down who waits, erases what they sent and frees the
// name; problem.NotFound when they do not wait.
func (s *Service) Reject(ctx context.Context, v account.Viewer, target id.ID) error {
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error {
		if err := s.Auth.RejectIn(tx, a.ID); err != nil {
			return err
		}
		_, err := s.record(tx, v, Decision{TargetID: a.ID, Action: Reject})
		return err
	})
}

// Delete deletes a suspended account for good, as if it had left by itself.
// problem.Forbidden while it is not suspended.
func (s *Service) Delete(ctx context.Context, v account.Viewer, target id.ID) error {
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error {
		held, err := s.Accounts.MoveIn(tx, a.ID, account.StateSuspended, account.StateSuspended, s.now()) // nobody restores it meanwhile
		if err != nil {
			return err
		}
		if !held {
			return problem.Forbidden("Suspend the account first.")
		}
		if err := s.Accounts.DeleteIn(tx, a.ID, s.now()); err != nil {
			return err
		}
		_, err = s.record(tx, v, Decision{TargetID: a.ID, Action: Delete})
		return err
	})
}
