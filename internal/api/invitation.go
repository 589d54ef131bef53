package api

import (
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/invite"
)

// Invitation is one that you gave, until somebody takes it up.
type Invitation struct {
	ID        id.ID    `json:"id"`
	ActID     id.ID    `json:"act_id" about:"Your act that passes the turn on."`
	Call      *CallRef `json:"call"`
	By        string   `json:"by" enum:"link mail" example:"link"`
	Address   string   `json:"address" about:"Whom it is mailed to; empty for a link, and once it was erased." example:""`
	Handle    string   `json:"handle" about:"Whom on another server the link is for; empty for anybody, and once it was erased." example:"ana@example.social"`
	Text      string   `json:"text" about:"Words to send the link with, in your language; empty where there is no link." example:"@ana@example.social I took a challenge, “Take the bucket”, and pass the turn on to you."`
	Link      string   `json:"link" about:"What to hand over to one person; empty for a mail, and when it is over." example:"https://goodturn.example/invited?token=117104873472131072.q1w2"`
	State     string   `json:"state" enum:"open accepted not_this_time withdrawn" about:"Open until somebody said yes, or until the deadline, when all that nobody did are not_this_time." example:"open"`
	CreatedAt Time     `json:"created_at"`
	Deadline  Time     `json:"deadline"`
}

// InvitationDraft invites one person.
type InvitationDraft struct {
	ActID   Ref    `json:"act_id" about:"Your act."`
	Address string `json:"address,omitempty" about:"A mail address; empty makes a link to hand over." example:"somebody@mail.example"`
	Handle  string `json:"handle,omitempty" about:"Whom on another server the link is for. This server cannot deliver it there yet: send the text or the link yourself." example:"@ana@example.social"`
	Note    string `json:"note,omitempty" max:"300" about:"A word to them, of at most 300 characters, without web addresses." example:"You have the best bucket."`
}

// InvitationToken is what the link of an invitation carries.
type InvitationToken struct {
	Token string `json:"token" example:"117104873472131072.q1w2"`
}

func invitationRoutes() []route {
	return []route{
		{method: "GET", path: "/invitations", group: groupInvitations, summary: "Invitations that you gave, newest first", scope: "read:notifications",
			query: paging(), do: gives((*Door).listInvitations)},
		{method: "POST", path: "/invitations", group: groupInvitations, summary: "Invite somebody, by a link or a mail", scope: "write:statuses", creates: true,
			about: "The answer never tells whether a mail is sent: not to who refuses them, or was asked already.", do: takes((*Door).invite)},
		{method: "POST", path: "/invited", group: groupInvitations, summary: "Take an invitation up", scope: "write:statuses",
			about: "It becomes your nomination, and its nominator learns who you are. It can be taken up once.", do: takes((*Door).acceptInvitation)},
		{method: "GET", path: "/invitations/{id}", group: groupInvitations, summary: "One that you gave", scope: "read:notifications", do: gives((*Door).getInvitation)},
		{method: "DELETE", path: "/invitations/{id}", group: groupInvitations, summary: "Take your invitation back", scope: "write:statuses",
			about: "Its place among the act's nominations stays used.", do: does((*Door).withdrawInvitation)},
	}
}

func (d *Door) listInvitations(q *request) ([]*Invitation, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Invites.Mine(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(g invite.Given) id.ID { return g.ID })
	return d.invitations(q, list)
}

func (d *Door) invite(q *request, in InvitationDraft) (*Invitation, error) {
	g, err := d.Invites.Invite(q.Context(), q.viewer, id.ID(in.ActID), invite.Draft{ByMail: in.Address != "", Address: in.Address, Handle: in.Handle, Note: in.Note, Key: q.key()})
	if err != nil {
		return nil, err
	}
	return d.invitation(q, g)
}

func (d *Door) acceptInvitation(q *request, in InvitationToken) (*Nomination, error) {
	n, err := d.Invites.Accept(q.Context(), q.viewer, in.Token)
	if err != nil {
		return nil, err
	}
	return only(d.received(q, []*act.Nomination{n}))
}

func (d *Door) getInvitation(q *request) (*Invitation, error) {
	i, err := q.id("id", "invitation")
	if err != nil {
		return nil, err
	}
	g, err := d.Invites.Given(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return d.invitation(q, g)
}

func (d *Door) withdrawInvitation(q *request) error {
	i, err := q.id("id", "invitation")
	if err != nil {
		return err
	}
	return d.Invites.Withdraw(q.Context(), q.viewer, i)
}

func (d *Door) invitation(q *request, g invite.Given) (*Invitation, error) {
	return only(d.invitations(q, []invite.Given{g}))
}

func (d *Door) invitations(q *request, list []invite.Given) ([]*Invitation, error) {
	calls, err := d.Calls.Many(q.Context(), q.viewer, each(list, func(g invite.Given) id.ID { return g.CallID }))
	if err != nil {
		return nil, err
	}
	words := q.printer()
	return each(list, func(g invite.Given) *Invitation {
		out := &Invitation{ID: g.ID, ActID: g.ActID, By: "link", Address: g.Address, Handle: g.Handle, Link: d.Invites.Link(g), State: string(g.State),
			CreatedAt: Time(g.CreatedAt), Deadline: Time(g.Deadline)}
		if g.ByMail {
			out.By = "mail"
		}
		if c := calls[g.CallID]; c != nil {
			out.Call = d.callRef(c)
			out.Text = d.Invites.Words(words, g, c)
		}
		return out
	}), nil
}
