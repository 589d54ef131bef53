package mastodon_test

import (
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func TestLanguagesOfFollows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		bobs := "/api/v1/accounts/" + bob.ID.String()
		ada.post(bobs+"/follow", "languages[]", "de")
		german := bob.post("/api/v1/statuses", "status", "Hallo", "language", "de").ok().id()
		english := bob.post("/api/v1/statuses", "status", "Hello", "language", "en").ok().id()
		home := func(says string, want ...string) {
			t.Helper()
			if got := ada.get("/api/v1/timelines/home").ids(); !slices.Equal(got, want) {
				t.Errorf("%s: the home is %v, not %v", says, got, want)
			}
		}
		home("german alone", german)
		ada.post(bobs+"/follow", "reblogs", "false").ok().is("de", "languages", 0)
		home("another option changed", german)
		ada.post(bobs+"/follow", "languages[]", "").ok().is(nil, "languages")
		home("all", english, german)
		ada.post(bobs+"/follow", "languages[]", "de, or not").refused(422, "codes of languages")
		ada.post(bobs+"/follow", slices.Repeat([]string{"languages[]", "de"}, 51)...).status(422)
	})
}

func TestNotesAreOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		bobs := "/api/v1/accounts/" + bob.ID.String()
		ada.post(bobs+"/note", "comment", "<script>")
		ada.post(bobs+"/note", "comment", strings.Repeat("n", 2001)).refused(422, "2001 characters")
		for _, who := range []person{bob, h.nobody()} {
			if a := who.get(bobs).ok(); strings.Contains(string(a.Raw), "<script>") {
				t.Errorf("the note is shown: %s", a.Raw)
			}
		}
		ada.get("/api/v1/accounts/relationships?id="+bob.ID.String()).ok().is("<script>", 0, "note")
		ada.post(bobs+"/note", "comment", " ").ok().is("", "note")
		ada.post("/api/v1/accounts/"+ada.ID.String()+"/note", "comment", "me").status(422)
		ada.post("/api/v1/accounts/12345/note", "comment", "who").refused(404, "Record not found")
	})
}

func TestHiddenNetwork(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		ada.post("/api/v1/accounts/" + bob.ID.String() + "/follow").ok()
		cem.post("/api/v1/accounts/" + ada.ID.String() + "/follow").ok()
		lists := func(who person) (n int) {
			for _, of := range []string{"/followers", "/following"} {
				n += len(who.get("/api/v1/accounts/" + ada.ID.String() + of).ids())
			}
			known, _ := cem.get("/api/v1/accounts/familiar_followers?id[]="+bob.ID.String()).ok().at(0, "accounts").([]any)
			return n + len(known)
		}
		if n := lists(bob); n != 3 {
			t.Errorf("bob sees %d of ada's", n)
		}
		ada.form("PATCH", "/api/v1/accounts/update_credentials", "hide_collections", "true").ok().is(true, "source", "hide_collections")
		if n := lists(bob); n != 0 {
			t.Errorf("bob sees %d of what ada keeps to herself", n)
		}
		if n := lists(ada); n != 2 {
			t.Errorf("ada sees %d of her own", n)
		}
	})
}

// writes has an account of another server write a post that came here.
func (h *house) writes(by *account.Account, text string) string {
	h.t.Helper()
	var p *post.Post
	h.Update(h.t, func(tx *db.Tx) (err error) {
		p, err = h.Posts.CreateIn(tx, by, post.Draft{Text: text}, h.Clock.Now())
		return err
	})
	return p.ID.String()
}

func TestDomainBlock(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, dora := h.person("ada"), h.person("bob"), seed.Account(t, h.Ground, "dora", elsewhere)
		far := h.writes(dora, "hello @ada")
		bob.post("/api/v1/statuses/" + far + "/reblog").ok()
		ada.post("/api/v1/accounts/" + bob.ID.String() + "/follow").ok()
		sees := func() (n int) {
			for _, path := range []string{"/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications"} {
				n += strings.Count(string(ada.get(path).ok().Raw), `"content":"\u003cp`) + strings.Count(string(ada.get(path).Raw), "hello ")
			}
			return n
		}
		if sees() == 0 {
			t.Fatal("there is nothing to hide")
		}
		ada.post("/api/v1/domain_blocks", "domain", "there.example").ok()
		if n := sees(); n != 0 {
			t.Errorf("%d are seen still", n)
		}
		ada.get("/api/v1/statuses/"+far).refused(404, "Record not found")
		h.writes(dora, "hello again @ada")
		if list := ada.get("/api/v1/notifications").ids(); len(list) != 0 {
			t.Errorf("told of %v", list)
		}
		if err := h.D.Update(t.Context(), func(tx *db.Tx) error {
			return h.Relations.FollowIn(tx, dora.ID, ada.ID, relation.FollowOptions{}, h.Clock.Now())
		}); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("dora follows: %v", err)
		}
		for _, bad := range []string{"", "here.example", "not a domain", "a/b.example", strings.Repeat("a", 300) + ".example", "localhost"} {
			ada.post("/api/v1/domain_blocks", "domain", bad).status(422)
		}
		ada.delete("/api/v1/domain_blocks").status(422)
		ada.form("DELETE", "/api/v1/domain_blocks", "domain", "there.example").ok()
		if sees() == 0 {
			t.Error("hidden still")
		}
	})
}

func TestLastStatus(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		one := "/api/v1/accounts/" + ada.ID.String()
		bob.get(one).ok().is(nil, "last_status_at")
		ada.post("/api/v1/statuses", "status", "@bob psst", "visibility", "direct").ok()
		bob.get(one).ok().is(nil, "last_status_at")
		today := h.Clock.Now().Format("2006-01-02")
		ada.post("/api/v1/statuses", "status", "hello").ok()
		bob.get(one).ok().is(today, "last_status_at")
		h.Clock.Add(24 * 3600 * 1e9)
		ada.post("/api/v1/statuses", "status", "again").ok()
		bob.get(one).ok().is(h.Clock.Now().Format("2006-01-02"), "last_status_at")
	})
}

func TestDefaultSensitive(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		ada.form("PATCH", "/api/v1/accounts/update_credentials", "source[sensitive]", "true").ok().is(true, "source", "sensitive")
		ada.get("/api/v1/preferences").ok().is(true, "posting:default:sensitive")
		picture := func() string { return ada.upload("POST", "/api/v2/media", "file", pngOf(t, 20, 20)).ok().id() }
		ada.post("/api/v1/statuses", "status", "words").ok().is(false, "sensitive")
		ada.post("/api/v1/statuses", "status", "look", "media_ids[]", picture()).ok().is(true, "sensitive")
		ada.post("/api/v1/statuses", "status", "look", "media_ids[]", picture(), "sensitive", "false").ok().is(false, "sensitive")
	})
}
