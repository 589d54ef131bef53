package web_test

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/server/servertest"
)

// TestUnusual: ben's ten acts are all witnessed by eve, who is new and whose
// browser is in the same network. Ada, who organises, is shown why they count as
// told, and says that they are fine; dan is shown nothing.
func TestUnusual(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx := context.Background()
		people := []*account.Account{s.Person("ada"), s.Person("ben"), s.Person("eve"), s.Person("dan")}
		m := startMovement(t, s, people[0], "WarmSoup")
		deeds := openCall(t, s, people[0], m, call.Draft{Kind: call.Deed, Title: "Bring soup"})
		ada, ben, eve, dan := newBrowser(t, s).signIn(people[0]), newBrowser(t, s).signIn(people[1]), newBrowser(t, s).signIn(people[2]), newBrowser(t, s).signIn(people[3])
		if err := s.Weights.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var last id.ID
		for range 10 {
			ben.post("/witness") // writes something, so it is known from where
			a, err := s.Acts.Do(ctx, account.As(people[1]), act.Draft{CallID: deeds.ID, Witnesses: []string{"eve"}})
			if err != nil {
				t.Fatal(err)
			}
			last = a.ID
			eve.post("/acts/"+last.String()+"/witness/"+people[2].ID.String()+"/accept").shows(200, "The act is witnessed")
		}
		path := "/acts/" + last.String()
		ada.get("/movements/WarmSoup/unusual").shows(200, "Nothing looks unusual")
		if err := s.Weights.Weigh(ctx, m.ID); err != nil {
			t.Fatal(err)
		}

		const why = "This witness is new, did nothing here but witness for this person, and 10 of 10 times from the same network."
		ben.get(path).shows(200, why, "So the act counts as told", "Numbers err")
		ben.get("/notices").shows(200, "counts what you did as told for now")
		for _, b := range []*browser{eve, dan, newBrowser(t, s)} {
			b.get(path).shows(200, "was there").lacks("counts as told").lacks("same network")
		}
		dan.get("/movements/WarmSoup/unusual").shows(403)
		dan.post(path + "/fine").shows(404)
		ada.get("/movements/WarmSoup/organise").shows(200, "Unusual")
		ada.get("/movements/WarmSoup/unusual").shows(200, why, "It is fine", "All acts of ben are fine")
		ada.post(path+"/fine", "back", "/movements/WarmSoup/unusual").shows(200, "It counts as witnessed", why)
		ben.get(path).shows(200).lacks("counts as told")
		other, err := s.Weights.Unusual(ctx, account.As(people[0]), m.ID, db.Page{})
		if err != nil || len(other) != 9 {
			t.Fatalf("got %+v, %v", other, err)
		}
		ada.post("/acts/"+other[0].Act.String()+"/fine", "all", "1", "back", "/movements/WarmSoup/unusual").shows(200, "Whoever was there with this person counts", "Nothing looks unusual")
	})
}
