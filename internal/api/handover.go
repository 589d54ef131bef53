package api

import "goodturn/internal/movement"

// Handover is an organiser's offer to be followed by somebody else.
type Handover struct {
	From      Account `json:"from"`
	To        Account `json:"to"`
	CreatedAt Time    `json:"created_at"`
}

// HandoverDraft names who is to organise it.
type HandoverDraft struct {
	Account string `json:"account" about:"A handle or an id." example:"grace"`
}

func handoverRoutes() []route {
	return []route{
		{method: "GET", path: "/movements/{slug}/handover", group: groupPeople, summary: "The offer that stands", scope: "read:accounts",
			about: "For organisers and whom it is made to; else 404.", do: gives((*Door).getHandover)},
		{method: "PUT", path: "/movements/{slug}/handover", group: groupPeople, summary: "Ask somebody to organise it in your place", scope: "write:accounts",
			about: "For organisers; there is one offer at a time.", do: takes((*Door).offerHandover)},
		{method: "POST", path: "/movements/{slug}/handover/accept", group: groupPeople, summary: "Accept to organise it", scope: "write:accounts",
			about: "Who offered stays as a member.", do: gives((*Door).acceptHandover)},
		{method: "DELETE", path: "/movements/{slug}/handover", group: groupPeople, summary: "Refuse the offer, or take it back", scope: "write:accounts",
			do: does((*Door).endHandover)},
	}
}

func (d *Door) getHandover(q *request) (*Handover, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	return d.handover(q, m)
}

func (d *Door) offerHandover(q *request, in HandoverDraft) (*Handover, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	to, err := d.accountIn(q, "account", in.Account)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.OfferHandover(q.Context(), q.viewer, m.ID, to.ID); err != nil {
		return nil, err
	}
	return d.handover(q, m)
}

func (d *Door) acceptHandover(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.AcceptHandover(q.Context(), q.viewer, m.ID); err != nil {
		return nil, err
	}
	return d.oneMovement(q, m)
}

func (d *Door) endHandover(q *request) error {
	m, err := d.movement(q)
	if err != nil {
		return err
	}
	return d.Movements.EndHandover(q.Context(), q.viewer, m.ID)
}

func (d *Door) handover(q *request, m *movement.Movement) (*Handover, error) {
	h, err := d.Movements.Handover(q.Context(), q.viewer, m.ID)
	if err != nil {
		return nil, err
	}
	from, err := d.Accounts.Get(q.Context(), h.From)
	if err != nil {
		return nil, err
	}
	to, err := d.Accounts.Get(q.Context(), h.To)
	if err != nil {
		return nil, err
	}
	return &Handover{From: *d.account(from), To: *d.account(to), CreatedAt: Time(h.At)}, nil
}
