package web

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// reportRow is a reported sum with where it is changed.
type reportRow struct {
	look.Reported
	URL string
}

// reportedCall is the call of the path for those who may report its sums.
func (x *visit) reportedCall() (theCall, error) {
	if err := x.signedIn(); err != nil {
		return theCall{}, err
	}
	if _, err := x.form(); err != nil {
		return theCall{}, err
	}
	c, err := x.theCall()
	if err != nil {
		return c, err
	}
	if !c.organiser && !c.beneficiary {
		return c, problem.Forbidden("Only the organisers and the call's partner report sums.")
	}
	return c, nil
}

// reportedPage is where sums that were published elsewhere are kept.
func (x *visit) reportedPage() error {
	c, err := x.reportedCall()
	if err != nil {
		return err
	}
	return x.showReported(c, url.Values{"unit": {c.Unit}}, nil)
}

func (x *visit) showReported(c theCall, values url.Values, wrong []look.Wrong) error {
	list, err := x.Calls.Reports(x.r.Context(), x.v, c.ID)
	if err != nil {
		return err
	}
	shown, err := x.reports(c.Call, list)
	if err != nil {
		return err
	}
	rows := make([]reportRow, len(list))
	for i, r := range list {
		rows[i] = reportRow{shown[i], callPath(c.ID) + "/reported/" + r.ID.String()}
	}
	page := x.page(x.p.T("Reported sums"))
	return x.render(page, reportedPage(x.p, page.Title, look.Link{Text: c.Title, URL: callPath(c.ID)}, rows, formView{
		Action: callPath(c.ID) + "/reported", Hidden: keyed(values), Wrong: wrong, Fields: x.reportFields(c, x.filled(values, wrong)), Submit: x.p.T("Add it"),
	}))
}

func (x *visit) reportFields(c theCall, f filled) []templ.Component {
	return components(
		f.line(look.Field{Name: "amount", Label: x.p.T("How much in all, up to that day?"), Inputmode: "decimal", Required: true, Hint: amountHint(x.p.T, c.Kind)}),
		f.line(look.Field{Name: "unit", Label: x.p.T("Unit"), Required: true, Hint: x.p.T("A currency's three letters, or %s.", c.Unit)}),
		f.yes(look.Field{Name: "at_least", Label: x.p.T("It was more than that")}),
		f.line(look.Field{Name: "as_of", Label: x.p.T("Up to which day?"), Type: "date", Required: true}),
		f.line(look.Field{Name: "source", Label: x.p.T("Where was it published?"), Hint: x.p.T("A link, or a name and a date."), Required: true, MaxLength: call.SourceMost}),
	)
}

func reportDraft(c theCall, form url.Values) (call.ReportDraft, error) {
	d := call.ReportDraft{Unit: form.Get("unit"), AtLeast: form.Get("at_least") != "", Source: form.Get("source"), Key: form.Get("key")}
	unit := d.Unit
	if unit == "" {
		unit = c.Unit
	}
	amount, err := readOptional("amount", form.Get("amount"), unit)
	if err != nil {
		return d, err
	}
	if amount == nil {
		return d, problem.Invalid("amount", "Say how much it was.")
	}
	d.Amount = *amount
	d.AsOf, err = readTime("as_of", form.Get("as_of"), c.Location())
	return d, err
}

func (x *visit) addReport() error {
	c, err := x.reportedCall()
	if err != nil {
		return err
	}
	d, err := reportDraft(c, x.sent)
	if err == nil {
		_, err = x.Calls.AddReport(x.r.Context(), x.v, c.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showReported(c, x.sent, wrong)
	}
	x.flash(x.p.T("Added."))
	return x.redirect(callPath(c.ID) + "/reported")
}

// report is the reported sum of the path.
func (x *visit) report() (theCall, call.Report, error) {
	c, err := x.reportedCall()
	if err != nil {
		return c, call.Report{}, err
	}
	list, err := x.Calls.Reports(x.r.Context(), x.v, c.ID)
	if err != nil {
		return c, call.Report{}, err
	}
	i := slices.IndexFunc(list, func(r call.Report) bool { return r.ID.String() == x.r.PathValue("report") })
	if i < 0 {
		return c, call.Report{}, problem.NotFound("report")
	}
	return c, list[i], nil
}

func (x *visit) reportPage() error {
	c, r, err := x.report()
	if err != nil {
		return err
	}
	return x.showReport(c, r, url.Values{"amount": {writeAmount(r.Amount, r.Unit)}, "unit": {r.Unit}, "at_least": {on(r.AtLeast)},
		"as_of": {r.AsOf.In(c.Location()).Format(time.DateOnly)}, "source": {r.Source}}, nil)
}

func (x *visit) showReport(c theCall, r call.Report, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("A reported sum"))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: callPath(c.ID) + "/reported/" + r.ID.String(), Wrong: wrong,
		Fields: x.reportFields(c, x.filled(values, wrong)), Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: callPath(c.ID) + "/reported"}}))
}

func (x *visit) editReport() error {
	c, r, err := x.report()
	if err != nil {
		return err
	}
	d, err := reportDraft(c, x.sent)
	if err == nil {
		err = x.Calls.EditReport(x.r.Context(), x.v, c.ID, r.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showReport(c, r, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(callPath(c.ID) + "/reported")
}

func (x *visit) removeReport() error {
	c, r, err := x.report()
	if err != nil {
		return err
	}
	if err := x.Calls.RemoveReport(x.r.Context(), x.v, c.ID, r.ID); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(callPath(c.ID) + "/reported")
}
