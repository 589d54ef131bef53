package web_test

import (
	"context"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// A draft waits for its time, its second goal shows once the first is reached,
// and what is over is archived and said again.
func TestCall_FromDraftToArchive(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	organiser, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s)

	calls := "/movements/" + m.Slug + "/calls"
	organiser.get(calls+"/new?kind=deed").shows(200, "It opens by itself", "And then, how far?")
	organiser.post(calls+"/new", "kind", "deed", "title", "Cook", "goal", "1", "stretch", "1", "visibility", "public", "opens_at", "2999-01-02T10:00").
		shows(422, "The second goal is above the first", "[stretch=1]", "[opens_at=2999-01-02T10:00]")
	organiser.post(calls+"/new", "kind", "deed", "title", "Cook", "goal", "1", "stretch", "3", "visibility", "public", "opens_at", "2999-01-02T10:00", "zone", "Europe/Vienna").
		shows(200, "Kept as a draft, which opens by itself.", "opens 2 January 2999")
	path := organiser.at
	stranger.get(path).shows(404)
	organiser.get(path+"/edit").shows(200, "[opens_at=2999-01-02T10:00]", "[stretch=3]")
	organiser.post(path+"/publish").shows(200, "The call is open.").lacks("On to the second")
	organiser.get(path + "/edit").lacks("It opens by itself")

	list, err := s.Calls.Of(context.Background(), account.As(ada), m.ID, call.StateOpen, db.Page{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{CallID: list[0].ID}); err != nil {
		t.Fatal(err)
	}
	fold(t, s)
	stranger.get(path).shows(200, "The first goal, 1 deed, is reached. On to the second.", "of 3 deeds")

	organiser.post(path+"/archive").shows(200, "A call is closed or cancelled before it is archived.")
	organiser.post(path + "/close").shows(200)
	organiser.post(path+"/archive").shows(200, "It is archived", "Take it out of the archive")
	stranger.get(path).shows(200, "Cook")
	stranger.get(calls).shows(200, "Archive", "Cook")
	stranger.get(calls + "?state=closed").lacks("Cook")
	organiser.post(path+"/unarchive").shows(200, "It is in the lists again.")
	organiser.post(path+"/duplicate").shows(200, "This is a draft that says the same.", "[title=Cook]", "[stretch=3]")
	newBrowser(t, s).signIn(ben).post(path + "/duplicate").shows(403)
}

// Who takes part hears of an update, may ask for quiet, and reads it on the page.
func TestCall_Updates(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Deed, Title: "Cook"})
	path := "/calls/" + c.ID.String()
	if _, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{CallID: c.ID}); err != nil {
		t.Fatal(err)
	}
	organiser, doer, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s)

	doer.get(path).lacks("Updates")
	doer.get(path + "/updates/new").shows(403)
	organiser.get(path+"/updates/new").shows(200, "everybody who took part is told")
	organiser.post(path+"/updates/new", "title", "Forty bowls", "body", " ").shows(422, "Say what there is to tell.", "[title=Forty bowls]")
	organiser.post(path+"/updates/new", "title", "Forty bowls", "body", "We cooked **forty** <script>x</script>.").shows(200, "Forty bowls", "those who took part are told")
	update := organiser.at
	stranger.get(path).shows(200, "Updates", "Forty bowls", "forty")
	stranger.get(update).shows(200, "Forty bowls").lacks("<script>x")
	doer.get(path).shows(200, "You took part, so you hear of each update.")
	doer.post(path+"/quiet", "quiet", "1").shows(200, "You do not hear of this call's updates.")
	doer.post(path+"/quiet").shows(200, "so you hear of each update")

	doer.post(update + "/remove").shows(403)
	organiser.post(update+"/edit", "title", "Fifty bowls", "body", "More.").shows(200, "Fifty bowls", "edited")
	organiser.post(update+"/remove").shows(200, "The update is gone").lacks("Fifty bowls")
	stranger.get(update).shows(404)
}

// Somebody is asked to help, accepts, does what organisers do, and leaves.
func TestCall_Organisers(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben, cat := s.Person("ada"), s.Person("ben"), s.Person("cat")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Cook"})
	other := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Bake"})
	a, err := s.Acts.Do(context.Background(), account.As(cat), act.Draft{CallID: c.ID, Visibility: act.Organisers})
	if err != nil {
		t.Fatal(err)
	}
	path := "/calls/" + c.ID.String()
	organiser, helper, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s)

	helper.get(path + "/organisers").shows(403)
	organiser.post(path+"/organisers", "who", "nobody").shows(422, "[who=nobody]")
	organiser.post(path+"/organisers", "who", "ben").shows(200, "asked, no answer yet")
	stranger.get(path).lacks("ben")
	helper.get("/notices").shows(200, "asks you to help organise a call")
	helper.get("/acts/" + a.ID.String()).shows(404)
	helper.get(path).shows(200, "asks you to help organise this call", "I will help")
	helper.post(path+"/organisers/accept").shows(200, "You organise this call now, too.")
	stranger.get(path).shows(200, "It is organised together with", "ben")
	helper.get("/acts/" + a.ID.String()).shows(200)
	helper.post(path+"/close").shows(200, "The call is closed.")
	helper.post("/calls/" + other.ID.String() + "/close").shows(403)
	helper.get("/movements/" + m.Slug + "/organise").shows(403)
	helper.post(path+"/organisers/"+ben.ID.String()+"/remove").shows(200, "That is fine.")
	helper.get("/acts/" + a.ID.String()).shows(404)
	helper.post(path + "/reopen").shows(403)
}

func TestSettings_Updates(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	who := s.Person("ben")
	ben := newBrowser(t, s).signIn(who)
	ben.get("/settings/privacy").shows(200, "Tell me of updates on calls that I took part in")
	ben.post("/settings/privacy", "default_visibility", "public").shows(200, "Saved.")
	_, all, err := s.Calls.Quiet(context.Background(), account.As(who), 1)
	if err != nil || !all {
		t.Errorf("quiet is %v, %v", all, err)
	}
}
