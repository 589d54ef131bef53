package journey

import (
	"strings"
	"testing"
)

// mistakes that people make cost them nothing: what is sent twice counts once,
// and a form that is not accepted names the field and keeps what was typed.
func mistakes(t *testing.T, s *place) {
	ida, anna := s.Person("ida"), s.member("anna")
	m, c := s.movement(ida)
	sendsTwice(anna)
	goesBackAndSendsAgain(anna)
	writesNonsense(anna, m.Slug, c.ID.String())

	stranger := s.visitor("stranger")
	stranger.open("/join")
	stranger.fill("main", "username", "x y", "email", "x@example.org", "password", "long enough for this", "reason", "Because.")
	stranger.press("main", "Join")
	stranger.isAt("/join")
	stranger.names("username")
	stranger.keeps("username", "x y")
	stranger.keeps("email", "x@example.org")
	stranger.keeps("reason", "Because.")
}

// names checks that the page says which field is to be mended.
func (p *person) names(field string) {
	p.t.Helper()
	p.sees("#errors", "to mend")
	if !strings.Contains(ask[string](p, "text", ".field-wrong"), "Wrong:") {
		p.t.Errorf("%s at %s: the field %s is not marked", p.name, p.at(), field)
	}
	ask[string](p, "text", "#errors a[href='#f-"+field+"']")
}

func sendsTwice(anna *person) {
	anna.t.Helper()
	anna.open("/compose")
	anna.fill("#compose", "text", "Once is enough.")
	post := anna.click("#compose", "Post")
	anna.do(post, post)
	eventually(anna.t, "the page after the post", func() bool { return anna.at() == "/" && ask[bool](anna, "painted") })
	anna.open("/@anna")
	if n := strings.Count(anna.text("main"), "Once is enough."); n != 1 {
		anna.t.Errorf("a form that was sent twice made %d posts", n)
	}
}

func goesBackAndSendsAgain(anna *person) {
	anna.t.Helper()
	anna.open("/compose")
	anna.fill("#compose", "text", "There and back again.")
	anna.press("#compose", "Post")
	anna.back()
	anna.keeps("text", "There and back again.")
	anna.press("#compose", "Post")
	anna.open("/@anna")
	if n := strings.Count(anna.text("main"), "There and back again."); n != 1 {
		anna.t.Errorf("going back and sending again made %d posts", n)
	}
}

func writesNonsense(anna *person, slug, call string) {
	anna.t.Helper()
	anna.open("/movements/new")
	anna.fill("main", "hashtag", "two words", "purpose", "A purpose that took me long to write.", "town", "Lund")
	anna.press("main", "Start it")
	anna.names("hashtag")
	anna.keeps("hashtag", "two words")
	anna.keeps("purpose", "A purpose that took me long to write.")
	anna.keeps("town", "Lund")

	anna.open("/calls/" + call + "/act")
	anna.fill("main", "story", "A long story.", "nominees", "@nobody_at_all")
	anna.press("main", "Tell it")
	anna.names("nominees")
	anna.keeps("story", "A long story.")
	anna.fill("main", "nominees", "", "inspired_link", "the moon")
	anna.press("main", "Tell it")
	anna.names("inspired_link")
	anna.keeps("inspired_link", "the moon")
	anna.fill("main", "inspired_link", "")
	anna.press("main", "Tell it")
	anna.isAt("/acts/[0-9]+")
	anna.open("/calls/" + call + "/act")
	anna.isAt("/acts/[0-9]+") // nobody writes a second story in vain
	anna.sees("main", "A long story.")

	anna.open("/compose")
	anna.press("#compose", "Post")
	anna.sees("#errors", "One thing to mend")
	anna.open("/movements/" + slug + "/organise")
	anna.answered(403)
}
