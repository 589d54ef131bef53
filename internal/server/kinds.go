package server

import (
	"context"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/event"
	"goodturn/internal/petition"
)

// buildKinds makes the rooms of what is special about one kind of call.
func (s *Server) buildKinds(ctx context.Context) error {
	r, c := &s.Rooms, &s.config
	secret, err := s.DB.Secret(ctx, "petition")
	if err != nil {
		return err
	}
	r.Petitions = petition.New(s.DB, s.ids, s.Hub, s.Jobs, c.Now, s.mailer, petition.Config{URL: c.URL, Name: c.Name, Secret: secret, Log: c.Log},
		petition.Rooms{Accounts: r.Accounts, Auth: r.Auth, Calls: r.Calls, Acts: r.Acts})
	r.Acts.Verified = auth.ConfirmedIn
	return nil
}

// subscribeKinds has them hear of what happens below.
func (s *Server) subscribeKinds() {
	h, p := s.Hub, s.Petitions
	event.On(h, p.OnAccountDeleted)
	event.On(h, p.OnDone)
	event.On(h, p.OnWithdrawn)
	event.On(h, p.OnCallChanged)
	event.On(h, p.OnCallCancelled)
}

// sweepKinds is what they do by the clock.
func (s *Server) sweepKinds() {
	s.Jobs.Every("erase signatures that nobody confirmed", 10*time.Minute, s.Petitions.Sweep)
	s.Jobs.Every("remind of commitments", time.Minute, s.Petitions.RemindDue)
}
