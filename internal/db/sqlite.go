package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const busyMillis = 10_000 // how long to wait for another process's write

func openSQLite(ctx context.Context, c Config) (_ *DB, err error) {
	path, err := filepath.Abs(c.Path)
	if err != nil || c.Path == "" {
		return nil, fmt.Errorf("open the database: %q is no path: %w", c.Path, errors.Join(err, os.ErrInvalid))
	}
	sync := cmp.Or(c.Sync, "FULL")
	if sync != "FULL" && sync != "OFF" {
		return nil, fmt.Errorf("open the database: synchronous is FULL or OFF, not %q", sync)
	}

	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write, err := sql.Open("sqlite", sqliteDSN(path,
		"busy_timeout("+strconv.Itoa(busyMillis)+")",
		"journal_mode(WAL)",
		"synchronous("+sync+")",
		"foreign_keys(1)",
		"secure_delete(ON)", // what is deleted is written over; FAST leaves whole pages as they were
		"temp_store(MEMORY)",
		"cache_size(-16000)",           // 16 MB: the one connection that writes
		"journal_size_limit(67108864)", // give back a log that once grew large
	))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), write.Close())
	}

	read, err := sql.Open("sqlite", sqliteDSN(path,
		"busy_timeout("+strconv.Itoa(busyMillis)+")",
		"query_only(1)",
		"temp_store(MEMORY)",
		"cache_size(-4000)", // 4 MB each; reading the file in place was no faster, and fills the memory
	))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), write.Close())
	}
	readers := cmp.Or(c.Readers, max(4, 2*runtime.GOMAXPROCS(0)))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	read.SetConnMaxIdleTime(5 * time.Minute) // with what it keeps of the file

	d := &DB{
		engine: SQLite, path: path, log: c.Log,
		write: write, read: read, stmts: newStatements(read),
		writer: newWriter(write, c.Log),
	}
	go d.writer.run()
	return d, nil
}

// emptyWithin is how long EmptyLog waits for who still reads from the log; the
// writer waits with it.
const emptyWithin = 250 * time.Millisecond

// EmptyLog brings what the log beside SQLite's file holds into the file, and
// cuts it off: what was deleted is written over in the file alone, and would
// else be read in the log until that is written anew. A log that somebody still
// reads from stays for the next time. On PostgreSQL it does nothing.
func (d *DB) EmptyLog(ctx context.Context) (err error) {
	if d.engine != SQLite {
		return nil
	}
	own, err := sql.Open("sqlite", sqliteDSN(d.path, "busy_timeout("+strconv.FormatInt(emptyWithin.Milliseconds(), 10)+")"))
	if err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	defer func() { err = errors.Join(err, own.Close()) }()
	var busy, pages, moved int
	if err := own.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	return nil
}

// makePrivate makes the file, if it is not there, for its owner's eyes only;
// SQLite gives the files beside it the same mode. A file that is there is not
// opened: closing it again would drop this process's locks on it.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDSN opens transactions as writers from the start, so that none fails
// half way when it first writes.
func sqliteDSN(path string, pragmas ...string) string {
	v := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + v.Encode()
}

func (d *DB) updateSQLite(ctx context.Context, f func(tx *Tx) error) error {
	r := &request{f: f, done: make(chan error, 1), since: time.Now()}
	if err := d.enter(ctx, r); err != nil {
		return err
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.state.CompareAndSwap(waiting, abandoned) {
			return ctx.Err()
		}
		return <-r.done
	}
}

func (d *DB) enter(ctx context.Context, r *request) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return ErrClosed
	}
	select {
	case d.writer.queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
