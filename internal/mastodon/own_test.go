package mastodon_test

import (
	"strings"
	"testing"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// After a like in an app, the next step comes as a direct post of the movement,
// for the liker alone, and once.
func TestFavourite_NextStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
		c := seed.Call(t, h.Calls, bob.Account, m, call.Deed)
		one := bob.post("/api/v1/statuses", "status", "Soup for all #SoupDay").ok()
		two := bob.post("/api/v1/statuses", "status", "More soup #SoupDay").ok()
		for _, p := range []answer{one, two, one} {
			ada.post("/api/v1/statuses/"+p.id()+"/favourite").ok().is(true, "favourited")
		}
		n := ada.get("/api/v1/notifications?types[]=mention").ok()
		n.is("step", 0, "goodturn", "kind").is(m.ID.String(), 0, "status", "account", "id").is("direct", 0, "status", "visibility")
		if text, _ := n.at(0, "status", "content").(string); !strings.Contains(text, "/calls/"+c.ID.String()) {
			t.Errorf("%q does not lead to the call", text)
		}
		if list := n.ids(); len(list) != 1 {
			t.Errorf("%d steps within a day", len(list))
		}
		eve.get("/api/v1/statuses/"+n.at(0, "status", "id").(string)).refused(404, "Record not found")
	})
}

// A post that tells of an act says in any app what it was for, and leads to it.
func TestActs_Link(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bob := h.person("bob")
		m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
		c := seed.Call(t, h.Calls, bob.Account, m, call.Deed, func(d *call.Draft) { d.Title = "Soup <b>now</b>" })
		a := h.Do(t, bob.Account, c, func(d *act.Draft) { d.Story, d.TellAs = "I brought soup.", post.Public })
		content, _ := bob.get("/api/v1/accounts/"+bob.ID.String()+"/statuses").ok().at(0, "content").(string)
		want := `<a href="` + seed.Base + "/acts/" + a.ID.String() + `" rel="noopener noreferrer" target="_blank">Soup &lt;b&gt;now&lt;/b&gt;</a>`
		if !strings.Contains(content, want) {
			t.Errorf("%q does not hold %q", content, want)
		}
	})
}
