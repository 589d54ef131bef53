package mastodon_test

import (
	"context"
	"strings"
	"testing"

	"goodturn/internal/about"
	"goodturn/internal/account"
)

func TestStream_Announcements(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob := h.person("ada"), h.person("bob", func(d *account.Draft) { d.Role = account.RoleAdmin })
		a := open(ada, "/user", "user")
		ctx, admin := context.Background(), account.As(bob.Account)
		if err := h.about.Announce(ctx, admin, about.AnnouncementDraft{Text: "We cook on Sunday", Publish: true}); err != nil {
			t.Fatal(err)
		}
		told := a.hears("announcement", "We cook on Sunday").entity(t)
		i, _ := told["id"].(string)
		ada.raw("PUT", "/api/v1/announcements/"+i+"/reactions/🍲", "", nil).ok()
		if r := a.hears("announcement.reaction", i).entity(t); r["name"] != "🍲" || r["count"] != 1.0 || r["announcement_id"] != i {
			t.Errorf("a reaction is told as %v", r)
		}
		// Nobody gave these, and nobody hears of them.
		ada.raw("PUT", "/api/v1/announcements/"+i+"/reactions/🍲", "", nil).ok()
		ada.raw("DELETE", "/api/v1/announcements/"+i+"/reactions/Any%20words%20at%20all", "", nil).ok()
		list, _, err := h.about.Announcements(ctx, admin)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d announcements, %v", len(list), err)
		}
		if err := h.about.Withdraw(ctx, admin, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if s := a.next(); s.event != "announcement.delete" || !strings.Contains(s.payload, i) {
			t.Errorf("told of %v", s)
		}
	})
}
