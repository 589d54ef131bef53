package act

import (
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// WeighIn says which of an act's witnesses are weighed down, and that all others
// are not: their word stands and is shown, and lifts no proof. The proof follows,
// and the totals with it; a confirmation is above it. It answers who of those it was
// said of stands, and the act's proof from now on; nobody, and Told, for an act that
// was withdrawn. The act is held for the rest of the transaction, so that no witness
// comes or goes. For package weight.
func (s *Service) WeighIn(tx *db.Tx, actID id.ID, down []id.ID, at time.Time) ([]id.ID, Proof, error) {
	a, err := lock(tx, actID)
	if problem.Is(err, problem.KindGone) {
		return nil, Told, nil
	}
	if err != nil {
		return nil, Told, err
	}
	in, args := db.In(1, down)
	all, err := db.All(tx, func(row db.Row) (who id.ID, err error) {
		var weighed bool
		if err = row.Scan(&who, &weighed); !weighed {
			who = 0
		}
		return who, err
	}, "UPDATE witness SET weighed = (account_id IN "+in+") WHERE act_id = $"+strconv.Itoa(len(args)+1)+" AND state = 'stands' RETURNING account_id, weighed",
		append(args, a.ID)...)
	if err != nil {
		return nil, Told, fmt.Errorf("weigh the witnesses of act %s: %w", a.ID, err)
	}
	stand := all[:0]
	for _, who := range all {
		if who != 0 {
			stand = append(stand, who)
		}
	}
	is, err := s.reprove(tx, a, 0, at)
	return stand, is, err
}
