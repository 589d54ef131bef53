package api

import (
	"time"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Reported is a running total that the partner of a call published.
type Reported struct {
	ID id.ID `json:"id"`
	Unit
	Amount  int64  `json:"amount" about:"In the smallest unit, from the beginning up to as_of." example:"48000"`
	AtLeast bool   `json:"at_least" about:"Whether it was published as “more than”."`
	AsOf    Time   `json:"as_of"`
	Source  string `json:"source" about:"Where it was published." example:"The kitchen's newsletter of May"`
}

// ReportedDraft is what organisers or the call's beneficiary write.
type ReportedDraft struct {
	Currency string `json:"currency,omitempty" about:"ISO 4217; the call's unless said." example:"EUR"`
	Unit     string `json:"unit,omitempty" about:"What is counted, where it is not money; the call's unless said." example:""`
	Amount   int64  `json:"amount" about:"In the smallest unit, from the beginning up to as_of." example:"48000"`
	AtLeast  bool   `json:"at_least,omitempty" about:"Whether it was published as “more than”."`
	AsOf     Time   `json:"as_of" about:"Not in the future."`
	Source   string `json:"source" max:"500" about:"Where it was published." example:"The kitchen's newsletter of May"`
}

func reportedRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/reported", group: groupReported, summary: "What was reported for a call, by date", scope: "read:statuses", open: true,
			do: gives((*Door).listReported)},
		{method: "POST", path: "/calls/{id}/reported", group: groupReported, summary: "Add a reported sum", scope: "write:statuses", creates: true,
			about: "For organisers and the call's beneficiary, as is all below.", do: takes((*Door).addReported)},
		{method: "PATCH", path: "/calls/{id}/reported/{report}", group: groupReported, summary: "Change a reported sum", scope: "write:statuses",
			about: "What is left out stays as it is.", do: changes((*Door).reportedDraft, (*Door).editReported)},
		{method: "DELETE", path: "/calls/{id}/reported/{report}", group: groupReported, summary: "Take a reported sum away", scope: "write:statuses",
			do: does((*Door).removeReported)},
	}
}

func (d *Door) listReported(q *request) ([]Reported, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Calls.Reports(q.Context(), q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	return each(list, reported), nil
}

func (d *Door) addReported(q *request, in ReportedDraft) (*Reported, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	draft := in.draft()
	draft.Key = q.key()
	i, err := d.Calls.AddReport(q.Context(), q.viewer, c.ID, draft)
	if err != nil {
		return nil, err
	}
	return d.report(q, c.ID, i)
}

func (d *Door) reportedDraft(q *request) (ReportedDraft, error) {
	c, i, err := d.reportNamed(q)
	if err != nil {
		return ReportedDraft{}, err
	}
	is, err := d.report(q, c.ID, i)
	if err != nil {
		return ReportedDraft{}, err
	}
	return ReportedDraft{Currency: is.Currency, Unit: is.Unit.Unit, Amount: is.Amount, AtLeast: is.AtLeast, AsOf: is.AsOf, Source: is.Source}, nil
}

func (in ReportedDraft) draft() call.ReportDraft {
	return call.ReportDraft{Unit: either(in.Currency, in.Unit), Amount: in.Amount, AtLeast: in.AtLeast, AsOf: time.Time(in.AsOf), Source: in.Source}
}

func (d *Door) editReported(q *request, in ReportedDraft) (*Reported, error) {
	c, i, err := d.reportNamed(q)
	if err != nil {
		return nil, err
	}
	if err := d.Calls.EditReport(q.Context(), q.viewer, c.ID, i, in.draft()); err != nil {
		return nil, err
	}
	return d.report(q, c.ID, i)
}

func (d *Door) removeReported(q *request) error {
	c, i, err := d.reportNamed(q)
	if err != nil {
		return err
	}
	return d.Calls.RemoveReport(q.Context(), q.viewer, c.ID, i)
}

func (d *Door) reportNamed(q *request) (*call.Call, id.ID, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, 0, err
	}
	i, err := q.id("report", "report")
	return c, i, err
}

func (d *Door) report(q *request, callID, i id.ID) (*Reported, error) {
	list, err := d.Calls.Reports(q.Context(), q.viewer, callID)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.ID == i {
			out := reported(r)
			return &out, nil
		}
	}
	return nil, problem.NotFound("report")
}

func reported(r call.Report) Reported {
	return Reported{ID: r.ID, Unit: unit(r.Unit), Amount: r.Amount, AtLeast: r.AtLeast, AsOf: Time(r.AsOf), Source: r.Source}
}
