package api

import (
	"slices"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/problem"
)

// Counted is how many acts of somebody you see.
type Counted struct {
	Told      int64 `json:"told" example:"3"`
	Witnessed int64 `json:"witnessed" example:"1"`
	Confirmed int64 `json:"confirmed" example:"7"`
	More      bool  `json:"more" about:"There are more than these, which were counted no further."`
}

func actOfRoutes() []route {
	proof := param{name: "proof", about: "Only those of this proof.", choices: []string{"told", "witnessed", "confirmed"}, example: "confirmed"}
	return []route{
		{method: "GET", path: "/accounts/{name}/acts", group: groupActs, summary: "What somebody did, by when they told it, newest first", scope: "read:statuses", open: true,
			about: "By a handle or an id. Gifts under another name are not among them.", query: paging(proof), do: gives((*Door).listAccountActs)},
		{method: "GET", path: "/accounts/{name}/acts/counts", group: groupActs, summary: "How many acts of somebody you see, by proof", scope: "read:statuses", open: true,
			do: gives((*Door).countAccountActs)},
	}
}

func (d *Door) listAccountActs(q *request) ([]*Act, error) {
	a, err := d.accountNamed(q, q.PathValue("name"))
	if err != nil {
		return nil, err
	}
	return d.listed(q, act.Filter{Doer: a.ID})
}

func (d *Door) countAccountActs(q *request) (*Counted, error) {
	a, err := d.accountNamed(q, q.PathValue("name"))
	if err != nil {
		return nil, err
	}
	n, err := d.Acts.Count(q.Context(), q.viewer, a.ID)
	if err != nil {
		return nil, err
	}
	return &Counted{Told: n.By[act.Told], Witnessed: n.By[act.Witnessed], Confirmed: n.By[act.Confirmed], More: n.More}, nil
}

// ofUnit opens a total: the parameter of lists that have one.
var ofUnit = param{name: "unit", about: "Only those counted in this unit: an ISO 4217 code, minutes, signatures and so on. With proof it opens one of the totals.", example: "minutes"}

func unitAsked(q *request) (string, error) {
	unit := q.param(ofUnit.name)
	known := call.IsCurrency(unit) || slices.ContainsFunc(call.Kinds, func(k call.Kind) bool { return k.Unit() == unit })
	if unit != "" && !known {
		return "", problem.Invalid(ofUnit.name, "A unit is the code of a currency, or a word such as minutes.")
	}
	return unit, nil
}
