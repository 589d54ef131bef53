package web_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// What cannot be taken back is asked about first.
func TestModeration_Asks(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	mona, eve := s.Person("mona"), s.Person("eve")
	if err := s.Safety.SetRole(t.Context(), account.System("test"), mona.ID, account.RoleModerator); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, s).signIn(mona)
	path := "/moderation/accounts/" + eve.ID.String()
	b.post(path+"/decide", "action", "suspend", "reason", "It was spam.").shows(200, "Decided, and on record.")
	b.get(path)
	if strings.Contains(b.page, `action="`+path+`/delete"`) {
		t.Error("one tap deletes an account")
	}
	b.get(regexpFind(t, b.page, path+"/delete")).shows(200, "Delete @eve for good?", "Keep it")
	b.post(path+"/delete").shows(200, "It is deleted for good.")

	b.get("/notices/clear").shows(200, "Take all notices away?", "Keep them")
	b.post("/notices/clear").shows(200, "All notices are gone.")
	newBrowser(t, s).get("/notices/clear").shows(200, "Sign in")
}

// Somebody reports a post; a moderator limits its author and says why; the author
// reads it, disagrees, and is right.
func TestModeration(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob, mona := s.Person("ada"), s.Person("bob"), s.Person("mona")
		if err := s.Safety.SetRole(t.Context(), account.System("test"), mona.ID, account.RoleModerator); err != nil {
			t.Fatal(err)
		}
		p := write(t, s, bob, "Buy my miracle soup")
		a, b, m := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(bob), newBrowser(t, s).signIn(mona)

		a.get("/posts/"+p.ID.String()+"/report").shows(200, "Report a post by @bob", "Thank you for looking after this place", "What is wrong?")
		a.post("/accounts/"+bob.ID.String()+"/report", "post", p.ID.String(), "category", "spam", "comment", "<b>It</b> is no miracle.", "also", "mute").
			shows(200, "Thank you. A moderator will look at it.")
		a.get("/@bob/report").shows(200, "Report @bob")
		for _, path := range []string{"/moderation", "/moderation/accounts", "/moderation/appeals", "/moderation/record", "/moderation/accounts/" + bob.ID.String()} {
			a.get(path).shows(403, "Only moderators may do this.")
			newBrowser(t, s).get(path).shows(200, "Sign in")
		}

		m.get("/notices").shows(200, "told the moderators of somebody")
		m.get("/moderation").shows(200, "About @bob", "told by @ada", "<b>It</b> is no miracle.")
		report := regexpFind(t, m.page, `/moderation/reports/\d+`)
		m.get(report).shows(200, "Buy my miracle soup", "Decide", "Nobody has decided anything about this account.")
		m.post(report+"/assign").shows(200, "Put it back")
		m.post("/moderation/accounts/"+bob.ID.String()+"/decide", "action", "silence", "reason", "No miracles here, please.", "report", report[len("/moderation/reports/"):], "back", report).
			shows(200, "Decided, and on record.", "No miracles here, please.", "End the limit", "Open it again")
		m.get("/moderation").shows(200, "Nothing to look at")
		m.get("/moderation/accounts?q=bo").shows(200, "@bob", "Limited")

		b.get("/notices").shows(200, "decided something about your account")
		decision := regexpFind(t, b.page, `/decisions/\d+`)
		a.get(decision).shows(404)
		b.get(decision).shows(200, "No miracles here, please.", "Only those who follow you", "I disagree")
		b.post(decision+"/appeal", "text", "").shows(422, "Say why you disagree.")
		b.post(decision+"/appeal", "text", "It is only a name.").shows(200, "Your answer is with the moderators.", "A moderator will read it.")
		b.post(decision+"/appeal", "text", "Really.").shows(409)

		m.get("/moderation/appeals").shows(200, "It is only a name.")
		m.post(regexpFind(t, m.page, `/moderation/appeals/\d+/accept`)).shows(200, "No appeals")
		m.get("/moderation/record").shows(200, "Accept an appeal", "End the limit", "@mona")
		b.get(decision).shows(200, "We are sorry.")
		b.get("/decisions").shows(200, "Everybody sees what you post again.")
	})
}

// An administrator makes somebody a moderator on the page about them, and it is
// on record; a moderator is not asked.
func TestModeration_Role(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		anna, bob, mona := administrator(t, s, "anna"), s.Person("bob"), s.Person("mona")
		a, b, m := newBrowser(t, s).signIn(anna), newBrowser(t, s).signIn(bob), newBrowser(t, s).signIn(mona)
		page := "/moderation/accounts/" + mona.ID.String()
		m.get("/moderation").shows(403)
		a.get(page).shows(200, "Role on this server")
		a.post(page+"/role", "role", "moderator").shows(200, "Decided, and on record.", "Made a moderator")
		m.get("/moderation").shows(200)
		m.get("/moderation/accounts/" + bob.ID.String()).shows(200).lacks("Role on this server")
		m.post("/moderation/accounts/"+bob.ID.String()+"/role", "role", "admin").shows(403, "Only an administrator may do this.")
		b.post(page+"/role", "role", "").shows(403)
		a.post(page+"/role", "role", "emperor").shows(422, "A role is admin or moderator, or none.")
		a.post("/moderation/accounts/"+anna.ID.String()+"/role", "role", "").shows(403, "You cannot decide about yourself.")
		a.post(page+"/role", "role", "").shows(200, "Role taken back")
		m.get("/moderation").shows(403)
	})
}
