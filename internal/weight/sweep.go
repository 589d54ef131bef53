package weight

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

// Sweep makes the week's key, forgets what is too old, and weighs the movements
// that are due. The server calls it by the clock, on one node at a time.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	if err := s.d.Update(ctx, func(tx *db.Tx) error { return keepKey(tx, weekOf(now)) }); err != nil {
		return err
	}
	err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		res, err := tx.Exec(`DELETE FROM weight_mark WHERE (act_id, account_id) IN
			(SELECT act_id, account_id FROM weight_mark WHERE made_at < $1 ORDER BY made_at LIMIT $2)`, db.Millis(now.Add(-markLife)), eraseBatch)
		if err != nil {
			return false, fmt.Errorf("forget old marks: %w", err)
		}
		n, err := res.RowsAffected()
		return n == eraseBatch, err
	})
	if err != nil {
		return err
	}
	due, err := db.All(s.d.Read(ctx), db.ScanID, "SELECT movement_id FROM weight_due WHERE due_at <= $1 ORDER BY due_at LIMIT $2", db.Millis(now), dueAtOnce)
	if err != nil {
		return fmt.Errorf("list movements to weigh: %w", err)
	}
	for _, movementID := range due {
		if err := s.sweep(ctx, movementID); err != nil {
			return err
		}
	}
	return nil
}

// sweep weighs a movement that is due. What happens meanwhile makes it due again,
// and so does a failure.
func (s *Service) sweep(ctx context.Context, movementID id.ID) error {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM weight_due WHERE movement_id = $1", movementID)
		return err
	})
	if err != nil {
		return fmt.Errorf("take a movement to weigh: %w", err)
	}
	if err := s.Weigh(ctx, movementID); err != nil {
		return errors.Join(err, s.d.Update(ctx, func(tx *db.Tx) error { return s.dueIn(tx, movementID) }))
	}
	return nil
}

// Weigh weighs the witnesses of a movement's newest acts now, and lifts the words
// that are not unusual any more.
func (s *Service) Weigh(ctx context.Context, movementID id.ID) error {
	is, err := s.facts(ctx, movementID)
	if err != nil {
		return err
	}
	byAct := map[id.ID][]Suspicion{}
	for _, f := range Weigh(is.acts, is.people) {
		byAct[f.Act] = append(byAct[f.Act], f)
	}
	doers := make(map[id.ID]id.ID, len(is.acts))
	for _, a := range is.acts {
		doers[a.ID] = a.Doer
	}
	had, err := s.had(ctx, movementID, is)
	if err != nil {
		return err
	}
	is.carry(had, byAct, s.now())
	fine, err := s.fine(ctx, movementID)
	if err != nil {
		return err
	}
	maps.DeleteFunc(byAct, func(actID id.ID, _ []Suspicion) bool {
		return fine[ruling{doers[actID], actID}] || fine[ruling{doers[actID], 0}]
	})
	var changed []id.ID
	for actID := range doers {
		if !slices.EqualFunc(had[actID], byAct[actID], Suspicion.same) {
			changed = append(changed, actID)
		}
	}
	// A confirmed act is none of those that are weighed; what was found of it goes.
	for actID := range had {
		if _, weighed := doers[actID]; !weighed {
			changed = append(changed, actID)
		}
	}
	slices.Sort(changed) // acts are held in this order
	news := lowered(is.acts, had, byAct)
	return s.d.UpdateEach(ctx, len(changed), writeBatch, func(tx *db.Tx, i int) error {
		actID, doer := changed[i], doers[changed[i]]
		proof, err := s.write(tx, movementID, actID, doer, byAct[actID])
		if err != nil {
			return err
		}
		told := news[doer]
		if told.ActID != actID || proof != act.Told { // or somebody else still says that it was done
			return nil
		}
		told.MovementID, told.At = movementID, s.now()
		return event.Emit(s.hub, tx, told)
	})
}

// same says whether two speak against the same word for the same reason, with
// whatever figures: those of when it was found are kept.
func (s Suspicion) same(t Suspicion) bool {
	return s.Act == t.Act && s.Witness == t.Witness && s.Reason == t.Reason
}

// lowered is what doers are to be told: of whom acts have no word left of which
// nothing is found, while nothing had been found of them before.
func lowered(acts []Act, had, found map[id.ID][]Suspicion) map[id.ID]Lowered {
	news := map[id.ID]Lowered{}
	for _, a := range acts { // by id, so that the newest is last
		if len(had[a.ID]) > 0 || len(found[a.ID]) == 0 || len(found[a.ID]) < len(a.Words) {
			continue
		}
		news[a.Doer] = Lowered{ActID: a.ID, DoerID: a.Doer, Acts: news[a.Doer].Acts + 1, Why: found[a.ID][0]}
	}
	return news
}

// write weighs an act's witnesses, and keeps what was found of those who still stand
// in place of what was. It answers the act's proof.
func (s *Service) write(tx *db.Tx, movementID, actID, doer id.ID, found []Suspicion) (act.Proof, error) {
	now := s.now()
	down := make([]id.ID, len(found))
	for i, f := range found {
		down[i] = f.Witness
	}
	stand, proof, err := s.rooms.Acts.WeighIn(tx, actID, down, now)
	if err != nil {
		return proof, err
	}
	if _, err := tx.Exec("DELETE FROM weight WHERE act_id = $1", actID); err != nil {
		return proof, fmt.Errorf("forget what was found of act %s: %w", actID, err)
	}
	for _, f := range found {
		if !slices.Contains(stand, f.Witness) { // taken back meanwhile
			continue
		}
		_, err := tx.Exec("INSERT INTO weight ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			actID, f.Witness, movementID, doer, string(f.Reason), f.People, f.Acts, f.Of, f.Usual, db.Millis(now))
		if err != nil {
			return proof, fmt.Errorf("write what was found of act %s: %w", actID, err)
		}
	}
	return proof, nil
}

// had is what was found before of the acts that are weighed, or that were and have
// been confirmed since.
func (s *Service) had(ctx context.Context, movementID id.ID, is facts) (map[id.ID][]Suspicion, error) {
	rows, err := db.All(s.d.Read(ctx), scan, "SELECT "+columns+" FROM weight WHERE movement_id = $1 AND act_id >= $2 ORDER BY act_id, witness_id LIMIT $3",
		movementID, int64(is.from), wordsMost)
	if err != nil {
		return nil, fmt.Errorf("read what was found of movement %s: %w", movementID, err)
	}
	had := map[id.ID][]Suspicion{}
	for _, f := range rows {
		had[f.Act] = append(had[f.Act], f.Suspicion)
	}
	return had, nil
}

// carry adds to found what had been found on the ground of marks of which some may
// be forgotten by now, as no figures tell of it any more: but for a second account
// that came to do something else.
func (is facts) carry(had, found map[id.ID][]Suspicion, now time.Time) {
	known := now.Add(young - markLife) // all that was compared with an act since then is kept
	for _, a := range is.acts {
		if a.Told.After(known) {
			continue
		}
		for _, f := range had[a.ID] {
			if f.Reason == Ring || f.Reason == Second && !is.people[f.Witness].idle() ||
				slices.ContainsFunc(found[a.ID], func(g Suspicion) bool { return g.Witness == f.Witness }) {
				continue
			}
			found[a.ID] = append(found[a.ID], f)
			slices.SortFunc(found[a.ID], func(a, b Suspicion) int { return cmp.Compare(a.Witness, b.Witness) })
		}
	}
}

// ruling names what organisers found to be fine; the act is 0 for all of a doer's.
type ruling struct{ doer, act id.ID }

func (s *Service) fine(ctx context.Context, movementID id.ID) (map[ruling]bool, error) {
	all, err := db.All(s.d.Read(ctx), func(r db.Row) (f ruling, err error) {
		return f, r.Scan(&f.doer, &f.act)
	}, "SELECT doer_id, act_id FROM weight_fine WHERE movement_id = $1 ORDER BY said_at DESC LIMIT $2", movementID, actsMost)
	if err != nil {
		return nil, fmt.Errorf("read what is fine in movement %s: %w", movementID, err)
	}
	fine := make(map[ruling]bool, len(all))
	for _, f := range all {
		fine[f] = true
	}
	return fine, nil
}
