package web

import (
	"net/url"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func callOrganiserRoutes() []route {
	return []route{
		{"GET /calls/{id}/organisers", (*visit).callOrganisersPage},
		{"POST /calls/{id}/organisers", (*visit).inviteOrganiser},
		{"POST /calls/{id}/organisers/accept", (*visit).acceptInvitation},
		{"POST /calls/{id}/organisers/{account}/remove", (*visit).removeOrganiser},
	}
}

// organiserView is the reader's own invitation, to be answered.
type organiserView struct {
	By              look.Person
	Accept, Decline string
}

// callPeople are those who organise the call beside its movement's organisers.
func (x *visit) callPeople(c theCall, v *callView) error {
	list, err := x.Calls.CoOrganisers(x.r.Context(), x.v, c.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	people, err := x.people(organiserIDs(list))
	if err != nil {
		return err
	}
	for _, o := range list {
		who := people[o.AccountID]
		switch {
		case o.Stands && x.v.Sees(who):
			v.With = append(v.With, x.person(who))
		case !o.Stands && x.v.Is(o.AccountID):
			path := callPath(c.ID) + "/organisers/"
			v.Asked = &organiserView{By: x.person(people[o.InvitedBy]), Accept: path + "accept", Decline: path + o.AccountID.String() + "/remove"}
		}
	}
	return nil
}

func organiserIDs(list []call.CoOrganiser) []id.ID {
	ids := make([]id.ID, 0, 2*len(list))
	for _, o := range list {
		ids = append(ids, o.AccountID, o.InvitedBy)
	}
	return ids
}

func (x *visit) callOrganisersPage() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	return x.showCallOrganisers(c, url.Values{}, nil)
}

// showCallOrganisers is who organises a call, where the movement's organisers ask
// others to.
func (x *visit) showCallOrganisers(c theCall, values url.Values, wrong []look.Wrong) error {
	list, err := x.Calls.CoOrganisers(x.r.Context(), x.v, c.ID)
	if err != nil {
		return err
	}
	people, err := x.people(organiserIDs(list))
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Co-organisers"))
	path := callPath(c.ID) + "/organisers"
	v := peopleView{Title: page.Title, Intro: x.p.T("They may do for this call what the movement's organisers may: edit and close it, confirm its acts, and tell those who took part. And nothing else in the movement."),
		Empty: emptyView{Title: x.p.T("Nobody else yet"), Text: x.p.T("The movement's organisers can ask somebody to help with this call.")}}
	for _, o := range list {
		row := personRow{Who: x.person(people[o.AccountID]), Back: path}
		if !o.Stands {
			row.Note = x.p.T("asked, no answer yet")
		}
		switch remove := path + "/" + o.AccountID.String() + "/remove"; {
		case x.v.Is(o.AccountID):
			row.Do, row.Back = []rowButton{{Text: x.p.T("Stop organising this call"), Action: remove}}, callPath(c.ID)
		case c.leads && o.Stands:
			row.Do = []rowButton{{Text: x.p.T("Remove"), Action: remove}}
		case c.leads:
			row.Do = []rowButton{{Text: x.p.T("Take it back"), Action: remove}}
		}
		v.Rows = append(v.Rows, row)
	}
	var ask *formView
	if c.leads {
		f := x.filled(values, wrong)
		ask = &formView{Action: path, Wrong: wrong, Submit: x.p.T("Ask them"), Fields: components(
			f.line(look.Field{Name: "who", Label: x.p.T("Who is to help?"), Prefix: "@", Required: true, Hint: x.p.T("A person or organisation of this server. They can say no.")}))}
	}
	return x.render(page, callOrganisersPage(x.p, look.Link{Text: x.p.T("Back to the call"), URL: callPath(c.ID)}, v, ask))
}

func (x *visit) inviteOrganiser() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	who, err := x.named("who", x.sent.Get("who"))
	if err == nil {
		err = x.Calls.Invite(x.r.Context(), x.v, c.ID, who.ID)
	}
	if err != nil {
		wrong, err := x.wrong(err, "account", "who")
		if err != nil {
			return err
		}
		return x.showCallOrganisers(c, x.sent, wrong)
	}
	x.flash(x.p.T("Asked. They answer on the call's page."))
	return x.redirect(callPath(c.ID) + "/organisers")
}

func (x *visit) acceptInvitation() error {
	return x.asOrganiser(func(c theCall) error {
		if err := x.Calls.AcceptInvitation(x.r.Context(), x.v, c.ID); err != nil {
			return err
		}
		x.flash(x.p.T("You organise this call now, too. Thank you."))
		return nil
	})
}

func (x *visit) removeOrganiser() error {
	return x.asOrganiser(func(c theCall) error {
		who, err := x.id("account", "account")
		if err != nil {
			return err
		}
		if err := x.Calls.RemoveOrganiser(x.r.Context(), x.v, c.ID, who); err != nil {
			return err
		}
		if x.v.Is(who) {
			x.flash(x.p.T("That is fine. You do not organise this call."))
			if c.State == call.StateDraft && !c.leads {
				x.sent.Set("back", movementPath(c.movement)) // the draft is not theirs to see any more
			}
			return nil
		}
		x.flash(x.p.T("They do not organise this call any more."))
		return nil
	})
}

// asOrganiser does something with the call of the path for who signed in, and
// leads back.
func (x *visit) asOrganiser(do func(theCall) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	c, err := x.theCall()
	if err != nil {
		return err
	}
	if err := do(c); err != nil {
		if problem.Is(err, problem.KindNotFound) {
			return err
		}
		return x.told(err, callPath(c.ID))
	}
	return x.back(callPath(c.ID))
}
