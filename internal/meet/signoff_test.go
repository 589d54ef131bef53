package meet_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// Who is checked in at a shift is there; how long they helped is confirmed once it is
// over, as they say it if that is no longer.
func TestSignOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cora, dan, fay, gus := seed.Account(t, h.Ground, "cora"), seed.Account(t, h.Ground, "dan"), seed.Account(t, h.Ground, "fay"), seed.Account(t, h.Ground, "gus")
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 30*time.Minute, func(d *meet.Draft) { d.Coordinator = cora.ID })
		for _, a := range []*account.Account{h.bo, h.eve, dan, fay, gus, h.ada} {
			h.come(t, a, d, 0)
		}
		h.Clock.Add(40 * time.Minute)
		code, err := h.meets.Code(ctx, account.As(h.ada), d.ID)
		ok(t, err)
		for _, a := range []*account.Account{h.bo, fay, h.ada} {
			_, err = h.meets.CheckIn(ctx, account.As(a), d.ID, meet.Here{Code: code})
			ok(t, err)
		}
		ok(t, h.meets.CheckInBy(ctx, account.As(cora), d.ID, h.eve.ID, 0))
		ok(t, h.meets.CheckInBy(ctx, account.As(cora), d.ID, gus.ID, 0))
		is := func(what string, a *account.Account, proof act.Proof, minutes int64, by *account.Account) {
			t.Helper()
			got, err := h.Acts.Get(ctx, account.As(a), h.get(t, a, d).Mine.ActID)
			ok(t, err)
			var confirmer id.ID
			if by != nil {
				confirmer = by.ID
			}
			if got.Proof != proof || got.Quantity != minutes || got.ConfirmedBy != confirmer {
				t.Errorf("%s: %s has %d minutes, %s by %s", what, a.Username, got.Quantity, got.Proof, got.ConfirmedBy)
			}
		}
		logs := func(a *account.Account, minutes int64) meet.Hours {
			t.Helper()
			got, err := h.meets.LogHours(ctx, account.As(a), d.ID, minutes, "")
			ok(t, err)
			return got.Mine.Hours
		}
		is("at the door", h.bo, act.Told, 120, nil)
		if at := h.get(t, h.bo, d).Mine.ConfirmAt; !at.Equal(d.EndsAt) {
			t.Errorf("it is confirmed at %s", at)
		}
		logs(h.bo, 20)
		logs(fay, 180) // longer than it was: somebody has to say so
		logs(dan, 60)  // and never checked in
		ok(t, h.meets.DisputeHours(ctx, account.As(cora), d.ID, gus.ID, "You left at once."))
		ok(t, h.meets.SignOff(ctx))
		is("before the end", h.bo, act.Told, 20, nil)
		_, err = h.meets.ConfirmAll(ctx, account.As(cora), d.ID)
		wantKind(t, "all before the end", err, problem.KindConflict)

		h.Clock.Add(2 * time.Hour)
		for _, err := range seed.AtOnce(4, func(int) error { return h.meets.SignOff(ctx) }) {
			ok(t, err)
		}
		is("after it", h.bo, act.Confirmed, 20, nil)
		is("after it", h.eve, act.Confirmed, 120, cora)
		is("after it", fay, act.Told, 180, nil)
		is("one's own word", h.ada, act.Told, 120, nil)
		is("disputed", gus, act.Told, 120, nil)
		if hours := logs(h.eve, 15); hours != meet.HoursConfirmed {
			t.Errorf("shorter hours are %s", hours)
		}
		is("shorter", h.eve, act.Confirmed, 15, cora)
		logs(gus, 10) // disputed once, so it waits
		is("disputed, and shorter", gus, act.Told, 10, nil)

		_, err = h.meets.ConfirmAll(ctx, account.As(h.bo), d.ID)
		wantKind(t, "all, by who helped", err, problem.KindForbidden)
		n, err := h.meets.ConfirmAll(ctx, account.As(cora), d.ID)
		if err != nil || n != 3 { // dan, gus and ada
			t.Errorf("%d were confirmed, %v", n, err)
		}
		is("signed off", dan, act.Confirmed, 60, cora)
		is("signed off", h.ada, act.Confirmed, 120, cora)
		is("longer", fay, act.Told, 180, nil)
		if n, err = h.meets.ConfirmAll(ctx, account.As(cora), d.ID); err != nil || n != 0 {
			t.Errorf("%d were confirmed twice, %v", n, err)
		}
	})
}

// A shift that is moved confirms when it ends then, one that is cancelled never, and
// who took what they told back is asked for nothing.
func TestSignOff_Changed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		proof := func(d *meet.Seen) act.Proof {
			t.Helper()
			a, err := h.Acts.Get(ctx, account.As(h.bo), h.get(t, h.bo, d).Mine.ActID)
			ok(t, err)
			return a.Proof
		}
		checked := func() *meet.Seen {
			t.Helper()
			d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 10*time.Minute)
			h.come(t, h.bo, d, 0)
			ok(t, h.meets.CheckInBy(ctx, account.As(h.ada), d.ID, h.bo.ID, 0))
			return d
		}
		moved, off, undone, gone := checked(), checked(), checked(), checked()
		draft := moved.Draft()
		draft.Ends = meet.WallOf(moved.Ends().Add(time.Hour))
		_, err := h.meets.Edit(ctx, account.As(h.ada), moved.ID, draft)
		ok(t, err)
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), off.ID, "Fire.", false))
		ok(t, h.meets.UndoCheckIn(ctx, account.As(h.ada), undone.ID, h.bo.ID))
		ok(t, h.Acts.Withdraw(ctx, account.As(h.bo), h.get(t, h.bo, gone).Mine.ActID))
		h.Clock.Add(150 * time.Minute)
		ok(t, h.meets.SignOff(ctx))
		if proof(moved) != act.Told || proof(off) != act.Told {
			t.Errorf("moved is %s, cancelled is %s", proof(moved), proof(off))
		}
		h.Clock.Add(time.Hour)
		ok(t, h.meets.SignOff(ctx))
		if proof(moved) != act.Confirmed || proof(off) != act.Told {
			t.Errorf("moved is %s, cancelled is %s", proof(moved), proof(off))
		}
		var left int
		ok(t, h.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM coming WHERE confirm_at IS NOT NULL OR came_by IS NOT NULL`).Scan(&left))
		if left != 0 {
			t.Errorf("%d still wait", left)
		}
	})
}
