package api

import (
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Witness is somebody who was there.
type Witness struct {
	ActID   id.ID            `json:"act_id"`
	Account Account          `json:"account"`
	State   act.WitnessState `json:"state" enum:"asked offered stands" about:"Asked by the doer, offered by themselves, or agreed by both: then the act is witnessed." example:"asked"`
	At      Time             `json:"at" about:"Of the last change."`
}

// WitnessDraft names a witness.
type WitnessDraft struct {
	Account string `json:"account,omitempty" about:"The handle or id of somebody who was there, named by the doer. Left out, you offer yourself." example:"grace"`
}

// Confirmation says how it is known that an act was done.
type Confirmation struct {
	How string `json:"how,omitempty" about:"A line; may be empty." example:"I was in the kitchen."`
}

func witnessRoutes() []route {
	return []route{
		{method: "GET", path: "/acts/{id}/witness", group: groupWitnesses, summary: "Who was there", scope: "read:statuses", open: true,
			about: "Those who stand; to the doer also those asked and those who offer, and to anybody their own part.", do: gives((*Door).listWitnesses)},
		{method: "POST", path: "/acts/{id}/witness", group: groupWitnesses, summary: "Name a witness, or offer to be one", scope: "write:statuses",
			about: "The doer names an account; anybody else offers themselves. Where both sides agree the witness stands at once.", do: takes((*Door).addWitness)},
		{method: "POST", path: "/acts/{id}/witness/{account}/accept", group: groupWitnesses, summary: "Agree to what the other side said", scope: "write:statuses",
			about: "The doer agrees to an offer, or a witness to having been asked.", do: gives((*Door).acceptWitness)},
		{method: "DELETE", path: "/acts/{id}/witness/{account}", group: groupWitnesses, summary: "Take a witness back", scope: "write:statuses",
			about: "Either side may, at any time.", do: does((*Door).withdrawWitness)},
		{method: "POST", path: "/acts/{id}/confirm", group: groupWitnesses, summary: "Confirm that an act was really done", scope: "write:statuses",
			about: "For organisers of its movement and the call's beneficiary, never for the doer. A second time changes nothing.", do: takes((*Door).confirm)},
		{method: "DELETE", path: "/acts/{id}/confirm", group: groupWitnesses, summary: "Take a confirmation back", scope: "write:statuses",
			about: "What witnesses say remains.", do: gives((*Door).unconfirm)},
		{method: "GET", path: "/me/witness", group: groupMe, summary: "What you were asked to be a witness of", scope: "read:statuses",
			query: paging(), do: gives((*Door).askedToWitness)},
	}
}

func (d *Door) listWitnesses(q *request) ([]Witness, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Acts.Witnesses(q.Context(), q.viewer, a.ID)
	if err != nil {
		return nil, err
	}
	return d.witnesses(q, list)
}

func (d *Door) addWitness(q *request, in WitnessDraft) (*Witness, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if in.Account == "" {
		if err := d.Acts.OfferWitness(q.Context(), q.viewer, a.ID); err != nil {
			return nil, err
		}
		return d.witness(q, a.ID, q.viewer.ID())
	}
	who, err := d.accountIn(q, "account", in.Account)
	if err != nil {
		return nil, err
	}
	if err := d.Acts.NameWitness(q.Context(), q.viewer, a.ID, who.Handle()); err != nil {
		return nil, sentAs(err, "witness", "account")
	}
	return d.witness(q, a.ID, who.ID)
}

func (d *Door) acceptWitness(q *request) (*Witness, error) {
	a, who, err := d.witnessNamed(q)
	if err != nil {
		return nil, err
	}
	if err := d.Acts.AcceptWitness(q.Context(), q.viewer, a, who); err != nil {
		return nil, err
	}
	return d.witness(q, a, who)
}

func (d *Door) withdrawWitness(q *request) error {
	a, who, err := d.witnessNamed(q)
	if err != nil {
		return err
	}
	return d.Acts.WithdrawWitness(q.Context(), q.viewer, a, who)
}

func (d *Door) confirm(q *request, in Confirmation) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if a, err = d.Acts.Confirm(q.Context(), q.viewer, a.ID, in.How); err != nil {
		return nil, err
	}
	return d.oneAct(q, a)
}

func (d *Door) unconfirm(q *request) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if a, err = d.Acts.Unconfirm(q.Context(), q.viewer, a.ID); err != nil {
		return nil, err
	}
	return d.oneAct(q, a)
}

func (d *Door) askedToWitness(q *request) ([]Witness, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Acts.WitnessAskedOf(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(w act.Witness) id.ID { return w.ActID })
	return d.witnesses(q, list)
}

func (d *Door) witnessNamed(q *request) (actID, who id.ID, err error) {
	a, err := d.act(q)
	if err != nil {
		return 0, 0, err
	}
	w, err := d.accountNamed(q, q.PathValue("account"))
	if err != nil {
		return 0, 0, err
	}
	return a.ID, w.ID, nil
}

func (d *Door) witness(q *request, actID, who id.ID) (*Witness, error) {
	list, err := d.Acts.Witnesses(q.Context(), q.viewer, actID)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		if w.AccountID == who {
			one, err := d.witnesses(q, []act.Witness{w})
			if err == nil && len(one) == 1 {
				return &one[0], nil
			}
			return nil, err
		}
	}
	return nil, problem.NotFound("witness")
}

func (d *Door) witnesses(q *request, list []act.Witness) ([]Witness, error) {
	accounts, err := d.shown(q.Context(), each(list, func(w act.Witness) id.ID { return w.AccountID }))
	if err != nil {
		return nil, err
	}
	out := []Witness{}
	for _, w := range list {
		if a := accounts[w.AccountID]; a != nil {
			out = append(out, Witness{ActID: w.ActID, Account: *a, State: w.State, At: Time(w.At)})
		}
	}
	return out, nil
}
