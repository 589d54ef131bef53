package api_test

import (
	"net/url"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/seed"
)

func TestThanksByALink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, nobody := h.person("ada"), h.person("grace"), h.nobody()
		one := "/acts/" + ada.post("/acts", object{"story": "I paid a bus fare.", "visibility": "me"}).ok(201).text("id")
		link := ada.send("POST", one+"/links", object{"tells": true}, "Idempotency-Key", "l").ok(201).has("state", "open", "tells", true, "thanks", nil, "witnessed_at", nil)
		ada.send("POST", one+"/links", object{"tells": true}, "Idempotency-Key", "l").ok(201).has("id", link.text("id"))
		grace.post(one+"/links", object{}).wrong(404, "")
		nobody.post(one+"/links", object{}).ok(401)
		u, err := url.Parse(link.text("link"))
		if err != nil {
			t.Fatal(err)
		}
		token, row := u.Query().Get("token"), one+"/links/"+link.text("id")
		by := object{"token": token}

		nobody.get("/reached?token="+token).ok(200).has("act.story", "I paid a bus fare.", "act.doer.username", "ada", "mine", false, "may_thank", true, "may_witness", true, "thanks", nil)
		ada.get("/reached?token="+token).ok(200).has("mine", true, "may_thank", false, "may_witness", false)
		nobody.get("/reached?token=1.x").wrong(404, "")
		nobody.get("/reached").wrong(404, "")
		nobody.post("/reached/thanks", object{"token": token, "words": ""}).wrong(422, "words")
		nobody.post("/reached/thanks", object{"token": token, "words": "You made my week.", "name": "Rosa"}).ok(200).has("thanks.words", "You made my week.", "thanks.shown", false, "may_thank", false)
		ada.post("/reached/witness", by).wrong(403, "")
		nobody.post("/reached/witness", by).ok(200).has("witness", true, "may_witness", false)
		ada.get(one).ok(200).has("proof", "witnessed")
		nobody.get(one+"/thanks").wrong(404, "")
		ada.patch(one, object{"visibility": "public"}).ok(200)
		if said := nobody.get(one + "/thanks").ok(200); len(said.at("thanks").([]any)) != 0 || len(said.at("witnessed").([]any)) != 1 {
			t.Errorf("a stranger reads %v", said.Body)
		}
		grace.patch(row, object{"shown": true}).wrong(404, "")
		ada.patch(row, object{"shown": true}).ok(200).has("thanks.shown", true)
		nobody.get(one+"/thanks").ok(200).has("thanks.0.words", "You made my week.", "thanks.0.name", "Rosa")
		grace.post(row+"/thanks/report", object{}).wrong(404, "")
		nobody.post(row+"/thanks/report", object{}).ok(401)
		ada.post(row+"/thanks/report", object{"comment": "This is no thanks."}).ok(204)
		ada.get(one+"/links").ok(200).has("0.thanks.words", "You made my week.")

		nobody.post("/reached/acts", object{"token": token, "story": "x"}).ok(401)
		grace.post("/reached/acts", object{"token": token, "story": ""}).wrong(422, "story")
		grace.post("/reached/acts", object{"token": token, "story": "I carried a pram.", "visibility": "public"}).ok(201).has("parent_id", link.text("act_id"), "inspired_by.kind", "act")

		nobody.post("/reached/witness/withdraw", by).ok(204)
		nobody.post("/reached/thanks/withdraw", by).ok(204)
		ada.get(one).ok(200).has("proof", "told")
		nobody.post("/reached/thanks", object{"token": token, "words": "Once more."}).ok(200)
		grace.delete(row+"/thanks").wrong(404, "")
		ada.delete(row + "/thanks").ok(204)
		ada.delete(row + "/witness").ok(204)
		nobody.post("/reached/thanks", object{"token": token, "words": "Once more."}).wrong(409, "")
		ada.delete(row).ok(204)
		ada.get(one+"/links").ok(200).has("0.state", "withdrawn", "0.link", "")
		nobody.get("/reached?token="+token).wrong(410, "")
		for range 5 {
			ada.post(one+"/links", object{}).ok(201)
		}
		ada.post(one+"/links", object{}).wrong(429, "")
	})
}

func TestKindness(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, nobody := h.person("ada"), h.person("grace"), h.nobody()
		if n := nobody.get("/ideas").ok(200).len(); n != 3 {
			t.Errorf("there are %d ideas", n)
		}
		english := nobody.get("/ideas").text("0.words")
		german := nobody.send("GET", "/ideas", nil, "Accept-Language", "de").ok(200)
		if german.text("0.words") == english || german.text("0.key") != nobody.get("/ideas").text("0.key") {
			t.Errorf("in German it is %v", german.Body)
		}
		if other := ada.get("/ideas?turn=1").ok(200).text("0.key"); other == ada.get("/ideas").ok(200).text("0.key") {
			t.Errorf("others begin with %s, too", other)
		}
		ada.get("/ideas?turn=x").wrong(422, "turn")

		one := "/acts/" + ada.post("/acts", object{"story": "I waited.", "visibility": "public"}).ok(201).text("id")
		ada.put(one+"/note", object{"note": "She laughed."}).ok(200).has("note", "She laughed.", "act.story", "I waited.")
		grace.put(one+"/note", object{"note": "Mine."}).wrong(403, "")
		nobody.put(one+"/note", object{"note": "Mine."}).ok(401)
		ada.get("/me/journal").ok(200).has("0.note", "She laughed.", "0.act.story", "I waited.")
		if n := grace.get("/me/journal").ok(200).len(); n != 0 {
			t.Errorf("grace reads %d entries", n)
		}
		nobody.get("/me/journal").ok(401)
		ada.put(one+"/note", object{"note": ""}).ok(200).has("note", "")

		nobody.get("/me/weeks").ok(401)
		ada.get("/me/weeks").ok(200).has("counted", true, "zone", "UTC", "weeks", 1.0, "lately.11.acts", 1.0)
		grace.get("/me/weeks").ok(200).has("weeks", 0.0, "since", nil)
		ada.put("/me/weeks", object{"counted": true, "zone": "Middle/Earth"}).wrong(422, "zone")
		ada.put("/me/weeks", object{"counted": true, "zone": "Europe/Vienna"}).ok(200).has("zone", "Europe/Vienna")
		ada.put("/me/weeks", object{"counted": false}).ok(200).has("counted", false, "weeks", 0.0, "since", nil)
	})
}

func TestActsPlace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, nobody := h.person("ada"), h.nobody()
		ada.post("/acts", object{"story": "I waited.", "place": object{"precision": "town", "town": "47.0707, 15.4395"}}).wrong(422, "place.town")
		made := ada.post("/acts", object{"story": "I waited.", "visibility": "public", "place": object{"precision": "town", "country": "Austria", "town": "Graz", "spot": "Bus stop"}}).
			ok(201).has("place.precision", "town", "place.town", "Graz", "place.spot", nil, "place.visibility", "organisers")
		one := "/acts/" + made.text("id")
		nobody.get(one).ok(200).has("place", nil)
		ada.patch(one, object{"story": "I waited long."}).ok(200).has("place.town", "Graz")
		ada.patch(one, object{"place": object{"precision": "country", "country": "Austria", "town": "Graz", "visibility": "public"}}).ok(200).has("place.country", "Austria", "place.town", nil)
		nobody.get(one).ok(200).has("place.country", "Austria")
		ada.patch(one, object{"no_place": true}).ok(200).has("place", nil)
	})
}

// What shows an act is added with it or later, and goes to those whom its doer chose.
func TestActsEvidence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, nobody := h.person("ada"), h.person("grace"), h.nobody()
		film := seed.Picture(t, h.Media, ada.Account).ID
		h.Update(t, func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE media SET kind = 'video' WHERE id = $1", film)
			return err
		})
		ada.post("/acts", object{"story": "I swam.", "links": []string{"ftp://a.example"}}).wrong(422, "links")
		ada.post("/acts", object{"story": "I swam.", "media_ids": []string{"1", "2", "3", "4", "5"}}).wrong(422, "media_ids")
		made := ada.post("/acts", object{"story": "I swam.", "visibility": "public", "media_ids": []string{film.String()}, "links": []string{"https://a.example/swim"}}).
			ok(201).has("evidence.0.type", "video", "evidence.0.id", film.String(), "links.0", "https://a.example/swim", "evidence_visibility", "organisers")
		one := "/acts/" + made.text("id")
		for _, p := range []person{grace, nobody} {
			got := p.get(one).ok(200).Body.(object)
			if len(got["evidence"].([]any))+len(got["links"].([]any)) != 0 {
				t.Errorf("a stranger sees %v", got)
			}
		}
		grace.patch(one, object{"links": []string{}}).ok(403)
		ada.patch(one, object{"story": "I swam far.", "evidence_visibility": "public"}).ok(200).has("evidence.0.type", "video", "links.0", "https://a.example/swim")
		nobody.get(one).ok(200).has("evidence.0.type", "video", "links.0", "https://a.example/swim")
		picture := seed.Picture(t, h.Media, ada.Account).ID
		theirs := seed.Picture(t, h.Media, grace.Account).ID
		ada.patch(one, object{"media_ids": []string{theirs.String()}}).wrong(422, "media_ids")
		ada.patch(one, object{"media_ids": []string{picture.String(), film.String()}}).ok(200).has("evidence.0.type", "image", "evidence.1.type", "video", "links.0", "https://a.example/swim")
		now := ada.patch(one, object{"media_ids": []string{}, "links": []string{}}).ok(200).Body.(object)
		if len(now["evidence"].([]any))+len(now["links"].([]any)) != 0 {
			t.Errorf("the doer still sees %v", now)
		}
	})
}
