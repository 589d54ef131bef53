package safety

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

const decisionQuery = `SELECT d.id, d.moderator_id, d.target_id, d.subject, d.action, d.report_id, d.post_ids, d.rule_ids, d.reason, d.told, d.created_at,
	a.account_id, COALESCE(a.text, ''), COALESCE(a.state, ''), a.created_at
	FROM decision d LEFT JOIN appeal a ON a.decision_id = d.id WHERE `

func scanDecision(row db.Row) (*Decision, error) {
	d, a := &Decision{}, &Appeal{}
	var posts, rules string
	var created int64
	var answered sql.NullInt64
	err := row.Scan(&d.ID, &d.ModeratorID, &d.TargetID, &d.Subject, &d.Action, &d.ReportID, &posts, &rules, &d.Reason, &d.Told, &created,
		&a.AccountID, &a.Text, &a.State, &answered)
	if err != nil {
		return nil, err
	}
	d.CreatedAt = db.Time(created)
	if answered.Valid {
		a.DecisionID, a.CreatedAt = d.ID, db.Time(answered.Int64)
		d.Appeal = a
	}
	return d, errors.Join(json.Unmarshal([]byte(posts), &d.PostIDs), json.Unmarshal([]byte(rules), &d.RuleIDs))
}

// Record lists decisions, the newest first, about one account or, with 0, all;
// for moderators.
func (s *Service) Record(ctx context.Context, v account.Viewer, target id.ID, p db.Page) ([]*Decision, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	if target == 0 {
		return s.decisions(ctx, `1 = 1`, nil, p)
	}
	return s.decisions(ctx, `d.target_id = $1`, []any{target}, p)
}

// Appealed lists the decisions whose appeals wait, for moderators.
func (s *Service) Appealed(ctx context.Context, v account.Viewer, p db.Page) ([]*Decision, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	return s.decisions(ctx, `a.state = 'pending'`, nil, p)
}

// Told lists the decisions that the viewer was told of about itself.
func (s *Service) Told(ctx context.Context, v account.Viewer, p db.Page) ([]*Decision, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see what was decided about you.")
	}
	return s.decisions(ctx, `d.told AND d.target_id = $1`, []any{v.ID()}, p)
}

// TellingOf are decisions by their ids, whoever asks: for notices about them,
// which only those get whom they are about.
func (s *Service) TellingOf(ctx context.Context, ids []id.ID) (map[id.ID]*Decision, error) {
	in, args := db.In(1, ids)
	list, err := s.decisions(ctx, `d.id IN `+in, args, db.Page{Limit: len(ids)})
	found := make(map[id.ID]*Decision, len(list))
	for _, d := range list {
		found[d.ID] = d
	}
	return found, err
}

func (s *Service) decisions(ctx context.Context, where string, args []any, p db.Page) ([]*Decision, error) {
	p.Most = listMost
	cond, more, tail := p.SQL("d.id", len(args)+1)
	list, err := db.All(s.d.Read(ctx), scanDecision, decisionQuery+where+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	return db.Newest(p, list), nil
}

// Decision is one, for moderators, for whom it is about, and for who has the
// secret of the mail about it, since that account may be kept out;
// problem.NotFound.
func (s *Service) Decision(ctx context.Context, v account.Viewer, i id.ID, secret string) (*Decision, error) {
	if !v.Moderates() {
		return s.answerable(ctx, v, i, secret)
	}
	return s.decision(ctx, `d.id = $1`, i)
}

// answerable is a decision that the viewer was told of about itself, or that of
// the mail's secret; problem.NotFound.
func (s *Service) answerable(ctx context.Context, v account.Viewer, i id.ID, secret string) (*Decision, error) {
	h := sha256.Sum256([]byte(secret)) // nobody's key is that of ""
	return s.decision(ctx, `d.id = $1 AND d.told AND (d.target_id = $2 OR d.key = $3)`, i, int64(v.ID()), h[:])
}

func (s *Service) decision(ctx context.Context, where string, args ...any) (*Decision, error) {
	d, err := db.One(s.d.Read(ctx), scanDecision, decisionQuery+where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("decision")
	}
	if err != nil {
		return nil, fmt.Errorf("read a decision: %w", err)
	}
	return d, nil
}

// Appeal answers a decision, once: one about the viewer, or that of the mail's
// secret; that somebody moderates is no leave to answer for another.
// problem.NotFound for all others, problem.Conflict the second time,
// problem.Invalid without words or for what cannot be answered.
func (s *Service) Appeal(ctx context.Context, v account.Viewer, i id.ID, secret, words string) error {
	d, err := s.answerable(ctx, v, i, secret)
	if err != nil {
		return err
	}
	if words, err = text.Block("text", words, MaxAppeal); err != nil {
		return err
	}
	if words == "" {
		return problem.Invalid("text", "Say why you disagree.")
	}
	if !d.Action.Chosen() {
		return problem.Invalid("text", "There is nothing to answer to in this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO appeal (decision_id, account_id, text, state, created_at) VALUES ($1, $2, $3, 'pending', $4)
			ON CONFLICT (decision_id) DO NOTHING`, i, d.TargetID, words, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("write an appeal: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.Conflict("text", "You answered this already."))
		}
		return nil
	})
}

// AnswerAppeal accepts an appeal, which takes the decision back, or rejects it;
// for those who may decide about the account. problem.NotFound when none waits;
// of many at once one answers it.
func (s *Service) AnswerAppeal(ctx context.Context, v account.Viewer, i id.ID, accept bool) error {
	d, err := s.Decision(ctx, v, i, "")
	if err != nil {
		return err
	}
	state, action := AppealRejected, RejectAppeal
	if accept {
		state, action = AppealAccepted, AcceptAppeal
	}
	return s.about(ctx, v, d.TargetID, func(tx *db.Tx, a *account.Account) error {
		res, err := tx.Exec(`UPDATE appeal SET state = $1, decided_by = $2, decided_at = $3 WHERE decision_id = $4 AND state = 'pending'`,
			string(state), v.ID(), db.Millis(s.now()), i)
		if err != nil {
			return fmt.Errorf("answer an appeal: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.NotFound("appeal"))
		}
		if _, err := s.record(tx, v, Decision{TargetID: a.ID, Action: action, Told: a.Local()}); err != nil {
			return err
		}
		if back := d.Action.Undoes(); accept && back != "" {
			if err := s.undoIn(tx, v, a, back); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, Decided{DecisionID: i, AccountID: a.ID, Action: action, At: s.now()})
	})
}
