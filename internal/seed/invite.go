package seed

import (
	"testing"

	"goodturn/internal/auth"
	"goodturn/internal/event"
	"goodturn/internal/invite"
)

// Invites opens the room of invitations, whose mails go to a mailer.
func Invites(t testing.TB, m *Mission, mailer invite.Mailer) *invite.Service {
	t.Helper()
	s := invite.New(m.D, m.IDs, m.Jobs, m.Clock.Now, mailer,
		invite.Config{URL: "https://" + Host, Name: "Here", Secret: []byte("0123456789abcdef"), Log: m.Log},
		invite.Rooms{Accounts: m.Accounts, Calls: m.Calls, Acts: m.Acts, AccountsOf: auth.AccountsOfIn})
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnActWithdrawn)
	return s
}
