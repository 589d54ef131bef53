package mastodon_test

import (
	"net/url"
	"strings"
	"testing"

	"goodturn/internal/seed"
)

func walkSearch(t *testing.T, h *house) {
	ada, bob := h.person("ada"), h.person("bob")
	soup := bob.post("/api/v1/statuses", "status", "Soup for all #SoupDay").ok()
	seed.Indexed(t, h.search)

	found := ada.get("/api/v2/search?q=soup").ok().is(soup.id(), "statuses", 0, "id").is("SoupDay", "hashtags", 0, "name").is("1", "hashtags", 0, "history", 0, "uses")
	if n := len(found.at("accounts").([]any)); n != 0 {
		t.Errorf("%d accounts are soup", n)
	}
	if link := ada.get("/api/v2/search?q=soup&type=statuses&limit=1").ok().Header.Get("Link"); !strings.Contains(link, `limit=1&offset=1&q=soup&type=statuses>; rel="next"`) {
		t.Errorf("a full page names the next as %q", link)
	}
	ada.get("/api/v2/search?q=bo&type=accounts").ok().is("bob", "accounts", 0, "acct")
	ada.get("/api/v2/search?resolve=true&q="+url.QueryEscape(seed.Base+"/posts/"+soup.id())).ok().is(soup.id(), "statuses", 0, "id")
	for _, nothing := range []string{"type=statuses&offset=1", "type=statuses&max_id=" + soup.id(), "type=accounts&following=true", "type=statuses&account_id=" + ada.ID.String()} {
		for kind, list := range ada.get("/api/v2/search?q=soup&" + nothing).ok().Body.(map[string]any) {
			if len(list.([]any)) != 0 {
				t.Errorf("%s has %s", nothing, kind)
			}
		}
	}
	nobody := h.nobody().get("/api/v2/search?q=soup").ok()
	if n := len(nobody.at("statuses").([]any)); n != 0 {
		t.Errorf("nobody finds %d posts", n)
	}
	h.nobody().get("/api/v2/search?q=soup&resolve=true").refused(401, "access token")
	ada.get("/api/v2/search?q=soup&type=soups").refused(422, "type")
	ada.get("/api/v2/search").ok()
}
