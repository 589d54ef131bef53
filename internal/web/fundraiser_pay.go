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

// payForm asks for a gift that is paid at Stripe; nil where none is taken. Its fields
// have names of their own, since the page has another form.
func (x *visit) payForm(f fund, values url.Values, wrong []look.Wrong) (*formView, error) {
	takes, err := x.Fundraisers.TakesPayments(x.r.Context(), f.Call)
	if !takes || err != nil {
		return nil, err
	}
	for name, usual := range map[string]string{"pay_unit": f.Unit, "pay_often": "once", "pay_shown": string(fundraiser.Named)} {
		if values.Get(name) == "" {
			values.Set(name, usual)
		}
	}
	fields := x.filled(values, wrong)
	v := formView{Action: callPath(f.ID) + "/pay", Hidden: map[string]string{"pay_key": formKey(), "inspired_by": values.Get("inspired_by")}, Wrong: wrong, Submit: x.p.T("Go on to pay"),
		Intro: []string{x.p.T("You pay at Stripe, who see your card; this site never does.")}}
	v.Fields = components(
		fields.line(look.Field{Name: "pay_quantity", Label: x.p.T("How much do you give?"), Inputmode: "decimal", Required: true, Hint: x.p.T("Like 20 or 12.50.")}),
		fields.line(look.Field{Name: "pay_unit", Label: x.p.T("Currency"), Required: true, MaxLength: 3}),
		fields.radios(look.Field{Name: "pay_often", Label: x.p.T("How often?")}, []look.Choice{{Value: "once", Label: x.p.T("Once")},
			{Value: "monthly", Label: x.p.T("Each month"), Hint: x.p.T("Until you end it, with one button.")}}),
		fields.radios(look.Field{Name: "pay_shown", Label: x.p.T("Under which name?")}, []look.Choice{
			{Value: string(fundraiser.Named), Label: x.p.T("Mine")}, {Value: string(fundraiser.PenName), Label: x.p.T("A pen name"), Hint: x.p.T("The one you write below.")},
			{Value: string(fundraiser.Anonymous), Label: x.p.T("None"), Hint: x.p.T("Nobody is told here who gave; Stripe and the account that receives it know.")}}),
		fields.line(look.Field{Name: "pay_pen_name", Label: x.p.T("Pen name"), Optional: true, MaxLength: fundraiser.PenNameMost}),
		fields.area(look.Field{Name: "pay_story", Label: x.p.T("A word with it"), Optional: true, Rows: 2, MaxLength: act.StoryMost}),
	)
	return &v, nil
}

func (x *visit) pay() error {
	f, err := x.givenFund()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	g, err := x.paidGift(f, form)
	var c fundraiser.Checkout
	if err == nil {
		c, err = x.Fundraisers.Checkout(x.r.Context(), x.v, f.ID, g)
	}
	if err != nil {
		wrong, err := x.wrong(err, "quantity", "pay_quantity", "unit", "pay_unit", "pen_name", "pay_pen_name", "shown", "pay_shown", "story", "pay_story", "inspired_by", "", "Idempotency-Key", "")
		if err != nil {
			return err
		}
		form.Set("unit", f.Unit)
		return x.showGive(f, form, nil, wrong)
	}
	return x.redirect(callPath(f.ID) + "/pay/" + c.ID.String())
}

func (x *visit) paidGift(f fund, form url.Values) (g fundraiser.PaidGift, err error) {
	g = fundraiser.PaidGift{Unit: form.Get("pay_unit"), Monthly: form.Get("pay_often") == "monthly", Shown: fundraiser.Shown(form.Get("pay_shown")),
		PenName: form.Get("pay_pen_name"), Story: form.Get("pay_story"), Language: x.p.Tag(), Key: form.Get("pay_key")}
	if g.Unit == "" {
		g.Unit = f.Unit
	}
	if !call.IsCurrency(g.Unit) {
		return g, problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", g.Unit)
	}
	if g.Amount, err = readOptional("quantity", form.Get("pay_quantity"), g.Unit); err != nil {
		return g, err
	}
	g.InspiredBy, err = formSource(url.Values{"inspired_by": form["inspired_by"]})
	return g, err
}

// payPage leads to Stripe by a link: a form may not lead off this site.
func (x *visit) payPage() error {
	f, c, err := x.ownCheckout()
	if err != nil {
		return err
	}
	if c.PayURL == "" {
		return x.redirect(callPath(f.ID) + "/paid/" + c.ID.String())
	}
	page := x.page(x.p.T("Pay at Stripe"))
	page.NoIndex = true
	return x.render(page, payPage(x.p, page.Title, payView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}, Amount: look.Amount{N: c.Amount, Unit: c.Unit}, Monthly: c.Monthly, URL: c.PayURL}))
}

type payView struct {
	Call    look.Link
	Amount  look.Amount
	Monthly bool
	URL     string
	State   fundraiser.CheckoutState
}

// paidPage is where a donor comes back to; Stripe's report may still be on its way.
func (x *visit) paidPage() error {
	f, c, err := x.ownCheckout()
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Thank you"))
	page.NoIndex = true
	return x.render(page, paidPage(x.p, page.Title, payView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}, Amount: look.Amount{N: c.Amount, Unit: c.Unit}, Monthly: c.Monthly, State: c.State}))
}

func (x *visit) ownCheckout() (f fund, c fundraiser.Checkout, err error) {
	if err := x.signedIn(); err != nil {
		return f, c, err
	}
	if f, err = x.fund(); err != nil {
		return f, c, err
	}
	i, err := x.id("checkout", "payment")
	if err != nil {
		return f, c, err
	}
	c, err = x.Fundraisers.CheckoutOf(x.r.Context(), x.v, i)
	if err == nil && c.CallID != f.ID {
		err = problem.NotFound("payment")
	}
	return f, c, err
}

// monthView is a monthly gift of the reader's.
type monthView struct {
	Call    *look.Link
	Amount  look.Amount
	Failing bool
	Ending  bool
	EndURL  string
}

func (x *visit) monthly() ([]monthView, error) {
	list, err := x.Fundraisers.Monthly(x.r.Context(), x.v)
	if err != nil {
		return nil, err
	}
	var calls []id.ID
	for _, c := range list {
		calls = append(calls, c.CallID)
	}
	of, err := x.Calls.Many(x.r.Context(), x.v, calls)
	if err != nil {
		return nil, err
	}
	var months []monthView
	for _, c := range list {
		m := monthView{Amount: look.Amount{N: c.Amount, Unit: c.Unit}, Failing: c.State == fundraiser.CheckoutFailing, Ending: c.Ending, EndURL: "/gifts/" + c.ID.String() + "/end"}
		if to := of[c.CallID]; to != nil {
			m.Call = &look.Link{Text: to.Title, URL: callPath(to.ID)}
		}
		months = append(months, m)
	}
	return months, nil
}

func (x *visit) endMonthly() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("checkout", "payment")
	if err != nil {
		return err
	}
	if err := x.Fundraisers.EndMonthly(x.r.Context(), x.v, i); err != nil {
		return x.told(err, "/gifts")
	}
	x.flash(x.p.T("It ends. What you gave stays given."))
	return x.redirect("/gifts")
}
