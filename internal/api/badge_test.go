package api_test

import (
	"testing"

	"goodturn/internal/account"
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
