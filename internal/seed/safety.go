package seed

import (
	"context"
	"testing"

	"goodturn/internal/about"
	"goodturn/internal/auth"
	"goodturn/internal/event"
	"goodturn/internal/mail"
	"goodturn/internal/notice"
	"goodturn/internal/safety"
)

// Safety opens the room on m, wired as package server wires it; n may be nil
// where nobody needs to be told. Mails go to m unless it is nil.
func Safety(t testing.TB, m *Mission, a *auth.Service, n *notice.Service, mails *Mails) *safety.Service {
	t.Helper()
	var mailer safety.Mailer = noMails{}
	if mails != nil {
		mailer = mails
	}
	s := safety.New(m.D, m.IDs, m.Hub, m.Jobs, m.Clock.Now, mailer, safety.Config{URL: Base, Name: "Here", Log: m.Log},
		safety.Rooms{Accounts: m.Accounts, Auth: a, Posts: m.Posts, Cards: m.Cards,
			About: about.New(m.D, m.IDs, m.Hub, m.Clock.Now, m.Accounts, m.Media, m.Log)})
	a.Screen = s.Screen
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnAccountCreated)
	if n != nil {
		event.On(m.Hub, n.OnArrived)
		event.On(m.Hub, n.OnApplied)
		event.On(m.Hub, n.OnReported)
		event.On(m.Hub, n.OnDecided)
	}
	return s
}

// Mails is a mailer that delivers into a channel.
type Mails struct{ Sent chan mail.Message }

// NewMails has room for some.
func NewMails() *Mails { return &Mails{Sent: make(chan mail.Message, 100)} }

// Send keeps the mail.
func (m *Mails) Send(_ context.Context, msg mail.Message) error { m.Sent <- msg; return nil }

// Delivers says yes.
func (m *Mails) Delivers() bool { return true }

type noMails struct{}

func (noMails) Send(context.Context, mail.Message) error { return nil }
func (noMails) Delivers() bool                           { return false }
