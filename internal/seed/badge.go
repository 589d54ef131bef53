package seed

import (
	"testing"

	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/event"
)

// Badges opens the room on m, wired as package server wires it.
func Badges(t testing.TB, m *Mission, a *auth.Service) *badge.Service {
	t.Helper()
	s := badge.New(m.D, m.Clock.Now, badge.Config{URL: Base, Name: "Here"},
		badge.Rooms{Accounts: m.Accounts, Auth: a, Movements: m.Movements, Calls: m.Calls, Acts: m.Acts})
	event.On(m.Hub, s.OnWithdrawn)
	event.On(m.Hub, s.OnProven)
	event.On(m.Hub, s.OnChanged)
	return s
}
