package api

import (
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/weight"
)

// Unusual is what speaks against one witness's word on one act.
type Unusual struct {
	ActID   id.ID         `json:"act_id"`
	Witness *Account      `json:"witness" about:"Whose word lifts no proof; null once their account is gone."`
	Reason  weight.Reason `json:"reason" enum:"second burst ring" about:"A new account that does nothing else, from the doer's network; many acts of new accounts from one network; few people who witness nearly only each other." example:"ring"`
	Why     string        `json:"why" about:"The reason with its figures, in English." example:"5 people witness nearly only each other: 58 of 60 times. They tell far more than is usual here."`
	At      Time          `json:"at" about:"When it was found."`
}

// FineDraft says what is fine.
type FineDraft struct {
	All bool `json:"all,omitempty" about:"All acts of the doer in the movement, now and later, and not this one alone."`
}

func unusualRoutes() []route {
	return []route{
		{method: "GET", path: "/movements/{slug}/unusual", group: groupWitnesses, summary: "Witnesses whose word looks unusual, newest acts first", scope: "read:statuses",
			about: "For the movement's organisers. Such a word stands and is shown, but the act counts as told unless another witness stands or it is confirmed.",
			query: paging(), do: gives((*Door).listUnusual)},
		{method: "GET", path: "/acts/{id}/unusual", group: groupWitnesses, summary: "Why an act's witnesses lift no proof", scope: "read:statuses",
			about: "For the act's doer and the organisers; empty for everybody else.", do: gives((*Door).unusualOf)},
		{method: "POST", path: "/acts/{id}/fine", group: groupWitnesses, summary: "Say that an act's witnesses are fine", scope: "write:statuses",
			about: "For organisers, not about themselves. It is remembered; a second time changes nothing.", do: hears((*Door).fine)},
	}
}

func (d *Door) listUnusual(q *request) ([]Unusual, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	found, err := d.Weights.Unusual(q.Context(), q.viewer, m.ID, p)
	if err != nil {
		return nil, err
	}
	link(d, q, found, func(f weight.Found) id.ID { return f.Act })
	return d.unusual(q, found)
}

func (d *Door) unusualOf(q *request) ([]Unusual, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	found, err := d.Weights.Of(q.Context(), q.viewer, a)
	if err != nil {
		return nil, err
	}
	return d.unusual(q, found)
}

func (d *Door) unusual(q *request, found []weight.Found) ([]Unusual, error) {
	people, err := d.Accounts.Many(q.Context(), each(found, func(f weight.Found) id.ID { return f.Witness }))
	if err != nil {
		return nil, err
	}
	english := lang.Match("en", "")
	return each(found, func(f weight.Found) Unusual {
		u := Unusual{ActID: f.Act, Reason: f.Reason, Why: f.Says(english), At: Time(f.At)}
		if a := people[f.Witness]; a != nil {
			u.Witness = d.account(a)
		}
		return u
	}), nil
}

func (d *Door) fine(q *request, in FineDraft) error {
	a, err := d.act(q)
	if err != nil {
		return err
	}
	return d.Weights.Fine(q.Context(), q.viewer, a.ID, in.All)
}
