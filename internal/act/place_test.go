package act_test

import (
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// A place is kept as exactly as its doer chose, and for those whom they chose.
func TestPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		member, witness, co, mod := seed.Account(t, w.Ground, "mo"), seed.Account(t, w.Ground, "wim"), seed.Account(t, w.Ground, "co"), seed.Account(t, w.Ground, "a_mod", seed.Moderator)
		seed.Join(t, w.Movements, w.soup, member)
		deeds, other := w.call(t, call.Deed), w.call(t, call.Deed)
		ada := account.As(w.ada)
		if err := w.Calls.Invite(ctx, w.orgViewer(), other.ID, co.ID); err != nil { // who organises another call is nobody here
			t.Fatal(err)
		}
		if err := w.Calls.AcceptInvitation(ctx, account.As(co), other.ID); err != nil {
			t.Fatal(err)
		}
		kitchen := act.Place{Precision: act.ToTown, Country: "Austria", Region: " ", Town: "Graz", Spot: "Herrengasse 12, third floor"}
		a, err := w.Acts.Do(ctx, ada, act.Draft{CallID: deeds.ID, Place: kitchen, Visibility: act.Public, Witnesses: []string{"wim"}, Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Acts.Do(ctx, ada, act.Draft{CallID: deeds.ID, Place: kitchen, Visibility: act.Public, Witnesses: []string{"wim"}, Key: "k"}); err != nil || again.ID != a.ID {
			t.Errorf("sent again it is %v, %v", again, err)
		}
		seen := func(v account.Viewer) string {
			t.Helper()
			now, err := w.Acts.Get(ctx, v, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			places, err := w.Acts.Places(ctx, v, []*act.Act{now})
			if err != nil {
				t.Fatal(err)
			}
			return places[a.ID].String()
		}
		everybody := []account.Viewer{account.Nobody, account.As(w.ben), account.As(co), account.As(member), account.As(witness), w.orgViewer(), account.As(mod), ada}
		for visibility, from := range map[act.Visibility]int{act.Public: 0, act.Movement: 3, "": 4, act.Organisers: 4} { // from which of them on it is seen
			kitchen.Visibility = visibility
			if _, err := w.Acts.Edit(ctx, ada, a.ID, act.Change{Place: &kitchen}); err != nil {
				t.Fatal(err)
			}
			for i, v := range everybody {
				if got, want := seen(v), map[bool]string{true: "Graz, Austria"}[i >= from]; got != want {
					t.Errorf("for %q, viewer %d sees %q", visibility, i, got)
				}
			}
		}
		// What is finer is nowhere, not even in a column that nobody reads.
		var row string
		if err := d.Read(ctx).QueryRow("SELECT country || region || town || spot FROM act_place WHERE act_id = $1", a.ID).Scan(&row); err != nil || row != "AustriaGraz" {
			t.Errorf("it is kept as %q, %v", row, err)
		}
		export := func() string {
			t.Helper()
			out, err := w.Acts.Export(ctx, w.orgViewer(), deeds.ID, 0)
			if err != nil || len(out) != 1 {
				t.Fatal(out, err)
			}
			return out[0].Place
		}
		if got := export(); got != "Graz, Austria" {
			t.Errorf("organisers take out %q", got)
		}
		// An edit of something else leaves it; a coarser one erases what was finer.
		words := "Ten bowls."
		for _, change := range []act.Change{{Story: &words}, {Place: &act.Place{Precision: act.ToCountry, Country: "Austria", Town: "Graz", Visibility: act.Me}}} {
			if _, err := w.Acts.Edit(ctx, ada, a.ID, change); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range everybody {
			if got := seen(v); got != map[bool]string{true: "Austria"}[i == 7 || i == 4] { // the doer, and who was there
				t.Errorf("for the doer alone, viewer %d sees %q", i, got)
			}
		}
		if got := export(); got != "" {
			t.Errorf("organisers take out %q of a place for its doer alone", got)
		}
		if err := w.Acts.Withdraw(ctx, ada, a.ID); err != nil {
			t.Fatal(err)
		}
		second, err := w.Acts.Do(ctx, ada, act.Draft{Story: "I waited.", Place: act.Place{Precision: act.ToSpot, Spot: "The bench"}, Visibility: act.Public})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Acts.Edit(ctx, ada, second.ID, act.Change{Place: &act.Place{}}); err != nil {
			t.Fatal(err)
		}
		if n := left(t, d); n != 0 {
			t.Errorf("%d places are left", n)
		}
	})
}

func left(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(ctx).QueryRow("SELECT COUNT(*) FROM act_place").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPlace_Refused(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	for field, places := range map[string][]act.Place{
		"place.precision":  {{Town: "Graz"}, {Precision: "street", Town: "Graz"}, {Precision: act.ToCountry, Spot: "The bench"}},
		"place.visibility": {{Precision: act.ToTown, Town: "Graz", Visibility: "friends"}},
		"place.town": {{Precision: act.ToTown, Town: strings.Repeat("G", act.PlaceMost+1)}, {Precision: act.ToTown, Town: "47.0707, 15.4395"}, {Precision: act.ToTown, Town: "47° 4' N"},
			{Precision: act.ToTown, Town: "https://maps.example/@47.07,15.43"}, {Precision: act.ToTown, Town: "geo:47,15"}},
		"place.spot": {{Precision: act.ToSpot, Spot: "8FVQ3CCQ+7QX"}, {Precision: act.ToSpot, Spot: "///table.lamp.spoon"}},
	} {
		for _, p := range places {
			_, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{Story: "I waited.", Visibility: act.Me, Place: p})
			if is, ok := problem.Of(err); !ok || is.Field != field {
				t.Errorf("%+v: %v", p, err)
			}
		}
	}
	for _, p := range []act.Place{{}, {Precision: act.ToTown}, {Precision: act.ToCountry, Country: "Österreich", Spot: "47.0707, 15.4395"}, {Precision: act.ToSpot, Spot: "No. 12, upstairs"}} {
		if _, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{Story: "I waited.", Visibility: act.Me, Place: p}); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if n := left(t, w.D); n != 2 {
		t.Errorf("%d places are kept", n)
	}
	if names := []string{act.Place{Spot: "a", Town: "b", Region: "c", Country: "d"}.String(), act.Place{}.String()}; !slices.Equal(names, []string{"a, b, c, d", ""}) {
		t.Errorf("they read %q", names)
	}
}
