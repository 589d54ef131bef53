package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// remarked are fields with the marks that those with the same value had before;
// nobody marks their own.
func remarked(fields, before []Field) []Field {
	fields = slices.Clone(fields)
	for n := range fields {
		f := &fields[n]
		f.VerifiedAt = Field{}.VerifiedAt
		for _, b := range before {
			if b.Value == f.Value && b.VerifiedAt.After(f.VerifiedAt) {
				f.VerifiedAt = b.VerifiedAt
			}
		}
	}
	return fields
}

// Verify marks those of an account's fields whose page links back, and takes the
// mark of those whose page does not: links are what is known, by value. Fields
// that were saved since the account was read are left to who looks at them next.
func (s *Service) Verify(ctx context.Context, a *Account, links map[string]bool) error {
	now := s.now()
	fields := slices.Clone(a.Fields)
	for n := range fields {
		f := &fields[n]
		switch back, known := links[f.Value]; {
		case known && !back:
			f.VerifiedAt = Field{}.VerifiedAt
		case back && f.VerifiedAt.IsZero():
			f.VerifiedAt = now
		}
	}
	if slices.Equal(fields, a.Fields) {
		return nil
	}
	after, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("verify fields: %w", err)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		now, err := GetIn(tx, a.ID)
		if err != nil || !slices.Equal(now.Fields, a.Fields) {
			return err
		}
		same, err := db.All(tx, func(row db.Row) (i id.ID, err error) {
			err = row.Scan(&i)
			return i, err
		}, `UPDATE account SET fields = $1 WHERE id = $2 AND changed_at = $3 RETURNING id`, string(after), a.ID, db.Millis(now.ChangedAt))
		if err != nil || len(same) == 0 {
			return err
		}
		return s.set(tx, a.ID, nil, nil, s.now())
	})
}
