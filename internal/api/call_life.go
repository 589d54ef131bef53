package api

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
)

func callLifeRoutes() []route {
	return []route{
		{method: "POST", path: "/calls/{id}/archive", group: groupCalls, summary: "Take a closed or cancelled call out of lists", scope: "write:statuses",
			about: "Its page, acts and totals stay. To open it again takes it back into lists, too.", do: gives((*Door).archiveCall)},
		{method: "POST", path: "/calls/{id}/unarchive", group: groupCalls, summary: "Put an archived call back into lists", scope: "write:statuses",
			do: gives((*Door).unarchiveCall)},
		{method: "POST", path: "/calls/{id}/duplicate", group: groupCalls, summary: "Begin a draft that says what a call says", scope: "write:statuses", creates: true,
			about: "Without its acts and times. For the movement's organisers.", do: gives((*Door).duplicateCall)},
		{method: "GET", path: "/calls/{id}/organisers", group: groupCalls, summary: "Who organises a call beside its movement's organisers", scope: "read:statuses", open: true,
			about: "Invitations are shown to those who organise it, and to the invited.", do: gives((*Door).listCallOrganisers)},
		{method: "PUT", path: "/calls/{id}/organisers/{account}", group: groupCalls, summary: "Ask somebody to organise a call, too", scope: "write:accounts",
			about: "For the movement's organisers. {account} is a handle or an id, here and below.", do: does((*Door).inviteCallOrganiser)},
		{method: "DELETE", path: "/calls/{id}/organisers/{account}", group: groupCalls, summary: "End that, or decline it", scope: "write:accounts",
			about: "For themselves, and for the movement's organisers.", do: does((*Door).removeCallOrganiser)},
		{method: "POST", path: "/calls/{id}/organise", group: groupCalls, summary: "Accept to organise a call", scope: "write:accounts",
			about: "From then on they may do for this call what the movement's organisers may, and nothing else of the movement.", do: does((*Door).acceptCallOrganiser)},
	}
}

// CallOrganiser is one who organises a call.
type CallOrganiser struct {
	Account   *Account `json:"account"`
	Accepted  bool     `json:"accepted" about:"Whether they do; else they were asked to." example:"true"`
	CreatedAt Time     `json:"created_at"`
}

func (d *Door) archiveCall(q *request) (*Call, error) { return d.changedCall(q, d.Calls.Archive) }

func (d *Door) unarchiveCall(q *request) (*Call, error) { return d.changedCall(q, d.Calls.Unarchive) }

// changedCall does one thing with the call of the path, and gives it.
func (d *Door) changedCall(q *request, do func(context.Context, account.Viewer, id.ID) error) (*Call, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	if err := do(q.Context(), q.viewer, c.ID); err != nil {
		return nil, err
	}
	return d.getCall(q)
}

func (d *Door) duplicateCall(q *request) (*Call, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	again, err := d.Calls.Duplicate(q.Context(), q.viewer, c.ID, q.key())
	if err != nil {
		return nil, err
	}
	d.located(q, "/calls/"+again.ID.String())
	return d.oneCall(q, again)
}

func (d *Door) listCallOrganisers(q *request) ([]CallOrganiser, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Calls.CoOrganisers(q.Context(), q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	people, err := d.shown(q.Context(), each(list, func(o call.CoOrganiser) id.ID { return o.AccountID }))
	if err != nil {
		return nil, err
	}
	out := []CallOrganiser{}
	for _, o := range list {
		if who := people[o.AccountID]; who != nil {
			out = append(out, CallOrganiser{Account: who, Accepted: o.Stands, CreatedAt: Time(o.CreatedAt)})
		}
	}
	return out, nil
}

func (d *Door) inviteCallOrganiser(q *request) error {
	return d.withCallAndAccount(q, d.Calls.Invite)
}

func (d *Door) removeCallOrganiser(q *request) error {
	return d.withCallAndAccount(q, d.Calls.RemoveOrganiser)
}

func (d *Door) withCallAndAccount(q *request, do func(ctx context.Context, v account.Viewer, callID, accountID id.ID) error) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	a, err := d.accountNamed(q, q.PathValue("account"))
	if err != nil {
		return err
	}
	return do(q.Context(), q.viewer, c.ID, a.ID)
}

func (d *Door) acceptCallOrganiser(q *request) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	return d.Calls.AcceptInvitation(q.Context(), q.viewer, c.ID)
}
