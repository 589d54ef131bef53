package server

import (
	"context"
	"net/netip"

	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/fundraiser"
)

// buildFundraisers makes the room of calls for money.
func (s *Server) buildFundraisers() {
	r := &s.Rooms
	r.Fundraisers = fundraiser.New(s.DB, s.ids, s.Hub, s.Jobs, s.config.Now, s.config.Log, fundraiser.Rooms{
		Accounts: r.Accounts, Media: r.Media, Calls: r.Calls, Acts: r.Acts,
	})
	if c := s.config.Stripe; c.Key != "" {
		gate := fetch.New(fetch.Config{Allow: s.config.stripeAllowed()})
		s.onClose(func(context.Context) error { gate.Close(); return nil })
		c.URL = s.config.URL
		r.Fundraisers.Pay(c, gate, s.mailer)
	}
}

// stripeAllowed lets a test's own Stripe be reached, and nothing else that is not
// public.
func (c *Config) stripeAllowed() func(netip.Addr) bool {
	if c.Stripe.API == "" {
		return nil
	}
	return netip.Addr.IsLoopback
}

// subscribeFundraisers has it hear of gifts.
func (s *Server) subscribeFundraisers() {
	event.On(s.Hub, s.Fundraisers.OnAccountDeleted)
	event.On(s.Hub, s.Fundraisers.OnProven)
	event.On(s.Hub, s.Fundraisers.OnActChanged)
	event.On(s.Hub, s.Fundraisers.OnActWithdrawn)
	event.On(s.Hub, s.Fundraisers.OnCallDiscarded)
}
