package call

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// CoOrganisersMost is how many a call has, invited ones among them.
const CoOrganisersMost = 20

// CoOrganiser is an account that may do for one call what its movement's
// organisers may, and for nothing else of the movement.
type CoOrganiser struct {
	AccountID id.ID
	Stands    bool // it accepted; else it is invited
	InvitedBy id.ID
	CreatedAt time.Time
}

// OrganisesIn is the rule for who may change a call and what belongs to it, its
// acts among them: who organises its movement, and its co-organisers.
func OrganisesIn(r db.Reader, v account.Viewer, c *Call) (bool, error) {
	ok, err := movement.OrganisesIn(r, v, c.MovementID)
	if err != nil || ok || !v.SignedIn() {
		return ok, err
	}
	state, err := organiserState(r, c.ID, v.ID())
	return state == stands, err
}

// OrganisesSQL is OrganisesIn as a condition for an account: on the columns that
// hold a call's id, which may be NULL, and its movement's. account gives the
// placeholder of the next argument, which is the account's id.
func OrganisesSQL(callID, movementID string, account func() string) string {
	return `(EXISTS (SELECT 1 FROM member WHERE member.movement_id = ` + movementID + ` AND member.role = 'organiser' AND member.account_id = ` + account() + `)
		OR EXISTS (SELECT 1 FROM call_organiser WHERE call_organiser.call_id = ` + callID + ` AND call_organiser.state = 'stands' AND call_organiser.account_id = ` + account() + `))`
}

// Organises is OrganisesIn now.
func (s *Service) Organises(ctx context.Context, v account.Viewer, c *Call) (bool, error) {
	return OrganisesIn(s.d.Read(ctx), v, c)
}

// MustOrganise is nil for who may change the call; else it says why not.
func MustOrganise(r db.Reader, v account.Viewer, c *Call) error {
	ok, err := OrganisesIn(r, v, c)
	switch {
	case err != nil || ok:
		return err
	case !v.SignedIn():
		return signIn()
	}
	return problem.Forbidden("Only those who organise this call can do this.")
}

func signIn() error { return problem.Unauthorized("Sign in first.") }

// The states of a row of call_organiser.
const (
	invited = "invited"
	stands  = "stands"
)

func organiserState(r db.Reader, callID, accountID id.ID) (state string, err error) {
	err = r.QueryRow(`SELECT state FROM call_organiser WHERE call_id = $1 AND account_id = $2`, callID, accountID).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read what an account is to a call: %w", err)
	}
	return state, nil
}

// seesDraft says whether a draft is shown: to those who organise it, and to whom
// they invite, who cannot answer unseen.
func seesDraft(r db.Reader, v account.Viewer, c *Call) (bool, error) {
	ok, err := OrganisesIn(r, v, c)
	if err != nil || ok || !v.SignedIn() {
		return ok, err
	}
	state, err := organiserState(r, c.ID, v.ID())
	return state == invited, err
}

// CoOrganisers are a call's, the oldest first. Invitations are shown to who
// organises it, and to the invited.
func (s *Service) CoOrganisers(ctx context.Context, v account.Viewer, callID id.ID) ([]CoOrganiser, error) {
	c, err := s.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	r := s.d.Read(ctx)
	organises, err := OrganisesIn(r, v, c)
	if err != nil {
		return nil, err
	}
	all, err := db.All(r, func(row db.Row) (o CoOrganiser, err error) {
		var created int64
		err = row.Scan(&o.AccountID, &o.Stands, &o.InvitedBy, &created)
		o.CreatedAt = db.Time(created)
		return o, err
	}, `SELECT account_id, state = 'stands', invited_by, created_at FROM call_organiser WHERE call_id = $1 ORDER BY created_at, account_id`, callID)
	if err != nil {
		return nil, fmt.Errorf("list who organises a call: %w", err)
	}
	var shown []CoOrganiser
	for _, o := range all {
		if o.Stands || organises || v.Is(o.AccountID) {
			shown = append(shown, o)
		}
	}
	return shown, nil
}

// Invite asks an account of this server to organise the call, too. The movement's
// organisers may, and they alone. Once is enough.
func (s *Service) Invite(ctx context.Context, v account.Viewer, callID, accountID id.ID) error {
	return s.changeOrganisers(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		if err := movement.MustOrganise(tx, v, c.MovementID); err != nil {
			return err
		}
		if err := mayCoOrganise(tx, c, accountID); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM call_organiser WHERE call_id = $1 AND account_id <> $2`, callID, accountID).Scan(&n); err != nil {
			return fmt.Errorf("count who organises a call: %w", err)
		}
		if n >= CoOrganisersMost {
			return problem.Conflict("account", "A call has at most %d co-organisers.", CoOrganisersMost)
		}
		n64, err := affected(tx.Exec(`INSERT INTO call_organiser (call_id, account_id, state, invited_by, created_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (call_id, account_id) DO NOTHING`, callID, accountID, invited, v.ID(), db.Millis(s.now())))
		if err != nil {
			return fmt.Errorf("invite somebody to organise a call: %w", err)
		}
		if n64 == 0 {
			return nil
		}
		return event.Emit(s.hub, tx, OrganiserInvited{CallID: callID, MovementID: c.MovementID, From: v.ID(), To: accountID, At: s.now()})
	})
}

// mayCoOrganise says whether an account can be asked.
func mayCoOrganise(tx *db.Tx, c *Call, accountID id.ID) error {
	a, err := account.GetIn(tx, accountID)
	if err != nil {
		return err
	}
	if !a.Local() || !a.Shown() || a.Kind != account.KindOrganisation && a.Kind != account.KindPerson {
		return problem.Invalid("account", "This account cannot organise a call.")
	}
	role, err := movement.RoleIn(tx, c.MovementID, accountID)
	switch {
	case err != nil:
		return err
	case role.Organises():
		return problem.Conflict("account", "They organise the movement already.")
	case role == movement.Removed:
		return problem.Conflict("account", "They were removed from this movement.")
	}
	return nil
}

// AcceptInvitation makes the viewer, who was invited, a co-organiser. NotFound
// without an invitation; one who stands stays so.
func (s *Service) AcceptInvitation(ctx context.Context, v account.Viewer, callID id.ID) error {
	return s.changeOrganisers(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`UPDATE call_organiser SET state = $1 WHERE call_id = $2 AND account_id = $3`, stands, callID, v.ID()))
		if err != nil {
			return fmt.Errorf("accept to organise a call: %w", err)
		}
		if n == 0 {
			return problem.NotFound("invitation")
		}
		return event.Emit(s.hub, tx, OrganiserChanged{CallID: callID, AccountID: v.ID(), Stands: true})
	})
}

// RemoveOrganiser ends what an account is to a call: an invitation taken back or
// declined, a co-organiser who leaves or is removed. They themselves may, and the
// movement's organisers. Who is none stays so.
func (s *Service) RemoveOrganiser(ctx context.Context, v account.Viewer, callID, accountID id.ID) error {
	return s.changeOrganisers(ctx, v, callID, func(tx *db.Tx, c *Call) error {
		if !v.Is(accountID) {
			if err := movement.MustOrganise(tx, v, c.MovementID); err != nil {
				return err
			}
		}
		n, err := affected(tx.Exec(`DELETE FROM call_organiser WHERE call_id = $1 AND account_id = $2`, callID, accountID))
		if err != nil {
			return fmt.Errorf("remove who organises a call: %w", err)
		}
		if n == 0 {
			return nil
		}
		return event.Emit(s.hub, tx, OrganiserChanged{CallID: callID, AccountID: accountID})
	})
}

// changeOrganisers runs f with a call that v may see, held until the end of the
// transaction so that the number of its organisers is right.
func (s *Service) changeOrganisers(ctx context.Context, v account.Viewer, callID id.ID, f func(tx *db.Tx, c *Call) error) error {
	if !v.SignedIn() {
		return signIn()
	}
	if _, err := s.Get(ctx, v, callID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		c, err := HoldIn(tx, callID)
		if err != nil {
			return err
		}
		return f(tx, c)
	})
}

// HoldIn makes others who change the call wait, so that what is read after it holds
// until the end of the transaction.
func HoldIn(tx *db.Tx, callID id.ID) (*Call, error) {
	if _, err := tx.Exec(`UPDATE call SET changed_at = changed_at WHERE id = $1`, callID); err != nil {
		return nil, fmt.Errorf("hold a call: %w", err)
	}
	return GetIn(tx, callID)
}

// OnLeft ends what somebody whom organisers removed from a movement was to its
// calls.
func (s *Service) OnLeft(tx *db.Tx, e movement.Left) error {
	if !e.Removed {
		return nil
	}
	return s.endOrganisers(tx, `account_id = $1 AND call_id IN (SELECT id FROM call WHERE movement_id = $2)`, e.AccountID, e.MovementID)
}

// endOrganisers ends what the accounts that a condition names are to calls.
func (s *Service) endOrganisers(tx *db.Tx, where string, args ...any) error {
	gone, err := db.All(tx, func(row db.Row) (e OrganiserChanged, err error) {
		return e, row.Scan(&e.CallID, &e.AccountID)
	}, `DELETE FROM call_organiser WHERE `+where+` RETURNING call_id, account_id`, args...)
	return emitAll(s, tx, gone, err)
}

// OnAccountDeleted ends what an account was to calls. What it wrote in their name
// stays, without its name.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{
		`DELETE FROM call_organiser WHERE account_id = $1`,
		`DELETE FROM call_quiet WHERE account_id = $1`,
		`UPDATE call_update SET author_id = NULL WHERE author_id = $1`,
	} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("end what a deleted account was to calls: %w", err)
		}
	}
	return nil
}
