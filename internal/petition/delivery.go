package petition

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Delivery is that the signatures were handed over.
type Delivery struct {
	ID          id.ID
	CallID      id.ID
	AddresseeID id.ID     // 0 for all of them
	On          time.Time // the day, at its beginning in UTC
	Signatures  int64     // how many there were when it was noted
	How         string
	By          id.ID // the organiser who noted it; 0 once erased
}

// DeliveryDraft is what organisers note.
type DeliveryDraft struct {
	AddresseeID id.ID // 0 for all of them
	On          time.Time
	How         string // may be ""
}

// Deliveries are those of a petition, the newest first.
func (s *Service) Deliveries(ctx context.Context, v account.Viewer, callID id.ID) ([]Delivery, error) {
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), func(row db.Row) (n Delivery, err error) {
		var on int64
		err = row.Scan(&n.ID, &n.CallID, &n.AddresseeID, &on, &n.Signatures, &n.How, &n.By)
		n.On = db.Time(on)
		return n, err
	}, `SELECT id, call_id, addressee_id, delivered_at, signatures, how, by_id FROM delivery WHERE call_id = $1 ORDER BY id DESC LIMIT $2`, callID, deliveriesMost)
	if err != nil {
		return nil, fmt.Errorf("list the deliveries of petition %s: %w", callID, err)
	}
	return list, nil
}

// AddDelivery notes that the signatures were handed over. Organisers may.
// problem.Invalid.
func (s *Service) AddDelivery(ctx context.Context, v account.Viewer, callID id.ID, d DeliveryDraft) (deliveryID id.ID, err error) {
	if d.How, err = text.Line("how", d.How, HowMost); err != nil {
		return 0, err
	}
	// A day begins up to fourteen hours earlier elsewhere than here.
	if d.On.IsZero() || d.On.After(s.now().Add(14*time.Hour)) || d.On.Year() < 1970 {
		return 0, problem.Invalid("on", "Say on which day; it is not in the future.")
	}
	err = s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) (err error) {
		if d.AddresseeID != 0 {
			if _, err := addresseeIn(tx, callID, d.AddresseeID); err != nil {
				return err
			}
		}
		deliveryID, err = s.AddDeliveryIn(tx, c, v.ID(), d, s.now())
		return err
	})
	return deliveryID, err
}

// AddDeliveryIn is AddDelivery inside another transaction, for the sample.
func (s *Service) AddDeliveryIn(tx *db.Tx, c *call.Call, by id.ID, d DeliveryDraft, at time.Time) (id.ID, error) {
	totals, err := call.TotalsOf(tx, []id.ID{c.ID})
	if err != nil {
		return 0, err
	}
	deliveryID := s.ids.New()
	res, err := tx.Exec(`INSERT INTO delivery (id, call_id, addressee_id, delivered_at, signatures, how, by_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS BIGINT),
			CAST($8 AS BIGINT) WHERE (SELECT COUNT(*) FROM delivery WHERE call_id = $9) < $10`,
		deliveryID, c.ID, d.AddresseeID, db.Millis(d.On), totals[c.ID].Amount(c.Unit, c.CountsFrom), d.How, by, db.Millis(at), c.ID, deliveriesMost)
	return deliveryID, added(res, err, "note a delivery", lang.Mark("There are %d deliveries on record already."), deliveriesMost)
}

// RemoveDelivery takes a note back. Organisers may. problem.NotFound.
func (s *Service) RemoveDelivery(ctx context.Context, v account.Viewer, callID, deliveryID id.ID) error {
	return s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		n, err := affected(tx.Exec(`DELETE FROM delivery WHERE id = $1 AND call_id = $2`, deliveryID, callID))
		if err != nil {
			return fmt.Errorf("take a delivery back: %w", err)
		}
		if n == 0 {
			return problem.NotFound("delivery")
		}
		return nil
	})
}
