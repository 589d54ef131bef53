package safety

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// promotions are what giving a role is called on record.
var promotions = map[account.Role]Action{account.RoleAdmin: MakeAdmin, account.RoleModerator: MakeModerator, account.RoleNone: TakeRole}

// SetRole makes somebody here an administrator or a moderator, or neither again,
// and records it; for administrators, about others. problem.Invalid on role for
// one that there is not, and where nobody signs in.
func (s *Service) SetRole(ctx context.Context, v account.Viewer, target id.ID, role account.Role) error {
	if !v.Admin() {
		return problem.Forbidden("Only an administrator may do this.")
	}
	action, known := promotions[role]
	if !known {
		return problem.Invalid("role", "A role is admin or moderator, or none.")
	}
	return s.about(ctx, v, target, func(tx *db.Tx, a *account.Account) error {
		if role != account.RoleNone && !(&Person{Account: a}).MayServe() {
			return problem.Invalid("role", "Only a person or an organisation of this server who is let in can have a role.")
		}
		changed, err := s.Accounts.SetRoleIn(tx, a.ID, role, s.now())
		if err != nil || !changed {
			return err
		}
		_, err = s.record(tx, v, Decision{TargetID: a.ID, Action: action})
		return err
	})
}

// MayServe says whether somebody can have a role.
func (p *Person) MayServe() bool {
	return p.Shown() && p.Local() && (p.Kind == account.KindPerson || p.Kind == account.KindOrganisation)
}
