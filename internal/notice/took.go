package notice

import (
	"context"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// partArgs is the job that tells those who took part in a call of something: an
// update, what came of a petition, that it was cancelled.
type partArgs struct {
	Call, Movement id.ID
	What           Kind
	Subject        id.ID
	Author         id.ID `json:"Author,omitempty"` // of what is told, who is not told
}

// Kind names the job.
func (partArgs) Kind() string { return "notice_took_part" }

// removable is where what a kind tells of has its row, of what can be removed
// before everybody was told.
var removable = map[Kind]string{
	CallUpdate: "call_update", PetitionAnswer: "petition_answer", CommitmentKept: "commitment_ruling", CommitmentBroken: "commitment_ruling",
}

// tellPart ends when what it tells of is gone. Spending is told of once for each
// call: the notice of earlier entries gives way.
func (s *Service) tellPart(ctx context.Context, e partArgs) error {
	began := db.Millis(s.now())
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) {
		list, err := tookPart(tx, e, after, began)
		if err != nil {
			return 0, fmt.Errorf("list who took part in call %s: %w", e.Call, err)
		}
		for _, t := range list {
			if t.to == e.Author {
				continue
			}
			n := told{kind: e.What, to: t.to, from: e.Movement, subject: e.Subject, at: s.now()}
			if e.What == Spent {
				if err := s.takeBefore(tx, n, began); err != nil {
					return 0, err
				}
			}
			if _, err := s.make(tx, n); err != nil {
				return 0, err
			}
		}
		if len(list) < batch {
			return 0, nil
		}
		return list[len(list)-1].doer, nil
	})
}

// took is who took part, as totals know them, and whom to tell: a donor under
// another name hears of it, too, and nobody else learns who they are.
type took struct{ doer, to id.ID }

// tookPart is a batch of them, after a doer. Updates leave out those who wish for
// quiet, and are also for who comes to a date that is not over.
func tookPart(tx *db.Tx, e partArgs, after id.ID, now int64) ([]took, error) {
	args, more, comers := []any{e.Call, int64(after), batch}, "", ""
	if table := removable[e.What]; table != "" {
		args, more = append(args, e.Subject), ` AND EXISTS (SELECT 1 FROM `+table+` WHERE id = $4)`
	}
	if e.What == CallUpdate {
		args, more = append(args, e.Call), more+` AND NOT EXISTS (SELECT 1 FROM call_quiet WHERE account_id = to_id AND call_id IN (0, $5))`
		args, comers = append(args, e.Call, now, int64(after)), ` UNION SELECT coming.account_id, coming.account_id FROM call_date
			JOIN coming ON coming.date_id = call_date.id WHERE call_date.call_id = $6 AND call_date.state = 'on' AND call_date.ends_at > $7 AND coming.account_id > $8`
	}
	return db.All(tx, func(row db.Row) (t took, err error) { return t, row.Scan(&t.doer, &t.to) },
		`SELECT doer_id, to_id FROM (SELECT doer_id, COALESCE((SELECT veiled.account_id FROM act
				JOIN veiled ON veiled.act_id = act.id WHERE act.doer_id = taken_part.doer_id LIMIT 1), doer_id) AS to_id
			FROM taken_part WHERE scope_id = $1 AND total = '' AND acts > 0 AND doer_id > $2`+comers+`) AS took
		WHERE doer_id > 0`+more+` ORDER BY doer_id LIMIT $3`, args...)
}
