package web

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// entryView is one thing that money was spent on.
type entryView struct {
	fundraiser.Spending
	Amount   look.Amount
	Pictures []look.Media
	Correct  string // where to correct it, for those who keep the books
	Instead  bool   // it stands in place of an earlier one
}

type booksView struct {
	Call    look.Link
	Flows   []flowView
	Entries []entryView
	History []entryView // what was corrected
	Add     *formView
}

// spendingPage shows where the money went; who keeps the books adds to them there.
func (x *visit) spendingPage() error {
	f, err := x.fund()
	if err != nil {
		return err
	}
	return x.showBooks(f, url.Values{"unit": {f.Unit}}, nil)
}

func (x *visit) showBooks(f fund, values url.Values, wrong []look.Wrong) error {
	all, err := x.Fundraisers.Spending(x.r.Context(), x.v, f.ID, true)
	if err != nil {
		return err
	}
	flows, err := x.Fundraisers.Flows(x.r.Context(), f.Call)
	if err != nil {
		return err
	}
	v := booksView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}}
	for _, flow := range flows {
		if flow.Received() > 0 || flow.Spent > 0 || flow.Told > 0 {
			v.Flows = append(v.Flows, x.flowView(flow))
		}
	}
	for _, e := range all {
		entry := entryView{Spending: e, Amount: look.Amount{N: e.Amount, Unit: e.Unit}, Instead: e.Corrects != 0}
		entry.SpentAt = e.SpentAt.In(f.Location())
		for i := range e.Pictures {
			entry.Pictures = append(entry.Pictures, pictureView(&e.Pictures[i]))
		}
		switch {
		case e.Corrected:
			v.History = append(v.History, entry)
			continue
		case f.keeps():
			entry.Correct = callPath(f.ID) + "/spending/" + e.ID.String()
		}
		v.Entries = append(v.Entries, entry)
	}
	if f.keeps() {
		add, err := x.spendingForm(f, values, wrong)
		if err != nil {
			return err
		}
		v.Add = &add
	}
	page := x.page(x.p.T("Where the money went"))
	page.Wide = true
	return x.render(page, booksPage(x.p, page.Title, v))
}

func (x *visit) spendingForm(f fund, values url.Values, wrong []look.Wrong) (formView, error) {
	hidden := keyed(values)
	if corrects := values.Get("corrects"); corrects != "" {
		hidden["corrects"] = corrects
	}
	fields := x.filled(values, wrong)
	pictures, err := x.filesField(fields, x.p.T("Pictures"), false)
	if err != nil {
		return formView{}, err
	}
	return formView{Action: callPath(f.ID) + "/spending", Files: true, Hidden: hidden, Wrong: wrong, Submit: x.p.T("Put it on record"), Fields: []templ.Component{
		fields.line(look.Field{Name: "purpose", Label: x.p.T("What was it spent on?"), Required: true, MaxLength: fundraiser.PurposeMost, Hint: x.p.T("In a word or two. The same words are added up.")}),
		fields.line(look.Field{Name: "amount", Label: x.p.T("How much?"), Inputmode: "decimal", Required: true, Hint: amountHint(x.p.T, call.Fundraiser)}),
		fields.line(look.Field{Name: "unit", Label: x.p.T("Currency"), Required: true, MaxLength: 3}),
		fields.line(look.Field{Name: "spent_at", Label: x.p.T("On which day?"), Type: "date", Required: true}),
		fields.area(look.Field{Name: "note", Label: x.p.T("What came of it"), Optional: true, Rows: 3, MaxLength: fundraiser.NoteMost}),
		said(x.p.T("Receipts and pictures are for everyone. Cover names and account numbers on them.")),
		pictures,
	}}, nil
}

func (x *visit) reportSpending() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	f, err := x.fund()
	if err != nil {
		return err
	}
	if !f.keeps() {
		return problem.Forbidden("Only the organisation that receives the gifts can do this.")
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	d, err := x.spendingOf(f, form)
	if err == nil {
		_, err = x.Fundraisers.Report(x.r.Context(), x.v, f.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err, "media_ids", "files", "file", "files", "kept", "files", "Idempotency-Key", "")
		if err != nil {
			return err
		}
		return x.showBooks(f, form, wrong)
	}
	x.flash(x.p.T("It is on record. Those who gave are told."))
	return x.redirect(callPath(f.ID) + "/spending")
}

func (x *visit) spendingOf(f fund, form url.Values) (d fundraiser.SpendingDraft, err error) {
	d = fundraiser.SpendingDraft{Purpose: form.Get("purpose"), Unit: form.Get("unit"), Note: form.Get("note"), Key: form.Get("key")}
	if d.Unit == "" {
		d.Unit = f.Unit
	}
	if corrects := form.Get("corrects"); corrects != "" {
		if d.Corrects, err = id.Parse(corrects); err != nil {
			return d, problem.NotFound("entry")
		}
	}
	amount, err := readOptional("amount", form.Get("amount"), d.Unit)
	if err != nil {
		return d, err
	}
	if amount == nil {
		return d, problem.Invalid("amount", "Say how much it was.")
	}
	d.Amount = *amount
	if d.SpentAt, err = readTime("spent_at", form.Get("spent_at"), f.Location()); err != nil {
		return d, err
	}
	files, _, err := x.takeEvidence(form)
	d.Pictures = idsOf(files)
	return d, err
}

// correctSpendingPage is the form for an entry in the place of another.
func (x *visit) correctSpendingPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	f, err := x.fund()
	if err != nil {
		return err
	}
	if !f.keeps() {
		return problem.Forbidden("Only the organisation that receives the gifts can do this.")
	}
	all, err := x.Fundraisers.Spending(x.r.Context(), x.v, f.ID, true)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e fundraiser.Spending) bool { return e.ID.String() == x.r.PathValue("entry") && !e.Corrected })
	if i < 0 {
		return problem.NotFound("entry")
	}
	e := all[i]
	form, err := x.spendingForm(f, url.Values{"corrects": {e.ID.String()}, "purpose": {e.Purpose}, "amount": {writeAmount(e.Amount, e.Unit)}, "unit": {e.Unit},
		"spent_at": {e.SpentAt.In(f.Location()).Format(time.DateOnly)}, "note": {e.Note}}, nil)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Correct an entry"))
	form.Title, form.Beside = page.Title, &look.Link{Text: x.p.T("Back"), URL: callPath(f.ID) + "/spending"}
	form.Intro = []string{x.p.T("The earlier entry stays on record, marked as corrected. With 0 as the amount it is taken away.")}
	return x.render(page, formPage(x.p, form))
}
