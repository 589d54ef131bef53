package server

import (
	"context"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/event"
	"goodturn/internal/invite"
)

// buildInvites makes the room of invitations to challenges.
func (s *Server) buildInvites(ctx context.Context) error {
	r, c := &s.Rooms, &s.config
	if err := r.Auth.FillMailboxes(ctx); err != nil {
		return err
	}
	secret, err := s.DB.Secret(ctx, "invite")
	if err != nil {
		return err
	}
	r.Invites = invite.New(s.DB, s.ids, s.Jobs, c.Now, s.mailer, invite.Config{URL: c.URL, Name: c.Name, Secret: secret, Log: c.Log},
		invite.Rooms{Accounts: r.Accounts, Calls: r.Calls, Acts: r.Acts, AccountsOf: auth.AccountsOfIn})
	return nil
}

func (s *Server) subscribeInvites() {
	event.On(s.Hub, s.Invites.OnAccountDeleted)
	event.On(s.Hub, s.Invites.OnActWithdrawn)
}

func (s *Server) sweepInvites() { s.Jobs.Every("end invitations", 20*time.Second, s.Invites.Sweep) }
