package seed

import (
	"testing"

	"goodturn/internal/auth"
	"goodturn/internal/event"
	"goodturn/internal/petition"
)

// Petitions opens the room on m, wired as package server wires it. Mails go to
// mails.
func Petitions(t testing.TB, m *Mission, a *auth.Service, mails petition.Mailer) *petition.Service {
	t.Helper()
	s := petition.New(m.D, m.IDs, m.Hub, m.Jobs, m.Clock.Now, mails,
		petition.Config{URL: Base, Name: "Here", Secret: []byte("thirty-two bytes that nobody has"), Log: m.Log},
		petition.Rooms{Accounts: m.Accounts, Auth: a, Calls: m.Calls, Acts: m.Acts})
	m.Acts.Verified = auth.ConfirmedIn
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnDone)
	event.On(m.Hub, s.OnWithdrawn)
	event.On(m.Hub, s.OnCallChanged)
	event.On(m.Hub, s.OnImported)
	event.On(m.Hub, s.OnCallCancelled)
	event.On(m.Hub, s.OnCallUpdated)
	event.On(m.Hub, s.OnCallCopied)
	event.On(m.Hub, s.OnCallDiscarded)
	return s
}
