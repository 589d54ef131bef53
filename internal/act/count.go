package act

import (
	"context"
	"fmt"
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Counted is how many acts of somebody a viewer sees, by proof.
type Counted struct {
	By   [Confirmed + 1]int64 // by Proof
	More bool                 // there are more than were counted
}

// countMost bounds the counting.
const countMost = 10_000

// Count counts the acts of an account that v may see: of others it says nothing,
// not even that there are some.
func (s *Service) Count(ctx context.Context, v account.Viewer, doer id.ID) (Counted, error) {
	cond, args := Filter{Doer: doer}.sql(live)
	visible, more := visibleSQL(v, len(args)+1)
	type part struct {
		proof Proof
		n     int64
	}
	parts, err := db.All(s.d.Read(ctx), func(r db.Row) (p part, err error) {
		err = r.Scan(&p.proof, &p.n)
		return p, err
	}, "SELECT proof, COUNT(*) FROM (SELECT act.proof FROM act WHERE "+cond+" AND "+visible+
		" ORDER BY act.id DESC LIMIT "+strconv.Itoa(countMost+1)+") AS seen GROUP BY proof", append(args, more...)...)
	if err != nil {
		return Counted{}, fmt.Errorf("count the acts of %s: %w", doer, err)
	}
	var c Counted
	var all int64
	for _, p := range parts {
		c.By[p.proof] = p.n
		all += p.n
	}
	c.More = all > countMost
	return c, nil
}
