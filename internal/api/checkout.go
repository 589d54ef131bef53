package api

import (
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/lang"
)

// Checkout is a gift that is paid through Stripe; only its donor sees it.
type Checkout struct {
	ID        id.ID                    `json:"id"`
	CallID    id.ID                    `json:"call_id"`
	Monthly   bool                     `json:"monthly"`
	Currency  string                   `json:"currency" example:"EUR"`
	Amount    int64                    `json:"amount" about:"In the smallest unit, once or each month." example:"2000"`
	Shown     fundraiser.Shown         `json:"shown" enum:"named pen anonymous"`
	PenName   string                   `json:"pen_name" example:""`
	State     fundraiser.CheckoutState `json:"state" enum:"new open paid expired active failing ended" about:"What is monthly becomes active." example:"open"`
	PayURL    string                   `json:"pay_url" about:"Stripe's page, while it can be paid there." example:"https://checkout.stripe.com/c/pay/cs_1"`
	CreatedAt Time                     `json:"created_at"`
}

// CheckoutDraft is what a donor chooses before they pay.
type CheckoutDraft struct {
	Amount     *int64           `json:"amount" about:"In the currency's smallest unit." example:"2000"`
	Currency   string           `json:"currency,omitempty" about:"ISO 4217; the call's unless said." example:"EUR"`
	Monthly    bool             `json:"monthly,omitempty"`
	Shown      fundraiser.Shown `json:"shown,omitempty" enum:"named pen anonymous" about:"Under which name everybody here sees it; named unless said." example:"named"`
	PenName    string           `json:"pen_name,omitempty" max:"60" about:"Where shown is pen." example:"Owl of the lake"`
	Story      string           `json:"story,omitempty" max:"5000" example:"For the next pot."`
	InspiredBy *Source          `json:"inspired_by,omitempty"`
}

func checkoutRoutes() []route {
	return []route{
		{method: "POST", path: "/calls/{id}/checkouts", group: groupGifts, summary: "Begin to pay a gift", scope: "write:statuses", creates: true,
			about: "Where this server takes payments for the beneficiary. The donor goes on at pay_url; the gift is an act once Stripe says that it was paid.", do: takes((*Door).beginCheckout)},
		{method: "GET", path: "/checkouts", group: groupGifts, summary: "Your own payments", scope: "read:statuses", query: paging(), do: gives((*Door).listCheckouts)},
		{method: "POST", path: "/checkouts/{checkout}/end", group: groupGifts, summary: "End your monthly gift", scope: "write:statuses", do: gives((*Door).endCheckout)},
	}
}

func checkoutFrom(c fundraiser.Checkout) *Checkout {
	return &Checkout{ID: c.ID, CallID: c.CallID, Monthly: c.Monthly, Currency: c.Unit, Amount: c.Amount, Shown: c.Shown, PenName: c.PenName, State: c.State, PayURL: c.PayURL, CreatedAt: Time(c.CreatedAt)}
}

func (d *Door) beginCheckout(q *request, in CheckoutDraft) (*Checkout, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	is, err := d.Fundraisers.Checkout(q.Context(), q.viewer, c.ID, fundraiser.PaidGift{Amount: in.Amount, Unit: in.Currency, Monthly: in.Monthly, Shown: in.Shown,
		PenName: in.PenName, Story: in.Story, InspiredBy: in.InspiredBy.source(), Language: lang.Match(q.Header.Get("Accept-Language"), "").Tag(), Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/checkouts")
	return checkoutFrom(is), nil
}

func (d *Door) listCheckouts(q *request) ([]*Checkout, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Fundraisers.Checkouts(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(c fundraiser.Checkout) id.ID { return c.ID })
	return each(list, checkoutFrom), nil
}

func (d *Door) endCheckout(q *request) (*Checkout, error) {
	i, err := q.id("checkout", "payment")
	if err != nil {
		return nil, err
	}
	if err := d.Fundraisers.EndMonthly(q.Context(), q.viewer, i); err != nil {
		return nil, err
	}
	c, err := d.Fundraisers.CheckoutOf(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return checkoutFrom(c), nil
}
