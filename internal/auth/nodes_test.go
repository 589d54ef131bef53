package auth_test

import (
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/jobs"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// A token that one node revokes holds no longer on another that had it in
// memory, once the event is there.
func TestRevokeToken_onAnotherNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, err := bus.Open(bus.Config{Log: seed.NewGround(t, d).Log})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := b.Close(ctx); err != nil {
				t.Error(err)
			}
		})
		here, there := node(t, d, b, 1), node(t, d, b, 2)
		heard := make(chan struct{}, 10)
		event.After(there.Hub, func(auth.Revoked) { heard <- struct{}{} })
		for _, h := range []*house{here, there} {
			if err := h.Hub.Start(ctx); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.Hub.Close)
		}
		acquainted(t, here.Hub, there.Hub)
		ada := here.member(t, "ada")
		secret, token, err := here.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := there.Token(ctx, secret); err != nil {
			t.Fatal(err)
		}
		if err := here.RevokeToken(ctx, account.As(ada), token.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Token(ctx, secret); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("it holds where it was revoked: %v", err)
		}
		select {
		case <-heard:
		case <-time.After(20 * time.Second):
			t.Log("no event came") // a silent node is not trusted: see event
		}
		if _, err := there.Token(ctx, secret); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("it holds on another node: %v", err)
		}
	})
}

// acquainted waits until nodes 1 and 2 have heard of each other: before, a node
// has nobody to tell.
func acquainted(t *testing.T, hubs ...*event.Hub) {
	t.Helper()
	late := time.After(30 * time.Second)
	for _, h := range hubs {
		h.Expect([]db.Node{{Number: 1, Holder: holder(1), Held: true}, {Number: 2, Holder: holder(2), Held: true}})
		for !h.Fresh() {
			select {
			case <-late:
				t.Fatal("the nodes did not hear of each other")
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

func holder(n int) string { return fmt.Sprint("node ", n) }

func node(t *testing.T, d *db.DB, b *bus.Bus, n int) *house {
	t.Helper()
	g := seed.NewGround(t, d)
	g.Hub = event.NewLeased(b, n, holder(n), g.Log)
	g.Jobs = jobs.New(d, g.Log)
	g.Accounts = account.New(d, g.IDs, g.Hub, g.Clock.Now, seed.Host)
	p := &postman{}
	return &house{Ground: g, post: p, Service: auth.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Jobs, p, auth.Config{Cost: cheap})}
}
