package web

import (
	"net/url"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// handoverView is an offer to organise a movement, or the form to make one.
type handoverView struct {
	Title  string
	Tabs   []look.Tab
	URL    string
	Name   string
	ToMe   bool
	From   look.Person
	To     *look.Person // whom it was offered to
	Form   formView     // when it was offered to nobody
	Offers bool
}

// handoverPage is where an organiser offers to be followed, and where the other
// answers.
func (x *visit) handoverPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	return x.showHandover(m, role, url.Values{}, nil)
}

func (x *visit) showHandover(m *movement.Movement, role movement.Role, values url.Values, wrong []look.Wrong) error {
	v := handoverView{Title: x.p.T("Hand over %s", m.Name), URL: movementPath(m) + "/handover", Name: m.Name}
	if role.Organises() {
		v.Tabs = x.organiserTabs(m, "/handover")
	}
	offer, err := x.Movements.Handover(x.r.Context(), x.v, m.ID)
	switch {
	case problem.Is(err, problem.KindNotFound) && role.Organises():
		f := x.filled(values, wrong)
		v.Form = formView{Action: v.URL, Wrong: wrong, Submit: x.p.T("Offer it"), Fields: components(
			f.line(look.Field{Name: "to", Label: x.p.T("To whom?"), Prefix: "@", Required: true, Hint: x.p.T("A person or organisation of this server.")}))}
		v.Offers = true
	case err != nil:
		return err
	default:
		people, err := x.people([]id.ID{offer.From, offer.To})
		if err != nil {
			return err
		}
		to := x.person(people[offer.To])
		v.To, v.From, v.ToMe = &to, x.person(people[offer.From]), x.v.Is(offer.To)
	}
	if v.ToMe {
		v.Title = x.p.T("Would you organise %s?", m.Name)
	}
	return x.render(x.page(v.Title), handoverPage(x.p, v))
}

func (x *visit) offerHandover() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	to, err := x.named("to", form.Get("to"))
	if err == nil {
		err = x.Movements.OfferHandover(x.r.Context(), x.v, m.ID, to.ID)
	}
	if err != nil {
		wrong, err := x.wrong(err, "account", "to")
		if err != nil {
			return err
		}
		return x.showHandover(m, movement.Organiser, form, wrong)
	}
	x.flash(x.p.T("Offered. Until they answer, you organise it as before."))
	return x.redirect(movementPath(m) + "/handover")
}

// named is the account that a form names by its handle.
func (x *visit) named(field, handle string) (*account.Account, error) {
	a, err := x.Accounts.ByHandle(x.r.Context(), trimHandle(handle))
	if problem.Is(err, problem.KindNotFound) || err == nil && !a.Shown() {
		if trimHandle(handle) == "" {
			return nil, problem.Invalid(field, "Say who, by their name here.")
		}
		return nil, problem.Invalid(field, "There is nobody called %s here.", trimHandle(handle))
	}
	return a, err
}

func (x *visit) acceptHandover() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	if err := x.Movements.AcceptHandover(x.r.Context(), x.v, m.ID); err != nil {
		return x.told(err, movementPath(m))
	}
	x.flash(x.p.T("You organise it now. Thank you."))
	return x.redirect(movementPath(m) + "/organise")
}

func (x *visit) endHandover() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	if err := x.Movements.EndHandover(x.r.Context(), x.v, m.ID); err != nil {
		return x.told(err, movementPath(m))
	}
	if role.Organises() {
		x.flash(x.p.T("Taken back."))
		return x.redirect(movementPath(m) + "/handover")
	}
	x.flash(x.p.T("Refused. That is fine."))
	return x.redirect(movementPath(m))
}
