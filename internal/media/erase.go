package media

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

const (
	looseFor  = 24 * time.Hour
	eraseMost = 100 // rows in one transaction: the LIMIT below
)

// blobsErased is the job that deletes blobs whose rows are gone.
type blobsErased struct {
	Keys []string `json:"keys"`
}

// Kind names the job.
func (blobsErased) Kind() string { return "media_blobs" }

// accountErased is the job that erases the pictures of a deleted account.
type accountErased struct {
	AccountID id.ID `json:"account"`
}

// Kind names the job.
func (accountErased) Kind() string { return "media_account" }

// EraseIn erases everything that hangs on the owner; the blobs go by a job,
// once the transaction is committed.
func (s *Service) EraseIn(tx *db.Tx, ownerKind string, owner id.ID) error {
	return s.erase(tx, `owner_kind = $1 AND owner_id = $2`, ownerKind, owner)
}

func (s *Service) erase(tx *db.Tx, where string, args ...any) error {
	_, err := s.eraseSome(tx, where, args...)
	return err
}

// eraseSome answers how many pictures it erased.
func (s *Service) eraseSome(tx *db.Tx, where string, args ...any) (int, error) {
	files, err := db.All(tx, func(row db.Row) (f [3]string, err error) {
		err = row.Scan(&f[0], &f[1], &f[2])
		return f, err
	}, `DELETE FROM media WHERE `+where+` RETURNING key, small_key, raw_key`, args...)
	if err != nil {
		return 0, fmt.Errorf("erase pictures: %w", err)
	}
	if len(files) == 0 {
		return 0, nil
	}
	keys := make([]string, 0, 3*len(files))
	for _, f := range files {
		for _, key := range f {
			if key != "" {
				keys = append(keys, key)
			}
		}
	}
	return len(files), s.jobs.Enqueue(tx, blobsErased{keys})
}

func (s *Service) eraseBlobs(ctx context.Context, e blobsErased) error {
	var errs []error
	for _, key := range e.Keys {
		errs = append(errs, s.blobs.Delete(ctx, key))
	}
	return errors.Join(errs...)
}

// OnAccountDeleted erases every picture of a deleted account, by a job.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	return s.jobs.Enqueue(tx, accountErased{e.ID})
}

func (s *Service) eraseAccount(ctx context.Context, e accountErased) error {
	return s.eraseAll(ctx, `id IN (SELECT id FROM media WHERE account_id = $1 ORDER BY id LIMIT 100)`, e.AccountID)
}

// Sweep erases what stayed loose for a day. What hung on something before is
// loose since created_at.
func (s *Service) Sweep(ctx context.Context) error {
	since := s.now().Add(-looseFor)
	return s.eraseAll(ctx, `owner_id IS NULL AND id IN (SELECT id FROM media WHERE owner_id IS NULL AND id < $1 AND created_at < $2 ORDER BY id LIMIT 100)`,
		id.Floor(since), db.Millis(since))
}

// eraseAll erases again and again what the condition says, which names at most
// eraseMost rows at a time.
func (s *Service) eraseAll(ctx context.Context, where string, args ...any) error {
	for {
		erased := 0
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			erased, err = s.eraseSome(tx, where, args...)
			return err
		})
		if err != nil || erased < eraseMost {
			return err
		}
	}
}
