package journey

import (
	"net/url"
	"time"
)

// kindsOfCall are the kinds. Whoever adds one describes here how people meet it.
var kindsOfCall = []kindOfCall{
	{kind: "petition", action: "Sign it", fields: []string{"goal", "10"}, figure: "2 of 10",
		does: func(_ *turn, who *person) {
			who.fill("#sign", "reason", "It is time.")
			who.press("#sign", "Sign the petition")
			who.sees("main", "Your signature counts.")
			who.press("main", "Back to the petition")
			who.press("#sign", "See your signature")
		},
		answers: func(w *turn, ben *person, _ string) {
			w.begins(ben)
			ben.press("#sign", "I have an account here")
			w.signsIn(ben)
			w.does(w, ben)
		},
	},
	{kind: "fundraiser", action: "Give", fields: []string{"unit", "EUR", "goal", "100", "beneficiary", "@" + payee}, figure: "€40 of €100",
		does: func(_ *turn, who *person) {
			who.fill("form[action$='/give']", "quantity", "20", "story", "For the next pot.")
			who.attach(`[name="media_0"]`, photo(who.t))
			who.fill("main", "alt_0", "A receipt over 20 euros")
			who.press("form[action$='/give']", "I gave this")
			who.sees("main", "Your gift of €20 is told.")
			who.press("main", "Look at the gift")
		},
		confirms: func(w *turn, who *person) {
			w.kitchen.open(w.call)
			w.kitchen.press("main", "Gifts to look after")
			w.kitchen.sees("main", who.name, "€20", "For the next pot.")
			w.kitchen.fill("main", "how", "It is on our account.")
			w.kitchen.press("main", "Confirm it")
		},
	},
	{kind: "volunteering", action: "Lend a hand", fields: []string{"goal", "10", "place", "Lund"}, figure: "2 hours 30 minutes of 10 hours",
		setUp: func(w *turn) { w.sets("skills", "Peel onions", "capacity", "5") },
		does: func(w *turn, who *person) {
			w.comes(who)
			who.open("/dates")
			who.press(".dates", "Our volunteering")
			who.fill("main", "minutes", "1:15", "note", "I stayed for the dishes.")
			who.press("main", "Log these hours")
			who.press("main", "Look at what I did")
		},
		confirms: func(w *turn, who *person) {
			w.ida.open("/notices")
			w.ida.press("main", "has hours that wait for you to confirm them")
			w.ida.sees("main", who.name, "1 hour 15 minutes", "I stayed for the dishes.")
			w.ida.press("main", "Confirm the hours of "+who.name)
		},
	},
	{kind: "event", action: "Come along", fields: []string{"goal", "10", "place", "The old harbour"}, figure: "2 of 10",
		setUp: func(w *turn) { w.sets("guests_most", "2") },
		does:  func(w *turn, who *person) { w.comes(who) },
	},
	{kind: "challenge", action: "Take the challenge", fields: []string{"nominees", "3", "answer", "24", "goal", "10"}, figure: "2 of 10",
		does: func(_ *turn, who *person) {
			who.fill("main", "story", "Ice cold.")
			who.press("main", "Tell it")
		},
		confirms: func(w *turn, who *person) { w.organiserConfirms(who, "Ice cold.") },
		handsOn: func(w *turn, _ string) string {
			w.anna.press("main", "Pass it on")
			w.anna.fill("main", "nominees", "@ben")
			w.anna.press("main", "Pass it on")
			w.anna.sees("main", "Passed on to 1 person.")
			return "/nominations"
		},
		answers: func(w *turn, ben *person, _ string) {
			w.signsIn(ben)
			ben.sees("main", "anna", "passes the turn to you", "Our challenge")
			ben.press(".nomination", "I take it")
			ben.press(".flash", "Do it now")
			w.does(w, ben)
		},
	},
	{kind: "deed", action: "Do it", fields: []string{"goal", "10"}, figure: "2 of 10",
		does: func(_ *turn, who *person) {
			who.fill("main", "story", "I carried her bags upstairs.")
			who.press("main", "Tell it")
		},
		confirms: func(w *turn, who *person) {
			rosa := w.visitor("rosa")
			rosa.open(w.asksWhomItReached(who))
			rosa.sees("main", who.name, "You need no account.")
			rosa.press("main", "Yes, this happened")
			rosa.fill("main", "words", "You made my week.", "name", "Rosa")
			rosa.press("main", "Say thanks")
			rosa.sees("main", "You said that it happened.", "You made my week.")
			w.organiserConfirms(who, "witnessed")
		},
		handsOn: func(w *turn, _ string) string {
			link := w.asksWhomItReached(w.anna)
			w.anna.copies("main input[readonly]")
			return link
		},
		answers: func(w *turn, ben *person, _ string) {
			ben.sees("main", "anna", "I carried her bags upstairs.")
			ben.press("main", "Sign in")
			w.signsIn(ben)
			ben.fill("main", "story", "I paid somebody’s bus.")
			ben.press("main", "Tell it")
		},
	},
}

// organiserConfirms what waits for Ida: the page that says so is the movement's.
func (w *turn) organiserConfirms(who *person, words string) {
	w.t.Helper()
	w.ida.open(w.path)
	w.ida.press(".hero", "Organise")
	w.ida.sees("main", who.name, words)
	w.ida.fill("main", "how", "I saw it.")
	w.ida.press("main", "Confirm it")
}

// asksWhomItReached makes a link from the page of what somebody did, and hands it
// over.
func (w *turn) asksWhomItReached(who *person) string {
	w.t.Helper()
	who.press("main", "Ask whom it reached")
	who.press("main", "Make a link")
	return w.within(ask[string](who, "written", "main input[readonly]"))
}

// sets a date that has just begun, by the clock of the browser's time zone.
func (w *turn) sets(fields ...string) {
	w.t.Helper()
	const wall = "2006-01-02T15:04"
	now := time.Now().UTC()
	w.ida.press("main", "Add a date")
	w.ida.fill("main", append([]string{"starts", now.Add(-10 * time.Minute).Format(wall), "ends", now.Add(50 * time.Minute).Format(wall), "zone", "UTC"}, fields...)...)
	w.ida.press("main", "Add it")
	w.ida.press(".dates", "Our "+w.kind)
	at, err := url.Parse(w.ida.at())
	if err != nil {
		w.t.Fatal(err)
	}
	w.date = at.Path
}

// comes is somebody signing up for the date, and checking in with the code that
// hangs at the place; they let everybody see that they did.
func (w *turn) comes(who *person) {
	w.t.Helper()
	who.press(".dates", "I come")
	w.signsIn(who)
	who.sees("main", "You come.")
	w.ida.open(w.date)
	w.ida.press("main", "Check-in code")
	who.press("main", "I am here")
	who.fill("main", "code", w.ida.text(".date-letters"), "visibility", "public")
	who.press("main", "I am here")
	who.sees("main", "Good that you are here.")
}
