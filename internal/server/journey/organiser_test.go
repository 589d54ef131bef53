package journey

import (
	"testing"

	"goodturn/internal/post"
)

// organiser starts a movement, runs it, and hands it over.
func organiser(t *testing.T, s *place) {
	other := s.Person("otto")
	s.movement(other)
	ida, nils := s.member("ida"), s.member("nils")

	startsAMovement(ida)
	const path = "/movements/BucketOfKindness"
	describesIt(ida, path)
	calls := opensCallsOfAllKinds(ida, path)
	nils.open(path)
	nils.press(".hero", "Join")
	changesCalls(ida, nils, calls)
	confirmsAnAct(ida, nils, path, calls["deed"])
	removesAPost(s, ida, nils, path)
	removesAMember(ida, nils, path)
	handsOver(ida, nils, path)
}

// startsAMovement with a hashtag that looks like another's: that is shown, and
// the form keeps what was typed.
func startsAMovement(ida *person) {
	ida.t.Helper()
	ida.open("/movements/new")
	ida.fill("main", "hashtag", "BucketOfKindness", "name", "One Bucket", "purpose", "One bucket a day.")
	ida.tick("main", "causes", "everyday-kindness")
	ida.press("main", "Start it")
	ida.answered(409)
	ida.sees("main", "There is something like it already", "Buckets of Kindness")
	ida.keeps("purpose", "One bucket a day.")
	ida.press("main", "Start it all the same")
	ida.isAt("/movements/BucketOfKindness")
	ida.sees("main", "It has begun.", "One bucket a day.", "#BucketOfKindness")
}

func describesIt(ida *person, path string) {
	ida.t.Helper()
	ida.press(".hero", "Organise")
	ida.open(path + "/edit")
	ida.fill("main", "story", "It began in *Lund*.", "rules", "- Be kind\n- Warm towels for all", "town", "Lund")
	ida.press("main", "Save")
	ida.sees("main", "Saved.", "It began in Lund.", "Warm towels for all")
	ida.open(path + "/resources")
	for _, title := range []string{"Cold water, safely", "A history of buckets"} {
		ida.fill("main", "title", title, "url", "https://example.org/cold", "source", "Example Health")
		ida.press("main", "Add")
	}
	ida.press("main", "Move A history of buckets up")
	ida.open(path)
	ida.sees("main", "Before you act", "Cold water, safely", "A history of buckets", "Example Health")
}

// opensCallsOfAllKinds answers their paths by kind.
func opensCallsOfAllKinds(ida *person, path string) map[string]string {
	ida.t.Helper()
	opened := map[string]string{}
	for kind, fields := range map[string][]string{
		"deed":         {"goal", "50", "minutes", "15"},
		"challenge":    {"nominees", "3", "answer", "24"},
		"event":        {"place", "The old harbour", "starts_at", "2030-05-17T18:30", "ends_at", "2030-05-17T20:00", "zone", "Europe/Stockholm"},
		"volunteering": {"goal", "40", "place", "Lund"},
		"petition":     {"goal", "1000"},
		"fundraiser":   {"unit", "SEK", "goal", "1500.50"},
	} {
		ida.open(path + "/calls/new")
		ida.open(path + "/calls/new?kind=" + kind)
		ida.fill("main", "title", "Our "+kind)
		ida.fill("main", fields...)
		ida.press("main", "Open the call")
		ida.isAt("/calls/[0-9]+")
		ida.sees("main", "The call is open.", "Our "+kind)
		opened[kind] = ida.at()
	}
	ida.open(path + "/calls")
	for kind := range opened {
		ida.sees("main", "Our "+kind)
	}
	return opened
}

// changesCalls edits one, closes one and opens it again, and cancels one whose
// people are told why.
func changesCalls(ida, nils *person, calls map[string]string) {
	ida.t.Helper()
	ida.open(calls["fundraiser"] + "/edit")
	ida.keeps("goal", "1500.50")
	ida.fill("main", "title", "Money for buckets", "goal", "2000")
	ida.press("main", "Save")
	ida.sees("main", "Saved.", "Money for buckets")

	ida.open(calls["petition"])
	ida.tap(".organise-bar", "More")
	ida.press("main", "Close it")
	ida.sees("main", "The call is closed.")
	ida.tap(".organise-bar", "More")
	ida.press("main", "Open it again")
	ida.sees("main", "The call is open again.")

	nils.open(calls["event"])
	nils.press(".dates", "I come")
	nils.sees("main", "You come.")
	ida.open(calls["event"] + "/cancel")
	ida.fill("main", "reason", "The harbour is frozen.")
	ida.press("main", "Cancel the call")
	ida.sees("main", "The harbour is frozen.")
	nils.open("/notices")
	nils.sees("main", "cancelled a call that you answered")
	nils.open(calls["event"])
	nils.sees("main", "Cancelled: The harbour is frozen.")
}

func confirmsAnAct(ida, nils *person, path, deed string) {
	ida.t.Helper()
	nils.open(deed + "/act")
	nils.fill("main", "story", "I carried a bucket upstairs.", "quantity", "3")
	nils.press("main", "Tell it")
	act := nils.at()
	ida.open(path + "/organise")
	ida.sees("main", "I carried a bucket upstairs.")
	ida.open(act)
	ida.fill("main", "how", "I held the door.")
	ida.press("main", "Confirm it")
	ida.sees("main", "Confirmed by", "I held the door.")
	nils.open("/notices")
	nils.sees("main", "ida")
	ida.open(act)
	ida.press("main", "Take the confirmation back")
	ida.seesNot("main", "I held the door.")
	nils.open(act)
	nils.seesNot("main", "Confirmed by")
}

// removesAPost from the movement, and not from its author.
func removesAPost(s *place, ida, nils *person, path string) {
	ida.t.Helper()
	n := s.writes(nils.account, post.Draft{Text: "Buy my buckets! #BucketOfKindness", Visibility: post.Public})
	ida.open(path + "/posts")
	ida.sees("main", "Buy my buckets!")
	ida.tap(".post", "More")
	ida.press(".post", "Take it out of the movement")
	ida.sees("main", "Its author keeps it.")
	ida.open(path + "/posts")
	ida.seesNot("main", "Buy my buckets!")
	nils.open("/posts/" + n.Post.ID.String())
	nils.answered(200)
}

func removesAMember(ida, nils *person, path string) {
	ida.t.Helper()
	ida.open(path + "/members")
	ida.press("main", "Change")
	ida.press("main", "Remove nils")
	ida.sees("main", "Removed. They cannot join again")
	nils.open(path)
	nils.sees(".hero", "An organiser removed you from this movement.")
	ida.open(path + "/members?role=removed")
	ida.press("main", "Let in again")
	nils.open(path)
	nils.press(".hero", "Join")
	nils.sees(".hero", "Joined")
}

func handsOver(ida, nils *person, path string) {
	ida.t.Helper()
	ida.open(path + "/handover")
	ida.fill("main", "to", "nobody_here")
	ida.press("main", "Offer it")
	ida.sees("main", "One thing to mend")
	ida.keeps("to", "nobody_here")
	ida.fill("main", "to", "nils")
	ida.press("main", "Offer it")
	ida.open(path + "/handover")
	ida.sees("main", "They have not answered yet.")
	nils.open("/notices")
	nils.sees("main", "asks you to organise a movement in their place")
	nils.open(path)
	nils.press(".flash", "Answer")
	nils.press("main", "I do")
	nils.open(path + "/organise")
	nils.answered(200)
	ida.open(path + "/organise")
	ida.answered(403)
}
