package media

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media/picture"
	"goodturn/internal/problem"
)

// Update changes the description, the focus and, if u brings one, the preview of
// what is the viewer's own, else problem.NotFound.
func (s *Service) Update(ctx context.Context, v account.Viewer, i id.ID, u Upload) (*Media, error) {
	u, err := u.checked()
	if err != nil {
		return nil, err
	}
	var preview *picture.Picture
	key := blob.NewKey() // a new name, since everyone may have kept the old one's file
	if u.Preview != nil {
		if _, err := s.Get(ctx, v, i); err != nil {
			return nil, err
		}
		if preview, err = s.read(ctx, u.Preview); err != nil {
			return nil, err
		}
		if err := s.blobs.Put(ctx, key, preview.Type, preview.Small.Data); err != nil {
			return nil, err
		}
	}
	var changed *Media
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		if preview != nil {
			if err := s.giveFace(tx, owner(v), i, key, preview); err != nil {
				return err
			}
		}
		changed, err = s.describe(tx, owner(v), i, u)
		return err
	})
	if err != nil && preview != nil {
		err = s.dropped(ctx, err, key)
	}
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// Words describe a medium.
type Words struct {
	ID             id.ID
	Description    string
	FocusX, FocusY float64
}

// Check answers problem.Invalid where the words are too many or the focus lies
// outside.
func (w Words) Check() error {
	_, err := w.upload().checked()
	return err
}

func (w Words) upload() Upload {
	return Upload{Description: w.Description, FocusX: w.FocusX, FocusY: w.FocusY}
}

// DescribeIn changes the description and the focus of what is the account's own
// and hangs on owner, else problem.NotFound, in the caller's transaction.
func (s *Service) DescribeIn(tx *db.Tx, account id.ID, ownerKind string, owner id.ID, w Words) error {
	u, err := w.upload().checked()
	if err != nil {
		return err
	}
	m, err := s.describe(tx, int64(account), w.ID, u)
	if err == nil && (m.OwnerKind != ownerKind || m.OwnerID != owner) {
		err = problem.NotFound("picture")
	}
	return err
}

// giveFace puts another preview in the place of the old one, whose blob goes.
func (s *Service) giveFace(tx *db.Tx, account int64, i id.ID, key string, p *picture.Picture) error {
	var old string
	err := tx.QueryRow(`SELECT small_key FROM media WHERE id = $1 AND account_id = $2`, i, account).Scan(&old)
	if errors.Is(err, sql.ErrNoRows) {
		return problem.NotFound("picture")
	}
	if err == nil {
		_, err = tx.Exec(`UPDATE media SET small_key = $1, small_type = $2, small_width = $3, small_height = $4,
				blurhash = CASE WHEN kind = 'image' THEN blurhash ELSE $5 END WHERE id = $6`,
			key, p.Type, p.Small.Width, p.Small.Height, p.Blurhash, i)
	}
	if err != nil {
		return fmt.Errorf("change a preview: %w", err)
	}
	return s.jobs.Enqueue(tx, blobsErased{[]string{old}})
}

func (s *Service) describe(tx *db.Tx, account int64, i id.ID, u Upload) (*Media, error) {
	changed, err := db.All(tx, scan, `UPDATE media SET description = $1, focus_x = $2, focus_y = $3
		WHERE id = $4 AND account_id = $5 RETURNING `+columns,
		u.Description, thousandths(u.FocusX), thousandths(u.FocusY), i, account)
	if err != nil {
		return nil, fmt.Errorf("describe a picture: %w", err)
	}
	if len(changed) == 0 {
		return nil, problem.NotFound("picture")
	}
	m := &changed[0]
	if m.OwnerKind == "" {
		return m, nil
	}
	return m, event.Emit(s.hub, tx, Changed{ID: m.ID, OwnerKind: m.OwnerKind, OwnerID: m.OwnerID})
}
