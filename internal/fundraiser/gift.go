package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Shown is the name that a donor gives under, chosen for each gift.
type Shown string

// The names.
const (
	Named     Shown = "named"     // the account's
	PenName   Shown = "pen"       // another, which the donor chose
	Anonymous Shown = "anonymous" // none
)

// Limits of what a donor and a beneficiary write, in characters.
const (
	PenNameMost = 60
	ReasonMost  = 300
)

// Gift is what a donor says that they gave.
type Gift struct {
	Amount     *int64 // in the currency's smallest unit; needed
	Unit       string // ISO 4217; "" is the call's
	Shown      Shown  // "" is Named
	PenName    string // with Shown PenName
	Story      string
	DoneAt     time.Time // zero: now
	Visibility act.Visibility
	Receipt    []id.ID // loose pictures of the donor's, for organisers and the beneficiary alone
	InspiredBy act.Source
	TellAs     bool   // in a public post; with Shown Named alone
	Key        string `json:"-"` // idempotency
}

// cleanName checks under which name is given.
func cleanName(shown Shown, pen string) (Shown, string, error) {
	if shown == "" {
		shown = Named
	}
	pen, err := text.Line("pen_name", pen, PenNameMost)
	switch {
	case err != nil:
		return shown, pen, err
	case shown != Named && shown != PenName && shown != Anonymous:
		return shown, pen, problem.Invalid("shown", "This is named, pen or anonymous.")
	case shown == PenName && pen == "":
		return shown, pen, problem.Invalid("pen_name", "Say which name to show.")
	case shown != PenName:
		pen = ""
	}
	return shown, pen, nil
}

// draft is the gift as an act.
func (g Gift) draft(callID id.ID) (act.Draft, error) {
	shown, pen, err := cleanName(g.Shown, g.PenName)
	if err != nil {
		return act.Draft{}, err
	}
	d := act.Draft{CallID: callID, Quantity: g.Amount, Unit: g.Unit, Story: g.Story, DoneAt: g.DoneAt, Visibility: g.Visibility,
		EvidenceVisibility: act.Organisers, MediaIDs: g.Receipt, InspiredBy: g.InspiredBy, Veiled: shown != Named, PenName: pen, Key: g.Key}
	if g.TellAs {
		d.TellAs = "public"
	}
	return d, nil
}

// Give tells of a gift that v made elsewhere; the beneficiary may confirm it later.
// The errors are those of act.Service.Do.
func (s *Service) Give(ctx context.Context, v account.Viewer, callID id.ID, g Gift) (*act.Act, error) {
	if _, err := s.call(ctx, v, callID); err != nil {
		return nil, err
	}
	d, err := g.draft(callID)
	if err != nil {
		return nil, err
	}
	return s.rooms.Acts.Do(ctx, v, d)
}

// GiveIn is Give inside another transaction, for the sample.
func (s *Service) GiveIn(tx *db.Tx, donor *account.Account, callID id.ID, g Gift, at time.Time) (*act.Act, error) {
	d, err := g.draft(callID)
	if err != nil {
		return nil, err
	}
	return s.rooms.Acts.DoIn(tx, donor, d, at)
}

// Doubt is a gift that the beneficiary does not find in its books.
type Doubt struct {
	ActID  id.ID
	Amount int64 // what its donor says
	Reason string
	ByID   id.ID // account; 0 once deleted
	At     time.Time
}

// Doubted are those of the gifts that the beneficiary does not find. They count for
// nothing until they are confirmed. Whoever sees the act may know.
func (s *Service) Doubted(ctx context.Context, acts []*act.Act) (map[id.ID]Doubt, error) {
	ids := make([]id.ID, 0, len(acts))
	for _, a := range acts {
		if a.Kind == call.Fundraiser && a.Quantity == 0 {
			ids = append(ids, a.ID)
		}
	}
	found := map[id.ID]Doubt{}
	if len(ids) == 0 {
		return found, nil
	}
	in, args := db.In(1, ids)
	rows, err := db.All(s.d.Read(ctx), scanDoubt, `SELECT act_id, amount, reason, by_id, created_at FROM gift_doubt WHERE act_id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read which gifts are not found: %w", err)
	}
	for _, d := range rows {
		found[d.ActID] = d
	}
	return found, nil
}

func scanDoubt(row db.Row) (d Doubt, err error) {
	var at int64
	err = row.Scan(&d.ActID, &d.Amount, &d.Reason, &d.ByID, &at)
	d.At = db.Time(at)
	return d, err
}

// Doubt says that the beneficiary does not find a told gift, and why: it counts for
// nothing until somebody confirms it. The beneficiary may, or the organisers where
// there is none; never the donor. A gift that was paid here is a Conflict, as is a
// confirmed one. NotFound, Gone.
func (s *Service) Doubt(ctx context.Context, v account.Viewer, actID id.ID, reason string) error {
	reason, err := text.Line("reason", reason, ReasonMost)
	if err != nil {
		return err
	}
	seen, err := s.rooms.Acts.Get(ctx, v, actID)
	if err != nil {
		return err
	}
	if seen.DoneBy(v.ID()) {
		return problem.Forbidden("This gift is your own: take it back instead.")
	}
	return s.keep(ctx, v, seen.CallID, false, func(tx *db.Tx, c *call.Call) error {
		a, err := act.HoldIn(tx, actID)
		switch {
		case err != nil:
			return err
		case a.Settled:
			return problem.Conflict("", "This gift was paid here: what came of the payment says what it counts for.")
		case a.Proof == act.Confirmed:
			return problem.Conflict("", "This gift was confirmed. Take the confirmation back first.")
		}
		n, err := affected(tx.Exec(`INSERT INTO gift_doubt (act_id, call_id, amount, reason, by_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (act_id) DO NOTHING`, actID, c.ID, a.Quantity, reason, v.ID(), db.Millis(s.now())))
		if err != nil {
			return fmt.Errorf("doubt a gift: %w", err)
		}
		if n == 0 {
			return nil // said before
		}
		return s.rooms.Acts.SettleIn(tx, actID, act.Settled{Proof: a.Proof}, s.now())
	})
}

// OnProven ends the doubt of a gift that was confirmed: it counts again.
func (s *Service) OnProven(tx *db.Tx, e act.Proven) error {
	if e.Is != act.Confirmed {
		return nil
	}
	amount, found, err := takeDoubt(tx, e.ActID)
	if err != nil || !found {
		return err
	}
	return s.rooms.Acts.SettleIn(tx, e.ActID, act.Settled{Quantity: amount, Proof: act.Confirmed, By: e.By}, s.now())
}

// OnActChanged keeps a doubted gift from counting when its donor says another
// amount.
func (s *Service) OnActChanged(tx *db.Tx, e act.Changed) error {
	var said int64
	err := tx.QueryRow(`UPDATE gift_doubt SET amount = (SELECT quantity FROM act WHERE id = gift_doubt.act_id)
		WHERE act_id = $1 AND EXISTS (SELECT 1 FROM act WHERE id = gift_doubt.act_id AND quantity > 0 AND state = 'live' AND proof < 2) RETURNING amount`, e.ActID).Scan(&said)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep a doubt: %w", err)
	}
	a, err := act.GetIn(tx, e.ActID)
	if err != nil {
		return err
	}
	return s.rooms.Acts.SettleIn(tx, e.ActID, act.Settled{Proof: a.Proof}, s.now())
}

// OnActWithdrawn forgets the doubt of a gift that its donor took back, and the words
// that they went to pay with once.
func (s *Service) OnActWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	_, err := tx.Exec(`UPDATE checkout SET story = '', pen_name = '', via_kind = '', via_id = NULL
		WHERE NOT monthly AND id IN (SELECT checkout_id FROM payment WHERE act_id = $1)`, e.ActID)
	if err != nil {
		return fmt.Errorf("forget what a gift was told with: %w", err)
	}
	_, _, err = takeDoubt(tx, e.ActID)
	return err
}

func takeDoubt(tx *db.Tx, actID id.ID) (amount int64, found bool, err error) {
	err = tx.QueryRow(`DELETE FROM gift_doubt WHERE act_id = $1 RETURNING amount`, actID).Scan(&amount)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("end a doubt: %w", err)
	}
	return amount, true, nil
}

// Mine are v's own gifts, under whatever name, the newest first; for v alone.
func (s *Service) Mine(ctx context.Context, v account.Viewer, p db.Page) ([]*act.Act, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	page, args, tail := p.SQL("id", 3)
	ids, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT id FROM (
			SELECT id FROM act WHERE doer_id = $1 AND NOT outside AND kind = 'fundraiser' AND state = 'live'
			UNION SELECT act_id AS id FROM veiled WHERE account_id = $2) AS mine WHERE `+page+tail, append([]any{int64(v.ID()), int64(v.ID())}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list one's gifts: %w", err)
	}
	ids = db.Newest(p, ids)
	acts, err := s.rooms.Acts.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*act.Act, 0, len(ids))
	for _, i := range ids {
		if a := acts[i]; a != nil {
			list = append(list, a)
		}
	}
	return list, nil
}

// Pictured says who may see the pictures of a spending report: who sees its call.
func (s *Service) Pictured(ctx context.Context, v account.Viewer, spendingID id.ID) (visible, public bool, err error) {
	var callID id.ID
	err = s.d.Read(ctx).QueryRow(`SELECT call_id FROM spending WHERE id = $1`, spendingID).Scan(&callID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("find a report's call: %w", err)
	}
	if _, err := s.rooms.Calls.Get(ctx, account.Nobody, callID); err == nil {
		return true, true, nil
	} else if !problem.Is(err, problem.KindNotFound) {
		return false, false, err
	}
	_, err = s.rooms.Calls.Get(ctx, v, callID)
	if problem.Is(err, problem.KindNotFound) {
		return false, false, nil
	}
	return err == nil, false, err
}
