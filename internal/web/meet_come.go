package web

import (
	"net/url"
	"strconv"

	"goodturn/internal/act"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
)

// come says that the reader comes, or says it otherwise: by one button, or by the
// form of the date's page, which is shown again with what is wrong.
func (x *visit) come() error {
	d, form, err := x.sentDate()
	if err != nil {
		return err
	}
	path := datePath(d.ID)
	if d, err = x.sayCome(d, form); err != nil {
		if !form.Has("details") {
			return x.told(err, path)
		}
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showDate(dateSent{answer: form, wrong: wrong})
	}
	if d.Comes() {
		x.flash(x.p.T("You come. A day and an hour before, you are reminded."))
	} else {
		x.flash(x.comingSaid(d))
	}
	return x.back(path)
}

// sayCome says it as the form does. What led to the date may be gone by now; one
// comes without it.
func (x *visit) sayCome(d *meet.Seen, form url.Values) (*meet.Seen, error) {
	a := meet.Answer{Hidden: form.Get("hidden") != "", Visibility: act.Visibility(form.Get("visibility"))}
	if !form.Has("details") && d.Mine != nil { // the button alone says nothing of these
		a.Hidden, a.Visibility = !d.Mine.Shown, d.Mine.Visibility
	}
	a.InspiredBy, _ = readSource(form.Get("inspired_by"))
	var err error
	if a.Guests, err = readCount("guests", form.Get("guests")); err != nil {
		return nil, err
	}
	came, err := x.Meets.Come(x.r.Context(), x.v, d.ID, a)
	if p, ok := problem.Of(err); ok && p.Field == "inspired_by" {
		a.InspiredBy = act.Source{}
		came, err = x.Meets.Come(x.r.Context(), x.v, d.ID, a)
	}
	return came, err
}

// stepDown has the reader look after the date no more.
func (x *visit) stepDown() error {
	d, _, err := x.sentDate()
	if err != nil {
		return err
	}
	if err := x.Meets.StepDown(x.r.Context(), x.v, d.ID); err != nil {
		return x.told(err, datePath(d.ID))
	}
	x.flash(x.p.T("You no longer look after it."))
	return x.redirect(datePath(d.ID))
}

// readCount is a whole number, 0 for nothing.
func readCount(field, s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, problem.Invalid(field, "This must be a whole number.")
	}
	return n, nil
}

func (x *visit) leaveDate() error {
	d, _, err := x.sentDate()
	if err != nil {
		return err
	}
	if err := x.Meets.Leave(x.r.Context(), x.v, d.ID); err != nil {
		return x.told(err, datePath(d.ID))
	}
	x.flash(x.p.T("That is fine. Your place is free for others."))
	return x.back(datePath(d.ID))
}
