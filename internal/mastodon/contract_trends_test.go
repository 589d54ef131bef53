package mastodon_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

func walkTrends(t *testing.T, h *house) {
	mod, ada, bob, eve, joe := h.moderator("mika"), h.person("ada"), h.person("bob"), h.person("eve"), h.person("joe")
	soup := bob.post("/api/v1/statuses", "status", "Soup for all #SoupDay #bread").ok()
	ada.post("/api/v1/statuses", "status", "Me too #soupday #Bread").ok()
	eve.post("/api/v1/statuses", "status", "And me #SoupDay #bread", "language", "de").ok()
	joe.post("/api/v1/statuses", "status", "And I #SoupDay").ok()
	for _, p := range []person{ada, eve, joe} {
		p.post("/api/v1/statuses/" + soup.id() + "/favourite").ok()
	}
	ada.post("/api/v1/tags/soupday/follow").ok()
	seed.Swept(t, h.Ground, h.trends)

	tags := ada.get("/api/v1/trends/tags").ok().is("SoupDay", 0, "name").is("4", 0, "history", 0, "accounts").is(true, 0, "following")
	tags.is(4.0, 0, "goodturn", "why", "people").is(0.0, 0, "goodturn", "why", "usual").is(9.0, 0, "goodturn", "why", "score").
		is("4 people in the last 24 hours, and hardly anybody in the days before.", 0, "goodturn", "why", "says").is("bread", 1, "name")
	first := h.nobody().get("/api/v1/trends?limit=1").ok().is("SoupDay", 0, "name")
	if link := first.Header.Get("Link"); !strings.Contains(link, `limit=1&offset=1>; rel="next"`) || strings.Contains(link, "prev") {
		t.Errorf("the first page's link is %q", link)
	}
	second := h.nobody().get("/api/v1/trends/tags?limit=1&offset=1").ok().is("bread", 0, "name")
	if link := second.Header.Get("Link"); !strings.Contains(link, `limit=1&offset=0>; rel="prev"`) {
		t.Errorf("the second page's link is %q", link)
	}
	h.nobody().get("/api/v1/trends/tags?offset=-1").refused(422, "whole number")
	h.nobody().get("/api/v1/trends/tags?limit=soup").refused(422, "whole number")

	ada.get("/api/v1/trends/statuses").ok().is(soup.id(), 0, "id").is(true, 0, "favourited").is(3.0, 0, "goodturn", "why", "likes_and_shares")
	for _, kind := range []string{"tags", "statuses"} {
		if list := h.nobody().get("/api/v1/trends/" + kind + "?offset=9").ok().Body.([]any); len(list) != 0 {
			t.Errorf("beyond the end of %s are %v", kind, list)
		}
	}
	h.reviewTrends(t, mod, bob, soup.id())
	h.trendingLinks(t, mod, ada, bob, eve, joe)
}

// trendingLinks has several people post one link, and fewer another.
func (h *house) trendingLinks(t *testing.T, mod person, people ...person) {
	const often, seldom = 41, 42
	for i, address := range map[int]string{often: "https://soup.example/how", seldom: "https://bread.example/why"} {
		exec(t, h, `INSERT INTO card (id, url, state, title, provider_name, due_at, created_at) VALUES ($1, $2, 'ready', 'How to cook', 'The Ladle', 0, 0)`, i, address)
	}
	for n, p := range people {
		s := p.post("/api/v1/statuses", "status", "Read this").ok().id()
		of := often
		if n == 0 {
			of = seldom
		}
		exec(t, h, `INSERT INTO post_card (post_id, card_id, url) VALUES (CAST($1 AS BIGINT), $2, 'https://soup.example')`, s, of)
	}
	seed.Swept(t, h.Ground, h.trends)
	links := func() answer { return h.nobody().get("/api/v1/trends/links").ok() }
	some := links().is("https://soup.example/how", 0, "url").is("3", 0, "history", 0, "accounts").is(3.0, 0, "goodturn", "why", "people")
	if list := some.Body.([]any); len(list) != 1 {
		t.Errorf("%d links, one of which only one person posted", len(list))
	}
	if list := h.nobody().get("/api/v1/trends/links?offset=1").ok().Body.([]any); len(list) != 0 {
		t.Errorf("beyond the end are %v", list)
	}
	none := func() {
		t.Helper()
		if list := links().Body.([]any); len(list) != 0 {
			t.Errorf("refused, and there: %v", list)
		}
	}
	trends := adminPath + "trends/links"
	mod.get(trends).ok().is("41", 0, "id").is(true, 0, "requires_review")
	mod.post(trends+"/41/reject").ok().is("41", "id").is(false, "requires_review")
	none()
	mod.post(trends + "/41/approve").ok()
	links().is("https://soup.example/how", 0, "url")

	mod.get(trends+"/publishers").ok().is("soup.example", 0, "domain").is(true, 0, "trendable")
	mod.post(trends+"/publishers/soup.example/reject").ok().is(false, "trendable")
	links().is("https://soup.example/how", 0, "url") // which was looked at itself
	exec(t, h, `DELETE FROM trend_ruling WHERE kind = $1`, "link")
	exec(t, h, `DELETE FROM trend WHERE kind = $1`, "link")
	seed.Swept(t, h.Ground, h.trends)
	none()
	mod.get(trends).ok().is("41", 0, "id").is(false, 0, "requires_review")
	mod.post(trends+"/publishers/soup.example/approve").ok().is(true, "trendable")
	links().is("https://soup.example/how", 0, "url")
	mod.post(trends+"/1/reject").refused(404, "not found")
	mod.post(trends+"/publishers/no%20host/reject").refused(404, "not found")
}

func exec(t *testing.T, h *house, query string, args ...any) {
	t.Helper()
	if err := h.D.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// reviewTrends has a moderator refuse what trends, and allow it again.
func (h *house) reviewTrends(t *testing.T, mod, other person, status string) {
	t.Helper()
	trends := adminPath + "trends/"
	other.get(trends+"tags").refused(403, "outside the authorized scopes")
	h.with(other.Account, "admin:read", "admin:write").post(trends+"tags/bread/reject").refused(403, "not allowed")
	mod.get(trends+"tags").ok().is("SoupDay", 0, "name").is(true, 0, "requires_review").is(true, 0, "trendable")
	mod.get(trends+"statuses").ok().is(status, 0, "id").is(true, 0, "requires_review")

	mod.post(trends+"tags/soupday/reject").ok().is(false, "trendable").is(false, "requires_review")
	mod.post(trends+"statuses/"+status+"/reject").ok().is(status, "id").is(false, "requires_review")
	h.nobody().get("/api/v1/trends/tags").ok().is("bread", 0, "name")
	if list := h.nobody().get("/api/v1/trends/statuses").ids(); len(list) != 0 {
		t.Errorf("refused, and still there: %v", list)
	}
	mod.get(trends+"tags").ok().is("SoupDay", 0, "name").is(false, 0, "trendable").is(false, 0, "requires_review")
	mod.post(trends+"tags/SoupDay/approve").ok().is(true, "trendable")
	mod.post(trends+"statuses/"+status+"/approve").ok().is(false, "requires_review")
	h.nobody().get("/api/v1/trends/tags").ok().is("SoupDay", 0, "name")
	h.nobody().get("/api/v1/trends/statuses").ok().is(status, 0, "id")
	mod.post(trends+"statuses/1/approve").refused(404, "not found")
	mod.post(trends+"tags/no%20tag/approve").refused(404, "not found")
}

// A post that tells of an act says both what it tells of and why it is there;
// what the reader's filters find says so.
func TestTrends_ActsAndFilters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve, joe := h.person("ada"), h.person("bob"), h.person("eve"), h.person("joe")
		m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
		c := seed.Call(t, h.Calls, bob.Account, m, call.Deed)
		a := h.Do(t, bob.Account, c, func(d *act.Draft) { d.Story, d.TellAs = "I brought soup.", post.Public })
		for _, who := range []*account.Account{ada.Account, eve.Account, joe.Account} {
			if _, err := h.Posts.Like(t.Context(), account.As(who), a.PostID); err != nil {
				t.Fatal(err)
			}
		}
		seed.Swept(t, h.Ground, h.trends)
		own := func(p person) answer {
			return p.get("/api/v1/trends/statuses").ok().is(a.ID.String(), 0, "goodturn", "act", "id").is(3.0, 0, "goodturn", "why", "likes_and_shares")
		}
		own(ada)
		ada.post("/api/v2/filters", "title", "no soup", "context[]", "public", "filter_action", "hide", "keywords_attributes[][keyword]", "soup").ok()
		own(ada).is("no soup", 0, "filtered", 0, "filter", "title")
	})
}
