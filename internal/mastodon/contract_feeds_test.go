package mastodon_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func walkFeeds(t *testing.T, h *house) {
	ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
	seed.Follow(t, h.Ground, ada.Account, bob.Account)

	// Lists.
	list := ada.post("/api/v1/lists", "title", "Friends").ok().is("Friends", "title").is("list", "replies_policy").is(false, "exclusive")
	path := "/api/v1/lists/" + list.id()
	ada.get("/api/v1/lists").ok().is(list.id(), 0, "id")
	ada.json("PUT", path, map[string]any{"title": "Cooks", "replies_policy": "none", "exclusive": true}).ok().is("Cooks", "title").is("none", "replies_policy").is(true, "exclusive")
	ada.json("POST", path+"/accounts", map[string]any{"account_ids": []string{bob.ID.String()}}).ok()
	ada.get(path+"/accounts?limit=0").ok().is("bob", 0, "acct")
	ada.get("/api/v1/accounts/"+bob.ID.String()+"/lists").ok().is(list.id(), 0, "id")
	ada.get(path).ok().is("Cooks", "title")
	said := bob.post("/api/v1/statuses", "status", "Cabbage #Soup").ok()
	ada.get("/api/v1/timelines/list/"+list.id()).ok().is(said.id(), 0, "id")
	if ids := ada.get("/api/v1/timelines/home").ids(); slices.Contains(ids, said.id()) {
		t.Error("what an exclusive list keeps is at home")
	}
	ada.delete(path + "/accounts?account_ids[]=" + bob.ID.String()).ok()
	if ids := ada.get(path + "/accounts").ids(); len(ids) != 0 {
		t.Errorf("still in the list: %v", ids)
	}
	ada.delete(path).ok()

	// Hashtags.
	ada.post("/api/v1/tags/soup/follow").ok().is("Soup", "name").is(true, "following").is("1", "history", 0, "uses").is("1", "history", 0, "accounts")
	h.nobody().get("/api/v1/tags/Soup").ok().is("0", "history", 6, "uses").is(nil, "following")
	ada.get("/api/v1/followed_tags").ok().is("Soup", 0, "name").is(true, 0, "following")
	stew := eve.post("/api/v1/statuses", "status", "Carrots #soup #stew").ok()
	if ids := ada.get("/api/v1/timelines/home").ids(); !slices.Equal(ids, []string{stew.id(), said.id()}) {
		t.Errorf("a home with a followed hashtag has %v", ids)
	}
	ada.post("/api/v1/tags/soup/unfollow").ok().is(false, "following")

	// Conversations.
	hello := bob.post("/api/v1/statuses", "status", "@ada hello", "visibility", "direct").ok()
	talk := ada.get("/api/v1/conversations").ok().is(true, 0, "unread").is(hello.id(), 0, "last_status", "id").is("bob", 0, "accounts", 0, "acct")
	i, _ := talk.at(0, "id").(string)
	ada.get("/api/v1/timelines/direct").ok().is(hello.id(), 0, "id")
	ada.post("/api/v1/conversations/"+i+"/read").ok().is(false, "unread").is(hello.id(), "last_status", "id")
	ada.delete("/api/v1/conversations/" + i).ok()
	if ids := ada.get("/api/v1/conversations").ids(); len(ids) != 0 {
		t.Errorf("still there: %v", ids)
	}
}

func TestLists_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		list := ada.post("/api/v1/lists", "title", "Friends").ok()
		path := "/api/v1/lists/" + list.id()
		ada.post("/api/v1/lists", "title", " ").refused(422, "Validation failed")
		ada.post("/api/v1/lists", "title", strings.Repeat("x", 1<<20)).refused(422, "Validation failed")
		ada.post("/api/v1/lists", "title", "x", "replies_policy", "all").refused(422, "Validation failed")
		ada.post(path+"/accounts", "account_ids[]", eve.ID.String()).refused(404, "Record not found")
		ada.post(path+"/accounts", "account_ids[]", "1").refused(404, "Record not found")
		ada.post(path+"/accounts", "account_ids[]", "bob").refused(422, "not an id")
		ada.post(path+"/accounts", "account_ids[]", bob.ID.String()).ok()
		ada.post(path+"/accounts", "account_ids[]", bob.ID.String()).refused(422, "in the list already")
		for _, p := range []string{path, path + "/accounts", "/api/v1/timelines/list/" + list.id(), "/api/v1/lists/0", "/api/v1/lists/x"} {
			bob.get(p).refused(404, "Record not found")
		}
		bob.form("PUT", path, "title", "Mine").refused(404, "Record not found")
		bob.post(path+"/accounts", "account_ids[]", bob.ID.String()).refused(404, "Record not found")
		bob.delete(path).refused(404, "Record not found")
		if ids := bob.get("/api/v1/accounts/" + bob.ID.String() + "/lists").ids(); len(ids) != 0 {
			t.Errorf("bob sees whose lists he is in: %v", ids)
		}
		ada.post("/api/v1/accounts/" + bob.ID.String() + "/unfollow").ok()
		if ids := ada.get(path + "/accounts").ids(); len(ids) != 0 {
			t.Errorf("in a list without a follow: %v", ids)
		}
		for n := 1; n < relation.ListsMost; n++ {
			ada.post("/api/v1/lists", "title", "List "+strconv.Itoa(n)).ok()
		}
		ada.post("/api/v1/lists", "title", "One too many").refused(422, "more are not possible")
	})
}

func TestTags_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		for _, name := range []string{"%00", "%F0%28"} {
			ada.post("/api/v1/tags/"+name+"/follow").refused(404, "Record not found")
		}
		for _, name := range []string{"2026", "so-so", strings.Repeat("x", 101), "%3Cb%3E"} {
			ada.get("/api/v1/tags/"+name).refused(404, "Record not found")
			ada.post("/api/v1/tags/"+name+"/follow").refused(422, "Validation failed")
		}
		ada.get("/api/v1/followed_tags?max_id=x").refused(422, "not an id")
		for _, tag := range []string{"a", "b", "c"} {
			ada.post("/api/v1/tags/" + tag + "/follow").ok()
		}
		first := ada.get("/api/v1/followed_tags?limit=2").ok()
		first.is("c", 0, "name").is("b", 1, "name")
		_, next, _ := strings.Cut(first.Header.Get("Link"), "<"+seed.Base)
		next, _, _ = strings.Cut(next, ">")
		ada.get(next).ok().is("a", 0, "name")
	})
}

// A hashtag's timeline takes further hashtags: any, all and none of them.
func TestTagTimeline(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		say := func(text string) string { return ada.post("/api/v1/statuses", "status", text).ok().id() }
		soup, stew, both, all := say("#soup"), say("#stew"), say("#soup #stew"), say("#soup #stew #bread")
		for query, want := range map[string][]string{
			"soup":                                     {all, both, soup},
			"soup?any[]=stew":                          {all, both, stew, soup},
			"soup?any[]=stew&limit=2":                  {all, both},
			"soup?any[]=stew&limit=2&max_id=" + both:   {stew, soup},
			"soup?any[]=stew&limit=1&min_id=" + soup:   {stew},
			"soup?any[]=stew&limit=1&since_id=" + soup: {all},
			"soup?all[]=stew":                          {all, both},
			"soup?all[]=%23STEW&none[]=bread":          {both},
			"soup?none[]=stew":                         {soup},
			"soup?any[]=bread&all[]=stew":              {all, both},
			"soup?all[]=so-so":                         {},
			"soup?local=true":                          {all, both, soup},
			"soup?remote=true":                         {},
			"soup?only_media=true":                     {},
			"so-so?any[]=stew":                         {all, both, stew},
		} {
			if got := h.nobody().get("/api/v1/timelines/tag/" + query).ids(); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
	})
}

// min_id is the page just above, since_id the newest of all that is above, and
// the links lead along.
func TestPublic_Pages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		var ids []string
		for n := range 6 {
			ids = append(ids, ada.post("/api/v1/statuses", "status", strconv.Itoa(n)).ok().id())
		}
		for query, want := range map[string][]string{
			"limit=2": {ids[5], ids[4]}, "limit=2&max_id=" + ids[4]: {ids[3], ids[2]},
			"limit=2&min_id=" + ids[1]: {ids[3], ids[2]}, "limit=2&since_id=" + ids[1]: {ids[5], ids[4]},
			"limit=9&since_id=" + ids[1] + "&max_id=" + ids[4]: {ids[3], ids[2]}, "max_id=" + ids[0]: {}, "min_id=" + ids[5]: {},
			"remote=true": {}, "only_media=true": {}, "local=true&limit=1": {ids[5]},
		} {
			if got := h.nobody().get("/api/v1/timelines/public?" + query).ids(); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		link := h.nobody().get("/api/v1/timelines/public?local=true&limit=2").Header.Get("Link")
		for _, want := range []string{"local=true&limit=2&max_id=" + ids[4] + `>; rel="next"`, "local=true&limit=2&min_id=" + ids[5] + `>; rel="prev"`} {
			if !strings.Contains(link, want) {
				t.Errorf("the link %s has no %s", link, want)
			}
		}
	})
}

func TestConversations_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		bob.post("/api/v1/statuses", "status", "@ada hello", "visibility", "direct").ok()
		i, _ := ada.get("/api/v1/conversations").ok().at(0, "id").(string)
		for _, who := range []person{bob, eve} {
			who.post("/api/v1/conversations/"+i+"/read").refused(404, "Record not found")
			who.delete("/api/v1/conversations/"+i).refused(404, "Record not found")
		}
		if ids := eve.get("/api/v1/conversations").ids(); len(ids) != 0 {
			t.Errorf("eve sees %v", ids)
		}
		if ids := eve.get("/api/v1/timelines/direct").ids(); len(ids) != 0 {
			t.Errorf("eve reads %v", ids)
		}
		ada.get("/api/v1/conversations?max_id=1").ok()
	})
}
