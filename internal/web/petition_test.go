package web_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/server/servertest"
)

// petitionOf is a petition of olga's movement.
func petitionOf(t *testing.T, s *servertest.Server, olga *account.Account) string {
	t.Helper()
	ctx := context.Background()
	m, err := s.Movements.Start(ctx, account.As(olga), movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Calls.Create(ctx, account.As(olga), m.ID, call.Draft{Kind: call.Petition, Title: "Warm lunch at school", Body: "Every day.\n\nFor all."})
	if err != nil {
		t.Fatal(err)
	}
	return "/calls/" + c.ID.String()
}

var signatureLink = regexp.MustCompile(`/signatures/(confirm|withdraw)\?token=(\S+)`)

// mailed waits for a letter that holds all of these words, and gives the tokens of
// its links.
func mailed(t *testing.T, s *servertest.Server, words ...string) map[string]string {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		files, err := filepath.Glob(filepath.Join(s.Data(), "mail", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				continue // written at this moment
			}
			found := true
			for _, w := range words {
				found = found && strings.Contains(string(b), w)
			}
			if !found {
				continue
			}
			tokens := map[string]string{}
			for _, l := range signatureLink.FindAllStringSubmatch(string(b), -1) {
				if tokens[l[1]], err = url.QueryUnescape(l[2]); err != nil {
					t.Fatal(err)
				}
			}
			return tokens
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("no mail with %q", words)
		}
	}
}

// A member signs with one button, a stranger by a letter, and each takes it back.
func TestPetition_Sign(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		olga, ada := s.Person("olga"), s.Person("ada")
		path := petitionOf(t, s, olga)
		a := newBrowser(t, s).signIn(ada)
		a.get(path).shows(200, "Sign the petition", "0 people have signed.", "Next step: 100.")
		a.get(path+"/act").shows(200, "Sign the petition")
		a.post(path+"/sign", "version", "1").shows(200, "Your signature counts", "/calls/")
		a.get(path).shows(200, "1 person has signed.", "You signed.", "Take it back").lacks("Sign the petition")

		stranger := newBrowser(t, s)
		stranger.get(path).shows(200, "Mail address", "Sign in private", "The addressee gets a list", "Lately: ada")
		stranger.post(path+"/sign", "name", "Vera Vogel", "address", "nonsense", "reason", "I cook there.").
			shows(422, "One thing to mend", "This is not a mail address.", "[name=Vera Vogel]", "I cook there.")
		stranger.post(path+"/sign", "name", "Vera Vogel", "address", "vera@example.com", "reason", "I cook there.", "version", "1").
			shows(200, "Look into your mail").lacks("vera@example.com")
		stranger.get(path).shows(200, "1 person has signed.").lacks("Vera Vogel")
		tokens := mailed(t, s, "vera@example.com", "Warm lunch at school", "Please confirm")
		stranger.get("/signatures/confirm?token="+tokens["confirm"]).shows(200, "Vera Vogel", "I cook there.", "Yes, I sign")
		stranger.get(path).shows(200, "1 person has signed.") // opening the link did nothing
		stranger.post("/signatures/confirm", "token", tokens["confirm"]).shows(200, "Your signature counts")
		a.get(path).shows(200, "2 people have signed.", "Vera Vogel", "I cook there.")
		stranger.post("/signatures/confirm", "token", tokens["confirm"]).shows(410)

		stranger.get("/signatures/withdraw?token="+tokens["withdraw"]).shows(200, "Take the signature back?")
		stranger.post("/signatures/withdraw", "token", tokens["withdraw"]).shows(200, "taken back").lacks("Vera Vogel")
		a.post(path+"/unsign").shows(200, "Your signature is taken back.", "0 people have signed.")

		a.post(path+"/sign", "private", "on", "reason", "Nobody's business.").shows(200, "Your signature counts")
		a.get(path).shows(200, "You signed in private.", "1 person has signed.")
		newBrowser(t, s).signIn(olga).get(path).shows(200, "1 person has signed.").lacks("Nobody's business", "Lately: ada")
	})
}

// Organisers name whom it speaks to, hand it over, and note what came of it.
func TestPetition_Record(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		olga, ada, mayor := s.Person("olga"), s.Person("ada"), s.Person("mayor")
		path := petitionOf(t, s, olga)
		a := newBrowser(t, s).signIn(ada)
		a.post(path+"/sign", "reason", "My son is hungry.").shows(200)
		a.get(path + "/petition").shows(403)
		a.get(path + "/signatures.csv").shows(403)

		o := newBrowser(t, s).signIn(olga)
		o.get(path).shows(200, "Nobody is named yet")
		o.post(path+"/addressees", "role", "x").shows(422, "Say whom the petition speaks to.")
		o.post(path+"/addressees", "handle", "@mayor", "role", "decides on meals").shows(200, "decides on meals")
		o.post(path+"/addressees", "name", "The school board").shows(200, "Note what The school board said")
		o.post(path+"/deliveries", "on", "2026-01-02", "how", "In a pot").shows(200, "In a pot")
		board := regexpFind(t, o.page, `/calls/\d+/answers/\d+`)
		o.get(board).shows(200, "Where did they say it?")
		o.post(board, "body", "We will think.").shows(422, "Say where they said it")
		o.post(board, "body", "We will think.", "source", "https://board.example/minutes").shows(200, "We will think.", "board.example")

		m := newBrowser(t, s).signIn(mayor)
		m.get(path).shows(200, "Answer")
		mine := regexpFind(t, m.page, `/calls/\d+/answers/\d+`)
		m.get(mine).shows(200, "Answer the petition").lacks("Where did they say it?")
		m.post(mine, "body", "You will have it.").shows(200, "You will have it.")
		m.post(strings.Replace(mine, "/answers/", "/promises/", 1), "promise", "Lunch from May on.").shows(422, "[due=]")
		m.post(strings.Replace(mine, "/answers/", "/promises/", 1), "promise", "Lunch from May on.", "due", "2030-05-01").shows(200, "Lunch from May on.", "Open")

		o.get(path)
		promise := regexpFind(t, o.page, `/calls/\d+/commitments/\d+`)
		m.get(promise).shows(403)
		o.post(promise, "state", "kept").shows(422, "Say what shows it")
		o.post(promise, "state", "kept", "evidence", "https://news.example/lunch").shows(200, "Kept", "news.example")
		newBrowser(t, s).get(path).shows(200, "The school board", "Lunch from May on.", "Kept", "signature handed over", "My son is hungry.")

		o.get(regexpFind(t, o.get(path).page, `/acts/\d+`)).shows(200, "Tell the moderators")
		o.get(regexpFind(t, o.page, `/acts/\d+/report`)).shows(200, "Report @", "/acts/")

		o.get(path+"/petition").shows(200, "My son is hungry.", "Hide it")
		o.post(regexpFind(t, o.page, `/calls/\d+/reasons/\d+/hide`)).shows(200, "No reason is shown here.").lacks("My son is hungry.")
		o.get(path+"/petition?hidden=1").shows(200, "My son is hungry.", "Show it")
		newBrowser(t, s).get(path).lacks("My son is hungry.")
		o.get(path+"/signatures.csv").shows(200, "ada")
		if o.get(path + "/signatures.pdf"); o.status != 200 || !strings.HasPrefix(o.page, "%PDF-") {
			t.Errorf("the paper is answered %d", o.status)
		}
		wait(t, func() bool {
			a.get("/notices")
			return strings.Contains(a.page, "an answer to a petition that you signed") && strings.Contains(a.page, "was kept")
		})
		a.get(regexpFind(t, a.page, `/petitions/\d+`)).shows(200, "What came of it")
	})
}

// wait polls until is says so.
func wait(t *testing.T, is func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain")
		}
	}
}

// What was changed after the first signature is for everyone to see.
func TestPetition_Texts(t *testing.T) {
	s := servertest.Start(t, "sqlite")
	olga := s.Person("olga")
	path := petitionOf(t, s, olga)
	o := newBrowser(t, s).signIn(olga)
	o.post(path + "/sign").shows(200)
	o.post(path+"/edit", "title", "Warm lunch at school", "body", "Every school day.\n\nFor all.", "counts_from", "told", "visibility", "public", "zone", "UTC")
	b := newBrowser(t, s)
	b.get(path).shows(200, "The text was changed 1 time")
	b.get(path+"/texts").shows(200, "Version 2", "Version 1", "For all.")
	if !strings.Contains(b.page, "<ins>Every school day.</ins>") || !strings.Contains(b.page, "<del>Every day.</del>") {
		t.Error(b.page)
	}
}

// A text that was changed often is shown ten versions at a time.
func TestPetition_ManyTexts(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		olga := s.Person("olga")
		path, ctx := petitionOf(t, s, olga), context.Background()
		newBrowser(t, s).signIn(olga).post(path+"/sign", "version", "1").shows(200)
		callID, err := id.Parse(strings.TrimPrefix(path, "/calls/"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Calls.Get(ctx, account.As(olga), callID)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 11 {
			d := c.Draft()
			d.Body = "Every day, for " + strconv.Itoa(n+2) + "."
			if _, err := s.Calls.Edit(ctx, account.As(olga), callID, d); err != nil {
				t.Fatal(err)
			}
		}
		b := newBrowser(t, s)
		b.get(path+"/texts").shows(200, "Version 12", "Version 3", "Every day, for 3.", "Every day, for 2.").lacks("Version 2 ")
		b.get(path+"/texts?before=3").shows(200, "Version 2", "Version 1", "For all.").lacks("Version 3")
	})
}
