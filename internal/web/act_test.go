package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// From a call to an act, its proof and the next one, by two people and an
// organiser.
func TestCallAndAct(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
		m := startMovement(t, s, ada, "WarmSoup")
		path := "/movements/" + m.Slug
		organiser, doer, other := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(eve)

		organiser.get(path+"/calls/new").shows(200, "Challenge", "Fundraiser")
		organiser.get(path+"/calls/new?kind=fundraiser").shows(200, "[unit=EUR]").lacks("How many may one pass it on to?")
		organiser.post(path+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR", "goal", "-5").shows(422, "[title=Pots]", "[goal=-5]")
		organiser.post(path+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR", "goal", "1.500,50", "closes_at", "2001-01-01T10:00").shows(422, "This time has passed already.", "[closes_at=2001-01-01T10:00]")
		organiser.post(path+"/calls/new", "kind", "fundraiser", "title", "Pots", "unit", "EUR", "goal", "1.500,50", "draft", "on").shows(200, "draft", "Open it to everyone")
		fundraiser := organiser.at
		other.get(fundraiser).shows(404)
		organiser.post(fundraiser+"/publish").shows(200, "The call is open.", "€1,500.50")

		doer.post(fundraiser+"/act", "quantity", "-3", "story", "For soup").shows(422, "[quantity=-3]", "For soup")
		doer.post(fundraiser+"/act", "quantity", "12.3456", "story", "For soup").shows(422)
		key := doer.get(fundraiser + "/act").field("key")
		doer.post(fundraiser+"/act", "key", key, "quantity", "12,50", "story", "For soup", "witnesses", "@eve").shows(200, "Thank you. It is told.", "gave €12.50", "For soup", "is asked whether they were there")
		act := doer.at
		if doer.post(fundraiser+"/act", "key", key, "quantity", "12,50", "story", "For soup", "witnesses", "@eve"); doer.at != act {
			t.Errorf("the same form twice led to %s and %s", act, doer.at)
		}
		organiser.get(fundraiser).shows(200, "€12.50", "1 act here")

		other.get("/witness").shows(200, "For soup", "Yes, I was there")
		other.post(act+"/witness/"+eve.ID.String()+"/accept", "back", act).shows(200, "The act is witnessed.", "was there")
		doer.post(act + "/confirm").shows(403)
		other.post(act + "/confirm").shows(403)
		organiser.get(path+"/organise").shows(200, "For soup")
		organiser.post(act+"/confirm", "how", "I saw the money", "back", act).shows(200, "Confirmed by ada", "I saw the money")
		doer.get(act+"/edit").shows(200, "stays").lacks("[quantity=")
		organiser.post(act+"/unconfirm").shows(200, "The confirmation is taken back.")
		newBrowser(t, s).get(fundraiser+"/acts?proof=witnessed").shows(200, "For soup")
		newBrowser(t, s).get(fundraiser+"/acts?proof=confirmed").shows(200, "No acts yet")

		other.get(fundraiser+"/act?via=act-"+strings.TrimPrefix(act, "/acts/")).shows(200, "ben gave €12.50")
		other.post(fundraiser+"/act", "quantity", "5", "inspired_by", "act-"+strings.TrimPrefix(act, "/acts/")).shows(200, "What inspired it", "ben")
		next := other.at
		fold(t, s)
		doer.get(act).shows(200, "It moved 1 person", "in 1 act")
		other.post(next+"/source", "inspired_by", "").shows(200, "Nothing in particular")
		doer.get(next + "/edit").shows(403)
		doer.post(next + "/withdraw").shows(403)
		other.get(next+"/withdraw").shows(200, "Take this act back?")
		other.post(next+"/withdraw").shows(200, "It is taken back.")
		other.get(next).shows(410)
	})
}

// A time is read in the zone that the form names: what is now in Vienna is no
// future.
func TestAct_Zone(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.get("/acts/new").shows(200, "Time zone")
	if !regexp.MustCompile(`name="zone"[^>]*data-zone`).MatchString(b.page) {
		t.Error("the form does not take the browser's zone")
	}
	kiritimati := time.FixedZone("", 14*60*60) // where it is later than everywhere else
	now := time.Now().In(kiritimati).Format("2006-01-02T15:04")
	b.post("/acts/new", "story", "I swept the yard.", "visibility", "public", "done_at", now).shows(422, "An act can only be told once it is done.", "[done_at="+now+"]")
	b.post("/acts/new", "story", "I swept the yard.", "visibility", "public", "done_at", now, "zone", "Nowhere/At-All").shows(422, "is not a time zone", "[zone=Nowhere/At-All]")
	b.post("/acts/new", "story", "I swept the yard.", "visibility", "public", "done_at", now, "zone", "Pacific/Kiritimati").shows(200, "Thank you. It is told.")

	b.post("/acts/new", "story", " ", "visibility", "public").shows(422, "Say what you did, in words, or show it")
	b.post("/acts/new", "story", "I swept the yard.", "visibility", "me", "tell", "on").shows(422, "Only a public act can be told in a post.")
	b.upload("/acts/new", "media_0", []byte("no picture"), "story", "I swept the yard.", "visibility", "public").shows(422)

	ben := s.Person("ben")
	m := startMovement(t, s, ben, "WarmSoup")
	c := openCall(t, s, ben, m, call.Draft{Kind: call.Deed, Title: "Cook", Zone: "Europe/Vienna"})
	b.get("/calls/"+c.ID.String()+"/act").shows(200, "The time zone is Europe/Vienna.").lacks("[zone=")
	newBrowser(t, s).signIn(ben).get("/movements/WarmSoup/calls/new?kind=event")
}

// What stands on the page of an act, and in its form, is only as precise as was chosen.
func TestAct_Place(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Deed, Title: "Cook"})
	b := newBrowser(t, s).signIn(s.Person("ben"))
	form := "/calls/" + c.ID.String() + "/act"
	b.get(form).shows(200, "Say where it was", "thrown away")
	b.post(form, "story", "I swept.", "visibility", "public", "place.town", "Graz").shows(422, "Say how exactly the place is to be kept.", "[place.town=Graz]")
	b.post(form, "story", "I swept.", "visibility", "public", "place.precision", "town", "place.town", "47.0707, 15.4395").shows(422, "Name the place in words.")
	b.post(form, "story", "I swept.", "visibility", "public", "place.precision", "town", "place.country", "Austria", "place.town", "Graz <b>", "place.spot", "Herrengasse", "place.visibility", "organisers").
		shows(200, "Graz <b>, Austria").lacks("Herrengasse")
	at := b.at
	b.get(at+"/edit").shows(200, "[place.town=Graz <b>]", "[place.country=Austria]").lacks("Herrengasse")
	stranger, organiser := newBrowser(t, s), newBrowser(t, s).signIn(ada)
	stranger.get(at).shows(200, "I swept.").lacks("Graz", "Austria")
	organiser.get(at).shows(200, "Graz <b>, Austria")
	b.post(at+"/edit", "story", "I swept.", "visibility", "public", "evidence_visibility", "organisers", "place.precision", "country", "place.country", "Austria", "place.town", "Graz", "place.visibility", "public").shows(200, "Saved.", "Austria").lacks("Graz")
	stranger.get(at).shows(200, "Austria").lacks("Graz")
	b.post(at+"/edit", "story", "I swept.", "visibility", "public", "evidence_visibility", "organisers").shows(200, "Saved.").lacks("Austria")
}

// However many calls there are, each can be reached.
func TestCalls_Many(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	m := startMovement(t, s, ada, "WarmSoup")
	for n := range 23 {
		openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: fmt.Sprintf("Cook soup %02d", n)})
	}
	b := newBrowser(t, s).get("/movements/WarmSoup/calls").shows(200, "Cook soup 22", "Cook soup 13", "All of them: Open now").lacks("Cook soup 12")
	b.get(html.UnescapeString(regexpFind(t, b.page, `/movements/WarmSoup/calls\?state=open`))).shows(200, "Cook soup 22", "Cook soup 03", "Older").lacks("Cook soup 02")
	b.get(html.UnescapeString(regexpFind(t, b.page, `/movements/WarmSoup/calls\?[^"]*max_id=[^"]*`))).shows(200, "Cook soup 02", "Cook soup 00", "That is all for now.").lacks("Cook soup 03")
}

// What led to a call goes along to its act, and stays when the card is drawn anew.
func TestCall_Via(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Deed, Title: "Cook"})
	path := "/calls/" + c.ID.String()
	for via, along := range map[string]string{"?via=act-17": path + "/act?via=act-17", "": path + "/act", "?via=nonsense": path + "/act"} {
		b := newBrowser(t, s).get(path + via).shows(200)
		card := html.UnescapeString(regexpFind(t, b.page, `/calls/\d+/part/card[^"]*`))
		for _, page := range []string{path + via, card} {
			if b.get(page).shows(200); !strings.Contains(b.page, `href="`+along+`"`) {
				t.Errorf("%s does not lead to %s", page, along)
			}
		}
	}
}

// fold counts what was moved, as a sweep does every moment.
func fold(t testing.TB, s *servertest.Server) {
	t.Helper()
	if err := s.Ripples.Fold(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestNomination(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Challenge, Title: "Cook for ten"})
	path := "/calls/" + c.ID.String()
	first, second, third := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(eve)

	first.post(path+"/act", "story", "Ten bowls", "nominees", "@ben @ghost").shows(422, "There is nobody called ghost here.", "[nominees=@ben @ghost]", "Ten bowls")
	first.post(path+"/act", "story", "Ten bowls", "nominees", "@ben", "tell", "on").shows(200, "passed on to 1 person", "Read the post about it")
	act := first.at
	first.post(path+"/act", "story", "Again").shows(http.StatusConflict, "You did this already.", "What you wrote", "Again")
	first.post(path+"/act").shows(200, "You did this already. Here it is.")
	first.get(path+"/act?via=post-1").shows(200, "You did this already. Here it is.", "Ten bowls").lacks("What did you do?")
	newBrowser(t, s).get(act).shows(200, "passed it to 1 person").lacks("ben")

	second.get("/nominations").shows(200, "passes the turn to you", "Do it now", "Not this time")
	accept := regexpFind(t, second.page, `/nominations/\d+/accept`)
	one := strings.TrimSuffix(accept, "/accept")
	third.get(one).shows(404)
	third.post(accept).shows(404)
	second.post(one+"/decline").shows(200, "Nobody is told.", "Only you know.")
	first.get("/nominations?show=given").shows(200, "Take it back").lacks("Not this time")
	second.post(accept).shows(200, "You took the turn.", "Do it now")
	first.get(one).shows(200, "The turn was taken. The act is still to come.")
	second.get(path+"/act?via=nomination-"+strings.TrimPrefix(one, "/nominations/")).shows(200, "ada passed the turn to me")
	second.post(path+"/act", "story", "Ten more", "inspired_by", "nomination-"+strings.TrimPrefix(one, "/nominations/")).shows(200, "What inspired it", "ada")
	second.get("/nominations").shows(200, "You answered it. See your act.")
	fold(t, s)
	first.get(act).shows(200, "It moved 1 person")

	first.post(act+"/nominate", "nominees", "@eve @ben @ghost").shows(422)
	first.get(act+"/nominate").shows(200, "You can pass it on to 2 people more.")
	first.post(act+"/nominate", "nominees", "@eve").shows(200, "Passed on to 1 person.")
	third.get("/nominations").shows(200, "passes the turn to you")
	third.post(act + "/nominate").shows(403)
	first.get("/nominations?show=given").shows(200, "Take it back")
	first.post(regexpFind(t, first.page, `/nominations/\d+/withdraw`)).shows(200, "Taken back.")

	// Who did it meanwhile, and not for the turn, is not asked to tell it again.
	again := newBrowser(t, s).signIn(s.Person("hal"))
	newBrowser(t, s).signIn(s.Person("gil")).post(path+"/act", "story", "Ten of mine", "nominees", "@hal").shows(200, "passed on to 1 person")
	again.post(path+"/act", "story", "Ten by me").shows(200, "Ten by me")
	again.get("/nominations").shows(200, "passes the turn to you", "You did this already. See your act.", "Not this time").lacks("Do it now", "I take it")
	third.post(path+"/act", "story", "By me", "inspired_link", "/acts/"+strings.Repeat("9", 30)).shows(422, "This is not the address of a post or an act here.")
}

// What a nominee showed in an app goes along into the form of the act, pictures
// and all, and stays a post too.
func TestNomination_Shown(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Challenge, Title: "Cook for ten"})
	path := "/calls/" + c.ID.String()
	newBrowser(t, s).signIn(ada).post(path+"/act", "story", "Ten bowls", "nominees", "@ben")
	ctx, as := context.Background(), account.As(ben)
	notices, err := s.Notices.List(ctx, as, notice.Filter{}, db.Page{})
	if err != nil || len(notices) != 1 {
		t.Fatalf("%d notices, %v", len(notices), err)
	}
	pot, err := s.Media.Upload(ctx, as, bytes.NewReader(picture(t, 20)), media.Upload{Description: "A steaming pot"})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := s.Posts.Create(ctx, as, post.Draft{Text: "@warmsoup @ada It is done: ten bowls", Visibility: post.Direct,
		ReplyTo: notices[0].Post.Post.ID, MediaIDs: []id.ID{pot.ID}})
	if err != nil {
		t.Fatal(err)
	}
	answer := "/nominations/" + notices[0].Subject.String() + "/act?of=" + reply.Post.ID.String()

	b := newBrowser(t, s)
	b.get(answer).shows(200, "Sign in")
	b.signIn(ben)
	b.get("/notices").shows(200, "asks whether what you showed could be told as an act")
	b.get(answer).shows(200, "It is done: ten bowls", "ada passed the turn to me").lacks("@warmsoup")
	pictured := func() {
		t.Helper()
		if !strings.Contains(b.page, `alt="A steaming pot"`) {
			t.Errorf("%s lacks the picture", b.at)
		}
	}
	pictured()
	b.post(path+"/act", "key", b.field("key"), "story", "", "kept", b.field("kept"), "inspired_link", "nonsense").shows(422)
	pictured()
	b.post(path+"/act", "key", b.field("key"), "story", "Ten bowls", "kept", b.field("kept"), "visibility", "public", "evidence_visibility", "public",
		"inspired_by", "nomination-"+notices[0].Subject.String()).shows(200, "Ten bowls", "What inspired it")
	pictured()
	b.get("/posts/" + reply.Post.ID.String()).shows(200)
	pictured()
	b.get(answer).shows(200, "You did this already. Here it is.")
	stranger := newBrowser(t, s).signIn(eve)
	stranger.get(answer).shows(404)
	stranger.get(path + "/act?of=" + reply.Post.ID.String()).shows(200).lacks("ten bowls")
}

// What is private is counted in coarse steps, and shown to nobody.
func TestActs_Private(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Carry a pot", Zone: "Asia/Tokyo"})
	doer, stranger := newBrowser(t, s).signIn(ben), newBrowser(t, s)
	doer.get("/calls/"+c.ID.String()+"/act").shows(200, "The time zone is Asia/Tokyo.")
	done := time.Now().In(c.Location()).Add(-time.Hour).Format("2006-01-02T15:04")
	doer.upload("/calls/"+c.ID.String()+"/act", "media_0", picture(t, 20), "story", "", "done_at", "2999-01-01T10:00", "visibility", "me", "alt_0", "A pot")
	doer.shows(422, "An act can only be told once it is done.", "Keep it")
	doer.post("/calls/"+c.ID.String()+"/act", "story", "A secret pot", "done_at", done, "visibility", "me", "kept", doer.field("kept")).shows(200, "A secret pot")
	act := doer.at
	if !strings.Contains(doer.page, "/media/") {
		t.Error("the picture that was kept is not shown to its doer")
	}
	stranger.get(act).shows(404)
	stranger.get("/calls/"+c.ID.String()+"/acts").shows(200, "and a few that are private").lacks("A secret pot")
	stranger.get("/movements/WarmSoup").lacks("A secret pot")
	doer.post("/acts/new", "story", "Held a door", "visibility", "public").shows(200, "Held a door", "did a good deed")
}

func TestCall_Life(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Fundraiser, Title: "Pots", Unit: "EUR", Beneficiary: ben.ID})
	path := "/calls/" + c.ID.String()
	organiser, partner, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s)

	organiser.post(path+"/edit", "title", "More pots", "unit", "EUR", "goal", "100", "visibility", "public", "beneficiary", "ben", "zone", "Nowhere/Land").shows(422, "“Nowhere/Land” is not a time zone", "[title=More pots]")
	organiser.post(path+"/edit", "title", "More pots", "unit", "EUR", "goal", "100", "visibility", "public", "beneficiary", "ben").shows(200, "Saved.", "More pots", "It is for ben")
	partner.post(path+"/edit", "title", "Mine").shows(403)

	partner.post(path+"/reported", "amount", "20000", "unit", "EUR", "as_of", "2999-01-01", "source", "Our report").shows(422, "[amount=20000]")
	partner.post(path+"/reported", "amount", "20000", "unit", "EUR", "as_of", "2020-01-02", "source", "Our report", "at_least", "on").shows(200, "more than €20,000")
	stranger.get(path).shows(200, "Reported by the partner", "more than €20,000", "Our report", "Nobody yet. Somebody begins.")
	partner.post(regexpFind(t, partner.page, path+`/reported/\d+/remove`)).shows(200, "Removed.").lacks("€20,000")

	organiser.post(path+"/close").shows(200, "The call is closed.", "Open it again")
	partner.get(path + "/act").shows(409)
	organiser.post(path+"/reopen").shows(200, "The call is open again.")
	organiser.post(path+"/cancel", "reason", " ").shows(422)
	organiser.post(path+"/cancel", "reason", "No more pots").shows(200, "Cancelled: No more pots")
	organiser.post(path + "/reopen").lacks("The call is open again.")
}
