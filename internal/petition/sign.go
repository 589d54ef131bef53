package petition

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Draft is what somebody says as they sign.
type Draft struct {
	Reason     string // why; may be empty
	Private    bool   // the name and the reason are shown to nobody else
	Version    int64  // of the text that was read; 0 is the newest
	InspiredBy act.Source
	Key        string // idempotency; "" for none
}

func (d Draft) visibility() act.Visibility {
	if d.Private {
		return act.Me
	}
	return act.Public
}

// Sign signs as v, once. problem.Conflict when v signed before (its argument is
// the signature's id), signed from outside with the same address, the petition is
// closed, or its text is another one now (field version); problem.Invalid.
func (s *Service) Sign(ctx context.Context, v account.Viewer, callID id.ID, d Draft) (*act.Act, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	reason, err := text.Block("reason", d.Reason, ReasonMost)
	if err != nil {
		return nil, err
	}
	draft := act.Draft{CallID: callID, Story: reason, Visibility: d.visibility(), InspiredBy: d.InspiredBy, Key: d.Key}
	return s.Acts.DoAnd(ctx, v, draft, func(tx *db.Tx, a *act.Act) error {
		var signed int64
		err := tx.QueryRow(`SELECT version FROM signature WHERE act_id = $1`, a.ID).Scan(&signed)
		if err != nil {
			return fmt.Errorf("read which text was signed: %w", err)
		}
		return sameText(d.Version, signed)
	})
}

func sameText(read, now int64) error {
	if read != 0 && read != now {
		return problem.Conflict("version", "The text of the petition was changed just now. Please read it once more.")
	}
	return nil
}

// Mine is v's own signature; nil if there is none.
func (s *Service) Mine(ctx context.Context, v account.Viewer, callID id.ID) (*act.Act, error) {
	if !v.SignedIn() {
		return nil, nil
	}
	return s.Acts.OneOf(s.d.Read(ctx), callID, v.ID())
}

// Withdraw takes v's signature back, also where the petition is not shown any
// more. problem.NotFound if there is none.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, callID id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	mine, err := s.Mine(ctx, v, callID)
	if err != nil {
		return err
	}
	if mine == nil || mine.Kind != call.Petition {
		return problem.NotFound("signature")
	}
	return s.Acts.Withdraw(ctx, v, mine.ID)
}

// OnDone makes an account's act for a petition a signature, whichever door it
// came through. problem.Conflict when its address signed from outside.
func (s *Service) OnDone(tx *db.Tx, e act.Done) error {
	if e.Kind != call.Petition || e.CallID == 0 || e.Outside {
		return nil
	}
	logins, err := auth.LoginsIn(tx, []id.ID{e.DoerID})
	if err != nil {
		return err
	}
	var key []byte
	if l := logins[e.DoerID]; l.Email != "" {
		key = s.key(forSignature, e.CallID, l.Email)
	}
	version, err := s.textIn(tx, e.CallID)
	if err != nil {
		return err
	}
	signed, err := insert(tx, signature{act: e.ActID, call: e.CallID, key: key, version: version})
	if err != nil {
		return err
	}
	if !signed {
		return problem.Conflict("", "Your mail address has signed this petition already, by the link in a mail.")
	}
	return nil
}

// signature is a row on its way into the database.
type signature struct {
	act, call, outsider id.ID
	key                 []byte
	version             int64
	withdraw            []byte
	address, language   string
}

// insert answers false when the address has signed.
func insert(tx *db.Tx, n signature) (bool, error) {
	res, err := tx.Exec(`INSERT INTO signature (act_id, call_id, outsider_id, address_key, version, withdraw_hash, address, language)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (call_id, address_key) WHERE address_key IS NOT NULL DO NOTHING`,
		n.act, n.call, n.outsider, blob(n.key), n.version, blob(n.withdraw), n.address, n.language)
	if err != nil {
		return false, fmt.Errorf("insert a signature: %w", err)
	}
	rows, err := res.RowsAffected()
	return rows == 1, err
}

// blob is NULL for none.
func blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// OnWithdrawn erases what a signature had beside its act: its address may sign
// again.
func (s *Service) OnWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	if _, err := tx.Exec(`DELETE FROM signature WHERE act_id = $1`, e.ActID); err != nil {
		return fmt.Errorf("erase a signature: %w", err)
	}
	return nil
}
