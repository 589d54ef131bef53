package seed

import (
	"context"
	"errors"
	"testing"

	"goodturn/internal/safety"
	"goodturn/internal/trend"
)

// Trends opens the room on m, wired as package server wires it; see Swept.
func Trends(m *Mission, s *safety.Service) *trend.Service {
	return trend.New(m.D, m.Hub, m.Clock.Now, trend.Rooms{Accounts: m.Accounts, Relations: m.Relations, Posts: m.Posts, Cards: m.Cards, Safety: s})
}

// Swept does at once what the sweeps do by the clock: that of counters, and that
// of trends.
func Swept(t testing.TB, g *Ground, s *trend.Service) {
	t.Helper()
	ctx := context.Background()
	if err := errors.Join(g.Book.Fold(ctx), s.Sweep(ctx)); err != nil {
		t.Fatal(err)
	}
}
