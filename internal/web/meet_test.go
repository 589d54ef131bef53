package web_test

import (
	"context"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// wall is a time as a form of dates takes it, in UTC.
func wall(in time.Duration) string { return time.Now().UTC().Add(in).Format("2006-01-02T15:04") }

// From a date to who came, without script: an organiser, two who come, one who
// waits, and a stranger.
func TestDates(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
		m := startMovement(t, s, ada, "WarmSoup")
		c := openCall(t, s, ada, m, call.Draft{Kind: call.Event, Title: "Soup on the square", Place: "Old square"})
		path := "/calls/" + c.ID.String()
		organiser, first, second, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(eve), newBrowser(t, s)

		stranger.get(path).shows(200).lacks("When and where")
		organiser.get(path).shows(200, "When and where", "There is no date ahead")
		organiser.get(path+"/dates/new").shows(200, "[place=Old square]", "Does it repeat?").lacks("What should one be able to do?")
		first.get(path + "/dates/new").shows(403)
		starts, ends := wall(30*time.Minute), wall(150*time.Minute)
		organiser.post(path+"/dates/new", "starts", starts, "ends", starts, "zone", "UTC", "place", "Old square", "online", "nowhere").shows(422, "This is not a link that starts with https:// or http://.", "[place=Old square]", "[online=nowhere]")
		organiser.post(path+"/dates/new", "starts", starts, "ends", ends, "zone", "UTC", "place", "Old square", "spot", "here").shows(422, "no point on the map", "[spot=here]")
		organiser.post(path+"/dates/new", "starts", starts, "ends", ends, "zone", "UTC", "repeat", "week", "count", "0").shows(422, "Say how many dates there are")
		organiser.post(path+"/dates/new", "starts", starts, "ends", ends, "zone", "UTC", "place", "Old square", "access", "A ramp at the east gate.",
			"online", "https://talk.example/soup", "capacity", "2", "guests_most", "1", "names", "comers", "note", "Bring a *spoon*.").shows(200, "The date stands.", "2 places left")
		date := "/dates/" + regexpFind(t, organiser.page, `/dates/(\d+)`)[len("/dates/"):]

		stranger.get(path).shows(200, "When and where", "2 places left", "I come", "Old square", "Map").lacks("talk.example")
		stranger.get(date).shows(200, "A ramp at the east gate.", "Bring a spoon.", "2 places left").lacks("talk.example")
		if stranger.post(date+"/come", "back", path); !strings.HasPrefix(stranger.at, "/sign-in") {
			t.Errorf("a stranger who comes was led to %s", stranger.at)
		}
		first.post(date+"/come", "back", path, "guests", "1").shows(200, "You come. A day and an hour before", "You come, with 1 guest.")
		if first.at != path {
			t.Errorf("they were led to %s", first.at)
		}
		first.get(date).shows(200, "https://talk.example/soup", "ben")
		if !strings.Contains(first.page, date+"/mine.ics") {
			t.Error("who comes is not led to their own file")
		}
		first.get(date+"/mine.ics").shows(200, "talk.example", "STATUS:CONFIRMED")
		stranger.get(date + "/mine.ics").shows(200).lacks("talk.example")
		if stranger.get(date); !strings.Contains(stranger.page, "og:image") || !strings.Contains(stranger.page, `"@type":"Event"`) || strings.Contains(stranger.page, "talk.example") {
			t.Error("a search engine does not read what the date is, or reads the link")
		}
		movement := "/movements/" + m.Slug
		stranger.get(movement).shows(200, "When and where", "Soup on the square", "Calendar file")
		if !strings.Contains(stranger.page, movement+"/dates.ics") {
			t.Error("the movement's calendar is linked nowhere")
		}
		stranger.get(movement+"/dates").shows(200, "All dates: WarmSoup", "Wait for a place")
		second.post(date+"/come", "guests", "7", "back", path).shows(200, "A person can bring up to 1 here.")
		second.post(date+"/come", "guests", "7", "details", "on", "visibility", "public", "hidden", "on").shows(422, "A person can bring up to 1 here.", "[guests=7]", "One thing to mend")
		second.post(date+"/come").shows(200, "You wait for a place.", "All places are taken; 1 waits").lacks("talk.example", "@ben")
		second.get(date+"/mine.ics").shows(200, "STATUS:TENTATIVE").lacks("talk.example")
		second.get(date + "/people.csv").shows(403)
		second.get(date + "/people").shows(403)
		second.get(date + "/code").shows(403)
		second.get("/dates").shows(200, "Soup on the square", "You wait for a place")
		first.post(date+"/come", "guests", "0", "hidden", "on", "visibility", "public", "details", "on").shows(200, "You come.")
		second.get(date).shows(200, "You come.", "talk.example", "eve").lacks("@ben")
		second.get("/notices").shows(200, "has a place for you")

		organiser.get(date+"/people").shows(200, "ben", "eve", "Check in", "Take them off the list")
		organiser.get(date+"/people?q=BEN").shows(200, "ben", "[q=BEN]").lacks("@eve")
		organiser.get(date+"/people?q=zoe").shows(200, "Nobody of that name is on the list")
		organiser.get(date+"/people.csv").shows(200, "name,handle,standing", ",ben,comes,")
		second.post(date+"/people/"+ben.ID.String()+"/off", "reason", "Mine!").shows(403)
		code := regexpFind(t, organiser.get(date+"/code").shows(200, "Point your phone").page, `[A-Z2-7]{5} [A-Z2-7]{5}`)
		if !regexp.MustCompile(`<path d="M[^"]{500,}"`).MatchString(organiser.page) {
			t.Error("no QR code is drawn")
		}
		first.get(date+"/here?code="+strings.ReplaceAll(code, " ", "")).shows(200, "[code="+strings.ReplaceAll(code, " ", "")+"]", "I am here")
		first.post(date+"/here", "code", "wrong").shows(422, "This is not the code of this date.", "[code=wrong]")
		first.post(date+"/here", "code", code, "visibility", "public").shows(200, "Good that you are here.", "Checked in with the code at the place.")
		organiser.post(date+"/people/"+eve.ID.String()+"/check-in", "guests", "1").shows(200, "Checked in.", "checked in with the code")
		organiser.post(date+"/people", "handle", "nobody").shows(422, "There is nobody called nobody here.", "[handle=nobody]")
		organiser.post(date+"/people", "handle", "@ada").shows(200, "Checked in.")
		organiser.post(date+"/people/"+eve.ID.String()+"/undo").shows(200, "Taken back.")
		organiser.post(date + "/people/" + eve.ID.String() + "/nonsense").shows(404)
		first.get(path+"/certificate").shows(200, "ben was there", "the code at the place")
		organiser.get(path+"/certificate").shows(200, "Nothing is confirmed yet")

		organiser.get(date+"/edit").shows(200, "[starts="+starts+"]", "[capacity=2]", "[online=https://talk.example/soup]")
		organiser.post(date+"/edit", "starts", starts, "ends", ends, "zone", "UTC", "capacity", "1", "guests_most", "1", "names", "comers").shows(409, "places are taken already")
		organiser.get(date+"/cancel").shows(200, "Why?")
		organiser.post(date+"/cancel", "reason", "").shows(422, "Say why")
		organiser.post(date+"/cancel", "reason", "Hail.").shows(200, "It is cancelled", "Cancelled: Hail.").lacks("I come")
		second.get(date).shows(200, "Cancelled: Hail.").lacks("You come", "talk.example", "All places")
	})
}

// A weekly series, hours and their signing off.
func TestShifts(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Volunteering, Title: "Cook"})
	path := "/calls/" + c.ID.String()
	organiser, helper := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben)
	organiser.post(path+"/dates/new", "starts", wall(-10*time.Minute), "ends", wall(50*time.Minute), "zone", "UTC", "repeat", "weekday", "count", "3", "skills", "Peel onions", "names", "organisers").
		shows(200, "The date stands.")
	links := regexp.MustCompile(`<h3><a href="(/dates/\d+)"`).FindAllStringSubmatch(organiser.page, -1)
	if len(links) != 3 {
		t.Fatalf("there are %d shifts", len(links))
	}
	shift := links[0][1]
	helper.get(shift).shows(200, "Peel onions", "Only the organisers see the names.").lacks("Your hours")
	helper.post(shift+"/come").shows(200, "Your hours", "[minutes=1:00]")
	helper.post(shift+"/hours", "minutes", "a while").shows(422, "[minutes=a while]")
	helper.post(shift+"/hours", "minutes", "1:30", "note", "All the onions").shows(200, "You logged 1 hour 30 minutes.")
	people := shift + "/people/" + ben.ID.String()
	organiser.get(shift+"/people").shows(200, "says: 1 hour 30 minutes", "All the onions", "Confirm the hours")
	helper.post(people + "/confirm").shows(403)
	organiser.post(people+"/dispute", "reason", "").shows(200, "Say why, so that they can answer.")
	organiser.post(people+"/dispute", "reason", "We had lunch.").shows(200, "They are told why.")
	helper.get(shift).shows(200, "We had lunch.", "Log these hours")
	helper.get("/notices").shows(200, "has a question about the hours")
	helper.post(shift+"/hours", "minutes", "1:00").shows(200, "Logged.")
	organiser.post(people+"/confirm", "minutes", "90").shows(200, "They say it otherwise by now")
	organiser.post(people+"/confirm", "minutes", "60", "back", shift+"/people?after=1").shows(200, "The hours are confirmed.")
	if organiser.at != shift+"/people?after=1" {
		t.Errorf("they were led to %s", organiser.at)
	}
	helper.get(shift).shows(200, "Your hours are confirmed: 1 hour.").lacks("Log these hours")
	helper.get(path+"/certificate").shows(200, "ben helped for 1 hour", "ada")
	helper.post(shift + "/confirm-hours").shows(403)
	organiser.post(shift+"/confirm-hours").shows(200, "This shift is not over yet.")

	helper.post(links[2][1] + "/come").shows(200)
	organiser.post(links[2][1]+"/people/"+ben.ID.String()+"/off", "reason", "We are too many; come next month?").shows(200, "They are off the list, and told why.")
	helper.get("/notices").shows(200, "took you off the list of a date")
	organiser.get(links[1][1]+"/edit").shows(200, "And all dates of the series after it")

	organiser.post(links[1][1]+"/cancel", "reason", "Holidays.", "later", "on").shows(200)
	organiser.get(links[2][1]).shows(200, "Cancelled: Holidays.")
	organiser.get(path + "/certificate").shows(200)
}

// What led to a date is kept until one is there: a post moves the first, and the
// link to what the first did moves the next.
func TestDates_InspiredBy(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
		m := startMovement(t, s, ada, "WarmSoup")
		c := openCall(t, s, ada, m, call.Draft{Kind: call.Event, Title: "Soup on the square"}) // it is on, so that others were there already
		path := "/calls/" + c.ID.String()
		organiser, first, second := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(eve)
		organiser.post(path+"/dates/new", "starts", wall(-10*time.Minute), "ends", wall(150*time.Minute), "zone", "UTC", "names", "comers").shows(200)
		date := "/dates/" + regexpFind(t, organiser.page, `/dates/(\d+)`)[len("/dates/"):]
		written, err := s.Posts.Create(t.Context(), account.As(ada), post.Draft{Text: "Who cooks with us?", Visibility: post.Public})
		if err != nil {
			t.Fatal(err)
		}
		post := "post-" + written.Post.ID.String()

		// Coming along leads to the dates, and takes along what led here.
		first.get(path+"/act?via="+post).shows(200, "I come", "[inspired_by="+post+"]", "I did it at another time")
		if first.at != path+"/dates?via="+post {
			t.Errorf("coming along led to %s", first.at)
		}
		first.get(path+"/act?told=on").shows(200, "A post or an act here that moved you")
		first.get(path+"?via="+post).shows(200, "[inspired_by="+post+"]")
		first.get(date+"?via="+post).shows(200, "[inspired_by="+post+"]")
		first.post(date+"/come", "inspired_by", post).shows(200, "You come.")
		first.get(date+"/here").shows(200, "Who cooks with us?")
		code := regexpFind(t, organiser.get(date+"/code").page, `[A-Z2-7]{5} [A-Z2-7]{5}`)
		first.post(date+"/here", "code", code, "visibility", "public", "inspired_by", post).shows(200, "Good that you are here.", "What inspired it", "Who cooks with us?")
		act := "act-" + strings.TrimPrefix(first.at, "/acts/")
		second.get(date+"/here?via="+act).shows(200, "ben")
		second.post(date+"/here", "code", code, "visibility", "public", "inspired_by", act).shows(200, "What inspired it", "ben")
		// What is gone by now is in nobody's way.
		second.post(date+"/come", "inspired_by", "act-17").shows(200)
	})
}

// The link in a mail ends mails of its kind, and is the one that stands in it.
func TestDateMails(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben, eve := s.Person("ada"), s.Person("ben"), s.Person("eve")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Event, Title: "Soup on the square"})
	organiser, first, second := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(eve)
	organiser.post("/calls/"+c.ID.String()+"/dates/new", "starts", wall(48*time.Hour), "ends", wall(50*time.Hour), "zone", "UTC", "names", "comers", "capacity", "1").shows(200)
	date := "/dates/" + regexpFind(t, organiser.page, `/dates/(\d+)`)[len("/dates/"):]
	first.post(date + "/come").shows(200)
	second.post(date + "/come").shows(200)
	first.post(date + "/leave").shows(200)
	link := regexpFind(t, letterTo(t, s, "eve@example.org"), `/date-mails/\d+\?key=[\w-]+`)
	newBrowser(t, s).get(link).shows(200, "No more mails about dates?")
	newBrowser(t, s).post(link).shows(200, "You get no more mails about dates.")
	if mails, err := s.Meets.Mails(context.Background(), account.As(eve)); err != nil || mails {
		t.Errorf("mails still come: %v", err)
	}
}

// The calendar's address is shown once; the link in a mail acts by its button
// alone.
func TestMyDates(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	b := newBrowser(t, s)
	if b.get("/dates"); !strings.HasPrefix(b.at, "/sign-in") {
		t.Errorf("a stranger was led to %s", b.at)
	}
	b.signIn(ada).get("/dates").shows(200, "No dates yet", "Make the address")
	b.post("/dates/calendar").shows(200, "/calendar/", "shown only now")
	b.get("/dates").shows(200, "End the address").lacks("/calendar/")
	b.post("/dates/calendar/end").shows(200, "The address no longer works.")

	b.post("/dates/mails").shows(200, "Saved.")
	mails, err := s.Meets.Mails(context.Background(), account.As(ada))
	if err != nil || mails {
		t.Errorf("mails still come: %v", err)
	}
	b.post("/dates/mails", "mails", "on").shows(200)
	b.get("/date-mails/"+ada.ID.String()+"?key=guess").shows(200, "No more mails about dates?")
	b.post("/date-mails/" + ada.ID.String() + "?key=guess").shows(404)
	if _, action, _ := strings.Cut(html.UnescapeString(b.get("/date-mails/"+ada.ID.String()+"?key=k%26y").page), `action="/date-mails/`); !strings.HasPrefix(action, ada.ID.String()+"?key=k%26y") {
		t.Errorf("the form leads to %.60s", action)
	}
}

// After a date, who was there adds pictures, and they show on its page.
func TestDates_Pictures(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Event, Title: "Soup on the square"})
	organiser, guest, other, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(s.Person("eve")), newBrowser(t, s)
	organiser.post("/calls/"+c.ID.String()+"/dates/new", "starts", wall(-10*time.Minute), "ends", wall(50*time.Minute), "zone", "UTC", "capacity", "3", "guests_most", "1").shows(200, "The date stands.")
	date := "/dates/" + regexpFind(t, organiser.page, `/dates/(\d+)`)[len("/dates/"):]
	guest.post(date+"/come", "guests", "1")
	other.post(date+"/come", "guests", "1").shows(200, "1 place left; 1 waits first, with more guests than fit.")
	code := regexpFind(t, organiser.get(date+"/code").page, `[A-Z2-7]{5} [A-Z2-7]{5}`)
	guest.post(date+"/here", "code", code).shows(200, "Good that you are here.")
	guest.get(date).shows(200).lacks("Add pictures of it")
	err := s.DB.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE call_date SET starts_at = starts_at - 7200000, ends_at = ends_at - 7200000")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []*browser{other, stranger, organiser} {
		b.get(date).shows(200).lacks("Add pictures of it")
	}
	guest.get(date).shows(200, "Add pictures of it")
	edit := regexpFind(t, guest.page, `/acts/\d+/edit`)
	guest.get(edit+"?date").shows(200, "Pictures show on the page of the date")
	send := func(seen string) {
		t.Helper()
		guest.upload(edit, "media_0", tinyPicture(t), "alt_0", "A full square", "evidence", "on", "story", "", "visibility", "public", "evidence_visibility", seen).shows(200, "Saved.")
	}
	if send("organisers"); strings.Contains(stranger.get(date).page, `alt="A full square"`) {
		t.Error("a stranger sees what is for organisers")
	}
	send("public")
	if !strings.Contains(stranger.get(date).page, `alt="A full square"`) || !strings.Contains(guest.get(date).page, `alt="A full square"`) {
		t.Error("the picture is not on the page of the date")
	}
}
