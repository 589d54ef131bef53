package fundraiser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestGive_currenciesStayApart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(h.ben, fundraiser.Gift{Amount: cents(20_00)})
		h.give(h.ben, fundraiser.Gift{Amount: cents(1500), Unit: "JPY"})
		h.give(h.carl, fundraiser.Gift{Amount: cents(7_500), Unit: "KWD"})
		for unit, want := range map[string]int64{"EUR": 2000, "JPY": 1500, "KWD": 7500} {
			if got := h.amount(unit, act.Told); got != want {
				t.Errorf("%s: %d, not %d", unit, got, want)
			}
		}
		progress, err := h.Calls.Progress(h.ctx, []*call.Call{h.call})
		h.ok(err)
		if p := progress[h.call.ID]; p.Done != 2000 || p.People != 2 || p.Acts != 3 {
			t.Errorf("the call's progress is %+v", p)
		}
		for field, g := range map[string]fundraiser.Gift{
			"unit": {Amount: cents(1), Unit: "Euro"}, "quantity": {Amount: cents(0)}, "pen_name": {Amount: cents(1), Shown: fundraiser.PenName},
			"shown": {Amount: cents(1), Shown: fundraiser.Anonymous, TellAs: true},
		} {
			_, err := h.funds.Give(h.ctx, account.As(h.ben), h.call.ID, g)
			if p, ok := problem.Of(err); !ok || p.Field != field {
				t.Errorf("%+v is wrong in %q: %v", g, field, err)
			}
		}
	})
}

// TestGive_veiled holds what any door could say of a gift against who gave it.
func TestGive_veiled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		done := seed.Events[act.Done](h.Ground)
		named := h.give(h.carl, fundraiser.Gift{Amount: cents(5_00)})
		pen := h.give(h.ben, fundraiser.Gift{Amount: cents(10_00), Shown: fundraiser.PenName, PenName: "Owl of the lake", InspiredBy: act.Source{Kind: act.FromAct, ID: named.ID}})
		none := h.give(h.ben, fundraiser.Gift{Amount: cents(30_00), Shown: fundraiser.Anonymous})
		again := h.give(h.ben, fundraiser.Gift{Amount: cents(1_00), Shown: fundraiser.PenName, PenName: "Owl of the lake"})
		viewers := []account.Viewer{account.Nobody, account.As(h.ada), account.As(h.carl), account.As(h.kitchen)}
		for _, v := range viewers {
			for _, want := range []struct {
				a    *act.Act
				name string
			}{{pen, "Owl of the lake"}, {none, ""}} {
				a, err := h.Acts.Get(h.ctx, v, want.a.ID)
				h.ok(err)
				names, err := h.Acts.Outsiders(h.ctx, []id.ID{a.DoerID})
				h.ok(err)
				if !a.Outside || a.DoerID == h.ben.ID || names[a.DoerID] != want.name {
					t.Errorf("%v sees %+v by %q", v.ID(), a, names[a.DoerID])
				}
				if a.DoneBy(v.ID()) {
					t.Errorf("%v is taken for the donor", v.ID())
				}
			}
			of, err := h.Acts.Of(h.ctx, v, act.Filter{Doer: h.ben.ID}, db.Page{})
			h.ok(err)
			if len(of) > 0 {
				t.Errorf("%v finds gifts among what ben did", v.ID())
			}
		}
		for _, e := range done() {
			if e.DoerID == h.ben.ID || e.Outside != (e.DoerID != h.carl.ID) {
				t.Errorf("an event tells who gave: %+v", e)
			}
		}
		if pen.DoerID != again.DoerID || pen.DoerID == none.DoerID {
			t.Error("one name for one call is one person's, another is another's")
		}
		// To the donor alone they are their own.
		own, err := h.funds.Mine(h.ctx, account.As(h.ben), db.Page{})
		h.ok(err)
		if len(own) != 3 || !own[0].DoneBy(h.ben.ID) {
			t.Errorf("ben finds %d of three gifts", len(own))
		}
		if did, err := h.Acts.Did(h.ctx, h.ben.ID, []id.ID{h.call.ID}); err != nil || !did[h.call.ID] {
			t.Errorf("ben gave: %v %v", did, err)
		}
		// Nobody confirms their own, under whatever name.
		adas := h.give(h.ada, fundraiser.Gift{Amount: cents(9_00), Shown: fundraiser.Anonymous})
		if _, err := h.Acts.Confirm(h.ctx, account.As(h.ada), adas.ID, ""); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("ada confirms her own gift: %v", err)
		}
		_, err = h.Acts.Confirm(h.ctx, account.As(h.kitchen), none.ID, "on the account")
		h.ok(err)
		h.ok(h.Acts.Withdraw(h.ctx, account.As(h.ben), pen.ID))
		if err := h.Acts.Withdraw(h.ctx, account.As(h.carl), again.ID); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("carl takes ben's gift back: %v", err)
		}
	})
}

func TestGive_veiledAndDeleted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		told := h.give(h.ben, fundraiser.Gift{Amount: cents(4_00), Shown: fundraiser.PenName, PenName: "Marzipan", Story: "for grandmother"})
		confirmed := h.give(h.ben, fundraiser.Gift{Amount: cents(25_00), Shown: fundraiser.Anonymous})
		_, err := h.Acts.Confirm(h.ctx, account.As(h.kitchen), confirmed.ID, "")
		h.ok(err)
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, h.ben.ID, h.Clock.Now()) })
		for _, a := range []*act.Act{told, confirmed} {
			if _, err := h.Acts.Get(h.ctx, account.As(h.kitchen), a.ID); !problem.Is(err, problem.KindGone) {
				t.Errorf("a gift stays after its donor left: %v", err)
			}
		}
		if got := h.amount("EUR", act.Told); got != 25_00 {
			t.Errorf("what stays is the confirmed gift's amount, not %d", got)
		}
		var left int
		h.ok(h.D.Read(h.ctx).QueryRow(`SELECT (SELECT COUNT(*) FROM outsider) + (SELECT COUNT(*) FROM veiled)`).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows still tell of the donor", left)
		}
	})
}

func TestDoubt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.give(h.ben, fundraiser.Gift{Amount: cents(50_00), Shown: fundraiser.Anonymous})
		for who, v := range map[string]account.Viewer{"a stranger": account.As(h.carl), "an organiser": account.As(h.ada), "the donor": account.As(h.ben)} {
			if err := h.funds.Doubt(h.ctx, v, a.ID, ""); !problem.Is(err, problem.KindForbidden) {
				t.Errorf("%s doubts it: %v", who, err)
			}
		}
		h.ok(h.funds.Doubt(h.ctx, account.As(h.kitchen), a.ID, "Not on our account."))
		if got := h.amount("EUR", act.Told); got != 0 {
			t.Errorf("a gift that is not found counts for %d", got)
		}
		// Its donor cannot make it count by saying another amount.
		_, err := h.Acts.Edit(h.ctx, account.As(h.ben), a.ID, act.Change{Quantity: cents(60_00)})
		h.ok(err)
		if got := h.amount("EUR", act.Told); got != 0 {
			t.Errorf("a gift that is not found counts for %d after an edit", got)
		}
		is, err := h.Acts.Get(h.ctx, account.Nobody, a.ID)
		h.ok(err)
		doubts, err := h.funds.Doubted(h.ctx, []*act.Act{is})
		h.ok(err)
		if d := doubts[a.ID]; d.Amount != 60_00 || d.Reason != "Not on our account." {
			t.Errorf("the doubt is %+v", d)
		}
		_, err = h.Acts.Confirm(h.ctx, account.As(h.kitchen), a.ID, "found it")
		h.ok(err)
		if got := h.amount("EUR", act.Confirmed); got != 60_00 {
			t.Errorf("once confirmed it counts for %d", got)
		}
		if err := h.funds.Doubt(h.ctx, account.As(h.kitchen), a.ID, ""); !problem.Is(err, problem.KindConflict) {
			t.Errorf("a confirmed gift is doubted: %v", err)
		}
	})
}

func TestSetGivePage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, bad := range []string{"http://charity.example/give", "https://", "https://10.0.0.1/give", "https://localhost/", "https://a:b@charity.example/",
			"javascript:alert(1)", "https://charity.example:8443/", "https://charity.example/a b", "https://charity.example/" + strings.Repeat("x", 500)} {
			if err := h.funds.SetGivePage(h.ctx, account.As(h.ada), h.call.ID, bad); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%q is taken: %v", bad, err)
			}
		}
		good := "https://charity.example/give?for=soup"
		if err := h.funds.SetGivePage(h.ctx, account.As(h.ben), h.call.ID, good); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("ben sets it: %v", err)
		}
		h.ok(h.funds.SetGivePage(h.ctx, account.As(h.kitchen), h.call.ID, good))
		if got, err := h.funds.GivePage(h.ctx, h.call.ID); got != good || err != nil {
			t.Errorf("it is %q: %v", got, err)
		}
	})
}

func TestMatching(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		confirm := func(a *act.Act) {
			_, err := h.Acts.Confirm(h.ctx, account.As(h.kitchen), a.ID, "")
			h.ok(err)
		}
		matching := func(v account.Viewer) []fundraiser.Matching {
			list, err := h.funds.Matchings(h.ctx, v, h.call)
			h.ok(err)
			return list
		}
		confirm(h.give(h.ben, fundraiser.Gift{Amount: cents(100_00)})) // before the promise
		i, err := h.funds.Promise(h.ctx, account.As(h.carl), h.call.ID, fundraiser.Promise{Most: 50_00, Until: h.Clock.Now().AddDate(0, 0, 7)})
		h.ok(err)
		if n := len(matching(account.Nobody)); n != 0 {
			t.Errorf("%d promises are shown that nobody accepted", n)
		}
		if err := h.funds.AnswerPromise(h.ctx, account.As(h.carl), h.call.ID, i, true); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("carl accepts his own promise: %v", err)
		}
		h.ok(h.funds.AnswerPromise(h.ctx, account.As(h.ada), h.call.ID, i, true))
		told := h.give(h.ben, fundraiser.Gift{Amount: cents(20_00)})
		if m := matching(account.Nobody)[0]; m.Due != 0 {
			t.Errorf("gifts that are only told come to %d", m.Due)
		}
		confirm(told)
		h.give(h.ben, fundraiser.Gift{Amount: cents(9_000), Unit: "JPY"})
		if m := matching(account.Nobody)[0]; m.Due != 20_00 || m.Paid != 0 || m.Over {
			t.Errorf("it comes to %+v", m)
		}
		confirm(h.give(h.ben, fundraiser.Gift{Amount: cents(80_00)}))
		h.Clock.Add(8 * 24 * time.Hour)
		h.ok(h.funds.EndMatchings(h.ctx, h.Clock.Now()))
		confirm(h.give(h.ben, fundraiser.Gift{Amount: cents(80_00)}))
		if err := h.funds.SetPaid(h.ctx, account.As(h.carl), h.call.ID, i, 50_00); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("carl says that he paid: %v", err)
		}
		h.ok(h.funds.SetPaid(h.ctx, account.As(h.kitchen), h.call.ID, i, 30_00))
		if m := matching(account.Nobody)[0]; m.Due != 50_00 || m.Paid != 30_00 || !m.Over {
			t.Errorf("in the end it comes to %+v", m)
		}
		if got := h.amount("EUR", act.Told); got != 280_00 {
			t.Errorf("people gave %d: a promise is in nobody's total", got)
		}
	})
}

func TestSpending(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		flow := func() fundraiser.Flow {
			flows, err := h.funds.Flows(h.ctx, h.call)
			h.ok(err)
			return flows[0]
		}
		if f := flow(); f.Unit != "EUR" || f.Received() != 0 || f.Left() != 0 || len(f.Purposes) != 0 {
			t.Errorf("before anything the flow is %+v", f)
		}
		_, err := h.Acts.Confirm(h.ctx, account.As(h.kitchen), h.give(h.ben, fundraiser.Gift{Amount: cents(100_00)}).ID, "")
		h.ok(err)
		h.give(h.carl, fundraiser.Gift{Amount: cents(7_00)})
		draft := fundraiser.SpendingDraft{Purpose: "Pots", Amount: 40_00, SpentAt: h.Clock.Now(), Note: "Two of them."}
		for who, v := range map[string]account.Viewer{"an organiser": account.As(h.ada), "a donor": account.As(h.ben)} {
			if _, err := h.funds.Report(h.ctx, v, h.call.ID, draft); !problem.Is(err, problem.KindForbidden) {
				t.Errorf("%s reports: %v", who, err)
			}
		}
		pots, err := h.funds.Report(h.ctx, account.As(h.kitchen), h.call.ID, draft)
		h.ok(err)
		_, err = h.funds.Report(h.ctx, account.As(h.kitchen), h.call.ID, fundraiser.SpendingDraft{Purpose: "Bread", Amount: 70_00, SpentAt: h.Clock.Now()})
		h.ok(err)
		if f := flow(); f.Told != 7_00 || f.Gifts != 100_00 || f.Spent != 110_00 || f.Left() != -10_00 || f.Purposes[0].Name != "Bread" {
			t.Errorf("more was spent than received, and it says %+v", f)
		}
		// Of many corrections of one entry, one stands.
		draft.Corrects, draft.Amount = pots, 25_00
		taken := 0
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := h.funds.Report(h.ctx, account.As(h.kitchen), h.call.ID, draft)
			return err
		}) {
			switch {
			case err == nil:
				taken++
			case !problem.Is(err, problem.KindConflict):
				t.Error(err)
			}
		}
		if f := flow(); taken != 1 || f.Spent != 95_00 || f.Left() != 5_00 {
			t.Errorf("after %d corrections the flow is %+v", taken, f)
		}
		now, err := h.funds.Spending(h.ctx, account.Nobody, h.call.ID, false)
		h.ok(err)
		all, err := h.funds.Spending(h.ctx, account.Nobody, h.call.ID, true)
		h.ok(err)
		if len(now) != 2 || len(all) != 3 {
			t.Errorf("%d entries stand, of %d on record", len(now), len(all))
		}
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, h.kitchen.ID, h.Clock.Now()) })
		all, err = h.funds.Spending(h.ctx, account.Nobody, h.call.ID, true)
		h.ok(err)
		if s := fmt.Sprint(all); strings.Contains(s, "Two of them") || strings.Contains(s, h.kitchen.ID.String()) || flow().Spent != 95_00 {
			t.Errorf("after the kitchen left its books say %s", s)
		}
	})
}

// A draft that is discarded takes with it what was set up for it.
func TestOnCallDiscarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		draft := seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Unpublished = true })
		h.Update(t, func(tx *db.Tx) error {
			return h.funds.SetGivePageIn(tx, draft.ID, "https://kitchen.example/give", h.Clock.Now())
		})
		if err := h.Calls.Discard(t.Context(), account.As(h.ada), draft.ID); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := h.D.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM fundraiser WHERE call_id = $1`, draft.ID).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows are left, %v", left, err)
		}
	})
}
