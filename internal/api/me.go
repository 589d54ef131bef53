package api

import "goodturn/internal/account"

// Interests are what somebody told us to be matched with calls.
type Interests struct {
	Causes  []string      `json:"causes" about:"At most 5 slugs of causes, see /causes." example:"zero-hunger"`
	Minutes int           `json:"minutes" about:"Time at hand in a week; 0 if not said." example:"60"`
	Town    string        `json:"town" max:"100" example:"Graz"`
	Mode    *account.Mode `json:"mode" enum:"online together" about:"How you like to help; null for any way." example:"together"`
}

// Cause is what movements are about, and what people care about.
type Cause struct {
	Slug string `json:"slug" example:"zero-hunger"`
	Name string `json:"name" example:"Zero hunger"`
	Goal *int   `json:"goal" about:"Its number among the UN's Sustainable Development Goals; null for one of our own." example:"2"`
}

func meRoutes() []route {
	return []route{
		{method: "GET", path: "/me/interests", group: groupMe, summary: "What matters to you", scope: "read:accounts",
			about: "Private: nobody else is shown it.", do: gives((*Door).getInterests)},
		{method: "PUT", path: "/me/interests", group: groupMe, summary: "Say what matters to you", scope: "write:accounts",
			about: "In place of what you said before.", do: takes((*Door).setInterests)},
		{method: "DELETE", path: "/me/interests", group: groupMe, summary: "Take back what you said", scope: "write:accounts", do: does((*Door).forgetInterests)},
		{method: "GET", path: "/me/movements", group: groupMe, summary: "The movements that you joined, newest first", scope: "read:accounts",
			about: "At most 200.", do: gives((*Door).myMovements)},
		{method: "GET", path: "/causes", group: groupMovements, summary: "The causes there are", open: true, do: gives((*Door).listCauses)},
	}
}

func (d *Door) getInterests(q *request) (*Interests, error) {
	in, err := d.Accounts.Interests(q.Context(), q.viewer)
	if err != nil {
		return nil, err
	}
	out := &Interests{Causes: all(in.Causes), Minutes: in.Minutes, Town: in.Town}
	if in.Mode != account.AnyMode {
		out.Mode = &in.Mode
	}
	return out, nil
}

func (d *Door) setInterests(q *request, in Interests) (*Interests, error) {
	said := account.Interests{Causes: in.Causes, Minutes: in.Minutes, Town: in.Town}
	if in.Mode != nil {
		said.Mode = *in.Mode
	}
	if err := d.Accounts.SetInterests(q.Context(), q.viewer, said); err != nil {
		return nil, err
	}
	return d.getInterests(q)
}

func (d *Door) forgetInterests(q *request) error {
	return d.Accounts.ForgetInterests(q.Context(), q.viewer)
}

func (d *Door) myMovements(q *request) ([]*Movement, error) {
	list, err := d.Movements.JoinedBy(q.Context(), q.viewer, q.viewer.ID())
	if err != nil {
		return nil, err
	}
	return d.movements(q, list)
}

func (d *Door) listCauses(*request) ([]Cause, error) {
	return each(account.Causes, func(c account.Cause) Cause { return Cause{Slug: c.Slug, Name: c.Name, Goal: number(c.Goal)} }), nil
}
