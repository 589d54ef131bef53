package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// local is a time as a browser's field has it.
func local(at time.Time) string { return at.Format("2006-01-02T15:04") }

// A post waits, is put off, and comes out at its time.
func TestScheduled(t *testing.T) {
	s, forward := later(t)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(3 * time.Hour)
	b.get("/scheduled").shows(200, "Nothing is waiting")
	b.post("/posts", "text", "Soup at noon.", "visibility", "unlisted", "publish_at", local(at.In(vienna)), "zone", "Europe/Vienna", "poll_option", "Lentil", "poll_option", "Pea",
		"poll_lasts", "3600", "key", "k1", "back", "/").shows(200, "It will be published at this time: ", at.In(vienna).Format("15:04 MST"))
	b.post("/posts", "text", "Soup at noon.", "visibility", "unlisted", "publish_at", local(at.In(vienna)), "zone", "Europe/Vienna", "poll_option", "Lentil", "poll_option", "Pea",
		"poll_lasts", "3600", "key", "k1", "back", "/")
	b.get("/@ada").lacks("Soup at noon.")
	b.get("/scheduled").shows(200, "Soup at noon.", "Lentil", "Everyone, but quietly", "[publish_at="+local(at.UTC())+"] Time zone [zone=UTC]")
	if n := strings.Count(b.text(), "Soup at noon."); n != 1 {
		t.Errorf("sent twice, it waits %d times", n)
	}
	newBrowser(t, s).get("/scheduled").shows(200, "Sign in")
	other := newBrowser(t, s).signIn(s.Person("berta"))
	other.get("/scheduled").shows(200, "Nothing is waiting")
	one := regexpFind(t, b.page, `/scheduled/\d+`)
	other.post(one, "publish_at", local(at.UTC())).shows(http.StatusNotFound)
	other.post(one + "/cancel").shows(http.StatusNotFound)

	moved := at.Add(2 * time.Hour).UTC()
	b.post(one, "publish_at", local(moved), "zone", "").shows(200, "It will be published at this time: ", "[publish_at="+local(moved)+"]")
	publish := func() {
		t.Helper()
		if err := s.Posts.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	forward(4 * time.Hour)
	publish()
	b.get("/@ada").lacks("Soup at noon.")
	forward(2 * time.Hour)
	publish()
	b.get("/@ada").shows(200, "Soup at noon.", "Pea")
	b.get("/scheduled").shows(200, "Nothing is waiting")
	b.post(one + "/cancel").shows(http.StatusNotFound)
}

func TestScheduled_Cancel(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.upload("/posts", "media_0", picture(t, 40), "alt_0", "A square", "text", "Not yet.", "visibility", "public", "publish_at", local(time.Now().UTC().Add(time.Hour)), "key", "k1", "back", "/").shows(200, "It will be published")
	b.get("/scheduled").shows(200, "Not yet.")
	if !strings.Contains(b.page, `alt="A square"`) {
		t.Error("its picture is not shown")
	}
	one := regexpFind(t, b.page, `/scheduled/\d+`)
	b.get(one+"/cancel").shows(200, "Take this post back?", "Not yet.")
	b.post(one+"/cancel").shows(200, "It is taken back", "Nothing is waiting")
	b.get(one + "/cancel").shows(http.StatusNotFound)
}

func TestScheduled_ErrInvalid(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	for _, x := range []struct{ at, zone, says string }{
		{local(time.Now().UTC()), "UTC", "at least 5 minutes ahead"},
		{"noon", "UTC", "not a date with a time"},
		{local(time.Now().UTC().Add(time.Hour)), "Middle-earth", "not a time zone"},
	} {
		b.post("/posts", "text", "Too soon.", "visibility", "public", "publish_at", x.at, "zone", x.zone).
			shows(http.StatusUnprocessableEntity, x.says, "Too soon.", "[publish_at="+x.at+"]", "[zone="+x.zone+"]")
		if !strings.Contains(b.page, `href="#f-publish_at"`) || !strings.Contains(b.page, `id="f-publish_at"`) {
			t.Error("the summary does not lead to the field")
		}
	}
	in := time.Now().UTC().Add(time.Hour)
	b.post("/posts", "text", "In an hour.", "visibility", "public", "publish_at", local(in), "zone", "UTC", "back", "/scheduled").shows(200, "In an hour.")
	one := regexpFind(t, b.page, `/scheduled/\d+`)
	b.post(one, "publish_at", local(time.Now().UTC()), "zone", "UTC").shows(http.StatusUnprocessableEntity, "at least 5 minutes ahead", "In an hour.")
	b.post(one, "publish_at", "", "zone", "UTC").shows(http.StatusUnprocessableEntity, "not a date with a time")
	b.get("/scheduled").shows(200, "[publish_at="+local(in)+"]")
}
