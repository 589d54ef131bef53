package api_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/seed"
)

var soup = object{"hashtag": "SoupForAll", "name": "Soup for all", "purpose": "Nobody in our town eats alone.", "causes": []string{"zero-hunger"}, "town": "Graz"}

func TestMovements(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, nobody := h.person("ada"), h.person("grace"), h.nobody()

		made := ada.post("/movements", soup).ok(201)
		made.has("slug", "SoupForAll", "hashtag", "SoupForAll", "name", "Soup for all", "state", "open", "role", "organiser",
			"counts.members", 1, "counts.acts", 0, "url", home+"/movements/SoupForAll")
		if got := made.Header.Get("Location"); got != home+"/api/goodturn/v1/movements/SoupForAll" {
			t.Errorf("it was located at %q", got)
		}
		nobody.get("/movements/soupforall").ok(200).has("id", made.text("id"), "role", nil)
		nobody.get("/movements/"+made.text("id")).ok(200).has("slug", "SoupForAll")

		for query, n := range map[string]int{"": 1, "?q=soup": 1, "?q=cake": 0, "?cause=zero-hunger": 1, "?cause=climate": 0, "?hashtag=%23soupforall": 1,
			"?hashtag=cake": 0, "?state=archived": 0, "?hashtag=soupforall&cause=climate": 0, "?after=" + made.text("id"): 0} {
			if got := nobody.get("/movements" + query).ok(200).len(); got != n {
				t.Errorf("/movements%s lists %d, not %d", query, got, n)
			}
		}
		nobody.get("/hashtags/soupforal").ok(200).has("movement", nil, "similar.0.slug", "SoupForAll")
		nobody.get("/hashtags/SOUPFORALL").ok(200).has("movement.slug", "SoupForAll")

		ada.patch("/movements/soupforall", object{"town": "Linz", "aliases": []string{"SuppeFuerAlle"}}).ok(200).
			has("town", "Linz", "aliases.0", "SuppeFuerAlle", "purpose", "Nobody in our town eats alone.")
		grace.patch("/movements/soupforall", object{"town": "Wien"}).wrong(403, "")

		grace.post("/movements/soupforall/join", nil).ok(200).has("role", "member", "counts.members", 2)
		grace.post("/movements/soupforall/join", nil).ok(200).has("counts.members", 2)
		if got := grace.get("/me/movements").ok(200).text("0.slug"); got != "SoupForAll" {
			t.Errorf("grace joined %s", got)
		}
		p := seed.Post(t, h.Posts, h.person("tove").Account, "Three pots! #SoupForAll")
		grace.put("/movements/soupforall/posts/"+p.ID.String(), nil).wrong(403, "")
		ada.put("/movements/soupforall/posts/"+p.ID.String(), nil).ok(204)
		ada.get("/movements/soupforall").has("counts.posts", 1)
		ada.delete("/movements/soupforall/posts/" + p.ID.String()).ok(204)
		ada.delete("/movements/soupforall/posts/"+p.ID.String()).wrong(404, "")

		grace.post("/movements/soupforall/leave", nil).ok(200).has("role", nil, "counts.members", 1)
		ada.post("/movements/soupforall/leave", nil).ok(409)
		ada.post("/movements/soupforall/archive", nil).ok(200).has("state", "archived")
		grace.post("/movements/soupforall/join", nil).ok(409)
		ada.post("/movements/soupforall/reopen", nil).ok(200).has("state", "open")
		h.Counted(t)
	})
}

func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		h.Clock.Add(time.Second)
		grace.post("/movements/soupforall/join", nil).ok(200)

		ada.put("/movements/soupforall/members/grace", object{"role": "ambassador"}).wrong(422, "disclosed")
		ada.put("/movements/soupforall/members/grace", object{"role": "ambassador", "disclosed": "Paid by the kitchen."}).ok(204)
		ada.get("/movements/soupforall/members?role=ambassador").ok(200).has("0.account.username", "grace", "0.disclosed", "Paid by the kitchen.")
		grace.put("/movements/soupforall/members/ada", object{"role": "member"}).wrong(403, "")

		page := h.nobody().get("/movements/soupforall/members?limit=1").ok(200).has("0.account.username", "grace")
		next := page.Header.Get("Link")
		_, next, _ = strings.Cut(next[:strings.Index(next, ">")], "v1")
		h.nobody().get(next).ok(200).has("0.account.username", "ada")

		ada.delete("/movements/soupforall/members/grace").ok(204)
		grace.post("/movements/soupforall/join", nil).wrong(403, "")
		grace.get("/movements/soupforall/members?role=removed").ok(403)
		ada.get("/movements/soupforall/members?role=removed").ok(200).has("0.account.username", "grace")
		ada.post("/movements/soupforall/members/grace/let-in", nil).ok(204)
		grace.post("/movements/soupforall/join", nil).ok(200)

		ada.put("/movements/soupforall/handover", object{"account": "tove"}).ok(200).has("to.username", "tove")
		grace.get("/movements/soupforall/handover").wrong(404, "")
		ada.put("/movements/soupforall/handover", object{"account": "grace"}).wrong(409, "account")
		tove.delete("/movements/soupforall/handover").ok(204)
		ada.put("/movements/soupforall/handover", object{"account": tove.ID.String()}).ok(200)
		tove.post("/movements/soupforall/handover/accept", nil).ok(200).has("role", "organiser")
		ada.get("/movements/soupforall").has("role", "member")
	})
}

func TestResources(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		list := "/movements/soupforall/resources"

		first := ada.send("POST", list, object{"title": "How to cook for forty", "url": "https://kitchen.example/forty"}, "Idempotency-Key", "k1").ok(201).text("id")
		again := ada.send("POST", list, object{"title": "How to cook for forty", "url": "https://kitchen.example/forty"}, "Idempotency-Key", "k1").ok(201).text("id")
		if again != first {
			t.Errorf("one key made %s and %s", first, again)
		}
		ada.send("POST", list, object{"title": "Another"}, "Idempotency-Key", "k1").wrong(422, "Idempotency-Key")
		second := ada.post(list, object{"title": "Hands"}).ok(201).text("id")
		grace.post(list, object{"title": "Mine"}).wrong(403, "")

		ada.put(list, object{"ids": []string{second, first}}).ok(200).has("0.title", "Hands")
		ada.put(list, object{"ids": []string{second}}).wrong(409, "ids")
		ada.patch(list+"/"+first, object{"source": "The handbook"}).ok(200).has("title", "How to cook for forty", "source", "The handbook")
		ada.delete(list + "/" + second).ok(204)
		ada.delete(list+"/"+second).wrong(404, "")
		if got := h.nobody().get(list).ok(200).len(); got != 1 {
			t.Errorf("%d resources are left", got)
		}
	})
}

func TestCalls(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, kitchen := h.person("ada"), h.person("grace"), h.person("kitchen")
		ada.post("/movements", soup).ok(201)
		calls := "/movements/soupforall/calls"

		draft := ada.post(calls, object{"kind": "fundraiser", "title": "A bigger pot", "currency": "EUR", "goal": 50000,
			"beneficiary": "kitchen", "draft": true, "answer_hours": 48}).ok(201)
		draft.has("state", "draft", "currency", "EUR", "goal", 50000, "beneficiary.username", "kitchen", "answer_hours", 48, "window_days", 14, "movement.slug", "SoupForAll")
		path := "/calls/" + draft.text("id")
		grace.get(path).wrong(404, "")
		ada.post(path+"/publish", nil).ok(200).has("state", "open")
		ada.delete(path).ok(409)
		h.nobody().get(calls+"?state=open").ok(200).has("0.id", draft.text("id"))

		ada.patch(path, object{"title": "A much bigger pot", "goal": nil}).ok(200).has("title", "A much bigger pot", "goal", nil, "currency", "EUR")
		ada.patch(path, object{"goal": 60000}).ok(200).has("goal", 60000)
		grace.patch(path, object{"goal": 1}).wrong(403, "")

		grace.post(path+"/acts", object{"quantity": 30000}).ok(201).has("currency", "EUR", "quantity", 30000, "proof", "told")
		// Money that somebody says they gave counts only where the organisers say so.
		grace.get(path).has("counts_from", "confirmed", "progress.done", 0, "progress.percent", 0)
		ada.patch(path, object{"counts_from": "told"}).ok(200)
		grace.get(path).has("progress.done", 30000, "progress.percent", 50, "progress.totals.0.amount", 30000, "progress.totals.0.currency", "EUR", "progress.totals.0.proof", "told")
		ada.patch(path, object{"currency": "USD"}).wrong(409, "currency")

		as := h.Clock.Now().Add(-time.Hour).Format(time.RFC3339)
		sum := kitchen.post(path+"/reported", object{"amount": 420000, "at_least": true, "as_of": as, "source": "The newsletter of May"}).ok(201)
		sum.has("currency", "EUR", "amount", 420000, "at_least", true)
		kitchen.patch(path+"/reported/"+sum.text("id"), object{"amount": 430000}).ok(200).has("amount", 430000, "source", "The newsletter of May")
		grace.post(path+"/reported", object{"amount": 1, "as_of": as, "source": "Me"}).wrong(403, "")
		kitchen.post(path+"/reported", object{"amount": 1, "source": "Me"}).wrong(422, "as_of")
		h.nobody().get(path+"/reported").ok(200).has("0.amount", 430000)
		kitchen.delete(path + "/reported/" + sum.text("id")).ok(204)

		ada.post(path+"/close", nil).ok(200).has("state", "closed")
		grace.post(path+"/acts", object{"quantity": 5}).ok(409)
		ada.post(path+"/reopen", nil).ok(200).has("state", "open")
		ada.post(path+"/cancel", object{}).wrong(422, "reason")
		ada.post(path+"/cancel", object{"reason": "The hall is closed."}).ok(200).has("state", "cancelled", "reason", "The hall is closed.")
		unwanted := ada.post(calls, object{"kind": "deed", "title": "Wave", "draft": true}).ok(201)
		ada.delete("/calls/" + unwanted.text("id")).ok(204)
	})
}

func TestCalls_MovementSuspended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring a pot", "counts_as_done": "It is full."}).wrong(422, "counts_as_done")
		c := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "challenge", "title": "Bring a pot", "counts_as_done": "It is full."}).ok(201).has("counts_as_done", "It is full.").text("id")
		ada.patch(c, object{"title": "Bring a large pot"}).ok(200).has("counts_as_done", "It is full.")
		a := grace.post(c+"/acts", object{}).ok(201).text("id")
		m, err := h.Movements.Get(t.Context(), account.Nobody, "soupforall")
		if err != nil {
			t.Fatal(err)
		}
		seed.Suspend(t, h.Ground, m.Account)
		for _, path := range []string{c, c + "/reported", c + "/acts"} {
			grace.get(path).wrong(404, "")
		}
		ada.post(c+"/acts", object{}).wrong(404, "")
		grace.post("/acts/"+a+"/nominations", object{"nominees": []string{"ada"}}).wrong(404, "")
		grace.get("/acts/"+a).ok(200).has("call", nil)
	})
}

func TestActs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		deed := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup to a neighbour"}).ok(201).text("id")

		first := grace.send("POST", "/calls/"+deed+"/acts", object{"story": "She laughed.", "witnesses": []string{"tove"}}, "Idempotency-Key", "k").ok(201)
		again := grace.send("POST", "/calls/"+deed+"/acts", object{"story": "She laughed.", "witnesses": []string{"tove"}}, "Idempotency-Key", "k").ok(201)
		if first.text("id") != again.text("id") {
			t.Error("one key made two acts")
		}
		grace.send("POST", "/calls/"+deed+"/acts", object{"story": "He laughed."}, "Idempotency-Key", "k").wrong(422, "Idempotency-Key")
		one := "/acts/" + first.text("id")
		first.has("doer.username", "grace", "call.id", deed, "movement.slug", "SoupForAll", "quantity", 1, "generation", 0, "root_id", first.text("id"), "inspired_by", nil)

		h.Clock.Add(time.Minute)
		second := tove.post("/calls/"+deed+"/acts", object{"inspired_by": object{"kind": "act", "id": first.text("id")}, "tell_as": "public", "story": "Me too."}).ok(201)
		second.has("generation", 1, "parent_id", first.text("id"), "inspired_by.kind", "act")
		if second.at("post_id") == nil {
			t.Error("no post tells of it")
		}
		tove.put("/acts/"+second.text("id")+"/source", object{"kind": "act", "id": second.text("id")}).wrong(422, "id")
		grace.put(one+"/source", object{"kind": "act", "id": second.text("id")}).ok(409)
		tove.delete("/acts/"+second.text("id")+"/source").ok(200).has("generation", 0, "parent_id", nil)
		tove.put("/acts/"+second.text("id")+"/source", object{"kind": "act", "id": first.text("id")}).ok(200).has("generation", 1)
		grace.put("/acts/"+second.text("id")+"/source", object{"kind": "act", "id": first.text("id")}).wrong(403, "")

		grace.patch(one, object{"visibility": "me"}).ok(200).has("visibility", "me", "story", "She laughed.")
		ada.get(one).wrong(404, "")
		h.nobody().get(one).wrong(404, "")
		grace.patch(one, object{"visibility": "public"}).ok(200)
		tove.patch(one, object{"story": "Mine now."}).wrong(403, "")

		free := ada.post("/acts", object{"movement": "soupforall", "story": "Swept the stairs."}).ok(201).has("call", nil, "kind", "deed")
		ada.post("/acts", object{"movement": "nowhere"}).wrong(422, "movement")
		ada.post("/acts", object{"movement": "soupforall"}).wrong(422, "story")
		ada.post("/acts", object{"story": "x", "quantity": 1.5}).wrong(422, "quantity").has("detail", "This must be a whole number.")
		ada.post("/acts", object{"story": "x", "place": "here"}).wrong(422, "place").has("detail", "This must be an object.")
		for path, n := range map[string]int{"/movements/soupforall/acts": 3, "/calls/" + deed + "/acts": 2, "/acts?doer=tove": 1,
			"/acts?parent=" + first.text("id"): 1, "/movements/soupforall/acts?proof=confirmed": 0} {
			if got := h.nobody().get(path).ok(200).len(); got != n {
				t.Errorf("%s lists %d acts, not %d", path, got, n)
			}
		}
		ada.delete("/acts/" + free.text("id")).ok(204)
		ada.delete("/acts/"+free.text("id")).wrong(410, "")
		h.nobody().get("/acts/"+free.text("id")).wrong(410, "")
		h.Counted(t)
	})
}

func TestWitnesses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "volunteering", "title": "Cook on Sundays"}).ok(201).text("id")
		one := "/acts/" + grace.post("/calls/"+c+"/acts", object{"quantity": 90}).ok(201).text("id")

		grace.post(one+"/witness", object{"account": "tove"}).ok(200).has("state", "asked", "account.username", "tove")
		tove.get("/me/witness").ok(200).has("0.act_id", strings.TrimPrefix(one, "/acts/"))
		if got := h.nobody().get(one + "/witness").ok(200).len(); got != 0 {
			t.Error("nobody else is to know who was asked")
		}
		tove.post(one+"/witness/tove/accept", nil).ok(200).has("state", "stands")
		h.nobody().get(one).has("proof", "witnessed")
		tove.delete(one + "/witness/tove").ok(204)
		h.nobody().get(one).has("proof", "told")
		tove.post(one+"/witness", nil).ok(200).has("state", "offered")
		ada.post(one+"/witness/tove/accept", nil).ok(404)
		grace.post(one+"/witness/tove/accept", nil).ok(200).has("state", "stands")
		grace.post(one+"/witness", nil).ok(403)

		grace.post(one+"/confirm", nil).ok(403)
		ada.post(one+"/confirm", object{"how": "I was in the kitchen."}).ok(200).has("proof", "confirmed", "confirmed.by.username", "ada", "confirmed.how", "I was in the kitchen.")
		ada.get("/movements/soupforall").has("totals.0.unit", "minutes", "totals.0.proof", "confirmed", "totals.0.amount", 90, "totals.0.people", 1)
		grace.patch(one, object{"quantity": 120}).wrong(409, "quantity")
		ada.delete(one+"/confirm").ok(200).has("proof", "witnessed", "confirmed", nil)
		h.Counted(t)
	})
}

func TestNominations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "challenge", "title": "Soup for breakfast"}).ok(201).text("id")
		one := grace.post("/calls/"+c+"/acts", object{"nominees": []string{"tove"}}).ok(201).has("nominated", 1)

		got := tove.get("/nominations").ok(200).has("0.side", "received", "0.state", "open", "0.nominator.username", "grace", "0.call.id", c)
		n := "/nominations/" + got.text("0.id")
		tove.post(n+"/decline", nil).ok(200).has("state", "declined")
		grace.get(n).ok(200).has("side", "given", "state", "open", "nominee.username", "tove")
		ada.get(n).wrong(404, "")
		ada.post(n+"/accept", nil).wrong(404, "")
		tove.post(n+"/accept", nil).ok(200).has("state", "accepted")
		grace.get("/nominations?side=given").ok(200).has("0.state", "accepted", "0.accepted_at", nil)

		tove.post("/calls/"+c+"/acts", object{"inspired_by": object{"kind": "nomination", "id": got.text("0.id")}}).ok(201).
			has("parent_id", one.text("id"), "inspired_by.kind", "nomination")
		tove.post("/calls/"+c+"/acts", nil).wrong(409, "call_id")
		grace.get(n).ok(200).has("state", "answered")
		grace.delete(n).ok(409)

		grace.send("POST", "/nominations", object{"act_id": one.text("id"), "nominees": []string{"ada"}}, "Idempotency-Key", "n").ok(201)
		more := grace.send("POST", "/nominations", object{"act_id": one.text("id"), "nominees": []string{"ada"}}, "Idempotency-Key", "n").ok(201).has("0.nominee.username", "ada", "0.state", "open")
		grace.send("POST", "/nominations", object{"act_id": one.text("id"), "nominees": []string{"tove"}}, "Idempotency-Key", "n").wrong(422, "Idempotency-Key")
		grace.post("/nominations", object{"act_id": one.text("id"), "nominees": []string{"ada"}}).wrong(409, "nominees")
		tove.post("/nominations", object{"act_id": one.text("id"), "nominees": []string{"ada"}}).wrong(403, "")
		ada.delete("/nominations/"+more.text("0.id")).wrong(404, "")
		grace.delete("/nominations/" + more.text("0.id")).ok(204)
		ada.get("/nominations/"+more.text("0.id")).wrong(404, "")
	})
}

func TestInvitations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "challenge", "title": "Soup for breakfast"}).ok(201).text("id")
		one := grace.post("/calls/"+c+"/acts", nil).ok(201).text("id")

		byLink := grace.send("POST", "/invitations", object{"act_id": one, "note": "You cook."}, "Idempotency-Key", "i").ok(201).has("by", "link", "state", "open", "call.id", c)
		grace.send("POST", "/invitations", object{"act_id": one, "note": "You cook."}, "Idempotency-Key", "i").ok(201).has("id", byLink.text("id"))
		byMail := grace.post("/invitations", object{"act_id": one, "address": "kim@mail.example"}).ok(201).has("by", "mail", "link", "", "address", "kim@mail.example")
		grace.post("/invitations", object{"act_id": one, "address": "kim@mail.example"}).wrong(409, "address")
		grace.post("/invitations", object{"act_id": one, "address": "nobody"}).wrong(422, "address")
		grace.post("/invitations", object{"act_id": one, "note": "see evil.example"}).wrong(422, "note")
		tove.post("/invitations", object{"act_id": one}).wrong(403, "")
		grace.get("/invitations").ok(200).has("0.id", byMail.text("id"), "1.id", byLink.text("id"))
		grace.get("/invitations/"+byLink.text("id")).ok(200).has("link", byLink.text("link"))
		tove.get("/invitations/"+byLink.text("id")).wrong(404, "")
		tove.delete("/invitations/"+byMail.text("id")).wrong(404, "")
		grace.delete("/invitations/" + byMail.text("id")).ok(204)
		grace.get("/invitations/"+byMail.text("id")).ok(200).has("state", "withdrawn")

		grace.post("/invitations", object{"act_id": one, "handle": "tove"}).wrong(422, "handle")
		ada.patch("/calls/"+c, object{"nominees": 6}).ok(200)
		there := grace.post("/invitations", object{"act_id": one, "handle": "@Ana@Example.Social"}).ok(201).has("by", "link", "handle", "ana@example.social")
		if !strings.Contains(there.text("text"), there.text("link")) || !strings.HasPrefix(there.text("text"), "@ana@example.social ") {
			t.Errorf("the text is %q", there.text("text"))
		}
		both := grace.send("POST", "/nominations", object{"act_id": one, "nominees": []string{"ada", "tom@example.social"}}, "Idempotency-Key", "n").ok(201).
			has("0.nominee.username", "ada", "0.invitation", nil, "1.nominee", nil, "1.state", "open", "1.call.id", c, "1.invitation.handle", "tom@example.social")
		if text := both.text("1.invitation.text"); both.len() != 2 || !strings.Contains(text, both.text("1.invitation.link")) {
			t.Errorf("%d nominations, to be sent with %q", both.len(), text)
		}
		grace.send("POST", "/nominations", object{"act_id": one, "nominees": []string{"ada", "tom@example.social"}}, "Idempotency-Key", "n").ok(201).has("1.id", both.text("1.id"))
		one4all := grace.get("/nominations?side=given").ok(200).has("0.id", both.text("0.id"), "1.id", both.text("1.id"), "2.id", there.text("id"), "3.invitation.by", "mail", "4.invitation.by", "link")
		if n := one4all.len(); n != 5 {
			t.Errorf("%d turns were passed on", n)
		}
		grace.get("/nominations?side=given&limit=2&max_id="+both.text("0.id")).ok(200).has("0.id", both.text("1.id"), "1.id", there.text("id"))
		grace.get("/nominations?side=given&limit=1&min_id="+there.text("id")).ok(200).has("0.id", both.text("1.id"))
		grace.get("/nominations/"+both.text("1.id")).ok(200).has("side", "given", "invitation.id", both.text("1.id"))
		tove.get("/nominations/"+both.text("1.id")).wrong(404, "")
		tove.delete("/nominations/"+both.text("1.id")).wrong(404, "")
		if n := tove.get("/nominations?side=given").ok(200).len(); n != 0 {
			t.Errorf("tove sees %d of them", n)
		}
		grace.get("/invitations").ok(200).has("0.handle", "tom@example.social", "1.id", there.text("id"))
		grace.post("/nominations", object{"act_id": one, "nominees": []string{"tom@example.social"}}).wrong(409, "nominees")

		_, token, _ := strings.Cut(byLink.text("link"), "token=")
		grace.post("/invited", object{"token": token}).wrong(409, "")
		n := tove.post("/invited", object{"token": token}).ok(200).has("side", "received", "state", "accepted", "act_id", one)
		tove.post("/invited", object{"token": token}).ok(200).has("id", n.text("id"))
		ada.post("/invited", object{"token": token}).wrong(409, "")
		tove.post("/invited", object{"token": "7.x"}).wrong(404, "")
		grace.delete("/nominations/" + both.text("1.id")).ok(204)
		grace.get("/invitations/"+both.text("1.id")).ok(200).has("state", "withdrawn", "link", "")
		grace.get("/invitations/"+byLink.text("id")).wrong(404, "")
		grace.get("/nominations?side=given").ok(200).has("0.id", n.text("id"), "0.nominee.username", "tove")
	})
}

func TestRipple(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove := h.person("ada"), h.person("grace"), h.person("tove")
		ada.post("/movements", soup).ok(201)
		h.nobody().get("/movements/soupforall/ripple").ok(200).has("acts", 0, "reproduction", nil, "serial_interval_days", nil, "answered_in_time", nil)
		c := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup"}).ok(201).text("id")
		first := grace.post("/calls/"+c+"/acts", nil).ok(201).text("id")
		h.Clock.Add(24 * time.Hour)
		second := tove.post("/calls/"+c+"/acts", object{"inspired_by": object{"kind": "act", "id": first}, "visibility": "me"}).ok(201).text("id")
		h.Clock.Add(24 * time.Hour)
		third := ada.post("/calls/"+c+"/acts", object{"inspired_by": object{"kind": "act", "id": first}}).ok(201).text("id")
		if err := h.ripple.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.Clock.Add(20 * 24 * time.Hour)
		if err := h.ripple.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.nobody().get("/movements/soupforall/ripple").ok(200).has("acts", 3, "people", 3, "generations", 2, "by_generation.0", 1, "by_generation.1", 2,
			"serial_interval_days.mean", 1.5, "window_days", 14)
		h.nobody().get("/movements/soupforall/ripple/tree").ok(200).has("roots.0.act_id", first, "roots.0.children", 2, "roots.0.moved.people", 2)
		is := h.nobody().get("/acts/"+first+"/ripple?depth=2").ok(200).has("moved.people", 2, "moved.acts", 2, "tree.doer.username", "grace")
		for i := range 2 {
			below := "tree.below." + string(rune('0'+i))
			if is.text(below+".act_id") == second && (is.at(below+".doer") != nil || is.at(below+".proof") != nil) {
				t.Error("a private act tells who did it")
			}
		}
		h.nobody().get("/acts/"+third+"/ripple").ok(200).has("chain.0.act_id", first, "chain.0.doer.username", "grace")
		h.nobody().get("/acts/"+second+"/ripple").wrong(404, "")
	})
}

// What is drawn is kept for all who see the same of it, and never shows anybody what
// was just hidden from them.
func TestRipple_HidesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, tove, olu := h.person("ada"), h.person("grace"), h.person("tove"), h.person("olu")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup"}).ok(201).text("id")
		first := grace.post("/calls/"+c+"/acts", nil).ok(201).text("id")
		second := olu.post("/calls/"+c+"/acts", object{"inspired_by": object{"kind": "act", "id": first}}).ok(201).text("id")
		const tree, doer, below = "/movements/soupforall/ripple/tree", "roots.0.doer", "roots.0.below.0.doer.username"
		sees := func(who person, path string, want any) {
			t.Helper()
			who.get(tree).ok(200).has(path, want)
		}
		for _, who := range []person{h.nobody(), ada, tove} {
			sees(who, doer+".username", "grace")
			sees(who, below, "olu")
		}
		seed.Block(t, h.Ground, tove.Account, grace.Account)
		sees(tove, doer, nil)
		sees(tove, below, "olu")
		sees(h.nobody(), doer+".username", "grace")
		grace.patch("/acts/"+first, object{"visibility": "me"}).ok(200)
		sees(h.nobody(), doer, nil)
		sees(ada, doer, nil)
		sees(grace, doer+".username", "grace")
		third := ada.post("/calls/"+c+"/acts", object{"inspired_by": object{"kind": "act", "id": second}}).ok(201).text("id")
		sees(tove, "roots.0.below.0.below.0.act_id", third)
		olu.delete("/acts/" + second).ok(204)
		sees(ada, "roots.0.below.0.doer", nil)
		sees(ada, "roots.0.below.0.below.0.doer.username", "ada")
	})
}

func TestImpact(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		p := seed.Post(t, h.Posts, ada.Account, "Three pots! #SoupForAll")
		seed.Like(t, h.Posts, grace.Account, p)
		c := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup"}).ok(201).text("id")
		one := grace.post("/calls/"+c+"/acts", nil).ok(201).text("id")
		h.nobody().get("/movements/soupforall/impact").ok(200).has("likes", 1, "shares", 0, "acts.told", 1, "acts.confirmed", 0, "people", 1, "steps.offered", 0)
		ada.post("/acts/"+one+"/confirm", nil).ok(200)
		h.nobody().get("/movements/soupforall/impact").ok(200).has("acts.told", 0, "acts.confirmed", 1)
		h.nobody().get("/movements/nowhere/impact").wrong(404, "")
		h.Counted(t)
	})
}

func TestMe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.get("/me/interests").ok(200).has("minutes", 0, "town", "")
		ada.put("/me/interests", object{"causes": []string{"climate"}, "minutes": 60, "town": "Graz", "mode": "together"}).ok(200).has("causes.0", "climate", "mode", "together")
		ada.put("/me/interests", object{"causes": []string{"luck"}, "minutes": 0, "town": "", "mode": ""}).wrong(422, "causes")
		grace.get("/me/interests").ok(200).has("minutes", 0)
		ada.delete("/me/interests").ok(204)
		ada.get("/me/interests").ok(200).has("minutes", 0, "mode", nil)
		h.nobody().get("/causes").ok(200).has("1.slug", "zero-hunger", "1.goal", 2)
	})
}

func TestCalls_Life(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		calls := "/movements/soupforall/calls"
		opens := h.Clock.Now().Add(time.Hour).Format(time.RFC3339)
		made := ada.post(calls, object{"kind": "deed", "title": "Cook", "goal": 1, "stretch": 3, "opens_at": opens}).ok(201).has("state", "draft", "stretch", 3, "archived", false)
		path := "/calls/" + made.text("id")
		grace.get(path).wrong(404, "")
		ada.patch(path, object{"opens_at": nil}).ok(200).has("opens_at", nil, "stretch", 3)
		ada.patch(path, object{"stretch": 1}).wrong(422, "stretch")
		ada.post(path+"/publish", nil).ok(200)

		ada.put(path+"/organisers/nobody", nil).ok(404)
		ada.put(path+"/organisers/grace", nil).ok(204)
		if n := h.nobody().get(path + "/organisers").ok(200).len(); n != 0 {
			t.Errorf("strangers see %d invitations", n)
		}
		grace.get(path+"/organisers").ok(200).has("0.accepted", false, "0.account.username", "grace")
		grace.post(path+"/close", nil).wrong(403, "")
		grace.post(path+"/organise", nil).ok(204)
		grace.post(path+"/close", nil).ok(200).has("state", "closed")
		grace.post(path+"/duplicate", nil).wrong(403, "")
		grace.post(path+"/archive", nil).ok(200).has("archived", true)
		h.nobody().get(calls+"?state=archived").ok(200).has("0.id", made.text("id"))
		if n := h.nobody().get(calls).ok(200).len(); n != 0 {
			t.Errorf("an archived call is among %d listed", n)
		}
		grace.post(path+"/unarchive", nil).ok(200).has("archived", false)
		grace.delete(path + "/organisers/grace").ok(204)
		grace.post(path+"/reopen", nil).wrong(403, "")
		first := ada.send("POST", path+"/duplicate", nil, "Idempotency-Key", "k").ok(201).has("state", "draft", "title", "Cook", "stretch", 3).text("id")
		ada.send("POST", path+"/duplicate", nil, "Idempotency-Key", "k").ok(201).has("id", first)
	})
}

func TestUpdates(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		path := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Cook"}).ok(201).text("id")
		grace.post(path+"/updates", object{"title": "Mine", "body": "No."}).wrong(403, "")
		ada.post(path+"/updates", object{"title": "Forty bowls"}).wrong(422, "body")
		made := ada.send("POST", path+"/updates", object{"title": "Forty bowls", "body": "Eaten."}, "Idempotency-Key", "k").ok(201).has("author.username", "ada", "edited_at", nil)
		update := "/updates/" + made.text("id")
		h.nobody().get(path+"/updates").ok(200).has("0.title", "Forty bowls")
		grace.patch(update, object{"title": "Mine"}).wrong(403, "")
		ada.patch(update, object{"title": "Fifty bowls"}).ok(200).has("title", "Fifty bowls", "body", "Eaten.")
		grace.get(path+"/quiet").ok(200).has("quiet", false, "all", false)
		grace.put(path+"/quiet", object{"quiet": true}).ok(200).has("quiet", true)
		grace.delete(update).wrong(403, "")
		ada.delete(update).ok(204)
		h.nobody().get(update).wrong(404, "")
	})
}

func TestTemplatesAndExport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		h.nobody().get("/call-templates?kind=deed").ok(200).has("0.slug", "neighbour", "0.kind", "deed", "0.counts_as_done", "")
		if n := h.nobody().get("/call-templates").ok(200).len(); n < 6 {
			t.Errorf("%d templates", n)
		}
		ada.post("/movements", soup).ok(201)
		path := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Cook"}).ok(201).text("id")
		one := grace.post(path+"/acts", object{"story": "Soup.", "visibility": "organisers", "place": object{"precision": "town", "town": "Graz", "spot": "My kitchen"}}).ok(201).text("id")
		grace.post(path+"/acts", object{"story": "Mine.", "visibility": "me"}).ok(201)
		grace.get(path+"/export").wrong(403, "")
		list := ada.get(path+"/export").ok(200).has("0.id", one, "0.doer", "grace", "0.story", "Soup.", "0.place", "Graz")
		if list.len() != 1 {
			t.Errorf("%d acts are taken out", list.len())
		}
		ada.get(path+"/export?after=x").wrong(422, "after")
		if n := ada.get(path + "/export?after=" + one).ok(200).len(); n != 0 {
			t.Errorf("%d more", n)
		}

		kit := h.nobody().get(path+"/share").ok(200).has("link", home+path, "qr_url", home+path+"/qr.png", "image_url", home+path+"/picture.png", "inspired_by", nil)
		if text := kit.text("text"); text != "Cook: A small good deed. Will you do one, too? #SoupForAll "+home+path {
			t.Errorf("the text is %q", text)
		}
		h.nobody().get(path+"/share?via=act-"+one).ok(200).has("link", home+path+"?via=act-"+one, "inspired_by.id", one)
		h.nobody().get(path+"/share?via=act").wrong(422, "via")
		h.nobody().get("/calls/1/share").wrong(404, "")
		own := grace.post(path+"/acts", object{"story": "Bread.", "visibility": "public"}).ok(201).text("id")
		grace.send("GET", path+"/share?via=act-"+one, nil, "Accept-Language", "de").ok(200).has("link", home+path+"?via=act-"+own, "inspired_by.kind", "act")
	})
}

// An act's kit leads to its call, as its page's does; what not everybody may see has
// nothing to share, and who may not see it learns nothing.
func TestShareAct(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, eve := h.person("ada"), h.person("grace"), h.person("eve")
		ada.post("/movements", soup).ok(201)
		cook := "/calls/" + ada.post("/movements/soupforall/calls", object{"kind": "volunteering", "title": "Cook"}).ok(201).text("id")
		told := func(path, visibility string) string {
			return "/acts/" + grace.post(path, object{"quantity": 90, "visibility": visibility, "done_at": "2024-03-05T12:00:00Z"}).ok(201).text("id")
		}
		open := told(cook+"/acts", "public")
		via := "?via=act-" + strings.TrimPrefix(open, "/acts/")
		kit := h.nobody().get(open+"/share").ok(200).has("link", home+cook+via, "qr_url", home+cook+"/qr.png"+via, "image_url", home+open+"/picture.png",
			"inspired_by.kind", "act", "text", "grace helped: 1 hour 30 minutes, 5 March 2024. Helping hands are wanted. Are yours free? "+home+cook+via)
		if german := h.nobody().send("GET", open+"/share", nil, "Accept-Language", "de").ok(200).text("text"); german == kit.text("text") || !strings.HasPrefix(german, "grace hat ") {
			t.Errorf("in German: %q", german)
		}

		within := told(cook+"/acts", "movement")
		grace.get(within+"/share").ok(200).has("image_url", nil, "inspired_by.kind", "act")
		if text := ada.get(within + "/share").ok(200).text("text"); !strings.HasPrefix(text, "someone helped") {
			t.Errorf("others are told %q of what only the movement sees", text)
		}
		for _, visibility := range []string{"organisers", "me"} {
			hidden := told(cook+"/acts", visibility)
			grace.get(hidden+"/share").wrong(409, "")
			eve.get(hidden+"/share").wrong(404, "")
			h.nobody().get(hidden+"/share").wrong(404, "")
		}
		eve.get(within+"/share").wrong(404, "")

		free := "/acts/" + grace.post("/acts", object{"story": "Bread.", "visibility": "public"}).ok(201).text("id")
		h.nobody().get(free+"/share").ok(200).has("link", home+free, "qr_url", home+free+"/qr.png", "inspired_by.id", strings.TrimPrefix(free, "/acts/"))
		grace.delete(free).ok(204)
		grace.get(free+"/share").wrong(410, "")
	})
}
