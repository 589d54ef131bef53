package call_test

import (
	"fmt"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func (p *place) coOrganiser(t *testing.T, c *call.Call, name string) *account.Account {
	t.Helper()
	a := seed.Account(t, p.Ground, name)
	if err := p.calls.Invite(ctx, account.As(p.ada), c.ID, a.ID); err != nil {
		t.Fatal(err)
	}
	if err := p.calls.AcceptInvitation(ctx, account.As(a), c.ID); err != nil {
		t.Fatal(err)
	}
	return a
}

// A co-organiser does for their call what the movement's organisers do, and
// nothing for another, nor for the movement.
func TestService_CoOrganisers(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		mine, other := p.call(t, call.Deed), p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		co := account.As(p.coOrganiser(t, mine, "co"))

		if _, err := p.calls.Edit(ctx, co, mine.ID, mine.Draft()); err != nil {
			t.Errorf("edits: %v", err)
		}
		if err := p.calls.Close(ctx, co, mine.ID); err != nil {
			t.Errorf("closes: %v", err)
		}
		if _, err := p.calls.Tell(ctx, co, mine.ID, call.UpdateDraft{Title: "Closed", Body: "Thank you."}); err != nil {
			t.Errorf("tells: %v", err)
		}

		_, err := p.calls.Get(ctx, co, other.ID)
		wantKind(t, "the draft of another call", err, problem.KindNotFound)
		if drafts, err := p.calls.Of(ctx, co, p.soup.ID, call.StateDraft, db.Page{}); err != nil || len(drafts) != 0 {
			t.Errorf("drafts: %d, %v", len(drafts), err)
		}
		if err := p.calls.Publish(ctx, account.As(p.ada), other.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "another call", p.calls.Close(ctx, co, other.ID), problem.KindForbidden)
		_, err = p.calls.Create(ctx, co, p.soup.ID, call.Draft{Kind: call.Deed, Title: "Mine"})
		wantKind(t, "a new call", err, problem.KindForbidden)
		_, err = p.calls.Duplicate(ctx, co, mine.ID, "")
		wantKind(t, "a copy", err, problem.KindForbidden)
		wantKind(t, "the movement", p.movements.Archive(ctx, co, p.soup.ID), problem.KindForbidden)
		wantKind(t, "inviting others", p.calls.Invite(ctx, co, mine.ID, p.bo.ID), problem.KindForbidden)

		if err := p.calls.RemoveOrganiser(ctx, co, mine.ID, co.ID()); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "who left", p.calls.Reopen(ctx, co, mine.ID), problem.KindForbidden)
	})
}

// An invitation is nothing yet, is seen by those whom it concerns alone, and can
// be declined.
func TestService_Invite(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		draft := p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		bo, ada := account.As(p.bo), account.As(p.ada)
		wantKind(t, "without an invitation", p.calls.AcceptInvitation(ctx, bo, draft.ID), problem.KindNotFound)
		wantKind(t, "who organises already", p.calls.Invite(ctx, ada, draft.ID, p.ada.ID), problem.KindConflict)
		wantKind(t, "a movement", p.calls.Invite(ctx, ada, draft.ID, p.soup.ID), problem.KindInvalid)
		if err := p.calls.Invite(ctx, ada, draft.ID, p.bo.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.calls.Get(ctx, bo, draft.ID); err != nil {
			t.Errorf("the invited reads what it is about: %v", err)
		}
		wantKind(t, "the invited publishes", p.calls.Publish(ctx, bo, draft.ID), problem.KindForbidden)
		if err := p.calls.Publish(ctx, ada, draft.ID); err != nil {
			t.Fatal(err)
		}
		seen := func(v account.Viewer) int {
			list, err := p.calls.CoOrganisers(ctx, v, draft.ID)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		stranger := account.As(seed.Account(t, p.Ground, "cy"))
		if seen(ada) != 1 || seen(bo) != 1 || seen(stranger) != 0 || seen(account.Nobody) != 0 {
			t.Error("an invitation is shown to others, or not to whom it concerns")
		}
		wantKind(t, "a stranger declines for bo", p.calls.RemoveOrganiser(ctx, stranger, draft.ID, p.bo.ID), problem.KindForbidden)
		if err := p.calls.RemoveOrganiser(ctx, bo, draft.ID, p.bo.ID); err != nil {
			t.Fatal(err)
		}
		if seen(ada) != 0 {
			t.Error("declined, and still there")
		}
	})
}

func TestService_Invite_Bounded(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed)
		people := make([]*account.Account, 32)
		for i := range people {
			people[i] = seed.Account(t, p.Ground, fmt.Sprintf("p%d", i))
		}
		for _, err := range seed.AtOnce(len(people), func(i int) error { return p.calls.Invite(ctx, account.As(p.ada), c.ID, people[i].ID) }) {
			if err != nil && !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		if list, err := p.calls.CoOrganisers(ctx, account.As(p.ada), c.ID); err != nil || len(list) != call.CoOrganisersMost {
			t.Errorf("%d invited, %v", len(list), err)
		}
	})
}

// Whom the movement removes, and whose account is deleted, organises nothing.
func TestService_CoOrganisers_End(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed)
		removed, deleted := p.coOrganiser(t, c, "removed"), p.coOrganiser(t, c, "deleted")
		seed.Join(t, p.movements, p.soup, removed)
		if err := p.movements.RemoveMember(ctx, account.As(p.ada), p.soup.ID, removed.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "the removed", p.calls.Close(ctx, account.As(removed), c.ID), problem.KindForbidden)
		wantKind(t, "the removed again", p.calls.Invite(ctx, account.As(p.ada), c.ID, removed.ID), problem.KindConflict)

		u, err := p.calls.Tell(ctx, account.As(deleted), c.ID, call.UpdateDraft{Title: "Soup", Body: "There was soup."})
		if err != nil {
			t.Fatal(err)
		}
		p.Update(t, func(tx *db.Tx) error { return p.Accounts.DeleteIn(tx, deleted.ID, p.Clock.Now()) })
		if list, err := p.calls.CoOrganisers(ctx, account.As(p.ada), c.ID); err != nil || len(list) != 0 {
			t.Errorf("%d stay, %v", len(list), err)
		}
		if got, err := p.calls.Update(ctx, account.Nobody, u); err != nil || got.AuthorID != 0 {
			t.Errorf("what they wrote: %+v, %v", got, err)
		}
	})
}
