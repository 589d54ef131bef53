package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// Somebody passes the turn on by a link; who opens it says yes without an account,
// signs in, and does it.
func TestInvitation(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Challenge, Title: "Cook for ten", CountsAs: "Ten <i>full</i> bowls."})
	openCall(t, s, ada, m, call.Draft{Kind: call.Fundraiser, Title: "Pay for pots", Unit: "EUR"})
	first := newBrowser(t, s)
	first.signIn(ada)
	counts := []string{"What counts as done:", "Ten <i>full</i> bowls."}
	newBrowser(t, s).get("/calls/"+c.ID.String()).shows(200, counts...)
	first.get("/calls/"+c.ID.String()+"/act").shows(200, counts...)
	first.post("/calls/"+c.ID.String()+"/act", "story", "Ten bowls").shows(200)
	act := regexpFind(t, first.page, `/acts/\d+`)

	first.get(act+"/nominate").shows(200, "Somebody who is not here", "Mail it", "Make a link")
	first.post(act+"/invite", "by", "mail", "address", "", "note", "You cook.").shows(422, "This is not a mail address.", "You cook.")
	first.post(act+"/invite", "by", "link", "note", "see evil.example").shows(422, "Leave web addresses out.")
	first.post(act+"/invite", "by", "link", "note", "You cook <b>well</b>.").shows(200, "The link", "Send this link to one person.")
	_, token, _ := strings.Cut(regexpFind(t, first.page, `/invited\?token=[\w.-]+`), "token=")
	here := "/invited?token=" + token

	first.get(here).shows(200, "You cannot pass the turn on to yourself.").lacks("I take it")
	stranger := newBrowser(t, s)
	stranger.get(here).shows(200, "passes the turn on to you", "You cook <b>well</b>.", "Cook for ten", "You need no account to answer.", "I take it").shows(200, counts...)
	stranger.post("/invited", "token", token, "do", "decline").shows(200, "That is fine. Nobody is told.", "I changed my mind", "Give instead")
	first.get("/invitations").shows(200, "By a link", "Cook for ten", "Open until").lacks("declined")
	stranger.post("/invited", "token", token, "do", "accept").shows(200, "You said yes.", "I am new here", "Sign in")
	first.get("/invitations").shows(200, "Somebody said yes")

	second := newBrowser(t, s)
	second.signIn(ben)
	second.get(here).shows(200, "You take it as ben")
	second.post("/invited", "token", token, "do", "accept").shows(200, "You took the turn.", "Do it now").shows(200, counts...)
	first.get("/nominations?show=given").shows(200, "The turn was taken.")
	first.get("/invitations").shows(200, "Nothing waits")
	third := newBrowser(t, s)
	third.signIn(eve)
	third.get(here).shows(200, "Somebody took this invitation up already.", "Do it anyway")
	third.get("/invited?token=7.x").shows(404)

	first.post(act+"/invite", "by", "mail", "address", "kim@mail.example", "note", "").shows(200, "If they wish to hear of it, a mail is on its way.")
	first.get("/invitations").shows(200, "By mail to kim@mail.example")
	one := regexpFind(t, first.page, `/invitations/\d+`)
	third.get(one).shows(404)
	third.post(one + "/withdraw").shows(404)
	first.get(one).shows(200, "By mail to kim@mail.example").lacks("/invited?token")
	first.post(one+"/withdraw").shows(200, "Taken back.")
}

// letterTo waits for the file of a mail to an address.
func letterTo(t *testing.T, s *servertest.Server, address string) string {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		files, err := filepath.Glob(filepath.Join(s.Data(), "mail", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), address) {
				return string(b)
			}
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("no mail to %s", address)
		case <-tick.C:
		}
	}
}

// A mail program refuses by itself, without a cookie and from nowhere.
// Somebody on another server gets a link, with words to send it by.
func TestInvitation_Elsewhere(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	s.Person("ben")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Challenge, Title: "Cook for ten"})
	b := newBrowser(t, s).signIn(ada)
	b.post("/calls/"+c.ID.String()+"/act", "story", "Ten bowls", "nominees", "@ana@example.social").
		shows(200, "Send the link to those on other servers yourself.", "By a link to @ana@example.social", "this one cannot deliver it there yet", "@ana@example.social I took a challenge, “Cook for ten”", "Copy")
	newBrowser(t, s).get(regexpFind(t, b.page, `/invited\?token=[\w.-]+`)).shows(200, "I take it").lacks("example.social")
	act := regexpFind(t, b.get("/calls/"+c.ID.String()+"/acts").page, `/acts/\d+`)
	newBrowser(t, s).get(act).shows(200, "passed it to 1 person").lacks("example.social")
	b.get(act+"/nominate").shows(200, "On another server: @ana@example.social")
	b.post(act+"/nominate", "nominees", "@ana@example.social").shows(409, "You passed the turn on to @ana@example.social from this act before.")
	b.post(act+"/nominate", "nominees", "nobody@").shows(422, "There is nobody called nobody@ here.")
	b.post(act+"/nominate", "nominees", "ben tom@example.social").shows(200, "Passed on to 2 people.", "By a link to @tom@example.social")
}

func TestInvitation_Never(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Challenge, Title: "Cook for ten"})
	first := newBrowser(t, s)
	first.signIn(ada)
	first.post("/calls/"+c.ID.String()+"/act", "story", "Ten bowls").shows(200)
	act := regexpFind(t, first.page, `/acts/\d+`)
	first.post(act+"/invite", "by", "mail", "address", "kim@mail.example", "note", "").shows(200)
	never := regexpFind(t, letterTo(t, s, "kim@mail.example"), `/invited/never\?token=[\w.-]+`)
	newBrowser(t, s).get(never).shows(200, "No more invitations", "Never again")
	res, err := http.Post(s.URL()+never, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("one click answers %s", res.Status)
	}
	var refused int
	if err := s.DB.Read(t.Context()).QueryRow("SELECT COUNT(*) FROM invited_mailbox WHERE refused").Scan(&refused); err != nil || refused != 1 {
		t.Errorf("%d mailboxes refuse, %v", refused, err)
	}
}
