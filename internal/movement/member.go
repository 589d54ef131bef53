package movement

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/tally"
	"goodturn/internal/text"
)

// Join makes the viewer, a person or an organisation, one of the movement's
// people, and lets them follow it. From now on it carries their public posts
// with its hashtags; older ones it does not. Joining again changes nothing.
// problem.Forbidden for who was removed, problem.Conflict when it is archived.
func (s *Service) Join(ctx context.Context, v account.Viewer, movementID id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	if k := v.Account().Kind; k != account.KindPerson && k != account.KindOrganisation {
		return problem.Forbidden("Only people and organisations join movements.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		var state State
		if err := tx.QueryRow(`SELECT state FROM movement WHERE id = $1`, movementID).Scan(&state); err != nil {
			return notFound(err, "movement")
		}
		if state != StateOpen {
			return problem.Conflict("", "This movement is archived; nobody joins it any more.")
		}
		return s.JoinIn(tx, movementID, v.Account(), Member, s.now())
	})
}

// JoinIn is Join inside another transaction, at another time and in another
// role, for the sample and for who starts a movement. Who is among its people
// already stays what they are.
func (s *Service) JoinIn(tx *db.Tx, movementID id.ID, a *account.Account, role Role, at time.Time) error {
	for {
		n, err := affected(tx.Exec(`INSERT INTO member (id, movement_id, account_id, role, created_at)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, s.ids.At(at), movementID, a.ID, role, db.Millis(at)))
		if err != nil {
			return fmt.Errorf("join a movement: %w", err)
		}
		if n == 1 {
			break
		}
		switch had, err := RoleIn(tx, movementID, a.ID); {
		case err != nil:
			return err
		case had.Joined():
			return nil
		case had == Removed:
			return problem.Forbidden("An organiser removed you from this movement. Ask them to let you in again.")
		}
		// The id was taken by somebody of the same millisecond: once more.
	}
	if err := tally.Add(tx, movementID, TallyMembers, 1); err != nil {
		return err
	}
	if err := s.relations.FollowIn(tx, a.ID, movementID, relation.FollowOptions{}, at); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Joined{MovementID: movementID, AccountID: a.ID, At: at})
}

// Leave takes the viewer out of the movement's people. What it carries of them
// stays, and so does the follow, which has a button of its own. The last
// organiser hands over first: problem.Conflict.
func (s *Service) Leave(ctx context.Context, v account.Viewer, movementID id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lock(tx, movementID); err != nil {
			return err
		}
		n, err := affected(tx.Exec(`DELETE FROM member WHERE movement_id = $1 AND account_id = $2 AND role <> 'removed'
			AND (role <> 'organiser' OR `+another+`)`, movementID, v.ID()))
		if err != nil {
			return fmt.Errorf("leave a movement: %w", err)
		}
		if n == 0 {
			role, err := RoleIn(tx, movementID, v.ID())
			if err == nil && role == Organiser {
				err = lastOrganiser()
			}
			return err
		}
		return s.gone(tx, Left{MovementID: movementID, AccountID: v.ID()})
	})
}

// another is the condition that a member's row is not the last organiser's. It
// holds with the movement locked: two who leave at once come one by one.
const another = `EXISTS (SELECT 1 FROM member o WHERE o.movement_id = member.movement_id AND o.role = 'organiser'
	AND o.account_id <> member.account_id)`

func lastOrganiser() error {
	return problem.Conflict("role", "You are the last organiser. Hand the movement over first.")
}

// gone counts somebody out.
func (s *Service) gone(tx *db.Tx, e Left) error {
	_, err := tx.Exec(`DELETE FROM handover WHERE movement_id = $1 AND from_id = $2`, e.MovementID, e.AccountID)
	if err != nil {
		return fmt.Errorf("withdraw a handover: %w", err)
	}
	if err := tally.Add(tx, e.MovementID, TallyMembers, -1); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, e)
}

// SetRole makes one of the movement's people an organiser, ambassador, partner
// or member. Ambassadors and partners come with what links them to it. Organisers
// may, but another organiser's role is theirs or a moderator's to change, and
// the last organiser's nobody's. Moderators may always, so that a movement whose
// last organiser's account was deleted gets another.
func (s *Service) SetRole(ctx context.Context, v account.Viewer, movementID, accountID id.ID, role Role, disclosed string) error {
	disclosed, err := cleanRole(role, disclosed)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if !v.Moderates() {
			if err := MustOrganise(tx, v, movementID); err != nil {
				return err
			}
		}
		if err := lock(tx, movementID); err != nil {
			return err
		}
		had, err := RoleIn(tx, movementID, accountID)
		switch {
		case err != nil:
			return err
		case !had.Joined():
			return problem.Conflict("account", "They are not among this movement's people.")
		case had == Organiser && role != Organiser && !v.Moderates() && !v.Is(accountID):
			return problem.Forbidden("Only they themselves or a moderator can change an organiser's role.")
		}
		return s.setRole(tx, movementID, accountID, role, disclosed)
	})
}

func cleanRole(role Role, disclosed string) (string, error) {
	switch role {
	case Member, Organiser:
		return "", nil
	case Ambassador, Partner:
		disclosed, err := text.Line("disclosed", disclosed, DisclosedMost)
		if err == nil && disclosed == "" {
			err = problem.Invalid("disclosed", "Say what links them to the movement.")
		}
		return disclosed, err
	}
	return "", problem.Invalid("role", "“%s” is not a role; there are member, organiser, ambassador and partner.", string(role))
}

// setRole wants the movement locked.
func (s *Service) setRole(tx *db.Tx, movementID, accountID id.ID, role Role, disclosed string) error {
	n, err := affected(tx.Exec(`UPDATE member SET role = $1, disclosed = $2 WHERE movement_id = $3 AND account_id = $4
		AND role <> 'removed' AND (role <> 'organiser' OR $5 = 'organiser' OR `+another+`)`,
		role, disclosed, movementID, accountID, role))
	if err != nil {
		return fmt.Errorf("set a role: %w", err)
	}
	if n == 0 {
		return lastOrganiser()
	}
	return event.Emit(s.hub, tx, RoleChanged{MovementID: movementID, AccountID: accountID, Role: role})
}

// RemoveMember takes somebody out of the movement's people and bars them from
// joining until LetIn. What it carries of them stays, see Uncarry. Organisers
// may; an organiser is removed by nobody.
func (s *Service) RemoveMember(ctx context.Context, v account.Viewer, movementID, accountID id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		n, err := affected(tx.Exec(`UPDATE member SET role = 'removed', disclosed = '' WHERE movement_id = $1
			AND account_id = $2 AND role NOT IN ('organiser', 'removed')`, movementID, accountID))
		if err != nil {
			return fmt.Errorf("remove a member: %w", err)
		}
		if n == 0 {
			return s.notRemoved(tx, movementID, accountID)
		}
		return s.gone(tx, Left{MovementID: movementID, AccountID: accountID, Removed: true})
	})
}

func (s *Service) notRemoved(tx *db.Tx, movementID, accountID id.ID) error {
	switch had, err := RoleIn(tx, movementID, accountID); {
	case err != nil:
		return err
	case had == Organiser:
		return problem.Forbidden("An organiser cannot be removed.")
	case had == Removed:
		return nil
	}
	return problem.Conflict("account", "They are not among this movement's people.")
}

// LetIn lets a removed account join again if it wishes. Organisers may.
func (s *Service) LetIn(ctx context.Context, v account.Viewer, movementID, accountID id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM member WHERE movement_id = $1 AND account_id = $2 AND role = 'removed'`, movementID, accountID)
		if err != nil {
			return fmt.Errorf("let somebody in again: %w", err)
		}
		return nil
	})
}

// Members are the movement's people in that role, newest first; with NoRole, all
// of them. Removed ones are shown to organisers and moderators only.
func (s *Service) Members(ctx context.Context, v account.Viewer, movementID id.ID, role Role, p db.Page) ([]Person, error) {
	if role == Removed && !v.Moderates() {
		if err := MustOrganise(s.d.Read(ctx), v, movementID); err != nil {
			return nil, err
		}
	}
	where, args := "role = $2", []any{movementID, role}
	if role == NoRole {
		where, args = "role <> 'removed'", args[:1]
	}
	cond, more, tail := p.SQL("id", len(args)+1)
	rows, err := db.All(s.d.Read(ctx), scanPerson, `SELECT id, account_id, role, disclosed, created_at FROM member
		WHERE movement_id = $1 AND `+where+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list a movement's people: %w", err)
	}
	return db.Newest(p, rows), nil
}

func scanPerson(row db.Row) (p Person, err error) {
	var at int64
	err = row.Scan(&p.ID, &p.AccountID, &p.Role, &p.Disclosed, &at)
	p.JoinedAt = db.Time(at)
	return p, err
}

// JoinedBy are the movements that an account is among the people of, newest
// membership first, at most 200.
func (s *Service) JoinedBy(ctx context.Context, v account.Viewer, accountID id.ID) ([]*Movement, error) {
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT movement_id FROM member WHERE account_id = $1 AND role <> 'removed'
		ORDER BY id DESC LIMIT 200`, accountID)
	if err != nil {
		return nil, fmt.Errorf("list an account's movements: %w", err)
	}
	return s.ordered(ctx, v, ids)
}

func scanID(row db.Row) (i id.ID, err error) { return i, row.Scan(&i) }

// ordered are those of the movements that v may see, in the order of ids.
func (s *Service) ordered(ctx context.Context, v account.Viewer, ids []id.ID) ([]*Movement, error) {
	found, err := s.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*Movement, 0, len(found))
	for _, i := range ids {
		if m := found[i]; m != nil {
			list = append(list, m)
		}
	}
	return list, nil
}

// OnAccountDeleted ends all that an account is to movements. One that loses its
// last organiser so stays open; moderators appoint another by SetRole.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	type held struct {
		movement id.ID
		role     Role
	}
	rows, err := db.All(tx, func(row db.Row) (h held, err error) {
		return h, row.Scan(&h.movement, &h.role)
	}, `DELETE FROM member WHERE account_id = $1 RETURNING movement_id, role`, e.ID)
	if err != nil {
		return fmt.Errorf("end memberships: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM handover WHERE from_id = $1 OR to_id = $2`, e.ID, e.ID); err != nil {
		return fmt.Errorf("end handovers: %w", err)
	}
	for _, h := range rows {
		if !h.role.Joined() {
			continue
		}
		if err := s.gone(tx, Left{MovementID: h.movement, AccountID: e.ID}); err != nil {
			return err
		}
	}
	return nil
}
