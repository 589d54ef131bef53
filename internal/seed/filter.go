package seed

import (
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/filter"
	"goodturn/internal/post"
)

// Filters opens the room on g, wired as package server wires it.
func Filters(t testing.TB, g *Ground, posts *post.Service) *filter.Service {
	t.Helper()
	s := filter.New(g.D, g.IDs, g.Hub, g.Clock.Now, posts)
	event.On(g.Hub, s.OnAccountDeleted)
	event.On(g.Hub, s.OnPostDeleted)
	return s
}
