package server

import (
	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
)

// buildFundraisers makes the room of calls for money.
func (s *Server) buildFundraisers() {
	r := &s.Rooms
	r.Fundraisers = fundraiser.New(s.DB, s.ids, s.Hub, s.Jobs, s.config.Now, s.config.Log, fundraiser.Rooms{
		Accounts: r.Accounts, Media: r.Media, Calls: r.Calls, Acts: r.Acts,
	})
}

// subscribeFundraisers has it hear of gifts.
func (s *Server) subscribeFundraisers() {
	event.On(s.Hub, s.Fundraisers.OnAccountDeleted)
	event.On(s.Hub, s.Fundraisers.OnProven)
	event.On(s.Hub, s.Fundraisers.OnActChanged)
	event.On(s.Hub, s.Fundraisers.OnActWithdrawn)
}
