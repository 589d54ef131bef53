package journey

import (
	"net/url"
	"time"
)

// apiTurns are the kinds. What inspired somebody is none where a nomination or a
// thanks link says it.
var apiTurns = map[string]apiKind{
	"petition": {each: 1, counted: object{"unit": "signatures"},
		setUp: func(w *apiTurn) {
			w.ida.own("POST", "/calls/"+w.call+"/addressees", object{"name": "The city council", "role": "decides"}, 200)
		},
		does: func(w *apiTurn, who app, from any) reply {
			text := who.own("GET", "/calls/"+w.call+"/petition", nil, 200).has("addressees.0.name", "The city council", "signature_id", nil)
			return who.own("POST", "/calls/"+w.call+"/signature", object{"reason": "It is time.", "version": text.at("version"), "inspired_by": from}, 201)
		},
	},
	"fundraiser": {each: 2000, counted: object{"currency": "EUR"}, call: object{"currency": "EUR", "beneficiary": payee},
		does:   givesWithReceipt,
		proves: func(w *apiTurn, _ app, act string) { w.confirms(w.kitchen, act, "It is on our account.") },
		passes: func(w *apiTurn) reply {
			w.proves = nil // Stripe says it
			w.writes(w.anna, "I gave. You, too? "+w.link("?via=act-"+w.first.text("id"))+" #"+w.hashtag)
			return paysByCard(w, w.ben, w.follows(w.ben))
		},
	},
	"volunteering": {each: 45, counted: object{"unit": "minutes"},
		setUp: func(w *apiTurn) { w.sets(object{"skills": "Peel onions", "capacity": 5}) },
		does: func(w *apiTurn, who app, from any) reply {
			w.comes(who, from)
			who.own("PUT", "/dates/"+w.date+"/hours", object{"minutes": 45, "note": "I left before the dishes."}, 200).has("mine.hours", "logged")
			return w.came(who)
		},
		proves: func(w *apiTurn, who app, _ string) {
			w.ida.own("POST", "/dates/"+w.date+"/people/"+who.name+"/confirm-hours", object{"minutes": 45}, 204)
			who.own("GET", "/calls/"+w.call+"/certificate", nil, 200).has("#", 1, "0.quantity", 45, "0.confirmed_by.username", w.ida.name)
		},
	},
	"event": {each: 1, counted: object{"unit": "people"},
		setUp: func(w *apiTurn) { w.sets(object{"place": "The old harbour", "guests_most": 2}) },
		does: func(w *apiTurn, who app, from any) reply {
			w.comes(who, from)
			return w.came(who)
		},
	},
	"challenge": {each: 1, counted: object{"unit": "challenges"}, call: object{"nominees": 3},
		does: func(w *apiTurn, who app, from any) reply {
			return who.own("POST", "/calls/"+w.call+"/acts", object{"story": "Ice cold.", "inspired_by": from}, 201)
		},
		proves: func(w *apiTurn, _ app, act string) { w.confirms(w.ida, act, "I saw the film.") },
		passes: func(w *apiTurn) reply {
			w.anna.own("POST", "/nominations", object{"act_id": w.first.text("id"), "nominees": []string{w.ben.name}}, 201).has("0.state", "open")
			w.hears(w.ben, "nomination")
			turn := w.ben.own("GET", "/nominations", nil, 200).has("0.nominator.username", w.anna.name, "0.call.id", w.call).text("0.id")
			w.ben.own("POST", "/nominations/"+turn+"/accept", nil, 200).has("state", "accepted")
			w.hears(w.anna, "acceptance")
			made := w.does(w, w.ben, object{"kind": "nomination", "id": turn})
			w.anna.own("GET", "/nominations?side=given", nil, 200).has("0.state", "answered", "0.answer_id", made.text("id"))
			return made
		},
	},
	"deed": {each: 1, counted: object{"unit": "deeds"},
		does: func(w *apiTurn, who app, from any) reply {
			return who.own("POST", "/calls/"+w.call+"/acts", object{"story": "I carried her bags upstairs.", "inspired_by": from}, 201)
		},
		proves: func(w *apiTurn, who app, act string) {
			token := w.thanksLink(who, act)
			helped := app{t: w.T, base: w.s.URL(), name: "who was helped"}
			helped.own("POST", "/reached/thanks", object{"token": token, "words": "You made my week.", "name": "Rosa"}, 200)
			helped.own("POST", "/reached/witness", object{"token": token}, 200).has("witness", true)
			w.ida.own("GET", "/acts/"+act, nil, 200).has("proof", "witnessed")
			w.confirms(w.ida, act, "Rosa told me.")
		},
		passes: func(w *apiTurn) reply {
			return w.ben.own("POST", "/reached/acts", object{"token": w.thanksLink(w.anna, w.first.text("id")), "story": "I paid somebody’s bus.", "visibility": "public", "there": true}, 201)
		},
	},
}

func (w *apiTurn) confirms(who app, act, how string) {
	w.Helper()
	who.own("POST", "/acts/"+act+"/confirm", object{"how": how}, 200).has("confirmed.by.username", who.name, "confirmed.how", how)
}

// sets a date that has just begun.
func (w *apiTurn) sets(date object) {
	w.Helper()
	const wall = "2006-01-02T15:04"
	now := time.Now().UTC()
	date["starts"], date["ends"] = now.Add(-10*time.Minute).Format(wall), now.Add(50*time.Minute).Format(wall)
	w.date = w.ida.own("POST", "/calls/"+w.call+"/dates", date, 201).text("id")
}

// comes is somebody finding the date, signing up, and checking in with the code
// that hangs at the place.
func (w *apiTurn) comes(who app, from any) {
	w.Helper()
	who.own("GET", "/calls/"+w.call+"/dates", nil, 200).has("0.id", w.date, "0.mine", nil)
	who.own("PUT", "/dates/"+w.date+"/coming", object{"visibility": "public", "inspired_by": from}, 200).has("mine.standing", "comes")
	code := w.ida.own("GET", "/dates/"+w.date+"/code", nil, 200).text("code")
	who.own("POST", "/dates/"+w.date+"/check-in", object{"code": code}, 200)
}

// came is the act that the check-in made.
func (w *apiTurn) came(who app) reply {
	w.Helper()
	act := who.own("GET", "/dates/"+w.date, nil, 200).text("mine.act_id")
	return who.own("GET", "/acts/"+act, nil, 200)
}

// thanksLink is what the link carries that a doer hands to whom they helped.
func (w *apiTurn) thanksLink(who app, act string) (token string) {
	w.Helper()
	link, err := url.Parse(who.own("POST", "/acts/"+act+"/links", object{"tells": true}, 201).text("link"))
	if err != nil {
		w.Fatal(err)
	}
	return link.Query().Get("token")
}

// givesWithReceipt tells of a gift, with a picture of the receipt for whom it was.
func givesWithReceipt(w *apiTurn, who app, from any) reply {
	w.Helper()
	gift := who.own("POST", "/calls/"+w.call+"/gifts", object{"amount": 2000, "inspired_by": from, "receipt_ids": []string{who.upload(photo(w.T))}}, 201)
	w.kitchen.own("GET", "/acts/"+gift.text("id"), nil, 200).has("evidence.#", 1)
	w.ben.own("GET", "/acts/"+gift.text("id"), nil, 200).has("evidence.#", 0)
	return gift
}

// paysByCard is a gift that Stripe says was paid.
func paysByCard(w *apiTurn, who app, from any) reply {
	w.Helper()
	c := who.own("POST", "/calls/"+w.call+"/checkouts", object{"amount": 2000, "inspired_by": from}, 201).has("state", "open", "pay_url", paidAt)
	w.till.pays(w.T, w.s.URL(), c.text("id"), 2000)
	return who.own("GET", "/gifts", nil, 200).has("#", 1).in("0")
}
