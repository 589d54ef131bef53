package media

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Portray is account.Service.Update for a change that may hold new pictures,
// which the viewer uploaded: they hang on the account from now on, and those
// that they replace are erased. A picture that is not theirs is problem.Invalid.
func (s *Service) Portray(ctx context.Context, v account.Viewer, accounts *account.Service, c account.Change) (*account.Account, error) {
	if c.AvatarID == nil && c.HeaderID == nil || !v.SignedIn() {
		return accounts.Update(ctx, v, c)
	}
	var changed *account.Account
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		now, err := account.GetIn(tx, v.ID())
		if err != nil {
			return err
		}
		var pictures []id.ID
		for _, p := range []struct {
			to  *id.ID
			now id.ID
		}{{c.AvatarID, now.AvatarID}, {c.HeaderID, now.HeaderID}} {
			picture := p.now
			if p.to != nil {
				picture = *p.to
			}
			if picture != 0 {
				pictures = append(pictures, picture)
			}
		}
		if _, err := s.AttachIn(tx, v.ID(), pictures, OnAccount, v.ID()); err != nil {
			return err
		}
		changed, err = accounts.UpdateIn(tx, v.ID(), c, s.now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change an account and its pictures: %w", err)
	}
	return changed, nil
}
