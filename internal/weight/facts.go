package weight

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// peopleBatch is how many accounts are read at a time.
const peopleBatch = 500

// witnessed are the acts that are weighed: of people with accounts, which nobody
// confirmed.
const witnessed = `act.movement_id = $1 AND act.state = 'live' AND NOT act.outside AND act.proof < 2`

// facts are what Weigh looks at: the newest witnessed acts of a movement, by id,
// and their people.
func (s *Service) facts(ctx context.Context, movementID id.ID) ([]Act, map[id.ID]Person, error) {
	r := s.d.Read(ctx)
	acts, err := db.All(r, func(row db.Row) (a Act, err error) {
		var told int64
		err = row.Scan(&a.ID, &a.Doer, &told, &a.From)
		a.Told = db.Time(told)
		return a, err
	}, `SELECT act.id, act.doer_id, act.created_at, COALESCE(weight_mark.mark, 0) FROM act
		LEFT JOIN weight_mark ON weight_mark.act_id = act.id AND weight_mark.account_id = act.doer_id
		WHERE `+witnessed+` AND EXISTS (SELECT 1 FROM witness WHERE witness.act_id = act.id AND witness.state = 'stands')
		ORDER BY act.id DESC LIMIT `+strconv.Itoa(actsMost), movementID)
	if err != nil {
		return nil, nil, fmt.Errorf("read the acts of movement %s: %w", movementID, err)
	}
	if len(acts) == 0 {
		return nil, nil, nil
	}
	slices.Reverse(acts)
	at := make(map[id.ID]int, len(acts))
	people := map[id.ID]Person{}
	for i, a := range acts {
		at[a.ID], people[a.Doer] = i, Person{}
	}
	type said struct {
		act  id.ID
		word Word
	}
	words, err := db.All(r, func(row db.Row) (w said, err error) {
		return w, row.Scan(&w.act, &w.word.By, &w.word.From)
	}, `SELECT witness.act_id, witness.account_id, COALESCE(weight_mark.mark, 0) FROM act
		JOIN witness ON witness.act_id = act.id AND witness.state = 'stands'
		LEFT JOIN weight_mark ON weight_mark.act_id = witness.act_id AND weight_mark.account_id = witness.account_id
		WHERE `+witnessed+` AND act.id >= $2 ORDER BY act.id DESC, witness.account_id LIMIT `+strconv.Itoa(wordsMost), movementID, acts[0].ID)
	if err != nil {
		return nil, nil, fmt.Errorf("read the witnesses of movement %s: %w", movementID, err)
	}
	for _, w := range words {
		if i, ok := at[w.act]; ok {
			acts[i].Words = append(acts[i].Words, w.word)
			people[w.word.By] = Person{}
		}
	}
	return acts, people, s.know(ctx, people)
}

// know reads the few facts on those people; of counts no more than is asked for.
func (s *Service) know(ctx context.Context, people map[id.ID]Person) error {
	ids := make([]id.ID, 0, len(people))
	for who := range people {
		ids = append(ids, who)
	}
	slices.Sort(ids)
	for some := range slices.Chunk(ids, peopleBatch) {
		in, args := db.In(1, some)
		_, err := db.All(s.d.Read(ctx), func(row db.Row) (p Person, err error) {
			var who id.ID
			var since int64
			if err = row.Scan(&who, &since, &p.Acts, &p.Doers); err == nil {
				p.Since = db.Time(since)
				people[who] = p
			}
			return p, err
		}, `SELECT account.id, account.created_at,
				(SELECT COUNT(*) FROM (SELECT 1 FROM act WHERE act.doer_id = account.id AND act.state = 'live' LIMIT 1) AS told),
				(SELECT COUNT(DISTINCT doer_id) FROM (SELECT act.doer_id FROM witness JOIN act ON act.id = witness.act_id
					WHERE witness.account_id = account.id AND witness.state = 'stands' ORDER BY witness.act_id LIMIT 500) AS stood)
			FROM account WHERE account.id IN `+in, args...)
		if err != nil {
			return fmt.Errorf("read who witnesses: %w", err)
		}
	}
	return nil
}
