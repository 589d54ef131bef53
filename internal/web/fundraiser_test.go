package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// From a page to give at, to a gift under a pen name with its receipt, its
// confirmation, a promise to match it, and what it was spent on.
func TestFundraiser(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, benedikta, carl := s.Person("ada"), s.Person("benedikta"), s.Person("carl")
		kitchen := s.Person("kitchen")
		m := startMovement(t, s, ada, "WarmSoup")
		organiser, donor, other, charity := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(benedikta), newBrowser(t, s).signIn(carl), newBrowser(t, s).signIn(kitchen)
		nobody := newBrowser(t, s)
		organiser.post("/movements/"+m.Slug+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR", "goal", "500", "beneficiary", "@kitchen").shows(200)
		fund := organiser.at
		nobody.get(fund).shows(200, "Nothing was given yet.")
		nobody.get(fund+"/spending").shows(200, "Nothing was reported yet").lacks("Put it on record")

		organiser.post(fund+"/gifts", "give_url", "http://charity.example/").shows(422, "[give_url=http://charity.example/]")
		organiser.post(fund+"/gifts", "give_url", "https://charity.example/give").shows(200, "Saved.")
		other.get(fund + "/gifts").shows(403)
		nobody.get(fund).shows(200, "You leave this site", "To charity.example")

		donor.post(fund+"/give", "quantity", "20", "unit", "EUR", "shown", "pen").shows(422, "[quantity=20]", "Say which name to show.")
		donor.post(fund+"/give", "quantity", "20", "unit", "euro", "shown", "named").shows(422, "[unit=euro]")
		key := donor.get(fund+"/give").shows(200, "You leave this site").field("key")
		donor.upload(fund+"/give", "media_0", picture(t, 40), "key", key, "quantity", "20", "unit", "EUR", "shown", "pen", "pen_name", "Owl of the lake", "story", "For the big pot").
			shows(200, "Your gift of €20 is told.", "You gave under another name").lacks("Tell others")
		thanks := donor.at
		gift := "/acts/" + thanks[strings.LastIndex(thanks, "/")+1:]
		donor.post(fund+"/give", "quantity", "7000", "unit", "JPY", "shown", "anonymous").shows(200, "¥7,000")
		donor.get("/gifts").shows(200, "Owl of the lake", "¥7,000")
		other.get(thanks).shows(404)
		other.get("/gifts").shows(200, "No gifts yet")

		// Nothing that anybody else is shown tells who gave; receipts are for those who check.
		for who, b := range map[string]*browser{"nobody": nobody, "a member": other, "an organiser": organiser, "the charity": charity} {
			for _, path := range []string{fund, fund + "/acts", fund + "/gifts", gift, "/movements/" + m.Slug, "/movements/" + m.Slug + "/ripple", gift + "/ripple",
				"/api/v1/calls" + strings.TrimPrefix(fund, "/calls") + "/acts", "/@benedikta", "/notices", "/movements/" + m.Slug + "/people", "/today", fund + "/part/card"} {
				if page := b.get(path).page; path != "/@benedikta" && strings.Contains(page, "benedikta") || strings.Contains(page, benedikta.ID.String()) && path != "/@benedikta" ||
					path == "/@benedikta" && strings.Contains(page, "Owl") {
					t.Errorf("%s reads on %s who gave", who, path)
				}
			}
			sees := strings.Contains(b.get(gift).page, "/media/")
			if want := b == organiser || b == charity; sees != want {
				t.Errorf("%s sees the receipt: %v", who, sees)
			}
		}
		other.get(fund+"/acts").shows(200, "Owl of the lake gave €20", "Anonymous gave ¥7,000")
		other.get(fund).shows(200, "In other currencies", "¥7,000")

		other.post(gift + "/confirm").shows(403)
		charity.get(fund+"/gifts").shows(200, "Owl of the lake", "We do not find it")
		charity.post(fund+"/gifts/"+strings.TrimPrefix(gift, "/acts/")+"/doubt", "reason", "Not in our books").shows(200, "does not find this gift of €20", "Not in our books")
		other.get(gift).shows(200, "told of a gift that does not count now")
		charity.post(gift+"/confirm", "back", fund).shows(200, "€20")
		donor.get(thanks).shows(200, "Your gift of €20 is received.")
		donor.get("/notices").shows(200, "confirmed your act")

		other.post(fund+"/match", "most", "x", "unit", "EUR", "until", "").shows(422, "[most=x]")
		other.post(fund+"/match", "most", "100", "unit", "EUR", "until", time.Now().AddDate(0, 0, 9).Format(time.DateOnly)).shows(200, "This waits to be accepted.")
		nobody.get(fund).lacks("promised up to")
		path := regexpFind(t, organiser.get(fund).page, fund+`/match/[0-9]+`)
		organiser.post(path+"/accept", "back", fund).shows(200, "The promise stands.", "promised up to €100")
		nobody.get(fund).shows(200, "By confirmed gifts it comes to €0 so far, of which €0 was paid.")

		today := time.Now().UTC().Format(time.DateOnly)
		other.post(fund+"/spending", "purpose", "Pots", "amount", "15", "unit", "EUR", "spent_at", today).shows(403)
		charity.post(fund+"/spending", "purpose", "", "amount", "15", "unit", "EUR", "spent_at", today).shows(422, "[amount=15]", "Say what it was spent on.")
		charity.upload(fund+"/spending", "media_0", picture(t, 60), "purpose", "Pots", "amount", "15", "unit", "EUR", "spent_at", today, "note", "One of forty litres").
			shows(200, "It is on record.", "€15", "Pots", "One of forty litres")
		entry := regexpFind(t, charity.page, fund+`/spending/[0-9]+`)
		charity.get(entry).shows(200, "Correct an entry", "[amount=15.00]")
		charity.post(fund+"/spending", "corrects", entry[strings.LastIndex(entry, "/")+1:], "purpose", "Pots", "amount", "26", "unit", "EUR", "spent_at", today).
			shows(200, "1 entry that was corrected", "€6 more was spent than was received here.")
		other.get(fund).shows(200, "Where the money goes, in EUR", "€6 more was spent")
		picture := regexpFind(t, nobody.get(fund+"/spending").page, `/media/[^"]+`)
		nobody.get(picture).shows(200)

		donor.post(gift + "/withdraw").shows(200)
		other.get(fund+"/acts?unit=EUR").shows(200, "and 1 confirmed gift that stays without its donor: €20").lacks("Owl of the lake")
		other.get(fund + "/acts?unit=JPY").lacks("stays without its donor")
	})
}

// A gift of the organiser's own is not theirs to confirm, on the page either.
func TestFundraiser_ownGift(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	m := startMovement(t, s, ada, "WarmSoup")
	organiser := newBrowser(t, s).signIn(ada)
	organiser.post("/movements/"+m.Slug+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR").shows(200)
	fund := organiser.at
	organiser.post(fund+"/give", "quantity", "20", "unit", "EUR", "shown", "anonymous").shows(200)
	organiser.get(fund+"/gifts").shows(200, "Anonymous").lacks("How do you know?", "We do not find it")
	list, err := s.Fundraisers.Mine(context.Background(), account.As(ada), db.Page{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	organiser.post("/acts/" + list[0].ID.String() + "/confirm").shows(403)
}
