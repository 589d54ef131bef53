package call

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/tally"
)

// stepCandidates is how many open calls NextStep weighs.
const stepCandidates = 50

// A step that was offered is not offered again for a while.
const (
	offerSpan = 24 * time.Hour
	offerMost = 100_000 // remembered at once, some 5 MB
)

type offer struct{ account, call id.ID }

// The counters on a movement of what NextStep did. They are all that is kept, so
// there are no rows to recount them from: see docs/decisions/0001-the-house.md.
const (
	TallyStepsOffered = "steps_offered"
	TallyStepsTaken   = "steps_taken"
)

// Step is one call offered to one person after a like, in private.
type Step struct {
	Call     *Call
	Movement *movement.Movement
	Why      Why
}

// Why is the one sentence that says why this call: Format is English and the key
// for translation, Args are its arguments; an account.Cause among them has a name
// to translate too.
type Why struct {
	Format string
	Args   []any
}

// String is the sentence in English.
func (w Why) String() string { return fmt.Sprintf(w.Format, w.Args...) }

// NextStep finds a step for the viewer, who liked p, and offers it.
func (s *Service) NextStep(ctx context.Context, v account.Viewer, p *post.Post) (*Step, error) {
	step, err := s.FindStep(ctx, v, p)
	if err != nil || step == nil {
		return nil, err
	}
	offered, err := s.Offer(ctx, v, step, func(*db.Tx) (bool, error) { return true, nil })
	if err != nil || !offered {
		return nil, err
	}
	return step, nil
}

// FindStep is a call that fits the viewer after they liked p: an open one of the
// post's movements, or where there are none, of movements about what they care
// for; one that they did not answer yet and that was not offered to them within a
// day. Small ones come first. Nil when there is none, or they switched it off.
// It is offered to them by Offer.
func (s *Service) FindStep(ctx context.Context, v account.Viewer, p *post.Post) (*Step, error) {
	if !v.SignedIn() || !v.Account().NextSteps || v.Account().Kind != account.KindPerson {
		return nil, nil
	}
	interests, err := s.accounts.Interests(ctx, v)
	if err != nil {
		return nil, err
	}
	movements, ofPost, err := s.stepMovements(ctx, v, p, interests)
	if err != nil || len(movements) == 0 {
		return nil, err
	}
	calls, err := s.stepCalls(ctx, v.ID(), movements)
	if err != nil {
		return nil, err
	}
	var best *Step
	most := 0
	for _, c := range calls {
		m := movements[c.MovementID]
		score, why := Fit(c, m, interests, ofPost, s.now())
		if score > most {
			best, most = &Step{Call: c, Movement: m, Why: why}, score
		}
	}
	return best, nil
}

// Offer counts a step as offered to the viewer, in the transaction in which tell
// says whether they were told of it. False when they were not, or it was offered
// within a day. Nothing is kept of who was offered what: only totals by movement.
func (s *Service) Offer(ctx context.Context, v account.Viewer, step *Step, tell func(tx *db.Tx) (bool, error)) (offered bool, err error) {
	if !s.offers.Add(offer{v.ID(), step.Call.ID}, s.now()) {
		return false, nil
	}
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		if offered, err = tell(tx); err != nil || !offered {
			return err
		}
		return tally.Add(tx, step.Movement.ID, TallyStepsOffered, 1)
	})
	if err != nil || !offered {
		s.offers.Drop(offer{v.ID(), step.Call.ID})
		return false, err
	}
	return true, nil
}

// stepMovements are where to look for a step, and whether they are the post's.
func (s *Service) stepMovements(ctx context.Context, v account.Viewer, p *post.Post, in account.Interests) (
	found map[id.ID]*movement.Movement, ofPost bool, err error) {
	ids, err := s.movements.OfPost(ctx, p)
	if err != nil {
		return nil, false, err
	}
	if found, err = s.movements.Many(ctx, v, ids); err != nil || len(found) > 0 || len(in.Causes) == 0 {
		return found, true, err
	}
	about, err := s.movements.ByCauses(ctx, v, in.Causes)
	if err != nil {
		return nil, false, err
	}
	for _, m := range about {
		found[m.ID] = m
	}
	return found, false, nil
}

// stepCalls are the newest open calls of the movements that the account neither
// answered nor was offered today.
func (s *Service) stepCalls(ctx context.Context, accountID id.ID, movements map[id.ID]*movement.Movement) ([]*Call, error) {
	ids := make([]id.ID, 0, len(movements))
	for i := range movements {
		ids = append(ids, i)
	}
	slices.Sort(ids)
	in, args := db.In(1, ids)
	calls, err := db.All(s.d.Read(ctx), scanCall, fmt.Sprintf(`SELECT `+columns+` FROM call WHERE movement_id IN %s
		AND state = 'open' ORDER BY id DESC LIMIT %d`, in, stepCandidates), args...)
	if err != nil {
		return nil, fmt.Errorf("read calls for a next step: %w", err)
	}
	now := s.now()
	calls = slices.DeleteFunc(calls, func(c *Call) bool { return s.offers.Has(offer{accountID, c.ID}, now) })
	if s.did == nil || len(calls) == 0 {
		return calls, nil
	}
	callIDs := make([]id.ID, len(calls))
	for i, c := range calls {
		callIDs[i] = c.ID
	}
	did, err := s.did(ctx, accountID, callIDs)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(calls, func(c *Call) bool { return did[c.ID] }), nil
}

// TookIn counts a step as taken when the account was offered that call within a
// day. Package act calls it in the transaction of an act for the call.
func (s *Service) TookIn(tx *db.Tx, accountID id.ID, c *Call) error {
	if !s.offers.Has(offer{accountID, c.ID}, s.now()) {
		return nil
	}
	tx.AfterCommit(func() { s.offers.Drop(offer{accountID, c.ID}) })
	return tally.Add(tx, c.MovementID, TallyStepsTaken, 1)
}

// Steps are how many next steps were offered and taken in a movement.
type Steps struct{ Offered, Taken int64 }

// Steps are a movement's numbers of next steps.
func (s *Service) Steps(ctx context.Context, movementID id.ID) (Steps, error) {
	counts, err := tally.Of(s.d.Read(ctx), []id.ID{movementID}, TallyStepsOffered, TallyStepsTaken)
	n := counts[movementID]
	return Steps{Offered: n[TallyStepsOffered], Taken: n[TallyStepsTaken]}, err
}

// Fit says how well a call suits a person, and the strongest reason; 0 is not at
// all. The weights, of which the greatest reason speaks:
//
//	40  the liked post belongs to its movement
//	25  they share a cause; 35 for more than one
//	20  it happens in their town
//	10  online or with others, as they like it
//	20  less one for each 15 minutes it takes: small first
//	 5  it closes within three days
//
// What takes more time than they have, is elsewhere or not of the way they chose,
// or is over, does not suit.
func Fit(c *Call, m *movement.Movement, in account.Interests, ofPost bool, now time.Time) (score int, why Why) {
	minutes := c.Minutes
	if minutes == 0 {
		minutes = c.Kind.minutes()
	}
	inTown := in.Town != "" && db.Fold(in.Town) == db.Fold(townOf(c, m))
	switch {
	case in.Minutes > 0 && minutes > int64(in.Minutes),
		!c.EndsAt.IsZero() && !c.EndsAt.After(now),
		!c.ClosesAt.IsZero() && !c.ClosesAt.After(now),
		in.Mode == account.Online && !c.Online && c.Place != "",
		in.Mode == account.Together && c.Online,
		in.Town != "" && c.Place != "" && !c.Online && !inTown:
		return 0, Why{}
	}
	strongest := 0
	reason := func(weight int, format string, args ...any) {
		score += weight
		if weight > strongest {
			strongest, why = weight, Why{Format: format, Args: args}
		}
	}
	reason(max(1, 20-int(minutes/15)), "It takes about %d minutes.", minutes)
	if !c.ClosesAt.IsZero() && c.ClosesAt.Sub(now) < 3*24*time.Hour {
		reason(5, "It closes soon.")
	}
	if in.Mode == account.Online && c.Online {
		reason(10, "It happens online, as you like it.")
	}
	if in.Mode == account.Together && !c.Online {
		reason(10, "It is done with others, as you like it.")
	}
	if inTown {
		reason(20, "It happens in %s.", in.Town)
	}
	shared := slices.DeleteFunc(slices.Clone(in.Causes), func(cause string) bool { return !slices.Contains(m.Causes, cause) })
	if len(shared) > 0 {
		cause, _ := account.CauseBySlug(shared[0])
		reason(min(35, 15+10*len(shared)), "You said that this matters to you: %s.", cause)
	}
	if ofPost {
		reason(40, "It is what the post you liked is about.")
	}
	return score, why
}

// townOf is where a call happens: its place, else where its movement is.
func townOf(c *Call, m *movement.Movement) string {
	if c.Place != "" {
		return c.Place
	}
	return m.Town
}
