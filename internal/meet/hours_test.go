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

// shift is one that began, with hours of bo's logged.
func shift(t *testing.T, h *house, minutes int64) *meet.Seen {
	t.Helper()
	d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, time.Hour)
	h.come(t, h.bo, d, 0)
	h.Clock.Add(4 * time.Hour)
	d, err := h.meets.LogHours(ctx, account.As(h.bo), d.ID, minutes, "")
	ok(t, err)
	return d
}

// Minutes and proof are the same in the list and in the act, whoever changes
// which of them.
func TestHours_Agree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := shift(t, h, 90)
		bo, ada, actID := account.As(h.bo), account.As(h.ada), d.Mine.ActID
		agree := func(what string, hours meet.Hours, proof act.Proof, minutes int64) {
			t.Helper()
			a, err := h.Acts.Get(ctx, bo, actID)
			ok(t, err)
			c := h.get(t, h.bo, d).Mine
			if c.Hours != hours || a.Proof != proof || c.Minutes != minutes || a.Quantity != minutes {
				t.Errorf("%s: the list has %d minutes, %s; the act %d, %s", what, c.Minutes, c.Hours, a.Quantity, a.Proof)
			}
			served, err := h.meets.Certificate(ctx, bo, h.cook.ID)
			ok(t, err)
			if (len(served) == 1) != (proof == act.Confirmed) {
				t.Errorf("%s: the certificate has %d lines", what, len(served))
			}
		}
		more := int64(900)
		_, err := h.Acts.Edit(ctx, bo, actID, act.Change{Quantity: &more})
		wantKind(t, "other minutes on the act's own page", err, problem.KindConflict)
		agree("edited", meet.HoursLogged, act.Told, 90)

		_, err = h.meets.LogHours(ctx, bo, d.ID, 600, "")
		ok(t, err)
		wantKind(t, "to sign what one did not read", h.meets.ConfirmHours(ctx, ada, d.ID, h.bo.ID, 90), problem.KindConflict)
		agree("signed unread", meet.HoursLogged, act.Told, 600)
		ok(t, h.meets.DisputeHours(ctx, ada, d.ID, h.bo.ID, "We closed at eight."))
		agree("disputed", meet.HoursDisputed, act.Told, 600)
		_, err = h.Acts.Confirm(ctx, ada, actID, "I was there.")
		ok(t, err)
		agree("confirmed on the act's page", meet.HoursConfirmed, act.Confirmed, 600)
		_, err = h.Acts.Unconfirm(ctx, ada, actID)
		ok(t, err)
		agree("taken back there", meet.HoursLogged, act.Told, 600)
		_, err = h.meets.LogHours(ctx, bo, d.ID, 100, "")
		ok(t, err)
		ok(t, h.meets.ConfirmHours(ctx, ada, d.ID, h.bo.ID, 100))
		agree("signed", meet.HoursConfirmed, act.Confirmed, 100)
		ok(t, h.meets.DisputeHours(ctx, ada, d.ID, h.bo.ID, "No."))
		agree("disputed again", meet.HoursDisputed, act.Told, 100)
	})
}

// Of 32 who log other hours and sign them off at once, list and act agree.
func TestHours_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := shift(t, h, 60)
		for _, err := range seed.AtOnce(32, func(i int) error {
			if i%2 == 0 {
				return h.meets.ConfirmHours(ctx, account.As(h.ada), d.ID, h.bo.ID, 60)
			}
			_, err := h.meets.LogHours(ctx, account.As(h.bo), d.ID, int64(60+i), "")
			return err
		}) {
			if err != nil && !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		c := h.get(t, h.bo, d).Mine
		a, err := h.Acts.Get(ctx, account.As(h.bo), c.ActID)
		ok(t, err)
		if a.Quantity != c.Minutes || (a.Proof == act.Confirmed) != (c.Hours == meet.HoursConfirmed) || a.Proof == act.Confirmed && a.Quantity != 60 {
			t.Errorf("the list has %d minutes, %s; the act %d, %s", c.Minutes, c.Hours, a.Quantity, a.Proof)
		}
	})
}

// Hours as long as the check-in said need nobody's word any more, and of those
// that wait the coordinator hears once.
func TestHours_Told(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cora := seed.Account(t, h.Ground, "cora")
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, time.Hour, func(d *meet.Draft) { d.Coordinator = cora.ID })
		crowd := seed.Crowd(t, h.Ground, "n", 3)
		for _, a := range append(crowd, h.bo) {
			h.come(t, a, d, 0)
		}
		h.Clock.Add(90 * time.Minute)
		code, err := h.meets.Code(ctx, account.As(cora), d.ID)
		ok(t, err)
		_, err = h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: code})
		ok(t, err)
		got, err := h.meets.LogHours(ctx, account.As(h.bo), d.ID, 120, "All of it.")
		ok(t, err)
		if got.Mine.Hours != meet.HoursLogged {
			t.Errorf("the hours of the check-in are %s before the end", got.Mine.Hours)
		}
		for _, a := range crowd {
			_, err := h.meets.LogHours(ctx, account.As(a), d.ID, 60, "")
			ok(t, err)
			_, err = h.meets.LogHours(ctx, account.As(a), d.ID, 70, "")
			ok(t, err)
		}
		h.toldOnce(t, meet.Logged, []*account.Account{cora})
		for _, a := range crowd {
			ok(t, h.meets.ConfirmHours(ctx, account.As(cora), d.ID, a.ID, 70))
		}
	})
}
