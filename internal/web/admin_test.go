package web_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/server/servertest"
)

// administrator is somebody who looks after the server.
func administrator(t *testing.T, s *servertest.Server, name string) *account.Account {
	t.Helper()
	a := s.Person(name)
	if err := s.Safety.SetRole(t.Context(), account.System("test"), a.ID, account.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	return a
}

func tinyPicture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 32, 32))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAdminTexts(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		a, stranger := newBrowser(t, s).signIn(administrator(t, s, "olga")), newBrowser(t, s)
		a.get("/@olga").shows(200, "This server")
		a.get("/admin").shows(200, "turns likes into acts", "You can use Markdown.")
		a.post("/admin", "description", "Soup for all", "story", "We **cook**.", "privacy", "", "preview", "1").shows(200, "Preview", "We cook.", "Nothing is saved yet.")
		stranger.get("/about").lacks("We cook.")
		a.post("/admin", "description", "Soup for all", "story", "We **cook** <script>now</script>.", "privacy", "", "email", "not a mail").shows(422, "This is not a mail address.", "We **cook**")
		a.post("/admin", "description", "Soup for all", "story", "We **cook**.", "privacy", "", "email", "kitchen@example.org", "contact", "@olga").shows(200, "Saved.")
		stranger.get("/about").shows(200, "We cook.", "kitchen@example.org", "@olga")
		stranger.get("/privacy").shows(200, "Nothing is tracked")

		a.upload("/admin/picture", "file", tinyPicture(t), "alt", "A pot").shows(200, "Saved.", "Take the picture away")
		a.post("/admin/picture").shows(200, "Saved.").lacks("Take the picture away")

		a.post("/admin/terms", "on", "2020-01-01", "text", "Eat.").shows(422, "Choose a day, today or later.")
		a.post("/admin/terms", "on", "2090-01-01", "text", "Eat *up*.").shows(200, "From 2090-01-01 on", "Still to come")
		a.get("/admin/terms?on=2090-01-01").shows(200, "Eat *up*.")
		a.get("/admin/terms?on=2091-01-01").shows(404)
		a.post("/admin/terms/2090-01-01/drop").shows(200, "No terms yet")
	})
}

func TestAdminIsForAdministrators(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, mona := s.Person("ada"), s.Person("mona")
		if err := s.Safety.SetRole(t.Context(), account.System("test"), mona.ID, account.RoleModerator); err != nil {
			t.Fatal(err)
		}
		a, m, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(mona), newBrowser(t, s)
		for _, path := range []string{"/admin", "/admin/terms", "/admin/rules", "/admin/rules/1", "/admin/announcements", "/admin/announcements/new", "/admin/emojis", "/admin/domains", "/admin/allowed", "/admin/mail", "/admin/networks"} {
			a.get(path).shows(http.StatusForbidden)
			stranger.get(path).shows(200, "Sign in")
		}
		// Moderators look after who is kept out, and not after what the server says.
		m.get("/moderation").shows(200, "This server")
		m.get("/admin").shows(200, "Blocked servers").lacks("Announcements")
		m.get("/admin/rules").shows(http.StatusForbidden)
		m.post("/admin", "description", "Mine now").shows(http.StatusForbidden)
		m.upload("/admin/emojis", "file", tinyPicture(t), "shortcode", "soup").shows(http.StatusForbidden)
	})
}

func TestAdminRules(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		a, reader := newBrowser(t, s).signIn(administrator(t, s, "olga")), newBrowser(t, s)
		a.get("/admin/rules").shows(200, "Be kind", "These come with Goodturn.")
		a.post("/admin/rules/new", "text", "").shows(422, "Write the rule.")
		a.post("/admin/rules/new", "text", "Share your soup", "hint", "With all.", "text_de", "Teile deine Suppe").shows(200, "Saved.", "Share your soup", "Be kind")
		rules := strings.Index(a.get("/admin/rules").page, "Share your soup")
		if rules < strings.LastIndex(a.page, "Nothing that the law forbids") {
			t.Error("a new rule is not the last")
		}
		to := regexpFind(t, a.page[:rules], `/admin/rules/\d{6,}`)
		a.post(to + "/raise").shows(200)
		if strings.Index(a.page, "Share your soup") > strings.Index(a.page, "Nothing that the law forbids") {
			t.Error("a raised rule is still the last")
		}
		a.get(to).shows(200, "[text_de=Teile deine Suppe]")
		a.post(to, "text", "Share your bread", "hint", "").shows(200, "Share your bread")
		reader.get("/rules").shows(200, "Share your bread").lacks("soup")
		a.post(to+"/withdraw").shows(200, "Removed.").lacks("Share your bread")
		a.get(to).shows(404)
		a.post("/admin/rules/99/raise").shows(404)
	})
}

// Somebody reports a post by the rule that it breaks; moderators see which.
func TestReportByRule(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, bob := s.Person("ada"), s.Person("bob")
		a, m := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(administrator(t, s, "olga"))
		p := write(t, s, bob, "Buy my miracle soup")
		to := "/accounts/" + bob.ID.String() + "/report"
		a.get("/posts/"+p.ID.String()+"/report").shows(200, "Which rules does it break?", "Ask for money openly")
		a.post(to, "post", p.ID.String(), "category", "violation", "rule_ids", "777").shows(422, "There is no such rule.")
		a.post(to, "post", p.ID.String(), "category", "violation", "rule_ids", "4").shows(200, "A moderator will look at it.")
		m.get("/moderation").shows(200, "It breaks a rule of this place", "Rule: Ask for money openly")
		// A rule that holds no longer is still named.
		m.post("/admin/rules/4/withdraw").shows(200, "Removed.")
		m.get("/moderation").shows(200, "Rule: Ask for money openly")
		a.post(to, "post", p.ID.String(), "category", "violation", "rule_ids", "4").shows(422, "There is no such rule.")
	})
}

func TestAnnouncements(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		o, a, stranger := newBrowser(t, s).signIn(administrator(t, s, "olga")), newBrowser(t, s).signIn(s.Person("ada")), newBrowser(t, s)
		const to = "/admin/announcements"
		o.get(to).shows(200, "Nothing announced")
		o.post(to+"/new", "text", "Repairs #soup", "preview", "1").shows(200, "Preview", "Repairs #soup")
		o.post(to+"/new", "text", "Repairs", "starts_at", "2090-05-02T10:00", "ends_at", "2090-05-01T10:00").shows(422, "The end comes after the beginning.")
		o.post(to+"/new", "text", "Repairs", "ends_at", "2090-05-01T10:00", "zone", "Nowhere/Land").shows(422, "is not a time zone")
		o.post(to+"/new", "text", "Repairs, <b>soon</b>", "ends_at", "2090-05-01T12:00", "zone", "Europe/Vienna").shows(200, "A draft")
		a.get("/").lacks("Repairs")
		one := regexpFind(t, o.page, to+`/\d+`)
		o.get(one).shows(200, "[ends_at=2090-05-01T10:00]")
		o.post(one, "text", "Repairs, <b>soon</b>", "ends_at", "2090-05-01T10:00", "publish", "on").shows(200, "Told until")

		a.get("/").shows(200, "Repairs, <b>soon</b>", "Until 1 May 2090", "React")
		stranger.get("/").lacks("Repairs")
		told := regexpFind(t, a.page, `/announcements/\d+`)
		a.post(told+"/react", "name", "🎉", "back", "/").shows(200, "🎉 1 1 reaction")
		a.post(told+"/react", "name", "no emoji", "back", "/").shows(200, "is not a recognized emoji")
		stranger.post(told+"/react", "name", "🎉").shows(200, "Sign in")
		o.get(to).shows(200, "1 reaction")
		a.post(told+"/react", "off", "🎉", "back", "/").lacks("🎉 1")
		a.post(told+"/dismiss", "back", "/").shows(200, "Put away.").lacks("Repairs")
		a.get("/announcements").shows(200, "Repairs")
		o.get("/").shows(200, "Repairs")
		o.post(one+"/withdraw").shows(200, "Removed.", "Nothing announced")
		a.get("/announcements").shows(200, "Nothing announced")
		a.post(told + "/dismiss").shows(404)
	})
}

func TestCustomEmojis(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada := s.Person("ada")
		o, stranger := newBrowser(t, s).signIn(administrator(t, s, "olga")), newBrowser(t, s)
		name := "Ada :soup:"
		if _, err := s.Accounts.Update(t.Context(), account.As(ada), account.Change{Name: &name}); err != nil {
			t.Fatal(err)
		}
		p := write(t, s, ada, "Eat :soup: at 10:30:00 https://example.org/:soup:")
		page := "/posts/" + p.ID.String()
		stranger.get(page).shows(200, "Ada :soup:", "Eat :soup:")
		o.get("/admin/emojis").shows(200, "No emojis of your own yet")
		o.post("/admin/emojis", "shortcode", "soup").shows(422, "Choose a picture.")
		o.upload("/admin/emojis", "file", tinyPicture(t), "shortcode", "s").shows(422, "A shortcode has")
		o.upload("/admin/emojis", "file", []byte("no picture"), "shortcode", "soup").shows(422)
		o.upload("/admin/emojis", "file", tinyPicture(t), "shortcode", ":soup:", "picker", "on").shows(200, "Saved.", ":soup:")
		o.upload("/admin/emojis", "file", tinyPicture(t), "shortcode", "soup").shows(409, "There is an emoji of this name already.")

		// The stranger's page was kept, and shows pictures at once: in the name, twice with the title's, and in the text.
		stranger.get(page).shows(200)
		const image = `alt=":soup:" title=":soup:"`
		if n := strings.Count(stranger.page, image); n < 2 {
			t.Errorf("%d pictures in %s", n, stranger.page)
		}
		if strings.Contains(regexpFind(t, stranger.page, `href="https://example.org[^"]*"`), "<img") {
			t.Error("a picture within a tag")
		}
		one := regexpFind(t, o.get("/admin/emojis").page, `/admin/emojis/\d+`)
		o.post(one, "category", "Food", "disabled", "on").shows(200, "Switched off", "Food")
		if stranger.get(page); strings.Contains(stranger.page, image) {
			t.Error("a picture of an emoji that is switched off")
		}
		o.post(one+"/delete").shows(200, "Removed.", "No emojis of your own yet")
		o.get(one).shows(404)
	})
}

func TestAdminBlocks(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		o := newBrowser(t, s).signIn(administrator(t, s, "olga"))
		o.get("/admin/domains").shows(200, "No server is blocked")
		o.post("/admin/domains", "domain", "not a domain", "severity", "suspend", "public_comment", "They harm.").shows(422, "This is not a domain", "They harm.")
		o.post("/admin/domains", "domain", "bad.example", "severity", "suspend", "reject_media", "on", "public_comment", "They harm.").shows(200, "Saved.", "bad.example", "Block it", "They harm.")
		o.post("/admin/domains", "domain", "bad.example", "severity", "suspend").shows(409, "There is a rule for this domain already.")
		one := regexpFind(t, o.get("/admin/domains").page, `/admin/domains/\d+`)
		o.get(one).shows(200, "They harm.")
		o.post(one, "severity", "silence", "private_comment", "Wait and see").shows(200, "Limit it", "Wait and see")
		o.post(one+"/unblock").shows(200, "Removed.", "No server is blocked")
		o.get(one).shows(404)

		o.post("/admin/allowed", "domain", "good.example").shows(200, "good.example")
		o.post(regexpFind(t, o.page, `/admin/allowed/\d+/disallow`)).shows(200, "No server is named")

		o.post("/admin/mail", "domain", "").shows(422)
		o.post("/admin/mail", "domain", "trash.example").shows(200, "trash.example")
		o.post("/admin/mail", "domain", "trash.example").shows(409, "This is barred already.")
		o.post(regexpFind(t, o.get("/admin/mail").page, `/admin/mail/\d+/unbar`)).shows(200, "No mail domain is barred")

		o.get("/admin/networks").shows(200, "No network is blocked")
		o.post("/admin/networks", "ip", "everywhere", "severity", "no_access", "lasts", "86400").shows(422, "This is no address of the network")
		o.post("/admin/networks", "ip", "192.0.2.0/24", "severity", "no_access", "lasts", "12").shows(422, "Choose one of these.")
		o.post("/admin/networks", "ip", "127.0.0.1", "severity", "no_access", "lasts", "86400").shows(422, "You would lock yourself out")
		o.post("/admin/networks", "ip", "192.0.2.7/24", "severity", "no_access", "lasts", "86400", "comment", "A flood").shows(200, "192.0.2.0/24", "Until", "A flood")
		net := regexpFind(t, o.page, `/admin/networks/\d+`)
		o.get(net).shows(200, "As it was", "A flood")
		o.post(net, "ip", "192.0.2.0/24", "severity", "sign_up_block", "lasts", "0").shows(200, "Nobody can sign up from there").lacks("Until 2", "A flood")
		o.post(net+"/unblock").shows(200, "No network is blocked")
		o.get("/moderation/record").shows(200, "bad.example", "192.0.2.0/24", "trash.example")
	})
}
