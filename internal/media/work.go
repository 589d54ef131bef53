package media

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media/film"
)

// filmWaits is the job that makes one film or sound fit.
type filmWaits struct {
	ID id.ID `json:"media"`
}

// Kind names the job.
func (filmWaits) Kind() string { return "media_film" }

// films is the queue of films: a node works on one at a time, and they hold up no
// other jobs.
var films = jobs.Queue{Name: "films", Workers: 1}

// triesMost is how often one file is tried: what ends the process thrice is not
// read a fourth time.
const triesMost = 3

// convertWaiting makes one film fit.
func (s *Service) convertWaiting(ctx context.Context, e filmWaits) (err error) {
	w, err := s.begin(ctx, e.ID)
	if err != nil || w == nil {
		return err
	}
	if s.Converter == nil {
		return s.fail(ctx, w, Unreadable)
	}
	if w.tries > triesMost {
		return s.fail(ctx, w, Unreadable)
	}
	within, cancel := s.untilStopped(ctx)
	defer cancel()
	out, err := s.Converter.Convert(within, w.demuxer, func(path string) error { return s.fetchTo(within, w.raw, path) })
	if out != nil {
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	var f *film.Failure
	switch {
	case within.Err() != nil:
		// The server stops: this was no try.
		return errors.Join(context.Canceled, err, s.unbegin(context.WithoutCancel(ctx), w))
	case errors.As(err, &f):
		s.Converter.Log.Info("a film or sound cannot be shown", "media", w.ID, "why", f)
		return s.fail(ctx, w, states[f.Why])
	case err != nil:
		return fmt.Errorf("make a film fit: %w", err)
	}
	return s.finish(ctx, w, out)
}

// untilStopped is ctx, cancelled as soon as the jobs want to end.
func (s *Service) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	within, cancel := context.WithCancel(ctx)
	go func() {
		look := time.NewTicker(250 * time.Millisecond)
		defer look.Stop()
		for {
			select {
			case <-within.Done():
				return
			case <-look.C:
				if s.jobs.Cancelled(ctx) {
					cancel()
				}
			}
		}
	}()
	return within, cancel
}

// work is a medium that waits, with what is needed to make it fit.
type work struct {
	Media
	raw, demuxer string
	tries        int
}

// begin counts a try; nil if the medium waits no longer.
func (s *Service) begin(ctx context.Context, i id.ID) (*work, error) {
	var found []work
	err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
		found, err = db.All(tx, func(row db.Row) (w work, err error) {
			err = scanInto(row, &w.Media, &w.raw, &w.demuxer, &w.tries)
			return w, err
		}, `UPDATE media SET tries = tries + 1 WHERE id = $1 AND state = 'waiting' RETURNING `+columns+`, raw_key, demuxer, tries`, i)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("begin with a film: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

func (s *Service) unbegin(ctx context.Context, w *work) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE media SET tries = tries - 1 WHERE id = $1 AND state = 'waiting'`, w.ID)
		return err
	})
}

// fetchTo writes a blob into a file.
func (s *Service) fetchTo(ctx context.Context, key, path string) error {
	r, _, err := s.blobs.Open(ctx, key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = io.Copy(f, r)
		err = errors.Join(err, f.Close())
	}
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("fetch a film: %w", err)
	}
	return nil
}

// fail says why it cannot be shown; what came in goes.
func (s *Service) fail(ctx context.Context, w *work, why State) error {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE media SET state = $1, raw_key = '' WHERE id = $2 AND state = 'waiting'`, why, w.ID); err != nil {
			return err
		}
		return s.jobs.Enqueue(tx, blobsErased{[]string{w.raw}})
	})
	if err != nil {
		return fmt.Errorf("give a film up: %w", err)
	}
	return nil
}

// finish stores the result under the names that the row has had from the start,
// so that a second run writes the same files, and then says that it is ready. A
// preview that somebody chose in the meantime stays.
func (s *Service) finish(ctx context.Context, w *work, out *film.Made) error {
	f, err := os.Open(out.Path)
	if err != nil {
		return fmt.Errorf("open a film: %w", err)
	}
	size, err := s.blobs.PutFrom(ctx, w.Key, out.Type, f, blob.MaxSize)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	chosen := w.SmallWidth > 0
	if out.Preview != nil && !chosen {
		if err := s.blobs.Put(ctx, w.SmallKey, out.Preview.Type, out.Preview.Small.Data); err != nil {
			return err
		}
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		var small string
		err := tx.QueryRow(`UPDATE media SET state = 'ready', kind = $1, type = $2, bytes = $3, width = $4, height = $5,
				duration = $6, frame_rate = $7, sound = $8, raw_key = ''
			WHERE id = $9 AND state = 'waiting' RETURNING small_key`,
			kinds[out.Kind], out.Type, size, out.Width, out.Height, out.Length.Milliseconds(), out.FrameRate, out.Sound, w.ID).Scan(&small)
		if errors.Is(err, sql.ErrNoRows) {
			return s.unwanted(tx, w)
		}
		if err != nil {
			return err
		}
		rest := []string{w.raw}
		switch p := out.Preview; {
		case small != w.SmallKey:
			rest = append(rest, w.SmallKey)
		case p != nil && !chosen:
			_, err = tx.Exec(`UPDATE media SET small_type = $1, small_width = $2, small_height = $3, blurhash = $4 WHERE id = $5`,
				p.Type, p.Small.Width, p.Small.Height, p.Blurhash, w.ID)
		}
		return errors.Join(err, s.jobs.Enqueue(tx, blobsErased{rest}))
	})
	if err != nil {
		return fmt.Errorf("finish a film: %w", err)
	}
	return nil
}

// unwanted has the result deleted whose row went in the meantime; where another
// run was quicker, its files have the same names, and stay.
func (s *Service) unwanted(tx *db.Tx, w *work) error {
	var there int
	if err := tx.QueryRow(`SELECT count(*) FROM media WHERE id = $1`, w.ID).Scan(&there); err != nil || there > 0 {
		return err
	}
	return s.jobs.Enqueue(tx, blobsErased{[]string{w.Key, w.SmallKey}})
}
