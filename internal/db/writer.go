package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

const (
	queueLength = 1024 // functions that wait before Update itself waits to enter
	groupSize   = 256  // functions in one transaction, at most
)

var errEnded = errors.New("db: SQLite ended the transaction")

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
	since time.Time  // when it began to wait

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

	writes, waited atomic.Int64 // functions that were taken, and for how long they waited, in ns

	// Only the writer's goroutine touches these.
	stmts   *writerStatements
	tx      *sql.Tx    // open while functions run
	group   []*request // taken and not yet answered
	alone   int        // how many of them, from the first, get a transaction each
	careful bool       // each of them gets a savepoint
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

// run works until the queue is closed and empty.
func (w *writer) run() {
	defer w.leave()
	w.finish()
	for r := range w.queue {
		w.group = w.gather(r)
		w.finish()
		w.stmts.prepare(w.log)
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
	bad.err = errExited
	w.answerOnly(bad)
	go w.run()
}

// gather takes first and whatever else waits now, without those who gave up.
func (w *writer) gather(first *request) []*request {
	var group []*request
	take := func(r *request) {
		if r.state.CompareAndSwap(waiting, taken) {
			group = append(group, r)
			w.writes.Add(1)
			w.waited.Add(int64(time.Since(r.since)))
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

// finish answers the whole group. Each attempt answers somebody, or sees to it
// that the next ones do, by savepoints or by one transaction for each.
func (w *writer) finish() {
	w.careful = false
	for len(w.group) > 0 {
		if w.alone > 0 {
			w.alone--
			w.attempt(1)
		} else {
			w.attempt(len(w.group))
		}
	}
}

// attempt runs the first n of the group in one transaction and answers them.
// Where the transaction came to an end it answers at most the one to whom that
// happened, and the others stay to be run again.
func (w *writer) attempt(n int) {
	group := w.group[:n]
	tx, err := w.db.BeginTx(context.Background(), nil)
	if err != nil {
		for _, r := range group {
			r.err = fmt.Errorf("begin a write: %w", err)
		}
		w.answer(n)
		return
	}
	w.tx = tx
	w.stmts.begin(tx)
	for _, r := range group {
		if alive := w.turn(r); !alive {
			w.rollback()
			if n > 1 && !w.careful {
				w.careful = true // and from the beginning
			} else {
				w.ended(r)
			}
			return
		}
	}
	if err := w.commit(); err != nil {
		w.refused(n, err)
		return
	}
	for _, r := range group {
		if r.err == nil {
			runAfter(r.after, w.log)
		}
	}
	w.answer(n)
}

// refused handles a commit that failed, on a full disk say: each function is
// tried by itself, so that only those fail that do not fit.
func (w *writer) refused(n int, err error) {
	if n > 1 {
		w.alone = n
		return
	}
	if r := w.group[0]; r.err == nil {
		r.err = fmt.Errorf("commit: %w", err)
	}
	w.answer(1)
}

// answer answers the first n of the group.
func (w *writer) answer(n int) {
	for _, r := range w.group[:n] {
		r.done <- r.err
	}
	w.group = w.group[n:]
}

// ended answers one in whose turn the transaction came to an end, even if it
// overlooked that.
func (w *writer) ended(r *request) {
	if r.err == nil {
		r.err = errEnded
	}
	w.answerOnly(r)
}

// answerOnly answers one of the group.
func (w *writer) answerOnly(bad *request) {
	bad.done <- bad.err
	w.group = slices.DeleteFunc(w.group, func(r *request) bool { return r == bad })
}

// turn runs one function. It reports false when the transaction is of no more
// use: SQLite ends it on an interrupt, a full disk or an I/O error, and a
// function that failed after it had written leaves its rows in it unless it had
// a savepoint. Those cost a copy of each page, so they come with the second
// attempt only.
func (w *writer) turn(r *request) (alive bool) {
	r.err, r.after = nil, nil
	if w.careful {
		if _, err := w.exec("SAVEPOINT f"); err != nil {
			r.err = fmt.Errorf("begin a savepoint: %w", err)
			return false
		}
	}
	t := &Tx{engine: SQLite, sql: w.tx, ctx: context.Background(), stmts: w.stmts}
	w.running = r
	r.err = t.run(r.f, w.log)
	w.running = nil
	switch {
	case w.careful:
		alive = w.release(r)
	case r.err != nil:
		alive = !t.wrote && w.open()
	default:
		alive = !t.raw || w.open()
	}
	if alive {
		r.after = t.after
	}
	return alive
}

// open says whether SQLite still knows the transaction. It asks for another
// one, which is refused inside of one: what was written outside would be
// committed at once.
func (w *writer) open() bool {
	_, err := w.tx.Exec("BEGIN")
	return err != nil
}

// release ends the savepoint of a function that ran, and takes back what it
// wrote if it failed. It reports false when the transaction is gone; the
// savepoint is then no longer known.
func (w *writer) release(r *request) (alive bool) {
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
