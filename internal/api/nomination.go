package api

import (
	"slices"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/invite"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Nomination asks somebody to take a call on. Its nominee and its nominator
// see different things of it.
type Nomination struct {
	ID         id.ID        `json:"id"`
	Side       string       `json:"side" enum:"received given" about:"Whether you were nominated, or nominated somebody." example:"received"`
	Movement   *MovementRef `json:"movement"`
	Call       *CallRef     `json:"call"`
	ActID      id.ID        `json:"act_id" about:"The nominator's act that passes the turn on."`
	Nominator  *Account     `json:"nominator" about:"null if the account is gone, as with nominee."`
	Nominee    *Account     `json:"nominee"`
	Invitation *Invitation  `json:"invitation" about:"How the turn reaches somebody who is not here, whom no nominee names: whom it is for, and the link to send; null for a nominee who is. Once they take it up, it is a nomination with an id of its own."`
	State      string       `json:"state" enum:"open accepted declined answered expired not_this_time withdrawn" about:"Given ones stay open until they are accepted, or until the deadline, when all that were not are not_this_time: whether somebody declined is theirs alone to know." example:"open"`
	CreatedAt  Time         `json:"created_at"`
	Deadline   Time         `json:"deadline" about:"One can still act after it."`
	AcceptedAt *Time        `json:"accepted_at" about:"Of received ones."`
	AnswerID   *id.ID       `json:"answer_id" about:"The act that answered it."`
}

// NominationDraft passes the turn on.
type NominationDraft struct {
	ActID    Ref      `json:"act_id" about:"Your act."`
	Nominees []string `json:"nominees" about:"Handles, as many as the act's call allows in all. This server delivers nothing to others yet: who is on one gets a link from you, which is in the answer." example:"tove"`
}

func nominationRoutes() []route {
	return []route{
		{method: "GET", path: "/nominations", group: groupNominations, summary: "Your nominations, newest first", scope: "read:notifications",
			about: "Given ones are all turns that you passed on: to people here, by links and by mails.",
			query: paging(param{name: "side", about: "received unless said.", choices: []string{"received", "given"}, example: "given"}),
			do:    gives((*Door).listNominations)},
		{method: "POST", path: "/nominations", group: groupNominations, summary: "Nominate people from your act", scope: "write:statuses", creates: true,
			about: "The answer never tells whether a nominee will hear of it. A person is nominated once from an act. Whom you nominate here and elsewhere is in the answer and in the list of given ones.", do: takes((*Door).nominate)},
		{method: "GET", path: "/nominations/{id}", group: groupNominations, summary: "One nomination, received or given", scope: "read:notifications", do: gives((*Door).getNomination)},
		{method: "DELETE", path: "/nominations/{id}", group: groupNominations, summary: "Take your nomination back", scope: "write:statuses",
			about: "Its place among the act's nominations stays used.", do: does((*Door).withdrawNomination)},
		{method: "POST", path: "/nominations/{id}/accept", group: groupNominations, summary: "Say that you will do it", scope: "write:statuses",
			about: "The nominator learns of it.", do: gives((*Door).acceptNomination)},
		{method: "POST", path: "/nominations/{id}/decline", group: groupNominations, summary: "Say that you will not", scope: "write:statuses",
			about: "Nobody is told, then or later.", do: gives((*Door).declineNomination)},
	}
}

func (d *Door) listNominations(q *request) ([]*Nomination, error) {
	side, err := q.choice("side")
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	if side == "given" {
		list, err := d.Invites.Passed(q.Context(), q.viewer, p)
		if err != nil {
			return nil, err
		}
		link(d, q, list, invite.Passed.ID)
		return d.passed(q, list)
	}
	list, err := d.Acts.Mine(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(n *act.Nomination) id.ID { return n.ID })
	return d.received(q, list)
}

func (d *Door) nominate(q *request, in NominationDraft) ([]*Nomination, error) {
	invited, err := d.Invites.Nominate(q.Context(), q.viewer, id.ID(in.ActID), in.Nominees, q.key())
	if err != nil {
		return nil, err
	}
	list, err := d.Invites.Passed(q.Context(), q.viewer, db.Page{Limit: db.PageMost})
	if err != nil {
		return nil, err
	}
	named, err := d.Accounts.ByHandles(q.Context(), in.Nominees)
	if err != nil {
		return nil, err
	}
	wanted := map[id.ID]bool{} // accounts and invitations
	for _, a := range named {
		wanted[a.ID] = true
	}
	for _, g := range invited {
		wanted[g.ID] = true
	}
	return d.passed(q, slices.DeleteFunc(list, func(p invite.Passed) bool {
		return p.ActID() != id.ID(in.ActID) || p.Invitation != nil && !wanted[p.ID()] || p.Nomination != nil && !wanted[p.Nomination.NomineeID]
	}))
}

func (d *Door) getNomination(q *request) (*Nomination, error) {
	i, err := q.id("id", "nomination")
	if err != nil {
		return nil, err
	}
	n, err := d.Acts.Nomination(q.Context(), q.viewer, i)
	if err == nil {
		return only(d.received(q, []*act.Nomination{n}))
	}
	if !isNotFound(err) {
		return nil, err
	}
	p, err := d.Invites.PassedOne(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return only(d.passed(q, []invite.Passed{p}))
}

func (d *Door) withdrawNomination(q *request) error {
	i, err := q.id("id", "nomination")
	if err != nil {
		return err
	}
	return d.Invites.TakeBack(q.Context(), q.viewer, i)
}

func (d *Door) acceptNomination(q *request) (*Nomination, error) {
	i, err := q.id("id", "nomination")
	if err != nil {
		return nil, err
	}
	n, err := d.Acts.Accept(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return only(d.received(q, []*act.Nomination{n}))
}

func (d *Door) declineNomination(q *request) (*Nomination, error) {
	i, err := q.id("id", "nomination")
	if err != nil {
		return nil, err
	}
	n, err := d.Acts.Decline(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return only(d.received(q, []*act.Nomination{n}))
}

// only is the one element of a list.
func only[T any](list []T, err error) (one T, _ error) {
	if err != nil {
		return one, err
	}
	if len(list) != 1 {
		return one, problem.NotFound("nomination")
	}
	return list[0], nil
}

func (d *Door) received(q *request, list []*act.Nomination) ([]*Nomination, error) {
	return d.nominations(q, each(list, func(n *act.Nomination) mine {
		return mine{n.MovementID, n.CallID, n.NominatorID, n.NomineeID, &Nomination{ID: n.ID, Side: "received", ActID: n.ActID,
			State: string(n.State), CreatedAt: Time(n.CreatedAt), Deadline: Time(n.Deadline), AcceptedAt: when(n.AcceptedAt), AnswerID: some(n.AnswerID)}}
	}))
}

// passed are the turns that who asks passed on.
func (d *Door) passed(q *request, list []invite.Passed) ([]*Nomination, error) {
	var given []invite.Given
	for _, p := range list {
		if p.Invitation != nil {
			given = append(given, *p.Invitation)
		}
	}
	invitations, err := d.invitations(q, given)
	if err != nil {
		return nil, err
	}
	return d.nominations(q, each(list, func(p invite.Passed) mine {
		if g := p.Invitation; g != nil {
			with := invitations[0]
			invitations = invitations[1:]
			return mine{g.MovementID, g.CallID, q.viewer.ID(), 0, &Nomination{ID: g.ID, Side: "given", ActID: g.ActID, Invitation: with,
				State: string(g.State), CreatedAt: Time(g.CreatedAt), Deadline: Time(g.Deadline)}}
		}
		g := p.Nomination
		return mine{g.MovementID, g.CallID, q.viewer.ID(), g.NomineeID, &Nomination{ID: g.ID, Side: "given", ActID: g.ActID,
			State: string(g.State), CreatedAt: Time(g.CreatedAt), Deadline: Time(g.Deadline), AnswerID: some(g.AnswerID)}}
	}))
}

// mine is a nomination whose names are still ids.
type mine struct {
	movement, call, nominator, nominee id.ID
	as                                 *Nomination
}

// nominations puts names to what belongs to nominations.
func (d *Door) nominations(q *request, list []mine) ([]*Nomination, error) {
	people := each(list, func(n mine) id.ID { return n.nominator })
	accounts, err := d.shown(q.Context(), append(people, each(list, func(n mine) id.ID { return n.nominee })...))
	if err != nil {
		return nil, err
	}
	movements, err := d.Movements.Many(q.Context(), q.viewer, each(list, func(n mine) id.ID { return n.movement }))
	if err != nil {
		return nil, err
	}
	calls, err := d.Calls.Many(q.Context(), q.viewer, each(list, func(n mine) id.ID { return n.call }))
	if err != nil {
		return nil, err
	}
	return each(list, func(n mine) *Nomination {
		n.as.Nominator, n.as.Nominee = accounts[n.nominator], accounts[n.nominee]
		n.as.Movement = d.movementRefOr(movements[n.movement])
		if c := calls[n.call]; c != nil {
			n.as.Call = d.callRef(c)
		}
		return n.as
	}), nil
}

// movementRefOr is nil for a movement that is not to be seen.
func (d *Door) movementRefOr(m *movement.Movement) *MovementRef {
	if m == nil {
		return nil
	}
	return d.movementRef(m)
}
