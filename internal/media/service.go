package media

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"golang.org/x/sync/semaphore"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media/film"
	"goodturn/internal/media/picture"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// What pictures take of memory, all together. One that is decoded may take all of
// workMost by itself.
const (
	handMost = 4 // in hand at once, each up to MaxBytes as it came
	workMost = picture.MaxMemory
	patience = 20 * time.Second
)

// Service is the room's door.
type Service struct {
	// Visible answers whether the viewer may see what a picture hangs on, and
	// whether everyone may. It is set before use: the rooms that know stand
	// above this one. A picture that hangs on the server or a card is everyone's.
	Visible func(ctx context.Context, v account.Viewer, ownerKind string, owner id.ID) (visible, public bool, err error)

	// Converter makes films and sound fit; where it is nil, they are refused. It
	// is set before use.
	Converter *film.Converter

	d     *db.DB
	ids   *id.Source
	hub   *event.Hub
	blobs *blob.Store
	jobs  *jobs.Jobs
	now   func() time.Time
	hand  *semaphore.Weighted // pictures, up to handMost
	work  *semaphore.Weighted // bytes, up to workMost; taken with a picture in hand
}

// New wires the room.
func New(d *db.DB, ids *id.Source, hub *event.Hub, blobs *blob.Store, j *jobs.Jobs, now func() time.Time) *Service {
	s := &Service{d: d, ids: ids, hub: hub, blobs: blobs, jobs: j, now: now, hand: semaphore.NewWeighted(handMost), work: semaphore.NewWeighted(workMost)}
	jobs.Handle(j, s.eraseBlobs)
	jobs.Handle(j, s.eraseAccount)
	jobs.HandleIn(j, films, s.convertWaiting)
	return s
}

// Upload takes a picture of the viewer in: a JPEG, PNG, GIF (its first frame) or
// WebP of at most MaxBytes and picture.MaxPixels. What is kept is encoded anew, so that
// nothing hidden in the file stays. It is loose until something attaches it,
// and is erased after a day.
func (s *Service) Upload(ctx context.Context, v account.Viewer, data io.Reader, u Upload) (*Media, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to upload pictures.")
	}
	return s.Take(ctx, v.ID(), data, u)
}

// Take is Upload on behalf of an account, for the sample and for rooms that
// have checked who asks.
func (s *Service) Take(ctx context.Context, account id.ID, data io.Reader, u Upload) (*Media, error) {
	u, err := u.checked()
	if err != nil {
		return nil, err
	}
	p, err := s.read(ctx, data)
	if err != nil {
		return nil, err
	}
	small := p
	if u.Preview != nil {
		if small, err = s.read(ctx, u.Preview); err != nil {
			return nil, err
		}
	}
	m := s.medium(account, u)
	m.Kind, m.State, m.Type, m.Bytes, m.Blurhash = Image, Ready, p.Type, int64(len(p.Large.Data)), p.Blurhash
	m.Width, m.Height = p.Large.Width, p.Large.Height
	m.SmallType, m.SmallWidth, m.SmallHeight = small.Type, small.Small.Width, small.Small.Height
	if err := s.keep(ctx, m, p.Large.Data, small.Small.Data); err != nil {
		return nil, err
	}
	return m, nil
}

// TakeSmall is Take of a picture of which no more than picture.SmallSide is kept, in one
// size.
func (s *Service) TakeSmall(ctx context.Context, account id.ID, data io.Reader, u Upload) (*Media, error) {
	u, err := u.checked()
	if err != nil {
		return nil, err
	}
	p, err := s.read(ctx, data)
	if err != nil {
		return nil, err
	}
	m := s.medium(account, u)
	m.Kind, m.State, m.Type, m.Bytes, m.Blurhash = Image, Ready, p.Type, int64(len(p.Small.Data)), p.Blurhash
	m.Width, m.Height = p.Small.Width, p.Small.Height
	if err := s.keep(ctx, m, p.Small.Data, nil); err != nil {
		return nil, err
	}
	return m, nil
}

// medium is a new one with what came beside the file.
func (s *Service) medium(account id.ID, u Upload) *Media {
	return &Media{
		ID: s.ids.New(), AccountID: account, Key: blob.NewKey(), SmallKey: blob.NewKey(),
		Description: u.Description, FocusX: u.FocusX, FocusY: u.FocusY, CreatedAt: s.now().UTC().Truncate(time.Millisecond),
	}
}

// read takes a picture in and makes it fit. It waits for its turn before a byte of
// it is held in memory, and for the memory that its pixels take before they are
// decoded. problem.Unavailable where others have both for too long.
func (s *Service) read(ctx context.Context, data io.Reader) (*picture.Picture, error) {
	if err := turn(ctx, s.hand, 1); err != nil {
		return nil, err
	}
	defer s.hand.Release(1)
	raw, err := io.ReadAll(io.LimitReader(data, MaxBytes+1))
	if err != nil {
		return nil, cutOff(err)
	}
	if len(raw) > MaxBytes {
		return nil, problem.TooLarge("file", "This file has more than %d MB.", MaxBytes>>20)
	}
	takes, err := picture.Memory(raw)
	if err != nil {
		return nil, err
	}
	return s.develop(ctx, raw, takes)
}

func cutOff(err error) error {
	return &problem.Error{Kind: problem.KindInvalid, Field: "file", Format: "The file was cut off on its way. Send it again.", Err: err}
}

// turn waits for n of what is bounded.
func turn(ctx context.Context, bounded *semaphore.Weighted, n int64) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := bounded.Acquire(within, n)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return problem.Unavailable(err, "Many pictures come in right now. Send this one again in a minute.")
}

func (s *Service) develop(ctx context.Context, raw []byte, takes int64) (*picture.Picture, error) {
	if err := turn(ctx, s.work, takes); err != nil {
		return nil, err
	}
	defer s.work.Release(takes)
	return picture.Develop(raw)
}

// keep stores both sizes, or the large one alone where there is no small one,
// then the row; where the row is refused, the blobs go again.
func (s *Service) keep(ctx context.Context, m *Media, large, small []byte) error {
	err := s.blobs.Put(ctx, m.Key, m.Type, large)
	if err == nil && small != nil {
		err = s.blobs.Put(ctx, m.SmallKey, m.SmallType, small)
	}
	if err == nil {
		err = s.d.Update(ctx, func(tx *db.Tx) error { return m.insert(tx, "", "") })
	}
	if err == nil {
		return nil
	}
	return s.dropped(ctx, fmt.Errorf("keep a picture: %w", err), m.Key, m.SmallKey)
}

// dropped deletes blobs that no row names after all, and answers why.
func (s *Service) dropped(ctx context.Context, why error, keys ...string) error {
	ctx = context.WithoutCancel(ctx)
	for _, key := range keys {
		why = errors.Join(why, s.blobs.Delete(ctx, key))
	}
	return why
}

func (u Upload) checked() (Upload, error) {
	var err error
	if u.Description, err = text.Block("description", u.Description, MaxDescription); err != nil {
		return u, err
	}
	for _, f := range []float64{u.FocusX, u.FocusY} {
		if math.IsNaN(f) || f < -1 || f > 1 {
			return u, problem.Invalid("focus", "The focus lies between -1 and 1.")
		}
	}
	return u, nil
}

func thousandths(f float64) int64 { return int64(math.Round(f * 1000)) }

// Get is a picture of the viewer's own, attached or loose, else
// problem.NotFound.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Media, error) {
	m, err := db.One(s.d.Read(ctx), scan, `SELECT `+columns+` FROM media WHERE id = $1 AND account_id = $2`, i, owner(v))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("picture")
	}
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	return &m, nil
}

// owner is the viewer's id as a value to compare with; nobody's is 0, not NULL.
func owner(v account.Viewer) int64 { return int64(v.ID()) }

// Open gives a blob to a viewer who may see what it hangs on; a loose one only
// to who uploaded it. Otherwise problem.NotFound.
func (s *Service) Open(ctx context.Context, v account.Viewer, key string) (*File, error) {
	m, err := db.One(s.d.Read(ctx), scan, `SELECT `+columns+` FROM media WHERE key = $1 OR small_key = $2`, key, key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("picture")
	}
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	visible, public := v.Is(m.AccountID), m.OwnerKind == OnServer || m.OwnerKind == OnCard
	if !public && m.OwnerKind != "" && m.OwnerKind != OnScheduled {
		if visible, public, err = s.Visible(ctx, v, m.OwnerKind, m.OwnerID); err != nil {
			return nil, err
		}
	}
	if !visible && !public {
		return nil, problem.NotFound("picture")
	}
	stream, attr, err := s.blobs.Open(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("open a picture: %w", err)
	}
	f := &File{ReadCloser: stream, Type: m.Type, Bytes: attr.Size, Public: public}
	if key == m.SmallKey {
		f.Type = m.SmallType
	}
	return f, nil
}
