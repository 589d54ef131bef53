// Package db is the one door to the database: SQLite in a file by default,
// PostgreSQL for more than one machine, with the same SQL text for both.
//
// It is in charge of connections, grouped writes (Update), reads, migrations,
// leases among nodes, and the few words in which the engines differ. It knows
// nothing of what the rows mean; that is for the rooms above.
package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Engine says which database stands behind a DB or a Tx.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// ErrClosed is the answer of Update after Close.
var ErrClosed = errors.New("db: closed")

// Config says where the data lies.
type Config struct {
	Path    string       // the SQLite file, made if absent
	DSN     string       // a PostgreSQL address; wins over Path
	Sync    string       // SQLite's synchronous: "FULL" unless said, "OFF" for tests and samples
	Readers int          // connections for reading; 0 means a number that suits the machine
	Log     *slog.Logger // slog.Default() unless said
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine Engine
	path   string // SQLite only
	log    *slog.Logger

	write *sql.DB // one connection on SQLite
	read  *sql.DB // query_only on SQLite
	stmts *statements

	writer *writer // SQLite only

	mu     sync.RWMutex // held for reading while a function enters the writer's queue
	closed bool
}

// Open opens the database, and makes the SQLite file if there is none. The
// caller runs Migrate next, and Close at the end.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.DSN != "" {
		return openPostgres(ctx, c)
	}
	return openSQLite(ctx, c)
}

// Engine says which database this is.
func (d *DB) Engine() Engine { return d.engine }

// WriteDB is the pool that Update writes through. It is for the job queue
// alone, which shares SQLite's one write connection.
func (d *DB) WriteDB() *sql.DB { return d.write }

// Close waits for the functions that were handed to Update, and closes.
func (d *DB) Close() error {
	d.mu.Lock()
	was := d.closed
	d.closed = true
	if !was && d.writer != nil {
		close(d.writer.queue)
	}
	d.mu.Unlock()
	if was {
		return nil
	}
	if d.writer != nil {
		<-d.writer.stopped
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// Writes is what an operator may know of the one writer on SQLite: how many functions
// wait for it now, how many it took since Open, and how long those waited together.
// PostgreSQL has as many writers as connections, and all is 0.
func (d *DB) Writes() (waiting int, taken int64, waited time.Duration) {
	if d.writer == nil {
		return 0, 0, 0
	}
	return len(d.writer.queue), d.writer.writes.Load(), time.Duration(d.writer.waited.Load())
}

// Update runs f in a transaction and answers once it is committed, on SQLite
// synced to the disk: what was answered without an error is not lost.
//
// On SQLite functions that wait at the same time share one transaction and one
// sync, and are run again, each in a savepoint of its own, when one of them
// failed after writing. So f does nothing but SQL on its own tx, may run more
// than once, and must not call Update or wait for others.
// The context counts while f waits for its turn; once f runs it is finished.
// An error or a panic of f undoes what f did and nothing else; a panic comes
// back as *PanicError.
func (d *DB) Update(ctx context.Context, f func(tx *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.engine == Postgres {
		return d.updatePostgres(ctx, f)
	}
	return d.updateSQLite(ctx, f)
}

// Reader asks questions; Read gives one outside, and *Tx is one inside a
// transaction. The rows are closed before the next statement is run.
type Reader interface {
	Query(q string, args ...any) (*sql.Rows, error)
	QueryRow(q string, args ...any) *sql.Row
}

// Read asks questions of what is committed, each statement by itself, until
// ctx ends. On SQLite a write through it fails.
func (d *DB) Read(ctx context.Context) Reader { return reader{d, ctx} }

type reader struct {
	d   *DB
	ctx context.Context
}

func (r reader) Query(q string, args ...any) (*sql.Rows, error) {
	if s, done := r.d.stmts.get(r.ctx, q); s != nil {
		defer done()
		return s.QueryContext(r.ctx, args...)
	}
	return r.d.read.QueryContext(r.ctx, q, args...)
}

func (r reader) QueryRow(q string, args ...any) *sql.Row {
	if s, done := r.d.stmts.get(r.ctx, q); s != nil {
		defer done()
		return s.QueryRowContext(r.ctx, args...)
	}
	return r.d.read.QueryRowContext(r.ctx, q, args...)
}
