package journey

import (
	"testing"

	"goodturn/internal/post"
)

// heaviest is a first visit in bytes, everything included (DESIGN section 9).
const heaviest = 100_000

// stranger looks around: each first page is light, and what asks for an account
// leads to the sign-in page and back.
func stranger(t *testing.T, s *place) {
	ida := s.Person("ida")
	m, c := s.movement(ida)
	n := s.writes(ida, post.Draft{Text: "The first bucket is the coldest. #BucketsOfKindness", Visibility: post.Public})
	for _, path := range []string{"/", "/movements/" + m.Slug, "/movements/" + m.Slug + "/ripple", "/posts/" + n.Post.ID.String()} {
		first := s.visitor("stranger")
		first.open(path)
		first.answered(200)
		if weight := first.watch.weight(); weight < 1000 || weight > heaviest {
			t.Errorf("the first visit to %s weighs %.0f bytes, at most %d are allowed", path, weight, heaviest)
		}
	}

	p := s.visitor("stranger")
	for _, path := range []string{"/movements", "/calls/" + c.ID.String(), "/@ida", "/tags/BucketsOfKindness", "/public", "/join", "/about", "/about/privacy", "/about/api"} {
		p.open(path)
		p.answered(200)
	}
	p.open("/posts/1")
	p.answered(404)
	p.open("/nowhere")
	p.answered(404)
	p.open("/posts/" + n.Post.ID.String())
	p.press("#post-"+n.Post.ID.String(), "Like")
	p.isAt("/sign-in.*")
	p.open("/calls/" + c.ID.String() + "/act")
	p.signIn("ida", "correct horse battery")
	p.isAt("/calls/" + c.ID.String() + "/act")
}
