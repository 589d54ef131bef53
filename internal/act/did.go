package act

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Did says for which of the calls an account did something; for package call.
func (s *Service) Did(ctx context.Context, account id.ID, callIDs []id.ID) (map[id.ID]bool, error) {
	did := make(map[id.ID]bool, len(callIDs))
	if account == 0 || len(callIDs) == 0 {
		return did, nil
	}
	in, args := db.In(2, callIDs)
	args = append([]any{account}, args...)
	veiled, more := db.In(len(args)+2, callIDs)
	calls, err := db.All(s.d.Read(ctx), scanID, "SELECT scope_id FROM taken_part WHERE doer_id = $1 AND total = '' AND acts > 0 AND scope_id IN "+in+
		" UNION SELECT act.call_id FROM veiled JOIN act ON act.id = veiled.act_id WHERE veiled.account_id = $"+strconv.Itoa(len(args)+1)+" AND act.call_id IN "+veiled,
		append(append(args, account), more...)...)
	if err != nil {
		return nil, fmt.Errorf("ask what %s did: %w", account, err)
	}
	for _, call := range calls {
		did[call] = true
	}
	return did, nil
}

// First is the act that v did for each of the calls that a person answers once; only
// those that v answered.
func (s *Service) First(ctx context.Context, v account.Viewer, callIDs []id.ID) (map[id.ID]id.ID, error) {
	first := map[id.ID]id.ID{}
	if !v.SignedIn() || len(callIDs) == 0 {
		return first, nil
	}
	in, args := db.In(2, callIDs)
	_, err := db.All(s.d.Read(ctx), func(row db.Row) (x struct{}, err error) {
		var callID, actID id.ID
		err = row.Scan(&callID, &actID)
		first[callID] = actID
		return x, err
	}, `SELECT call_id, id FROM act WHERE doer_id = $1 AND one_only AND state = 'live' AND call_id IN `+in, append([]any{v.ID()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("ask what %s did already: %w", v.ID(), err)
	}
	return first, nil
}

// Lately is how many distinct people did something in each movement since then;
// for package movement.
func (s *Service) Lately(ctx context.Context, since time.Time) (map[id.ID]int64, error) {
	type lately struct {
		movement id.ID
		people   int64
	}
	rows, err := db.All(s.d.Read(ctx), func(row db.Row) (l lately, err error) {
		err = row.Scan(&l.movement, &l.people)
		return l, err
	}, `SELECT movement_id, COUNT(DISTINCT doer_id) FROM act
		WHERE movement_id IS NOT NULL AND state = 'live' AND done_at >= $1 GROUP BY movement_id`, db.Millis(since))
	if err != nil {
		return nil, fmt.Errorf("count who did something lately: %w", err)
	}
	people := make(map[id.ID]int64, len(rows))
	for _, l := range rows {
		people[l.movement] = l.people
	}
	return people, nil
}
