package journey

import (
	"testing"

	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// withoutScript is the main job once more, in a browser that runs no script.
func withoutScript(t *testing.T, s *place) {
	ida, lena := s.Person("ida"), s.Person("lena")
	m, _ := s.movement(ida)
	n := s.writes(ida, post.Draft{Text: "The first bucket is the coldest. #BucketsOfKindness", Visibility: post.Public})
	mod := s.moderator("mika")

	anna := s.visitor("anna").withoutScript()
	anna.open("/join")
	anna.fill("main", "username", "anna", "email", "anna@example.org", "password", servertest.Password)
	anna.press("main", "Join")
	mod.open("/moderation/sign-ups")
	mod.press("main", "Let them in")
	anna.open("/sign-in")
	anna.signIn("anna", servertest.Password)
	anna.press("main", "Skip this")
	anna.open("/movements/" + m.Slug)
	anna.press(".hero", "Join")

	anna.open("/compose")
	anna.fill("#compose", "text", "Hello from a plain page. #BucketsOfKindness", "alt_0", "A bucket")
	anna.attach(`#compose [name="media_0"]`, photo(t))
	anna.press("#compose", "Post")
	anna.press(".flash", "See it")
	anna.sees("main", "Hello from a plain page.")

	plainReactions(anna, "/posts/"+n.Post.ID.String())
	actPath := plainAct(anna)
	plainAnswers(s.enter(lena).withoutScript(), actPath)
}

func plainReactions(anna *person, path string) {
	anna.t.Helper()
	anna.open(path)
	anna.press(".post-whole .does", "Share")
	anna.fill("#compose", "text", "@ida Brr!")
	anna.press("#compose", "Reply")
	anna.sees("#replies", "Brr!")
	anna.press(".post-whole .does", "Bookmark")
	anna.press(".post-whole .does", "Like")
	anna.isAt(path + "#post-.*")
	anna.sees(".next", "Only you see this", "Pour a bucket")
	anna.open(path)
	anna.sees(".post-whole .does", "1 like", "1 share", "1 reply")
	anna.seesNot("main", "Only you see this")
}

// plainAct answers the offered call and passes it on, in two steps.
func plainAct(anna *person) string {
	anna.t.Helper()
	anna.open("/movements/BucketsOfKindness")
	anna.press(".call", "Take the challenge")
	anna.fill("main", "story", "One bucket, no script.")
	anna.tick("main", "inspired_by", "ida wrote: The first bucket")
	anna.press("main", "Tell it")
	anna.sees("main", "One bucket, no script.", "ida")
	act := anna.at()
	anna.press("main", "Pass it on")
	anna.fill("main", "nominees", "@lena @ida")
	anna.press("main", "Pass it on")
	anna.sees("main", "Passed on to 2 people.")
	anna.press("main", "Name a witness")
	anna.fill("main", "witness", "lena")
	anna.press("main", "Ask them")
	anna.sees("main", "They are asked.")
	return act
}

func plainAnswers(lena *person, actPath string) {
	lena.t.Helper()
	lena.open("/nominations")
	lena.press(".nomination", "Not this time")
	lena.sees("main", "That is fine. Nobody is told.")
	lena.press(".nomination", "I take it after all")
	lena.sees("main", "You took the turn.")
	lena.open("/witness")
	lena.press("main", "Yes, I was there")
	lena.open(actPath)
	lena.sees("main", "witnessed", "lena was there")
}
