package web

import (
	"net/url"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func nominationRoutes() []route {
	return []route{
		{"GET /nominations", (*visit).nominationsPage},
		{"GET /nominations/{id}", (*visit).nominationPage},
		{"GET /nominations/{id}/act", (*visit).answerNomination},
		{"POST /nominations/{id}/accept", (*visit).acceptNomination},
		{"POST /nominations/{id}/decline", (*visit).declineNomination},
		{"POST /nominations/{id}/withdraw", (*visit).withdrawNomination},
		{"GET /acts/{id}/nominate", (*visit).nominatePage},
		{"POST /acts/{id}/nominate", (*visit).nominate},
	}
}

// nominationsView is what was passed to the reader, or what they passed on.
type nominationsView struct {
	Tabs         []look.Tab
	Waiting      []look.Nomination // open ones
	Rest         []look.Nomination
	Handovers    []look.Link // movements that the reader is asked to organise
	Empty        emptyView
	Newer, Older string
}

// nominationsPage lists the turns that were passed to the reader; with
// ?show=given, those that they passed on.
func (x *visit) nominationsPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	page, err := x.paged()
	if err != nil {
		return err
	}
	given := x.r.URL.Query().Get("show") == "given"
	v := nominationsView{Tabs: x.waitingTabs("/nominations" + map[bool]string{true: "?show=given"}[given])}
	if given {
		err = x.givenNominations(&v, page)
	} else {
		err = x.myNominations(&v, page)
	}
	if err != nil {
		return err
	}
	frame := x.page(x.p.T("Nominations"))
	return x.render(frame, nominationsPage(x.p, frame.Title, v))
}

// waitingTabs are the pages of what waits for the reader.
func (x *visit) waitingTabs(here string) []look.Tab {
	tabs := []look.Tab{
		{Text: x.p.T("Passed to me"), URL: "/nominations"},
		{Text: x.p.T("Passed on by me"), URL: "/nominations?show=given"},
		{Text: x.p.T("Passed on by link or mail"), URL: "/invitations"},
		{Text: x.p.T("To witness"), URL: "/witness"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == here
	}
	return tabs
}

func (x *visit) myNominations(v *nominationsView, page db.Page) error {
	list, err := x.Acts.Mine(x.r.Context(), x.v, page)
	if err != nil {
		return err
	}
	cards, err := x.nominationsToMe(list)
	if err != nil {
		return err
	}
	for i, n := range list {
		if n.State == act.NominationOpen && n.Deadline.After(x.Now()) || n.State == act.NominationAccepted {
			v.Waiting = append(v.Waiting, cards[i])
		} else {
			v.Rest = append(v.Rest, cards[i])
		}
	}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(page, list[0].ID), x.older(page, n, list[n-1].ID)
	}
	v.Empty = emptyView{Title: x.p.T("Nobody passed the turn to you yet"), Text: x.p.T("When somebody does, it waits here, with all the time that they gave you."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}
	offers, err := x.Movements.HandoversTo(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	movementIDs := make([]id.ID, len(offers))
	for i, offer := range offers {
		movementIDs[i] = offer.MovementID
	}
	movements, err := x.Movements.Many(x.r.Context(), x.v, movementIDs)
	if err != nil {
		return err
	}
	for _, offer := range offers {
		m := movements[offer.MovementID]
		if m == nil {
			continue // it is suspended
		}
		v.Handovers = append(v.Handovers, look.Link{Text: x.p.T("You are asked to organise %s", m.Name), URL: movementPath(m) + "/handover"})
	}
	return nil
}

func (x *visit) givenNominations(v *nominationsView, page db.Page) error {
	list, err := x.Acts.ByMe(x.r.Context(), x.v, page)
	if err != nil {
		return err
	}
	if v.Rest, err = x.nominationsByMe(list); err != nil {
		return err
	}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(page, list[0].ID), x.older(page, n, list[n-1].ID)
	}
	v.Empty = emptyView{Title: x.p.T("You passed nothing on yet"), Text: x.p.T("After a challenge, you can pass the turn on to a few people."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}
	return nil
}

// nominationPage is one nomination on one screen, for who was asked or who
// asked.
func (x *visit) nominationPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	nominationID, err := x.id("id", "nomination")
	if err != nil {
		return err
	}
	var cards []look.Nomination
	var callID id.ID
	n, err := x.Acts.Nomination(x.r.Context(), x.v, nominationID)
	switch {
	case err == nil:
		callID = n.CallID
		cards, err = x.nominationsToMe([]*act.Nomination{n})
	case problem.Is(err, problem.KindNotFound):
		var given act.Given
		if given, err = x.Acts.Given(x.r.Context(), x.v, nominationID); err == nil {
			callID = given.CallID
			cards, err = x.nominationsByMe([]act.Given{given})
		}
	}
	if err != nil {
		return err
	}
	page := x.page(x.p.T("A turn passed on"))
	calls, err := x.Calls.Many(x.r.Context(), x.v, []id.ID{callID})
	if err != nil {
		return err
	}
	var about []look.Call
	if c := calls[callID]; c != nil {
		if about, err = x.callCards([]*call.Call{c}, true); err != nil {
			return err
		}
		about[0].Counts = c.CountsAs
		about[0].ActionURL = "" // the nomination's own button says by what it came
	}
	return x.render(page, nominationPage(x.p, page.Title, cards[0], about))
}

// answerNomination leads to the form of the act that answers a nomination; ?of=
// names the reader's own post that showed it already.
func (x *visit) answerNomination() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "nomination")
	if err != nil {
		return err
	}
	n, err := x.Acts.Nomination(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	if n.AnswerID != 0 {
		x.flash(x.p.T("You did this already. Here it is."))
		return x.redirect(actPath(n.AnswerID))
	}
	to := callPath(n.CallID) + "/act?via=nomination-" + n.ID.String()
	if of, err := id.Parse(x.r.URL.Query().Get("of")); err == nil {
		to += "&of=" + of.String()
	}
	return x.redirect(to)
}

func (x *visit) acceptNomination() error {
	return x.withNomination(func(i id.ID) error {
		n, err := x.Acts.Accept(x.r.Context(), x.v, i)
		if err != nil {
			return err
		}
		x.flashLink(x.p.T("You took the turn. There is time until %s.", x.p.DateTime(n.Deadline)), &look.Link{Text: x.p.T("Do it now"), URL: callPath(n.CallID) + "/act?via=nomination-" + n.ID.String()})
		return nil
	})
}

func (x *visit) declineNomination() error {
	return x.withNomination(func(i id.ID) error {
		n, err := x.Acts.Decline(x.r.Context(), x.v, i)
		if err != nil {
			return err
		}
		give, err := x.givingInstead(n.MovementID)
		if err != nil {
			return err
		}
		x.flashLink(x.p.T("That is fine. Nobody is told."), give)
		return nil
	})
}

func (x *visit) withdrawNomination() error {
	return x.withNomination(func(i id.ID) error {
		if err := x.Acts.WithdrawNomination(x.r.Context(), x.v, i); err != nil {
			return err
		}
		x.flash(x.p.T("Taken back."))
		return nil
	})
}

func (x *visit) withNomination(do func(i id.ID) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	i, err := x.id("id", "nomination")
	if err != nil {
		return err
	}
	if err := do(i); err != nil {
		return x.told(err, "/nominations")
	}
	return x.back("/nominations")
}

// nominatePage passes an act's turn on to the people that are still free.
func (x *visit) nominatePage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	return x.showNominate(a, url.Values{}, nil, nil)
}

// showNominate is the page with what is wrong with whom to nominate, or with an
// invitation.
func (x *visit) showNominate(a *act.Act, values url.Values, wrong, uninvited []look.Wrong) error {
	c, places, err := x.Acts.Turn(x.r.Context(), x.v, a)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Who is next?"))
	f := x.filled(values, wrong)
	v := formView{Title: page.Title, Action: actPath(a.ID) + "/nominate", Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("Pass it on"), Beside: &look.Link{Text: x.p.T("Not now"), URL: actPath(a.ID)},
		Intro: []string{x.p.N("You can pass it on to %d person more.", "You can pass it on to %d people more.", places),
			x.p.T("They have %s to answer, and can say no without anybody knowing. Only you and they see it until they accept.", x.p.Duration(c.Answer))}}
	v.Fields = components(f.line(look.Field{Name: "nominees", Label: x.p.T("Their names"), Hint: x.p.T("With spaces between them.") + " " + x.p.T("On another server: @ana@example.social, whom you send a link."), Required: true, Placeholder: "@mara @tomas"}))
	v.More = inviteForms(x.p, x.inviteForms(a, values, uninvited))
	return x.render(page, formPage(x.p, v))
}

func (x *visit) nominate() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	handles := handlesOf(x.sent.Get("nominees"))
	elsewhere, err := x.Invites.Nominate(x.r.Context(), x.v, a.ID, handles, x.sent.Get("key"))
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showNominate(a, x.sent, wrong, nil)
	}
	x.flash(x.p.N("Passed on to %d person.", "Passed on to %d people.", len(handles)))
	if len(elsewhere) > 0 {
		return x.redirect(invitationsOf(elsewhere))
	}
	return x.redirect(actPath(a.ID))
}
