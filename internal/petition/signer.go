package petition

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Signatures are the public ones, and v's own, the newest first, as far as v may
// see who made them. With reasons, only those that say why.
func (s *Service) Signatures(ctx context.Context, v account.Viewer, callID id.ID, reasons bool, p db.Page) ([]*act.Act, error) {
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	return s.Acts.Of(ctx, v, act.Filter{Call: callID, Told: reasons}, p)
}

// Hidden is a reason that organisers hid, for them alone.
type Hidden struct {
	ActID  id.ID
	Reason string
	By     id.ID // 0 once erased
}

// HiddenReasons are those of a petition, the newest first, of signatures that are
// still public. For organisers.
func (s *Service) HiddenReasons(ctx context.Context, v account.Viewer, callID id.ID, p db.Page) (list []Hidden, err error) {
	if _, err := s.deliverable(ctx, v, callID); err != nil {
		return nil, err
	}
	cond, args, tail := p.SQL("signature.act_id", 2)
	list, err = db.All(s.d.Read(ctx), func(row db.Row) (h Hidden, err error) {
		return h, row.Scan(&h.ActID, &h.Reason, &h.By)
	}, `SELECT signature.act_id, hidden_reason, hidden_by FROM signature JOIN act ON act.id = signature.act_id
		WHERE signature.call_id = $1 AND hidden_reason <> '' AND act.visibility <> 'me' AND `+cond+tail, append([]any{callID}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list the hidden reasons of petition %s: %w", callID, err)
	}
	return db.Newest(p, list), nil
}

// HideReason takes the reason of a public signature away from everyone but
// organisers, who can show it again; the signature counts on. Organisers may.
// problem.NotFound for a signature of another petition, a private one, or one
// without a reason.
func (s *Service) HideReason(ctx context.Context, v account.Viewer, callID, actID id.ID) error {
	return s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		// A signature that was imported has no row yet.
		version, err := s.textIn(tx, callID)
		if err != nil {
			return err
		}
		n, err := affected(tx.Exec(`INSERT INTO signature (act_id, call_id, version, hidden_reason, hidden_by)
			SELECT id, call_id, CAST($1 AS BIGINT), story, CAST($2 AS BIGINT) FROM act
			WHERE id = $3 AND call_id = $4 AND state = 'live' AND visibility <> 'me' AND story <> ''
			ON CONFLICT (act_id) DO UPDATE SET hidden_reason = excluded.hidden_reason, hidden_by = excluded.hidden_by`,
			version, v.ID(), actID, callID))
		if err != nil {
			return fmt.Errorf("hide a reason: %w", err)
		}
		if n == 0 {
			return problem.NotFound("reason")
		}
		return s.Acts.SetStoryIn(tx, actID, "")
	})
}

// ShowReason shows a hidden reason again. Organisers may. problem.NotFound for
// one that is not hidden or private by now, problem.Conflict where its signer wrote another one.
func (s *Service) ShowReason(ctx context.Context, v account.Viewer, callID, actID id.ID) error {
	return s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		type row struct{ hidden, story string }
		found, err := db.All(tx, func(r db.Row) (h row, err error) { return h, r.Scan(&h.hidden, &h.story) },
			`SELECT signature.hidden_reason, act.story FROM signature JOIN act ON act.id = signature.act_id
			WHERE act_id = $1 AND signature.call_id = $2 AND hidden_reason <> '' AND act.visibility <> 'me'`, actID, callID)
		if err != nil {
			return fmt.Errorf("read a hidden reason: %w", err)
		}
		switch {
		case len(found) == 0:
			return problem.NotFound("reason")
		case found[0].story != "":
			return problem.Conflict("", "Who signed wrote another reason meanwhile.")
		}
		if _, err := tx.Exec(`UPDATE signature SET hidden_reason = '', hidden_by = NULL WHERE act_id = $1`, actID); err != nil {
			return fmt.Errorf("show a reason: %w", err)
		}
		return s.Acts.SetStoryIn(tx, actID, found[0].hidden)
	})
}
