package meet_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// What moved somebody to come is kept until they are there: a post moves the
// first, and what the first did moves the next.
func TestCome_InspiredBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour)
		p := seed.Post(t, h.Posts, h.ada, "Come and walk with us!")
		_, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{InspiredBy: act.Source{Kind: act.FromPost, ID: p.ID}})
		ok(t, err)
		h.come(t, h.bo, d, 0) // said again, without
		h.Clock.Add(48 * time.Hour)
		code, err := h.meets.Code(ctx, account.As(h.ada), d.ID)
		ok(t, err)
		came, err := h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: code, Visibility: act.Public})
		ok(t, err)
		first, err := h.Acts.Get(ctx, account.Nobody, came.Mine.ActID)
		ok(t, err)
		if first.Via != (act.Source{Kind: act.FromPost, ID: p.ID}) || first.Generation != 0 {
			t.Errorf("it is inspired by %v", first.Via)
		}
		h.Clock.Add(time.Minute)
		came, err = h.meets.CheckIn(ctx, account.As(h.eve), d.ID, meet.Here{Code: code, InspiredBy: &act.Source{Kind: act.FromAct, ID: first.ID}})
		ok(t, err)
		next, err := h.Acts.Get(ctx, account.As(h.eve), came.Mine.ActID)
		ok(t, err)
		if next.Parent != first.ID || next.Root != first.ID || next.Generation != 1 {
			t.Errorf("it stands in generation %d beneath %s", next.Generation, next.Parent)
		}
	})
}

// One can be moved only by what one sees; what is gone by the day of the date is
// left out, and so is what was not there when it was over.
func TestCome_InspiredByNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, time.Hour)
		mine := h.Do(t, h.eve, h.walk, seed.Seen(act.Me))
		for name, src := range map[string]act.Source{
			"somebody's own act": {Kind: act.FromAct, ID: mine.ID}, "no post": {Kind: act.FromPost, ID: 5},
			"no nomination": {Kind: act.FromNomination, ID: 5}, "no kind": {Kind: "dream", ID: 5},
		} {
			_, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{InspiredBy: src})
			wantKind(t, name, err, problem.KindInvalid)
		}
		seen := h.Do(t, h.eve, h.walk)
		_, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{InspiredBy: act.Source{Kind: act.FromAct, ID: seen.ID}})
		ok(t, err)
		ok(t, h.Acts.Withdraw(ctx, account.As(h.eve), seen.ID))
		h.Clock.Add(5 * time.Hour)
		logged, err := h.meets.LogHours(ctx, account.As(h.bo), d.ID, 60, "")
		ok(t, err)
		a, err := h.Acts.Get(ctx, account.As(h.bo), logged.Mine.ActID)
		ok(t, err)
		if !a.Via.None() || a.Parent != 0 {
			t.Errorf("it is inspired by %v", a.Via)
		}
		if !a.DoneAt.Equal(d.EndsAt) {
			t.Errorf("it was done at %s, and the shift ended at %s", a.DoneAt, d.EndsAt)
		}
	})
}
