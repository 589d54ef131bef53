package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
)

// ErrTxOver is the answer of a Tx that is used after its function returned.
var ErrTxOver = errors.New("db: the transaction is over")

// PanicError is what Update returns when its function panicked. It was logged.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in a write: %v", e.Value) }

// Unwrap gives the error that was panicked with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Tx is one function's turn to write. It has a context of its own: the
// caller's does not reach into it. It belongs to that function's goroutine and
// ends with it.
//
// A statement that fails ends the function's turn on both engines: later
// statements fail with the same error, and nothing is committed even if the
// function returns nil. A duplicate that is expected is said in SQL, ON CONFLICT.
type Tx struct {
	engine Engine
	sql    *sql.Tx
	ctx    context.Context
	stmts  *writerStatements // nil on PostgreSQL, whose driver keeps its own

	after []func()
	err   error // of the first statement that failed
	wrote bool  // perhaps: something else than a SELECT was run
	raw   bool  // somebody has SQL, whose errors are not noted
	over  bool
}

// Engine says which database this is.
func (t *Tx) Engine() Engine { return t.engine }

// SQL is the transaction as the standard library knows it, for enqueueing jobs.
func (t *Tx) SQL() *sql.Tx {
	t.wrote, t.raw = true, true
	return t.sql
}

// AfterCommit keeps f to be run once the transaction is committed, before
// Update answers, in the order of the calls. It only touches memory. It is
// dropped when the function fails, or is run again.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Exec runs a statement that gives no rows.
func (t *Tx) Exec(q string, args ...any) (sql.Result, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	t.wrote = true
	var res sql.Result
	var err error
	if s := t.stmts.get(q); s != nil {
		res, err = s.ExecContext(t.ctx, args...)
	} else {
		res, err = t.sql.ExecContext(t.ctx, q, args...)
	}
	return res, t.note(err)
}

// Query runs a statement that gives rows. They are closed before the next
// statement.
func (t *Tx) Query(q string, args ...any) (*sql.Rows, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	t.wrote = t.wrote || !isSelect(q)
	var rows *sql.Rows
	var err error
	if s := t.stmts.get(q); s != nil {
		rows, err = s.QueryContext(t.ctx, args...)
	} else {
		rows, err = t.sql.QueryContext(t.ctx, q, args...)
	}
	return rows, t.note(err)
}

// QueryRow runs a statement of which one row matters; the row is scanned before
// the next statement.
func (t *Tx) QueryRow(q string, args ...any) *sql.Row {
	if err := t.usable(); err != nil {
		return t.sql.QueryRowContext(failed{t.ctx, err}, q, args...)
	}
	t.wrote = t.wrote || !isSelect(q)
	var row *sql.Row
	if s := t.stmts.get(q); s != nil {
		row = s.QueryRowContext(t.ctx, args...)
	} else {
		row = t.sql.QueryRowContext(t.ctx, q, args...)
	}
	if err := row.Err(); err != nil {
		t.err = err
	}
	return row
}

// isSelect says no of what may write, RETURNING rows; a WITH may.
func isSelect(q string) bool { return strings.HasPrefix(q, "SELECT ") }

func (t *Tx) usable() error {
	if t.over {
		return ErrTxOver
	}
	return t.err
}

func (t *Tx) note(err error) error {
	if err != nil {
		t.err = err
	}
	return err
}

// run calls f, and turns a panic and an overlooked error into its error.
func (t *Tx) run(f func(tx *Tx) error, log *slog.Logger) (err error) {
	defer func() {
		t.over = true
		if v := recover(); v != nil {
			p := &PanicError{Value: v, Stack: debug.Stack()}
			log.Error("panic in a write", "panic", v, "stack", string(p.Stack))
			err = p
		}
	}()
	if err := f(t); err != nil {
		return err
	}
	return t.err
}

// failed is a context that ended with err: the only way to make a *sql.Row
// that carries an error.
type failed struct {
	context.Context
	err error
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (f failed) Done() <-chan struct{} { return closed }
func (f failed) Err() error            { return f.err }

func runAfter(after []func(), log *slog.Logger) {
	for _, f := range after {
		func() {
			defer func() {
				if v := recover(); v != nil {
					log.Error("panic after a commit", "panic", v, "stack", string(debug.Stack()))
				}
			}()
			f()
		}()
	}
}
