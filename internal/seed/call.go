package seed

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/event"
	"goodturn/internal/movement"
)

// Calls opens the room on g, wired as package server wires it; did may be nil.
func Calls(t testing.TB, g *Ground, movements *movement.Service, did call.Did) *call.Service {
	t.Helper()
	s := call.New(g.D, g.IDs, g.Hub, g.Clock.Now, g.Accounts, movements, did)
	event.On(g.Hub, s.OnLeft)
	event.On(g.Hub, s.OnAccountDeleted)
	return s
}

// Call opens a call of that kind; a fundraiser counts euros unless a with says
// otherwise.
func Call(t testing.TB, s *call.Service, organiser *account.Account, m *movement.Movement, kind call.Kind, with ...func(*call.Draft)) *call.Call {
	t.Helper()
	draft := call.Draft{Kind: kind, Title: "Bring soup to a neighbour", Online: true}
	if kind == call.Fundraiser {
		draft.Unit = "EUR"
	}
	for _, f := range with {
		f(&draft)
	}
	c, err := s.Create(context.Background(), account.As(organiser), m.ID, draft)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
