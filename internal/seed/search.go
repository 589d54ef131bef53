package seed

import (
	"context"
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/search"
)

// Search opens the room on m, wired as package server wires it; see Indexed.
func Search(t testing.TB, m *Mission) *search.Service {
	t.Helper()
	s := search.New(m.D, m.Clock.Now, Base, m.Accounts, m.Relations, m.Posts, m.Movements)
	event.On(m.Hub, s.OnPostCreated)
	event.On(m.Hub, s.OnPostEdited)
	event.On(m.Hub, s.OnPostDeleted)
	event.On(m.Hub, s.OnMediaChanged)
	event.On(m.Hub, s.OnAccountCreated)
	event.On(m.Hub, s.OnAccountChanged)
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnMovementStarted)
	event.On(m.Hub, s.OnMovementChanged)
	return s
}

// Indexed does at once what the sweep does by the clock.
func Indexed(t testing.TB, s *search.Service) {
	t.Helper()
	if err := s.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
}
