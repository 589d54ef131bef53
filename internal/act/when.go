package act

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/problem"
)

// WhenMost is how many acts When looks at, those that were told last: one a day for
// thirteen years.
const WhenMost = 5000

// When is when v did what they did, without acts under another name, in no order.
func (s *Service) When(ctx context.Context, v account.Viewer) ([]time.Time, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see what you did.")
	}
	done, err := db.All(s.d.Read(ctx), func(row db.Row) (time.Time, error) {
		var at int64
		err := row.Scan(&at)
		return db.Time(at), err
	}, "SELECT done_at FROM act WHERE doer_id = $1 AND NOT outside AND state = 'live' ORDER BY id DESC LIMIT $2", v.ID(), WhenMost)
	if err != nil {
		return nil, fmt.Errorf("read when %s did something: %w", v.ID(), err)
	}
	return done, nil
}
