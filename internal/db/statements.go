package db

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"sync/atomic"
)

// maxStatements bounds the statements that are kept prepared; further texts
// are prepared each time they run.
const maxStatements = 1000

// statements keeps what readers ask prepared, by text. A nil one keeps none.
type statements struct {
	db     *sql.DB
	byText sync.Map // string to *sql.Stmt
	n      atomic.Int32
}

func newStatements(d *sql.DB) *statements { return &statements{db: d} }

// get is nil when the text is to be run as it is.
func (s *statements) get(ctx context.Context, q string) *sql.Stmt {
	if s == nil {
		return nil
	}
	if v, ok := s.byText.Load(q); ok {
		return v.(*sql.Stmt)
	}
	if s.n.Load() >= maxStatements {
		return nil
	}
	st, err := s.db.PrepareContext(ctx, q)
	if err != nil {
		return nil // running it will say the same error
	}
	if v, loaded := s.byText.LoadOrStore(q, st); loaded {
		if err := st.Close(); err != nil {
			slog.Debug("close a statement that was prepared twice", "error", err)
		}
		return v.(*sql.Stmt)
	}
	s.n.Add(1)
	return st
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
	case !met && len(s.kept)+len(s.fresh) < maxStatements:
		s.fresh[q] = true
	}
	return nil
}

// prepare keeps what the last group met. A text that cannot be prepared is
// remembered as nil and always run as it is: running it said why.
func (s *writerStatements) prepare() {
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
