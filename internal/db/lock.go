package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// LockFile waits until this process alone holds the lock at path, a file that
// is made if absent and stays. It is for what must not happen twice at once on
// one machine; the lock ends with the process. SQLite's own locks serve, since
// they work alike on every system.
func LockFile(ctx context.Context, path string) (unlock func() error, err error) {
	d, err := sql.Open("sqlite", sqliteDSN(path, "busy_timeout(100)"))
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	d.SetMaxOpenConns(1)
	for {
		tx, err := d.BeginTx(context.Background(), nil)
		if err == nil {
			return func() error { return errors.Join(tx.Rollback(), d.Close()) }, nil
		}
		if !isBusy(err) || ctx.Err() != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), ctx.Err(), d.Close())
		}
	}
}
