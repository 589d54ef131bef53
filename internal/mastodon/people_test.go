package mastodon_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/seed"
)

func jsonOf(b []byte, v any) error { return json.Unmarshal(b, v) }

func TestTwoPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		adas := "/api/v1/accounts/" + ada.ID.String()
		bob.post(adas + "/follow").ok()

		secret := ada.post("/api/v1/statuses", "status", "for friends", "visibility", "private").ok().id()
		direct := ada.post("/api/v1/statuses", "status", "@eve only you", "visibility", "direct").ok().id()
		open := ada.post("/api/v1/statuses", "status", "for all").ok().id()

		t.Run("what was not shown is not there", func(t *testing.T) {
			for _, p := range []struct {
				who  person
				id   string
				sees bool
			}{{bob, secret, true}, {eve, secret, false}, {h.nobody(), secret, false}, {bob, direct, false}, {eve, direct, true}, {h.nobody(), open, true}} {
				one := "/api/v1/statuses/" + p.id
				if p.sees {
					p.who.get(one).ok()
					continue
				}
				for _, path := range []string{"", "/context", "/favourited_by", "/reblogged_by"} {
					p.who.get(one+path).refused(404, "Record not found")
				}
				if p.who.token == "" {
					continue
				}
				for _, what := range []string{"/favourite", "/reblog", "/bookmark"} {
					p.who.post(one+what).refused(404, "Record not found")
				}
				p.who.post("/api/v1/statuses", "status", "me too", "in_reply_to_id", p.id).refused(404, "Record not found")
			}
			bob.post("/api/v1/statuses/" + secret + "/reblog").status(403)
		})
		t.Run("home", func(t *testing.T) {
			if got := bob.get("/api/v1/timelines/home").ids(); !slices.Equal(got, []string{open, secret}) {
				t.Errorf("bob's home is %v", got)
			}
			if got := eve.get("/api/v1/timelines/home").ids(); len(got) != 0 {
				t.Errorf("eve's home is %v", got)
			}
		})
		t.Run("another's things", func(t *testing.T) {
			one := "/api/v1/statuses/" + open
			bob.form("PUT", one, "status", "mine now").refused(404, "Record not found")
			bob.delete(one).refused(404, "Record not found")
			bob.get(one+"/source").refused(404, "Record not found")
			ada.get(one).is("<p>for all</p>", "content")
		})
		t.Run("a share carries the post, and both its flags", func(t *testing.T) {
			share := bob.post("/api/v1/statuses/" + open + "/reblog").ok()
			share.is("bob", "account", "acct").is("ada", "reblog", "account", "acct").is(true, "reblog", "reblogged").is(1.0, "reblog", "reblogs_count")
			again := bob.post("/api/v1/statuses/" + open + "/reblog").ok()
			again.is(share.id(), "id")
			bob.post("/api/v1/statuses/"+open+"/unreblog").ok().is(false, "reblogged").is(0.0, "reblogs_count").is(open, "id")
		})
		t.Run("likers are for the author", func(t *testing.T) {
			one := "/api/v1/statuses/" + open
			bob.post(one + "/favourite").ok()
			if got := ada.get(one + "/favourited_by").ids(); !slices.Equal(got, []string{bob.ID.String()}) {
				t.Errorf("ada sees %v", got)
			}
			if got := eve.get(one + "/favourited_by").ids(); len(got) != 0 {
				t.Errorf("eve sees %v", got)
			}
			ada.get("/api/v1/notifications?types[]=favourite").ok().is(bob.ID.String(), 0, "account", "id").is(open, 0, "status", "id")
			bob.post(one+"/unfavourite").ok().is(0.0, "favourites_count")
			if got := ada.get("/api/v1/notifications?types[]=favourite").ids(); len(got) != 0 {
				t.Errorf("told still: %v", got)
			}
		})
		t.Run("a block holds at once", func(t *testing.T) {
			ada.post("/api/v1/accounts/" + bob.ID.String() + "/block").ok()
			bob.get("/api/v1/statuses/"+open).refused(404, "Record not found")
			bob.get("/api/v1/statuses/"+secret).refused(404, "Record not found")
			if got := bob.get("/api/v1/timelines/home").ids(); len(got) != 0 {
				t.Errorf("bob's home is %v", got)
			}
			bob.post(adas + "/follow").status(403)
			if got := bob.get("/api/v1/accounts/search?q=ad").ids(); len(got) != 0 {
				t.Errorf("bob finds %v", got)
			}
		})
		t.Run("numbers follow", func(t *testing.T) {
			ada.get(adas).ok().is(0.0, "followers_count").is(2.0, "statuses_count")
			ada.delete("/api/v1/statuses/"+secret).ok().is("for friends", "text")
			ada.get("/api/v1/statuses/"+secret).refused(404, "Record not found")
			ada.get(adas).ok().is(1.0, "statuses_count")
			h.Counted(t)
		})
	})
}

func TestLocked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, eve := h.person("ada"), h.person("eve", seed.Locked)
		eves := "/api/v1/accounts/" + eve.ID.String()
		ada.post(eves+"/follow").ok().is(false, "following").is(true, "requested")
		eve.get("/api/v1/notifications").ok().is("follow_request", 0, "type").is(ada.ID.String(), 0, "account", "id")
		eve.get("/api/v1/accounts/verify_credentials").ok().is(1.0, "source", "follow_requests_count")
		eve.post("/api/v1/follow_requests/"+ada.ID.String()+"/authorize").ok().is(true, "followed_by")
		eve.post("/api/v1/follow_requests/"+ada.ID.String()+"/authorize").refused(404, "Record not found")
		ada.get("/api/v1/accounts/relationships?id[]="+eve.ID.String()).ok().is(true, 0, "following").is(false, 0, "requested")
		ada.post("/api/v1/accounts/" + ada.ID.String() + "/follow").status(422)
	})
}

func TestIdempotency(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		first := ada.json("POST", "/api/v1/statuses", map[string]any{"status": "once"}, "Idempotency-Key", "k1").ok()
		again := ada.json("POST", "/api/v1/statuses", map[string]any{"status": "once"}, "Idempotency-Key", "k1").ok()
		again.is(first.id(), "id")
		ada.json("POST", "/api/v1/statuses", map[string]any{"status": "other"}, "Idempotency-Key", "k1").refused(422, "Validation failed: ")
		if got := ada.get("/api/v1/accounts/" + ada.ID.String() + "/statuses").ids(); len(got) != 1 {
			t.Errorf("there are %v", got)
		}
	})
}

var linkShape = regexp.MustCompile(`<([^>]*)>; rel="next", <([^>]*)>; rel="prev"`)

// TestPages walks a list by its links: everything comes once, in order, and
// beyond the end is nothing.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		var want []string
		for n := range 7 {
			want = append([]string{ada.post("/api/v1/statuses", "status", fmt.Sprint("post ", n, " #soup")).ok().id()}, want...)
			ada.post("/api/v1/statuses/" + want[0] + "/bookmark").ok()
		}
		for _, path := range []string{"/api/v1/timelines/home?limit=3", "/api/v1/timelines/tag/soup?local=true&limit=3", "/api/v1/bookmarks?limit=3",
			"/api/v1/accounts/" + ada.ID.String() + "/statuses?limit=3"} {
			var got []string
			for at, rounds := path, 0; rounds < 9; rounds++ {
				a := ada.get(at)
				ids := a.ids()
				if len(ids) == 0 {
					break
				}
				got = append(got, ids...)
				links := linkShape.FindStringSubmatch(a.Header.Get("Link"))
				if links == nil {
					t.Fatalf("%s has the link %q", at, a.Header.Get("Link"))
				}
				u, err := url.Parse(links[1])
				if err != nil || !strings.HasPrefix(links[1], seed.Base+"/") || u.Query().Get("limit") != "3" {
					t.Fatalf("%s: next is %q", at, links[1])
				}
				at = u.RequestURI()
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s walks through %v, not %v", path, got, want)
			}
		}
	})
}

// TestProfile has a change of name, picture and numbers show on posts at once.
func TestProfile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		one := "/api/v1/statuses/" + ada.post("/api/v1/statuses", "status", "hi").ok().id()
		ada.get(one).ok().is("", "account", "display_name")
		ada.upload("PATCH", "/api/v1/accounts/update_credentials", "avatar", pngOf(t, 30, 30), "display_name", "Ada").ok()
		p := ada.get(one).ok().is("Ada", "account", "display_name")
		first, _ := p.at("account", "avatar").(string)
		if !strings.HasPrefix(first, seed.Base+"/media/") {
			t.Errorf("the avatar is %q", first)
		}
		ada.json("PATCH", "/api/v1/accounts/update_credentials", map[string]any{"locked": true, "source": map[string]any{"privacy": "private", "language": "de"},
			"fields_attributes": []map[string]string{{"name": "a", "value": "1"}, {"name": "b", "value": "2"}}}).ok().
			is(true, "locked").is("Ada", "display_name").is("b", "fields", 1, "name").is("de", "source", "language")
		ada.post("/api/v1/statuses", "status", "quiet").ok().is("private", "visibility").is("de", "language")
		ada.form("PATCH", "/api/v1/accounts/update_credentials", "avatar", "").ok().is(seed.Base+"/avatars/original/missing.png", "avatar")
		ada.form("PATCH", "/api/v1/accounts/update_credentials", "avatar", "data:text/plain,x").refused(422, "multipart")
	})
}

// What is told by pages alone (here that one's act inspired another) is not among the
// unread that a client is told of, for it could never list them.
func TestUnreadCount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		post := ada.post("/api/v1/statuses", "status", "Soup").ok()
		bob.post("/api/v1/statuses/" + post.id() + "/favourite").ok()
		deeds := seed.Call(t, h.Calls, bob.Account, seed.Movement(t, h.Movements, bob.Account, "SoupDay"), call.Deed)
		h.Do(t, bob.Account, deeds, seed.InspiredBy(h.Do(t, ada.Account, deeds)))
		if n, err := h.notices.Unread(t.Context(), account.As(ada.Account)); err != nil || n != 2 {
			t.Fatalf("pages count %d (%v), want 2", n, err)
		}
		for query, want := range map[string]float64{"": 1, "?types[]=favourite": 1, "?exclude_types[]=favourite": 0, "?types[]=poll": 0, "?account_id=" + ada.ID.String(): 0} {
			list := ada.get("/api/v1/notifications" + query).ids()
			if ada.get("/api/v1/notifications/unread_count"+query).ok().is(want, "count"); len(list) != int(want) {
				t.Errorf("%s lists %v, want %v", query, list, want)
			}
		}
	})
}
