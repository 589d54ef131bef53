package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/post"
)

const (
	stepEvery = 24 * time.Hour // a step by direct post comes at most this often
	askEvery  = time.Hour      // and is looked for at most this often
	askedMost = 50_000         // accounts remembered to have been looked for, in each of two halves
)

// OfferStep offers the viewer, who liked p in an app that shows no offers, one
// next step that fits (call.FindStep): a direct post from the movement's
// account, once a day at most, and each call once. Only the day is kept, so that
// the next can wait for another.
func (s *Service) OfferStep(ctx context.Context, v account.Viewer, p *post.Post) error {
	if !v.SignedIn() || !v.Account().NextSteps || !s.asked.first(v.ID(), s.now()) {
		return nil
	}
	step, err := s.Calls.FindStep(ctx, v, p)
	if err != nil || step == nil {
		return err
	}
	_, err = s.Calls.Offer(ctx, v, step, func(tx *db.Tx) (bool, error) {
		now := s.now()
		due, err := stepDue(tx, v.ID(), now)
		if err != nil || !due {
			return false, err
		}
		n := told{kind: Step, to: v.ID(), from: step.Movement.ID, subject: step.Call.ID, at: now}
		return s.say(tx, step.Movement.ID, n, func(printer *lang.Printer, _ string) string {
			return s.stepWords(printer, step, p.ID)
		})
	})
	if err != nil {
		return fmt.Errorf("offer a step after a like: %w", err)
	}
	return nil
}

// stepDue takes the account's turn of the day, and is false when it was taken.
func stepDue(tx *db.Tx, accountID id.ID, now time.Time) (bool, error) {
	res, err := tx.Exec(`INSERT INTO step_day (account_id, at) VALUES ($1, $2)
		ON CONFLICT (account_id) DO UPDATE SET at = excluded.at WHERE step_day.at <= $3`,
		accountID, db.Millis(now), db.Millis(now.Add(-stepEvery)))
	if err != nil {
		return false, fmt.Errorf("take the day's turn for a step: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// stepWords say what the step is, why it fits, and how not to be asked again.
func (s *Service) stepWords(p *lang.Printer, step *call.Step, liked id.ID) string {
	args := slices.Clone(step.Why.Args)
	for i, arg := range args {
		if cause, ok := arg.(account.Cause); ok {
			args[i] = p.T(cause.Name)
		}
	}
	return strings.Join([]string{
		p.T("You liked a post. A next step, if you wish: %s.", step.Call.Title) + " " + p.T(step.Why.Format, args...),
		s.base + "/calls/" + step.Call.ID.String() + "?via=post-" + liked.String(),
		p.T("Only you see this, once a day at most. You can switch it off in your settings."),
	}, "\n\n")
}

// asked remembers for an hour or two for whom a step was looked for, so that a
// like costs no queries beyond the first.
type asked struct {
	mu        sync.Mutex
	since     time.Time
	now, then map[id.ID]struct{}
}

// first says whether the account was not looked for lately, and notes it.
func (a *asked) first(account id.ID, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now == nil || now.Sub(a.since) >= askEvery || len(a.now) >= askedMost {
		a.now, a.then, a.since = map[id.ID]struct{}{}, a.now, now
	}
	for _, half := range []map[id.ID]struct{}{a.now, a.then} {
		if _, ok := half[account]; ok {
			return false
		}
	}
	a.now[account] = struct{}{}
	return true
}

// offerAct offers to make an act of an answer to a nomination that came with
// pictures. It stays a post: what was done is for its doer to say.
func (s *Service) offerAct(tx *db.Tx, e post.Created) error {
	if e.Media == 0 || e.ReplyTo == 0 || s.past(e.At) {
		return nil
	}
	about, err := post.MetaIn(tx, e.ReplyTo)
	if err != nil || (about.Kind != string(Nomination) && about.Kind != string(Reminder)) {
		return err
	}
	_, err = s.say(tx, e.ReplyToAccount, told{kind: ActOffered, to: e.AccountID, from: e.ReplyToAccount, subject: e.PostID, at: e.At},
		func(p *lang.Printer, _ string) string {
			return p.T("Thank you for showing it. Was this you taking the challenge? If you wish, make it an act, and pass the turn on:") +
				" " + s.base + "/nominations/" + about.Subject.String() + "/act?of=" + e.PostID.String()
		})
	return err
}
