package api_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/seed"
)

// From a promise to a gift under a pen name, its confirmation, and what became of it.
func TestFundraiser(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, ben, carl, kitchen := h.person("ada"), h.person("ben"), h.person("carl"), h.person("kitchen")
		m := seed.Movement(t, h.Movements, ada.Account, "SoupForAll")
		c := seed.Call(t, h.Calls, ada.Account, m, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = kitchen.ID })
		path := "/calls/" + c.ID.String()
		h.nobody().get(path+"/fund").ok(200).has("give_url", "", "flows.0.currency", "EUR", "flows.0.left", 0)
		ben.put(path+"/give_page", object{"give_url": "https://charity.example/give"}).ok(403)
		ada.put(path+"/give_page", object{"give_url": "http://charity.example/give"}).wrong(422, "give_url")
		ada.put(path+"/give_page", object{"give_url": "https://charity.example/give"}).ok(200).has("give_url", "https://charity.example/give")

		soon := h.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339)
		promised := carl.post(path+"/matchings", object{"most": 5000, "until": soon}).ok(201).text("matchings.0.id")
		if n := len(h.nobody().get(path + "/fund").at("matchings").([]any)); n != 0 {
			t.Error("a promise is shown before it is accepted")
		}
		carl.post(path+"/matchings/"+promised+"/accept", nil).ok(403)
		ada.post(path+"/matchings/"+promised+"/accept", nil).ok(200).has("matchings.0.state", "stands")
		refused := ben.post(path+"/matchings", object{"most": 5000, "until": soon}).ok(201).text("matchings.1.id")
		kitchen.post(path+"/matchings/"+refused+"/refuse", nil).ok(200)
		again := ben.post(path+"/matchings", object{"most": 5000, "until": soon}).ok(201).text("matchings.1.id")
		carl.delete(path + "/matchings/" + again).ok(404)
		ben.delete(path + "/matchings/" + again).ok(204)

		ben.post(path+"/gifts", object{"amount": 0}).wrong(422, "quantity")
		ben.post(path+"/gifts", object{"amount": 2000, "shown": "pen"}).wrong(422, "pen_name")
		gift := ben.post(path+"/gifts", object{"amount": 2000, "shown": "pen", "pen_name": "Owl of the lake"}).ok(201).
			has("doer", nil, "outside_name", "Owl of the lake", "quantity", 2000).text("id")
		anonymous := ben.post(path+"/gifts", object{"amount": 700, "shown": "anonymous", "currency": "JPY"}).ok(201).has("currency", "JPY").text("id")
		for _, p := range []person{h.nobody(), ada, carl, kitchen} {
			for _, at := range []string{"/acts/" + gift, "/acts/" + anonymous} {
				a := p.get(at).ok(200)
				a.has("doer", nil)
				if s := string(a.raw); strings.Contains(s, `"ben"`) || strings.Contains(s, ben.ID.String()) {
					t.Errorf("%s tells who gave: %s", at, s)
				}
			}
			if n := p.get("/acts?doer=ben").ok(200).len(); n != 0 {
				t.Errorf("%d gifts are found by who gave them", n)
			}
		}
		if n := ben.get("/gifts").ok(200).len(); n != 2 {
			t.Errorf("ben finds %d of two gifts", n)
		}
		ada.post(path+"/gifts/"+gift+"/doubt", object{}).ok(403)
		kitchen.post(path+"/gifts/"+gift+"/doubt", object{"reason": "Not on our account."}).ok(204)
		h.nobody().get(path+"/fund").has("flows.0.told", 0)
		kitchen.post("/acts/"+gift+"/confirm", object{}).ok(200).has("proof", "confirmed", "quantity", 2000)
		kitchen.put(path+"/matchings/"+promised+"/paid", object{"paid": 1500}).ok(200).has("matchings.0.due", 2000, "matchings.0.paid", 1500)

		today := h.Clock.Now().Format(time.RFC3339)
		ada.post(path+"/spending", object{"purpose": "Pots", "amount": 4000, "spent_at": today}).ok(403)
		kitchen.post(path+"/spending", object{"purpose": "", "amount": 4000, "spent_at": today}).wrong(422, "purpose")
		entry := kitchen.post(path+"/spending", object{"purpose": "Pots", "amount": 4000, "spent_at": today}).ok(201).text("0.id")
		h.nobody().get(path+"/fund").has("flows.0.received", 3500, "flows.0.spent", 4000, "flows.0.left", -500, "flows.1.currency", "JPY")
		kitchen.post(path+"/spending", object{"purpose": "Pots", "amount": 3000, "spent_at": today, "corrects": entry}).ok(201)
		kitchen.post(path+"/spending", object{"purpose": "Pots", "amount": 3100, "spent_at": today, "corrects": entry}).ok(409)
		if n := h.nobody().get(path + "/spending").ok(200).len(); n != 2 {
			t.Errorf("%d entries are on record", n)
		}
		h.nobody().get(path+"/fund").has("flows.0.spent", 3000, "flows.0.purposes.0.name", "Pots")
		h.nobody().post(path+"/gifts", object{"amount": 1}).ok(401)
		deed := seed.Call(t, h.Calls, ada.Account, m, call.Deed)
		ben.get("/calls/" + deed.ID.String() + "/fund").ok(404)
		ben.post("/calls/"+deed.ID.String()+"/gifts", object{"amount": 1}).ok(404)

		// What was confirmed stays in totals without its donor, and lists say so.
		ben.post(path+"/gifts", object{"amount": 100, "visibility": "me"}).ok(201)
		ben.delete("/acts/" + gift).ok(204)
		for _, list := range []string{path, "/movements/" + m.Slug} {
			h.nobody().get(list+"/acts/rest").ok(200).has("hidden", nil, "hidden_more", false, "withdrawn", 0, "kept.0.currency", "EUR", "kept.0.acts", 1, "kept.0.amount", 2000)
			ben.get(list+"/acts/rest?unit=EUR&proof=confirmed").ok(200).has("hidden", 0, "kept.0.amount", 2000)
			for _, none := range []string{"?unit=JPY", "?proof=told"} {
				if n := len(ben.get(list + "/acts/rest" + none).ok(200).at("kept").([]any)); n != 0 {
					t.Errorf("%s keeps %d", none, n)
				}
			}
			ben.get(list+"/acts/rest?unit=eur").wrong(422, "unit")
		}
		ben.delete("/acts/" + anonymous).ok(204)
		h.nobody().get(path+"/acts/rest").ok(200).has("withdrawn", 1)
		h.nobody().get("/calls/9/acts/rest").wrong(404, "")
	})
}
