package petition

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Answer is what an addressee said in public about the petition.
type Answer struct {
	ID          id.ID
	CallID      id.ID
	AddresseeID id.ID
	Body        string // Markdown
	Source      string // where it was said; "" where the addressee wrote it here
	By          id.ID  // who wrote it, or put it on record; 0 once erased
	At          time.Time
}

// AnswerDraft is what is written.
type AnswerDraft struct {
	AddresseeID id.ID
	Body        string
	Source      string // needed from organisers
}

// What is told of a petition is counted by who has it told (see call.TellingIn), so
// that organisers cannot use the day up for the addressees.
const (
	byOrganisers = "petition"
	byAddressees = "addressee"
)

// Answers are those of a petition, the newest first.
func (s *Service) Answers(ctx context.Context, v account.Viewer, callID id.ID) ([]Answer, error) {
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), func(row db.Row) (a Answer, err error) {
		var at int64
		err = row.Scan(&a.ID, &a.CallID, &a.AddresseeID, &a.Body, &a.Source, &a.By, &at)
		a.At = db.Time(at)
		return a, err
	}, `SELECT id, call_id, addressee_id, body, source, by_id, created_at FROM petition_answer WHERE call_id = $1 ORDER BY id DESC LIMIT $2`, callID, answersMost)
	if err != nil {
		return nil, fmt.Errorf("list the answers to petition %s: %w", callID, err)
	}
	return list, nil
}

// AddAnswer puts an answer on record: the addressee's own words, or what
// organisers note of an addressee without an account. Those who signed are told,
// unless they heard enough of the petition on this day.
// problem.Invalid, problem.NotFound for an addressee of another petition.
func (s *Service) AddAnswer(ctx context.Context, v account.Viewer, callID id.ID, d AnswerDraft) (answerID id.ID, err error) {
	if d.Body, err = needed("body", d.Body, AnswerMost, lang.Mark("Say what the answer is.")); err != nil {
		return 0, err
	}
	err = s.speaksFor(ctx, v, callID, d.AddresseeID, &d.Source, func(tx *db.Tx, c *call.Call) (err error) {
		answerID, err = s.AddAnswerIn(tx, c, v.ID(), d, s.now())
		if err != nil {
			return err
		}
		about := byOrganisers
		if d.Source == "" {
			about = byAddressees
		}
		if may, err := call.TellingIn(tx, callID, about, s.now()); err != nil || !may {
			return err
		}
		if err := event.Emit(s.hub, tx, Answered{AnswerID: answerID, CallID: callID, MovementID: c.MovementID}); err != nil {
			return err
		}
		return s.jobs.Enqueue(tx, newsArgs{Call: callID, What: newsAnswer, About: answerID})
	})
	return answerID, err
}

// AddAnswerIn is AddAnswer inside another transaction, of which nobody is told,
// for the sample.
func (s *Service) AddAnswerIn(tx *db.Tx, c *call.Call, by id.ID, d AnswerDraft, at time.Time) (id.ID, error) {
	answerID := s.ids.New()
	res, err := tx.Exec(`INSERT INTO petition_answer (id, call_id, addressee_id, body, source, by_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
		WHERE (SELECT COUNT(*) FROM petition_answer WHERE call_id = $8) < $9`,
		answerID, c.ID, d.AddresseeID, d.Body, d.Source, by, db.Millis(at), c.ID, answersMost)
	return answerID, added(res, err, "put an answer on record", lang.Mark("There are %d answers on record already."), answersMost)
}

// RemoveAnswer takes an answer back: who put it on record may, and for a note of
// organisers each of them. problem.NotFound.
func (s *Service) RemoveAnswer(ctx context.Context, v account.Viewer, callID, answerID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		var by id.ID
		var source string
		rows, err := db.All(tx, func(row db.Row) (struct{}, error) { return struct{}{}, row.Scan(&by, &source) },
			`SELECT by_id, source FROM petition_answer WHERE id = $1 AND call_id = $2`, answerID, callID)
		if err != nil {
			return fmt.Errorf("read an answer: %w", err)
		}
		if len(rows) == 0 {
			return problem.NotFound("answer")
		}
		if !v.Is(by) {
			if err := call.MustOrganise(tx, v, c); err != nil {
				return err
			}
			if source == "" {
				return problem.Forbidden("These are the addressee's own words.")
			}
		}
		if _, err := tx.Exec(`DELETE FROM petition_answer WHERE id = $1`, answerID); err != nil {
			return fmt.Errorf("take an answer back: %w", err)
		}
		return event.Emit(s.hub, tx, Removed{ID: answerID})
	})
}

// needed is a text that cannot be left out.
func needed(field, s string, most int, otherwise string) (string, error) {
	s, err := text.Block(field, s, most)
	if err == nil && s == "" {
		err = problem.Invalid(field, otherwise)
	}
	return s, err
}
