package web_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// Somebody asks by a link whether a good turn reached the person, who says thanks
// without an account, and later passes it on with one.
func TestReached(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "PayItForward")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Do one good turn"})
	doer := newBrowser(t, s)
	doer.signIn(ada)
	doer.post("/calls/"+c.ID.String()+"/act", "story", "I paid <b>a</b> bus fare.", "visibility", "me").shows(200)
	act := regexpFind(t, doer.page, `/acts/\d+`)
	doer.get(act).shows(200, "Ask whom it reached")
	doer.get(act+"/reached").shows(200, "Did it reach somebody?", "It shows my name and what I told")
	doer.post(act+"/reached", "tells", "1").shows(200, "Here is your link.", "Open until", "Show it as a code")
	_, token, _ := strings.Cut(regexpFind(t, doer.page, `/reached\?token=[\w.-]+`), "token=")
	row := "/reached/" + token[:strings.Index(token, ".")]
	here := "/reached?token=" + token

	doer.get(here).shows(200, "You did this yourself.").lacks("Yes, this happened", "Say thanks")
	doer.post("/reached", "token", token, "do", "attest").shows(403)
	stranger := newBrowser(t, s)
	stranger.get(act).shows(404)
	stranger.get(act+"/reached").shows(200, "Sign in")
	stranger.get(here).shows(200, "Did this reach you?", "ada", "I paid <b>a</b> bus fare.", "You need no account.", "This is for the person for whom it was done.", "Yes, this happened", "Pass it on", "I am new here").lacks("See what they told")
	stranger.post("/reached", "token", token, "do", "thank", "words", " ", "name", "Rosa").shows(422, "Say a word or two.", "Rosa")
	stranger.post("/reached", "token", token, "do", "thank", "words", "You <i>made</i> my week.", "name", "Rosa").shows(200, "Your thanks are on their way.", "You <i>made</i> my week.")
	stranger.post("/reached", "token", token, "do", "attest").shows(200, "You said that it happened.").lacks("Yes, this happened")
	stranger.post("/reached", "token", "1.x", "do", "attest").shows(404)
	stranger.post("/reached", "token", token, "do", "else").shows(404)

	doer.get("/notices").shows(200, "brings you the thanks of somebody whom you helped", "says that it happened")
	doer.get(act).shows(200, "somebody without an account says that it happened; who, nobody can know").lacks("my week")
	doer.get(act+"/reached").shows(200, "You <i>made</i> my week.", "Rosa,", "They say that it happened")
	doer.post(row, "do", "show").shows(200, "The thanks stand with what you did now.")
	doer.get(act).shows(200, "You <i>made</i> my week.")
	doer.post(row, "do", "hide").shows(200, "Only you see these thanks now.")
	doer.get(row+"/report").shows(200, "You <i>made</i> my week.", "These words go along")
	doer.post(row+"/report", "comment", strings.Repeat("x", 1001)).shows(422)
	doer.post(row+"/report", "comment", "No <b>thanks</b>.").shows(200, "A moderator looks at it.")
	mona := s.Person("mona")
	if err := s.Safety.SetRole(t.Context(), account.System("test"), mona.ID, account.RoleModerator); err != nil {
		t.Fatal(err)
	}
	moderator := newBrowser(t, s).signIn(mona)
	moderator.get("/moderation").shows(200, "About somebody without an account", "You <i>made</i> my week.", "No <b>thanks</b>.")
	moderator.get(regexpFind(t, moderator.page, `/moderation/reports/\d+`)).shows(200, "About somebody without an account", "Close it").lacks("What was decided before")
	doer.post(row, "do", "unwitness").shows(200).lacks("They say that it happened")
	doer.post(row, "do", "else").shows(404)

	second := newBrowser(t, s)
	second.post(row, "do", "show").shows(200, "Sign in")
	second.signIn(ben)
	second.post(row, "do", "delete").shows(404)
	second.get(row + "/report").shows(404)
	second.post(row+"/report", "comment", "x").shows(404)
	second.get(act + "/reached").shows(404)
	second.get(here).shows(200, "Tell what I did").lacks("I am new here")
	second.get("/reached/pass?token="+token).shows(200, "What did you do?", "It belongs to #PayItForward, too")
	second.post("/reached/pass", "token", token, "story", "", "visibility", "public").shows(422, "Say what you did.")
	second.post("/reached/pass", "token", token, "story", "I carried a pram.", "visibility", "public", "there", "1").shows(200, "the chain goes on", "I carried a pram.", "someone")
	doer.get(act).shows(200, "ben did a good deed")

	second.post("/reached", "token", token, "do", "unthank").shows(200, "Your words are erased.")
	doer.post(row, "do", "withdraw").shows(200, "The link is taken back.").lacks("my week")
	stranger.get(here).shows(410)
	for range 5 {
		doer.post(act+"/reached").shows(200, "It does not show your name.")
	}
	doer.post(act+"/reached").shows(200, "At most 5 links of one act can be open.")
}
