package api

import (
	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Member is one of a movement's people.
type Member struct {
	Account   Account       `json:"account"`
	Role      movement.Role `json:"role" enum:"member organiser ambassador partner removed" example:"ambassador"`
	Disclosed string        `json:"disclosed" about:"What links an ambassador or partner to the movement." example:"Paid by the soup kitchen."`
	JoinedAt  Time          `json:"joined_at"`
}

// RoleChange gives somebody a role.
type RoleChange struct {
	Role      movement.Role `json:"role" enum:"member organiser ambassador partner" example:"ambassador"`
	Disclosed string        `json:"disclosed,omitempty" max:"200" about:"What links an ambassador or partner to the movement; they need it." example:"Paid by the soup kitchen."`
}

func memberRoutes() []route {
	return []route{
		{method: "POST", path: "/movements/{slug}/join", group: groupPeople, summary: "Join a movement", scope: "write:follows",
			about: "Follows it too. From now on it carries your public, top-level posts with its hashtags. A second time changes nothing.", do: gives((*Door).join)},
		{method: "POST", path: "/movements/{slug}/leave", group: groupPeople, summary: "Leave a movement", scope: "write:follows",
			about: "You go on following it. Its last organiser hands it over first.", do: gives((*Door).leave)},
		{method: "GET", path: "/movements/{slug}/members", group: groupPeople, summary: "A movement's people, newest first", scope: "read:accounts", open: true,
			about: "Removed ones are shown to organisers alone.",
			query: paging(param{name: "role", about: "Only those in this role.", choices: []string{"member", "organiser", "ambassador", "partner", "removed"}, example: "organiser"}),
			do:    gives((*Door).listMembers)},
		{method: "PUT", path: "/movements/{slug}/members/{account}", group: groupPeople, summary: "Give somebody another role", scope: "write:accounts",
			about: "For organisers. {account} is a handle or an id, here and below.", do: hears((*Door).setRole)},
		{method: "DELETE", path: "/movements/{slug}/members/{account}", group: groupPeople, summary: "Remove somebody", scope: "write:accounts",
			about: "For organisers. They cannot join again until they are let in.", do: does((*Door).removeMember)},
		{method: "POST", path: "/movements/{slug}/members/{account}/let-in", group: groupPeople, summary: "Let a removed account join again", scope: "write:accounts",
			about: "For organisers.", do: does((*Door).letIn)},
	}
}

func (d *Door) join(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.Join(q.Context(), q.viewer, m.ID); err != nil {
		return nil, err
	}
	return d.oneMovement(q, m)
}

func (d *Door) leave(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.Leave(q.Context(), q.viewer, m.ID); err != nil {
		return nil, err
	}
	return d.oneMovement(q, m)
}

func (d *Door) listMembers(q *request) ([]Member, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	role, err := q.choice("role")
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	people, err := d.Movements.Members(q.Context(), q.viewer, m.ID, movement.Role(role), p)
	if err != nil {
		return nil, err
	}
	link(d, q, people, func(p movement.Person) id.ID { return p.ID })
	accounts, err := d.shown(q.Context(), each(people, func(p movement.Person) id.ID { return p.AccountID }))
	if err != nil {
		return nil, err
	}
	out := []Member{}
	for _, p := range people {
		if a := accounts[p.AccountID]; a != nil {
			out = append(out, Member{Account: *a, Role: p.Role, Disclosed: p.Disclosed, JoinedAt: Time(p.JoinedAt)})
		}
	}
	return out, nil
}

func (d *Door) setRole(q *request, in RoleChange) error {
	m, a, err := d.member(q)
	if err != nil {
		return err
	}
	return d.Movements.SetRole(q.Context(), q.viewer, m.ID, a.ID, in.Role, in.Disclosed)
}

func (d *Door) removeMember(q *request) error {
	m, a, err := d.member(q)
	if err != nil {
		return err
	}
	return d.Movements.RemoveMember(q.Context(), q.viewer, m.ID, a.ID)
}

func (d *Door) letIn(q *request) error {
	m, a, err := d.member(q)
	if err != nil {
		return err
	}
	return d.Movements.LetIn(q.Context(), q.viewer, m.ID, a.ID)
}

func (d *Door) member(q *request) (*movement.Movement, *account.Account, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, nil, err
	}
	a, err := d.accountNamed(q, q.PathValue("account"))
	return m, a, err
}

func isNotFound(err error) bool { return problem.Is(err, problem.KindNotFound) }

func errNotID(field string) error {
	return problem.Invalid(field, "This is not an id: use one from an answer of this server.")
}
