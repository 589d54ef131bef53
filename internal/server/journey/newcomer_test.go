package journey

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/server/servertest"
)

const bucketPost = "My first bucket, for my neighbour. #BucketsOfKindness"

// newcomer is the main job: Anna joins and finds a movement, Tomas likes what
// she wrote, is moved to act, and passes it on.
func newcomer(t *testing.T, s *place) {
	ida := s.Person("ida")
	m, _ := s.movement(ida)
	path := "/movements/" + m.Slug

	anna := s.visitor("anna")
	signUp(s, anna)
	saysWhatMatters(anna)
	findsAndJoins(anna, path)
	postsWithPicture(anna, path)

	tomas, ben, clara := s.member("tomas"), s.Person("ben"), s.Person("clara")
	s.Person("dora")
	skipsWelcome(tomas)
	likesAndAnswers(s, ida, anna, tomas, path)
	actPath := takesTheStep(anna, tomas, path)

	witnesses(anna, tomas, actPath)
	accepts(s.enter(ben))
	declines(s.enter(clara))
	seesTheTurnTaken(tomas)
}

// signUp asks to join; a moderator in another browser lets her in.
func signUp(s *place, anna *person) {
	anna.t.Helper()
	anna.open("/")
	anna.press("main", "Join")
	anna.fill("main", "username", "anna", "name", "Anna Berg", "email", "anna@example.org", "password", servertest.Password, "reason", "My neighbour told me of it.")
	anna.press("main", "Join")
	anna.sees("main", "Nearly there", "moderators")

	anna.open("/sign-in")
	anna.signIn("anna", servertest.Password)
	anna.isAt("/sign-in")
	anna.sees("main", "One thing to mend")

	mod := s.moderator("mika")
	mod.open("/moderation/sign-ups")
	mod.sees("main", "Anna Berg", "My neighbour told me of it.")
	mod.press("main", "Let them in")
	mod.sees("main", "They are in.", "Nobody is waiting")

	anna.open("/sign-in")
	anna.signIn("anna", servertest.Password)
}

func saysWhatMatters(anna *person) {
	anna.t.Helper()
	anna.isAt("/welcome")
	anna.tick("main", "causes", "everyday-kindness")
	anna.tick("main", "causes", "climate")
	anna.fill("main", "minutes", "60", "town", "Lund")
	anna.tick("main", "mode", "")
	anna.press("main", "Find movements")
	anna.isAt("/movements\\?for=me")
	anna.open("/settings/interests")
	anna.keeps("town", "Lund")
	anna.keeps("minutes", "60")
}

func skipsWelcome(tomas *person) {
	tomas.t.Helper()
	tomas.open("/welcome")
	tomas.press("main", "Skip this")
	tomas.isAt("/movements")
}

func findsAndJoins(anna *person, path string) {
	anna.t.Helper()
	anna.open("/movements")
	anna.fill("main", "q", "#bucketsofkindness")
	anna.press(".find", "Find")
	anna.sees("main", "Buckets of Kindness")
	anna.open("/movements")
	anna.fill("main", "cause", "animals")
	anna.press(".find", "Find")
	anna.sees("main", "No movement found")
	anna.fill("main", "cause", "everyday-kindness")
	anna.press(".find", "Find")
	anna.press(".movement-card", "Buckets of Kindness")
	anna.isAt(path)
	anna.press(".hero", "Only follow")
	anna.sees(".hero", "Following")
	anna.press(".hero", "Join")
	anna.sees("main", "Welcome. Your public posts with #BucketsOfKindness")
	anna.sees(".hero", "Joined")
}

func postsWithPicture(anna *person, path string) {
	anna.t.Helper()
	anna.open(path + "/posts")
	anna.fill("#compose", "text", bucketPost, "alt_0", "A blue bucket on a doorstep", "warning", "Cold water")
	anna.attach(`#compose [name="media_0"]`, photo(anna.t))
	anna.press("#compose", "Post")
	anna.isAt(path + "/posts")
	anna.sees("main", "Your post is out.", "Cold water", "My first bucket")
}

// likesAndAnswers is what Tomas does with Anna's post; she hears of it at once.
func likesAndAnswers(s *place, ida *account.Account, anna, tomas *person, path string) {
	anna.t.Helper()
	anna.open("/")
	anna.listens()
	tomas.open(path)
	tomas.press(".post", "just now")
	tomas.tap(".post", "Cold water")
	tomas.until(`document.querySelector(".post img[alt='A blue bucket on a doorstep']")?.naturalWidth > 0`)
	tomas.tap(".post-whole .does", "Share")
	tomas.until(`document.querySelector(".do-share").getAttribute("aria-pressed") === "true"`)
	tomas.fill("#compose", "text", "@anna That is the spirit!")
	tomas.press("#compose", "Reply")
	tomas.sees("#replies", "That is the spirit!")
	anna.until(`document.querySelector("#nav-notices").textContent.includes("2 unread")`)

	tomas.open(tomas.at())
	tomas.listens()
	tomas.tap(".post-whole .does", "Like")
	tomas.until(`document.querySelector(".next") !== null`)
	// The offer stays when the page fetches the post again, for whatever reason.
	s.likes(ida, tomas.at())
	tomas.until(`document.querySelector(".post-whole .do-like").textContent.includes("2 likes")`)
	tomas.tap(".post-whole .does", "Bookmark")
	tomas.until(`document.querySelector(".do-bookmark").getAttribute("aria-pressed") === "true"`)
	tomas.sees(".next", "Only you see this", "Pour a bucket")
	anna.open("/notices")
	anna.sees("main", "tomas", "That is the spirit!")
	anna.press("main", "I have read them")
	anna.sees("#nav-notices", "Notices")
	anna.seesNot("#nav-notices", "unread")
	anna.open(tomas.at())
	anna.seesNot("main", "Only you see this")
}

// takesTheStep tells of an act from the offered step, while Anna watches the
// movement's figures move.
func takesTheStep(anna, tomas *person, path string) string {
	anna.t.Helper()
	anna.open(path)
	anna.listens()
	before := anna.text("#figures")
	tomas.press(".next", "Tell me more")
	tomas.press(".call", "Take the challenge")
	tomas.fill("main", "story", "Two buckets, in the rain.", "witnesses", "@anna", "nominees", "@ben @clara @dora")
	tomas.tick("main", "inspired_by", "Anna Berg wrote: My first bucket")
	tomas.press("main", "Tell it")
	tomas.isAt("/acts/[0-9]+")
	tomas.sees("main", "passed on to 3 people", "Two buckets, in the rain.", "Anna Berg")
	anna.until(`document.querySelector("#figures").textContent.replace(/\s+/g, " ") !== ` + "`" + before + "`")
	return strings.Split(tomas.at(), "#")[0]
}

// witnesses is Anna saying that she was there.
func witnesses(anna, tomas *person, actPath string) {
	anna.t.Helper()
	tomas.sees("main", "is asked whether they were there")
	anna.open("/notices")
	anna.sees("main", "names you as a witness")
	anna.open("/witness")
	anna.press("main", "Yes, I was there")
	anna.sees("main", "The act is witnessed.")
	tomas.open(actPath)
	tomas.sees("main", "witnessed", "Anna Berg was there")
	tomas.open("/notices")
	tomas.sees("main", "Anna Berg is a witness of your act")
}

// accepts is Ben taking the turn and answering it with an act of his own.
func accepts(ben *person) {
	ben.t.Helper()
	ben.sees("#nav-notices", "1 unread")
	ben.open("/notices")
	ben.sees("main", "tomas", "passes the turn to you")
	ben.open("/nominations")
	ben.sees("main", "tomas", "passes the turn to you", "Pour a bucket")
	ben.press(".nomination", "I take it")
	ben.press(".flash", "Do it now")
	ben.fill("main", "story", "Mine was ice cold.")
	ben.press("main", "Tell it")
	ben.sees("main", "Thank you. It is told.", "Mine was ice cold.", "tomas")
	ben.open("/nominations")
	ben.sees("main", "You answered it.")
}

func declines(clara *person) {
	clara.t.Helper()
	clara.open("/nominations")
	clara.press(".nomination", "Not this time")
	clara.sees("main", "That is fine. Nobody is told.", "Only you know.")
}

// seesTheTurnTaken: an answer shows, and a no looks like one who has not
// answered yet.
func seesTheTurnTaken(tomas *person) {
	tomas.t.Helper()
	tomas.open("/nominations?show=given")
	tomas.sees("main", "The turn was taken.", "ben", "clara", "dora")
	tomas.seesNot("main", "Not this time")
	if n := strings.Count(tomas.text("main"), "Take it back"); n != 2 {
		tomas.t.Errorf("%d nominations look open to the nominator, want those of Clara, who declined, and Dora", n)
	}
}
