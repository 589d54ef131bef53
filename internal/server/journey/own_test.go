package journey

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// ownAccount: a password is forgotten and changed, which ends what was open
// elsewhere, and at last the account is deleted.
func ownAccount(t *testing.T, s *place) {
	away, here := s.member("nora"), s.visitor("nora at home")
	here.open("/sign-in")
	here.signIn("nora", "not her password")
	here.isAt("/sign-in")
	here.sees("main", "One thing to mend")
	here.keeps("name", "nora")

	here.press("main", "I forgot my password")
	here.fill("main", "email", "nora@example.org")
	here.press("main", "Send the link")
	here.sees("main", "If the address is known here")
	here.open(s.linkInMail())
	const fresh = "a fresh long password"
	here.fill("main", "password", fresh)
	here.press("main", "Use this password")
	here.signIn("nora", fresh)
	away.open("/settings/profile")
	away.isAt("/sign-in.*")
	away.signIn("nora", fresh)
	away.isAt("/settings/profile")

	here.open("/settings/password")
	here.fill("main", "old", fresh, "password", servertest.Password)
	here.press("main", "Use this password")
	here.isAt("/sign-in")
	away.open("/notices")
	away.isAt("/sign-in.*")
	here.signIn("nora", servertest.Password)

	n := s.writes(away.account, post.Draft{Text: "This will be gone.", Visibility: post.Public})
	for _, page := range []string{"privacy", "mail", "language", "interests", "sessions"} {
		here.open("/settings/" + page)
		here.answered(200)
	}
	here.sees("main", "Chrome, Linux", "this one")
	here.open("/settings/delete")
	here.fill("main", "password", "not her password")
	here.press("main", "Delete my account for good")
	here.sees("main", "One thing to mend")
	here.fill("main", "password", servertest.Password)
	here.press("main", "Delete my account for good")
	here.sees("main", "Your account is deleted.")
	here.open("/posts/" + n.Post.ID.String())
	if here.status != 404 && here.status != 410 {
		t.Errorf("a deleted account's post: status %d", here.status)
	}
	here.seesNot("main", "This will be gone.")
	here.open("/sign-in")
	here.signIn("nora", servertest.Password)
	here.isAt("/sign-in")
}

// linkInMail is the path of the link in the newest mail.
func (s *place) linkInMail() string {
	s.t.Helper()
	folder := filepath.Join(s.config.Data, "mail")
	var path string
	eventually(s.t, "a mail with a link", func() bool {
		files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
		if err != nil || len(files) == 0 {
			return false
		}
		mail, err := os.ReadFile(files[len(files)-1])
		if err != nil {
			s.t.Fatal(err)
		}
		found := regexp.MustCompile(regexp.QuoteMeta(s.URL()) + `(/\S+)`).FindSubmatch(mail)
		if found == nil {
			s.t.Fatalf("no link in %s", mail)
		}
		path = string(found[1])
		return true
	})
	return path
}
