package account

import (
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// MayModerate is nil when the viewer may decide about an account: moderators
// about those without a role, administrators about all but this server's own.
func MayModerate(v Viewer, a *Account) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators may do this.")
	}
	if a.Kind == KindServer || a.Role != RoleNone && !v.Admin() {
		return problem.Forbidden("Only an administrator may do this.")
	}
	return nil
}

// Curb is one of an account's Curbs, by its column.
type Curb string

// The curbs.
const (
	CurbLimited   Curb = "limited"
	CurbSensitive Curb = "sensitized"
	CurbDisabled  Curb = "disabled"
)

// CurbIn lays a curb on an account or takes it off, and answers false when it
// was so already, or the account is deleted; of many callers at once it answers
// true to one.
func (s *Service) CurbIn(tx *db.Tx, i id.ID, c Curb, on bool, at time.Time) (bool, error) {
	ms := db.Millis(at)
	column := string(c)
	states, err := db.All(tx, func(r db.Row) (st State, err error) {
		err = r.Scan(&st)
		return st, err
	}, `UPDATE account SET `+column+` = $1,
			changed_at = CASE WHEN changed_at >= $2 THEN changed_at + 1 ELSE CAST($3 AS BIGINT) END
		WHERE id = $4 AND state <> 'deleted' AND `+column+` <> $5 RETURNING state`, on, ms, ms, int64(i), on)
	if err != nil {
		return false, fmt.Errorf("curb an account: %w", err)
	}
	if len(states) == 0 {
		return false, nil
	}
	return true, event.Emit(s.hub, tx, Changed{ID: i, State: states[0], Curbed: true})
}

// MoveIn moves an account from one state to another, and answers false when it
// was not in that state; of many callers at once it answers true to one. Who is
// let in has Arrived. StateDeleted is DeleteIn's.
func (s *Service) MoveIn(tx *db.Tx, i id.ID, from, to State, at time.Time) (bool, error) {
	ms := db.Millis(at)
	res, err := tx.Exec(`UPDATE account SET state = $1,
			changed_at = CASE WHEN changed_at >= $2 THEN changed_at + 1 ELSE CAST($3 AS BIGINT) END
		WHERE id = $4 AND state = $5`, string(to), ms, ms, int64(i), string(from))
	if err != nil {
		return false, fmt.Errorf("move account to %s: %w", to, err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return false, err
	}
	if to == StateActive && (from == StateUnconfirmed || from == StatePending) {
		if err := event.Emit(s.hub, tx, Arrived{ID: i, At: at}); err != nil {
			return false, err
		}
	}
	return true, event.Emit(s.hub, tx, Changed{ID: i, State: to})
}

// SetRoleIn gives an active account here a role, or takes it, and answers false
// when it had that role already or is no such account; of many callers at once
// it answers true to one. Who may is package safety's to check.
func (s *Service) SetRoleIn(tx *db.Tx, i id.ID, role Role, at time.Time) (bool, error) {
	ms := db.Millis(at)
	res, err := tx.Exec(`UPDATE account SET role = $1,
			changed_at = CASE WHEN changed_at >= $2 THEN changed_at + 1 ELSE CAST($3 AS BIGINT) END
		WHERE id = $4 AND state = 'active' AND domain = '' AND role <> $5`, string(role), ms, ms, int64(i), string(role))
	if err != nil {
		return false, fmt.Errorf("change a role: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return false, err
	}
	return true, event.Emit(s.hub, tx, Changed{ID: i, State: StateActive})
}

// DeleteIn leaves of an account only its tombstone: the name, folded, so that
// nobody else can be taken for it. Every other room erases its own when it
// hears Deleted. problem.NotFound if it was deleted already; the server's own
// account cannot be deleted. Who may ask for it is package auth's to check.
func (s *Service) DeleteIn(tx *db.Tx, i id.ID, at time.Time) error {
	ms := db.Millis(at)
	kinds, err := db.All(tx, func(r db.Row) (k Kind, err error) {
		err = r.Scan(&k)
		return k, err
	}, `UPDATE account SET state = 'deleted', username = '', name = '', note = '', fields = '[]', url = '', language = '',
			avatar_id = NULL, header_id = NULL, role = '', limited = FALSE, sensitized = FALSE, disabled = FALSE, discoverable = FALSE, indexable = FALSE,
			default_sensitive = FALSE, credited_by = '[]', shows_likes = FALSE, seen_liking = FALSE,
			nominable = FALSE, deleted_at = $1,
			changed_at = CASE WHEN changed_at >= $2 THEN changed_at + 1 ELSE CAST($3 AS BIGINT) END
		WHERE id = $4 AND state <> 'deleted' AND kind <> 'server' RETURNING kind`, ms, ms, ms, int64(i))
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	if len(kinds) == 0 {
		return problem.NotFound("account")
	}
	if _, err := tx.Exec(`DELETE FROM interest WHERE account_id = $1`, int64(i)); err != nil {
		return fmt.Errorf("delete interests: %w", err)
	}
	return event.Emit(s.hub, tx, Deleted{ID: i, Kind: kinds[0], At: at})
}

// EraseUnusedIn takes away an account that never was active, and frees its name:
// a sign-up that was not confirmed, or was rejected. It answers false when the
// account is not in that state.
func (s *Service) EraseUnusedIn(tx *db.Tx, i id.ID, state State) (bool, error) {
	if state != StateUnconfirmed && state != StatePending {
		return false, fmt.Errorf("erase account: %s accounts are deleted", state)
	}
	res, err := tx.Exec(`DELETE FROM account WHERE id = $1 AND state = $2`, int64(i), string(state))
	if err != nil {
		return false, fmt.Errorf("erase account: %w", err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return false, err
	}
	return true, event.Emit(s.hub, tx, Changed{ID: i, State: StateDeleted})
}
