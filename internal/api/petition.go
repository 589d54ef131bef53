package api

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/petition"
)

// Petition is what a petition has beside what all calls have.
type Petition struct {
	Call        CallRef      `json:"call"`
	Signed      int64        `json:"signed" about:"Signatures that count." example:"1204"`
	Step        int64        `json:"step" about:"The next goal on the way: 100, 250, 500, 1,000 and so on, or the petition's own." example:"2500"`
	Version     int64        `json:"version" about:"Of the text, from 1; one more each time it is changed after the first signature." example:"2"`
	SignatureID *id.ID       `json:"signature_id" about:"Your own signature; null if you did not sign." example:"117104873472131072"`
	Addressees  []Addressee  `json:"addressees"`
	Answers     []Answer     `json:"answers" about:"Newest first."`
	Commitments []Commitment `json:"commitments" about:"By their days."`
	Deliveries  []Delivery   `json:"deliveries" about:"Newest first."`
}

// Addressee is whom a petition speaks to.
type Addressee struct {
	ID      id.ID    `json:"id"`
	Account *Account `json:"account" about:"null for an office or person outside."`
	Name    string   `json:"name" about:"Empty for an account." example:"The city council of Riverside"`
	Role    string   `json:"role" example:"decides on school meals"`
}

// AddresseeDraft names one.
type AddresseeDraft struct {
	Account string `json:"account,omitempty" about:"The handle of an account here, or else" example:"mayor"`
	Name    string `json:"name,omitempty" max:"100" about:"an office or person outside."`
	Role    string `json:"role,omitempty" max:"120" example:"decides on school meals"`
}

// Answer is what an addressee said in public.
type Answer struct {
	ID          id.ID  `json:"id"`
	AddresseeID id.ID  `json:"addressee_id"`
	Body        string `json:"body" about:"Markdown." example:"You will have it."`
	Source      string `json:"source" about:"Where it was said; empty for the addressee's own words here." example:""`
	At          Time   `json:"at"`
}

// AnswerDraft is what an addressee says, or what organisers note of one who has no account.
type AnswerDraft struct {
	AddresseeID Ref    `json:"addressee_id"`
	Body        string `json:"body" max:"10000" about:"Markdown." example:"You will have it."`
	Source      string `json:"source,omitempty" max:"500" about:"Where it was said: needed from organisers." example:"https://council.example/minutes"`
}

// Commitment is what an addressee promised.
type Commitment struct {
	ID          id.ID          `json:"id"`
	AddresseeID id.ID          `json:"addressee_id"`
	Promise     string         `json:"promise" example:"Lunch from May on."`
	Source      string         `json:"source" example:""`
	Due         Time           `json:"due" about:"The day, at its beginning in UTC."`
	State       petition.State `json:"state" enum:"open kept broken"`
	Rulings     []Ruling       `json:"rulings" about:"What was found, the newest first."`
}

// Ruling says what became of a commitment.
type Ruling struct {
	State    petition.State `json:"state" enum:"open kept broken" example:"kept"`
	Evidence string         `json:"evidence" example:"https://news.example/lunch"`
	At       Time           `json:"at"`
}

// RulingDraft says it.
type RulingDraft struct {
	State    petition.State `json:"state" enum:"open kept broken" example:"kept"`
	Evidence string         `json:"evidence" max:"1000" about:"A link, or what was seen." example:"https://news.example/lunch"`
}

// CommitmentDraft puts a promise on record.
type CommitmentDraft struct {
	AddresseeID Ref    `json:"addressee_id"`
	Promise     string `json:"promise" max:"1000" example:"Lunch from May on."`
	Due         Time   `json:"due"`
	Source      string `json:"source,omitempty" max:"500" about:"As of an answer." example:"https://council.example/minutes"`
}

// Delivery is that the signatures were handed over.
type Delivery struct {
	ID          id.ID  `json:"id"`
	AddresseeID *id.ID `json:"addressee_id" about:"null for all addressees."`
	On          Time   `json:"on" about:"The day, at its beginning in UTC."`
	Signatures  int64  `json:"signatures" about:"How many there were." example:"1204"`
	How         string `json:"how" example:"In person, at the town hall"`
}

// DeliveryDraft notes it.
type DeliveryDraft struct {
	AddresseeID *Ref   `json:"addressee_id,omitempty" about:"All of them unless said."`
	On          Time   `json:"on"`
	How         string `json:"how,omitempty" max:"500" example:"In person, at the town hall"`
}

// SignatureDraft is what you say as you sign.
type SignatureDraft struct {
	Reason     string  `json:"reason,omitempty" max:"1000" example:"My son is hungry at two."`
	Private    bool    `json:"private,omitempty" about:"Counted, and named to nobody."`
	Version    int64   `json:"version,omitempty" about:"Of the text that you read; 409 if it is another one now." example:"2"`
	InspiredBy *Source `json:"inspired_by,omitempty"`
}

// SigningDraft is what somebody without an account says.
type SigningDraft struct {
	Name    string `json:"name" max:"100" example:"Vera Vogel"`
	Address string `json:"address" max:"254" about:"A mail with a link comes to it." example:"vera@example.org"`
	Reason  string `json:"reason,omitempty" max:"1000" example:"I cook there."`
	Private bool   `json:"private,omitempty" about:"Counted, and named to nobody."`
	Updates bool   `json:"updates,omitempty" about:"Keep the address, to write what comes of it."`
	Version int64  `json:"version,omitempty" about:"As in a signature." example:"2"`

	InspiredBy *Source `json:"inspired_by,omitempty"`
}

// Text is a version of what people sign.
type Text struct {
	Version int64  `json:"version" example:"2"`
	Title   string `json:"title" example:"Warm lunch at school"`
	Body    string `json:"body" about:"Markdown." example:"Every school day."`
	Since   Time   `json:"since"`
}

func petitionRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/petition", group: groupPetitions, summary: "What a petition has beside what all calls have", scope: "read:statuses", open: true,
			about: "A call of another kind is 404, here and below.", do: gives((*Door).getPetition)},
		{method: "GET", path: "/calls/{id}/texts", group: groupPetitions, summary: "The versions of its text, newest first", scope: "read:statuses", open: true,
			do: gives((*Door).listTexts)},
		{method: "GET", path: "/calls/{id}/signatures", group: groupPetitions, summary: "The signatures that you may see, newest first", scope: "read:statuses", open: true,
			about: "Private ones are shown to who made them alone. A reason is the act's story.",
			query: paging(param{name: "reasons", about: "yes: only those that give a reason.", choices: []string{"yes", "no"}, example: "yes"}), do: gives((*Door).listSignatures)},
		{method: "POST", path: "/calls/{id}/signature", group: groupPetitions, summary: "Sign, once", scope: "write:statuses", creates: true,
			about: "The addressee gets names, days and reasons of public signatures, and of private ones their number.", do: takes((*Door).sign)},
		{method: "DELETE", path: "/calls/{id}/signature", group: groupPetitions, summary: "Take your signature back", scope: "write:statuses", do: does((*Door).unsign)},
		{method: "POST", path: "/calls/{id}/signings", group: groupPetitions, summary: "Sign without an account", scope: "write:statuses", open: true,
			about: "A mail with a link to confirm is sent, in the language that Accept-Language asks for. The answer is the same whether or not the address has signed.", do: hears((*Door).signOutside)},
		{method: "POST", path: "/calls/{id}/addressees", group: groupPetitions, summary: "Name whom it speaks to", scope: "write:statuses",
			about: "For organisers.", do: takes((*Door).addAddressee)},
		{method: "DELETE", path: "/calls/{id}/addressees/{row}", group: groupPetitions, summary: "Take an addressee away", scope: "write:statuses",
			about: "For organisers, while nothing is on record of them.", do: does((*Door).removeAddressee)},
		{method: "POST", path: "/calls/{id}/answers", group: groupPetitions, summary: "Put an addressee's answer on record", scope: "write:statuses",
			about: "For the addressee; for organisers where the addressee has no account. Those who signed are told.", do: takes((*Door).addAnswer)},
		{method: "DELETE", path: "/calls/{id}/answers/{row}", group: groupPetitions, summary: "Take an answer back", scope: "write:statuses", do: does((*Door).removeAnswer)},
		{method: "POST", path: "/calls/{id}/commitments", group: groupPetitions, summary: "Put a commitment on record", scope: "write:statuses",
			about: "As an answer. On its day the organisers are asked what became of it.", do: takes((*Door).addCommitment)},
		{method: "POST", path: "/calls/{id}/commitments/{row}/rulings", group: groupPetitions, summary: "Say what became of a commitment", scope: "write:statuses",
			about: "For organisers; never by who made it. It stays on record.", do: takes((*Door).ruleCommitment)},
		{method: "DELETE", path: "/calls/{id}/commitments/{row}", group: groupPetitions, summary: "Take back a commitment that was put on record by mistake", scope: "write:statuses",
			about: "For who did, before anybody said what became of it.", do: does((*Door).removeCommitment)},
		{method: "POST", path: "/calls/{id}/deliveries", group: groupPetitions, summary: "Note that the signatures were handed over", scope: "write:statuses",
			about: "For organisers.", do: takes((*Door).addDelivery)},
		{method: "DELETE", path: "/calls/{id}/deliveries/{row}", group: groupPetitions, summary: "Take such a note back", scope: "write:statuses", do: does((*Door).removeDelivery)},
	}
}

func (d *Door) getPetition(q *request) (*Petition, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	ctx, out := q.Context(), &Petition{Call: *d.callRef(c)}
	if out.Addressees, err = d.addressees(q, c); err != nil {
		return nil, err
	}
	answers, err := d.Petitions.Answers(ctx, q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	commitments, err := d.Petitions.Commitments(ctx, q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	deliveries, err := d.Petitions.Deliveries(ctx, q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	progress, err := d.Calls.Progress(ctx, []*call.Call{c})
	if err != nil {
		return nil, err
	}
	if out.Version, err = d.Petitions.Version(ctx, c.ID); err != nil {
		return nil, err
	}
	mine, err := d.Petitions.Mine(ctx, q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	if mine != nil {
		out.SignatureID = &mine.ID
	}
	out.Signed = progress[c.ID].Done
	out.Step = petition.Step(out.Signed, c.Goal)
	out.Answers = each(answers, func(a petition.Answer) Answer {
		return Answer{ID: a.ID, AddresseeID: a.AddresseeID, Body: a.Body, Source: a.Source, At: Time(a.At)}
	})
	out.Commitments = each(commitments, func(m petition.Commitment) Commitment {
		return Commitment{ID: m.ID, AddresseeID: m.AddresseeID, Promise: m.Promise, Source: m.Source, Due: Time(m.Due), State: m.State,
			Rulings: each(m.Rulings, func(r petition.Ruling) Ruling { return Ruling{State: r.State, Evidence: r.Evidence, At: Time(r.At)} })}
	})
	out.Deliveries = each(deliveries, func(n petition.Delivery) Delivery {
		return Delivery{ID: n.ID, AddresseeID: some(n.AddresseeID), On: Time(n.On), Signatures: n.Signatures, How: n.How}
	})
	return out, nil
}

func (d *Door) addressees(q *request, c *call.Call) ([]Addressee, error) {
	list, err := d.Petitions.Addressees(q.Context(), q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	accounts, err := d.shown(q.Context(), each(list, func(a petition.Addressee) id.ID { return a.AccountID }))
	if err != nil {
		return nil, err
	}
	return each(list, func(a petition.Addressee) Addressee {
		return Addressee{ID: a.ID, Account: accounts[a.AccountID], Name: a.Name, Role: a.Role}
	}), nil
}

func (d *Door) listTexts(q *request) ([]Text, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Petitions.Texts(q.Context(), q.viewer, c.ID, 0, petition.TextsMost)
	if err != nil {
		return nil, err
	}
	return each(list, func(t petition.Text) Text {
		return Text{Version: t.Version, Title: t.Title, Body: t.Body, Since: Time(t.Since)}
	}), nil
}

func (d *Door) listSignatures(q *request) ([]*Act, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	reasons, err := q.choice("reasons")
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Petitions.Signatures(q.Context(), q.viewer, c.ID, reasons == "yes", p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(a *act.Act) id.ID { return a.ID })
	return d.acts(q, list)
}

func (d *Door) sign(q *request, in SignatureDraft) (*Act, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	a, err := d.Petitions.Sign(q.Context(), q.viewer, c.ID, petition.Draft{Reason: in.Reason, Private: in.Private, Version: in.Version,
		InspiredBy: in.InspiredBy.source(), Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/acts/"+a.ID.String())
	return d.oneAct(q, a)
}

func (d *Door) unsign(q *request) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	return d.Petitions.Withdraw(q.Context(), q.viewer, c.ID)
}

func (d *Door) signOutside(q *request, in SigningDraft) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	return d.Petitions.SignOutside(q.Context(), c.ID, petition.OutsideDraft{Name: in.Name, Address: in.Address, Reason: in.Reason,
		Private: in.Private, Updates: in.Updates, Version: in.Version, InspiredBy: in.InspiredBy.source(),
		Language: lang.Match(q.Header.Get("Accept-Language"), "").Tag(), From: door.Addr(q.Request)})
}
