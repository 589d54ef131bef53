package journey

import (
	"testing"

	"goodturn/internal/post"
)

// keepingApart: what is not for somebody does not reach them, and who is blocked
// or muted is out of the way.
func keepingApart(t *testing.T, s *place) {
	mara, troll := s.member("mara"), s.member("troll")
	ida := s.Person("ida")
	m, _ := s.movement(ida)
	for _, p := range []*person{mara, troll} {
		p.open("/movements/" + m.Slug)
		p.press(".hero", "Join")
	}
	troll.open("/@mara")
	troll.press(".profile", "Follow")
	mara.open("/@troll")
	mara.press(".profile", "Follow")

	diary := s.writes(mara.account, post.Draft{Text: "Only for me and those I name.", Visibility: post.Direct})
	said := s.writes(mara.account, post.Draft{Text: "Good morning, all! #BucketsOfKindness", Visibility: post.Public})
	noise := s.writes(troll.account, post.Draft{Text: "@mara You are silly. #BucketsOfKindness", Visibility: post.Public})

	troll.open("/posts/" + diary.Post.ID.String())
	troll.answered(404)
	troll.open("/@mara")
	troll.sees("main", "Good morning, all!")
	troll.seesNot("main", "Only for me")

	mara.open("/@troll")
	mara.tap(".profile", "More")
	mara.press(".profile", "Mute")
	mara.open("/")
	mara.seesNot("main", "You are silly.")
	mara.open("/notices")
	mara.seesNot("main", "You are silly.")
	mara.open("/@troll")
	mara.tap(".profile", "More")
	mara.press(".profile", "Unmute")

	mara.tap(".profile", "More")
	mara.press(".profile", "Block")
	mara.sees(".profile", "Unblock")
	for _, path := range []string{"/", "/movements/" + m.Slug + "/posts", "/tags/BucketsOfKindness", "/notices"} {
		mara.open(path)
		mara.seesNot("main", "You are silly.")
	}
	for _, path := range []string{"/", "/movements/" + m.Slug + "/posts", "/@mara"} {
		troll.open(path)
		troll.seesNot("main", "Good morning, all!")
	}
	troll.open("/posts/" + said.Post.ID.String())
	troll.answered(404)
	mara.open("/posts/" + noise.Post.ID.String())
	mara.answered(404)
}
