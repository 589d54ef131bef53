package seed

import (
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/filter"
	"goodturn/internal/notice"
	"goodturn/internal/push"
)

// Pushes opens the room on m, wired as package server wires it. Messages go out
// by the gate, or nowhere where it is nil.
func Pushes(t testing.TB, m *Mission, notices *notice.Service, filters *filter.Service, gate *fetch.Gate, types func(notice.Kind) string) *push.Service {
	t.Helper()
	if gate == nil {
		gate = fetch.New(fetch.Config{})
		t.Cleanup(gate.Close)
	}
	s, err := push.New(m.D, m.IDs, m.Jobs, m.Clock.Now, gate, push.Config{
		URL: Base, Seed: make([]byte, 32), Icon: "/missing.png", Log: m.Log, Type: types,
	}, push.Rooms{Accounts: m.Accounts, Relations: m.Relations, Media: m.Media, Notices: notices, Filters: filters})
	if err != nil {
		t.Fatal(err)
	}
	event.On(m.Hub, s.OnMade)
	event.On(m.Hub, s.OnRevoked)
	event.On(m.Hub, s.OnAccountDeleted)
	return s
}
