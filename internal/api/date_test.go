package api_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/seed"
)

func TestDates(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove, nobody := h.person("ada"), h.person("grace"), h.person("tove"), h.nobody()
		ada.post("/movements", soup).ok(201)
		c := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "volunteering", "title": "Cook on Sundays"}).ok(201).text("id")
		wall := func(in time.Duration) string { return h.Clock.Now().UTC().Add(in).Format("2006-01-02T15:04") }
		draft := object{"starts": wall(30 * time.Minute), "ends": wall(150 * time.Minute), "zone": "UTC", "place": "The market hall", "latitude": 48.2, "longitude": 16.4,
			"online": "https://talk.example/soup", "capacity": 1, "guests_most": 1, "coordinator": "ada", "repeat": "FREQ=WEEKLY;COUNT=3"}

		grace.post(c+"/dates", draft).wrong(403, "")
		ada.post(c+"/dates", object{"starts": "soon", "ends": "later"}).wrong(422, "starts")
		ada.post(c+"/dates", object{"starts": wall(time.Hour), "ends": wall(2 * time.Hour), "latitude": 48.2}).wrong(422, "latitude")
		ada.post(c+"/dates", object{"starts": wall(time.Hour), "ends": wall(2 * time.Hour), "coordinator": "ghost"}).wrong(422, "coordinator")
		made := ada.send("POST", c+"/dates", draft, "Idempotency-Key", "k").ok(201)
		if again := ada.send("POST", c+"/dates", draft, "Idempotency-Key", "k").ok(201); again.text("id") != made.text("id") {
			t.Error("one key made two dates")
		}
		made.has("place", "The market hall", "capacity", 1, "latitude", 48.2, "zone", "UTC", "coordinator.username", "ada", "responsible", true, "state", "on",
			"title", "Cook on Sundays", "mine", nil, "online", "https://talk.example/soup")
		one := "/dates/" + made.text("id")
		if got := nobody.get(c + "/dates").ok(200).len(); got != 3 {
			t.Errorf("the call has %d dates", got)
		}
		nobody.get(c + "/dates?when=past").ok(200)
		if got := nobody.get("/movements/soupforall/dates").ok(200).len(); got != 3 {
			t.Errorf("the movement has %d dates", got)
		}
		if got := nobody.get("/movements/soupforall/dates?after=" + made.text("id")).ok(200).len(); got != 2 {
			t.Errorf("after the first are %d dates", got)
		}
		nobody.get(c+"/dates?after=x").wrong(422, "after")
		nobody.get(c+"/dates?when=never").wrong(422, "when")
		nobody.get(one).ok(200).has("online", "", "responsible", false, "mine", nil)

		grace.put(one+"/coming", object{"guests": 2}).wrong(422, "guests")
		grace.put(one+"/coming", object{"guests": 1}).wrong(409, "guests")
		grace.put(one+"/coming", object{"visibility": "public"}).ok(200).has("mine.standing", "comes", "taken", 1, "online", "https://talk.example/soup", "mine.visibility", "public")
		tove.put(one+"/coming", object{}).ok(200).has("mine.standing", "waits", "waiting", 1, "online", "")
		tove.get(one + "/people").ok(200)
		if got := tove.get(one + "/people").len(); got != 0 {
			t.Errorf("who waits sees %d people", got)
		}
		grace.get(one+"/people").ok(200).has("0.account.username", "grace")
		list := ada.get(one+"/people").ok(200).has("1.account.username", "tove", "1.standing", "waits")
		ada.get(one+"/people?after="+list.text("0.id")).ok(200).has("0.account.username", "tove")
		ada.get(one+"/people?after=x").wrong(422, "after")
		grace.delete(one + "/coming").ok(204)
		tove.get(one).has("mine.standing", "comes", "waiting", 0)
		grace.patch(one, object{"capacity": 5}).wrong(403, "")
		ada.patch(one, object{"capacity": nil, "access": "A ramp."}).ok(200).has("capacity", nil, "access", "A ramp.", "place", "The market hall")
		ada.patch(one, object{"capacity": 0}).wrong(422, "capacity")
		ada.patch(one, object{"repeat": "FREQ=WEEKLY;COUNT=3"}).wrong(422, "repeat")
		grace.put(one+"/coming", object{}).ok(200)

		tove.get(one+"/code").wrong(403, "")
		first := ada.get(one + "/code").ok(200).text("code")
		code := ada.post(one+"/code", nil).ok(200).text("code")
		if first == code || !strings.Contains(ada.get(one+"/code").text("url"), "/here?code="+code) {
			t.Error("there is no new code")
		}
		tove.post(one+"/check-in", object{"code": first}).wrong(422, "code")
		came := tove.post(one+"/check-in", object{"code": code, "visibility": "public"}).ok(200)
		nobody.get("/acts/"+came.text("mine.act_id")).ok(200).has("proof", "told", "quantity", 120, "unit", "minutes")
		if came.text("mine.confirms_at") != made.text("ends_at") {
			t.Errorf("hours are confirmed at %s", came.text("mine.confirms_at"))
		}
		tove.put(one+"/people/grace/check-in", object{}).wrong(403, "")
		ada.put(one+"/people/grace/check-in", object{}).ok(204)
		ada.delete(one + "/people/grace/check-in").ok(204)

		h.Clock.Add(time.Hour)
		grace.put(one+"/hours", object{"minutes": 0}).wrong(422, "minutes")
		grace.put(one+"/hours", object{"minutes": 90, "note": "Onions."}).ok(200).has("mine.hours", "logged", "mine.minutes", 90)
		grace.post(one+"/people/grace/confirm-hours", object{"minutes": 90}).wrong(403, "")
		ada.post(one+"/people/grace/dispute-hours", object{"reason": ""}).wrong(422, "reason")
		ada.post(one+"/people/grace/dispute-hours", object{"reason": "We began late."}).ok(204)
		grace.get(one).has("mine.hours", "disputed", "mine.reason", "We began late.")
		grace.put(one+"/hours", object{"minutes": 60}).ok(200)
		ada.post(one+"/people/grace/confirm-hours", object{"minutes": 90}).wrong(409, "minutes")
		ada.post(one+"/people/grace/confirm-hours", object{"minutes": 60}).ok(204)
		grace.get(c+"/certificate").ok(200).has("0.quantity", 60, "0.confirmed_by.username", "ada")
		if got := ada.get(c + "/certificate").ok(200).len(); got != 0 {
			t.Errorf("ada's certificate has %d lines", got)
		}
		grace.get("/me/dates").ok(200).has("0.id", made.text("id"))
		grace.get("/me/dates?when=past").ok(200)

		if url := grace.post("/me/calendar", nil).ok(200).text("url"); !strings.HasPrefix(url, home+"/calendar/") {
			t.Errorf("the calendar lies at %s", url)
		}
		grace.delete("/me/calendar").ok(204)
		third := nobody.get(c + "/dates").text("2.id")
		grace.put("/dates/"+third+"/coming", object{}).ok(200)
		ada.get("/dates/"+third+"/people?q=gra").ok(200).has("0.account.username", "grace")
		if got := ada.get("/dates/" + third + "/people?q=tove").len(); got != 0 {
			t.Errorf("%d are called tove", got)
		}
		grace.get("/dates/"+third+"/people?q=gra").wrong(403, "")
		grace.post("/dates/"+third+"/people/grace/off", object{"reason": "No."}).wrong(403, "")
		ada.post("/dates/"+third+"/people/grace/off", object{}).wrong(422, "reason")
		ada.post("/dates/"+third+"/people/grace/off", object{"reason": "We are too many; come next week?"}).ok(204)
		grace.get("/dates/"+third).has("mine", nil)
		ada.patch("/dates/"+nobody.get(c+"/dates").text("1.id"), object{"place": "The new kitchen", "later": true}).ok(200)
		nobody.get("/dates/"+third).has("place", "The new kitchen")
		nobody.get(one).has("place", "The market hall")
		ada.delete(one + "/coordinator").ok(204)
		ada.get(one).has("coordinator", nil)
		second := nobody.get(c + "/dates").text("1.id")
		tove.put("/dates/"+second+"/coming", object{}).ok(200).has("mine.standing", "comes")
		grace.post("/dates/"+second+"/cancel", object{"reason": "No."}).wrong(403, "")
		ada.post("/dates/"+second+"/cancel", object{}).wrong(422, "reason")
		ada.post("/dates/"+second+"/cancel", object{"reason": "Holidays.", "later": true}).ok(200).has("state", "cancelled", "reason", "Holidays.", "online", "")
		tove.get("/dates/"+second).ok(200).has("mine.standing", nil, "online", "")
		ada.patch("/acts/"+came.text("mine.act_id"), object{"links": []string{}}).ok(403)
		ada.post(one+"/confirm-hours", nil).wrong(409, "")
		h.Clock.Add(2 * time.Hour)
		tove.post(one+"/confirm-hours", nil).wrong(403, "")
		ada.post(one+"/confirm-hours", nil).ok(200).has("confirmed", 1)
		nobody.get("/acts/"+came.text("mine.act_id")).has("proof", "confirmed", "confirmed.by.username", "ada")
		// Who was there shows it afterwards.
		nobody.get(one + "/pictures").ok(200)
		tove.patch("/acts/"+came.text("mine.act_id"), object{"evidence_visibility": "public", "media_ids": []string{seed.Picture(t, h.Media, tove.Account).ID.String()}}).ok(200)
		nobody.get(one+"/pictures").ok(200).has("0.id", came.text("mine.act_id"), "0.evidence.0.type", "image")
		nobody.get("/dates/117104873472131072").wrong(404, "")
		h.Counted(t)
	})
}

// From a post to who came, and on to who comes next.
func TestDates_InspiredBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove, nobody := h.person("ada"), h.person("grace"), h.person("tove"), h.nobody()
		ada.post("/movements", soup).ok(201)
		c := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "event", "title": "Soup on the square"}).ok(201).text("id")
		wall := func(in time.Duration) string { return h.Clock.Now().UTC().Add(in).Format("2006-01-02T15:04") }
		one := "/dates/" + ada.post(c+"/dates", object{"starts": wall(-30 * time.Minute), "ends": wall(150 * time.Minute)}).ok(201).text("id")
		code := ada.get(one + "/code").text("code")

		first := grace.post(c+"/acts", object{"visibility": "public"}).ok(201)
		tove.put(one+"/coming", object{"inspired_by": object{"kind": "act", "id": "5"}}).wrong(422, "inspired_by")
		tove.put(one+"/coming", object{"inspired_by": object{"kind": "act", "id": first.text("id")}}).ok(200)
		second := tove.post(one+"/check-in", object{"code": code, "visibility": "public"}).ok(200).text("mine.act_id")
		nobody.get("/acts/"+second).ok(200).has("parent_id", first.text("id"), "generation", 1, "proof", "confirmed")
		h.Clock.Add(time.Minute)
		third := grace.post(one+"/check-in", object{"code": code, "visibility": "public", "inspired_by": object{"kind": "act", "id": second}}).ok(200).text("mine.act_id")
		nobody.get("/acts/"+third).ok(200).has("parent_id", second, "root_id", first.text("id"), "generation", 2)
		h.Counted(t)
	})
}
