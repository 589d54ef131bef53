package call_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

func (p *place) step(t *testing.T, v account.Viewer, tags ...string) *call.Step {
	t.Helper()
	step, err := p.calls.NextStep(ctx, v, &post.Post{ID: p.IDs.New(), Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	return step
}

func wantStep(t *testing.T, got *call.Step, want *call.Call, why string) {
	t.Helper()
	switch {
	case want == nil && got != nil:
		t.Errorf("offered %q, want nothing", got.Call.Title)
	case want != nil && (got == nil || got.Call.ID != want.ID || !strings.Contains(got.Why.String(), why)):
		t.Errorf("offered %+v, want %q because %q", got, want.Title, why)
	}
}

func TestService_NextStep(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		bo := account.As(p.bo)
		wantStep(t, p.step(t, bo, "Soup"), nil, "")
		long := p.call(t, call.Volunteering, func(d *call.Draft) { d.Minutes = ptr(int64(240)) })
		short := p.call(t, call.Deed, func(d *call.Draft) { d.Minutes = ptr(int64(10)) })
		p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		closed := p.call(t, call.Deed)
		if err := p.calls.Close(ctx, account.As(p.ada), closed.ID); err != nil {
			t.Fatal(err)
		}

		wantStep(t, p.step(t, account.Nobody, "Soup"), nil, "")
		wantStep(t, p.step(t, bo, "Cats"), nil, "")
		wantStep(t, p.step(t, bo, "SOUP"), short, "the post you liked")
		wantStep(t, p.step(t, bo, "Soup"), long, "the post you liked")
		wantStep(t, p.step(t, bo, "Soup"), nil, "")
		p.Clock.Add(25 * time.Hour)
		wantStep(t, p.step(t, bo, "Soup"), short, "")

		p.Update(t, func(tx *db.Tx) error { return p.calls.TookIn(tx, p.bo.ID, short) })
		p.Update(t, func(tx *db.Tx) error { return p.calls.TookIn(tx, p.bo.ID, short) })
		p.Update(t, func(tx *db.Tx) error { return p.calls.TookIn(tx, p.ada.ID, short) })
		if steps, err := p.calls.Steps(ctx, p.soup.ID); err != nil || steps != (call.Steps{Offered: 3, Taken: 1}) {
			t.Errorf("steps %+v, %v", steps, err)
		}

		off := false
		changed, err := p.Accounts.Update(ctx, bo, account.Change{NextSteps: &off})
		if err != nil {
			t.Fatal(err)
		}
		p.Clock.Add(25 * time.Hour)
		wantStep(t, p.step(t, account.As(changed), "Soup"), nil, "")
	})
}

func TestService_NextStep_Causes(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		bread := seed.Movement(t, p.movements, p.ada, "Bread", func(d *movement.Draft) { d.Causes = []string{"education"} })
		seed.Call(t, p.calls, p.ada, bread, call.Deed)
		soup := p.call(t, call.Deed)
		bo := account.As(p.bo)
		wantStep(t, p.step(t, bo), nil, "")
		if err := p.Accounts.SetInterests(ctx, bo, account.Interests{Causes: []string{"zero-hunger"}}); err != nil {
			t.Fatal(err)
		}
		wantStep(t, p.step(t, bo), soup, "Zero hunger")
	})
}

func TestService_NextStep_Did(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		done, open := p.call(t, call.Deed), p.call(t, call.Event)
		p.calls = seed.Calls(t, p.Ground, p.movements, func(_ context.Context, account id.ID, calls []id.ID) (map[id.ID]bool, error) {
			if account != p.bo.ID || len(calls) != 2 {
				t.Errorf("asked for %v by %s", calls, account)
			}
			return map[id.ID]bool{done.ID: true}, nil
		})
		wantStep(t, p.step(t, account.As(p.bo), "Soup"), open, "")
	})
}
