package seed

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"goodturn/internal/card"
	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/media"
)

// Cards opens the room on g, wired as package server wires it. Pages are fetched
// by the gate, or not at all where it is nil; the own account of the server is
// made by who has them fetched.
func Cards(t testing.TB, g *Ground, pictures *media.Service, gate *fetch.Gate) *card.Service {
	t.Helper()
	if gate == nil {
		gate = fetch.New(fetch.Config{Resolver: nameless})
		t.Cleanup(gate.Close)
	}
	s := card.New(g.D, g.IDs, g.Hub, g.Jobs, g.Clock.Now, g.Accounts, pictures, gate, card.Config{URL: Base, Pause: time.Millisecond, Plain: true, Log: g.Log})
	event.On(g.Hub, s.OnAccountDeleted)
	event.On(g.Hub, s.OnAccountChanged)
	event.On(g.Hub, s.OnLined)
	return s
}

// nameless knows no server's name, so that no test goes out.
var nameless = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("there is no network in a test")
}}

// Loopback is a gate that takes this machine for the public internet.
func Loopback(t testing.TB) *fetch.Gate {
	t.Helper()
	gate := fetch.New(fetch.Config{Allow: netip.Addr.IsLoopback, Resolver: nameless, Timeout: 5 * time.Second})
	t.Cleanup(gate.Close)
	return gate
}

// gateOf is the gate that a test gave, or nil.
func gateOf(with []*fetch.Gate) *fetch.Gate {
	if len(with) == 0 {
		return nil
	}
	return with[0]
}
