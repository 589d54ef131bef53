package media

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media/film"
	"goodturn/internal/problem"
)

// How many files may wait to be made fit. They are counted before one more is
// written, so that at the same moment a few more can slip in: it is room on a
// disk that is looked after, not a right.
const (
	waitingEach = 8   // of one account
	waitingMost = 100 // of all
)

var errNoFilms = problem.Invalid("file", "This server shows pictures, but no films or sound: its operator has not installed ffmpeg.")

// FilmBytes is how many bytes an upload may have, be it a picture or a film.
func (s *Service) FilmBytes() int64 {
	if s.Converter == nil {
		return MaxBytes
	}
	return max(MaxBytes, s.Converter.Bytes)
}

// Receive takes in what a post can show: a picture as Upload does, at once, or a
// film, sound or moving picture, which waits to be made fit. A moving picture is
// its first frame where there is no Converter.
func (s *Service) Receive(ctx context.Context, v account.Viewer, data io.Reader, u Upload) (*Media, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to upload pictures.")
	}
	start := bufio.NewReaderSize(data, film.Sniffed)
	head, err := start.Peek(film.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, cutOff(err)
	}
	f, err := film.FormOf(head)
	if err != nil {
		return nil, err
	}
	switch {
	case f.Kind != film.Picture && s.Converter == nil:
		return nil, errNoFilms
	case f.Kind != film.Picture:
		return s.receiveFilm(ctx, v.ID(), start, s.Converter.Bytes, f, u)
	case f.Demuxer == "" || s.Converter == nil:
		return s.Take(ctx, v.ID(), start, u)
	}
	gif, err := io.ReadAll(io.LimitReader(start, MaxBytes+1))
	if err != nil {
		return nil, cutOff(err)
	}
	if !film.Moves(gif) || len(gif) > MaxBytes {
		return s.Take(ctx, v.ID(), bytes.NewReader(gif), u)
	}
	f.Kind = film.Moving
	return s.receiveFilm(ctx, v.ID(), bytes.NewReader(gif), MaxBytes, f, u)
}

// receiveFilm keeps what came in as it is, for the job that makes it fit.
func (s *Service) receiveFilm(ctx context.Context, account id.ID, data io.Reader, most int64, f film.Form, u Upload) (*Media, error) {
	u, err := u.checked()
	if err != nil {
		return nil, err
	}
	m := s.medium(account, u)
	m.Kind, m.State, m.Type = kinds[f.Kind], Waiting, film.FilmType
	if m.Kind == Audio {
		m.Type = film.SoundType
	}
	if err := s.roomFor(s.d.Read(ctx), account); err != nil {
		return nil, err
	}
	raw, keys := blob.NewKey(), []string(nil)
	if u.Preview != nil {
		p, err := s.read(ctx, u.Preview)
		if err != nil {
			return nil, err
		}
		m.SmallType, m.SmallWidth, m.SmallHeight, m.Blurhash = p.Type, p.Small.Width, p.Small.Height, p.Blurhash
		if err := s.blobs.Put(ctx, m.SmallKey, p.Type, p.Small.Data); err != nil {
			return nil, err
		}
		keys = append(keys, m.SmallKey)
	}
	if m.Bytes, err = s.blobs.PutFrom(ctx, raw, "application/octet-stream", data, most); err == nil {
		keys = append(keys, raw)
		err = s.d.Update(ctx, func(tx *db.Tx) error {
			if err := s.roomFor(tx, account); err != nil {
				return err
			}
			if err := m.insert(tx, raw, f.Demuxer); err != nil {
				return err
			}
			return s.jobs.Enqueue(tx, filmWaits{m.ID})
		})
	}
	if err != nil {
		return nil, s.dropped(ctx, fmt.Errorf("keep a film: %w", err), keys...)
	}
	return m, nil
}

func (s *Service) roomFor(r db.Reader, account id.ID) error {
	counts, err := db.One(r, func(row db.Row) (c [2]int, err error) {
		err = row.Scan(&c[0], &c[1])
		return c, err
	}, `SELECT count(*), count(*) FILTER (WHERE account_id = $1) FROM media WHERE state = 'waiting'`, account)
	switch {
	case err != nil:
		return fmt.Errorf("count what waits: %w", err)
	case counts[1] >= waitingEach:
		return problem.TooMany("%d of your files are still being made ready. Send the next one when one of them is.", counts[1])
	case counts[0] >= waitingMost:
		return problem.Unavailable(nil, "Many films are being made ready right now. Send this one again in a few minutes.")
	}
	return nil
}

// Finished is Get once the medium no longer waits, or as it is when patience is
// at its end.
func (s *Service) Finished(ctx context.Context, v account.Viewer, i id.ID, patience time.Duration) (*Media, error) {
	over := time.NewTimer(patience)
	defer over.Stop()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		m, err := s.Get(ctx, v, i)
		if err != nil || m.State != Waiting {
			return m, err
		}
		select {
		case <-again.C:
		case <-over.C:
			return m, nil
		case <-ctx.Done():
			return m, nil
		}
	}
}

// Remove erases what is the viewer's own and hangs on nothing, else
// problem.NotFound, or problem.Invalid if it does hang on something.
func (s *Service) Remove(ctx context.Context, v account.Viewer, i id.ID) error {
	m, err := s.Get(ctx, v, i)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := s.eraseSome(tx, `id = $1 AND account_id = $2 AND owner_id IS NULL`, m.ID, m.AccountID)
		if err == nil && n == 0 {
			return problem.Invalid("id", "Media attachment is currently used by a status")
		}
		return err
	})
}
