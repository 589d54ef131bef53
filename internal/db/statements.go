package db

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"

	"github.com/maypok86/otter/v2"
)

// maxStatements bounds the statements that are kept prepared: those that were
// asked often and lately.
const maxStatements = 1000

// statements keeps what readers ask prepared, by text. A nil one keeps none.
type statements struct {
	db   *sql.DB
	kept shelf
}

// shelf is what is asked of the library's cache. Were its type named in DB, its
// generic code would be compiled anew in every package that can see one.
type shelf interface {
	GetIfPresent(q string) (*statement, bool)
	SetIfAbsent(q string, st *statement) (*statement, bool)
	CleanUp()
	EstimatedSize() int
}

// statement is one that is kept. Who asks it holds the lock for reading; who
// closes it takes the lock and never gives it back.
type statement struct {
	*sql.Stmt
	asked sync.RWMutex
}

func newStatements(d *sql.DB) *statements {
	return &statements{db: d, kept: otter.Must(&otter.Options[string, *statement]{
		MaximumSize: maxStatements,
		OnDeletion: func(e otter.DeletionEvent[string, *statement]) {
			e.Value.asked.Lock()
			if err := e.Value.Close(); err != nil {
				slog.Debug("close a statement", "error", err)
			}
		},
	})}
}

// get is nil when the text is to be run as it is; else done is called once it was
// asked.
func (s *statements) get(ctx context.Context, q string) (st *sql.Stmt, done func()) {
	if s == nil {
		return nil, nil
	}
	kept, ok := s.kept.GetIfPresent(q)
	if !ok {
		fresh, err := s.db.PrepareContext(ctx, q)
		if err != nil {
			return nil, nil // running it will say the same error
		}
		if kept, ok = s.kept.SetIfAbsent(q, &statement{Stmt: fresh}); !ok {
			if err := fresh.Close(); err != nil {
				slog.Debug("close a statement that was prepared twice", "error", err)
			}
		}
	}
	if !kept.asked.TryRLock() {
		return nil, nil // it is being closed
	}
	return kept.Stmt, kept.asked.RUnlock
}

// writerStatements keeps the writer's statements prepared. The one connection
// is busy while functions run, so a text that is met for the first time runs
// as it is and is prepared between two groups.
type writerStatements struct {
	db    *sql.DB
	kept  map[string]*sql.Stmt
	fresh map[string]bool // met in this group

	tx   *sql.Tx
	inTx map[string]*sql.Stmt // kept, as seen by tx
}

func newWriterStatements(d *sql.DB) *writerStatements {
	return &writerStatements{
		db:    d,
		kept:  map[string]*sql.Stmt{},
		fresh: map[string]bool{},
		inTx:  map[string]*sql.Stmt{},
	}
}

func (s *writerStatements) begin(tx *sql.Tx) {
	s.tx = tx
	clear(s.inTx)
}

// get is nil when the text is to be run as it is.
func (s *writerStatements) get(q string) *sql.Stmt {
	if s == nil {
		return nil
	}
	if st := s.inTx[q]; st != nil {
		return st
	}
	kept, met := s.kept[q]
	switch {
	case kept != nil:
		st := s.tx.Stmt(kept)
		s.inTx[q] = st
		return st
	case !met && len(s.fresh) < maxStatements:
		s.fresh[q] = true
	}
	return nil
}

// prepare keeps what the last group met, and begins anew when there is no room for
// it. A text that cannot be prepared is remembered as nil and always run as it is:
// running it said why.
func (s *writerStatements) prepare(log *slog.Logger) {
	if len(s.kept)+len(s.fresh) > maxStatements {
		s.close(log)
		clear(s.kept)
	}
	for q := range s.fresh {
		st, err := s.db.Prepare(q)
		if err != nil {
			st = nil
		}
		s.kept[q] = st
	}
	clear(s.fresh)
}

func (s *writerStatements) close(log *slog.Logger) {
	for _, st := range s.kept {
		if st == nil {
			continue
		}
		if err := st.Close(); err != nil {
			log.Debug("close a statement", "error", err)
		}
	}
}
