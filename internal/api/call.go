package api

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Call is a call to action with its progress.
type Call struct {
	CallRef
	Movement *MovementRef `json:"movement"`
	Body     string       `json:"body" about:"Markdown." example:"Come at ten, bring an apron."`
	CountsAs string       `json:"counts_as_done" about:"What counts as done, of a challenge; empty when not said." example:""`
	Unit
	Goal        *int64          `json:"goal" about:"In the smallest unit; null for none." example:"6000"`
	Stretch     *int64          `json:"stretch" about:"A second goal above it, to be shown once the first is reached; null for none." example:"9000"`
	CountsFrom  call.Proof      `json:"counts_from" enum:"told witnessed confirmed" about:"The weakest proof that counts toward the goal." example:"told"`
	Progress    Progress        `json:"progress"`
	Place       string          `json:"place" example:"The market hall"`
	Online      bool            `json:"online"`
	Minutes     *int64          `json:"minutes" about:"What it asks of a person; null when not said." example:"180"`
	StartsAt    *Time           `json:"starts_at"`
	EndsAt      *Time           `json:"ends_at"`
	OpensAt     *Time           `json:"opens_at" about:"A draft opens by itself then."`
	ClosesAt    *Time           `json:"closes_at" about:"It closes by itself then."`
	Zone        string          `json:"zone" about:"The IANA name of the place's time zone; empty for UTC." example:"Europe/Vienna"`
	State       call.State      `json:"state" enum:"draft open closed cancelled" example:"open"`
	Archived    bool            `json:"archived" about:"Whether it has left the lists; its page, acts and totals stay."`
	Reason      string          `json:"reason" about:"Why it was cancelled." example:""`
	Visibility  call.Visibility `json:"visibility" enum:"public movement organisers me" about:"Usual for its acts."`
	Nominees    int             `json:"nominees" about:"How many people a doer may nominate." example:"3"`
	AnswerHours int             `json:"answer_hours" about:"From a nomination to its deadline." example:"24"`
	WindowDays  int             `json:"window_days" about:"How long an act's children are counted for, in reproduction." example:"14"`
	OnceEach    bool            `json:"once_each" about:"Whether a person does it once: petitions and challenges."`
	Beneficiary *Account        `json:"beneficiary" about:"The partner whom it is for, who may confirm its acts; null for none."`
	CreatedAt   Time            `json:"created_at"`
	ChangedAt   Time            `json:"changed_at"`
}

// Progress is how far a call has come.
type Progress struct {
	Done    int64   `json:"done" about:"Of acts that count toward the goal, in the smallest unit." example:"1530"`
	Percent int     `json:"percent" about:"Of the goal, up to 100; 0 without a goal." example:"25"`
	Reached bool    `json:"reached"`
	Acts    int64   `json:"acts" example:"17"`
	People  int64   `json:"people" example:"15"`
	Totals  []Total `json:"totals" about:"By unit and proof."`
}

// CallDraft is what organisers write.
type CallDraft struct {
	Kind        call.Kind       `json:"kind" enum:"petition fundraiser volunteering event challenge deed" about:"Settled by the first act, as the unit is." example:"fundraiser"`
	Title       string          `json:"title" max:"120" example:"A bigger pot"`
	Body        string          `json:"body,omitempty" max:"20000" about:"Markdown." example:"Ours holds ten litres."`
	CountsAs    string          `json:"counts_as_done,omitempty" max:"500" about:"What counts as done; of a challenge alone." example:""`
	Currency    string          `json:"currency,omitempty" about:"Of a fundraiser, which needs it: ISO 4217. The other kinds have a unit of their own." example:"EUR"`
	Unit        string          `json:"unit,omitempty" about:"Another way to say the currency, or the kind's own unit." example:""`
	Goal        *int64          `json:"goal,omitempty" about:"In the smallest unit: cents, minutes, pieces." example:"50000"`
	Stretch     *int64          `json:"stretch,omitempty" about:"A second goal, above the first." example:"80000"`
	CountsFrom  string          `json:"counts_from,omitempty" enum:"told witnessed confirmed" about:"The weakest proof that counts toward the goal. Unless said it is told, and confirmed for a fundraiser." example:"told"`
	Place       string          `json:"place,omitempty" max:"200" example:"The market hall"`
	Online      bool            `json:"online,omitempty"`
	Minutes     *int64          `json:"minutes,omitempty" about:"What it asks of a person." example:"5"`
	StartsAt    *Time           `json:"starts_at,omitempty" about:"Of an event or of volunteering: when it opens, its first date is made of this, unless it has one or this is longer than 14 days."`
	EndsAt      *Time           `json:"ends_at,omitempty" about:"After starts_at."`
	OpensAt     *Time           `json:"opens_at,omitempty" about:"It is a draft until then, and opens by itself; in the future."`
	ClosesAt    *Time           `json:"closes_at,omitempty" about:"It closes by itself then; in the future."`
	Zone        string          `json:"zone,omitempty" about:"The IANA name of the place's time zone." example:"Europe/Vienna"`
	Visibility  call.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"Usual for its acts; public unless said." example:"public"`
	Nominees    *int            `json:"nominees,omitempty" about:"How many people a doer may nominate, at most 10; 3 for a challenge and none for others unless said." example:"0"`
	AnswerHours *int            `json:"answer_hours,omitempty" about:"From a nomination to its deadline, 1 to 720; 24 unless said." example:"24"`
	WindowDays  *int            `json:"window_days,omitempty" about:"How long an act's children are counted for, 1 to 365; 14 unless said." example:"14"`
	Beneficiary *string         `json:"beneficiary,omitempty" about:"The handle or id of the partner whom it is for." example:"kitchen"`
	Draft       bool            `json:"draft,omitempty" about:"Whether it is to be seen by organisers alone until it is published. Only when it is made."`
}

// Cancellation says why.
type Cancellation struct {
	Reason string `json:"reason" max:"500" about:"Those who took part are told." example:"The hall is closed."`
}

func callRoutes() []route {
	return []route{
		{method: "GET", path: "/movements/{slug}/calls", group: groupCalls, summary: "A movement's calls, newest first", scope: "read:statuses", open: true,
			about: "Drafts are shown to organisers alone; archived ones are listed apart.",
			query: paging(param{name: "state", about: "Only those in this state.", choices: []string{"draft", "open", "closed", "cancelled", "archived"}, example: "open"}),
			do:    gives((*Door).listCalls)},
		{method: "POST", path: "/movements/{slug}/calls", group: groupCalls, summary: "Call people to act", scope: "write:statuses", creates: true,
			about: "For organisers.", do: takes((*Door).createCall)},
		{method: "GET", path: "/calls/{id}", group: groupCalls, summary: "One call", scope: "read:statuses", open: true, do: gives((*Door).getCall)},
		{method: "PATCH", path: "/calls/{id}", group: groupCalls, summary: "Change a call", scope: "write:statuses",
			about: "For organisers, as is all below. What is left out stays as it is; null takes away.", do: changes((*Door).callDraft, (*Door).editCall)},
		{method: "DELETE", path: "/calls/{id}", group: groupCalls, summary: "Throw a draft away", scope: "write:statuses",
			about: "What was published is closed or cancelled instead.", do: does((*Door).discardCall)},
		{method: "POST", path: "/calls/{id}/publish", group: groupCalls, summary: "Open a draft to everyone", scope: "write:statuses", do: gives((*Door).publishCall)},
		{method: "POST", path: "/calls/{id}/close", group: groupCalls, summary: "Close a call; its acts stay", scope: "write:statuses", do: gives((*Door).closeCall)},
		{method: "POST", path: "/calls/{id}/reopen", group: groupCalls, summary: "Open a closed call again", scope: "write:statuses", do: gives((*Door).reopenCall)},
		{method: "POST", path: "/calls/{id}/cancel", group: groupCalls, summary: "Cancel a call for good", scope: "write:statuses", do: takes((*Door).cancelCall)},
	}
}

func (d *Door) listCalls(q *request) ([]*Call, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	state, err := q.choice("state")
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	var list []*call.Call
	if state == "archived" {
		list, err = d.Calls.Archived(q.Context(), q.viewer, m.ID, p)
	} else {
		list, err = d.Calls.Of(q.Context(), q.viewer, m.ID, call.State(state), p)
	}
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(c *call.Call) id.ID { return c.ID })
	return d.calls(q, list)
}

func (d *Door) createCall(q *request, in CallDraft) (*Call, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	draft, err := d.callFrom(q, in)
	if err != nil {
		return nil, err
	}
	draft.Unpublished, draft.Key = in.Draft, q.key()
	c, err := d.Calls.Create(q.Context(), q.viewer, m.ID, draft)
	if err != nil {
		return nil, err
	}
	d.located(q, "/calls/"+c.ID.String())
	return d.oneCall(q, c)
}

func (d *Door) getCall(q *request) (*Call, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	return d.oneCall(q, c)
}

// callDraft is the call as it would be written; nothing in it points into the
// call, which others share.
func (d *Door) callDraft(q *request) (CallDraft, error) {
	c, err := d.call(q)
	if err != nil {
		return CallDraft{}, err
	}
	nominees, hours, days := c.Nominees, int(c.Answer/time.Hour), int(c.Window/(24*time.Hour))
	in := CallDraft{Kind: c.Kind, Title: c.Title, Body: c.Body, CountsAs: c.CountsAs, Currency: unit(c.Unit).Currency, Unit: unit(c.Unit).Unit, Goal: number(c.Goal), Stretch: number(c.Stretch), CountsFrom: c.CountsFrom.String(),
		Place: c.Place, Online: c.Online, Minutes: number(c.Minutes), StartsAt: when(c.StartsAt), EndsAt: when(c.EndsAt), OpensAt: when(c.OpensAt), ClosesAt: when(c.ClosesAt),
		Zone: c.Zone, Visibility: c.Visibility, Nominees: &nominees, AnswerHours: &hours, WindowDays: &days}
	if c.Beneficiary != 0 {
		who := c.Beneficiary.String()
		in.Beneficiary = &who
	}
	return in, nil
}

func (d *Door) editCall(q *request, in CallDraft) (*Call, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	draft, err := d.callFrom(q, in)
	if err != nil {
		return nil, err
	}
	if c, err = d.Calls.Edit(q.Context(), q.viewer, c.ID, draft); err != nil {
		return nil, err
	}
	return d.oneCall(q, c)
}

func (d *Door) discardCall(q *request) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	return d.Calls.Discard(q.Context(), q.viewer, c.ID)
}

func (d *Door) publishCall(q *request) (*Call, error) { return d.changedCall(q, d.Calls.Publish) }

func (d *Door) closeCall(q *request) (*Call, error) { return d.changedCall(q, d.Calls.Close) }

func (d *Door) reopenCall(q *request) (*Call, error) { return d.changedCall(q, d.Calls.Reopen) }

func (d *Door) cancelCall(q *request, in Cancellation) (*Call, error) {
	return d.changedCall(q, func(ctx context.Context, v account.Viewer, callID id.ID) error {
		return d.Calls.Cancel(ctx, v, callID, in.Reason)
	})
}

// call is the one that the path names.
func (d *Door) call(q *request) (*call.Call, error) {
	i, err := q.id("id", "call")
	if err != nil {
		return nil, err
	}
	return d.Calls.Get(q.Context(), q.viewer, i)
}

func (d *Door) callFrom(q *request, in CallDraft) (call.Draft, error) {
	draft := call.Draft{Kind: in.Kind, Title: in.Title, Body: in.Body, CountsAs: in.CountsAs, Unit: either(in.Currency, in.Unit), Goal: in.Goal, Stretch: in.Stretch,
		Place: in.Place, Online: in.Online, Minutes: in.Minutes, StartsAt: moment(in.StartsAt), EndsAt: moment(in.EndsAt), OpensAt: moment(in.OpensAt), ClosesAt: moment(in.ClosesAt),
		Zone: in.Zone, Visibility: in.Visibility, Nominees: in.Nominees}
	var err error
	if draft.CountsFrom, err = proof("counts_from", in.CountsFrom, draft.Kind); err != nil {
		return draft, err
	}
	if draft.Answer, err = span("answer_hours", in.AnswerHours, time.Hour, 720); err != nil {
		return draft, err
	}
	if draft.Window, err = span("window_days", in.WindowDays, 24*time.Hour, 365); err != nil {
		return draft, err
	}
	if in.Beneficiary != nil && *in.Beneficiary != "" {
		a, err := d.accountIn(q, "beneficiary", *in.Beneficiary)
		if err != nil {
			return draft, err
		}
		draft.Beneficiary = a.ID
	}
	return draft, nil
}

// proof is what counts in a call of that kind where nothing was said.
func proof(field, said string, kind call.Kind) (call.Proof, error) {
	if said == "" {
		return kind.CountsFrom(), nil
	}
	p, ok := call.ParseProof(said)
	if !ok {
		return p, problem.Invalid(field, "This is told, witnessed or confirmed.")
	}
	return p, nil
}

// span is a number of units of time, 0 when it was not said.
func span(field string, n *int, of time.Duration, most int) (time.Duration, error) {
	if n == nil {
		return 0, nil
	}
	if *n < 1 || *n > most {
		return 0, problem.Invalid(field, "This is a whole number from 1 to %d.", most)
	}
	return time.Duration(*n) * of, nil
}

func (d *Door) oneCall(q *request, c *call.Call) (*Call, error) {
	list, err := d.calls(q, []*call.Call{c})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// calls are calls as the API gives them, with what belongs to them.
func (d *Door) calls(q *request, list []*call.Call) ([]*Call, error) {
	progress, err := d.Calls.Progress(q.Context(), list)
	if err != nil {
		return nil, err
	}
	movements, err := d.Movements.Many(q.Context(), q.viewer, each(list, func(c *call.Call) id.ID { return c.MovementID }))
	if err != nil {
		return nil, err
	}
	partners, err := d.shown(q.Context(), each(list, func(c *call.Call) id.ID { return c.Beneficiary }))
	if err != nil {
		return nil, err
	}
	return each(list, func(c *call.Call) *Call {
		out := d.callWith(c, progress[c.ID], movements[c.MovementID])
		out.Beneficiary = partners[c.Beneficiary]
		return out
	}), nil
}

func (d *Door) callWith(c *call.Call, p call.Progress, m *movement.Movement) *Call {
	out := &Call{CallRef: *d.callRef(c), Body: c.Body, CountsAs: c.CountsAs, Unit: unit(c.Unit), Goal: number(c.Goal), Stretch: number(c.Stretch), CountsFrom: c.CountsFrom,
		Progress: Progress{Done: p.Done, Percent: p.Percent(), Reached: p.Reached(), Acts: p.Acts, People: p.People, Totals: totals(p.Totals)},
		Place:    c.Place, Online: c.Online, Minutes: number(c.Minutes), StartsAt: when(c.StartsAt), EndsAt: when(c.EndsAt), OpensAt: when(c.OpensAt), ClosesAt: when(c.ClosesAt),
		Zone: c.Zone, State: c.State, Archived: c.Archived, Reason: c.Reason, Visibility: c.Visibility, Nominees: c.Nominees,
		AnswerHours: int(c.Answer / time.Hour), WindowDays: int(c.Window / (24 * time.Hour)), OnceEach: c.OneOnly(),
		CreatedAt: Time(c.CreatedAt), ChangedAt: Time(c.ChangedAt)}
	if m != nil {
		out.Movement = d.movementRef(m)
	}
	return out
}
