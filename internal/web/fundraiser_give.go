package web

import (
	"net/url"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// giveView is the page on which one gives, or tells of having given.
type giveView struct {
	Call look.Link
	Page *leaving
	Pay  *formView // nil where payments are not taken
	Told formView
}

func (x *visit) givePage() error {
	f, err := x.givenFund()
	if err != nil {
		return err
	}
	q := x.r.URL.Query()
	values := url.Values{"unit": {f.Unit}, "shown": {string(fundraiser.Named)}, "visibility": {string(f.Visibility)}, "inspired_by": {q.Get("via")}}
	if err := x.shown(q.Get("of"), values); err != nil {
		return err
	}
	return x.showGive(f, values, nil, nil)
}

// givenFund is the fundraiser of the path for who has signed in, while it is open.
func (x *visit) givenFund() (fund, error) {
	if err := x.signedIn(); err != nil {
		return fund{}, err
	}
	f, err := x.fund()
	if err == nil {
		err = f.Takes()
	}
	return f, err
}

// showGive shows the forms, with what is wrong with one of them: with that for a
// payment where pay says so.
func (x *visit) showGive(f fund, values url.Values, wrong, pay []look.Wrong) error {
	address, err := x.Fundraisers.GivePage(x.r.Context(), f.ID)
	if err != nil {
		return err
	}
	sources, err := x.sourceChoices(values.Get("inspired_by"))
	if err != nil {
		return err
	}
	fields := x.filled(values, wrong)
	receipt, err := x.filesField(fields, x.p.T("What shows it"), x.Media.Converter != nil)
	if err != nil {
		return err
	}
	v := giveView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}, Page: leavingTo(address)}
	v.Told = formView{Action: callPath(f.ID) + "/give", Files: true, Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("I gave this"),
		Beside: &look.Link{Text: x.p.T("Not now"), URL: callPath(f.ID)}}
	v.Told.Fields = components(
		fields.line(look.Field{Name: "quantity", Label: x.p.T("How much did you give?"), Inputmode: "decimal", Required: true, Hint: x.p.T("Like 20 or 12.50.")}),
		fields.line(look.Field{Name: "unit", Label: x.p.T("Currency"), Required: true, MaxLength: 3, Hint: x.p.T("Its three letters, like EUR. Currencies are never added up.")}),
		fields.radios(look.Field{Name: "shown", Label: x.p.T("Under which name?")}, []look.Choice{
			{Value: string(fundraiser.Named), Label: x.p.T("Mine")},
			{Value: string(fundraiser.PenName), Label: x.p.T("A pen name"), Hint: x.p.T("The one you write below.")},
			{Value: string(fundraiser.Anonymous), Label: x.p.T("None"), Hint: x.p.T("Nobody is told who gave, the organisers and the charity included.")},
		}),
		fields.line(look.Field{Name: "pen_name", Label: x.p.T("Pen name"), Optional: true, MaxLength: fundraiser.PenNameMost}),
		fields.area(look.Field{Name: "story", Label: x.p.T("A word with it"), Optional: true, Rows: 3, MaxLength: act.StoryMost}),
		said(x.p.T("A picture of the receipt helps the charity to find your gift and to confirm it. Organisers and the charity see it, nobody else; cover your name on it if you give under another.")),
		receipt,
		fields.moved(sources),
		fields.line(look.Field{Name: "done_at", Label: x.p.T("When?"), Type: "date", Optional: true, Hint: x.p.T("Leave it empty for just now.")}),
		fields.choose(look.Field{Name: "visibility", Label: x.p.T("Who may see the gift?")}, x.whoSees(doing{call: f.Call})),
	)
	if v.Pay, err = x.payForm(f, values, pay); err != nil {
		return err
	}
	page := x.page(x.p.T("Give to “%s”", f.Title))
	page.NoIndex = true
	return x.render(page, givePage(x.p, page.Title, v))
}

func (x *visit) give() error {
	f, err := x.givenFund()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	g, err := x.giftOf(f, form)
	var a *act.Act
	if err == nil {
		a, err = x.Fundraisers.Give(x.r.Context(), x.v, f.ID, g)
	}
	if err != nil {
		wrong, err := x.wrong(err, "media_ids", "files", "file", "files", "kept", "files", "call_id", "", "movement_id", "", "Idempotency-Key", "")
		if err != nil {
			return err
		}
		return x.showGive(f, form, wrong, nil)
	}
	return x.redirect(callPath(f.ID) + "/thanks/" + a.ID.String())
}

func (x *visit) giftOf(f fund, form url.Values) (g fundraiser.Gift, err error) {
	g = fundraiser.Gift{Unit: form.Get("unit"), Shown: fundraiser.Shown(form.Get("shown")), PenName: form.Get("pen_name"), Story: form.Get("story"),
		Visibility: act.Visibility(form.Get("visibility")), Key: form.Get("key")}
	if g.Unit == "" {
		g.Unit = f.Unit
	}
	if !call.IsCurrency(g.Unit) {
		return g, problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", g.Unit)
	}
	files, _, err := x.takeEvidence(form)
	if err != nil {
		return g, err
	}
	g.Receipt = idsOf(files)
	if g.Amount, err = readOptional("quantity", form.Get("quantity"), g.Unit); err != nil {
		return g, err
	}
	if g.DoneAt, err = readTime("done_at", form.Get("done_at"), f.Location()); err != nil {
		return g, err
	}
	g.InspiredBy, err = formSource(form)
	return g, err
}

// matchPage asks for a promise to match what others give.
func (x *visit) matchPage() error {
	f, err := x.givenFund()
	if err != nil {
		return err
	}
	return x.showMatch(f, url.Values{"unit": {f.Unit}}, nil)
}

func (x *visit) showMatch(f fund, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Match what others give"))
	fields := x.filled(values, wrong)
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: callPath(f.ID) + "/match", Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("I promise it"),
		Intro: []string{x.p.T("You promise to give what others give, up to an amount and a day. It is shown once the organisers or the charity accept it: what you promised, what it comes to, and what of it was paid.")},
		Fields: components(
			fields.line(look.Field{Name: "most", Label: x.p.T("Up to how much?"), Inputmode: "decimal", Required: true, Hint: amountHint(x.p.T, call.Fundraiser)}),
			fields.line(look.Field{Name: "unit", Label: x.p.T("Currency"), Required: true, MaxLength: 3}),
			fields.line(look.Field{Name: "until", Label: x.p.T("Until which day?"), Type: "date", Required: true}),
		), Beside: &look.Link{Text: x.p.T("Not now"), URL: callPath(f.ID)}}))
}

func (x *visit) match() error {
	f, err := x.givenFund()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	p := fundraiser.Promise{Unit: form.Get("unit"), Key: form.Get("key")}
	if p.Unit == "" {
		p.Unit = f.Unit
	}
	most, err := readOptional("most", form.Get("most"), p.Unit)
	if err == nil && most != nil {
		p.Most = *most
	}
	if err == nil {
		p.Until, err = readTime("until", form.Get("until"), f.Location())
	}
	if err == nil && !p.Until.IsZero() {
		p.Until = p.Until.AddDate(0, 0, 1) // that day included
	}
	if err == nil {
		_, err = x.Fundraisers.Promise(x.r.Context(), x.v, f.ID, p)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showMatch(f, form, wrong)
	}
	x.flash(x.p.T("Thank you. It is shown once it is accepted."))
	return x.redirect(callPath(f.ID))
}

func (x *visit) acceptMatch() error { return x.answerMatch(true, x.p.T("The promise stands.")) }
func (x *visit) refuseMatch() error { return x.answerMatch(false, x.p.T("The promise is refused.")) }

func (x *visit) answerMatch(accept bool, done string) error {
	return x.onMatch(done, func(f fund, matching id.ID) error {
		return x.Fundraisers.AnswerPromise(x.r.Context(), x.v, f.ID, matching, accept)
	})
}

func (x *visit) withdrawMatch() error {
	return x.onMatch(x.p.T("The promise is taken back."), func(f fund, matching id.ID) error {
		return x.Fundraisers.WithdrawPromise(x.r.Context(), x.v, f.ID, matching)
	})
}

func (x *visit) matchPaid() error {
	return x.onMatch(x.p.T("Saved."), func(f fund, matching id.ID) error {
		m, err := x.Fundraisers.MatchingOf(x.r.Context(), x.v, f.ID, matching)
		if err != nil {
			return err
		}
		paid, err := readAmount("paid", x.sent.Get("paid"), m.Unit)
		if err != nil {
			return err
		}
		return x.Fundraisers.SetPaid(x.r.Context(), x.v, f.ID, matching, paid)
	})
}

// onMatch runs f for the promise of the path.
func (x *visit) onMatch(done string, f func(fund, id.ID) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	of, err := x.fund()
	if err != nil {
		return err
	}
	matching, err := x.id("matching", "promise")
	if err != nil {
		return err
	}
	if err := f(of, matching); err != nil {
		return x.told(err, callPath(of.ID))
	}
	x.flash(done)
	return x.back(callPath(of.ID))
}
