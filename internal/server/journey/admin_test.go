package journey

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// administrator looks after the server.
func (s *place) administrator(username string) *person {
	s.t.Helper()
	a, err := s.Auth.CreateByCommand(context.Background(), auth.NewLogin{
		Username: username, Email: username + "@example.org", Password: servertest.Password, Role: account.RoleAdmin,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.enter(a)
}

// looksAfterTheServer: an administrator makes a rule and announces it; somebody
// reports a post that breaks it, and a moderator sees which rule that was.
func looksAfterTheServer(t *testing.T, s *place) {
	bob := s.Person("bob")
	n := s.writes(bob, post.Draft{Text: "My soup is for me alone.", Visibility: post.Public})
	olga, ada, mod := s.administrator("olga"), s.member("ada"), s.moderator("mika")

	olga.open("/@olga")
	olga.tap(".profile", "More")
	olga.press(".profile", "This server")
	olga.fill("main", "description", "A kitchen for all", "story", "We **cook**.")
	olga.press("main", "Preview")
	olga.sees("main", "Nothing is saved yet.", "We cook.")
	olga.press("main", "Save")
	olga.sees("main", "Saved.")
	olga.press(".tabs", "Rules")
	olga.press("main", "Add a rule")
	olga.fill("main", "text", "Share your soup", "hint", "With everybody who is hungry.", "text_de", "Teile deine Suppe")
	olga.press("main", "Save")
	olga.press("main", "Move Share your soup up")
	olga.press(".tabs", "Announcements")
	olga.press("main", "Write an announcement")
	olga.fill("main", "text", "There is a new rule: soup is shared.")
	olga.press("main", "Save")
	olga.sees("main", "Told to everybody")
	olga.open("/admin/emojis")
	olga.fill("main", "shortcode", "soup")
	olga.attach(`main [name="file"]`, photo(t))
	olga.press("main", "Add")
	olga.sees("main", "Saved.", ":soup:")
	for _, page := range []string{"/terms", "/domains", "/allowed", "/mail", "/networks"} {
		olga.open("/admin" + page)
		olga.answered(200)
	}

	ada.open("/")
	ada.sees(".announcements", "There is a new rule")
	ada.tap(".announcements", "React")
	ada.press(".announcements", "🎉")
	ada.sees(".announcements", "1 reaction")
	ada.press(".announcements", "I have read it")
	ada.sees("main", "Put away.")
	ada.seesNot("main", "There is a new rule")

	ada.open("/posts/" + n.Post.ID.String() + "/report")
	ada.tick("main", "category", "It breaks a rule of this place")
	ada.tick("main", "rule_ids", "Share your soup")
	ada.press("main", "Tell the moderators")
	ada.sees("main", "A moderator will look at it.")

	mod.open("/moderation")
	mod.sees("main", "Rule: Share your soup")
	mod.press("main", "About @bob")
	mod.sees("main", "Rule: Share your soup", "My soup is for me alone.")
}

// listsWithoutScript: somebody makes a list and reads it, in a browser that runs
// no script.
func listsWithoutScript(_ *testing.T, s *place) {
	bob := s.Person("bob")
	s.writes(bob, post.Draft{Text: "Bread from Bob.", Visibility: post.Public})
	ada := s.member("ada").withoutScript()
	ada.open("/@bob")
	ada.press(".profile", "Follow")
	ada.open("/")
	ada.press(".tabs", "Lists")
	ada.sees("main", "No lists yet")
	ada.fill("main", "title", "Bakers")
	ada.press("main", "Make it")
	ada.sees("main", "The list is there.")
	ada.fill("main", "handle", "nobody_here")
	ada.press("main", "Put into the list")
	ada.sees("main", "One thing to mend")
	ada.keeps("handle", "nobody_here")
	ada.fill("main", "handle", "bob")
	ada.press("main", "Put into the list")
	ada.sees("main", "bob is in the list.")
	ada.press("main", "Read it")
	ada.sees("main", "Bread from Bob.")
	ada.press("main", "Change this list")
	ada.fill("main", "title", "Good bakers")
	ada.press("main", "Save")
	ada.sees("main", "Saved.", "Good bakers")
	ada.open("/@bob/lists")
	ada.tick("main", "list", "Good bakers")
	ada.press("main", "Save")
	ada.open("/lists")
	ada.sees("main", "Good bakers", "0 people")
	ada.press("main", "Good bakers")
	ada.press("main", "Change this list")
	ada.press("main", "Delete this list")
	ada.sees("main", "The list is gone.")
	ada.open("/settings/profile")
	ada.fill("main", "hashtag", "Bread")
	ada.press("main", "Show it on your page")
	ada.open("/@ada")
	ada.sees("main", "#Bread")
}
