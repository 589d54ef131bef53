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

func TestService_Tell(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		told := seed.Events[call.Updated](p.Ground)
		ada := account.As(p.ada)
		c, draft := p.call(t, call.Deed), p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		d := call.UpdateDraft{Title: "A pot", Body: "We have **one**.", Key: "k"}
		u, err := p.calls.Tell(ctx, ada, c.ID, d)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := p.calls.Tell(ctx, ada, c.ID, d); err != nil || again != u {
			t.Errorf("the same key: %s, %v", again, err)
		}
		_, err = p.calls.Tell(ctx, account.As(p.bo), c.ID, d)
		wantKind(t, "a stranger", err, problem.KindForbidden)
		_, err = p.calls.Tell(ctx, ada, draft.ID, call.UpdateDraft{Title: "A", Body: "b"})
		wantKind(t, "of a draft", err, problem.KindConflict)
		_, err = p.calls.Tell(ctx, ada, c.ID, call.UpdateDraft{Title: "A"})
		wantKind(t, "saying nothing", err, problem.KindInvalid)

		wantKind(t, "a stranger edits", p.calls.EditUpdate(ctx, account.As(p.bo), u, d), problem.KindForbidden)
		if err := p.calls.EditUpdate(ctx, ada, u, call.UpdateDraft{Title: "Two pots", Body: "We have two."}); err != nil {
			t.Fatal(err)
		}
		list, err := p.calls.Updates(ctx, account.Nobody, c.ID, db.Page{})
		if err != nil || len(list) != 1 || list[0].Title != "Two pots" || list[0].EditedAt.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		wantKind(t, "a stranger removes", p.calls.RemoveUpdate(ctx, account.As(p.bo), u), problem.KindForbidden)
		if err := p.calls.RemoveUpdate(ctx, ada, u); err != nil {
			t.Fatal(err)
		}
		_, err = p.calls.Update(ctx, ada, u)
		wantKind(t, "once removed", err, problem.KindNotFound)
		if n := len(told()); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

// However many organisers press at once, those who took part hear of three a day.
func TestService_Tell_Bounded(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed)
		tell := func(int) error {
			_, err := p.calls.Tell(ctx, account.As(p.ada), c.ID, call.UpdateDraft{Title: "Soup", Body: "More soup."})
			return err
		}
		done := 0
		for _, err := range seed.AtOnce(32, tell) {
			if err == nil {
				done++
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		if done != call.TellingsADay {
			t.Errorf("%d were written", done)
		}
		told, err := p.calls.Updates(ctx, account.Nobody, c.ID, db.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range told {
			if err := p.calls.RemoveUpdate(ctx, account.As(p.ada), u.ID); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "after all were removed", tell(0), problem.KindConflict)
		p.Clock.Add(25 * time.Hour)
		if err := tell(0); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestService_SetQuiet(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c, bo := p.call(t, call.Deed), account.As(p.bo)
		quiet := func() [2]bool {
			it, all, err := p.calls.Quiet(ctx, bo, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			return [2]bool{it, all}
		}
		for _, step := range []struct {
			of    bool
			quiet bool
			want  [2]bool
		}{{true, true, [2]bool{true, false}}, {false, true, [2]bool{true, true}}, {true, false, [2]bool{false, true}}, {false, false, [2]bool{}}} {
			of := call.AllCalls
			if step.of {
				of = c.ID
			}
			if err := p.calls.SetQuiet(ctx, bo, of, step.quiet); err != nil {
				t.Fatal(err)
			}
			if got := quiet(); got != step.want {
				t.Errorf("after %+v: %v", step, got)
			}
		}
		wantKind(t, "nobody", p.calls.SetQuiet(ctx, account.Nobody, c.ID, true), problem.KindUnauthorized)
	})
}
