package web_test

import (
	"strings"
	"testing"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/deed"
	"goodturn/internal/server/servertest"
)

// Somebody takes an idea from a call's page, does it, and keeps what it was like.
func TestKindness(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "BeKind")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "One kind thing"})
	at := "/calls/" + c.ID.String()
	stranger := newBrowser(t, s)
	stranger.get(at).shows(200, "Ideas for today", "Show me others").lacks("Your kindness")
	stranger.get("/kindness").shows(200, "Sign in")
	first := newBrowser(t, s)
	first.signIn(ben)
	first.get(at+"?ideas=x").shows(200, "Ideas for today", "Your kindness")
	idea := regexpFind(t, first.page, at+`/act\?idea=[\w-]+`)
	first.get(at + "?ideas=1").shows(200)
	if strings.Contains(first.page, idea+`"`) {
		t.Error("other ideas are the same")
	}
	_, key, _ := strings.Cut(idea, "idea=")
	prompt, ok := deed.PromptByKey(key)
	if !ok {
		t.Fatalf("%s is no idea", key)
	}
	first.get(idea).shows(200, "What did you do?", prompt.Words)
	first.get(at + "/act?idea=nothing").shows(200).lacks(prompt.Words)

	first.get("/kindness").shows(200, "Ideas for today", "Your journal is empty", "Your weeks", "There is no hurry.")
	first.get(regexpFind(t, first.page, `/acts/new\?idea=[\w-]+`)).shows(200)
	first.post("/kindness", "story", "").shows(422, "Say what you did.")
	first.post("/kindness", "story", "I waited with <b>her</b>.", "done_at", "2999-01-01T10:00").shows(422, "An act can only be told once it is done.", "I waited with <b>her</b>.")
	first.post("/kindness", "story", "I waited with <b>her</b>.").shows(200, "It is in your journal.", "I waited with <b>her</b>.", "Only me", "Add a note to yourself")
	note := regexpFind(t, first.page, `/acts/\d+/note`)
	first.post(note, "note", strings.Repeat("x", 2001)).shows(422, "at most 2,000 are possible")
	first.post(note, "note", "The bus <i>came</i>.").shows(200, "Saved.", "The bus <i>came</i>.", "Change your note")
	first.get(note).shows(200, "What was it like?", "The bus <i>came</i>.")
	first.get(strings.TrimSuffix(note, "/note")).shows(200).lacks("The bus")

	first.get("/kindness").shows(200, "You did something in 1 week", "This week is one of them.", "1 act in the week from")
	first.post("/settings/kindness", "weeks", "on", "zone", "Nowhere").shows(422, "is not a time zone")
	first.post("/settings/kindness", "zone", "Europe/Vienna").shows(200, "Saved.", "Europe/Vienna")
	first.get("/kindness").shows(200).lacks("Your weeks")

	second := newBrowser(t, s)
	second.signIn(ada)
	second.get(note).shows(404)
	second.post(note, "note", "x").shows(404)
	second.get("/kindness").shows(200).lacks("I waited")
}
