package seed

import (
	"context"
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/impact"
)

// Impact opens the room on m, wired as package server wires it, and stops it
// after the test.
func Impact(t testing.TB, m *Mission) *impact.Service {
	t.Helper()
	s := impact.New(m.D, m.Hub, m.Clock.Now, m.Log, m.Calls)
	s.Truths(m.Book)
	event.On(m.Hub, s.OnLiked)
	event.On(m.Hub, s.OnUnliked)
	event.On(m.Hub, s.OnLikesErased)
	event.On(m.Hub, s.OnLikesLost)
	event.On(m.Hub, s.OnPostCreated)
	event.On(m.Hub, s.OnPostDeleted)
	event.On(m.Hub, s.OnCarried)
	event.On(m.Hub, s.OnUncarried)
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}
