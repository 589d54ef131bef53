package api_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/seed"
)

func TestBadges(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, ben := h.person("ada"), h.person("ben")
		c := seed.Call(t, h.Calls, ada.Account, seed.Movement(t, h.Movements, ada.Account, "Soup"), call.Deed)
		a := h.Do(t, ben.Account, c)
		path := "/acts/" + a.ID.String() + "/badge"

		ben.post(path, object{"named_by": "profile"}).ok(409)
		if _, err := h.Acts.Confirm(t.Context(), account.As(ada.Account), a.ID, ""); err != nil {
			t.Fatal(err)
		}
		ben.post(path, object{"named_by": "profile"}).ok(200)
		ben.post(path, object{"named_by": "passport"}).ok(422)
		ada.post(path, object{"named_by": "profile"}).ok(403)
		h.nobody().post(path, object{"named_by": "profile"}).ok(401)
		h.person("cy", "read:statuses").post(path, object{"named_by": "profile"}).ok(403)
	})
}

func TestActsOfAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, ben := h.person("ada"), h.person("ben")
		m := seed.Movement(t, h.Movements, ada.Account, "Soup")
		deeds, shifts := seed.Call(t, h.Calls, ada.Account, m, call.Deed), seed.Call(t, h.Calls, ada.Account, m, call.Volunteering)
		h.Do(t, ben.Account, deeds, seed.Seen(act.Me))
		h.Do(t, ben.Account, deeds, seed.Seen(act.Public))
		helped := h.Do(t, ben.Account, shifts, seed.Seen(act.Public))
		if _, err := h.Acts.Confirm(t.Context(), account.As(ada.Account), helped.ID, ""); err != nil {
			t.Fatal(err)
		}
		for who, n := range map[*person]int{&ada: 2, &ben: 3} {
			if got := who.get("/accounts/ben/acts").ok(200).len(); got != n {
				t.Errorf("%s sees %d acts", who.Username, got)
			}
			who.get("/accounts/"+ben.ID.String()+"/acts/counts").ok(200).has("told", n-1, "witnessed", 0, "confirmed", 1, "more", false)
		}
		if got := h.nobody().get("/accounts/ben/acts?proof=confirmed").ok(200).len(); got != 1 {
			t.Errorf("%d are confirmed", got)
		}
		h.nobody().get("/accounts/cy/acts").ok(404)
		h.nobody().get("/accounts/cy/acts/counts").ok(404)
		if got := h.nobody().get("/movements/" + m.Slug + "/acts?unit=minutes").ok(200).len(); got != 1 {
			t.Errorf("%d acts of help", got)
		}
		if got := h.nobody().get("/calls/" + deeds.ID.String() + "/acts?unit=minutes").ok(200).len(); got != 0 {
			t.Errorf("%d acts of help among deeds", got)
		}
		h.nobody().get("/calls/"+deeds.ID.String()+"/acts?unit=apples").wrong(422, "unit")
	})
}
