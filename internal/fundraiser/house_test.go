package fundraiser_test

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/ripple"
	"goodturn/internal/seed"
)

// house is a fundraiser in euros with those concerned: ada organises, the kitchen
// receives, ben gives.
type house struct {
	*seed.Mission
	t                       testing.TB
	ctx                     context.Context
	funds                   *fundraiser.Service
	ada, ben, carl, kitchen *account.Account
	movement                *movement.Movement
	call                    *call.Call
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		h := &house{Mission: seed.NewMission(t, g), t: t, ctx: context.Background()}
		h.funds = seed.Fundraisers(t, h.Mission)
		ripples := ripple.New(d, g.Hub, g.Clock.Now, h.Acts)
		event.On(g.Hub, ripples.OnDone)
		event.On(g.Hub, ripples.OnWithdrawn)
		h.ada, h.ben, h.carl = seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "carl")
		h.kitchen = seed.Account(t, g, "kitchen", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		h.movement = seed.Movement(t, h.Movements, h.ada, "SoupForAll")
		h.call = seed.Call(t, h.Calls, h.ada, h.movement, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = h.kitchen.ID })
		f(t, h)
		h.Counted(t)
	})
}

func cents(n int64) *int64 { return &n }

// give has somebody tell of a gift.
func (h *house) give(by *account.Account, g fundraiser.Gift) *act.Act {
	h.t.Helper()
	a, err := h.funds.Give(h.ctx, account.As(by), h.call.ID, g)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// amount is what gifts in a currency add up to that are proven so or better.
func (h *house) amount(unit string, weakest call.Proof) int64 {
	h.t.Helper()
	totals, err := h.Calls.Totals(h.ctx, []id.ID{h.call.ID})
	if err != nil {
		h.t.Fatal(err)
	}
	return totals[h.call.ID].Amount(unit, weakest)
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
