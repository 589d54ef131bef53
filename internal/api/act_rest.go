package api

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
)

// ActsRest is what a list of acts does not show of what its totals count.
type ActsRest struct {
	Hidden     *int64 `json:"hidden" about:"How many you may not see for their visibility; null for one to four." example:"214"`
	HiddenMore bool   `json:"hidden_more" about:"There are more than these, which were counted no further."`
	Withdrawn  int64  `json:"withdrawn" about:"How many were taken back, or went with an account: they count as someone's among all acts, and in no total of a unit." example:"2"`
	Kept       []Kept `json:"kept" about:"Confirmed gifts whose donors are gone: they count in totals with their amounts."`
}

// Kept is what gifts of one currency add up to.
type Kept struct {
	Unit
	Acts   int64 `json:"acts" example:"1"`
	Amount int64 `json:"amount" about:"In the smallest unit." example:"2000"`
}

func actRestRoutes() []route {
	query := []param{{name: "proof", about: "Only those of this proof.", choices: []string{"told", "witnessed", "confirmed"}, example: "confirmed"}, ofUnit}
	about := "With these, a list of acts read to its end comes to the totals."
	return []route{
		{method: "GET", path: "/movements/{slug}/acts/rest", group: groupActs, summary: "What a movement's list of acts does not show", scope: "read:statuses", open: true,
			about: about, query: query, do: gives((*Door).movementRest)},
		{method: "GET", path: "/calls/{id}/acts/rest", group: groupActs, summary: "What a call's list of acts does not show", scope: "read:statuses", open: true,
			about: about, query: query, do: gives((*Door).callRest)},
	}
}

func (d *Door) movementRest(q *request) (*ActsRest, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	return d.rest(q, act.Filter{Movement: m.ID})
}

func (d *Door) callRest(q *request) (*ActsRest, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	return d.rest(q, act.Filter{Call: c.ID})
}

func (d *Door) rest(q *request, f act.Filter) (*ActsRest, error) {
	f, err := narrowed(q, f)
	if err != nil {
		return nil, err
	}
	if f.Unit, err = unitAsked(q); err != nil {
		return nil, err
	}
	rest, err := d.Acts.Rest(q.Context(), q.viewer, f)
	if err != nil {
		return nil, err
	}
	gone, err := d.Acts.Gone(q.Context(), f)
	if err != nil {
		return nil, err
	}
	out := &ActsRest{HiddenMore: rest.More, Withdrawn: gone.Acts, Kept: each(gone.Kept, func(k act.Kept) Kept {
		return Kept{Unit: unit(k.Unit), Acts: k.Acts, Amount: k.Amount}
	})}
	if !rest.Few {
		out.Hidden = &rest.N
	}
	return out, nil
}

// narrowed is a list of acts of the proof that is asked for.
func narrowed(q *request, f act.Filter) (act.Filter, error) {
	proof, err := q.choice("proof")
	if p, ok := call.ParseProof(proof); ok {
		f.Proof = &p
	}
	return f, err
}
