package mastodon_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/seed"
)

// Moderators hear of those who are let in, all in one group; nobody else does.
func TestNotifications_SignedUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, ada := h.moderator("mika"), h.person("ada")
		for name, from := range map[string]account.State{"bob": account.StateUnconfirmed, "eve": account.StatePending} {
			a := seed.Account(t, h.Ground, name, func(d *account.Draft) { d.State = from })
			for range 2 { // the second time they are here already
				h.Update(t, func(tx *db.Tx) error {
					_, err := h.Accounts.MoveIn(tx, a.ID, from, account.StateActive, h.Clock.Now())
					return err
				})
			}
		}
		n := mod.get("/api/v1/notifications?types[]=admin.sign_up").ok().is("admin.sign_up", 0, "type")
		if list := n.ids(); len(list) != 2 {
			t.Errorf("told %d times of two people", len(list))
		}
		groups := mod.get("/api/v2/notifications?types[]=admin.sign_up").ok().is(2.0, "notification_groups", 0, "notifications_count")
		key, _ := groups.at("notification_groups", 0, "group_key").(string)
		if !strings.HasPrefix(key, "admin.sign_up-") {
			t.Errorf("the group is called %q", key)
		}
		if who := mod.get("/api/v2/notifications/" + key + "/accounts").ids(); len(who) != 2 {
			t.Errorf("the group is of %v", who)
		}
		if list := ada.get("/api/v1/notifications").ids(); len(list) != 0 {
			t.Errorf("somebody else is told: %v", list)
		}
	})
}
