package call_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func (p *place) get(t *testing.T, c *call.Call) *call.Call {
	t.Helper()
	got, err := p.calls.Get(ctx, account.As(p.ada), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A draft with a time of opening is nobody's to see until then, and opens once.
func TestService_OpenDue(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		opened := seed.Events[call.Opened](p.Ground)
		c := p.call(t, call.Event, func(d *call.Draft) {
			d.OpensAt, d.ClosesAt = p.Clock.Now().Add(time.Hour), p.Clock.Now().Add(2*time.Hour)
		})
		later := p.call(t, call.Deed, func(d *call.Draft) { d.OpensAt = p.Clock.Now().Add(9 * time.Hour) })
		_, err := p.calls.Get(ctx, account.As(p.bo), c.ID)
		wantKind(t, "a stranger before it opens", err, problem.KindNotFound)
		if c.State != call.StateDraft {
			t.Fatalf("it is %s", c.State)
		}

		p.Clock.Add(time.Hour)
		for range 2 {
			if err := p.calls.OpenDue(ctx, p.Clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := p.calls.Get(ctx, account.As(p.bo), c.ID); err != nil || got.State != call.StateOpen || !got.OpensAt.IsZero() {
			t.Errorf("%+v, %v", got, err)
		}
		if got := p.get(t, later); got.State != call.StateDraft {
			t.Errorf("a later one is %s", got.State)
		}
		if n := len(opened()); n != 1 {
			t.Errorf("opened %d times", n)
		}
		d := p.get(t, c).Draft()
		d.OpensAt, d.ClosesAt = p.Clock.Now().Add(time.Hour), time.Time{}
		_, err = p.calls.Edit(ctx, account.As(p.ada), c.ID, d)
		wantKind(t, "another time of opening for an open call", err, problem.KindConflict)
	})
}

// In a movement that was archived meanwhile a draft stays one, and is not looked
// at again each time.
func TestService_OpenDue_ArchivedMovement(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed, func(d *call.Draft) { d.OpensAt = p.Clock.Now().Add(time.Hour) })
		if err := p.movements.Archive(ctx, account.As(p.ada), p.soup.ID); err != nil {
			t.Fatal(err)
		}
		p.Clock.Add(2 * time.Hour)
		if err := p.calls.OpenDue(ctx, p.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		if got := p.get(t, c); got.State != call.StateDraft || !got.OpensAt.IsZero() {
			t.Errorf("%+v", got)
		}
	})
}

func TestService_Create_LaterAndFurther(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		now := p.Clock.Now()
		for name, c := range map[string]struct {
			change func(*call.Draft)
			field  string
		}{
			"opened already":      {func(d *call.Draft) { d.OpensAt = now }, "opens_at"},
			"closes before":       {func(d *call.Draft) { d.OpensAt, d.ClosesAt = now.Add(2*time.Hour), now.Add(time.Hour) }, "closes_at"},
			"second goal alone":   {func(d *call.Draft) { d.Stretch = ptr(int64(5)) }, "stretch"},
			"second goal below":   {func(d *call.Draft) { d.Goal, d.Stretch = ptr(int64(5)), ptr(int64(5)) }, "stretch"},
			"second goal too far": {func(d *call.Draft) { d.Goal, d.Stretch = ptr(int64(5)), ptr(int64(call.GoalMost+1)) }, "stretch"},
		} {
			t.Run(name, func(t *testing.T) {
				d := call.Draft{Kind: call.Deed, Title: "Bring soup"}
				c.change(&d)
				_, err := p.calls.Create(ctx, account.As(p.ada), p.soup.ID, d)
				if pr, ok := problem.Of(err); !ok || pr.Field != c.field {
					t.Errorf("got %v, want a problem with %s", err, c.field)
				}
			})
		}
	})
}

func TestProgress_Toward(t *testing.T) {
	for _, c := range []struct {
		p    call.Progress
		want int64
	}{
		{call.Progress{Done: 4, Goal: 5, Stretch: 8}, 5},
		{call.Progress{Done: 5, Goal: 5, Stretch: 8}, 8},
		{call.Progress{Done: 9, Goal: 5}, 5},
		{call.Progress{Done: 9}, 0},
	} {
		if got := c.p.Toward(); got != c.want {
			t.Errorf("%+v is toward %d, want %d", c.p, got, c.want)
		}
	}
}

func TestService_Duplicate(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		copied := seed.Events[call.Copied](p.Ground)
		starts := p.Clock.Now().Add(48 * time.Hour)
		c := p.call(t, call.Event, func(d *call.Draft) {
			d.Body, d.Goal, d.Stretch, d.Zone = "Bring a spoon.", ptr(int64(20)), ptr(int64(30)), "Europe/Vienna"
			d.StartsAt, d.EndsAt, d.ClosesAt = starts, starts.Add(time.Hour), starts
		})
		again, err := p.calls.Duplicate(ctx, account.As(p.ada), c.ID, "key")
		if err != nil {
			t.Fatal(err)
		}
		if again.ID == c.ID || again.State != call.StateDraft || again.Title != c.Title || again.Body != c.Body || again.Goal != 20 ||
			again.Stretch != 30 || again.Zone != c.Zone || !again.StartsAt.IsZero() || !again.ClosesAt.IsZero() {
			t.Errorf("%+v", again)
		}
		twice, err := p.calls.Duplicate(ctx, account.As(p.ada), c.ID, "key")
		if err != nil || twice.ID != again.ID {
			t.Errorf("the same key: %+v, %v", twice, err)
		}
		if got := copied(); len(got) != 1 || got[0].From != c.ID || got[0].CallID != again.ID {
			t.Errorf("copied %+v", got)
		}
		_, err = p.calls.Duplicate(ctx, account.As(p.bo), c.ID, "")
		wantKind(t, "a stranger", err, problem.KindForbidden)

		challenge := p.call(t, call.Challenge, func(d *call.Draft) { d.CountsAs = " Ten bowls.\n" })
		again, err = p.calls.Duplicate(ctx, account.As(p.ada), challenge.ID, "")
		if err != nil || again.CountsAs != "Ten bowls." {
			t.Errorf("what counts as done is %q, %v", again.CountsAs, err)
		}
		draft := again.Draft()
		draft.CountsAs = ""
		if again, err = p.calls.Edit(ctx, account.As(p.ada), again.ID, draft); err != nil || again.CountsAs != "" {
			t.Errorf("taken away it is %q, %v", again.CountsAs, err)
		}
		_, err = p.calls.Create(ctx, account.As(p.ada), p.soup.ID, call.Draft{Kind: call.Deed, Title: "Cook", CountsAs: "Ten bowls."})
		wantKind(t, "a deed", err, problem.KindInvalid)
	})
}

// What is archived leaves the lists, keeps its page, and can be taken back.
func TestService_Archive(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ada := account.As(p.ada)
		c := p.call(t, call.Deed)
		wantKind(t, "an open call", p.calls.Archive(ctx, ada, c.ID), problem.KindConflict)
		if err := p.calls.Close(ctx, ada, c.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stranger", p.calls.Archive(ctx, account.As(p.bo), c.ID), problem.KindForbidden)
		for range 2 {
			if err := p.calls.Archive(ctx, ada, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		lists := func() (listed, archived int) {
			all, err := p.calls.Of(ctx, account.Nobody, p.soup.ID, "", db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			kept, err := p.calls.Archived(ctx, account.Nobody, p.soup.ID, db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return len(all), len(kept)
		}
		if listed, archived := lists(); listed != 0 || archived != 1 {
			t.Errorf("%d listed and %d archived", listed, archived)
		}
		if got, err := p.calls.Get(ctx, account.Nobody, c.ID); err != nil || !got.Archived {
			t.Errorf("its page: %+v, %v", got, err)
		}
		if err := p.calls.Unarchive(ctx, ada, c.ID); err != nil {
			t.Fatal(err)
		}
		if listed, archived := lists(); listed != 1 || archived != 0 {
			t.Errorf("taken back: %d listed and %d archived", listed, archived)
		}
		if err := p.calls.Archive(ctx, ada, c.ID); err != nil {
			t.Fatal(err)
		}
		if err := p.calls.Reopen(ctx, ada, c.ID); err != nil {
			t.Fatal(err)
		}
		if got := p.get(t, c); got.Archived || got.State != call.StateOpen {
			t.Errorf("opened again: %+v", got)
		}
	})
}
