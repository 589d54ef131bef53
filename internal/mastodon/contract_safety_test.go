package mastodon_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"goodturn/internal/auth"
	"goodturn/internal/seed"
)

// adminEntities are what the routes of moderators answer with: the contract
// describes these entities, and not the routes.
var adminEntities = []struct{ path, entity string }{
	{"/admin/accounts/{id}/action", "nothing"}, {"/admin/accounts", "AdminAccount"}, {"/admin/reports", "AdminReport"},
	{"DELETE /api/v1/admin/domain_blocks", "nothing"}, {"/admin/domain_blocks", "AdminDomainBlock"}, {"/admin/domain_allows", "AdminDomainAllow"},
	{"DELETE /api/v1/admin/email_domain_blocks", "nothing"}, {"/admin/email_domain_blocks", "AdminEmailDomainBlock"},
	{"DELETE /api/v1/admin/ip_blocks", "nothing"}, {"/admin/ip_blocks", "AdminIpBlock"},
	{"DELETE /api/v1/admin/canonical_email_blocks", "nothing"}, {"/admin/canonical_email_blocks", "AdminCanonicalEmailBlock"},
	{"/admin/trends/tags", "AdminTag"}, {"/admin/trends/links/publishers", "nothing"}, {"/admin/trends/links", "TrendsLink"}, {"/admin/trends/statuses", "Status"},
	{"/admin/measures", "AdminMeasure"}, {"/admin/dimensions", "AdminDimension"}, {"/admin/retention", "AdminCohort"},
}

func adminEntity(pattern string) string {
	for _, e := range adminEntities {
		if strings.Contains(pattern, e.path) {
			return e.entity
		}
	}
	return ""
}

var entities = sync.OnceValues(func() (openapi3.Schemas, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(os.Getenv(contractVariable))
	if err != nil {
		return nil, err
	}
	return doc.Components.Schemas, nil
})

// agreeEntity holds an answer, or each of its list, against an entity.
func (h *house) agreeEntity(name string, a answer) {
	h.t.Helper()
	if h.contract == nil || name == "nothing" && a.Status < 300 {
		return
	}
	if a.Status >= 300 {
		name = "Error"
	}
	all, err := entities()
	if err != nil {
		h.t.Fatal(err)
	}
	list, many := a.Body.([]any)
	if !many {
		list = []any{a.Body}
	}
	for _, v := range list {
		if err := all[name].Value.VisitJSON(v, openapi3.MultiErrors()); err != nil {
			h.t.Errorf("%s is no %s: %.2000v\n%.600s", a.name, name, err, a.Raw)
		}
	}
}

// moderator is somebody with that role and a token that may do what it may.
func (h *house) moderator(name string) person {
	h.t.Helper()
	a := seed.Account(h.t, h.Ground, name, seed.Moderator)
	return h.with(a, append(auth.Scopes{"admin:read", "admin:write"}, auth.DefaultScopes...)...)
}

const adminPath = "/api/v1/admin/"

func walkSafety(t *testing.T, h *house) {
	mod, ada, bob := h.moderator("mika"), h.person("ada"), h.person("bob")
	bobs := adminPath + "accounts/" + bob.ID.String()
	post := bob.post("/api/v1/statuses", "status", "Buy my soup", "visibility", "private").ok()
	open := bob.post("/api/v1/statuses", "status", "Buy my soup now").ok()

	told := ada.post("/api/v1/reports", "account_id", bob.ID.String(), "status_ids[]", open.id(), "status_ids[]", post.id(), "comment", "He sells.",
		"category", "violation", "rule_ids[]", "1", "forward", "true").ok()
	told.is("violation", "category").is(false, "action_taken").is("bob", "target_account", "acct").is(open.id(), "status_ids", 0).is("1", "rule_ids", 0)
	report := adminPath + "reports/" + told.id()
	n := mod.get("/api/v1/notifications?types[]=admin.report").ok()
	n.is("admin.report", 0, "type").is("ada", 0, "account", "acct").is(told.id(), 0, "report", "id")

	mod.get(adminPath+"reports?target_account_id="+bob.ID.String()).ok().is(told.id(), 0, "id").is("ada", 0, "account", "username").is(open.id(), 0, "statuses", 0, "id")
	mod.get(report).ok().is("He sells.", "comment").is("1", "rules", 0, "id").is("Be kind", "rules", 0, "text")
	mod.form("PUT", report, "category", "violation", "rule_ids[]", "2", "rule_ids[]", "1").ok().is("2", "rules", 0, "id")
	mod.form("PUT", report, "category", "spam").ok().is("spam", "category")
	mod.post(report+"/assign_to_self").ok().is("mika", "assigned_account", "username")
	mod.post(report+"/unassign").ok().is(nil, "assigned_account")
	mod.post(report+"/resolve").ok().is(true, "action_taken").is("mika", "action_taken_by_account", "username")
	if open := mod.get(adminPath + "reports").ids(); len(open) != 0 {
		t.Errorf("open: %v", open)
	}
	mod.get(adminPath+"reports?resolved=true").ok().is(told.id(), 0, "id")
	mod.post(report+"/reopen").ok().is(false, "action_taken")

	for _, act := range []struct{ do, flag, undo string }{{"sensitive", "sensitized", "unsensitive"}, {"silence", "silenced", "unsilence"},
		{"disable", "disabled", "enable"}, {"suspend", "suspended", "unsuspend"}} {
		mod.post(bobs+"/action", "type", act.do, "report_id", told.id(), "text", "Please do not sell here.").ok()
		mod.get(bobs).ok().is(true, act.flag)
		mod.get(adminPath+"accounts?"+act.flag+"=true").ok().is("bob", 0, "username")
		mod.post(bobs+"/"+act.undo).ok().is(false, act.flag)
	}
	mod.post(bobs+"/action", "type", "none", "text", "Thank you for stopping.").ok()
	bob.get("/api/v1/notifications?types[]=moderation_warning").ok().
		is("none", 0, "moderation_warning", "action").is("Thank you for stopping.", 0, "moderation_warning", "text").is(nil, 0, "moderation_warning", "appeal")

	mod.get("/api/v2/notifications?types[]=admin.report").ok().is(told.id(), "notification_groups", 0, "report", "id")

	mod.get(adminPath+"accounts?local=true&active=true&username=AD").ok().is("ada", 0, "username")
	mod.get("/api/v2/admin/accounts?origin=local&status=active&permissions=staff").ok().is("mika", 0, "username").is("1980", 0, "role", "permissions")
	h.walkSignUps(mod)
	h.walkBlocks(mod)

	days := []string{"start_at", "2026-01-01", "end_at", "2026-01-03", "keys[]"}
	for _, key := range []string{"active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "instance_accounts", "instance_statuses",
		"instance_media_attachments", "instance_reports", "instance_follows", "instance_followers"} {
		mod.post(adminPath+"measures", append(days, key, key+"[domain]", "other.example")...).ok().is(key, 0, "key").is("2026-01-01T00:00:00.000Z", 0, "data", 0, "date")
	}
	for _, key := range []string{"tag_accounts", "tag_uses", "tag_servers"} {
		mod.post(adminPath+"measures", append(days, key, key+"[id]", "soup")...).ok().is("0", 0, "total")
	}
	for _, key := range []string{"languages", "sources", "servers", "space_usage", "software_versions", "tag_servers", "tag_languages", "instance_accounts", "instance_languages"} {
		mod.post(adminPath+"dimensions", append(days, key, key+"[domain]", "other.example", key+"[id]", "soup")...).ok().is(key, 0, "key")
	}
	mod.post(adminPath+"retention", "start_at", "2026-01-01", "end_at", "2026-03-31", "frequency", "month").ok().is("month", 0, "frequency")

	mod.post(bobs+"/action", "type", "suspend").ok()
	mod.delete(bobs).ok().is("bob", "username")
}

// walkSignUps has two sign up, of whom one is let in.
func (h *house) walkSignUps(mod person) {
	h.t.Helper()
	for _, name := range []string{"zoe", "yan"} {
		err := h.auth.SignUp(h.t.Context(), auth.SignUp{Username: name, Email: name + "@example.org", Password: "a loaf of bread", Reason: "I bake."})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	waiting := mod.get("/api/v2/admin/accounts?status=pending").ok()
	waiting.is("yan", 0, "username").is("I bake.", 0, "invite_request").is("yan@example.org", 0, "email").is(false, 0, "approved")
	yan, zoe := waiting.ids()[0], waiting.ids()[1]
	mod.post(adminPath+"accounts/"+yan+"/approve").ok().is(true, "approved")
	mod.post(adminPath+"accounts/"+yan+"/approve").refused(403, "This action is not allowed")
	mod.post(adminPath+"accounts/"+zoe+"/reject").ok().is("zoe", "username")
	mod.get(adminPath+"accounts/"+zoe).refused(404, "Record not found")
}

func (h *house) walkBlocks(mod person) {
	h.t.Helper()
	d := mod.post(adminPath+"domain_blocks", "domain", "Trolls.Example", "severity", "suspend", "public_comment", "Trolls.", "obfuscate", "true").ok()
	d.is("trolls.example", "domain").is("suspend", "severity").is(true, "obfuscate")
	mod.post(adminPath+"domain_blocks", "domain", "trolls.example").refused(422, "Validation failed")
	mod.get(adminPath+"domain_blocks").ok().is(d.id(), 0, "id")
	mod.get(adminPath + "domain_blocks/" + d.id()).ok()
	mod.form("PUT", adminPath+"domain_blocks/"+d.id(), "severity", "silence", "reject_media", "true").ok().is("silence", "severity").is("Trolls.", "public_comment")
	h.nobody().get("/api/v1/instance/domain_blocks").ok().is("trol**.****ple", 0, "domain").is("silence", 0, "severity").is("Trolls.", 0, "comment")
	mod.delete(adminPath + "domain_blocks/" + d.id()).ok()
	a := mod.post(adminPath+"domain_allows", "domain", "friends.example").ok().is("friends.example", "domain")
	mod.post(adminPath+"domain_allows", "domain", "friends.example").ok().is(a.id(), "id")
	mod.get(adminPath+"domain_allows").ok().is(a.id(), 0, "id")
	mod.get(adminPath + "domain_allows/" + a.id()).ok()
	mod.delete(adminPath+"domain_allows/"+a.id()).ok().is(a.id(), "id")

	e := mod.post(adminPath+"email_domain_blocks", "domain", "throwaway.example").ok().is("throwaway.example", "domain")
	mod.get(adminPath+"email_domain_blocks").ok().is(e.id(), 0, "id")
	mod.get(adminPath + "email_domain_blocks/" + e.id()).ok()
	mod.delete(adminPath + "email_domain_blocks/" + e.id()).ok()
	c := mod.post(adminPath+"canonical_email_blocks", "email", "T.roll+2@Example.org").ok()
	mod.post(adminPath+"canonical_email_blocks/test", "email", "troll@example.org").ok().is(c.id(), 0, "id")
	mod.get(adminPath+"canonical_email_blocks").ok().is(c.id(), 0, "id")
	mod.get(adminPath + "canonical_email_blocks/" + c.id()).ok()
	mod.delete(adminPath + "canonical_email_blocks/" + c.id()).ok()

	ip := mod.post(adminPath+"ip_blocks", "ip", "203.0.113.7/24", "severity", "sign_up_block", "expires_in", "3600", "comment", "spam").ok()
	ip.is("203.0.113.0/24", "ip").is("sign_up_block", "severity").is("spam", "comment")
	mod.get(adminPath+"ip_blocks").ok().is(ip.id(), 0, "id")
	mod.form("PUT", adminPath+"ip_blocks/"+ip.id(), "severity", "no_access", "expires_in", "0").ok().is("no_access", "severity").is(nil, "expires_at")
	mod.get(adminPath + "ip_blocks/" + ip.id()).ok()
	mod.delete(adminPath + "ip_blocks/" + ip.id()).ok()
}
