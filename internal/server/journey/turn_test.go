package journey

import (
	"context"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/movement"
	"goodturn/internal/server/servertest"
)

// kindOfCall is what is special about a kind as people meet it. Steps that it has
// not are those of most.
type kindOfCall struct {
	kind     string
	fields   []string                              // of the form that opens it: names and values in turn
	setUp    func(*turn)                           // what else its organiser prepares
	action   string                                // what its button says
	does     func(w *turn, who *person)            // from behind the button to the act's page
	confirms func(w *turn, who *person)            // somebody else says that who did it; nil where that came with the act
	handsOn  func(w *turn, act string) string      // where the first doer leads the next one; nil for the link of the act's share kit
	answers  func(w *turn, ben *person, at string) // what the next one does from there to their act's page; nil for the same again
	figure   string                                // how far two acts bring it, as its card says
}

// turns walks each kind of call from a post to a confirmed act, and on to the next
// person's, on one server. Ida organises and Anna acts, each in a browser of hers;
// Ben comes anew each time by what Anna hands him, and signs in where he must.
func turns(t *testing.T, s *place) {
	ida, anna, kitchen := s.member("ida"), s.member("anna"), s.member(payee)
	ben := s.Person("ben")
	for _, is := range kindsOfCall {
		t.Run(is.kind, func(t *testing.T) {
			s := s.in(t)
			w := &turn{place: s, kindOfCall: is, ida: ida.in(t), anna: anna.in(t), kitchen: kitchen.in(t), ben: ben}
			w.walk()
		})
	}
}

// turn is one kind's.
type turn struct {
	*place
	kindOfCall
	ida, anna, kitchen *person
	ben                *account.Account
	path, call, date   string // of the movement, the call, and a date where it has some
}

func (w *turn) walk() {
	w.opens()
	w.tells()
	w.liked()
	w.does(w, w.anna)
	first := w.acted(w.anna)
	w.anna.sees("main", "It came by a post:")
	w.proven(w.anna, first)

	link := w.handed(first)
	ben := w.visitor("ben")
	ben.account = w.ben
	ben.open(link)
	if w.answers != nil {
		w.answers(w, ben, link)
	} else {
		w.begins(ben)
		w.does(w, ben)
	}
	second := w.acted(ben)
	ben.sees(".act-for", "Inspired by", "anna")
	w.proven(ben, second)
	if w.t.Failed() {
		w.t.FailNow() // nothing to wait for
	}
	w.rippled(first, second)
}

// opens the call in a movement of its own.
func (w *turn) opens() {
	w.t.Helper()
	m, err := w.Movements.Start(context.Background(), account.As(w.ida.account), movement.Draft{
		Hashtag: "Turn" + w.kind, Name: "Turn by turn", Purpose: "One moves the next.", Causes: []string{"everyday-kindness"}, Online: true,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.path = "/movements/" + m.Slug
	w.ida.open(w.path + "/calls/new?kind=" + w.kind)
	w.ida.fill("main", append([]string{"title", "Our " + w.kind}, w.fields...)...)
	w.ida.press("main", "Open the call")
	w.ida.sees("main", "The call is open.")
	w.call = w.ida.at()
	if w.setUp != nil {
		w.setUp(w)
	}
}

// tells of the call in a post, as its share kit words it.
func (w *turn) tells() {
	w.t.Helper()
	w.ida.open(w.call)
	w.ida.press("main", "Share")
	w.ida.press("main", "Write a post with it")
	w.ida.press("#compose", "Post")
}

// liked is Anna coming by the post and liking it, and the step that she is offered.
func (w *turn) liked() {
	w.t.Helper()
	w.anna.open(w.path)
	w.anna.press(".post", "just now")
	if post := strings.TrimPrefix(w.anna.at(), "/posts/"); !strings.Contains(ask[string](w.anna, "links", ".post-whole .prose"), w.call+"?via=post-"+post) {
		w.t.Errorf("the link of the post does not say that one came by it")
	}
	w.anna.tap(".post-whole .does", "Like")
	w.anna.until(`document.querySelector(".next") !== null`)
	w.anna.press(".next", "Tell me more")
	w.begins(w.anna)
}

// begins presses the call's button.
func (w *turn) begins(who *person) {
	w.t.Helper()
	who.press(".call", w.action)
	w.signsIn(who)
}

// signsIn does so where it is asked for.
func (w *turn) signsIn(who *person) {
	w.t.Helper()
	if strings.HasPrefix(who.at(), "/sign-in") {
		who.signIn(who.account.Username, servertest.Password)
	}
}

// acted is the act's address, on whose page the person is.
func (w *turn) acted(who *person) string {
	w.t.Helper()
	who.isAt("/acts/[0-9]+")
	who.sees(".act", who.name)
	return who.at()
}

// proven has somebody else confirm the act, and its doer hear of it.
func (w *turn) proven(who *person, act string) {
	w.t.Helper()
	if w.confirms != nil {
		who.seesNot("main", "Confirmed by")
		w.confirms(w, who)
		who.open("/notices")
		who.press("main", "confirmed your act")
		who.isAt(act)
	}
	who.sees("main", "Confirmed by", "Take it away as a badge")
}

// handed is where Anna leads Ben: her act's share kit, unless the kind has another
// way.
func (w *turn) handed(act string) string {
	w.t.Helper()
	w.anna.open(act)
	if w.handsOn != nil {
		return w.handsOn(w, act)
	}
	w.anna.press("main", "Share")
	return w.within(ask[string](w.anna, "written", "#share-link"))
}

// within is the path of an address here.
func (w *turn) within(address string) string {
	w.t.Helper()
	path, here := strings.CutPrefix(address, w.URL())
	if !here {
		w.t.Fatalf("%q is no address here", address)
	}
	return path
}

// rippled is what everybody sees of it.
func (w *turn) rippled(first, second string) {
	w.t.Helper()
	eventually(w.t, "Anna's act to have moved somebody", func() bool {
		w.anna.open(first)
		return strings.Contains(w.anna.text("#moved"), "It moved 1 person, in 1 act.")
	})
	if !strings.Contains(ask[string](w.anna, "links", "#moved"), second) {
		w.t.Error("the ripple of Anna's act does not lead to Ben's")
	}
	w.anna.open("/notices")
	w.anna.sees("main", "ben")
	w.anna.open(w.call)
	w.anna.sees(".call", w.figure)
	w.anna.press("#proofs", "2")
	w.anna.sees("main", "anna", "ben")
	w.anna.open(w.path + "/ripple")
	w.anna.sees("main", "anna", "ben")
}
