package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// NominationState is where a nomination is, as its nominee knows it.
type NominationState string

// The states as stored. To the nominator a nomination looks as in GivenState.
const (
	NominationOpen      NominationState = "open"
	NominationAccepted  NominationState = "accepted"
	NominationDeclined  NominationState = "declined"
	NominationAnswered  NominationState = "answered"
	NominationExpired   NominationState = "expired"
	NominationWithdrawn NominationState = "withdrawn" // by the nominator
)

// Nomination asks somebody to take the challenge, as its nominee sees it. The
// nominator sees a Given.
type Nomination struct {
	ID          id.ID
	CallID      id.ID
	MovementID  id.ID
	ActID       id.ID // the nominator's
	NominatorID id.ID
	NomineeID   id.ID
	State       NominationState
	CreatedAt   time.Time
	Deadline    time.Time
	AcceptedAt  time.Time // zero if not
	AnswerID    id.ID     // the act that answered it
	AnsweredAt  time.Time
}

// GivenState is how a nomination looks to its nominator.
type GivenState string

// Until it is accepted, a nomination looks open whatever became of it; at the
// deadline, all that were not look alike.
const (
	GivenOpen      GivenState = "open"
	GivenAccepted  GivenState = "accepted"
	GivenAnswered  GivenState = "answered"
	GivenNotNow    GivenState = "not_this_time"
	GivenWithdrawn GivenState = "withdrawn"
)

// Given is a nomination as its nominator sees it. Declined, expired, blocked, on
// a break, taken and unwished are the same in each field at each moment.
type Given struct {
	ID         id.ID
	CallID     id.ID
	MovementID id.ID
	ActID      id.ID
	NomineeID  id.ID
	State      GivenState
	CreatedAt  time.Time
	Deadline   time.Time
	AnswerID   id.ID // the act that answered it
}

// given is the nominator's view at a moment.
func (n *Nomination) given(now time.Time) Given {
	g := Given{ID: n.ID, CallID: n.CallID, MovementID: n.MovementID, ActID: n.ActID, NomineeID: n.NomineeID,
		CreatedAt: n.CreatedAt, Deadline: n.Deadline}
	if n.State == NominationAnswered {
		g.State, g.AnswerID = GivenAnswered, n.AnswerID
		return g
	}
	g.State = GivenAs(n.State == NominationWithdrawn, !n.AcceptedAt.IsZero(), n.State == NominationDeclined, !now.Before(n.Deadline))
	return g
}

// GivenAs is how a turn passed on looks to who passed it on, by a nomination or an
// invitation, while it is not answered: at its deadline, when it is over, all that were
// not accepted look alike, and so does what was declined after it was.
func GivenAs(withdrawn, accepted, declined, over bool) GivenState {
	switch {
	case withdrawn:
		return GivenWithdrawn
	case accepted && !(over && declined):
		return GivenAccepted
	case over:
		return GivenNotNow
	}
	return GivenOpen
}

// Nominated is emitted to tell a nominee; hidden nominations emit nothing.
type Nominated struct {
	NominationID, ActID, CallID, MovementID id.ID
	NominatorID, NomineeID                  id.ID
	Deadline, At                            time.Time
}

// NominationReminder is emitted once, halfway to the deadline of one still open.
type NominationReminder Nominated

// NominationAcceptance tells the nominator, by name, that somebody accepted.
type NominationAcceptance Nominated

// NominationAnswer tells the nominator of the act that answered.
type NominationAnswer struct {
	NominationID, ActID, AnswerID, CallID, MovementID id.ID
	NominatorID, NomineeID                            id.ID
	InTime                                            bool
	At                                                time.Time
}

// NominationRefusal is for the nominee's own screens. Nobody else is told, then
// or later.
type NominationRefusal Nominated

// NominationWithdrawal takes a nomination back before it is answered.
type NominationWithdrawal Nominated

// NominationMissed tells the nominator "not this time" at the deadline, alike
// for whatever became of it.
type NominationMissed Nominated

const nominationColumns = `nomination.id, nomination.call_id, nomination.movement_id, nomination.act_id, nomination.nominator_id,
	nomination.nominee_id, nomination.state, nomination.created_at, nomination.deadline, nomination.accepted_at, nomination.answer_id, nomination.answered_at`

func scanNomination(row db.Row) (*Nomination, error) {
	var n Nomination
	var created, deadline int64
	var accepted, answered sql.NullInt64
	err := row.Scan(&n.ID, &n.CallID, &n.MovementID, &n.ActID, &n.NominatorID,
		&n.NomineeID, &n.State, &created, &deadline, &accepted, &n.AnswerID, &answered)
	if err != nil {
		return nil, err
	}
	n.CreatedAt, n.Deadline = db.Time(created), db.Time(deadline)
	if accepted.Valid {
		n.AcceptedAt = db.Time(accepted.Int64)
	}
	if answered.Valid {
		n.AnsweredAt = db.Time(answered.Int64)
	}
	return &n, nil
}

func (n *Nomination) told(at time.Time) Nominated {
	return Nominated{NominationID: n.ID, ActID: n.ActID, CallID: n.CallID, MovementID: n.MovementID,
		NominatorID: n.NominatorID, NomineeID: n.NomineeID, Deadline: n.Deadline, At: at}
}

// Mine lists the nominations of v, newest first.
func (s *Service) Mine(ctx context.Context, v account.Viewer, p db.Page) ([]*Nomination, error) {
	return s.nominations(ctx, "nominee_id = $1 AND NOT nomination.hidden AND nomination.state <> 'withdrawn'", v.ID(), p)
}

// ByMe lists what v nominated, newest first, as a nominator sees it.
func (s *Service) ByMe(ctx context.Context, v account.Viewer, p db.Page) ([]Given, error) {
	rows, err := s.nominations(ctx, "nominator_id = $1", v.ID(), p)
	if err != nil {
		return nil, err
	}
	given, now := make([]Given, len(rows)), s.now()
	for i, n := range rows {
		given[i] = n.given(now)
	}
	return given, nil
}

// Given is one nomination that v made. NotFound for others'.
func (s *Service) Given(ctx context.Context, v account.Viewer, nominationID id.ID) (Given, error) {
	n, err := s.nomination(ctx, nominationID, "nominator_id", v.ID())
	if err != nil {
		return Given{}, err
	}
	return n.given(s.now()), nil
}

// Nomination is one that v was given. NotFound for others'.
func (s *Service) Nomination(ctx context.Context, v account.Viewer, nominationID id.ID) (*Nomination, error) {
	return s.nomination(ctx, nominationID, "NOT hidden AND state <> 'withdrawn' AND nominee_id", v.ID())
}

// NominationIn is Nomination inside a transaction.
func (s *Service) NominationIn(tx *db.Tx, v account.Viewer, nominationID id.ID) (*Nomination, error) {
	return nominationOf(tx, nominationID, "NOT hidden AND state <> 'withdrawn' AND nominee_id", v.ID())
}

func (s *Service) nomination(ctx context.Context, nominationID id.ID, whose string, account id.ID) (*Nomination, error) {
	return nominationOf(s.d.Read(ctx), nominationID, whose, account)
}

func nominationOf(r db.Reader, nominationID id.ID, whose string, account id.ID) (*Nomination, error) {
	n, err := db.One(r, scanNomination, "SELECT "+nominationColumns+" FROM nomination WHERE id = $1 AND "+whose+" = $2", nominationID, account)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("nomination")
	}
	if err != nil {
		return nil, fmt.Errorf("read nomination %s: %w", nominationID, err)
	}
	return n, nil
}

func (s *Service) nominations(ctx context.Context, cond string, account id.ID, p db.Page) ([]*Nomination, error) {
	page, args, tail := p.SQL("nomination.id", 2)
	rows, err := db.All(s.d.Read(ctx), scanNomination, "SELECT "+nominationColumns+" FROM nomination WHERE "+cond+" AND "+page+tail,
		append([]any{account}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list nominations: %w", err)
	}
	return db.Newest(p, rows), nil
}

// answeredFew is how many nominations it takes before their proportion is told.
const answeredFew = 10

// AnsweredInTime is the proportion of a movement's nominations that were
// answered by their deadline, among those whose deadline is over; nil under ten.
// Open ones are left out even where they are answered: the quick would be counted
// before the slow.
func (s *Service) AnsweredInTime(ctx context.Context, movementID id.ID) (*float64, error) {
	var all, inTime int64
	err := s.d.Read(ctx).QueryRow(`SELECT COUNT(*), COUNT(*) FILTER (WHERE answered_at <= deadline) FROM nomination
		WHERE movement_id = $1 AND state <> 'withdrawn' AND deadline <= $2`,
		movementID, db.Millis(s.now())).Scan(&all, &inTime)
	if err != nil {
		return nil, fmt.Errorf("count the answered nominations of %s: %w", movementID, err)
	}
	if all < answeredFew {
		return nil, nil
	}
	p := float64(inTime) / float64(all)
	return &p, nil
}
