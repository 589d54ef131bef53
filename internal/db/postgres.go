package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	postgresConns   = 16 // for writing, and for reading unless said
	postgresRetries = 12 // of a function that clashed with another

	// poolParam is what a DSN says of how many connections each of the two pools
	// may have, in the word of pgx's own pool.
	poolParam = "pool_max_conns"
)

func openPostgres(ctx context.Context, c Config) (*DB, error) {
	conf, err := pgx.ParseConfig(c.DSN)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	conns := postgresConns
	if said, ok := conf.RuntimeParams[poolParam]; ok {
		delete(conf.RuntimeParams, poolParam)
		if conns, err = strconv.Atoi(said); err != nil || conns < 2 {
			return nil, fmt.Errorf("open the database: %s is a whole number from 2", poolParam)
		}
	}
	// No statement of ours waits forever on a lock or a lost node.
	for k, v := range map[string]string{
		"lock_timeout":                        "30s",
		"idle_in_transaction_session_timeout": "60s",
		"timezone":                            "UTC",
	} {
		if _, said := conf.RuntimeParams[k]; !said {
			conf.RuntimeParams[k] = v
		}
	}
	// Two pools, so that functions that hold a connection never wait for
	// readers who wait for one.
	write, read := stdlib.OpenDB(*conf), stdlib.OpenDB(*conf)
	for pool, most := range map[*sql.DB]int{write: conns, read: cmp.Or(c.Readers, conns)} {
		pool.SetMaxOpenConns(most)
		pool.SetMaxIdleConns(most) // a new connection is dear: the server learns the schema anew
		pool.SetConnMaxIdleTime(5 * time.Minute)
	}
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), write.Close(), read.Close())
	}
	return &DB{engine: Postgres, log: c.Log, write: write, read: read}, nil
}

// updatePostgres runs f at READ COMMITTED, again when it clashed with another.
// Waiting for a connection is what the queue is on SQLite.
func (d *DB) updatePostgres(ctx context.Context, f func(tx *Tx) error) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		if errors.Is(err, sql.ErrConnDone) || d.isClosed() {
			return ErrClosed
		}
		return fmt.Errorf("begin a write: %w", err)
	}
	defer func() {
		if err := conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
			d.log.Debug("give a connection back", "error", err)
		}
	}()
	for try := 1; ; try++ {
		err := d.attemptPostgres(conn, f)
		if err == nil || !clashed(err) || try > postgresRetries {
			return err
		}
		// Full jitter, from 2 ms doubling up to 128 ms.
		pause := time.NewTimer(rand.N(2 * time.Millisecond << min(try, 6)))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

func (d *DB) attemptPostgres(conn *sql.Conn, f func(tx *Tx) error) error {
	ctx := context.Background()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("begin a write: %w", err)
	}
	committed := false
	defer func() { // also when f leaves its goroutine
		if committed {
			return
		}
		if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
			d.log.Debug("roll back a write", "error", err)
		}
	}()
	t := &Tx{engine: Postgres, sql: tx, ctx: ctx}
	if err := t.run(f, d.log); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	runAfter(t.after, d.log)
	return nil
}

func (d *DB) isClosed() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.closed
}

// clashed says whether PostgreSQL chose this transaction to give way:
// serialization_failure or deadlock_detected.
func clashed(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
