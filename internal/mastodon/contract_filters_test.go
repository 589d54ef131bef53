package mastodon_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"goodturn/internal/seed"
)

// walkFilters makes filters in both APIs, and reads through them.
func walkFilters(t *testing.T, h *house) {
	ada, bob := h.person("ada"), h.person("bob")
	seed.Follow(t, h.Ground, ada.Account, bob.Account)
	soup, bread := bob.write("Soup for all #hot"), bob.write("Bread for all")

	made := ada.json("POST", "/api/v2/filters", map[string]any{"title": "Kitchen", "context": []string{"home", "thread"}, "filter_action": "hide", "expires_in": 3600,
		"keywords_attributes": []map[string]any{{"keyword": "soup", "whole_word": true}, {"keyword": "HOT", "whole_word": false}, {"keyword": "ladle"}}}).ok()
	one := "/api/v2/filters/" + made.id()
	made.is("Kitchen", "title").is("hide", "filter_action").is("thread", "context", 1).is("soup", "keywords", 0, "keyword").is(false, "keywords", 1, "whole_word").is(true, "keywords", 2, "whole_word")
	list := ada.get("/api/v2/filters").ok().is(made.id(), 0, "id")
	hot, _ := list.at(0, "keywords", 1, "id").(string)

	// What is found is said wherever the post is shown.
	for _, path := range []string{"/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/hot", "/api/v1/accounts/" + bob.ID.String() + "/statuses"} {
		at := 1
		if strings.Contains(path, "tag") {
			at = 0
		}
		ada.get(path).ok().is(soup, at, "id").is("Kitchen", at, "filtered", 0, "filter", "title").is("soup", at, "filtered", 0, "keyword_matches", 0).
			is("HOT", at, "filtered", 0, "keyword_matches", 1).is(nil, at, "filtered", 0, "status_matches")
	}
	shown := ada.get("/api/v1/statuses/"+soup).ok().is("hide", "filtered", 0, "filter", "filter_action")
	if _, has := shown.at("filtered", 0, "filter").(map[string]any)["keywords"]; has {
		t.Error("all that the filter looks for is said")
	}
	cem := h.person("cem")
	seed.Follow(t, h.Ground, ada.Account, cem.Account)
	cem.post("/api/v1/statuses/" + soup + "/reblog").ok()
	ada.get("/api/v1/timelines/home?limit=1").ok().is("Kitchen", 0, "filtered", 0, "filter", "title").is("Kitchen", 0, "reblog", "filtered", 0, "filter", "title")
	for _, p := range []person{bob, cem} {
		if found, _ := p.get("/api/v1/statuses/" + soup).ok().at("filtered").([]any); len(found) > 0 {
			t.Errorf("filtered for others: %v", found)
		}
	}

	ada.json("PUT", one, map[string]any{"title": "Cooking", "filter_action": "blur", "keywords_attributes": []map[string]any{{"id": hot, "_destroy": true}, {"keyword": "spoon"}}}).ok().
		is("Cooking", "title").is("blur", "filter_action").is("ladle", "keywords", 1, "keyword").is("spoon", "keywords", 2, "keyword")
	ada.form("PUT", one, "expires_in", "", "keywords_attributes[][keyword]", "pot", "keywords_attributes[][whole_word]", "false", "keywords_attributes[][keyword]", "pan").ok().
		is(nil, "expires_at").is("pan", "keywords", 4, "keyword").is("home", "context", 0)
	ada.get(one).ok().is("Cooking", "title")
	word := ada.post(one+"/keywords", "keyword", "fork", "whole_word", "false").ok().is(false, "whole_word")
	ada.get(one+"/keywords").ok().is("fork", 5, "keyword")
	fork := "/api/v2/filters/keywords/" + word.id()
	ada.form("PUT", fork, "keyword", "knife", "whole_word", "true").ok().is("knife", "keyword").is(true, "whole_word")
	ada.get(fork).ok().is("knife", "keyword")
	ada.delete(fork).ok()
	ada.get(fork).refused(404, "Record not found")
	picked := ada.post(one+"/statuses", "status_id", bread).ok().is(bread, "status_id")
	ada.get("/api/v1/statuses/"+bread).ok().is(bread, "filtered", 0, "status_matches", 0).is(nil, "filtered", 0, "keyword_matches")
	ada.get(one+"/statuses").ok().is(picked.id(), 0, "id")
	ada.get("/api/v2/filters/statuses/"+picked.id()).ok().is(bread, "status_id")
	ada.delete("/api/v2/filters/statuses/" + picked.id()).ok()
	bob.get(one).refused(404, "Record not found")
	ada.delete(one).ok()
	ada.get(one).refused(404, "Record not found")
	h.oldFilters(t, ada, bob)
}

// oldFilters does in the older API what it can do.
func (h *house) oldFilters(t *testing.T, ada, bob person) {
	t.Helper()
	made := ada.post("/api/v1/filters", "phrase", "spoon", "context[]", "home", "context[]", "notifications", "irreversible", "true", "expires_in", "3600").ok()
	made.is("spoon", "phrase").is(true, "irreversible").is(false, "whole_word").is("notifications", "context", 1)
	one := "/api/v1/filters/" + made.id()
	ada.get("/api/v1/filters").ok().is(made.id(), 0, "id")
	whole := ada.get("/api/v2/filters").ok().is("spoon", 0, "title").is("hide", 0, "filter_action").is(made.id(), 0, "keywords", 0, "id")

	// What is irreversible is not even sent.
	spoon := bob.write("@ada A spoon")
	for _, path := range []string{"/api/v1/timelines/home", "/api/v1/notifications", "/api/v2/notifications"} {
		if a := ada.get(path).ok(); strings.Contains(string(a.Raw), spoon) {
			t.Errorf("%s has %s", path, a.Raw)
		}
	}
	ada.get("/api/v1/statuses/"+spoon).ok().is("spoon", "filtered", 0, "keyword_matches", 0)
	h.Clock.Add(time.Hour)
	ada.get("/api/v1/timelines/home").ok().is(spoon, 0, "id")

	ada.form("PUT", one, "phrase", "ladle", "context[]", "public", "irreversible", "false", "whole_word", "true", "expires_in", "").ok().
		is("ladle", "phrase").is(false, "irreversible").is(true, "whole_word").is("public", "context", 0).is(nil, "expires_at")
	ada.get(one).ok().is("ladle", "phrase")
	parent, _ := whole.at(0, "id").(string)
	ada.post("/api/v2/filters/"+parent+"/keywords", "keyword", "pot").ok()
	ada.form("PUT", one, "phrase", "fork", "context[]", "home").refused(422, "several keywords")
	bob.get(one).refused(404, "Record not found")
	bob.delete(one).refused(404, "Record not found")
	ada.delete(one).ok()
	ada.get("/api/v2/filters/"+parent).ok().is("pot", "keywords", 0, "keyword")
	last, _ := ada.get("/api/v1/filters").ok().at(0, "id").(string)
	ada.delete("/api/v1/filters/" + last).ok()
	ada.get("/api/v2/filters/"+parent).refused(404, "Record not found")
}

func TestFilters_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		for name, form := range map[string][]string{
			"no title":       {"context[]", "home"},
			"no context":     {"title", "x"},
			"an odd context": {"title", "x", "context[]", "kitchen"},
			"an odd action":  {"title", "x", "context[]", "home", "filter_action", "burn"},
			"an odd time":    {"title", "x", "context[]", "home", "expires_in", "soon"},
			"for ever":       {"title", "x", "context[]", "home", "expires_in", "9999999999999999999"},
			"no word":        {"title", "x", "context[]", "home", "keywords_attributes[][keyword]", " "},
			"a long word":    {"title", "x", "context[]", "home", "keywords_attributes[][keyword]", strings.Repeat("x", 1<<20)},
		} {
			if a := ada.post("/api/v2/filters", form...); a.Status != 422 {
				t.Errorf("%s: %d %.200s", name, a.Status, a.Raw)
			}
		}
		if all := ada.get("/api/v2/filters").ids(); len(all) > 0 {
			t.Errorf("made %v", all)
		}
		made := ada.post("/api/v2/filters", "title", "<script>\u202e", "context[]", "home", "keywords_attributes[][keyword]", "a\u200b<b>").ok().
			is("<script>", "title").is("a\u200b<b>", "keywords", 0, "keyword")
		ada.post("/api/v2/filters/"+made.id()+"/statuses", "status_id", "soon").refused(404, "Record not found")
		ada.post("/api/v2/filters/"+made.id()+"/kitchens").refused(404, "Record not found")
		ada.get("/api/v2/filters/keywords/statuses").refused(404, "Record not found")
		ada.get("/api/v2/filters/x").refused(404, "Record not found")
	})
}

func TestFilters_Streams(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		seed.Follow(t, h.Ground, cem.Account, bob.Account)
		a, c := open(ada, "/user", "user"), open(cem, "/user", "user")
		notices := open(ada, "/user/notification", "user:notification")
		ada.post("/api/v2/filters", "title", "Kitchen", "context[]", "home", "keywords_attributes[][keyword]", "soup").ok()
		a.hears("filters_changed", "")
		ada.post("/api/v1/filters", "phrase", "spoon", "context[]", "home", "context[]", "notifications", "irreversible", "true").ok()
		a.hears("filters_changed", "")

		bob.write("@ada A spoon")
		soup, bread := bob.write("Soup"), bob.write("@ada Bread")
		c.hears("update", "spoon")
		for _, one := range []struct {
			app   *app
			post  string
			found int
		}{{a, soup, 1}, {a, bread, 0}, {c, soup, 0}} {
			if one.app == a && one.post == bread {
				one.app.hears("update", one.post)
				continue
			}
			found, _ := one.app.hears("update", one.post).entity(t)["filtered"].([]any)
			if len(found) != one.found {
				text, _ := json.Marshal(found)
				t.Errorf("%s comes with %s", one.post, text)
			}
		}
		notices.hears("notification", bread)
	})
}
