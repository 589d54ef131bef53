package web

import (
	"net/url"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/web/look"
)

// hoursOf is where the reader's hours at a shift stand; nil where there are none
// to speak of.
func (x *visit) hoursOf(d *meet.Seen, sent dateSent) *hoursView {
	c := d.Mine
	if c == nil || d.Call.Kind != call.Volunteering || d.State != meet.On || c.Standing != meet.Comes || x.Now().Before(d.StartsAt) {
		return nil
	}
	v := &hoursView{Reason: c.Reason}
	switch c.Hours {
	case meet.HoursConfirmed:
		v.Said = x.p.T("Your hours are confirmed: %s.", x.helped(c.Minutes))
		return v
	case meet.HoursLogged:
		if !c.ConfirmAt.IsZero() && c.Minutes <= d.Minutes() {
			v.Said = x.p.T("You logged %s. It counts as confirmed once the shift is over.", x.helped(c.Minutes))
			break
		}
		v.Said = x.p.T("You logged %s. It waits for the coordinator.", x.helped(c.Minutes))
	case meet.HoursDisputed:
		v.Said = x.p.T("The coordinator could not confirm your hours as they are:")
	default:
		if !c.ConfirmAt.IsZero() {
			v.Said = x.p.T("You are checked in. Once the shift is over, your hours count as confirmed: %s. If you help for less, say so below.", x.helped(d.Minutes()))
		}
	}
	typed, wrong := sent.hours, sent.wrong
	if typed == nil {
		wrong = nil
		minutes := c.Minutes
		if minutes == 0 {
			minutes = d.Minutes()
		}
		typed = url.Values{"minutes": {writeAmount(minutes, "minutes")}, "note": {c.Note}}
	}
	f := x.filled(typed, wrong)
	v.Form = &formView{Action: datePath(d.ID) + "/hours", Wrong: wrong, Submit: x.p.T("Log these hours"), Fields: components(
		f.line(look.Field{Name: "minutes", Label: x.p.T("How long did you help?"), Hint: x.p.T("Hours and minutes, like 1:30."), Required: true}),
		f.line(look.Field{Name: "note", Label: x.p.T("What did you do?"), Optional: true, MaxLength: meet.HoursNoteMost}),
	)}
	return v
}

func (x *visit) logHours() error {
	d, form, err := x.sentDate()
	if err != nil {
		return err
	}
	minutes, err := readAmount("minutes", form.Get("minutes"), "minutes")
	if err == nil {
		d, err = x.Meets.LogHours(x.r.Context(), x.v, d.ID, minutes, form.Get("note"))
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showDate(dateSent{hours: form, wrong: wrong})
	}
	switch c := d.Mine; {
	case c != nil && c.Hours == meet.HoursConfirmed:
		x.flash(x.p.T("Logged. Your hours are confirmed: %s.", x.helped(c.Minutes)))
	case c != nil && !c.ConfirmAt.IsZero() && c.Minutes <= d.Minutes():
		x.flash(x.p.T("You logged %s. It counts as confirmed once the shift is over.", x.helped(c.Minutes)))
	default:
		x.flash(x.p.T("Logged. The coordinator confirms them."))
	}
	return x.redirect(datePath(d.ID))
}

// confirmAllHours confirms the hours of a shift as planned, for who is responsible.
func (x *visit) confirmAllHours() error {
	if _, err := x.form(); err != nil {
		return err
	}
	if err := x.signedIn(); err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	n, err := x.Meets.ConfirmAll(x.r.Context(), x.v, d.ID)
	if err != nil {
		return x.told(err, datePath(d.ID)+"/people")
	}
	x.flash(x.p.N("Confirmed: the hours of %d person.", "Confirmed: the hours of %d people.", n))
	return x.redirect(datePath(d.ID) + "/people")
}

// certificateView is what somebody did, as others confirmed.
type certificateView struct {
	Name, Title, Movement, Server string
	Hours                         bool
	Total                         string
	Lines                         []certificateLine
	At                            time.Time
	Back                          look.Link
}

type certificateLine struct{ When, What, Amount, By string }

// certificate is a page to be printed.
func (x *visit) certificate() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	c, err := x.theCall()
	if err != nil {
		return err
	}
	served, err := x.Meets.Certificate(x.r.Context(), x.v, c.ID)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(served))
	for i, s := range served {
		ids[i] = s.ConfirmedBy
	}
	people, err := x.people(ids)
	if err != nil {
		return err
	}
	v := certificateView{Name: x.me.Title(), Title: c.Title, Movement: c.movement.Name, Server: x.Name, Hours: c.Kind == call.Volunteering, At: x.Now(),
		Back: look.Link{Text: x.p.T("Back to the call"), URL: callPath(c.ID)}}
	var sum int64
	for _, s := range served {
		line := certificateLine{When: x.p.Date(s.Date.Starts()), What: s.Date.Title, Amount: look.Amount{N: s.Quantity, Unit: c.Unit}.Say(x.p), By: x.p.T("the code at the place")}
		if a := people[s.ConfirmedBy]; a != nil {
			line.By = a.Title()
		} else if s.ConfirmedBy != 0 || s.How != act.ByCode {
			line.By = x.p.T("somebody who has left")
		}
		sum += s.Quantity
		v.Lines = append(v.Lines, line)
	}
	v.Total = look.Amount{N: sum, Unit: c.Unit}.Say(x.p)
	page := x.page(x.p.T("Certificate: %s", c.Title))
	page.NoIndex = true
	return x.render(page, certificatePage(x.p, v))
}

// myDatesView is what the reader comes to.
type myDatesView struct {
	Tabs        []look.Tab
	Ahead, Past []dateView
	Older       string // where more past ones are
	Calendar    bool   // it has an address
	CalendarURL string
	Mails       bool
	Empty       emptyView
}

func (x *visit) myDates() error { return x.showMyDates("") }

// showMyDates is the reader's dates; secret is of the calendar's address that
// was just made, to be shown once.
func (x *visit) showMyDates(secret string) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	ctx := x.r.Context()
	v := myDatesView{Tabs: x.noticeTabs("/dates"), Empty: emptyView{Title: x.p.T("No dates yet"), Text: x.p.T("When you say that you come to something, it stands here."),
		Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}}
	var err error
	v.Ahead, v.Past, v.Older, err = x.bothDates("/dates", func(when meet.When, p meet.Page) ([]*meet.Seen, error) { return x.Meets.Mine(ctx, x.v, when, p) })
	if err != nil {
		return err
	}
	if v.Calendar, err = x.Meets.HasCalendar(ctx, x.v); err != nil {
		return err
	}
	if v.Mails, err = x.Meets.Mails(ctx, x.v); err != nil {
		return err
	}
	if secret != "" {
		v.CalendarURL = x.URL + "/calendar/" + secret + "/dates.ics"
	}
	page := x.page(x.p.T("Dates"))
	page.NoIndex = true
	return x.render(page, myDatesPage(x.p, page.Title, v))
}

func (x *visit) newCalendar() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	secret, err := x.Meets.NewCalendar(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	return x.showMyDates(secret)
}

func (x *visit) endCalendar() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	if err := x.Meets.EndCalendar(x.r.Context(), x.v); err != nil {
		return err
	}
	x.flash(x.p.T("The address no longer works."))
	return x.redirect("/dates")
}

func (x *visit) setDateMails() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.Meets.SetMails(x.r.Context(), x.v, form.Get("mails") != ""); err != nil {
		return err
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/dates")
}

// endDateMailsPage is where the link in a mail leads; only its button acts.
func (x *visit) endDateMailsPage() error {
	if _, err := x.id("account", "page"); err != nil {
		return err
	}
	page := x.page(x.p.T("No more mails about dates?"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: x.here(), Submit: x.p.T("No more mails"),
		Intro: []string{x.p.T("Reminders and changes still come as notices, here and in your apps.")}}))
}

// endDateMails also takes the one click of mail programs (RFC 8058).
func (x *visit) endDateMails() error {
	i, err := x.id("account", "page")
	if err != nil {
		return err
	}
	if err := x.Meets.EndMails(x.r.Context(), i, x.r.URL.Query().Get("key")); err != nil {
		return err
	}
	page := x.page(x.p.T("No more mails"))
	return x.render(page, look.Note(page.Title, x.p.T("You get no more mails about dates."), &look.Link{Text: x.p.T("To the front page"), URL: "/"}))
}
