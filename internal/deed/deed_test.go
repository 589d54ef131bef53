package deed_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/deed"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a private good turn of ada's, and people around her.
type world struct {
	*seed.Mission
	*deed.Service
	notices              *notice.Service
	olga, ada, ben, rosa *account.Account
	deeds                *call.Call
	did                  *act.Act
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := seed.NewMission(t, seed.NewGround(t, d))
		w := &world{Mission: m, Service: seed.Deeds(t, m), notices: seed.Notices(t, m)}
		w.olga, w.ada = seed.Account(t, m.Ground, "olga"), seed.Account(t, m.Ground, "ada")
		w.ben, w.rosa = seed.Account(t, m.Ground, "ben"), seed.Account(t, m.Ground, "rosa")
		movement := seed.Movement(t, m.Movements, w.olga, "PayItForward")
		w.deeds = seed.Call(t, m.Calls, w.olga, movement, call.Deed)
		w.did = m.Do(t, w.ada, w.deeds, seed.Seen(act.Me), func(d *act.Draft) { d.Story = "I paid a bus fare." })
		f(t, w)
	})
}

func (w *world) link(t *testing.T, d deed.Draft) (*deed.Link, string) {
	t.Helper()
	l, err := w.Make(ctx, account.As(w.ada), w.did.ID, d)
	if err != nil {
		t.Fatal(err)
	}
	return l, tokenOf(t, w.URL(l))
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Query().Get("token") == "" {
		t.Fatalf("%q is no link: %v", link, err)
	}
	return u.Query().Get("token")
}

func (w *world) proof(t *testing.T) act.Proof {
	t.Helper()
	a, err := w.Acts.Get(ctx, account.As(w.ada), w.did.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a.Proof
}

// told are the kinds of what somebody was told by links.
func (w *world) told(t *testing.T, who *account.Account) string {
	t.Helper()
	list, err := w.notices.List(ctx, account.As(who), notice.Filter{Kinds: []notice.Kind{notice.Thanks, notice.Attested}}, db.Page{})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, n := range list {
		if n.Post == nil || n.ActID != w.did.ID {
			t.Errorf("the notice %s has the post %v and the act %s", n.Kind, n.Post, n.ActID)
		}
		kinds = append(kinds, string(n.Kind))
	}
	return strings.Join(kinds, " ")
}

func is(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("the error is %v, not a %v", err, kind)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLink_ThanksAndWitness(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l, token := w.link(t, deed.Draft{Tells: true})
		n, err := w.Look(ctx, account.Nobody, token)
		if err != nil || n.Seen || !n.Tells || !n.MayThank || !n.MayAttest || w.proof(t) != act.Told {
			t.Fatalf("it opens %+v, %v", n, err)
		}
		is(t, w.Thank(ctx, account.Nobody, token, " ", ""), problem.KindInvalid)
		is(t, w.Thank(ctx, account.Nobody, token, strings.Repeat("a", deed.ThanksMost+1), ""), problem.KindInvalid)
		ok(t, w.Thank(ctx, account.Nobody, token, "You made my week.", "Rosa"))
		ok(t, w.Attest(ctx, account.Nobody, token))
		if p := w.proof(t); p != act.Witnessed {
			t.Errorf("it is %s", p)
		}
		if told := w.told(t, w.ada); told != "attested thanks" {
			t.Errorf("ada was told %q", told)
		}
		// Only the doer reads it, until she shows it.
		public := act.Public
		_, err = w.Acts.Edit(ctx, account.As(w.ada), w.did.ID, act.Change{Visibility: &public})
		ok(t, err)
		reads := func(v account.Viewer, thanks int) {
			t.Helper()
			said, err := w.Said(ctx, v, w.did.ID)
			if err != nil || len(said.Thanks) != thanks || len(said.Attested) != 1 {
				t.Errorf("%d thanks are read, not %d: %+v %v", len(said.Thanks), thanks, said, err)
			}
		}
		reads(account.As(w.ada), 1)
		reads(account.As(w.olga), 0)
		is(t, w.Show(ctx, account.As(w.olga), l.ID, true), problem.KindNotFound)
		ok(t, w.Show(ctx, account.As(w.ada), l.ID, true))
		reads(account.Nobody, 1)

		// Whoever said it takes it back, also when the link is withdrawn.
		ok(t, w.Withdraw(ctx, account.As(w.ada), l.ID))
		is(t, w.Thank(ctx, account.Nobody, token, "Again", ""), problem.KindGone)
		ok(t, w.TakeThanksBack(ctx, token))
		ok(t, w.TakeAttestBack(ctx, token))
		ok(t, w.TakeAttestBack(ctx, token))
		if p := w.proof(t); p != act.Told {
			t.Errorf("it is %s once that is taken back", p)
		}
		if told := w.told(t, w.ada); told != "" {
			t.Errorf("ada is still told %q", told)
		}
		_, err = w.Look(ctx, account.Nobody, token)
		is(t, err, problem.KindGone)
	})
}

func TestLink_Doer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := account.As(w.ada)
		l, token := w.link(t, deed.Draft{})
		n, err := w.Look(ctx, ada, token)
		if err != nil || !n.Mine || n.MayThank || n.MayAttest {
			t.Errorf("to the doer it opens %+v, %v", n, err)
		}
		is(t, w.Attest(ctx, ada, token), problem.KindForbidden)
		is(t, w.Thank(ctx, ada, token, "Well done, me", ""), problem.KindForbidden)
		_, err = w.PassOn(ctx, ada, token, deed.PassDraft{Story: "Again"})
		is(t, err, problem.KindForbidden)
		if n, err := w.Look(ctx, account.As(w.ben), token); err != nil || n.Seen || n.Tells {
			t.Errorf("without a name it opens %+v, %v", n, err)
		}
		// Others make no links of it, and do not read hers.
		for _, v := range []account.Viewer{account.As(w.ben), account.As(w.olga)} {
			_, err := w.Make(ctx, v, w.did.ID, deed.Draft{})
			is(t, err, problem.KindNotFound)
			_, err = w.Links(ctx, v, w.did.ID)
			is(t, err, problem.KindNotFound)
			_, err = w.ByID(ctx, v, l.ID)
			is(t, err, problem.KindNotFound)
			is(t, w.Withdraw(ctx, v, l.ID), problem.KindNotFound)
			is(t, w.RefuseWitness(ctx, v, l.ID), problem.KindNotFound)
			is(t, w.DeleteThanks(ctx, v, l.ID), problem.KindNotFound)
		}
		_, err = w.Make(ctx, account.Nobody, w.did.ID, deed.Draft{})
		is(t, err, problem.KindUnauthorized)

		// What she deletes does not come again, and what she refuses neither.
		ok(t, w.Thank(ctx, account.Nobody, token, "Buy my soap", ""))
		ok(t, w.Attest(ctx, account.As(w.ben), token))
		ok(t, w.DeleteThanks(ctx, ada, l.ID))
		ok(t, w.RefuseWitness(ctx, ada, l.ID))
		is(t, w.Thank(ctx, account.Nobody, token, "Buy my soap", ""), problem.KindConflict)
		ok(t, w.Attest(ctx, account.Nobody, token))
		if p := w.proof(t); p != act.Told {
			t.Errorf("a link witnesses twice: %s", p)
		}
	})
}

func TestLink_Hostile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l, token := w.link(t, deed.Draft{})
		other, _ := w.link(t, deed.Draft{})
		for _, forged := range []string{"", "x", token + "x", token[:len(token)-1], l.ID.String() + ".", strings.Replace(token, l.ID.String(), other.ID.String(), 1)} {
			_, err := w.Look(ctx, account.Nobody, forged)
			is(t, err, problem.KindNotFound)
			is(t, w.Attest(ctx, account.Nobody, forged), problem.KindNotFound)
			is(t, w.TakeThanksBack(ctx, forged), problem.KindNotFound)
		}
		// Said and taken back again and again, it stops.
		for range 3 {
			ok(t, w.Thank(ctx, account.Nobody, token, "Thanks", ""))
			ok(t, w.TakeThanksBack(ctx, token))
		}
		is(t, w.Thank(ctx, account.Nobody, token, "Thanks", ""), problem.KindConflict)

		// After sixty days nothing is said by it, and nothing is left of it.
		w.Clock.Add(60 * 24 * time.Hour)
		_, err := w.Look(ctx, account.Nobody, token)
		is(t, err, problem.KindGone)
		is(t, w.Attest(ctx, account.Nobody, token), problem.KindGone)
		ok(t, w.Sweep(ctx))
		if links, err := w.Links(ctx, account.As(w.ada), w.did.ID); err != nil || len(links) != 0 {
			t.Errorf("%d links are left, %v", len(links), err)
		}
	})
}

// So many want the same at once that only a rule of the database holds.
func TestLink_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		count := func(errs []error) (n int) {
			for _, err := range errs {
				if err == nil {
					n++
				} else {
					is(t, err, problem.KindTooMany)
				}
			}
			return n
		}
		_, token := w.link(t, deed.Draft{})
		attested := seed.Events[deed.Attested](w.Ground)
		if n := count(seed.AtOnce(32, func(int) error { return w.Attest(ctx, account.Nobody, token) })); n != 32 || len(attested()) != 1 {
			t.Errorf("%d say so, %d times", n, len(attested()))
		}
		if n := count(seed.AtOnce(32, func(int) error {
			_, err := w.Make(ctx, account.As(w.ada), w.did.ID, deed.Draft{})
			return err
		})); n != deed.OpenMost-1 {
			t.Errorf("%d links more are open", n)
		}
		// Twenty a day in all.
		links, err := w.Links(ctx, account.As(w.ada), w.did.ID)
		ok(t, err)
		for _, l := range links {
			ok(t, w.Withdraw(ctx, account.As(w.ada), l.ID))
		}
		n := count(seed.AtOnce(32, func(int) error {
			a, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{Story: "Another"})
			if err == nil {
				_, err = w.Make(ctx, account.As(w.ada), a.ID, deed.Draft{})
			}
			return err
		}))
		if n != deed.DayMost-deed.OpenMost {
			t.Errorf("%d links more are made that day", n)
		}
	})
}

// The word of no account counts for nothing where a call asks for more than the
// doer's.
func TestAttest_WeighsLess(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m, err := w.Movements.ByID(ctx, account.As(w.olga), w.deeds.MovementID)
		ok(t, err)
		strict := seed.Call(t, w.Calls, w.olga, m, call.Deed, func(d *call.Draft) { d.CountsFrom = call.Witnessed })
		w.did = w.Do(t, w.ada, strict)
		_, token := w.link(t, deed.Draft{})
		ok(t, w.Attest(ctx, account.Nobody, token))
		if p := w.proof(t); p != act.Told {
			t.Errorf("it is %s", p)
		}
		said, err := w.Said(ctx, account.Nobody, w.did.ID)
		if err != nil || len(said.Attested) != 1 {
			t.Errorf("what is said is %+v, %v", said, err)
		}
		// An account's word does, and stands when the link's goes.
		ok(t, w.Acts.OfferWitness(ctx, account.As(w.ben), w.did.ID))
		ok(t, w.Acts.AcceptWitness(ctx, account.As(w.ada), w.did.ID, w.ben.ID))
		ok(t, w.TakeAttestBack(ctx, token))
		if p := w.proof(t); p != act.Witnessed {
			t.Errorf("with a witness it is %s", p)
		}
		drifts, err := w.Book.Recount(ctx, false)
		if err != nil || len(drifts) > 0 {
			t.Errorf("totals differ: %v %v", drifts, err)
		}
	})
}

func TestPassOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, token := w.link(t, deed.Draft{})
		is(t, w.Acts.MayName(ctx, account.As(w.ben), act.Source{Kind: "x"}), problem.KindInvalid)
		_, err := w.Acts.Do(ctx, account.As(w.ben), act.Draft{Story: "No link", InspiredBy: act.Source{Kind: act.FromAct, ID: w.did.ID}})
		is(t, err, problem.KindInvalid) // ada's is for her alone
		_, err = w.PassOn(ctx, account.Nobody, token, deed.PassDraft{Story: "I helped, too."})
		is(t, err, problem.KindUnauthorized)
		_, err = w.PassOn(ctx, account.As(w.ben), token, deed.PassDraft{Story: " "})
		is(t, err, problem.KindInvalid)
		first, err := w.PassOn(ctx, account.As(w.ben), token, deed.PassDraft{Story: "I carried a pram.", Visibility: act.Public, There: true, Key: "k"})
		ok(t, err)
		if again, err := w.PassOn(ctx, account.As(w.ben), token, deed.PassDraft{Story: "I carried a pram.", Visibility: act.Public, There: true, Key: "k"}); err != nil || again.ID != first.ID {
			t.Errorf("the same key tells another: %v %v", again, err)
		}
		if first.Parent != w.did.ID || first.CallID != w.deeds.ID || first.Generation != 1 || first.Root != w.did.ID {
			t.Errorf("it hangs at %+v", first)
		}
		alone, err := w.PassOn(ctx, account.As(w.rosa), token, deed.PassDraft{Story: "I said it."})
		if err != nil || alone.Visibility != act.Me || alone.MovementID != 0 || alone.Parent != w.did.ID {
			t.Errorf("alone it is %+v, %v", alone, err)
		}
	})
}

func TestErasure(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		left := func() (n int) {
			t.Helper()
			ok(t, w.D.Read(ctx).QueryRow("SELECT (SELECT COUNT(*) FROM deed_link) + (SELECT COUNT(*) FROM deed_making)").Scan(&n))
			return n
		}
		_, token := w.link(t, deed.Draft{})
		ok(t, w.Thank(ctx, account.Nobody, token, "Thanks", "Rosa"))
		ok(t, w.Attest(ctx, account.Nobody, token))
		ok(t, w.Acts.Withdraw(ctx, account.As(w.ada), w.did.ID))
		_, err := w.Look(ctx, account.Nobody, token)
		is(t, err, problem.KindGone)
		if n := left(); n != 1 {
			t.Errorf("%d rows are left of a withdrawn act", n)
		}
		w.did = w.Do(t, w.ada, w.deeds)
		_, token = w.link(t, deed.Draft{})
		ok(t, w.Thank(ctx, account.Nobody, token, "Thanks", "Rosa"))
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		if n := left(); n != 0 {
			t.Errorf("%d rows are left of a deleted account", n)
		}
		drifts, err := w.Book.Recount(ctx, false)
		if err != nil || len(drifts) > 0 {
			t.Error(fmt.Sprint("totals differ: ", drifts, err))
		}
	})
}
