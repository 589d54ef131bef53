package seed

import (
	"testing"

	"goodturn/internal/deed"
	"goodturn/internal/event"
)

// Deeds opens the room of good turns on m, wired as package server wires it.
func Deeds(t testing.TB, m *Mission) *deed.Service {
	t.Helper()
	s := deed.New(m.D, m.IDs, m.Hub, m.Clock.Now, deed.Config{URL: Base, Secret: []byte("0123456789abcdef")},
		deed.Rooms{Accounts: m.Accounts, Calls: m.Calls, Acts: m.Acts})
	m.Acts.Attested = s.Attested
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnActWithdrawn)
	return s
}
