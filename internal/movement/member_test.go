package movement_test

import (
	"slices"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func wantKind(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("%s: got %v", what, err)
	}
}

func wantRole(t *testing.T, s *movement.Service, m *movement.Movement, a *account.Account, want movement.Role) {
	t.Helper()
	if got, err := s.Role(ctx, account.As(a), m.ID); err != nil || got != want {
		t.Errorf("%s is %q (%v), want %q", a.Username, got, err, want)
	}
}

func members(t *testing.T, s *movement.Service, m *movement.Movement) int64 {
	t.Helper()
	counts, err := s.Counts(ctx, []id.ID{m.ID})
	if err != nil {
		t.Fatal(err)
	}
	return counts[m.ID].Members
}

func TestService_Join(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo")
		m := seed.Movement(t, s, ada, "Soup")
		atOnce(t, func(int) error { return s.Join(ctx, account.As(bo), m.ID) })
		wantRole(t, s, m, bo, movement.Member)
		if n := members(t, s, m); n != 2 {
			t.Errorf("%d people, want 2", n)
		}
		if set, err := g.Relations.Of(ctx, bo.ID); err != nil || !set.Follows(m.ID) {
			t.Errorf("who joins follows: %v", err)
		}
		wantKind(t, "a stranger joins", s.Join(ctx, account.Nobody, m.ID), problem.KindUnauthorized)
		wantKind(t, "join nothing", s.Join(ctx, account.As(bo), 7), problem.KindNotFound)
		wantKind(t, "a movement joins", s.Join(ctx, account.As(m.Account), m.ID), problem.KindForbidden)

		if err := s.Leave(ctx, account.As(bo), m.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Leave(ctx, account.As(bo), m.ID); err != nil {
			t.Errorf("leave twice: %v", err)
		}
		wantRole(t, s, m, bo, movement.NoRole)
		if set, err := g.Relations.Of(ctx, bo.ID); err != nil || !set.Follows(m.ID) {
			t.Errorf("who leaves goes on following: %v", err)
		}
		if err := s.Archive(ctx, account.As(ada), m.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "join an archived one", s.Join(ctx, account.As(bo), m.ID), problem.KindConflict)
	})
}

func TestService_RemoveMember(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo, cy := seed.Account(t, g, "ada"), seed.Account(t, g, "bo"), seed.Account(t, g, "cy")
		m := seed.Movement(t, s, ada, "Soup")
		seed.Join(t, s, m, bo, cy)
		wantKind(t, "a member removes", s.RemoveMember(ctx, account.As(cy), m.ID, bo.ID), problem.KindForbidden)
		wantKind(t, "an organiser is removed", s.RemoveMember(ctx, account.As(ada), m.ID, ada.ID), problem.KindForbidden)
		for range 2 {
			if err := s.RemoveMember(ctx, account.As(ada), m.ID, bo.ID); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "removed and joins", s.Join(ctx, account.As(bo), m.ID), problem.KindForbidden)
		if err := s.Leave(ctx, account.As(bo), m.ID); err != nil {
			t.Errorf("removed and leaves: %v", err)
		}
		wantKind(t, "left and joins", s.Join(ctx, account.As(bo), m.ID), problem.KindForbidden)
		_, err := s.Members(ctx, account.As(cy), m.ID, movement.Removed, db.Page{})
		wantKind(t, "a member reads who was removed", err, problem.KindForbidden)
		if list, err := s.Members(ctx, account.As(ada), m.ID, movement.Removed, db.Page{}); err != nil || len(list) != 1 || list[0].AccountID != bo.ID {
			t.Errorf("removed: %v, %v", list, err)
		}
		if err := s.LetIn(ctx, account.As(ada), m.ID, bo.ID); err != nil {
			t.Fatal(err)
		}
		seed.Join(t, s, m, bo)
		wantRole(t, s, m, bo, movement.Member)
		if n := members(t, s, m); n != 3 {
			t.Errorf("%d people, want 3", n)
		}
	})
}

func TestService_SetRole(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo, mo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo"), seed.Account(t, g, "mo", seed.Moderator)
		m := seed.Movement(t, s, ada, "Soup")
		set := func(v *account.Account, of *account.Account, r movement.Role, disclosed string) error {
			return s.SetRole(ctx, account.As(v), m.ID, of.ID, r, disclosed)
		}
		wantKind(t, "not joined", set(ada, bo, movement.Organiser, ""), problem.KindConflict)
		seed.Join(t, s, m, bo)
		wantKind(t, "by a member", set(bo, bo, movement.Organiser, ""), problem.KindForbidden)
		wantKind(t, "not disclosed", set(ada, bo, movement.Ambassador, " "), problem.KindInvalid)
		wantKind(t, "no such role", set(ada, bo, movement.Removed, ""), problem.KindInvalid)
		wantKind(t, "the last organiser", set(ada, ada, movement.Member, ""), problem.KindConflict)
		if err := set(ada, bo, movement.Ambassador, "Is paid by the soup kitchen."); err != nil {
			t.Fatal(err)
		}
		list, err := s.Members(ctx, account.Nobody, m.ID, movement.Ambassador, db.Page{})
		if err != nil || len(list) != 1 || list[0].Disclosed != "Is paid by the soup kitchen." {
			t.Errorf("ambassadors: %+v, %v", list, err)
		}
		if err := set(ada, bo, movement.Organiser, ""); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "another organiser", set(bo, ada, movement.Member, ""), problem.KindForbidden)
		if err := set(mo, ada, movement.Member, ""); err != nil {
			t.Errorf("a moderator: %v", err)
		}
		wantRole(t, s, m, ada, movement.Member)
		wantRole(t, s, m, bo, movement.Organiser)
	})
}

func TestService_Leave_LastOrganiser(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		crowd := seed.Crowd(t, g, "organiser", 32)
		m := seed.Movement(t, s, crowd[0], "Soup")
		wantKind(t, "the only one leaves", s.Leave(ctx, account.As(crowd[0]), m.ID), problem.KindConflict)
		seed.Join(t, s, m, crowd[1:]...)
		for _, a := range crowd[1:] {
			if err := s.SetRole(ctx, account.As(crowd[0]), m.ID, a.ID, movement.Organiser, ""); err != nil {
				t.Fatal(err)
			}
		}
		// Half of them leave, half become members again, all at the same moment.
		gone := atOnce(t, func(i int) error {
			v := account.As(crowd[i])
			if i%2 == 0 {
				return s.Leave(ctx, v, m.ID)
			}
			return s.SetRole(ctx, v, m.ID, crowd[i].ID, movement.Member, "")
		})
		if gone != 31 {
			t.Errorf("%d of 32 organisers went, want all but one", gone)
		}
		list, err := s.Members(ctx, account.Nobody, m.ID, movement.Organiser, db.Page{})
		if err != nil || len(list) != 1 {
			t.Errorf("organisers: %v, %v", list, err)
		}
	})
}

func TestService_HandOver(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo, cy := seed.Account(t, g, "ada"), seed.Account(t, g, "bo"), seed.Account(t, g, "cy")
		m := seed.Movement(t, s, ada, "Soup")
		wantKind(t, "a stranger offers", s.OfferHandover(ctx, account.As(cy), m.ID, bo.ID), problem.KindForbidden)
		wantKind(t, "to oneself", s.OfferHandover(ctx, account.As(ada), m.ID, ada.ID), problem.KindInvalid)
		wantKind(t, "to a movement", s.OfferHandover(ctx, account.As(ada), m.ID, m.ID), problem.KindInvalid)
		wantKind(t, "accept nothing", s.AcceptHandover(ctx, account.As(bo), m.ID), problem.KindNotFound)
		if err := s.OfferHandover(ctx, account.As(ada), m.ID, bo.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a second offer", s.OfferHandover(ctx, account.As(ada), m.ID, cy.ID), problem.KindConflict)
		_, err := s.Handover(ctx, account.As(cy), m.ID)
		wantKind(t, "a stranger looks", err, problem.KindNotFound)
		wantKind(t, "somebody else accepts", s.AcceptHandover(ctx, account.As(cy), m.ID), problem.KindNotFound)
		if h, err := s.Handover(ctx, account.As(bo), m.ID); err != nil || h.From != ada.ID || h.To != bo.ID {
			t.Errorf("offered %+v, %v", h, err)
		}
		if list, err := s.HandoversTo(ctx, account.As(bo)); err != nil || len(list) != 1 || list[0].MovementID != m.ID {
			t.Errorf("offers to bo: %v, %v", list, err)
		}
		if err := s.EndHandover(ctx, account.As(bo), m.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "accept what was refused", s.AcceptHandover(ctx, account.As(bo), m.ID), problem.KindNotFound)

		if err := s.OfferHandover(ctx, account.As(ada), m.ID, bo.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.AcceptHandover(ctx, account.As(bo), m.ID); err != nil {
			t.Fatal(err)
		}
		wantRole(t, s, m, bo, movement.Organiser)
		wantRole(t, s, m, ada, movement.Member)
		if err := s.Leave(ctx, account.As(ada), m.ID); err != nil {
			t.Errorf("who handed over leaves: %v", err)
		}
	})
}

func TestService_OnAccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo, mo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo"), seed.Account(t, g, "mo", seed.Moderator)
		m := seed.Movement(t, s, ada, "Soup")
		seed.Join(t, s, m, bo)
		if err := s.OfferHandover(ctx, account.As(ada), m.ID, bo.ID); err != nil {
			t.Fatal(err)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		if n := members(t, s, m); n != 1 {
			t.Errorf("%d people, want bo alone", n)
		}
		wantKind(t, "accept what the deleted offered", s.AcceptHandover(ctx, account.As(bo), m.ID), problem.KindNotFound)
		if got, err := s.ByID(ctx, account.Nobody, m.ID); err != nil || got.State != movement.StateOpen {
			t.Errorf("it stays open: %+v, %v", got, err)
		}
		if err := s.SetRole(ctx, account.As(mo), m.ID, bo.ID, movement.Organiser, ""); err != nil {
			t.Errorf("a moderator appoints: %v", err)
		}
		wantRole(t, s, m, bo, movement.Organiser)
	})
}

func TestService_Resources(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo")
		m := seed.Movement(t, s, ada, "Soup")
		v := account.As(ada)
		add := func(d movement.ResourceDraft) id.ID {
			t.Helper()
			i, err := s.AddResource(ctx, v, m.ID, d)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		how, why := add(movement.ResourceDraft{Title: "How to cook"}), add(movement.ResourceDraft{Title: "Why", URL: "https://soup.example/why"})
		_, err := s.AddResource(ctx, account.As(bo), m.ID, movement.ResourceDraft{Title: "Spam"})
		wantKind(t, "a stranger adds", err, problem.KindForbidden)
		for _, d := range []movement.ResourceDraft{{}, {Title: "x", URL: "javascript:alert(1)"}, {Title: "x", URL: "//host"}} {
			_, err := s.AddResource(ctx, v, m.ID, d)
			wantKind(t, "a bad one", err, problem.KindInvalid)
		}
		if err := s.OrderResources(ctx, v, m.ID, []id.ID{why, how}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "order others", s.OrderResources(ctx, v, m.ID, []id.ID{why, why}), problem.KindConflict)
		if err := s.EditResource(ctx, v, m.ID, how, movement.ResourceDraft{Title: "How to cook well"}); err != nil {
			t.Fatal(err)
		}
		list, err := s.Resources(ctx, m.ID)
		if err != nil || len(list) != 2 || list[0].ID != why || list[1].Title != "How to cook well" {
			t.Errorf("resources: %+v, %v", list, err)
		}
		if err := s.RemoveResource(ctx, v, m.ID, how); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "remove it twice", s.RemoveResource(ctx, v, m.ID, how), problem.KindNotFound)
	})
}

func TestService_Roles(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada := seed.Account(t, g, "ada")
		soup, bread := seed.Movement(t, s, ada, "Soup"), seed.Movement(t, s, seed.Account(t, g, "bo"), "Bread")
		roles, err := s.Roles(ctx, ada.ID, []id.ID{soup.ID, bread.ID})
		if err != nil || len(roles) != 1 || !roles[soup.ID].Organises() {
			t.Errorf("roles: %v, %v", roles, err)
		}
		joined, err := s.JoinedBy(ctx, account.Nobody, ada.ID)
		if err != nil || !slices.EqualFunc(joined, []id.ID{soup.ID}, func(m *movement.Movement, i id.ID) bool { return m.ID == i }) {
			t.Errorf("joined: %v, %v", slugs(joined), err)
		}
	})
}
