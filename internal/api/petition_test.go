package api_test

import (
	"testing"
)

func TestPetitions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace, mayor, nobody := h.person("ada"), h.person("grace"), h.person("mayor"), h.nobody()
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "petition", "title": "Warm lunch", "body": "Every day."}).ok(201)
		at := "/calls/" + c.text("id")
		nobody.get(at+"/petition").ok(200).has("signed", 0, "step", 100, "version", 1, "signature_id", nil)

		t.Run("signing", func(t *testing.T) {
			signed := grace.post(at+"/signature", object{"reason": "My son is hungry.", "version": 1}).ok(201)
			signed.has("story", "My son is hungry.", "kind", "petition", "doer.username", "grace")
			grace.post(at+"/signature", object{}).ok(409)
			nobody.post(at+"/signature", object{}).ok(401)
			mayor.post(at+"/signature", object{"private": true, "reason": "Not for others."}).ok(201)
			mayor.post(at+"/signature", object{"version": 9}).ok(409)
			grace.get(at+"/petition").ok(200).has("signed", 2, "signature_id", signed.text("id"))
			for who, n := range map[*person]int{&nobody: 1, &ada: 1, &grace: 1, &mayor: 2} {
				if got := who.get(at + "/signatures?reasons=yes").ok(200).len(); got != n {
					t.Errorf("%v sees %d signatures, not %d", who.Account, got, n)
				}
			}
			nobody.get(at+"/signatures?reasons=perhaps").wrong(422, "reasons")
			mayor.delete(at + "/signature").ok(204)
			mayor.delete(at + "/signature").ok(404)
			ada.patch(at, object{"body": "Every school day."}).ok(200)
			nobody.get(at+"/texts").ok(200).has("0.version", 2, "0.body", "Every school day.", "1.body", "Every day.")
			ada.post(at+"/signature", object{"version": 1}).wrong(409, "version")
		})
		t.Run("from outside", func(t *testing.T) {
			nobody.post(at+"/signings", object{"name": "Vera", "address": "nonsense"}).wrong(422, "address")
			nobody.send("POST", at+"/signings", object{"name": "Vera", "address": "vera@example.org", "inspired_by": nil}, "Accept-Language", "de").ok(204)
			var language string
			if err := h.D.Read(t.Context()).QueryRow(`SELECT language FROM signing`).Scan(&language); err != nil || language != "de" {
				t.Errorf("the mail is in %q, %v", language, err)
			}
			nobody.get(at+"/petition").ok(200).has("signed", 1) // unconfirmed ones never count
		})
		t.Run("what came of it", func(t *testing.T) {
			grace.post(at+"/addressees", object{"name": "The board"}).ok(403)
			ada.post(at+"/addressees", object{}).wrong(422, "name")
			to := ada.post(at+"/addressees", object{"account": "mayor", "role": "decides"}).ok(200).has("addressees.0.account.username", "mayor").text("addressees.0.id")
			board := ada.post(at+"/addressees", object{"name": "The board"}).ok(200).text("addressees.1.id")
			ada.post(at+"/answers", object{"addressee_id": to, "body": "No.", "source": "Me"}).ok(403)
			answer := mayor.post(at+"/answers", object{"addressee_id": to, "body": "Yes."}).ok(200).has("answers.0.body", "Yes.").text("answers.0.id")
			promise := mayor.post(at+"/commitments", object{"addressee_id": to, "promise": "From May on.", "due": "2030-05-01T00:00:00Z"}).ok(200).
				has("commitments.0.state", "open").text("commitments.0.id")
			mistake := ada.post(at+"/commitments", object{"addressee_id": board, "promise": "Soon.", "due": "2031-05-01T00:00:00Z", "source": "Hearsay"}).ok(200).text("commitments.1.id")
			ada.delete(at + "/commitments/" + mistake).ok(204)
			mayor.post(at+"/commitments/"+promise+"/rulings", object{"state": "kept", "evidence": "I say so."}).ok(403)
			ada.post(at+"/commitments/"+promise+"/rulings", object{"state": "kept", "evidence": "I ate there."}).ok(200).
				has("commitments.0.state", "kept", "commitments.0.rulings.0.evidence", "I ate there.")
			ada.delete(at + "/addressees/" + to).ok(409)
			ada.delete(at + "/addressees/" + board).ok(204)
			mayor.delete(at + "/answers/" + answer).ok(204)
			handed := ada.post(at+"/deliveries", object{"on": "2026-01-02T00:00:00Z", "addressee_id": to, "how": "In a pot"}).ok(200).
				has("deliveries.0.signatures", 1).text("deliveries.0.id")
			ada.delete(at + "/deliveries/" + handed).ok(204)
		})
		deed := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Be kind"}).ok(201)
		nobody.get("/calls/" + deed.text("id") + "/petition").ok(404)
	})
}
