package card_test

import (
	"context"
	"net/http"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/event"
	"goodturn/internal/seed"
)

// A page that links back is marked, and stays so while the line does.
func TestVerify(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		changed := make(chan account.Changed, 100)
		event.After(w.Hub, func(e account.Changed) { changed <- e })
		save := func(lines ...account.Field) {
			t.Helper()
			if _, err := w.Accounts.Update(context.Background(), account.As(w.ada), account.Change{Fields: &lines}); err != nil {
				t.Fatal(err)
			}
			<-changed
		}
		marks := func() (marks []bool) {
			t.Helper()
			a, err := w.Accounts.Get(context.Background(), w.ada.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Fields {
				marks = append(marks, !f.VerifiedAt.IsZero())
			}
			return marks
		}
		is := func(want ...bool) {
			t.Helper()
			got := marks()
			if len(got) != len(want) {
				t.Fatalf("%v instead of %v", got, want)
			}
			for n := range want {
				if got[n] != want[n] {
					t.Errorf("line %d: %v", n, got[n])
				}
			}
		}
		me := seed.Base + "/@ada"
		mine := w.serve("/mine", "text/html", `<title>Ada</title><p><a rel="nofollow ME" href="`+me+`/">here</a>`)
		head := w.serve("/head", "text/html", `<link rel=me href="`+seed.Base+`/@Ada">`)
		others := w.serve("/others", "text/html", `<a rel="me" href="`+seed.Base+`/@adam">x</a><a href="`+me+`">no rel</a><!-- <a rel=me href="`+me+`"> -->`)
		site, claims := account.Field{Name: "Site", Value: mine}, account.Field{Name: "Boast", Value: others, VerifiedAt: w.Clock.Now()}

		save(site, claims, account.Field{Name: "Blog", Value: head}, account.Field{Name: "Words", Value: "see " + mine})
		is(false, false, false, false)
		<-changed
		is(true, false, true, false)

		// What stays keeps its mark at once, also under another name; what is new has none.
		site.Name, site.VerifiedAt = "Home", w.Clock.Now()
		other := w.serve("/other", "text/html", `<a rel=me href="`+me+`">`)
		w.handle("/mine", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) })
		save(site, account.Field{Name: "Blog", Value: other})
		is(true, false)
		<-changed
		is(true, true)

		// A page that links back no more loses it.
		w.serve("/mine", "text/html", `<title>Sold</title>`)
		save(site)
		<-changed
		is(false)
	})
}
