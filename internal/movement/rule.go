package movement

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// RoleIn is what the account is to the movement, as that reader sees it.
func RoleIn(r db.Reader, movementID, accountID id.ID) (Role, error) {
	var role Role
	err := r.QueryRow(`SELECT role FROM member WHERE movement_id = $1 AND account_id = $2`, int64(movementID), int64(accountID)).Scan(&role)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read a role: %w", err)
	}
	return role, nil
}

// OrganisesIn is the rule for who may change a movement and what belongs to it:
// its organisers, and this server itself. Moderators have methods of their own.
func OrganisesIn(r db.Reader, v account.Viewer, movementID id.ID) (bool, error) {
	if v.System() {
		return true, nil
	}
	if !v.SignedIn() {
		return false, nil
	}
	role, err := RoleIn(r, movementID, v.ID())
	return role.Organises(), err
}

// Organises is OrganisesIn now.
func (s *Service) Organises(ctx context.Context, v account.Viewer, movementID id.ID) (bool, error) {
	return OrganisesIn(s.d.Read(ctx), v, movementID)
}

// Role is what the viewer is to the movement.
func (s *Service) Role(ctx context.Context, v account.Viewer, movementID id.ID) (Role, error) {
	if !v.SignedIn() {
		return NoRole, nil
	}
	return RoleIn(s.d.Read(ctx), movementID, v.ID())
}

// Roles are what an account is to those movements; those without a role are
// left out.
func (s *Service) Roles(ctx context.Context, accountID id.ID, movementIDs []id.ID) (map[id.ID]Role, error) {
	in, args := db.In(2, movementIDs)
	type held struct {
		movement id.ID
		role     Role
	}
	rows, err := db.All(s.d.Read(ctx), func(row db.Row) (h held, err error) {
		return h, row.Scan(&h.movement, &h.role)
	}, `SELECT movement_id, role FROM member WHERE account_id = $1 AND movement_id IN `+in, append([]any{int64(accountID)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	roles := make(map[id.ID]Role, len(rows))
	for _, h := range rows {
		roles[h.movement] = h.role
	}
	return roles, nil
}

// MustOrganise is nil for who may change the movement; else it says why not.
func MustOrganise(r db.Reader, v account.Viewer, movementID id.ID) error {
	ok, err := OrganisesIn(r, v, movementID)
	if err != nil || ok {
		return err
	}
	if !v.SignedIn() {
		return signIn()
	}
	var there id.ID
	if err := r.QueryRow(`SELECT id FROM movement WHERE id = $1`, int64(movementID)).Scan(&there); err != nil {
		return notFound(err, "movement")
	}
	return problem.Forbidden("Only organisers of this movement can do this.")
}

// lock makes others who change the movement's people or hashtags wait, so that
// what is read after it holds until the end of the transaction.
func lock(tx *db.Tx, movementID id.ID) error {
	n, err := affected(tx.Exec(`UPDATE movement SET changed_at = changed_at WHERE id = $1`, int64(movementID)))
	if err != nil {
		return fmt.Errorf("lock a movement: %w", err)
	}
	if n == 0 {
		return problem.NotFound("movement")
	}
	return nil
}

func signIn() error { return problem.Unauthorized("Sign in first.") }

func notFound(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return problem.NotFound(what)
	}
	if err != nil {
		return fmt.Errorf("read a %s: %w", what, err)
	}
	return nil
}

// affected is how many rows a statement changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// OpenIn says whether the movement goes on; problem.NotFound if there is none.
func OpenIn(r db.Reader, movementID id.ID) (bool, error) {
	var state State
	err := r.QueryRow(`SELECT state FROM movement WHERE id = $1`, movementID).Scan(&state)
	return state == StateOpen, notFound(err, "movement")
}
