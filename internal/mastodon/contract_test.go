package mastodon_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/mastodon"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// chapters walk through the API, each in a house of its own; together they call
// every route with success.
var chapters = []struct {
	name string
	walk func(t *testing.T, h *house)
}{
	{"safety", walkSafety},
	{"core", walkCore},
	{"filters", walkFilters},
	{"feeds", walkFeeds},
	{"media", walkMedia},
	{"notices", walkNotices},
	{"oauth", walkOAuth},
	{"posts", walkPosts},
	{"people", walkPeople},
	{"streams", walkStreams},
	{"about", walkAbout},
	{"search", walkSearch},
	{"trends", walkTrends},
	{"cards", walkCards},
}

// TestContract has every route answer; the house holds each answer against
// Mastodon's own description.
func TestContract(t *testing.T) {
	if os.Getenv(contractVariable) == "" {
		t.Skip("left out: the Mastodon contract, " + contractVariable + " is not set")
	}
	answered, walked := map[string]bool{}, 0
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			walked++
			each(t, func(t *testing.T, h *house) {
				c.walk(t, h)
				maps.Copy(answered, h.answered)
			})
		})
	}
	if walked < len(chapters) || t.Failed() {
		return // not all were asked for
	}
	for _, rt := range mastodon.Routes() {
		if !answered[rt.Method+" "+rt.Path] {
			t.Errorf("%s %s was not held against the contract", rt.Method, rt.Path)
		}
	}
}

func walkCore(t *testing.T, h *house) {
	ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve", seed.Locked)
	bobs := "/api/v1/accounts/" + bob.ID.String()

	ada.post(bobs+"/follow", "reblogs", "false", "notify", "true").ok().is(true, "following").is(false, "showing_reblogs").is(true, "notifying")
	ada.post("/api/v1/accounts/"+eve.ID.String()+"/follow").ok().is(true, "requested")
	bob.post("/api/v1/accounts/" + eve.ID.String() + "/follow").ok()
	eve.get("/api/v1/follow_requests").ok().is(bob.ID.String(), 0, "id")
	eve.post("/api/v1/follow_requests/"+ada.ID.String()+"/authorize").ok().is(true, "followed_by")
	eve.post("/api/v1/follow_requests/"+bob.ID.String()+"/reject").ok().is(false, "followed_by")

	picture := bob.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30), "description", "a red square", "focus", "0.5,-0.25").ok()
	bob.upload("POST", "/api/v1/media", "file", pngOf(t, 40, 30)).ok()
	bob.get("/api/v1/media/" + picture.id()).ok()
	bob.form("PUT", "/api/v1/media/"+picture.id(), "description", "a square that is red").ok().is("a square that is red", "description").is(0.5, "meta", "focus", "x")
	post1 := bob.post("/api/v1/statuses", "status", "Hello @ada https://soup.example/menu #BeKind", "media_ids[]", picture.id(), "language", "en").ok()
	one := "/api/v1/statuses/" + post1.id()
	reply := ada.post("/api/v1/statuses", "status", "Hello back", "in_reply_to_id", post1.id(), "spoiler_text", "greetings").ok()

	for _, what := range []string{"favourite", "bookmark", "reblog"} {
		ada.post(one + "/" + what).ok()
	}
	ada.get(one).ok().is(true, "favourited").is(true, "bookmarked").is(true, "reblogged").is(1.0, "favourites_count").is(1.0, "reblogs_count").is(1.0, "replies_count")
	bob.get(one+"/favourited_by").ok().is(ada.ID.String(), 0, "id")
	bob.get(one+"/reblogged_by").ok().is(ada.ID.String(), 0, "id")
	ada.get("/api/v1/favourites").ok().is(post1.id(), 0, "id")
	ada.get("/api/v1/bookmarks").ok().is(post1.id(), 0, "id")
	bob.form("PUT", one, "status", "Hello all #BeKind", "media_ids[]", picture.id(), "spoiler_text", "soup").ok().is("soup", "spoiler_text")
	bob.get(one+"/history").ok().is("", 0, "spoiler_text").is("soup", 1, "spoiler_text")
	bob.get(one+"/source").ok().is("Hello all #BeKind", "text")
	ada.get(one+"/context").ok().is(reply.id(), "descendants", 0, "id")
	ada.get("/api/v1/statuses?id[]="+post1.id()+"&id[]="+reply.id()).ok().is(reply.id(), 1, "id")
	for _, path := range []string{"/api/v1/timelines/home", "/api/v1/timelines/public?local=true", "/api/v1/timelines/tag/bekind", bobs + "/statuses", bobs + "/statuses?pinned=true"} {
		ada.get(path).ok()
	}
	for _, what := range []string{"unfavourite", "unbookmark", "unreblog"} {
		ada.post(one + "/" + what).ok()
	}
	ada.get(one).is(false, "favourited").is(false, "bookmarked").is(false, "reblogged").is(0.0, "favourites_count").is(0.0, "reblogs_count")

	h.notified(t, ada, bob)

	ada.get(bobs).ok().is(1.0, "followers_count")
	ada.get(bobs + "/followers").ok()
	ada.get(bobs + "/following").ok()
	ada.get("/api/v1/accounts?id[]="+bob.ID.String()).ok().is("bob", 0, "username")
	ada.get("/api/v1/accounts/relationships?id[]="+bob.ID.String()+"&id[]="+eve.ID.String()).ok().is(true, 1, "following")
	ada.get("/api/v1/accounts/lookup?acct=BOB@"+seed.Host).ok().is("bob", "acct")
	ada.get("/api/v1/accounts/search?q=Bo&following=true").ok().is("bob", 0, "acct")
	ada.get("/api/v1/accounts/verify_credentials").ok()
	ada.upload("PATCH", "/api/v1/accounts/update_credentials", "avatar", pngOf(t, 50, 50), "display_name", "Ada L.", "note", "bread & soup",
		"fields_attributes[0][name]", "home", "fields_attributes[0][value]", "https://ada.example", "source[privacy]", "unlisted", "locked", "false").
		ok().is("Ada L.", "display_name").is("unlisted", "source", "privacy").is("bread & soup", "source", "note").is("home", "fields", 0, "name")

	ada.post(bobs+"/mute", "duration", "60").ok().is(true, "muting").is(true, "muting_notifications")
	ada.get("/api/v1/mutes").ok().is("bob", 0, "acct")
	ada.post(bobs+"/unmute").ok().is(false, "muting")
	ada.post(bobs+"/unfollow").ok().is(false, "following")
	bob.post("/api/v1/accounts/" + ada.ID.String() + "/remove_from_followers").ok()
	ada.post(bobs+"/block").ok().is(true, "blocking")
	ada.get("/api/v1/blocks").ok().is("bob", 0, "acct")
	ada.post(bobs+"/unblock").ok().is(false, "blocking")

	ada.json("POST", "/api/v1/markers", map[string]any{"home": map[string]string{"last_read_id": post1.id()}}).ok().is(post1.id(), "home", "last_read_id")
	ada.get("/api/v1/markers?timeline[]=home&timeline[]=notifications").ok().is(post1.id(), "home", "last_read_id")
	h.nobody().get("/api/v1/instance").ok()
	h.nobody().get("/api/v2/instance").ok().is(seed.Host, "domain")
	bob.delete(one).ok().is("Hello all #BeKind", "text")
}

// notified has a nomination, a witness and a confirmation come to ada, and reads
// them.
func (h *house) notified(t *testing.T, ada, bob person) {
	t.Helper()
	m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
	three := 3
	c := seed.Call(t, h.Calls, bob.Account, m, call.Challenge, func(d *call.Draft) { d.Nominees = &three })
	h.Do(t, bob.Account, c, func(d *act.Draft) { d.Nominees = []string{"ada"} })
	n := ada.get("/api/v1/notifications?types[]=mention&limit=1").ok()
	n.is("mention", 0, "type").is("nomination", 0, "goodturn", "kind").is(true, 0, "account", "group").
		is("direct", 0, "status", "visibility").is(m.ID.String(), 0, "status", "account", "id")
	i, _ := n.at(0, "id").(string)
	ada.get("/api/v1/notifications/"+i).ok().is(i, "id")
	if got, _ := ada.get("/api/v1/notifications/unread_count").ok().at("count").(float64); got < 2 {
		t.Errorf("%v unread", got)
	}
	if list := ada.get("/api/v1/notifications?exclude_types[]=mention&exclude_types[]=update").ids(); len(list) != 0 {
		t.Errorf("mentions were asked to stay out: %v", list)
	}
	if list := ada.get("/api/v1/notifications?types[]=poll").ids(); len(list) != 0 {
		t.Errorf("there are no polls: %v", list)
	}
	bob.get("/api/v1/notifications?account_id=" + ada.ID.String()).ok()
	ada.post("/api/v1/notifications/" + i + "/dismiss").ok()
	ada.post("/api/v1/notifications/clear").ok()
	if list := ada.get("/api/v1/notifications").ids(); len(list) != 0 {
		t.Errorf("not cleared: %v", list)
	}
}

func TestRoutes_Scopes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		pushes, profile := h.with(ada.Account, "push"), h.with(ada.Account, "profile")
		liar := person{h: h, token: "nobody ever made this token"}
		for _, rt := range mastodon.Routes() {
			if rt.Raw {
				continue // see TestStream_Refused
			}
			path := strings.NewReplacer("{id}", "1", "{tag}", "soup", "{first}/{second}", "keywords/1", "{group_key}", "ungrouped-1").Replace(rt.Path)
			if other := pushes; len(rt.Scopes) > 0 {
				if slices.Contains(rt.Scopes, "push") {
					other = profile
				}
				other.raw(rt.Method, path, "", nil).refused(403, "This action is outside the authorized scopes")
			}
			liar.raw(rt.Method, path, "", nil).refused(401, "The access token is invalid")
			if !rt.Open {
				h.nobody().raw(rt.Method, path, "", nil).refused(401, "The access token is invalid")
			}
		}
		profile.get("/api/v1/accounts/verify_credentials").ok()
		h.with(ada.Account, "read:statuses").get("/api/v1/timelines/home").ok()
		h.with(ada.Account, "read:statuses").get("/api/v1/notifications").refused(403, "outside")
		h.with(ada.Account, "write:statuses").post("/api/v1/statuses", "status", "hi").ok()
	})
}

func TestActs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bob := h.person("bob")
		m := seed.Movement(t, h.Movements, bob.Account, "SoupDay")
		c := seed.Call(t, h.Calls, bob.Account, m, call.Deed)
		a := h.Do(t, bob.Account, c, func(d *act.Draft) { d.Story, d.TellAs = "I brought soup.", post.Public })
		list := bob.get("/api/v1/accounts/" + bob.ID.String() + "/statuses").ok()
		list.is(a.ID.String(), 0, "goodturn", "act", "id").is(seed.Base+"/acts/"+a.ID.String(), 0, "goodturn", "act", "url")
		if s, _ := list.at(0, "content").(string); !strings.Contains(s, "I brought soup.") {
			t.Errorf("the story is not in %q", s)
		}
		soup := bob.get("/api/v1/accounts/" + m.ID.String()).ok()
		soup.is(true, "group").is(seed.Base+"/movements/"+m.Slug, "url").is(string(account.KindMovement), "goodturn", "kind")
	})
}
