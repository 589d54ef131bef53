package seed

import (
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
)

// Fundraisers opens the room, wired as package server wires it.
func Fundraisers(t testing.TB, m *Mission) *fundraiser.Service {
	t.Helper()
	s := fundraiser.New(m.D, m.IDs, m.Hub, m.Jobs, m.Clock.Now, m.Log, fundraiser.Rooms{Accounts: m.Accounts, Media: m.Media, Calls: m.Calls, Acts: m.Acts})
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnProven)
	event.On(m.Hub, s.OnActChanged)
	event.On(m.Hub, s.OnActWithdrawn)
	event.On(m.Hub, s.OnCallDiscarded)
	return s
}
