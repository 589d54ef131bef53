package mastodon_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// walkPosts asks, votes, schedules, pins and mutes.
func walkPosts(t *testing.T, h *house) {
	ada, bob := h.person("ada"), h.person("bob")
	seed.Follow(t, h.Ground, bob.Account, ada.Account)

	asks := map[string]any{"status": "Soup or bread?", "poll": map[string]any{"options": []string{"Soup", "Bread"}, "expires_in": 600, "multiple": true, "hide_totals": true}}
	asked := ada.json("POST", "/api/v1/statuses", asks).ok()
	one := "/api/v1/statuses/" + asked.id()
	poll, _ := asked.at("poll", "id").(string)
	asked.is("Soup", "poll", "options", 0, "title").is(nil, "poll", "options", 0, "votes_count").is(true, "poll", "voted").is("a test", "application", "name")
	voted := bob.post("/api/v1/polls/"+poll+"/votes", "choices[]", "1", "choices[]", "0").ok()
	voted.is(true, "voted").is(0.0, "own_votes", 0).is(1.0, "own_votes", 1).is(2.0, "votes_count").is(1.0, "voters_count")
	bob.get("/api/v1/timelines/home").ok().is(poll, 0, "poll", "id").is(true, 0, "poll", "voted").is(nil, 0, "poll", "options", 1, "votes_count")
	h.nobody().get("/api/v1/polls/"+poll).ok().is(nil, "voted").is(false, "expired")
	bob.post("/api/v1/polls/"+poll+"/votes", "choices[]", "1").refused(422, "You have already voted on this poll")
	ada.post("/api/v1/polls/"+poll+"/votes", "choices[]", "1").refused(422, "You cannot vote in your own polls")
	h.Clock.Add(10 * time.Minute)
	if err := h.Posts.EndPolls(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.nobody().get(one).ok().is(true, "poll", "expired").is(1.0, "poll", "options", 1, "votes_count")
	for _, p := range []person{ada, bob} {
		p.get("/api/v1/notifications?types[]=poll").ok().is("poll", 0, "type").is(asked.id(), 0, "status", "id")
	}
	bob.post(one + "/reblog").ok()
	ada.json("PUT", one, map[string]any{"status": "Soup, bread or both?", "poll": map[string]any{"options": []string{"Soup", "Bread", "Both"}, "expires_in": 600}}).ok().
		is(0.0, "poll", "votes_count").is("Both", "poll", "options", 2, "title").is(false, "poll", "multiple")
	bob.get("/api/v1/notifications?types[]=update").ok().is("update", 0, "type").is(asked.id(), 0, "status", "id")
	ada.get(one+"/history").ok().is("Bread", 0, "poll", "options", 1, "title").is("Both", 1, "poll", "options", 2, "title")
	ada.get(one+"/source").ok().is("Soup, bread or both?", "text")

	ada.post(one+"/pin").ok().is(true, "pinned")
	bob.get("/api/v1/accounts/"+ada.ID.String()+"/statuses?pinned=true").ok().is(asked.id(), 0, "id").is(nil, 0, "pinned")
	ada.post(one+"/unpin").ok().is(false, "pinned")
	bob.post(one+"/pin").refused(422, "Someone else's post cannot be pinned")
	ada.post(one+"/mute").ok().is(true, "muted")
	seed.Post(t, h.Posts, bob.Account, "@ada Both!", func(d *post.Draft) { d.ReplyTo = h.id(asked.id()) })
	if list := ada.get("/api/v1/notifications?types[]=mention").ids(); len(list) != 0 {
		t.Errorf("told of a muted thread: %v", list)
	}
	ada.post(one+"/unmute").ok().is(false, "muted")
	ada.form("PUT", one+"/interaction_policy", "quote_approval_policy", "public").ok().is("denied", "quote_approval", "current_user")
	ada.get(one + "/quotes").ok()
	bob.get(one+"/quotes").refused(403, "This action is not allowed")
	ada.post(one+"/translate").refused(404, "Record not found")
	ada.delete(one+"?delete_media=true").ok().is("Soup", "poll", "options", 0, "title").is("Soup, bread or both?", "text")

	h.scheduled(t, ada)
}

// id reads an id from an answer.
func (h *house) id(s string) id.ID {
	h.t.Helper()
	i, err := id.Parse(s)
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

// scheduled has ada write ahead.
func (h *house) scheduled(t *testing.T, ada person) {
	t.Helper()
	picture := ada.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30)).ok()
	at := func(d time.Duration) string { return h.Clock.Now().Add(d).Format(time.RFC3339) }
	first := ada.post("/api/v1/statuses", "status", "Later", "media_ids[]", picture.id(), "scheduled_at", at(time.Hour)).ok()
	first.is("Later", "params", "text").is(picture.id(), "media_attachments", 0, "id").is(picture.id(), "params", "media_ids", 0)
	second := ada.json("POST", "/api/v1/statuses", map[string]any{"status": "Which?", "scheduled_at": at(2 * time.Hour), "spoiler_text": "a question",
		"poll": map[string]any{"options": []string{"A", "B"}, "expires_in": 600}}).ok()
	second.is("A", "params", "poll", "options", 0).is(600.0, "params", "poll", "expires_in")
	path := "/api/v1/scheduled_statuses/" + second.id()
	list := ada.get("/api/v1/scheduled_statuses").ok().is(second.id(), 0, "id")
	if !strings.Contains(list.Header.Get("Link"), "max_id="+first.id()) {
		t.Errorf("the pages around are %q", list.Header.Get("Link"))
	}
	ada.get(path).ok().is("Which?", "params", "text")
	ada.form("PUT", path, "scheduled_at", at(3*time.Hour)).ok()
	ada.form("PUT", path, "scheduled_at", at(time.Minute)).refused(422, "The scheduled date must be in the future")
	ada.delete(path).ok()
	ada.get(path).refused(404, "Record not found")
	h.Clock.Add(time.Hour)
	if err := h.Posts.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	ada.get("/api/v1/accounts/"+ada.ID.String()+"/statuses?only_media=true").ok().is("<p>Later</p>", 0, "content").is(picture.id(), 0, "media_attachments", 0, "id")
}

func TestSchedule_Times(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		ada.post("/api/v1/statuses", "status", "x", "scheduled_at", "tomorrow").refused(422, "This is not a time")
		ada.post("/api/v1/statuses", "status", "x", "scheduled_at", h.Clock.Now().Add(time.Minute).Format(time.RFC3339)).
			refused(422, "The scheduled date must be in the future")
		// What lies behind us is published now, as Mastodon does.
		ada.post("/api/v1/statuses", "status", "x", "scheduled_at", "2020-01-01T00:00:00.000Z").ok().is("<p>x</p>", "content")
		for _, time := range []string{"2100-01-02T03:04:05Z", "2100-01-02T03:04:05+0000", "2100-01-02T03:04:05.000+00:00", "2100-01-02T03:04"} {
			ada.post("/api/v1/statuses", "status", "x", "scheduled_at", time).ok()
		}
		h.person("bob").get("/api/v1/scheduled_statuses/"+ada.post("/api/v1/statuses", "status", "x", "scheduled_at", "2100-02-02T00:00:00Z").ok().id()).
			refused(http.StatusNotFound, "Record not found")
	})
}

func TestPoll_Hostile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		for name, form := range map[string][]string{
			"in the past":   {"poll[options][]", "a", "poll[options][]", "b", "poll[expires_in]", "-600"},
			"no time":       {"poll[options][]", "a", "poll[options][]", "b"},
			"no number":     {"poll[options][]", "a", "poll[options][]", "b", "poll[expires_in]", "soon"},
			"for centuries": {"poll[options][]", "a", "poll[options][]", "b", "poll[expires_in]", "9999999999999999999"},
			"one option":    {"poll[options][]", "a", "poll[expires_in]", "600"},
			"no options":    {"poll[expires_in]", "600"},
		} {
			if a := ada.post("/api/v1/statuses", append(form, "status", "x")...); a.Status != 422 {
				t.Errorf("%s: %d %s", name, a.Status, a.Raw)
			}
		}
		asked := ada.post("/api/v1/statuses", "status", "x", "poll[options][]", "<script>alert(1)</script>", "poll[options][]", "b\u202e\u200b", "poll[expires_in]", "600").ok()
		asked.is("<script>alert(1)</script>", "poll", "options", 0, "title").is("b\u200b", "poll", "options", 1, "title")
		poll, _ := asked.at("poll", "id").(string)
		for _, choice := range []string{"2", "-1", "x", "99999999999999999999"} {
			bob.post("/api/v1/polls/"+poll+"/votes", "choices[]", choice).refused(422, "The chosen vote option does not exist")
		}
		bob.post("/api/v1/polls/" + poll + "/votes").status(422)
		secret := ada.post("/api/v1/statuses", "status", "x", "visibility", "private", "poll[options][]", "a", "poll[options][]", "b", "poll[expires_in]", "600").ok()
		hidden, _ := secret.at("poll", "id").(string)
		bob.get("/api/v1/polls/"+hidden).refused(404, "Record not found")
		bob.post("/api/v1/polls/"+hidden+"/votes", "choices[]", "0").refused(404, "Record not found")
	})
}

// A client that edits sends what is to stay; what it says of one picture does
// not go to another.
func TestEdit_Pictures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		upload := func(description string) string {
			return ada.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30), "description", description).ok().id()
		}
		first, second := upload("one"), upload("two")
		path := "/api/v1/statuses/" + ada.post("/api/v1/statuses", "status", "x", "media_ids[]", first).ok().id()
		body := map[string]any{"status": "y", "media_ids": []string{first, second},
			"media_attributes": []map[string]any{{"id": first}, {"id": second, "description": "a pot", "focus": "0.5,0"}}}
		ada.json("PUT", path, body).ok().is("one", "media_attachments", 0, "description").is("a pot", "media_attachments", 1, "description").
			is(0.5, "media_attachments", 1, "meta", "focus", "x")
		ada.raw("PUT", path, "application/x-www-form-urlencoded", []byte("status=y&media_ids[]="+first+"&media_ids[]="+second+
			"&media_attributes[][id]="+first+"&media_attributes[][id]="+second+"&media_attributes[][description]=a+ladle")).ok().
			is("one", "media_attachments", 0, "description").is("a ladle", "media_attachments", 1, "description")
		for _, wrong := range []map[string]any{{"id": first, "description": strings.Repeat("a", 1501)}, {"id": first, "focus": "2,0"}} {
			ada.json("PUT", path, map[string]any{"status": "z", "media_ids": []string{first}, "media_attributes": []map[string]any{wrong}}).status(422)
			ada.get(path).ok().is("one", "media_attachments", 0, "description").is("<p>y</p>", "content")
		}
		ada.get(path+"/history").ok().is(first, 0, "media_attachments", 0, "id").is(second, 1, "media_attachments", 1, "id")
		ada.json("PUT", path, map[string]any{"status": "y", "media_ids": []string{}}).ok().is(nil, "poll")
		if list, _ := ada.get(path).ok().at("media_attachments").([]any); len(list) != 0 {
			t.Errorf("still pictured: %v", list)
		}
	})
}

func TestRedraft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		picture := ada.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30)).ok().id()
		for range 2 {
			written := ada.post("/api/v1/statuses", "status", "soup", "media_ids[]", picture).ok()
			ada.delete("/api/v1/statuses/"+written.id()).ok().is("soup", "text").is(picture, "media_attachments", 0, "id")
		}
		written := ada.post("/api/v1/statuses", "status", "soup", "media_ids[]", picture).ok()
		ada.delete("/api/v1/statuses/" + written.id() + "?delete_media=true").ok()
		ada.post("/api/v1/statuses", "status", "soup", "media_ids[]", picture).status(422)
	})
}
