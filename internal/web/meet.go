package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/web/look"
)

func meetRoutes() []route {
	return []route{
		{"GET /dates", (*visit).myDates},
		{"POST /dates/calendar", (*visit).newCalendar},
		{"POST /dates/calendar/end", (*visit).endCalendar},
		{"POST /dates/mails", (*visit).setDateMails},
		{"GET /date-mails/{account}", (*visit).endDateMailsPage},
		{"POST /date-mails/{account}", (*visit).endDateMails},
		{"GET /calls/{id}/dates", (*visit).callDates},
		{"GET /calls/{id}/dates/new", (*visit).newDatePage},
		{"POST /calls/{id}/dates/new", (*visit).newDate},
		{"GET /calls/{id}/certificate", (*visit).certificate},
		{"GET /dates/{id}", (*visit).datePage},
		{"POST /dates/{id}/come", (*visit).come},
		{"POST /dates/{id}/leave", (*visit).leaveDate},
		{"POST /dates/{id}/step-down", (*visit).stepDown},
		{"GET /dates/{id}/here", (*visit).herePage},
		{"POST /dates/{id}/here", (*visit).checkIn},
		{"POST /dates/{id}/hours", (*visit).logHours},
		{"GET /dates/{id}/edit", (*visit).editDatePage},
		{"POST /dates/{id}/edit", (*visit).editDate},
		{"GET /dates/{id}/cancel", (*visit).cancelDatePage},
		{"POST /dates/{id}/cancel", (*visit).cancelDate},
		{"GET /dates/{id}/code", (*visit).codePage},
		{"POST /dates/{id}/code", (*visit).newCode},
		{"GET /dates/{id}/people", (*visit).datePeople},
		{"GET /dates/{id}/people.csv", (*visit).dateSheet},
		{"GET /movements/{slug}/dates", (*visit).movementDates},
		{"POST /dates/{id}/people", (*visit).checkInNamed},
		{"POST /dates/{id}/confirm-hours", (*visit).confirmAllHours},
		{"POST /dates/{id}/people/{account}/{do}", (*visit).withPerson},
	}
}

func datePath(i id.ID) string { return "/dates/" + i.String() }

// dateView is a date as a page shows it.
type dateView struct {
	URL, Title  string
	Via         string // what led here, as a query of the addresses that lead on
	Source      string // the same, as a form sends it along
	Call        look.Link
	At          time.Time
	When        string // by the clock of the place
	Place       string
	Map         string // where that lies, on OpenStreetMap
	Access      string
	Online      string
	Skills      string
	NoteHTML    string
	State       string // a sentence on why nobody comes any more; "" while people can
	Places      string // how many are left, or wait
	Mine        string // a sentence on what the reader said
	ActURL      string // what they did there; "" while they did not
	Comes       bool
	Can         bool // say that they come
	Full        bool // and would have to wait
	GuestsMost  int64
	Guests      int64
	Leave       bool
	CheckIn     bool
	Back        string
	Calendar    string // the file; who comes has one of their own, with the link
	Coordinator *look.Person
}

// dateOf is a date for a page; back is where its buttons lead back to.
func (x *visit) dateOf(d *meet.Seen, back string) dateView {
	v := dateView{URL: datePath(d.ID), Title: d.Heading(), Call: look.Link{Text: d.Call.Title, URL: callPath(d.CallID)}, At: d.Starts(), When: x.lasts(d),
		Place: d.Place, Map: mapLink(d.Date), Online: d.Online, Skills: d.Skills, GuestsMost: d.GuestsMost, Back: back, Calendar: datePath(d.ID) + "/calendar.ics",
		Via: x.via(), Access: paragraphs(d.Access)}
	v.Source = strings.TrimPrefix(v.Via, "?via=")
	now := x.Now()
	over := !d.EndsAt.After(now)
	switch {
	case d.State == meet.Cancelled:
		v.State = x.p.T("Cancelled: %s", d.Reason)
	case over:
		v.State = x.p.T("This is over.")
	case d.Call.State == call.StateClosed:
		v.State = x.p.T("The call is closed: nobody can join any more.")
	}
	free, limited := d.Free()
	left, _ := d.Left()
	switch {
	case d.State == meet.Cancelled:
	case over:
		v.Places = x.p.N("%d person said they come", "%d people said they come", int(d.Taken))
	case limited && free == 0 && d.Waiting == 0:
		v.Places, v.Full = x.p.T("All places are taken"), true
	case limited && free == 0 && left > 0:
		v.Places, v.Full = x.p.N("%d place left", "%d places left", int(left))+"; "+x.p.N("%d waits first, with more guests than fit.", "%d wait first; the next of them has more guests than fit.", int(d.Waiting)), true
	case limited && free == 0:
		v.Places, v.Full = x.p.N("All places are taken; %d waits", "All places are taken; %d wait", int(d.Waiting)), true
	case limited:
		v.Places = x.p.N("%d place left", "%d places left", int(free))
	case d.Taken > 0:
		v.Places = x.p.N("%d person comes", "%d people come", int(d.Taken))
	}
	v.Can = d.Open(now) && d.Mine == nil
	if c := d.Mine; c != nil {
		v.Comes, v.Guests, v.Calendar = d.Comes(), c.Guests, datePath(d.ID)+"/mine.ics"
		v.Mine, v.Leave = x.comingSaid(d), d.State == meet.On && !over && c.CameAt.IsZero() && c.ActID == 0
		if c.ActID != 0 {
			v.ActURL = actPath(c.ActID)
		}
	}
	v.CheckIn = d.CheckInOpen(now) && (d.Mine == nil || d.Mine.CameAt.IsZero())
	return v
}

// comingSaid is what the reader said, and what became of it.
func (x *visit) comingSaid(d *meet.Seen) string {
	c := d.Mine
	switch {
	case !c.CameAt.IsZero():
		return x.p.T("You were there.")
	case c.Standing == meet.Nowhere:
		return ""
	case c.Standing == meet.Waits:
		return x.p.T("You wait for a place. When one is free, you move up and are told.")
	case c.Guests > 0:
		return x.p.N("You come, with %d guest.", "You come, with %d guests.", int(c.Guests))
	}
	return x.p.T("You come.")
}

// lasts is from when to when a date is, by the clock of the place.
func (x *visit) lasts(d *meet.Seen) string {
	starts, ends := d.Starts(), d.Ends()
	if starts.YearDay() == ends.YearDay() && starts.Year() == ends.Year() {
		return x.p.T("%s until %s", x.p.DateTime(starts), ends.Format("15:04"))
	}
	return x.p.T("%s until %s", x.p.DateTime(starts), x.p.DateTime(ends))
}

// mapLink leads to the place on OpenStreetMap; nothing is loaded from there.
func mapLink(d *meet.Date) string {
	const osm = "https://www.openstreetmap.org/"
	if d.Spot != nil {
		lat, lon := strconv.FormatFloat(d.Spot.Latitude, 'f', 6, 64), strconv.FormatFloat(d.Spot.Longitude, 'f', 6, 64)
		return osm + "?mlat=" + lat + "&mlon=" + lon + "#map=17/" + lat + "/" + lon
	}
	if d.Place == "" {
		return ""
	}
	return osm + "search?query=" + url.QueryEscape(d.Place)
}

// theDate is the one of the path.
func (x *visit) theDate() (*meet.Seen, error) {
	i, err := x.id("id", "date")
	if err != nil {
		return nil, err
	}
	return x.Meets.Get(x.r.Context(), x.v, i)
}

// sentDate is theDate for somebody who signed in, with the form that they sent.
func (x *visit) sentDate() (*meet.Seen, url.Values, error) {
	form, err := x.form()
	if err != nil {
		return nil, nil, err
	}
	if err := x.signedIn(); err != nil {
		return nil, nil, err
	}
	d, err := x.theDate()
	return d, form, err
}
