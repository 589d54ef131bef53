package mastodon_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/seed"
)

// elsewhere, for seed.Account, is an account of another server.
func elsewhere(d *account.Draft) {
	d.Domain, d.URI = "there.example", "https://there.example/users/"+d.Username
	d.URL = d.URI
}

func walkPeople(t *testing.T, h *house) {
	ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
	bobs := "/api/v1/accounts/" + bob.ID.String()
	walkRegard(h, ada, bob, cem, bobs)
	walkProfile(t, ada)
	walkFeatured(ada, bob)
	walkCollections(ada, bob, cem)
	walkFinding(t, h, ada, bob, cem)
}

func walkRegard(h *house, ada, bob, cem person, bobs string) {
	ada.post(bobs+"/endorse").refused(422, "You must follow somebody")
	ada.post(bobs+"/follow", "languages[]", "en-GB", "languages[]", "de").ok().is("de", "languages", 0).is("en", "languages", 1)
	ada.post(bobs+"/endorse").ok().is(true, "endorsed")
	ada.post(bobs+"/pin").ok().is(true, "endorsed")
	ada.get("/api/v1/endorsements").ok().is(bob.ID.String(), 0, "id")
	cem.get("/api/v1/accounts/"+ada.ID.String()+"/endorsements").ok().is(bob.ID.String(), 0, "id")
	ada.post(bobs+"/unpin").ok().is(false, "endorsed")
	ada.post(bobs+"/unendorse").ok().is(false, "endorsed")
	ada.post(bobs+"/note", "comment", "met at the soup kitchen").ok().is("met at the soup kitchen", "note")
	bob.get("/api/v1/accounts/relationships?id[]="+ada.ID.String()).ok().is("", 0, "note")

	cem.post("/api/v1/accounts/" + ada.ID.String() + "/follow").ok()
	cem.get("/api/v1/accounts/familiar_followers?id[]="+bob.ID.String()+"&id[]="+ada.ID.String()).ok().
		is(bob.ID.String(), 0, "id").is(ada.ID.String(), 0, "accounts", 0, "id").is(ada.ID.String(), 1, "id")

	dora := seed.Account(h.t, h.Ground, "dora", elsewhere)
	doras := "/api/v1/accounts/" + dora.ID.String()
	ada.post(doras + "/follow").ok()
	ada.post("/api/v1/domain_blocks", "domain", " There.Example ").ok()
	ada.get("/api/v1/domain_blocks?limit=1").ok().is("there.example", 0)
	ada.get("/api/v1/accounts/relationships?id[]="+dora.ID.String()).ok().is(true, 0, "domain_blocking").is(false, 0, "following")
	ada.post(doras + "/follow").status(403)
	ada.delete("/api/v1/domain_blocks?domain=there.example").ok()
	ada.post(doras + "/unfollow").ok()
}

func walkProfile(t *testing.T, ada person) {
	ada.get("/api/v1/preferences").ok().is("public", "posting:default:visibility").is(false, "posting:default:sensitive")
	ada.upload("PATCH", "/api/v1/profile", "avatar", pngOf(t, 30, 30), "avatar_description", "ada, smiling", "show_media", "false",
		"hide_collections", "true", "attribution_domains[]", "https://ada.example/about", "note", "bread & soup").ok().
		is("ada, smiling", "avatar_description").is(false, "show_media").is(true, "hide_collections").is("ada.example", "attribution_domains", 0).is("bread & soup", "note")
	ada.form("PATCH", "/api/v1/profile", "avatar_description", "ada").ok().is("ada", "avatar_description")
	ada.get("/api/v1/profile").ok().is("ada", "avatar_description").is(nil, "header")
	one := "/api/v1/accounts/" + ada.ID.String()
	ada.get(one).ok().is("ada", "avatar_description").is(true, "hide_collections").is(nil, "last_status_at")
	ada.delete("/api/v1/profile/avatar").ok().is(seed.Base+"/avatars/original/missing.png", "avatar").is("", "avatar_description")
	ada.delete("/api/v1/profile/header").ok()
	ada.get(one + "/identity_proofs").ok()
}

func walkFeatured(ada, bob person) {
	ada.post("/api/v1/statuses", "status", "hot #Soup and #bread").ok()
	ada.get("/api/v1/featured_tags/suggestions").ok().is("bread", 0, "id")
	f := ada.post("/api/v1/featured_tags", "name", "#Soup").ok().is("Soup", "name").is("1", "statuses_count")
	ada.post("/api/v1/tags/bread/feature").ok().is(true, "featuring")
	bob.get("/api/v1/accounts/"+ada.ID.String()+"/featured_tags").ok().is("Soup", 0, "name").is("bread", 1, "name")
	ada.post("/api/v1/tags/bread/unfeature").ok().is(false, "featuring")
	ada.delete("/api/v1/featured_tags/" + f.id()).ok()
	ada.get("/api/v1/featured_tags").ok()
}

func walkCollections(ada, bob, cem person) {
	made := ada.post("/api/v1/collections", "name", "Soup people", "description", "They cook", "language", "en-GB", "tag_name", "#Soup",
		"discoverable", "true", "account_ids[]", bob.ID.String()).ok().
		is("Soup people", "collection", "name").is("en", "collection", "language").is(1.0, "collection", "item_count").is("soup", "collection", "tag", "name")
	one := "/api/v1/collections/" + made.at("collection", "id").(string)
	ada.post("/api/v1/collections", "name", "").status(422)
	ada.form("PATCH", one, "name", "Cooks").ok().is("Cooks", "collection", "name").is("They cook", "collection", "description")
	item := ada.post(one+"/items", "account_id", cem.ID.String()).ok().is("accepted", "collection_item", "state")
	ada.post(one+"/items", "account_id", cem.ID.String()).status(422)
	bob.get(one).ok().is(ada.ID.String(), "accounts", 0, "id").is(bob.ID.String(), "accounts", 1, "id").is(2.0, "collection", "item_count")
	bob.get("/api/v1/accounts/"+ada.ID.String()+"/collections").ok().is("Cooks", "collections", 0, "name")
	bob.get("/api/v1/accounts/"+bob.ID.String()+"/in_collections").ok().is("Cooks", "collections", 0, "name")
	mine := bob.get(one).at("collection", "items", 0, "id").(string)
	bob.post(one + "/items/" + mine + "/revoke").ok()
	ada.delete(one + "/items/" + item.at("collection_item", "id").(string)).ok()
	ada.delete(one).ok()
	bob.get(one).refused(404, "Record not found")
}

func walkFinding(t *testing.T, h *house, ada, bob, cem person) {
	ada.form("PATCH", "/api/v1/profile", "hide_collections", "false").ok()
	m := seed.Movement(t, h.Movements, h.person("eve").Account, "SoupDay")
	cem.get("/api/v1/directory?order=new&local=true&limit=2").ok()
	h.nobody().get("/api/v1/directory?offset=1").ok()
	list := cem.get("/api/v2/suggestions").ok().is("friends_of_friends", 0, "sources", 0).is(bob.ID.String(), 0, "account", "id").is("friends", 0, "goodturn", "why", 0)
	list.is(m.ID.String(), 1, "account", "id")
	cem.get("/api/v1/suggestions?limit=1").ok().is(bob.ID.String(), 0, "id")
	cem.delete("/api/v1/suggestions/" + bob.ID.String()).ok()
	cem.get("/api/v2/suggestions").ok().is(m.ID.String(), 0, "account", "id")

	post := ada.post("/api/v1/statuses", "status", "hello <b>world</b>").ok()
	h.nobody().get("/api/oembed?url="+seed.Base+"/posts/"+post.id()).ok().is("rich", "type")
	h.nobody().get("/api/oembed?url="+seed.Base+"/movements/"+m.Slug).ok().is(m.Name, "title")
	h.nobody().get("/health").ok().is("OK", "status")
	ada.get("/api/v1/annual_reports").ok()
	ada.get("/api/v1/annual_reports/2025/state").ok().is("ineligible", "state")
	ada.get("/api/v1_alpha/async_refreshes/x").refused(404, "Record not found")
}
