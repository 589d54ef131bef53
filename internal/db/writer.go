package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
)

const (
	queueLength = 1024 // functions that wait before Update itself waits to enter
	groupSize   = 256  // functions in one transaction, at most
)

var errExited = errors.New("db: the function left its goroutine (runtime.Goexit, or a test's FailNow)")

// A request's state decides between the writer, which takes it, and its
// caller, who may give up before.
const (
	waiting int32 = iota
	taken
	abandoned
)

type request struct {
	f     func(tx *Tx) error
	state atomic.Int32
	done  chan error // takes one answer without blocking

	err   error    // of the last run
	after []func() // of the last run, to run once committed
}

// writer runs functions on SQLite's one write connection, as many as wait at a
// time in one transaction.
type writer struct {
	db      *sql.DB
	log     *slog.Logger
	queue   chan *request
	stopped chan struct{}

	// Only the writer's goroutine touches these.
	stmts   *writerStatements
	tx      *sql.Tx    // open while functions run
	group   []*request // taken and not yet answered
	running *request   // the one whose function is running
}

func newWriter(d *sql.DB, log *slog.Logger) *writer {
	return &writer{
		db: d, log: log,
		queue:   make(chan *request, queueLength),
		stopped: make(chan struct{}),
		stmts:   newWriterStatements(d),
	}
}

// run works until the queue is closed and empty; group is what an earlier
// goroutine left over.
func (w *writer) run(group []*request) {
	defer w.leave()
	w.finish(group)
	for r := range w.queue {
		w.finish(w.gather(r))
		w.stmts.prepare()
	}
}

// leave ends the writer, or, where a function took the goroutine away, goes on
// in a new one with the rest of the group.
func (w *writer) leave() {
	bad := w.running
	if bad == nil {
		w.stmts.close(w.log)
		close(w.stopped)
		return
	}
	w.running = nil
	w.rollback()
	bad.done <- errExited
	var rest []*request
	for _, r := range w.group {
		if r != bad {
			rest = append(rest, r)
		}
	}
	go w.run(rest)
}

// gather takes first and whatever else waits now, without those who gave up.
func (w *writer) gather(first *request) []*request {
	var group []*request
	take := func(r *request) {
		if r.state.CompareAndSwap(waiting, taken) {
			group = append(group, r)
		}
	}
	take(first)
	for len(group) < groupSize {
		select {
		case r, ok := <-w.queue:
			if !ok {
				return group
			}
			take(r)
		default:
			return group
		}
	}
	return group
}

// finish answers every request of the group. Each attempt that SQLite ends
// answers the one that was running, so it comes to an end.
func (w *writer) finish(group []*request) {
	for len(group) > 0 {
		w.group = group
		group = w.attempt(group)
	}
	w.group = nil
}

// attempt runs the group in one transaction and answers all of it, or, where
// SQLite ended the transaction, the one it happened to, and returns the others.
func (w *writer) attempt(group []*request) (again []*request) {
	tx, err := w.db.BeginTx(context.Background(), nil)
	if err != nil {
		for _, r := range group {
			r.done <- fmt.Errorf("begin a write: %w", err)
		}
		return nil
	}
	w.tx = tx
	w.stmts.begin(tx)
	for i, r := range group {
		if alive := w.savepoint(r); !alive {
			w.rollback()
			r.done <- r.err
			return append(append([]*request(nil), group[:i]...), group[i+1:]...)
		}
	}
	if err := w.commit(); err != nil {
		return w.refused(group, err)
	}
	for _, r := range group {
		if r.err == nil {
			runAfter(r.after, w.log)
		}
	}
	for _, r := range group {
		r.done <- r.err
	}
	return nil
}

// refused handles a commit that failed, on a full disk say: each function is
// tried by itself, so that only those fail that do not fit.
func (w *writer) refused(group []*request, err error) []*request {
	if len(group) > 1 {
		for i := range group {
			w.finish(group[i : i+1])
		}
		return nil
	}
	r := group[0]
	if r.err == nil {
		r.err = fmt.Errorf("commit: %w", err)
	}
	r.done <- r.err
	return nil
}

// savepoint runs one function. It reports false when the transaction is gone,
// which SQLite does on an interrupt, a full disk or an I/O error; the savepoint
// is then no longer known.
func (w *writer) savepoint(r *request) (alive bool) {
	r.err, r.after = nil, nil
	if _, err := w.exec("SAVEPOINT f"); err != nil {
		r.err = fmt.Errorf("begin a savepoint: %w", err)
		return false
	}
	t := &Tx{engine: SQLite, sql: w.tx, ctx: context.Background(), stmts: w.stmts}
	w.running = r
	r.err = t.run(r.f, w.log)
	w.running = nil
	if r.err != nil {
		if _, err := w.exec("ROLLBACK TO f"); err != nil {
			return false
		}
	}
	if _, err := w.exec("RELEASE f"); err != nil {
		if r.err == nil {
			r.err = fmt.Errorf("release a savepoint: %w", err)
		}
		return false
	}
	r.after = t.after
	return true
}

func (w *writer) exec(q string) (sql.Result, error) {
	if s := w.stmts.get(q); s != nil {
		return s.Exec()
	}
	return w.tx.Exec(q)
}

func (w *writer) commit() error {
	tx := w.tx
	w.tx = nil
	return tx.Commit()
}

// rollback ends what is left of a transaction; SQLite's saying that there is
// none is what is expected here.
func (w *writer) rollback() {
	tx := w.tx
	w.tx = nil
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		w.log.Debug("roll back a write that SQLite ended", "error", err)
	}
}
