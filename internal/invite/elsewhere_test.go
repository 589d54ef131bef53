package invite_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/invite"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// Who is on another server is nominated by a link that says whom it is for, with the
// limits, the answers and the silence of every nomination.
func TestNominate_Elsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada := account.As(w.ada)
		one, err := w.Nominate(ctx, ada, w.did.ID, []string{"@Ana@Example.Social", "ben", "ana@example.social"}, "k")
		if err != nil || len(one) != 1 || one[0].Handle != "ana@example.social" || one[0].ByMail || one[0].State != act.GivenOpen || !one[0].Deadline.Equal(w.Clock.Now().Add(w.challenge.Answer)) {
			t.Fatalf("ada gave %+v, %v", one, err)
		}
		if again, err := w.Nominate(ctx, ada, w.did.ID, []string{"@Ana@Example.Social", "ben", "ana@example.social"}, "k"); err != nil || len(again) != 1 || again[0].ID != one[0].ID {
			t.Errorf("sent again it is %+v, %v", again, err)
		}
		if a, err := w.Acts.Get(ctx, ada, w.did.ID); err != nil || a.Nominated != 2 {
			t.Errorf("it was passed to %d people, %v", a.Nominated, err)
		}
		words := w.Words(lang.Match("en", ""), one[0], w.challenge)
		if !strings.HasPrefix(words, "@ana@example.social I took a challenge, “A cold bath”") || !strings.HasSuffix(words, w.Link(one[0])) {
			t.Errorf("the words are %q", words)
		}
		// All or none.
		_, err = w.Nominate(ctx, ada, w.did.ID, []string{"tom@example.social", "nobody-of-that-name"}, "")
		is(t, "with somebody unknown", err, problem.KindInvalid)
		_, err = w.Nominate(ctx, ada, w.did.ID, []string{"tom@example.social", "ana@example.social"}, "")
		is(t, "once more from the same act", err, problem.KindConflict)
		_, err = w.Nominate(ctx, account.As(w.ben), w.did.ID, []string{"tom@example.social"}, "")
		is(t, "from another's act", err, problem.KindForbidden)
		for _, handle := range []string{"ben@here.example", "ben", "@ana@", "ana@nodot", "ana @example.social", "<b>@example.social", strings.Repeat("a", 300) + "@example.social"} {
			_, err = w.Invite(ctx, ada, w.did.ID, invite.Draft{Handle: handle})
			is(t, handle, err, problem.KindInvalid)
		}
		if list, err := w.Mine(ctx, ada, db.Page{}); err != nil || len(list) != 1 {
			t.Errorf("there are %d invitations, %v", len(list), err)
		}

		// Another asks the same person: neither can tell, and a no shows nowhere.
		cat := seed.Account(t, w.Ground, "cat")
		did, two, err := w.Tell(ctx, account.As(cat), act.Draft{CallID: w.challenge.ID, Nominees: []string{"ana@example.social"}, Key: "d"})
		if err != nil || len(two) != 1 || did.Nominated != 1 {
			t.Fatalf("cat gave %+v, %v", two, err)
		}
		if again, same, err := w.Tell(ctx, account.As(cat), act.Draft{CallID: w.challenge.ID, Nominees: []string{"ana@example.social"}, Key: "d"}); err != nil || again.ID != did.ID || len(same) != 1 || same[0].ID != two[0].ID {
			t.Errorf("told again it is %+v, %v", same, err)
		}
		if err := w.Decline(ctx, tokenOf(t, w.Link(two[0]))); err != nil {
			t.Fatal(err)
		}
		seen := func(v account.Viewer, g invite.Given) invite.Given {
			got, err := w.Given(ctx, v, g.ID)
			if err != nil {
				t.Fatal(err)
			}
			got.ID, got.ActID = 0, 0
			return got
		}
		if declined, open := seen(account.As(cat), two[0]), seen(ada, one[0]); declined != open {
			t.Errorf("declined it is %+v, open %+v", declined, open)
		}
		w.Clock.Add(w.challenge.Answer + time.Second)
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if declined, expired := seen(account.As(cat), two[0]), seen(ada, one[0]); declined != expired || expired.State != act.GivenNotNow {
			t.Errorf("declined it is %+v, expired %+v", declined, expired)
		}
		// The handle is not kept for longer than an address is.
		w.Clock.Add(30 * 24 * time.Hour)
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if got := seen(ada, one[0]); got.Handle != "" {
			t.Errorf("after 30 days %s is still known", got.Handle)
		}
	})
}

// Thirty-two who pass an act's turn on at the same moment: a handle is asked once, and
// there are no more nominees than places.
func TestNominate_ElsewhereAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		errs := seed.AtOnce(32, func(i int) error {
			_, err := w.Nominate(ctx, account.As(w.ada), w.did.ID, []string{"ana@example.social"}, "")
			return err
		})
		if made := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); made != 1 {
			t.Errorf("one handle is asked %d times", made)
		}
		errs = seed.AtOnce(32, func(i int) error {
			_, err := w.Nominate(ctx, account.As(w.ada), w.did.ID, []string{"p" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@example.social"}, "")
			return err
		})
		if made := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); made != w.challenge.Nominees-1 {
			t.Errorf("%d more are asked of %d places", made, w.challenge.Nominees)
		}
	})
}

// Who takes such an invitation up is known here by their account, and no more by the
// handle.
func TestNominate_ElsewhereTakenUp(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	given, err := w.Nominate(ctx, account.As(w.ada), w.did.ID, []string{"ana@example.social"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(ctx, account.As(w.ben), tokenOf(t, w.Link(given[0]))); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM invitation WHERE handle <> ''").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d handles are kept, %v", left, err)
	}
}
