package api_test

import (
	"context"
	"testing"
	"time"
)

// TestUnusual: grace has eve, a new account, witness all she does; ada, who
// organises, knows them both.
func TestUnusual(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup"}).ok(201).text("id")
		sweep := func() {
			t.Helper()
			h.Clock.Add(11 * time.Minute)
			if err := h.weights.Sweep(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		empty := func(is answer) {
			t.Helper()
			if is.len() != 0 {
				t.Errorf("something looks unusual: %v", is.Body)
			}
		}
		sweep()
		eve := h.person("eve")
		var act string
		for range 10 {
			act = grace.post("/calls/"+c+"/acts", nil).ok(201).text("id")
			eve.post("/acts/"+act+"/witness", nil).ok(200)
			grace.post("/acts/"+act+"/witness/"+eve.ID.String()+"/accept", nil).ok(200).has("state", "stands")
		}
		grace.get("/acts/"+act).ok(200).has("proof", "witnessed")
		list := "/movements/soupforall/unusual"
		empty(ada.get(list).ok(200))
		sweep()
		grace.get("/acts/"+act).ok(200).has("proof", "told")
		ada.get(list).ok(200).has("0.act_id", act, "0.reason", "second", "0.witness.username", "eve",
			"0.why", "This witness is new, did nothing here but witness for this person, and 10 of 10 times from the same network.")
		ada.get(list+"?limit=2").ok(200).has("1.reason", "second")
		grace.get(list).wrong(403, "")
		h.nobody().get(list).wrong(401, "")

		of := "/acts/" + act + "/unusual"
		grace.get(of).ok(200).has("0.reason", "second", "0.witness.username", "eve")
		ada.get(of).ok(200).has("0.reason", "second")
		empty(eve.get(of).ok(200))
		h.nobody().get(of).wrong(401, "")

		fine := "/acts/" + act + "/fine"
		grace.post(fine, object{}).wrong(404, "")
		eve.post(fine, object{"all": true}).wrong(404, "")
		ada.post(fine, object{}).ok(204)
		grace.get("/acts/"+act).ok(200).has("proof", "witnessed")
		ada.get(list).ok(200).has("3.reason", "second")
		ada.post(fine, object{}).ok(204)
		ada.post("/acts/"+ada.get(list).ok(200).text("0.act_id")+"/fine", object{"all": true}).ok(204)
		empty(ada.get(list).ok(200))
		h.Counted(t)
	})
}
