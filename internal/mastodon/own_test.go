package mastodon_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
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

// What likes bring into a home is marked, so it comes only to an app that asks for
// it; a plain one would show a stranger's post without a reason.
func TestHome_Liked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		shows := true
		if _, err := h.Accounts.Update(t.Context(), account.As(bob.Account), account.Change{ShowsLikes: &shows}); err != nil {
			t.Fatal(err)
		}
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		ada.get("/api/v1/timelines/home").ok()
		soup := eve.post("/api/v1/statuses", "status", "Soup from a stranger.").ok()
		bob.post("/api/v1/statuses/" + soup.id() + "/favourite").ok()
		h.Clock.Add(time.Minute) // what likes bring in may be half a minute old
		if ids := ada.get("/api/v1/timelines/home").ok().ids(); len(ids) != 0 {
			t.Errorf("%d posts in a plain home", len(ids))
		}
		ada.get("/api/v1/timelines/home?liked=true").ok().is(soup.id(), 0, "id").is(bob.ID.String(), 0, "goodturn", "why", "liked_by", 0)
	})
}

// Who reads a movement's posts in an app is among those it reached, once.
func TestReach(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
		soup := bob.post("/api/v1/statuses", "status", "Soup for all #SoupDay").ok()
		ada.get("/api/v1/timelines/home").ok()
		ada.post("/api/v1/accounts/" + m.ID.String() + "/follow").ok()
		for range 2 {
			ada.get("/api/v1/timelines/home").ok().is(soup.id(), 0, "reblog", "id")
		}
		h.nobody().get("/api/v1/accounts/" + m.ID.String() + "/statuses").ok()
		if err := h.impact.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := h.impact.Funnel(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f.Reach != 2 {
			t.Errorf("%d reached, not a follower and a stranger", f.Reach)
		}
	})
}
