package server

import (
	"goodturn/internal/badge"
	"goodturn/internal/event"
)

// buildBadges makes the room that hands out confirmed acts.
func (s *Server) buildBadges() {
	r, c := &s.Rooms, &s.config
	r.Badges = badge.New(s.DB, c.Now, badge.Config{URL: c.URL, Name: c.Name},
		badge.Rooms{Accounts: r.Accounts, Auth: r.Auth, Movements: r.Movements, Calls: r.Calls, Acts: r.Acts})
}

// subscribeBadges has it hear of what holds no more.
func (s *Server) subscribeBadges() {
	event.On(s.Hub, s.Badges.OnWithdrawn)
	event.On(s.Hub, s.Badges.OnProven)
	event.On(s.Hub, s.Badges.OnChanged)
}
