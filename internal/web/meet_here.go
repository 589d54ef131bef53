package web

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// herePage is where the code at the place leads: one button says that one is
// there.
func (x *visit) herePage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	q := x.r.URL.Query()
	values := url.Values{"code": {q.Get("code")}, "visibility": {string(d.Call.Visibility)}}
	if d.Mine != nil {
		values.Set("visibility", string(d.Mine.Visibility))
		values.Set("inspired_by", d.Mine.InspiredBy.String())
	}
	if via := q.Get("via"); via != "" {
		values.Set("inspired_by", via)
	}
	return x.showHere(d, values, nil)
}

func (x *visit) showHere(d *meet.Seen, values url.Values, wrong []look.Wrong) error {
	if d.Mine != nil && !d.Mine.CameAt.IsZero() {
		x.flash(x.p.T("You were there."))
		return x.redirect(datePath(d.ID))
	}
	page := x.page(x.p.T("I am here: %s", d.Heading()))
	page.NoIndex = true
	sources, err := x.sourceChoices(values.Get("inspired_by"))
	if err != nil {
		return err
	}
	f := x.filled(values, wrong)
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: datePath(d.ID) + "/here", Wrong: wrong, Intro: []string{x.lasts(d)},
		Fields: components(
			f.line(look.Field{Name: "code", Label: x.p.T("The code that hangs there"), Required: true, MaxLength: 40, Autocomplete: "off"}),
			f.choose(look.Field{Name: "visibility", Label: x.p.T("Who may see that you did it?")}, look.ActVisibilities(x.p, "")),
			f.moved(sources),
		),
		Submit: x.p.T("I am here"), Beside: &look.Link{Text: x.p.T("Not now"), URL: datePath(d.ID)}}))
}

func (x *visit) checkIn() error {
	d, form, err := x.sentDate()
	if err != nil {
		return err
	}
	here := meet.Here{Code: form.Get("code"), Visibility: act.Visibility(form.Get("visibility"))}
	if form.Has("inspired_by") {
		src, err := formSource(form)
		if err != nil {
			return err
		}
		here.InspiredBy = &src
	}
	came, err := x.Meets.CheckIn(x.r.Context(), x.v, d.ID, here)
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showHere(d, form, wrong)
	}
	x.flash(x.p.T("Good that you are here."))
	if came.Mine != nil && came.Mine.ActID != 0 {
		return x.redirect(actPath(came.Mine.ActID))
	}
	return x.redirect(datePath(d.ID))
}

// codeView is the code to be shown at the place.
type codeView struct {
	Title, When string
	Code        string // in groups, for people to type
	Path        string // of an SVG, a unit a module
	Size        int    // in modules, with the quiet around
	Again       string // where a new one is made
	Back        string
}

func (x *visit) codePage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	code, err := x.Meets.Code(x.r.Context(), x.v, d.ID)
	if err != nil {
		return err
	}
	v := codeView{Title: d.Heading(), When: x.lasts(d), Code: code[:5] + " " + code[5:], Again: datePath(d.ID) + "/code", Back: datePath(d.ID)}
	if v.Path, v.Size, err = qrPath(x.URL + datePath(d.ID) + "/here?code=" + code); err != nil {
		return err
	}
	page := x.page(x.p.T("Check-in code"))
	page.NoIndex = true
	return x.render(page, codePage(x.p, v))
}

// qrPath draws a QR code as the path of an SVG.
func qrPath(text string) (path string, size int, err error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return "", 0, fmt.Errorf("draw a QR code: %w", err)
	}
	var out strings.Builder
	modules := code.Bitmap() // with the quiet around
	for y, row := range modules {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&out, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return out.String(), len(modules), nil
}

func (x *visit) newCode() error {
	d, _, err := x.sentDate()
	if err != nil {
		return err
	}
	if err := x.Meets.NewCode(x.r.Context(), x.v, d.ID); err != nil {
		return err
	}
	x.flash(x.p.T("This is a new code; the old one no longer works."))
	return x.redirect(datePath(d.ID) + "/code")
}

// attendee is somebody on the list of who is responsible.
type attendee struct {
	Who     look.Person
	Note    string
	To      string // where what is done about them is sent, without its last part
	Guests  int64
	Read    string // the minutes, as they are shown
	CheckIn bool
	Undo    bool
	Confirm bool
	Dispute bool
	Off     bool // can be taken off the list
}

type attendeesView struct {
	Title, When string
	Back        string
	Here        string // the page of the list
	Find        string // a name that was looked for
	Sheet       string
	All         string // where all hours are confirmed as planned; "" while there is nothing to confirm
	Guests      bool   // people bring some
	People      []attendee
	Next        string
	Wrong       []look.Wrong
	Handle      string
	Empty       emptyView
}

// datePeople is the list of who comes, for who is responsible.
func (x *visit) datePeople() error { return x.showPeople("", nil) }

func (x *visit) showPeople(handle string, wrong []look.Wrong) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	if !d.Responsible {
		return problem.Forbidden("Only the organisers and the coordinator of this date can do this.")
	}
	after, err := id.Parse(x.r.URL.Query().Get("after"))
	if err != nil {
		after = 0
	}
	find := strings.TrimSpace(x.r.URL.Query().Get("q"))
	var list []*meet.Coming
	if find != "" {
		list, err = x.Meets.Find(x.r.Context(), x.v, d.ID, find)
	} else {
		list, err = x.Meets.People(x.r.Context(), x.v, d.ID, after)
	}
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(list))
	for i, c := range list {
		ids[i] = c.AccountID
	}
	people, err := x.people(ids)
	if err != nil {
		return err
	}
	path := datePath(d.ID)
	v := attendeesView{Title: d.Heading(), When: x.lasts(d), Back: path, Here: path + "/people", Guests: d.GuestsMost > 0 && d.Call.Kind == call.Event, Wrong: wrong, Handle: handle,
		Empty: emptyView{Title: x.p.T("Nobody yet"), Text: x.p.T("Tell people of it: a post with the movement's hashtag and the date's address reaches them."), Next: &look.Link{Text: x.p.T("Back to the date"), URL: path}}}
	for _, c := range list {
		if a := people[c.AccountID]; a != nil {
			row := x.attendee(d, c, x.person(a))
			if v.People = append(v.People, row); row.Confirm && c.Minutes <= d.Minutes() && !d.EndsAt.After(x.Now()) {
				v.All = path + "/confirm-hours"
			}
		}
	}
	v.Find, v.Sheet = find, path+"/people.csv"
	switch {
	case find != "":
		v.Here += "?" + url.Values{"q": {find}}.Encode()
		v.Empty = emptyView{Title: x.p.T("Nobody of that name is on the list"), Text: x.p.T("Perhaps they are here by another name, or did not say that they come."), Next: &look.Link{Text: x.p.T("The whole list"), URL: path + "/people"}}
	case after != 0:
		v.Here += "?after=" + after.String()
	}
	if find == "" && len(list) == meet.PeopleMost {
		v.Next = path + "/people?after=" + list[len(list)-1].ID.String()
	}
	page := x.page(x.p.T("Who comes: %s", d.Heading()))
	page.NoIndex = true
	return x.render(page, attendeesPage(x.p, v))
}

func (x *visit) attendee(d *meet.Seen, c *meet.Coming, who look.Person) attendee {
	v := attendee{Who: who, To: datePath(d.ID) + "/people/" + c.AccountID.String(), Guests: c.Guests, Read: strconv.FormatInt(c.Minutes, 10)}
	var notes []string
	switch {
	case !c.CameAt.IsZero() && c.CameHow == meet.ByCode:
		notes = append(notes, x.p.T("checked in with the code"))
	case !c.CameAt.IsZero():
		notes = append(notes, x.p.T("checked in"))
	case c.Standing == meet.Waits:
		notes = append(notes, x.p.T("waits"))
	}
	if c.Guests > 0 {
		notes = append(notes, x.p.N("with %d guest", "with %d guests", int(c.Guests)))
	}
	switch c.Hours {
	case meet.HoursLogged:
		notes = append(notes, x.p.T("says: %s", x.helped(c.Minutes)))
	case meet.HoursConfirmed:
		notes = append(notes, x.p.T("confirmed: %s", x.helped(c.Minutes)))
	case meet.HoursDisputed:
		notes = append(notes, x.p.T("disputed: %s", c.Reason))
	}
	if c.Note != "" {
		notes = append(notes, "“"+c.Note+"”")
	}
	v.Note = strings.Join(notes, " · ")
	mine := x.v.Is(c.AccountID)
	open := d.ListOpen(x.Now())
	v.CheckIn = c.CameAt.IsZero() && open
	v.Undo = c.CameHow == meet.ByList && c.Hours == meet.NoHours && open
	v.Off = c.CameAt.IsZero() && c.ActID == 0 && !mine
	hours := d.Call.Kind == call.Volunteering && !mine && c.ActID != 0
	v.Confirm = hours && c.Hours != meet.HoursConfirmed
	v.Dispute = hours && c.Hours != meet.HoursDisputed
	return v
}

func (x *visit) helped(minutes int64) string {
	return look.Amount{N: minutes, Unit: "minutes"}.Say(x.p)
}

// checkInNamed checks somebody in who is not on the list, by their name here.
func (x *visit) checkInNamed() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	who, err := x.named("handle", form.Get("handle"))
	if err == nil {
		err = x.Meets.CheckInBy(x.r.Context(), x.v, d.ID, who.ID, 0)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showPeople(form.Get("handle"), wrong)
	}
	x.flash(x.p.T("Checked in."))
	return x.redirect(datePath(d.ID) + "/people")
}

// withPerson does one thing about one person on the list.
func (x *visit) withPerson() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	who, err := x.id("account", "account")
	if err != nil {
		return err
	}
	ctx, done := x.r.Context(), x.p.T("Checked in.")
	switch x.r.PathValue("do") {
	case "check-in":
		var guests int64
		if guests, err = readCount("guests", form.Get("guests")); err == nil {
			err = x.Meets.CheckInBy(ctx, x.v, d.ID, who, guests)
		}
	case "undo":
		done = x.p.T("Taken back.")
		err = x.Meets.UndoCheckIn(ctx, x.v, d.ID, who)
	case "confirm":
		done = x.p.T("The hours are confirmed.")
		var read int64
		if read, err = readCount("minutes", form.Get("minutes")); err == nil {
			err = x.Meets.ConfirmHours(ctx, x.v, d.ID, who, read)
		}
	case "dispute":
		done = x.p.T("They are told why.")
		err = x.Meets.DisputeHours(ctx, x.v, d.ID, who, form.Get("reason"))
	case "off":
		done = x.p.T("They are off the list, and told why.")
		err = x.Meets.TakeOff(ctx, x.v, d.ID, who, form.Get("reason"))
	default:
		return problem.NotFound("page")
	}
	if err != nil {
		return x.told(err, datePath(d.ID)+"/people")
	}
	x.flash(done)
	return x.back(datePath(d.ID) + "/people")
}

// dateSheet gives who is responsible the list and its hours as a file.
func (x *visit) dateSheet() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	var sheet bytes.Buffer
	if err := x.Meets.SheetTo(x.r.Context(), x.v, d.ID, &sheet); err != nil {
		return err
	}
	h := x.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="date-`+d.ID.String()+`.csv"`)
	h.Set("Cache-Control", "private, no-store")
	_, err = sheet.WriteTo(x.w)
	return err
}
