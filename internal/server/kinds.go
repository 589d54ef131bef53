package server

import (
	"context"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/deed"
	"goodturn/internal/event"
	"goodturn/internal/meet"
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
	if secret, err = s.DB.Secret(ctx, "meet"); err != nil {
		return err
	}
	r.Meets = meet.New(s.DB, s.ids, s.Hub, s.Jobs, c.Now, s.mailer, meet.Config{URL: c.URL, Name: c.Name, Key: secret, Log: c.Log},
		meet.Rooms{Accounts: r.Accounts, Auth: r.Auth, Calls: r.Calls, Acts: r.Acts})
	r.Acts.Kept, r.Acts.Begins = r.Meets.Keeps, r.Meets.Begins
	if secret, err = s.DB.Secret(ctx, "deed"); err != nil {
		return err
	}
	r.Deeds = deed.New(s.DB, s.ids, s.Hub, c.Now, deed.Config{URL: c.URL, Secret: secret}, deed.Rooms{Accounts: r.Accounts, Calls: r.Calls, Acts: r.Acts})
	r.Acts.Attested = r.Deeds.Attested
	return nil
}

// subscribeKinds has them hear of what happens below.
func (s *Server) subscribeKinds() {
	h, p, m := s.Hub, s.Petitions, s.Meets
	event.On(h, p.OnAccountDeleted)
	event.On(h, p.OnDone)
	event.On(h, p.OnWithdrawn)
	event.On(h, p.OnCallChanged)
	event.On(h, p.OnImported)
	event.On(h, p.OnCallCancelled)
	event.On(h, p.OnCallUpdated)
	event.On(h, p.OnCallCopied)
	event.On(h, p.OnCallDiscarded)
	event.On(h, m.OnAccountDeleted)
	event.On(h, m.OnMemberLeft)
	event.On(h, m.OnCallOpened)
	event.On(h, m.OnCallCancelled)
	event.On(h, m.OnCallDiscarded)
	event.On(h, m.OnActWithdrawn)
	event.On(h, m.OnActProven)
	event.On(h, m.OnAccountChanged)
	event.On(h, s.Deeds.OnAccountDeleted)
	event.On(h, s.Deeds.OnActWithdrawn)
}

// sweepKinds is what they do by the clock.
func (s *Server) sweepKinds() {
	s.Jobs.Every("erase signatures that nobody confirmed", 10*time.Minute, s.Petitions.Sweep)
	s.Jobs.Every("remind of commitments", time.Minute, s.Petitions.RemindDue)
	s.Jobs.Every("forget links of good turns", time.Hour, s.Deeds.Sweep)
	s.Jobs.Every("remind of dates", 20*time.Second, s.Meets.Remind)
	s.Jobs.Every("confirm hours", time.Minute, s.Meets.SignOff)
}
