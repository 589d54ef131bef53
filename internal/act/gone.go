package act

import (
	"context"
	"fmt"

	"goodturn/internal/db"
)

// Gone are the acts behind a number that have no doer any more: they were taken back,
// or went with an account. No list shows them, since nothing of them is left to be
// seen, but each still counts as someone's, and a confirmed gift with its amount.
type Gone struct {
	Acts int64  // other than Kept
	Kept []Kept // by unit
}

// Kept are confirmed gifts of one currency without their donors.
type Kept struct {
	Unit         string
	Acts, Amount int64
}

// Gone is what counts beside the acts of a movement's or a call's list, for whoever
// may see that: how many acts in a list of all, and the gifts in that of a sum.
func (s *Service) Gone(ctx context.Context, f Filter) (Gone, error) {
	var out Gone
	if f.Movement == 0 && f.Call == 0 || f.Doer != 0 || f.Parent != 0 || f.Told || f.Proof != nil && *f.Proof != Confirmed {
		return out, nil
	}
	cond, args := f.sql("act.state = 'withdrawn'")
	type part struct {
		Kept
		proof Proof
	}
	parts, err := db.All(s.d.Read(ctx), func(r db.Row) (p part, err error) {
		err = r.Scan(&p.Unit, &p.proof, &p.Acts, &p.Amount)
		return p, err
	}, "SELECT unit, proof, COUNT(*), CAST(SUM(quantity) AS BIGINT) FROM act WHERE "+cond+" GROUP BY unit, proof ORDER BY unit, proof", args...)
	if err != nil {
		return out, fmt.Errorf("count the acts without a doer: %w", err)
	}
	for _, p := range parts {
		switch {
		case p.proof == Confirmed:
			out.Kept = append(out.Kept, p.Kept)
		case f.Unit == "":
			out.Acts += p.Acts
		}
	}
	return out, nil
}
