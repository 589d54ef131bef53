package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Copy makes a loose picture out of one of the viewer's own, so that it can hang
// on a second thing: an act can show what a post showed. The two live and go
// apart. Errors are those of Get, and problem.Invalid of what is no picture.
func (s *Service) Copy(ctx context.Context, v account.Viewer, i id.ID) (*Media, error) {
	of, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	if of.Kind != Image {
		return nil, problem.Invalid("media_ids", "Only pictures can be shown here.")
	}
	m := *of
	m.ID, m.Key, m.SmallKey, m.OwnerKind, m.OwnerID = s.ids.New(), blob.NewKey(), blob.NewKey(), "", 0
	m.CreatedAt = s.now().UTC().Truncate(time.Millisecond)
	err = s.copyBlob(ctx, of.Key, m.Key)
	if err == nil {
		err = s.copyBlob(ctx, of.SmallKey, m.SmallKey)
	}
	if err == nil {
		err = s.d.Update(ctx, func(tx *db.Tx) error { return m.insert(tx, "", "") })
	}
	if err != nil {
		ctx = context.WithoutCancel(ctx)
		return nil, errors.Join(fmt.Errorf("copy a picture: %w", err), s.blobs.Delete(ctx, m.Key), s.blobs.Delete(ctx, m.SmallKey))
	}
	return &m, nil
}

func (s *Service) copyBlob(ctx context.Context, from, to string) error {
	r, attr, err := s.blobs.Open(ctx, from)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes))
	if e := r.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return s.blobs.Put(ctx, to, attr.ContentType, data)
}
