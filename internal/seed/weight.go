package seed

import (
	"goodturn/internal/event"
	"goodturn/internal/weight"
)

// Weights opens the room on m, wired as package server wires it; nothing is swept.
func Weights(m *Mission) *weight.Service {
	s := weight.New(m.D, m.Hub, m.Clock.Now, weight.Rooms{Acts: m.Acts})
	event.On(m.Hub, s.OnActDone)
	event.On(m.Hub, s.OnWitnessAsked)
	event.On(m.Hub, s.OnWitnessStands)
	event.On(m.Hub, s.OnWitnessWithdrawn)
	event.On(m.Hub, s.OnActProven)
	event.On(m.Hub, s.OnActWithdrawn)
	event.On(m.Hub, s.OnAccountDeleted)
	return s
}
