package seed

import (
	"context"
	"testing"

	"goodturn/internal/about"
	"goodturn/internal/event"
	"goodturn/internal/media"
)

// About opens the room on g, wired as package server wires it.
func About(t testing.TB, g *Ground, pictures *media.Service) *about.Service {
	t.Helper()
	if err := g.Accounts.EnsureServer(context.Background(), "Here"); err != nil {
		t.Fatal(err)
	}
	s := about.New(g.D, g.IDs, g.Hub, g.Clock.Now, g.Accounts, pictures, g.Log)
	event.On(g.Hub, s.OnAccountDeleted)
	return s
}
