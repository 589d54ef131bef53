package media

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Copy makes a loose picture, film or sound out of one of the viewer's own, so that
// it can hang on a second thing: an act can show what a post showed. The two live
// and go apart. Errors are those of Get, and Trouble.
func (s *Service) Copy(ctx context.Context, v account.Viewer, i id.ID) (*Media, error) {
	of, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	if err := of.Trouble(); err != nil {
		return nil, err
	}
	m := *of
	m.ID, m.Key, m.SmallKey, m.OwnerKind, m.OwnerID = s.ids.New(), blob.NewKey(), blob.NewKey(), "", 0
	m.CreatedAt = s.now().UTC().Truncate(time.Millisecond)
	err = s.copyBlob(ctx, of.Key, m.Key)
	if err == nil && of.SmallWidth > 0 {
		err = s.copyBlob(ctx, of.SmallKey, m.SmallKey)
	}
	if err == nil {
		err = s.d.Update(ctx, func(tx *db.Tx) error {
			if err := m.insert(tx, "", ""); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE media SET duration = $1, frame_rate = $2, sound = $3 WHERE id = $4`, m.Duration.Milliseconds(), m.FrameRate, m.Sound, m.ID)
			return err
		})
	}
	if err != nil {
		return nil, s.dropped(ctx, fmt.Errorf("copy a picture: %w", err), m.Key, m.SmallKey)
	}
	return &m, nil
}

func (s *Service) copyBlob(ctx context.Context, from, to string) error {
	r, attr, err := s.blobs.Open(ctx, from)
	if err != nil {
		return err
	}
	_, err = s.blobs.PutFrom(ctx, to, attr.ContentType, r, attr.Size)
	return errors.Join(err, r.Close())
}
