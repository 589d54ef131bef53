package seed

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/event"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
)

// Movements opens the room on g, wired as package server wires it. A test in
// which nothing is posted or pictured gives nil for those.
func Movements(t testing.TB, g *Ground, posts *post.Service, pictures *media.Service) *movement.Service {
	t.Helper()
	s := movement.New(g.D, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Relations, posts, pictures, nil)
	s.Truths(g.Book)
	event.On(g.Hub, s.OnAccountDeleted)
	event.On(g.Hub, s.OnPostCreated)
	event.On(g.Hub, s.OnPostEdited)
	event.On(g.Hub, s.OnPostDeleted)
	return s
}

// Movement starts a movement whose slug and name are its hashtag, unless a with
// says otherwise.
func Movement(t testing.TB, s *movement.Service, founder *account.Account, hashtag string, with ...func(*movement.Draft)) *movement.Movement {
	t.Helper()
	draft := movement.Draft{Hashtag: hashtag, Purpose: "Soup for everybody.", Online: true}
	for _, f := range with {
		f(&draft)
	}
	m, err := s.Start(context.Background(), account.As(founder), draft)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Join makes accounts members of a movement.
func Join(t testing.TB, s *movement.Service, m *movement.Movement, accounts ...*account.Account) {
	t.Helper()
	for _, a := range accounts {
		if err := s.Join(context.Background(), account.As(a), m.ID); err != nil {
			t.Fatal(err)
		}
	}
}
