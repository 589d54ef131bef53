package mastodon_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/seed"
)

func has(list []string, i string) bool {
	for _, x := range list {
		if x == i {
			return true
		}
	}
	return false
}

// What moderators lay on bob, as a stranger, a follower, and bob himself see it;
// and nothing is left of it once it is taken back.
func TestSafety_Effects(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, fan, stranger, bob := h.moderator("mika"), h.person("fan"), h.person("stranger"), h.person("bob")
		eve := h.person("eve")
		fan.post("/api/v1/accounts/" + bob.ID.String() + "/follow").ok()
		post := bob.post("/api/v1/statuses", "status", "I sell #soup").ok()
		one, bobs := "/api/v1/statuses/"+post.id(), adminPath+"accounts/"+bob.ID.String()
		decide := func(action string) { t.Helper(); mod.post(bobs+"/action", "type", action).ok() }
		undo := func(action string) { t.Helper(); mod.post(bobs + "/" + action).ok() }
		lists := []string{"/api/v1/timelines/public", "/api/v1/timelines/tag/soup"}

		decide("silence")
		for _, list := range lists {
			if has(stranger.get(list).ids(), post.id()) || has(h.nobody().get(list).ids(), post.id()) {
				t.Errorf("a stranger sees the limited account in %s", list)
			}
			if !has(fan.get(list).ids(), post.id()) || !has(bob.get(list).ids(), post.id()) {
				t.Errorf("a follower, or bob, does not see the limited account in %s", list)
			}
		}
		if !has(fan.get("/api/v1/timelines/home").ids(), post.id()) {
			t.Error("a follower's home lacks the limited account")
		}
		stranger.get(one).ok().is(true, "account", "limited") // who looks for it finds it
		if found := stranger.get("/api/v1/accounts/search?q=bo").ids(); len(found) != 0 {
			t.Errorf("a stranger's search finds %v", found)
		}
		if found := stranger.get("/api/v1/accounts/search?q=@bob").ids(); len(found) != 1 {
			t.Errorf("by the exact name, a stranger's search finds %v", found)
		}
		if found := fan.get("/api/v1/accounts/search?q=bo").ids(); len(found) != 1 {
			t.Errorf("a follower's search finds %v", found)
		}
		bob.post("/api/v1/accounts/"+eve.ID.String()+"/follow").ok().is(true, "requested").is(false, "following")
		undo("unsilence")
		for _, list := range lists {
			if !has(stranger.get(list).ids(), post.id()) {
				t.Errorf("%s is not as before", list)
			}
		}

		decide("sensitive")
		later := bob.post("/api/v1/statuses", "status", "More soup").ok().is(true, "sensitive")
		stranger.get(one).ok().is(true, "sensitive")
		undo("unsensitive")
		stranger.get(one).ok().is(false, "sensitive")
		stranger.get("/api/v1/statuses/"+later.id()).ok().is(false, "sensitive")

		decide("disable")
		bob.get("/api/v1/timelines/home").refused(403, "Your login is currently disabled")
		stranger.get(one).ok()
		undo("enable")
		bob.get("/api/v1/timelines/home").ok()

		decide("suspend")
		for _, p := range []person{stranger, fan, h.nobody()} {
			p.get(one).refused(404, "Record not found")
			p.get("/api/v1/accounts/" + bob.ID.String()).status(410)
			if has(p.get(lists[0]).ids(), post.id()) {
				t.Error("a suspended account's post is listed")
			}
		}
		if bob.get("/api/v1/timelines/home").Status < 400 {
			t.Error("a suspended account reads on")
		}
		undo("unsuspend")
		stranger.get(one).ok()
		bob.get("/api/v1/timelines/home").ok()
	})
}

func TestSafety_WhoMay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, ada, bob := h.moderator("mika"), h.person("ada"), h.person("bob")
		mods := h.with(mod.Account, "admin:read:accounts")
		admin := h.with(seed.Account(t, h.Ground, "ruth", seed.Admin), "admin:write", "admin:read")
		pretender := h.with(ada.Account, "admin:read", "admin:write")

		pretender.get(adminPath+"accounts").refused(403, "This action is not allowed")
		pretender.post(adminPath+"accounts/"+bob.ID.String()+"/action", "type", "suspend").refused(403, "This action is not allowed")
		h.with(mod.Account, auth.DefaultScopes...).get(adminPath+"accounts").refused(403, "outside the authorized scopes")
		mods.get(adminPath + "accounts").ok()
		mods.get(adminPath+"reports").refused(403, "outside the authorized scopes")
		mods.post(adminPath+"accounts/"+bob.ID.String()+"/action", "type", "suspend").refused(403, "outside the authorized scopes")
		mod.post(adminPath+"accounts/"+admin.ID.String()+"/action", "type", "silence").refused(403, "This action is not allowed")
		mod.post(adminPath+"accounts/"+mod.ID.String()+"/action", "type", "silence").refused(403, "This action is not allowed")
		mod.delete(adminPath+"accounts/"+bob.ID.String()).refused(403, "This action is not allowed") // not suspended
		mod.post(adminPath+"accounts/"+bob.ID.String()+"/action", "type", "banish").refused(422, "Validation failed")
		mod.post(adminPath+"accounts/12345/action", "type", "suspend").refused(404, "Record not found")
		admin.post(adminPath+"accounts/"+mod.ID.String()+"/action", "type", "silence").ok()
	})
}

func TestReports_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob, eve := h.person("ada"), h.person("bob"), h.person("eve")
		tell := func(fields ...string) answer { return ada.post("/api/v1/reports", fields...) }
		tell("account_id", ada.ID.String()).refused(422, "You cannot report yourself")
		tell("account_id", "77").refused(404, "Record not found")
		tell("account_id", "him").refused(404, "Record not found")
		tell().refused(404, "Record not found")
		tell("account_id", bob.ID.String(), "comment", strings.Repeat("x", 1001)).refused(422, "Validation failed")
		tell("account_id", bob.ID.String(), "category", "boring").refused(422, "Validation failed")
		tell("account_id", bob.ID.String(), "rule_ids[]", "<script>").refused(422, "Validation failed")
		tell("account_id", bob.ID.String(), "category", "violation", "rule_ids[]", "1", "rule_ids[]", "777").refused(422, "Validation failed")
		h.nobody().post("/api/v1/reports", "account_id", bob.ID.String()).refused(401, "invalid")

		// Posts of others, and those that the reporter may not see, are left out.
		secret := bob.post("/api/v1/statuses", "status", "Psst", "visibility", "direct").ok()
		other := eve.post("/api/v1/statuses", "status", "Hello").ok()
		r := tell("account_id", bob.ID.String(), "status_ids[]", secret.id(), "status_ids[]", other.id(), "rule_ids[]", "3").ok()
		if ids, _ := r.at("status_ids").([]any); len(ids) != 0 {
			t.Errorf("the report holds %v", ids)
		}
		r.is("violation", "category")
	})
}

// Of a hundred a day no more are taken, however many come at once after them.
func TestReports_ErrTooMany(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		for range 100 {
			if _, err := h.safety.Report(t.Context(), account.As(ada.Account), safety.ReportDraft{TargetID: bob.ID}); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range seed.AtOnce(32, func(int) error {
			_, err := h.safety.Report(t.Context(), account.As(ada.Account), safety.ReportDraft{TargetID: bob.ID})
			return err
		}) {
			if !problem.Is(err, problem.KindTooMany) {
				t.Errorf("got %v", err)
			}
		}
		h.Clock.Add(25 * time.Hour)
		if _, err := h.safety.Report(t.Context(), account.As(ada.Account), safety.ReportDraft{TargetID: bob.ID}); err != nil {
			t.Error(err)
		}
	})
}

// Of many moderators who decide the same at once, one does: there is one line of
// the record and one notice; and one appeal, with one answer.
func TestDecide_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, bob := h.moderator("mika"), h.person("bob")
		r, err := h.safety.Report(t.Context(), account.As(h.person("ada").Account), safety.ReportDraft{TargetID: bob.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range seed.AtOnce(32, func(int) error {
			return h.safety.Decide(t.Context(), account.As(mod.Account), bob.ID, safety.Order{Action: safety.Limit, Reason: "Enough.", ReportID: r.ID})
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		told, err := h.safety.Told(t.Context(), account.As(bob.Account), db.Page{})
		if err != nil || len(told) != 1 || told[0].Reason != "Enough." || told[0].ReportID != r.ID {
			t.Fatalf("bob was told %v, %v", told, err)
		}
		notices, err := h.notices.List(t.Context(), account.As(bob.Account), notice.Filter{Kinds: []notice.Kind{notice.Warning}}, db.Page{})
		if err != nil || len(notices) != 1 {
			t.Errorf("%d notices, %v", len(notices), err)
		}
		appealed := 0
		for _, err := range seed.AtOnce(32, func(int) error {
			return h.safety.Appeal(t.Context(), account.As(bob.Account), told[0].ID, "", "I did not.")
		}) {
			if err == nil {
				appealed++
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		answered := 0
		for _, err := range seed.AtOnce(32, func(int) error {
			return h.safety.AnswerAppeal(t.Context(), account.As(mod.Account), told[0].ID, true)
		}) {
			if err == nil {
				answered++
			} else if !problem.Is(err, problem.KindNotFound) {
				t.Error(err)
			}
		}
		if appealed != 1 || answered != 1 {
			t.Errorf("%d appeals and %d answers", appealed, answered)
		}
		bob.get("/api/v1/accounts/verify_credentials").ok().is(nil, "limited") // taken back
		bob.get("/api/v1/notifications?types[]=moderation_warning").ok().is("approved", 0, "moderation_warning", "appeal", "state")
	})
}

func TestSignUp_Screened(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod := account.As(h.moderator("mika").Account)
		if _, err := h.safety.BarMailDomain(t.Context(), mod, "throwaway.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.safety.BarMail(t.Context(), mod, "troll@example.org", ""); err != nil {
			t.Fatal(err)
		}
		block := func(address string, s safety.Severity) {
			t.Helper()
			if _, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &address, Severity: &s}, netip.Addr{}); err != nil {
				t.Fatal(err)
			}
		}
		block("203.0.113.0/24", safety.NoSignUp)
		block("203.0.113.9", safety.SignUpByApproval)
		block("2001:db8::/32", safety.NoAccess)
		for _, c := range []struct {
			email, from string
			want        problem.Kind // 0: may
		}{
			{"ada@example.org", "192.0.2.1", 0},
			{"ada@throwaway.example", "192.0.2.1", problem.KindInvalid},
			{"ada@deep.Throwaway.example", "192.0.2.1", problem.KindInvalid},
			{"T.Roll+soup@example.org", "192.0.2.1", problem.KindInvalid},
			{"ada@example.org", "203.0.113.7", problem.KindForbidden},
			{"ada@example.org", "::ffff:203.0.113.7", problem.KindForbidden},
			{"ada@example.org", "203.0.113.9", 0},
			{"ada@example.org", "2001:db8::1", problem.KindForbidden},
		} {
			approve, err := h.safety.Screen(t.Context(), c.email, netip.MustParseAddr(c.from))
			var p *problem.Error
			got := problem.Kind(0)
			if errors.As(err, &p) {
				got = p.Kind
			}
			if got != c.want || approve != (c.from == "203.0.113.9") {
				t.Errorf("%s from %s: %v, approve %v", c.email, c.from, err, approve)
			}
		}
		for _, wide := range []string{"0.0.0.0/0", "::/0", "soup", "192.0.2.1/99"} {
			s := safety.NoAccess
			_, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &wide, Severity: &s}, netip.Addr{})
			if !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", wide, err)
			}
		}
		mine, s := "198.51.100.0/24", safety.NoAccess
		_, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &mine, Severity: &s}, netip.MustParseAddr("198.51.100.4"))
		if !problem.Is(err, problem.KindInvalid) {
			t.Errorf("a moderator locked itself out: %v", err)
		}
	})
}

// A suspended account's mail address signs up no more, until it is restored.
func TestSuspend_BarsMail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod := account.As(h.moderator("mika").Account)
		troll, err := h.auth.CreateByCommand(t.Context(), auth.NewLogin{Username: "troll", Email: "troll@example.org", Password: "a loaf of bread"})
		if err != nil {
			t.Fatal(err)
		}
		_, session, err := h.auth.SignIn(t.Context(), "troll", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.safety.Decide(t.Context(), mod, troll.ID, safety.Order{Action: safety.Suspend}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.auth.Session(t.Context(), session); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("the session goes on: %v", err)
		}
		again := auth.SignUp{Username: "troll2", Email: "tr.oll+2@example.org", Password: "a loaf of bread"}
		if err := h.auth.SignUp(t.Context(), again); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("signed up again: %v", err)
		}
		if err := h.safety.Undo(t.Context(), mod, troll.ID, safety.Unsuspend); err != nil {
			t.Fatal(err)
		}
		if err := h.auth.SignUp(t.Context(), again); err != nil {
			t.Error(err)
		}
		if err := h.safety.Decide(t.Context(), mod, troll.ID, safety.Order{Action: safety.Disable}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.auth.SignIn(t.Context(), "troll", "a loaf of bread", auth.Client{}); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("a disabled account signs in: %v", err)
		}
	})
}

// Who told of somebody, and of whom somebody told, are nobody once deleted.
func TestSafety_DeletedAccounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, ada, bob := h.moderator("mika"), h.person("ada"), h.person("bob")
		viewer := account.As(mod.Account)
		for _, d := range []struct{ by, about person }{{ada, bob}, {bob, ada}} {
			_, err := h.safety.Report(t.Context(), account.As(d.by.Account), safety.ReportDraft{TargetID: d.about.ID, Comment: "Secret words."})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := h.safety.Decide(t.Context(), viewer, ada.ID, safety.Order{Action: safety.Warn, Reason: "Secret words."}); err != nil {
			t.Fatal(err)
		}
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, ada.ID, h.Clock.Now()) })
		for _, done := range []bool{false, true} {
			list, err := h.safety.Reports(t.Context(), viewer, safety.ReportFilter{Done: done}, db.Page{})
			if err != nil || len(list) != 1 || list[0].Comment != "" || list[0].AccountID == ada.ID {
				t.Errorf("done %v: %+v, %v", done, list, err)
			}
		}
		record, err := h.safety.Record(t.Context(), viewer, ada.ID, db.Page{})
		if err != nil || len(record) != 1 || record[0].Reason != "" {
			t.Errorf("the record says %+v, %v", record, err)
		}
		list := mod.get(adminPath + "reports").ok()
		list.is("goodturn", 0, "account", "username").is("bob", 0, "target_account", "username")
	})
}

// A rule for a domain holds for its accounts, and what is beneath it, those that
// come later too; what moderators decided about one of them stays.
func TestBlockDomain_AccountsFollow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod := account.As(h.moderator("mika").Account)
		elsewhere := func(name, domain string) *account.Account {
			return seed.Account(t, h.Ground, name, func(d *account.Draft) { d.Domain, d.URI = domain, "https://"+domain+"/"+name })
		}
		near, deep, other := elsewhere("near", "trolls.example"), elsewhere("deep", "deep.trolls.example"), elsewhere("other", "nottrolls.example")
		own := elsewhere("own", "trolls.example")
		if err := h.safety.Decide(t.Context(), mod, own.ID, safety.Order{Action: safety.Suspend}); err != nil {
			t.Fatal(err)
		}
		changed := make(chan account.Changed, 20)
		seed.Notify(h.Ground, changed)
		h.Work(t)
		await := func(n int) {
			t.Helper()
			for range n {
				select {
				case <-changed:
				case <-time.After(20 * time.Second):
					t.Fatal("the accounts do not follow the rule")
				}
			}
		}
		state := func(i id.ID) account.State {
			t.Helper()
			a, err := h.Accounts.Get(t.Context(), i)
			if err != nil {
				t.Fatal(err)
			}
			return a.State
		}
		rule, err := h.safety.BlockDomain(t.Context(), mod, safety.DomainRule{Domain: "trolls.example", Severity: safety.DomainSuspend})
		if err != nil {
			t.Fatal(err)
		}
		await(2)
		if state(near.ID) != account.StateSuspended || state(deep.ID) != account.StateSuspended || state(other.ID) != account.StateActive {
			t.Errorf("%s, %s, %s", state(near.ID), state(deep.ID), state(other.ID))
		}
		if late := elsewhere("late", "trolls.example"); state(late.ID) != account.StateSuspended {
			t.Error("one who came later does not follow the rule")
		}
		await(1)
		if err := h.safety.UnblockDomain(t.Context(), mod, rule.ID); err != nil {
			t.Fatal(err)
		}
		await(3)
		if state(near.ID) != account.StateActive || state(own.ID) != account.StateSuspended {
			t.Errorf("%s, %s", state(near.ID), state(own.ID))
		}
	})
}

// That somebody moderates, or names some key, is no leave to answer for whom a
// decision is about.
func TestAppeal_ByAnother(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, ada, bob := account.As(h.moderator("mika").Account), account.As(h.person("ada").Account), account.As(h.person("bob").Account)
		if err := h.safety.Decide(t.Context(), mod, bob.ID(), safety.Order{Action: safety.Limit, Reason: "Enough."}); err != nil {
			t.Fatal(err)
		}
		told, err := h.safety.Told(t.Context(), bob, db.Page{})
		if err != nil || len(told) != 1 {
			t.Fatalf("bob was told %v, %v", told, err)
		}
		for _, v := range []account.Viewer{mod, ada, account.Nobody, account.System("test")} {
			for _, key := range []string{"", "x"} {
				if err := h.safety.Appeal(t.Context(), v, told[0].ID, key, "He did not."); !problem.Is(err, problem.KindNotFound) {
					t.Errorf("with the key %q: %v", key, err)
				}
			}
		}
		if err := h.safety.Appeal(t.Context(), bob, told[0].ID, "x", "I did not."); err != nil {
			t.Errorf("bob, with an old key: %v", err)
		}
	})
}

// Who was never let in cannot be suspended, and the reports about them stay open;
// a name that sign-up holds back waits for nobody, and nobody lets it in.
func TestDecide_NeverLetIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod := account.As(h.moderator("mika").Account)
		for _, name := range []string{"ada", "spy"} { // with one address
			if err := h.auth.SignUp(t.Context(), auth.SignUp{Username: name, Email: "ada@example.org", Password: "a loaf of bread"}); err != nil {
				t.Fatal(err)
			}
		}
		waiting, err := h.safety.People(t.Context(), mod, safety.PeopleFilter{Standing: safety.Pending}, db.Page{})
		if err != nil || len(waiting) != 1 || waiting[0].Username != "ada" {
			t.Fatalf("there wait %v, %v", waiting, err)
		}
		all, err := h.safety.People(t.Context(), mod, safety.PeopleFilter{Username: "spy"}, db.Page{})
		if err != nil || len(all) != 1 {
			t.Fatalf("got %v, %v", all, err)
		}
		if err := h.safety.Approve(t.Context(), mod, all[0].ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("a name that is held back was let in: %v", err)
		}
		report := func() []*safety.Report {
			t.Helper()
			open, err := h.safety.Reports(t.Context(), mod, safety.ReportFilter{}, db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return open
		}
		h.Update(t, func(tx *db.Tx) error { // told before it had to wait
			_, err := tx.Exec(`INSERT INTO report (id, target_id, category, created_at, changed_at) VALUES ($1, $2, 'spam', 1, 1)`, h.IDs.New(), waiting[0].ID)
			return err
		})
		err = h.safety.Decide(t.Context(), mod, waiting[0].ID, safety.Order{Action: safety.Suspend})
		if p, ok := problem.Of(err); !ok || p.Kind != problem.KindInvalid || p.Field != "type" {
			t.Errorf("got %v", err)
		}
		if open := report(); len(open) != 1 {
			t.Errorf("%d reports are open", len(open))
		}
	})
}

// Of the standings each finds its own.
func TestPeople_Standing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod := account.As(h.moderator("mika").Account)
		for action, standing := range map[safety.Action]safety.Standing{safety.Suspend: safety.Suspended, safety.Disable: safety.Disabled,
			safety.Limit: safety.Limited, safety.Sensitive: safety.Sensitized} {
			who := h.person("a" + string(standing))
			if err := h.safety.Decide(t.Context(), mod, who.ID, safety.Order{Action: action}); err != nil {
				t.Fatal(err)
			}
			found, err := h.safety.People(t.Context(), mod, safety.PeopleFilter{Standing: standing}, db.Page{})
			if err != nil || len(found) != 1 || found[0].ID != who.ID {
				t.Errorf("%s: %v, %v", standing, found, err)
			}
		}
		staff, err := h.safety.People(t.Context(), mod, safety.PeopleFilter{Roles: []account.Role{account.RoleModerator}}, db.Page{})
		if err != nil || len(staff) != 1 || staff[0].ID != mod.ID() {
			t.Errorf("moderators are %v, %v", staff, err)
		}
	})
}

// A block holds however its addresses are written, and one that cannot hold is
// refused.
func TestBlockAddress_mapped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, s := account.As(h.moderator("mika").Account), safety.NoAccess
		for _, c := range []struct{ block, from string }{
			{"::ffff:192.0.2.0/120", "192.0.2.7"}, {"::ffff:198.51.100.7", "198.51.100.7"}, {"203.0.113.0/24", "::ffff:203.0.113.7"},
		} {
			if _, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &c.block, Severity: &s}, netip.Addr{}); err != nil {
				t.Fatalf("%s: %v", c.block, err)
			}
			if got := h.safety.AddressSeverity(t.Context(), netip.MustParseAddr(c.from)); got != s {
				t.Errorf("%s lets %s in: %q", c.block, c.from, got)
			}
		}
		for _, wide := range []string{"::ffff:192.0.2.0/95", "::ffff:10.0.0.0/100"} {
			if _, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &wide, Severity: &s}, netip.Addr{}); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", wide, err)
			}
		}
	})
}

// There is room for ten thousand blocks, and the answer says so.
func TestBlockAddress_Most(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mod, s := account.As(h.moderator("mika").Account), safety.NoAccess
		h.Update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO ip_block (id, prefix, severity, created_at)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
				SELECT i, 'block ' || CAST(i AS TEXT), 'no_access', 1 FROM n`)
			return err
		})
		address := "192.0.2.7"
		_, err := h.safety.BlockAddress(t.Context(), mod, safety.AddressChange{Address: &address, Severity: &s}, netip.Addr{})
		if p, ok := problem.Of(err); !ok || p.Kind != problem.KindConflict || !strings.Contains(p.Text(), "10000") {
			t.Errorf("got %v", err)
		}
	})
}
