package act_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// Every viewer, every visibility, every doer: the list (SQL) shows exactly what
// Visible says.
func TestVisible_EqualsItsTwin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		g := w.Ground
		partner := seed.Account(t, g, "a_partner")
		member, asked, stands, offers := seed.Account(t, g, "a_member"), seed.Account(t, g, "a_asked"), seed.Account(t, g, "a_stands"), seed.Account(t, g, "a_offers")
		blocker, blocked, removed := seed.Account(t, g, "a_blocker"), seed.Account(t, g, "a_blocked"), seed.Account(t, g, "a_removed")
		suspended := seed.Account(t, g, "a_suspended")
		mod := seed.Account(t, g, "a_mod", seed.Moderator)
		seed.Join(t, w.Movements, w.soup, member, removed)
		if err := w.Movements.RemoveMember(ctx, account.As(w.org), w.soup.ID, removed.ID); err != nil {
			t.Fatal(err)
		}
		gifts := w.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = partner.ID })
		deeds := w.call(t, call.Deed)
		co, invited := seed.Account(t, g, "a_co"), seed.Account(t, g, "a_invited")
		for _, a := range []*account.Account{co, invited} {
			if err := w.Calls.Invite(ctx, account.As(w.org), deeds.ID, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Calls.AcceptInvitation(ctx, account.As(co), deeds.ID); err != nil {
			t.Fatal(err)
		}

		doers := []*account.Account{w.ada, w.org, partner, member, suspended}
		var acts []*act.Act
		for _, doer := range doers {
			seed.Block(t, g, blocker, doer)
			seed.Block(t, g, doer, blocked)
			for _, seen := range []act.Visibility{act.Public, act.Movement, act.Organisers, act.Me} {
				for _, c := range []*call.Call{gifts, deeds} {
					acts = append(acts, w.Do(t, doer, c, seed.Seen(seen), func(d *act.Draft) {
						d.Witnesses = []string{"a_asked", "a_stands", "a_blocked"}
						d.EvidenceVisibility = []act.Visibility{act.Public, act.Movement, act.Organisers, act.Me}[len(acts)%4]
					}))
				}
			}
		}
		for _, a := range acts {
			if err := w.Acts.AcceptWitness(ctx, account.As(stands), a.ID, stands.ID); err != nil {
				t.Fatal(err)
			}
			if a.Visibility == act.Public {
				if err := w.Acts.OfferWitness(ctx, account.As(offers), a.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		// An offer alone opens nothing: these were made before the act was closed.
		for _, a := range acts {
			if a.Visibility != act.Public {
				g.Update(t, func(tx *db.Tx) error {
					_, err := tx.Exec("INSERT INTO witness (act_id, account_id, state, created_at, changed_at) VALUES ($1, $2, 'offered', 1, 1)", a.ID, offers.ID)
					return err
				})
			}
		}
		withdrawn := w.Do(t, w.ada, deeds)
		if err := w.Acts.Withdraw(ctx, account.As(w.ada), withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		seed.Suspend(t, w.Ground, suspended)
		acts = append(acts, withdrawn)

		viewers := map[string]account.Viewer{"nobody": account.Nobody, "system": account.System("test")}
		for _, a := range append(doers, asked, stands, offers, blocker, blocked, removed, mod, co, invited, w.ben) {
			viewers[a.Username] = account.As(a)
		}
		ids := make([]id.ID, len(acts))
		for i, a := range acts {
			ids[i] = a.ID
		}
		public, err := w.Acts.Many(ctx, account.Nobody, ids)
		if err != nil {
			t.Fatal(err)
		}
		rest := slices.DeleteFunc(slices.Clone(ids), func(i id.ID) bool { return public[i] != nil })
		for name, v := range viewers {
			many, err := w.Acts.Many(ctx, v, ids)
			if err != nil {
				t.Fatal(err)
			}
			unlike, err := w.Acts.Unlike(ctx, v, public, rest)
			if err != nil {
				t.Fatal(err)
			}
			if same := maps.EqualFunc(many, public, sameAct); same != (unlike == nil) || !same && !maps.EqualFunc(many, unlike, sameAct) {
				t.Errorf("%s sees %d acts, everybody %d, and what is unlike is %d", name, len(many), len(public), len(unlike))
			}
			for _, a := range acts {
				now, err := act.GetIn(d.Read(ctx), a.ID)
				if problem.Is(err, problem.KindGone) {
					if many[a.ID] != nil {
						t.Errorf("%s sees a withdrawn act", name)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				sight, err := w.Acts.SightOf(ctx, v, now)
				if err != nil {
					t.Fatal(err)
				}
				want := act.Visible(v, sight, now)
				if _, got := many[a.ID]; got != want {
					t.Errorf("%s sees %s: the list says %v, the rule %v", name, describe(now, w), got, want)
				}
				if v.Is(co.ID) && now.Visibility == act.Organisers && !now.Withheld && want != (now.CallID == deeds.ID) {
					t.Errorf("a co-organiser of one call sees %s: %v", describe(now, w), want)
				}
				if act.EvidenceVisible(v, sight, now) && !want {
					t.Errorf("%s sees the evidence of %s, and not the act", name, describe(now, w))
				}
			}
		}
		w.Counted(t)
	})
}

func sameAct(a, b *act.Act) bool { return a.ID == b.ID }

func describe(a *act.Act, w *world) string {
	doer := "someone"
	if who, err := w.Accounts.Get(ctx, a.DoerID); err == nil {
		doer = who.Username
	}
	return fmt.Sprintf("%s's %s act (%s, %s)", doer, a.Visibility, a.Kind, a.State)
}

func TestVisible(t *testing.T) {
	ada := account.As(&account.Account{ID: 1})
	a := act.Act{DoerID: 2, State: act.StateLive}
	for _, c := range []struct {
		seen  act.Visibility
		sight act.Sight
		want  bool
	}{
		{act.Public, act.Sight{}, true},
		{act.Public, act.Sight{Blocked: true}, false},
		{act.Public, act.Sight{Blocked: true, Organiser: true}, true},
		{act.Movement, act.Sight{}, false},
		{act.Movement, act.Sight{Member: true}, true},
		{act.Organisers, act.Sight{Member: true}, false},
		{act.Organisers, act.Sight{Organiser: true}, true},
		{act.Organisers, act.Sight{Beneficiary: true}, true},
		{act.Organisers, act.Sight{Witness: true}, true},
		{act.Me, act.Sight{Organiser: true, Beneficiary: true, Member: true}, false},
		{act.Me, act.Sight{Witness: true}, true},
		{act.Me, act.Sight{Witness: true, Blocked: true}, false},
	} {
		a.Visibility = c.seen
		if got := act.Visible(ada, c.sight, &a); got != c.want {
			t.Errorf("%s with %+v: %v", c.seen, c.sight, got)
		}
	}
}

// What a list shows and what counts beside it come to its total.
func TestGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ally := seed.Account(t, w.Ground, "ally", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		gifts := w.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = ally.ID })
		gone := func(f act.Filter) act.Gone {
			t.Helper()
			g, err := w.Acts.Gone(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		give := func(cents int64, unit string, confirmed, withdrawn bool) {
			a := w.Do(t, w.ada, gifts, seed.Of(cents), func(d *act.Draft) { d.Unit = unit })
			if confirmed {
				if _, err := w.Acts.Confirm(ctx, account.As(ally), a.ID, ""); err != nil {
					t.Fatal(err)
				}
			}
			if withdrawn {
				if err := w.Acts.Withdraw(ctx, account.As(w.ada), a.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		give(500, "EUR", true, false)
		if g := gone(act.Filter{Call: gifts.ID}); g.Acts != 0 || len(g.Kept) != 0 {
			t.Fatalf("got %+v", g)
		}
		give(700, "EUR", true, true)
		give(1100, "EUR", true, true)
		give(1300, "CHF", true, true)
		give(1700, "EUR", false, true)
		confirmed, told := act.Confirmed, act.Told
		kept := []act.Kept{{Unit: "CHF", Acts: 1, Amount: 1300}, {Unit: "EUR", Acts: 2, Amount: 1800}}
		for _, is := range []struct {
			f    act.Filter
			acts int64
			kept []act.Kept
		}{
			{act.Filter{Call: gifts.ID}, 1, kept},
			{act.Filter{Movement: w.soup.ID}, 1, kept},
			{act.Filter{Movement: w.soup.ID, Unit: "EUR"}, 0, kept[1:]},
			{act.Filter{Call: gifts.ID, Proof: &confirmed}, 0, kept},
			{act.Filter{Call: gifts.ID, Proof: &told}, 0, nil},
			{act.Filter{Call: gifts.ID, Doer: w.ada.ID}, 0, nil},
		} {
			if g := gone(is.f); g.Acts != is.acts || !slices.Equal(g.Kept, is.kept) {
				t.Errorf("%+v: %+v", is.f, g)
			}
		}
		totals, err := w.Calls.Totals(ctx, []id.ID{gifts.ID})
		if err != nil {
			t.Fatal(err)
		}
		if is := totals[gifts.ID]; is.Amount("EUR", act.Confirmed) != 500+1800 || is.Amount("CHF", act.Confirmed) != 1300 || is.Acts != 1+1+3 {
			t.Errorf("the totals are %+v", is)
		}
		w.Counted(t)
	})
}

func TestRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		w.Do(t, w.ada, deeds)
		rest := func(v account.Viewer) act.Rest {
			r, err := w.Acts.Rest(ctx, v, act.Filter{Call: deeds.ID})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if got := rest(account.Nobody); got != (act.Rest{}) {
			t.Fatalf("got %+v", got)
		}
		for range 3 {
			w.Do(t, w.ada, deeds, seed.Seen(act.Organisers))
		}
		if got := rest(account.Nobody); got != (act.Rest{Few: true}) {
			t.Fatalf("got %+v", got)
		}
		for range 3 {
			w.Do(t, w.ben, deeds, seed.Seen(act.Me))
		}
		if got := rest(account.Nobody); got != (act.Rest{N: 6}) {
			t.Fatalf("got %+v", got)
		}
		if got := rest(account.As(w.org)); got != (act.Rest{Few: true}) {
			t.Fatalf("got %+v", got)
		}
		if got, err := w.Acts.Rest(ctx, account.Nobody, act.Filter{Doer: w.ada.ID}); err != nil || got != (act.Rest{}) {
			t.Fatalf("one person's private acts are told: %+v, %v", got, err)
		}
	})
}
