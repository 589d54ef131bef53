package about

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// SetTerms publishes terms of service that hold from a Day on, today or later.
// Those of a day to come can be changed until then; what has held once stays as
// it was, for people to see what they agreed to.
func (s *Service) SetTerms(ctx context.Context, v account.Viewer, t Terms) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	today := s.today()
	if _, err := time.Parse(Day, t.On); err != nil || t.On < today {
		return problem.Invalid("on", "Choose a day, today or later.")
	}
	body, err := text.Block("text", t.Text, MaxProse)
	if err != nil {
		return err
	}
	if body == "" {
		return problem.Invalid("text", "Write the terms.")
	}
	return s.change(ctx, v, "publish terms", func(tx *db.Tx) error {
		rows, err := db.All(tx, func(r db.Row) (on string, err error) {
			return on, r.Scan(&on)
		}, `INSERT INTO terms (effective_on, text, changed_at) VALUES ($1, $2, $3)
			ON CONFLICT (effective_on) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at
			WHERE terms.effective_on > $4 RETURNING effective_on`, t.On, body, db.Millis(s.now()), today)
		if err == nil && len(rows) == 0 {
			err = problem.Conflict("on", "Terms that hold already stay as they are. Publish new ones for a later day.")
		}
		return err
	})
}

// DropTerms takes terms back that do not hold yet, else problem.NotFound.
func (s *Service) DropTerms(ctx context.Context, v account.Viewer, on string) error {
	return s.change(ctx, v, "take terms back", func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM terms WHERE effective_on = $1 AND effective_on > $2`, on, s.today())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return problem.NotFound("page")
		}
		return nil
	})
}

func (s *Service) today() string { return s.now().UTC().Format(Day) }

// TermsAt are the terms that hold at a time, and the day of those that follow
// them, "" for none; nil if none holds.
func (a *About) TermsAt(at time.Time) (t *Terms, next string) {
	return a.termsUpTo(at.UTC().Format(Day))
}

// TermsOf are the terms of exactly that day, nil if there are none.
func (a *About) TermsOf(on string) (t *Terms, next string) {
	if t, next = a.termsUpTo(on); t != nil && t.On == on {
		return t, next
	}
	return nil, ""
}

func (a *About) termsUpTo(day string) (t *Terms, next string) {
	for n := range a.Terms {
		if a.Terms[n].On <= day {
			return &a.Terms[n], next
		}
		next = a.Terms[n].On
	}
	return nil, next
}

func loadTerms(r db.Reader) ([]Terms, error) {
	return db.All(r, func(from db.Row) (t Terms, err error) {
		var at int64
		err = from.Scan(&t.On, &t.Text, &at)
		t.HTML, t.At = text.Prose(t.Text), db.Time(at)
		return t, err
	}, `SELECT effective_on, text, changed_at FROM terms ORDER BY effective_on DESC LIMIT 200`)
}
