package web

import (
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/petition"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// addresseeView is whom a petition speaks to: somebody here, or a name.
type addresseeView struct {
	Who        *look.Person // nil for who is not here
	Name, Role string
	AnswerURL  string // where the reader answers for them, "" if they do not
}

type deliveryView struct {
	On         time.Time
	Signatures int64
	To, How    string
}

type answerView struct {
	From     addresseeView
	BodyHTML string
	Source   look.Link
	At       time.Time
	Remove   string // where who wrote it takes it back
}

type commitmentView struct {
	ID      string
	From    addresseeView
	Promise string
	Due     time.Time
	State   petition.State
	Source  look.Link
	Rulings []rulingView
	RuleURL string // where the reader says what became of it
}

type rulingView struct {
	State    petition.State
	Evidence look.Link
	By       *look.Person
	At       time.Time
}

// record is all that came of a petition.
type record struct {
	addressees  []petition.Addressee
	deliveries  []petition.Delivery
	answers     []petition.Answer
	commitments []petition.Commitment
	accounts    map[id.ID]*account.Account
}

func (x *visit) readRecord(c theCall) (r record, err error) {
	ctx := x.r.Context()
	if r.addressees, err = x.Petitions.Addressees(ctx, x.v, c.ID); err != nil {
		return r, err
	}
	if r.deliveries, err = x.Petitions.Deliveries(ctx, x.v, c.ID); err != nil {
		return r, err
	}
	if r.answers, err = x.Petitions.Answers(ctx, x.v, c.ID); err != nil {
		return r, err
	}
	if r.commitments, err = x.Petitions.Commitments(ctx, x.v, c.ID); err != nil {
		return r, err
	}
	var people []id.ID
	for _, a := range r.addressees {
		if a.AccountID != 0 {
			people = append(people, a.AccountID)
		}
	}
	for _, m := range r.commitments {
		for _, n := range m.Rulings {
			if n.By != 0 {
				people = append(people, n.By)
			}
		}
	}
	if len(people) > 0 {
		r.accounts, err = x.people(people)
	}
	return r, err
}

// petitionRecord fills in what came of it.
func (x *visit) petitionRecord(c theCall, v *petitionView) error {
	r, err := x.readRecord(c)
	if err != nil {
		return err
	}
	for _, a := range r.addressees {
		v.Addressees = append(v.Addressees, x.addressee(c, r, a))
	}
	for _, d := range r.deliveries {
		v.Deliveries = append(v.Deliveries, deliveryView{On: d.On, Signatures: d.Signatures, To: x.spokenTo(c, r, d.AddresseeID), How: d.How})
	}
	for _, a := range r.answers {
		view := answerView{From: x.speaker(c, r, a.AddresseeID), BodyHTML: text.Prose(a.Body), Source: sourceLink(a.Source), At: a.At}
		if x.v.Is(a.By) {
			view.Remove = callPath(c.ID) + "/answers/" + a.ID.String() + "/remove"
		}
		v.Answers = append(v.Answers, view)
	}
	v.Commitments = x.commitments(c, r)
	return nil
}

func (x *visit) commitments(c theCall, r record) (out []commitmentView) {
	for _, m := range r.commitments {
		view := commitmentView{ID: m.ID.String(), From: x.speaker(c, r, m.AddresseeID), Promise: m.Promise, Due: m.Due, State: m.State, Source: sourceLink(m.Source)}
		for _, n := range m.Rulings {
			ruling := rulingView{State: n.State, Evidence: sourceLink(n.Evidence), At: n.At}
			if a := r.accounts[n.By]; a != nil {
				who := x.person(a)
				ruling.By = &who
			}
			view.Rulings = append(view.Rulings, ruling)
		}
		if c.organiser {
			view.RuleURL = callPath(c.ID) + "/commitments/" + view.ID
		}
		out = append(out, view)
	}
	return out
}

func (x *visit) addressee(c theCall, r record, a petition.Addressee) addresseeView {
	v := addresseeView{Name: a.Name, Role: a.Role}
	if who := r.accounts[a.AccountID]; who != nil {
		person := x.person(who)
		v.Who = &person
	} else if v.Name == "" {
		v.Name = x.p.T("Someone who left")
	}
	if x.v.Is(a.AccountID) || a.AccountID == 0 && a.Name != "" && c.organiser {
		v.AnswerURL = callPath(c.ID) + "/answers/" + a.ID.String()
	}
	return v
}

// speaker is an addressee by its id.
func (x *visit) speaker(c theCall, r record, i id.ID) addresseeView {
	for _, a := range r.addressees {
		if a.ID == i {
			return x.addressee(c, r, a)
		}
	}
	return addresseeView{Name: x.p.T("Someone who left")}
}

// spokenTo is an addressee's name, "" for all of them.
func (x *visit) spokenTo(c theCall, r record, i id.ID) string {
	if i == 0 {
		return ""
	}
	v := x.speaker(c, r, i)
	if v.Who != nil {
		return v.Who.Shown()
	}
	return v.Name
}
