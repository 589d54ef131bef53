package mastodon_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/movement"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func TestCollections(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, shy := h.person("ada"), h.person("bob"), h.person("shy")
		shy.form("PATCH", "/api/v1/accounts/update_credentials", "discoverable", "false").ok().is("denied", "feature_approval", "current_user")
		made := ada.post("/api/v1/collections", "name", "Friends", "account_ids[]", bob.ID.String()).ok()
		one := "/api/v1/collections/" + made.at("collection", "id").(string)
		item := one + "/items/" + made.at("collection", "items", 0, "id").(string)

		t.Run("who does not wish to be found is not shown", func(t *testing.T) {
			ada.post(one+"/items", "account_id", shy.ID.String()).refused(403, "cannot be added")
			ada.post("/api/v1/collections", "name", "Shy", "account_ids[]", shy.ID.String()).refused(403, "cannot be added")
			ada.post(one+"/items", "account_id", "12345").refused(404, "Record not found")
			ada.post(one + "/items").status(422)
		})
		t.Run("others change nothing", func(t *testing.T) {
			bob.form("PATCH", one, "name", "Mine").refused(403, "Only who made")
			bob.delete(one).refused(403, "Only who made")
			bob.post(one+"/items", "account_id", ada.ID.String()).refused(403, "Only who made")
			bob.delete(item).refused(403, "Only who made")
			shy.post(item+"/revoke").refused(403, "only yourself")
			shy.get("/api/v1/accounts/" + bob.ID.String() + "/in_collections").status(403)
		})
		t.Run("what is not to be found is found by who knows of it", func(t *testing.T) {
			if all, _ := bob.get("/api/v1/accounts/" + ada.ID.String() + "/collections").ok().at("collections").([]any); len(all) != 0 {
				t.Errorf("bob finds %v", all)
			}
			ada.get("/api/v1/accounts/"+ada.ID.String()+"/collections").ok().is("Friends", "collections", 0, "name")
			h.nobody().get(one).ok().is("Friends", "collection", "name")
		})
		t.Run("who takes themselves out stays out", func(t *testing.T) {
			bob.post(item + "/revoke").ok()
			h.nobody().get(one).ok().is(0.0, "collection", "item_count")
			ada.post(one+"/items", "account_id", bob.ID.String()).refused(403, "cannot be added")
			bob.post(item+"/revoke").refused(404, "Record not found")
		})
		t.Run("a block hides them", func(t *testing.T) {
			ada.post("/api/v1/accounts/" + bob.ID.String() + "/block").ok()
			bob.get(one).refused(404, "Record not found")
		})
		t.Run("limits", func(t *testing.T) {
			for n := range relation.CollectionsMost - 1 {
				ada.post("/api/v1/collections", "name", fmt.Sprint("c", n)).ok()
			}
			a := ada.post("/api/v1/collections", "name", "one more").status(422)
			if says, _ := a.at("error", "error").(string); !strings.Contains(says, "10 collections") {
				t.Errorf("it says %q", says)
			}
			crowd := seed.Crowd(t, h.Ground, "many", relation.CollectedMost+1)
			for n, c := range crowd {
				want := 200
				if n == relation.CollectedMost {
					want = 422
				}
				ada.post(one+"/items", "account_id", c.ID.String()).status(want)
			}
			ada.form("PATCH", one, "name", strings.Repeat("n", 41)).status(422)
			ada.form("PATCH", one, "tag_name", "no tag").status(422)
			ada.form("PATCH", one, "language", "??").status(422)
		})
	})
}

func TestFeaturedTags(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		for n := range 10 {
			ada.post("/api/v1/featured_tags", "name", fmt.Sprint("tag", n)).ok()
		}
		ada.post("/api/v1/featured_tags", "name", "#TAG3").ok().is("tag3", "name")
		ada.post("/api/v1/featured_tags", "name", "tag10").refused(422, "10 hashtags")
		ada.post("/api/v1/featured_tags", "name", "no tag").refused(422, "not a hashtag")
		first := ada.get("/api/v1/featured_tags").ok().at(0, "id").(string)
		bob.delete("/api/v1/featured_tags/"+first).refused(404, "Record not found")

		counts := func(want string) {
			t.Helper()
			bob.get("/api/v1/accounts/"+ada.ID.String()+"/featured_tags").ok().is(want, 0, "statuses_count")
		}
		post := ada.post("/api/v1/statuses", "status", "#tag0").ok().id()
		ada.post("/api/v1/statuses", "status", "#tag0 for friends", "visibility", "private").ok()
		bob.post("/api/v1/statuses", "status", "#tag0 too").ok()
		counts("1")
		ada.form("PUT", "/api/v1/statuses/"+post, "status", "no more").ok()
		counts("0")
		ada.form("PUT", "/api/v1/statuses/"+post, "status", "again #tag0").ok()
		counts("1")
		ada.delete("/api/v1/statuses/" + post).ok()
		counts("0")
	})
}

func TestSuggestions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, cem, shy := h.person("ada"), h.person("bob"), h.person("cem"), h.person("shy")
		shy.form("PATCH", "/api/v1/accounts/update_credentials", "discoverable", "false").ok()
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		seed.Follow(t, h.Ground, bob.Account, cem.Account)
		seed.Follow(t, h.Ground, bob.Account, shy.Account)
		m := seed.Movement(t, h.Movements, h.person("eve").Account, "SoupDay", func(d *movement.Draft) { d.Causes = []string{"zero-hunger"} })
		suggested := func() string {
			var all []string
			for _, s := range ada.get("/api/v2/suggestions").ok().Body.([]any) {
				s := s.(map[string]any)
				all = append(all, s["account"].(map[string]any)["acct"].(string)+" "+fmt.Sprint(s["goodturn"].(map[string]any)["why"]))
			}
			return strings.Join(all, ", ")
		}
		if got := suggested(); got != "cem [friends], "+m.Slug+" [movement]" {
			t.Errorf("suggested are %s", got)
		}
		if err := h.Accounts.SetInterests(t.Context(), account.As(ada.Account), account.Interests{Causes: m.Causes}); err != nil {
			t.Fatal(err)
		}
		if got := suggested(); got != m.Slug+" [cause movement], cem [friends]" {
			t.Errorf("with a cause told: %s", got)
		}
		bob.form("PATCH", "/api/v1/accounts/update_credentials", "hide_collections", "true").ok()
		if got := suggested(); strings.Contains(got, "cem") {
			t.Errorf("whom bob follows is told: %s", got)
		}
		ada.delete("/api/v1/suggestions/" + m.ID.String()).ok()
		if got := suggested(); got != "" {
			t.Errorf("not wished: %s", got)
		}
		ada.get("/api/v2/suggestions?limit=x").status(422)
	})
}

func TestDirectory(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, shy, far := h.person("ada"), h.person("bob"), h.person("shy"), seed.Account(t, h.Ground, "far", elsewhere)
		shy.form("PATCH", "/api/v1/accounts/update_credentials", "discoverable", "false").ok()
		ada.post("/api/v1/statuses", "status", "here I am").ok()
		names := func(query string) string {
			var all []string
			for _, a := range bob.get("/api/v1/directory" + query).ok().Body.([]any) {
				all = append(all, a.(map[string]any)["username"].(string))
			}
			return strings.Join(all, " ")
		}
		for query, want := range map[string]string{"": "ada far bob", "?order=new": "far bob ada", "?local=true&order=new": "bob ada", "?offset=1&limit=1": "far", "?offset=99": ""} {
			if got := names(query); got != want {
				t.Errorf("directory%s is %s, not %s", query, got, want)
			}
		}
		if err := h.Relations.BlockDomain(t.Context(), account.As(bob.Account), far.Domain); err != nil {
			t.Fatal(err)
		}
		if got := names(""); got != "ada bob" {
			t.Errorf("without a server kept away: %s", got)
		}
		bob.get("/api/v1/directory?offset=-1").status(422)
	})
}

func TestOEmbed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		of := func(path string) answer {
			return h.nobody().get("/api/oembed?url=" + url.QueryEscape(path))
		}
		post := ada.post("/api/v1/statuses", "status", `<script>alert(1)</script> "quoted" &`).ok().id()
		html, _ := of(seed.Base + "/posts/" + post).ok().at("html").(string)
		if strings.Contains(html, "<script") || strings.Contains(html, "<iframe") || !strings.Contains(html, "&lt;script&gt;") {
			t.Errorf("it embeds %s", html)
		}
		secret := ada.post("/api/v1/statuses", "status", "for friends", "visibility", "private").ok().id()
		for _, path := range []string{seed.Base + "/posts/" + secret, "https://evil.example/posts/" + post, "", "::", seed.Base + "/settings", seed.Base + "/posts/x"} {
			of(path).refused(404, "Record not found")
		}
		of(seed.Base+"/@ada").ok().is("ada", "title")
	})
}

// Nothing of a deleted account stays in collections.
func TestCollections_Erased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		for _, pair := range [][2]person{{ada, bob}, {bob, ada}} {
			pair[0].post("/api/v1/collections", "name", "Friends", "account_ids[]", pair[1].ID.String()).ok()
			pair[0].delete("/api/v1/suggestions/" + pair[1].ID.String()).ok()
		}
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, ada.ID, h.Clock.Now()) })
		for table, want := range map[string]int{"collection": 1, "collection_item": 0, "unsuggested": 0} {
			var n int
			if err := h.D.Read(t.Context()).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != want {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
	})
}
