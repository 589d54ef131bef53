package mastodon_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/seed"
)

// walkNotices has people liked, shared, followed and written to, reads of it in
// groups, and then holds strangers back.
func walkNotices(t *testing.T, h *house) {
	ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
	one := ada.post("/api/v1/statuses", "status", "Good morning").ok().id()
	for _, p := range []person{bob, eve} {
		p.post("/api/v1/statuses/" + one + "/favourite").ok()
		p.post("/api/v1/statuses/" + one + "/reblog").ok()
		p.post("/api/v1/accounts/" + ada.ID.String() + "/follow").ok()
	}
	bob.post("/api/v1/statuses", "status", "@ada hello").ok()
	nominate(t, h, bob.Account)

	page := ada.get("/api/v2/notifications").ok()
	keys := groupKeys(page)
	for kind, prefix := range map[string]string{"favourite": "favourite-" + one + "-", "reblog": "reblog-" + one + "-", "follow": "follow-", "mention": "ungrouped-"} {
		if !strings.HasPrefix(keys[kind], prefix) {
			t.Errorf("the group of %s is %q", kind, keys[kind])
		}
	}
	if !strings.Contains(page.Header.Get("Link"), "max_id=") {
		t.Errorf("the page leads nowhere: %q", page.Header.Get("Link"))
	}
	if got := groupKeys(ada.get("/api/v2/notifications?max_id=1").ok()); len(got) != 0 {
		t.Errorf("before all: %v", got)
	}
	for name, want := range map[string]float64{"": 5, "?types[]=favourite": 1, "?types[]=favourite&grouped_types[]=reblog": 2, "?types[]=poll": 0} {
		ada.get("/api/v2/notifications/unread_count"+name).ok().is(want, "count")
	}
	ada.get("/api/v1/notifications/unread_count?limit=2").ok().is(2.0, "count")

	partial := ada.get("/api/v2/notifications?types[]=follow&expand_accounts=partial_avatars").ok()
	partial.is(eve.ID.String(), "accounts", 0, "id").is(bob.ID.String(), "partial_accounts", 0, "id").
		is(2.0, "notification_groups", 0, "notifications_count").is(eve.ID.String(), "notification_groups", 0, "sample_account_ids", 0)
	ada.get("/api/v2/notifications?expand_accounts=some").refused(422, "Choose one")
	ada.get("/api/v1/notifications?types[]=favourite").ok().is(keys["favourite"], 0, "group_key")

	likes := "/api/v2/notifications/" + keys["favourite"]
	ada.get(likes).ok().is(keys["favourite"], "notification_groups", 0, "group_key").is(one, "statuses", 0, "id")
	if ids := ada.get(likes + "/accounts").ids(); len(ids) != 2 || ids[0] != eve.ID.String() {
		t.Errorf("those who like are %v", ids)
	}
	ada.get("/api/v2/notifications/" + keys["mention"]).ok()
	bob.get(likes).refused(404, "Record not found")
	for _, bad := range []string{"favourite", "favourite-1", "favourite-x-1", "follow-0", "ungrouped-x", "poll-1-2", "%22"} {
		ada.get("/api/v2/notifications/"+bad).refused(404, "Record not found")
	}
	ada.post(likes + "/dismiss").ok()
	ada.get(likes).refused(404, "Record not found")
	h.strangers(t, ada, bob, eve)
	h.devices(t, ada, bob)
}

// nominate has the account start a movement and pass the turn to ada.
func nominate(t *testing.T, h *house, by *account.Account) {
	t.Helper()
	m := seed.Movement(t, h.Movements, by, "SoupDay")
	three := 3
	c := seed.Call(t, h.Calls, by, m, call.Challenge, func(d *call.Draft) { d.Nominees = &three })
	h.Do(t, by, c, func(d *act.Draft) { d.Nominees = []string{"ada"} })
}

// strangers are held back by ada's policy, and let in or sent away.
func (h *house) strangers(t *testing.T, ada, bob, eve person) {
	t.Helper()
	const policy = "/api/v2/notifications/policy"
	ada.get(policy).ok().is("accept", "for_not_following").is("filter", "for_private_mentions")
	ada.json("PATCH", policy, map[string]string{"for_not_following": "filter", "for_new_accounts": "filter"}).ok().
		is("filter", "for_not_following").is("filter", "for_new_accounts").is("accept", "for_not_followers")
	ada.form("PATCH", policy, "for_not_following", "burn").refused(422, "Choose one")
	bob.post("/api/v1/statuses", "status", "@ada a word").ok()
	bob.post("/api/v1/statuses", "status", "@ada another word").ok()
	eve.post("/api/v1/statuses", "status", "@ada me too").ok()

	ada.get(policy).ok().is(2.0, "summary", "pending_requests_count").is(3.0, "summary", "pending_notifications_count")
	const requests = "/api/v1/notifications/requests"
	list := ada.get(requests).ok()
	list.is(eve.ID.String(), 0, "account", "id").is(bob.ID.String(), 1, "account", "id").is("2", 1, "notifications_count")
	first, second := list.ids()[1], list.ids()[0]
	if got := ada.get("/api/v1/notifications?account_id=" + eve.ID.String() + "&types[]=mention").ids(); len(got) != 0 {
		t.Errorf("what was held back is listed: %v", got)
	}
	if got := ada.get("/api/v1/notifications?include_filtered=true&account_id=" + eve.ID.String() + "&types[]=mention").ids(); len(got) != 1 {
		t.Errorf("what was held back is not listed where it is asked for: %v", got)
	}
	ada.get(requests+"/"+first).ok().is(bob.ID.String(), "account", "id")
	bob.get(requests+"/"+first).refused(404, "Record not found")
	bob.post(requests+"/"+first+"/accept").refused(404, "Record not found")
	ada.post(requests + "/" + first + "/accept").ok()
	ada.get(requests+"/merged").ok().is(true, "merged")
	ada.post(requests+"/"+first+"/accept").refused(404, "Record not found")
	ada.post(requests + "/" + second + "/dismiss").ok()
	ada.post(requests+"/accept", "id[]", first, "id[]", second).ok()
	ada.post(requests+"/dismiss", "id[]", first).ok()
	ada.post(requests+"/dismiss", "id[]", "x").refused(422, "not an id")
	if got := ada.get(requests).ids(); len(got) != 0 {
		t.Errorf("requests are left: %v", got)
	}
	if got := ada.get("/api/v1/notifications?types[]=mention&account_id=" + bob.ID.String()).ids(); len(got) < 2 {
		t.Errorf("what was accepted is not listed: %v", got)
	}
}

// devices subscribe to pushes, one for each token.
func (h *house) devices(t *testing.T, ada, bob person) {
	t.Helper()
	const path = "/api/v1/push/subscription"
	key := "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4="
	draft := func(endpoint, key, secret string) map[string]any {
		return map[string]any{
			"subscription": map[string]any{"endpoint": endpoint, "standard": true, "keys": map[string]string{"p256dh": key, "auth": secret}},
			"data":         map[string]any{"alerts": map[string]bool{"mention": true, "admin.report": true, "favourite": false}, "policy": "followed"},
		}
	}
	ada.get(path).refused(404, "Record not found")
	ada.form("PUT", path, "data[alerts][mention]", "true").refused(404, "Record not found")
	first := ada.json("POST", path, draft("https://push.example/1", key, "BTBZMqHH6r4Tts7J_aSIgg==")).ok()
	first.is(true, "alerts", "mention").is(true, "alerts", "admin.report").is(false, "alerts", "favourite").is(true, "standard").is("followed", "policy")
	if server := h.nobody().get("/api/v2/instance").ok().at("configuration", "vapid", "public_key"); server == "" || server != first.at("server_key") {
		t.Errorf("the instance says %v, the subscription %v", server, first.at("server_key"))
	}
	second := ada.post(path, "subscription[endpoint]", "https://push.example/2", "subscription[keys][p256dh]", key, "subscription[keys][auth]", "BTBZMqHH6r4Tts7J/aSIgg").ok()
	if second.is(false, "standard").is("all", "policy").id() == first.id() {
		t.Error("the second subscription has the id of the first")
	}
	ada.get(path).ok().is("https://push.example/2", "endpoint")
	ada.form("PUT", path, "data[alerts][status]", "1", "policy", "follower").ok().is(true, "alerts", "status").is("follower", "policy")
	ada.form("PUT", path, "data[policy]", "friends").refused(422, "Choose one")
	for _, bad := range []map[string]any{
		draft("http://push.example/1", key, "BTBZMqHH6r4Tts7J_aSIgg"), draft("https://ada@push.example/1", key, "BTBZMqHH6r4Tts7J_aSIgg"),
		draft("", key, "BTBZMqHH6r4Tts7J_aSIgg"), draft("https://push.example/"+strings.Repeat("x", 3000), key, "BTBZMqHH6r4Tts7J_aSIgg"),
		draft("https://push.example/1", "AAAA", "BTBZMqHH6r4Tts7J_aSIgg"), draft("https://push.example/1", key, "AAAA"), {},
	} {
		ada.json("POST", path, bad).refused(422, "Validation failed")
	}
	bob.get(path).refused(404, "Record not found")
	h.with(ada.Account, "push").get(path).refused(404, "Record not found") // another app's
	h.with(ada.Account, "read", "write").get(path).refused(403, "outside")
	ada.delete(path).ok()
	ada.delete(path).ok()
	ada.get(path).refused(404, "Record not found")
}

func groupKeys(a answer) map[string]string {
	keys := map[string]string{}
	list, _ := a.at("notification_groups").([]any)
	for n := range list {
		kind, _ := a.at("notification_groups", n, "type").(string)
		keys[kind], _ = a.at("notification_groups", n, "group_key").(string)
	}
	return keys
}
