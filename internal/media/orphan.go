package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/db"
)

const (
	orphanAfter = 24 * time.Hour // a file's row follows it within minutes
	orphanChunk = 100
)

// SweepFiles deletes files that no row names: what a crash left between a file
// and its row. The store is this room's alone.
func (s *Service) SweepFiles(ctx context.Context) error {
	var errs []error
	keys := make([]string, 0, orphanChunk)
	for key, err := range s.blobs.KeysBefore(ctx, s.now().Add(-orphanAfter)) {
		if err != nil {
			return err
		}
		if keys = append(keys, key); len(keys) == orphanChunk {
			errs = append(errs, s.deleteOrphans(ctx, keys))
			keys = keys[:0]
		}
	}
	return errors.Join(append(errs, s.deleteOrphans(ctx, keys))...)
}

func (s *Service) deleteOrphans(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	named := make(map[string]bool, len(keys))
	var places strings.Builder
	args := make([]any, orphanChunk) // the last repeated, so that the text stays one
	for i := range args {
		args[i] = keys[min(i, len(keys)-1)]
		fmt.Fprintf(&places, ",$%d", i+1)
	}
	// What the index of raw keys says of its rows is said in the same words:
	// SQLite takes it for nothing else.
	for column, also := range map[string]string{"key": "", "small_key": "", "raw_key": ` AND raw_key <> ''`} {
		found, err := db.All(s.d.Read(ctx), func(row db.Row) (key string, err error) {
			err = row.Scan(&key)
			return key, err
		}, `SELECT `+column+` FROM media WHERE `+column+` IN (`+places.String()[1:]+`)`+also, args...)
		if err != nil {
			return fmt.Errorf("compare files with rows: %w", err)
		}
		for _, key := range found {
			named[key] = true
		}
	}
	var errs []error
	for _, key := range keys {
		if !named[key] {
			errs = append(errs, s.blobs.Delete(ctx, key))
		}
	}
	return errors.Join(errs...)
}
