package media

import (
	"context"
	"io"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
)

// Service is the room's door.
type Service struct {
	// Visible answers whether the viewer may see what a picture hangs on, and
	// whether everyone may. It is set before use: the rooms that know stand above.
	Visible func(ctx context.Context, v account.Viewer, ownerKind string, owner id.ID) (visible, public bool, err error)
}

// New wires the room.
func New(d *db.DB, ids *id.Source, blobs *blob.Bucket, j *jobs.Jobs, now func() time.Time) *Service {
	panic("being written")
}

// Upload takes a picture in. It stays loose until something attaches it, and
// is erased after a day.
func (s *Service) Upload(ctx context.Context, v account.Viewer, data io.Reader, u Upload) (*Media, error) {
	panic("being written")
}

// Get is a picture of the viewer's own, attached or loose.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Media, error) {
	panic("being written")
}

// Update changes the description and the focus of the viewer's own picture.
func (s *Service) Update(ctx context.Context, v account.Viewer, i id.ID, u Upload) (*Media, error) {
	panic("being written")
}

// AttachIn hangs account's loose pictures on an owner, in this order, and takes
// others off it that are not named.
func (s *Service) AttachIn(tx *db.Tx, account id.ID, ids []id.ID, ownerKind string, owner id.ID) ([]Media, error) {
	panic("being written")
}

// Of gives the owners' pictures in their order.
func (s *Service) Of(r db.Reader, ownerKind string, owners []id.ID) (map[id.ID][]Media, error) {
	panic("being written")
}

// Open gives a blob to a viewer who may see what it hangs on; a loose one only
// to who uploaded it.
func (s *Service) Open(ctx context.Context, v account.Viewer, key string) (*File, error) {
	panic("being written")
}

// EraseIn erases everything that hangs on the owner; the blobs go by a job.
func (s *Service) EraseIn(tx *db.Tx, ownerKind string, owner id.ID) error { panic("being written") }

// OnAccountGone erases every picture of a deleted account.
func (s *Service) OnAccountGone(tx *db.Tx, e account.Gone) error { panic("being written") }

// Sweep erases what stayed loose for a day.
func (s *Service) Sweep(ctx context.Context) error { panic("being written") }
