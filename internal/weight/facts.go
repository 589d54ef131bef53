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

// facts are what Weigh looks at.
type facts struct {
	acts   []Act // witnessed, of people with accounts, and not confirmed; by id
	people map[id.ID]Person
	from   id.ID // the oldest act that was looked at, where there were too many; else 0
}

// candidates are a movement's newest acts that witnesses lifted, or would if their
// words were not weighed down. It uses $1 and $2.
const candidates = `WITH candidate AS (
		SELECT id FROM (SELECT id FROM act WHERE movement_id = $1 AND proof = 1 AND state = 'live' AND NOT outside
			ORDER BY id DESC LIMIT ` + actsMostSQL + `) AS lifted
		UNION SELECT act_id FROM (SELECT DISTINCT act_id FROM weight WHERE movement_id = $2
			ORDER BY act_id DESC LIMIT ` + actsMostSQL + `) AS lowered),
	looked AS (SELECT act.id, act.doer_id, act.created_at FROM candidate JOIN act ON act.id = candidate.id
		WHERE act.state = 'live' AND NOT act.outside AND act.proof < 2
			AND EXISTS (SELECT 1 FROM witness WHERE witness.act_id = act.id AND witness.state = 'stands')
		ORDER BY act.id DESC LIMIT ` + actsMostSQL + `)`

// facts reads the newest witnessed acts of a movement, and who did and witnessed
// them.
func (s *Service) facts(ctx context.Context, movementID id.ID) (f facts, err error) {
	r := s.d.Read(ctx)
	f.acts, err = db.All(r, func(row db.Row) (a Act, err error) {
		var told int64
		err = row.Scan(&a.ID, &a.Doer, &told, &a.From)
		a.Told = db.Time(told)
		return a, err
	}, candidates+`SELECT looked.id, looked.doer_id, looked.created_at, COALESCE(weight_mark.mark, 0) FROM looked
		LEFT JOIN weight_mark ON weight_mark.act_id = looked.id AND weight_mark.account_id = looked.doer_id
		ORDER BY looked.id DESC`, movementID, movementID)
	if err != nil {
		return f, fmt.Errorf("read the acts of movement %s: %w", movementID, err)
	}
	if len(f.acts) == actsMost {
		f.from = f.acts[actsMost-1].ID
	}
	type said struct {
		act  id.ID
		word Word
	}
	words, err := db.All(r, func(row db.Row) (w said, err error) {
		return w, row.Scan(&w.act, &w.word.By, &w.word.From)
	}, candidates+`SELECT looked.id, witness.account_id, COALESCE(weight_mark.mark, 0) FROM looked
		JOIN witness ON witness.act_id = looked.id AND witness.state = 'stands'
		LEFT JOIN weight_mark ON weight_mark.act_id = witness.act_id AND weight_mark.account_id = witness.account_id
		ORDER BY looked.id DESC, witness.account_id LIMIT `+strconv.Itoa(wordsMost), movementID, movementID)
	if err != nil {
		return f, fmt.Errorf("read the witnesses of movement %s: %w", movementID, err)
	}
	if len(words) == wordsMost { // the oldest act's may not be all
		f.from = words[wordsMost-1].act + 1
		f.acts = slices.DeleteFunc(f.acts, func(a Act) bool { return a.ID < f.from })
	}
	slices.Reverse(f.acts)
	at := make(map[id.ID]int, len(f.acts))
	f.people = map[id.ID]Person{}
	for i, a := range f.acts {
		at[a.ID], f.people[a.Doer] = i, Person{}
	}
	for _, w := range words {
		if i, ok := at[w.act]; ok {
			f.acts[i].Words = append(f.acts[i].Words, w.word)
			f.people[w.word.By] = Person{}
		}
	}
	return f, s.know(ctx, f.people)
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
