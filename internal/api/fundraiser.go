package api

import (
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Fund is what a fundraiser has beside what all calls have.
type Fund struct {
	GiveURL   string     `json:"give_url" about:"The charity's own page for gifts, on another site; empty for none." example:"https://charity.example/give"`
	Matchings []Matching `json:"matchings" about:"Promises to add what others give. They are in no total."`
	Flows     []Flow     `json:"flows" about:"Where the money went, by currency; the call's own first."`
}

// Matching is a promise to add what others give.
type Matching struct {
	ID       id.ID                    `json:"id"`
	By       *Account                 `json:"by" about:"null for somebody who left."`
	Currency string                   `json:"currency" example:"EUR"`
	Most     int64                    `json:"most" about:"In the smallest unit, as are the next two." example:"100000"`
	Due      int64                    `json:"due" about:"What it comes to, by the gifts that were confirmed since it stands." example:"64000"`
	Paid     int64                    `json:"paid" about:"What the beneficiary received of it, as it says." example:"0"`
	Until    Time                     `json:"until"`
	State    fundraiser.MatchingState `json:"state" enum:"offered stands" about:"An offered one is shown to those concerned alone."`
	Over     bool                     `json:"over" about:"Whether its day has come."`
}

// Flow is where the money of one currency went, in its smallest unit.
type Flow struct {
	Currency string    `json:"currency" example:"EUR"`
	Told     int64     `json:"told" about:"Given, as donors say, and not confirmed yet." example:"2000"`
	Gifts    int64     `json:"gifts" about:"Confirmed gifts." example:"50000"`
	Matched  int64     `json:"matched" about:"Received of promises." example:"10000"`
	Received int64     `json:"received" about:"Gifts and matched." example:"60000"`
	Spent    int64     `json:"spent" example:"45000"`
	Left     int64     `json:"left" about:"Below zero where more was spent than received here." example:"15000"`
	Purposes []Purpose `json:"purposes" about:"What it was spent on, the most first."`
}

// Purpose is what was spent on one thing.
type Purpose struct {
	Name   string `json:"name" example:"Pots"`
	Amount int64  `json:"amount" example:"45000"`
}

// GiftDraft is what a donor tells of.
type GiftDraft struct {
	Amount     *int64           `json:"amount" about:"In the currency's smallest unit." example:"2000"`
	Currency   string           `json:"currency,omitempty" about:"ISO 4217; the call's unless said." example:"EUR"`
	Shown      fundraiser.Shown `json:"shown,omitempty" enum:"named pen anonymous" about:"Under which name everybody sees it, the organisers and the beneficiary included; named unless said." example:"pen"`
	PenName    string           `json:"pen_name,omitempty" max:"60" about:"Where shown is pen." example:"Owl of the lake"`
	Story      string           `json:"story,omitempty" max:"5000" example:"For the next pot."`
	DoneAt     *Time            `json:"done_at,omitempty" about:"Now unless said; never in the future."`
	Visibility act.Visibility   `json:"visibility,omitempty" enum:"public movement organisers me" about:"What is usual for the call unless said." example:"public"`
	ReceiptIDs []Ref            `json:"receipt_ids,omitempty" about:"At most 4 pictures of yours, uploaded through Mastodon's /api/v2/media, for organisers and the beneficiary alone."`
	InspiredBy *Source          `json:"inspired_by,omitempty"`
}

// GivePage names a charity's own page.
type GivePage struct {
	GiveURL string `json:"give_url" max:"500" about:"https; empty takes it away." example:"https://charity.example/give"`
}

// GiftDoubt says why a gift is not found.
type GiftDoubt struct {
	Reason string `json:"reason,omitempty" max:"300" about:"Organisers, the beneficiary and the donor read it." example:"It is not on our account."`
}

// MatchingDraft is what somebody promises.
type MatchingDraft struct {
	Most     int64  `json:"most" about:"In the smallest unit." example:"100000"`
	Currency string `json:"currency,omitempty" about:"ISO 4217; the call's unless said." example:"EUR"`
	Until    Time   `json:"until" about:"In the future."`
}

// MatchingPaid is what was received of a promise.
type MatchingPaid struct {
	Paid int64 `json:"paid" about:"In all, in the smallest unit." example:"64000"`
}

// Spending is an entry in the books.
type Spending struct {
	ID        id.ID     `json:"id"`
	Purpose   string    `json:"purpose" example:"Pots"`
	Currency  string    `json:"currency" example:"EUR"`
	Amount    int64     `json:"amount" about:"In the smallest unit; 0 where a correction takes an entry away." example:"45000"`
	SpentAt   Time      `json:"spent_at"`
	Note      string    `json:"note" example:"Two of forty litres."`
	Corrects  *id.ID    `json:"corrects" about:"The entry in whose place it stands." example:"117104873472131072"`
	Corrected bool      `json:"corrected" about:"Another entry stands in its place: this one is history, in no sum."`
	At        Time      `json:"at" about:"When it was put on record."`
	Pictures  []Picture `json:"pictures" about:"Receipts, and what came of it."`
}

// SpendingDraft is what the beneficiary reports.
type SpendingDraft struct {
	Purpose    string `json:"purpose" max:"80" about:"The same words are added up." example:"Pots"`
	Amount     int64  `json:"amount" about:"In the smallest unit; 0 only in a correction." example:"45000"`
	Currency   string `json:"currency,omitempty" about:"ISO 4217; the call's unless said." example:"EUR"`
	SpentAt    Time   `json:"spent_at" about:"Not in the future."`
	Note       string `json:"note,omitempty" max:"2000" example:"Two of forty litres."`
	PictureIDs []Ref  `json:"picture_ids,omitempty" about:"At most 4 pictures of yours; everybody sees them."`
	Corrects   *Ref   `json:"corrects,omitempty" about:"The entry in whose place it is to stand."`
}

func fundraiserRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/fund", group: groupGifts, summary: "A fundraiser's page for gifts, promises and flow of money", scope: "read:statuses", open: true, do: gives((*Door).getFund)},
		{method: "PUT", path: "/calls/{id}/give_page", group: groupGifts, summary: "Name the charity's own page for gifts", scope: "write:statuses",
			about: "For organisers and the beneficiary.", do: takes((*Door).setGivePage)},
		{method: "POST", path: "/calls/{id}/gifts", group: groupGifts, summary: "Tell of a gift", scope: "write:statuses", creates: true,
			about: "Under a pen name or none, nobody but the donor can find out whose it is; the act has no doer then.", do: takes((*Door).giveGift)},
		{method: "GET", path: "/gifts", group: groupGifts, summary: "Your own gifts, under whatever name", scope: "read:statuses", query: paging(), do: gives((*Door).myGifts)},
		{method: "POST", path: "/calls/{id}/gifts/{act}/doubt", group: groupGifts, summary: "Say that a told gift is not found", scope: "write:statuses",
			about: "For the beneficiary. It counts for nothing until it is confirmed.", do: hears((*Door).doubtGift)},
		{method: "POST", path: "/calls/{id}/matchings", group: groupGifts, summary: "Promise to match gifts", scope: "write:statuses", creates: true,
			about: "Shown to everyone once the organisers or the beneficiary accept.", do: takes((*Door).promise)},
		{method: "POST", path: "/calls/{id}/matchings/{matching}/accept", group: groupGifts, summary: "Accept a promise", scope: "write:statuses",
			about: "For organisers and the beneficiary, but not for who made it.", do: gives((*Door).acceptPromise)},
		{method: "POST", path: "/calls/{id}/matchings/{matching}/refuse", group: groupGifts, summary: "Refuse a promise", scope: "write:statuses", do: gives((*Door).refusePromise)},
		{method: "DELETE", path: "/calls/{id}/matchings/{matching}", group: groupGifts, summary: "Take your promise back", scope: "write:statuses",
			about: "While nothing of it was paid.", do: does((*Door).withdrawPromise)},
		{method: "PUT", path: "/calls/{id}/matchings/{matching}/paid", group: groupGifts, summary: "Say what of a promise was received", scope: "write:statuses",
			about: "For the beneficiary.", do: takes((*Door).promisePaid)},
		{method: "GET", path: "/calls/{id}/spending", group: groupGifts, summary: "What was spent, the latest day first, with what was corrected", scope: "read:statuses", open: true, do: gives((*Door).listSpending)},
		{method: "POST", path: "/calls/{id}/spending", group: groupGifts, summary: "Report what was spent", scope: "write:statuses", creates: true,
			about: "For the beneficiary. Entries are never changed: a correction is one more, in an earlier one's place.", do: takes((*Door).reportSpending)},
	}
}

// fundraiser is the call of the path, which raises money.
func (d *Door) fundraiser(q *request) (*call.Call, error) {
	c, err := d.call(q)
	if err == nil && c.Kind != call.Fundraiser {
		err = problem.NotFound("fundraiser")
	}
	return c, err
}

func (d *Door) getFund(q *request) (*Fund, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	out := &Fund{}
	if out.GiveURL, err = d.Fundraisers.GivePage(q.Context(), c.ID); err != nil {
		return nil, err
	}
	list, err := d.Fundraisers.Matchings(q.Context(), q.viewer, c)
	if err != nil {
		return nil, err
	}
	by, err := d.shown(q.Context(), each(list, func(m fundraiser.Matching) id.ID { return m.AccountID }))
	if err != nil {
		return nil, err
	}
	out.Matchings = each(list, func(m fundraiser.Matching) Matching {
		return Matching{ID: m.ID, By: by[m.AccountID], Currency: m.Unit, Most: m.Most, Due: m.Due, Paid: m.Paid, Until: Time(m.Until), State: m.State, Over: m.Over}
	})
	flows, err := d.Fundraisers.Flows(q.Context(), c)
	if err != nil {
		return nil, err
	}
	out.Flows = each(flows, func(f fundraiser.Flow) Flow {
		return Flow{Currency: f.Unit, Told: f.Told, Gifts: f.Gifts, Matched: f.Matched, Received: f.Received(), Spent: f.Spent, Left: f.Left(),
			Purposes: each(f.Purposes, func(p fundraiser.Purpose) Purpose { return Purpose(p) })}
	})
	return out, nil
}

func (d *Door) setGivePage(q *request, in GivePage) (*Fund, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	if err := d.Fundraisers.SetGivePage(q.Context(), q.viewer, c.ID, in.GiveURL); err != nil {
		return nil, err
	}
	return d.getFund(q)
}

func (d *Door) giveGift(q *request, in GiftDraft) (*Act, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	a, err := d.Fundraisers.Give(q.Context(), q.viewer, c.ID, fundraiser.Gift{Amount: in.Amount, Unit: in.Currency, Shown: in.Shown, PenName: in.PenName, Story: in.Story,
		DoneAt: moment(in.DoneAt), Visibility: in.Visibility, Receipt: ids(in.ReceiptIDs), InspiredBy: in.InspiredBy.source(), Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/acts/"+a.ID.String())
	return d.oneAct(q, a)
}

func (d *Door) myGifts(q *request) ([]*Act, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Fundraisers.Mine(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(a *act.Act) id.ID { return a.ID })
	return d.acts(q, list)
}

func (d *Door) doubtGift(q *request, in GiftDoubt) error {
	i, err := q.id("act", "act")
	if err != nil {
		return err
	}
	return d.Fundraisers.Doubt(q.Context(), q.viewer, i, in.Reason)
}

func (d *Door) promise(q *request, in MatchingDraft) (*Fund, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	_, err = d.Fundraisers.Promise(q.Context(), q.viewer, c.ID, fundraiser.Promise{Unit: in.Currency, Most: in.Most, Until: time.Time(in.Until), Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/calls/"+c.ID.String()+"/fund")
	return d.getFund(q)
}

// ofPromise are the call and the promise of the path.
func (d *Door) ofPromise(q *request) (*call.Call, id.ID, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, 0, err
	}
	i, err := q.id("matching", "promise")
	return c, i, err
}

func (d *Door) acceptPromise(q *request) (*Fund, error) { return d.answerPromise(q, true) }
func (d *Door) refusePromise(q *request) (*Fund, error) { return d.answerPromise(q, false) }

func (d *Door) answerPromise(q *request, accept bool) (*Fund, error) {
	c, i, err := d.ofPromise(q)
	if err != nil {
		return nil, err
	}
	if err := d.Fundraisers.AnswerPromise(q.Context(), q.viewer, c.ID, i, accept); err != nil {
		return nil, err
	}
	return d.getFund(q)
}

func (d *Door) withdrawPromise(q *request) error {
	c, i, err := d.ofPromise(q)
	if err != nil {
		return err
	}
	return d.Fundraisers.WithdrawPromise(q.Context(), q.viewer, c.ID, i)
}

func (d *Door) promisePaid(q *request, in MatchingPaid) (*Fund, error) {
	c, i, err := d.ofPromise(q)
	if err != nil {
		return nil, err
	}
	if err := d.Fundraisers.SetPaid(q.Context(), q.viewer, c.ID, i, in.Paid); err != nil {
		return nil, err
	}
	return d.getFund(q)
}

func (d *Door) listSpending(q *request) ([]Spending, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Fundraisers.Spending(q.Context(), q.viewer, c.ID, true)
	if err != nil {
		return nil, err
	}
	return each(list, func(e fundraiser.Spending) Spending {
		return Spending{ID: e.ID, Purpose: e.Purpose, Currency: e.Unit, Amount: e.Amount, SpentAt: Time(e.SpentAt), Note: e.Note,
			Corrects: some(e.Corrects), Corrected: e.Corrected, At: Time(e.At), Pictures: d.pictures(e.Pictures)}
	}), nil
}

func (d *Door) reportSpending(q *request, in SpendingDraft) ([]Spending, error) {
	c, err := d.fundraiser(q)
	if err != nil {
		return nil, err
	}
	draft := fundraiser.SpendingDraft{Purpose: in.Purpose, Unit: in.Currency, Amount: in.Amount, SpentAt: time.Time(in.SpentAt), Note: in.Note, Pictures: ids(in.PictureIDs), Key: q.key()}
	if in.Corrects != nil {
		draft.Corrects = id.ID(*in.Corrects)
	}
	if _, err := d.Fundraisers.Report(q.Context(), q.viewer, c.ID, draft); err != nil {
		return nil, err
	}
	d.located(q, "/calls/"+c.ID.String()+"/spending")
	return d.listSpending(q)
}
