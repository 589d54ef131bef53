package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/text"
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
	switch {
	case d.State == meet.Cancelled:
	case over:
		v.Places = x.p.N("%d person said they come", "%d people said they come", int(d.Taken))
	case limited && free == 0 && d.Waiting == 0:
		v.Places, v.Full = x.p.T("All places are taken"), true
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

// callDatesMost is how many dates stand on the page of their call.
const callDatesMost = 3

// datesPart is when and where people of a call come together.
func (x *visit) datesPart(c theCall) ([]templ.Component, error) {
	list, err := x.Meets.Of(x.r.Context(), x.v, c.ID, meet.Ahead, meet.Page{Limit: callDatesMost})
	if err != nil {
		return nil, err
	}
	v := datesView{Title: x.p.T("When and where"), Back: callPath(c.ID), All: callPath(c.ID) + "/dates" + x.via(), Calendar: callPath(c.ID) + "/dates.ics"}
	if c.organiser && c.State != call.StateCancelled {
		v.New = callPath(c.ID) + "/dates/new"
	}
	for _, d := range list {
		v.Dates = append(v.Dates, x.dateOf(d, v.Back))
	}
	if len(list) == 0 && v.New == "" {
		return nil, nil
	}
	return []templ.Component{datesSection(x.p, v)}, nil
}

// movementDatesPart are the next dates of a movement's calls; nil where there are
// none.
func (x *visit) movementDatesPart(m *movement.Movement) (*datesView, error) {
	list, err := x.Meets.OfMovement(x.r.Context(), x.v, m.ID, meet.Ahead, meet.Page{Limit: callDatesMost})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	path := movementPath(m)
	v := &datesView{Title: x.p.T("When and where"), Back: path, All: path + "/dates", Calendar: path + "/dates.ics"}
	for _, d := range list {
		v.Dates = append(v.Dates, x.dateOf(d, path))
	}
	return v, nil
}

// movementDates are all dates of a movement's calls.
func (x *visit) movementDates() error {
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	path := movementPath(m)
	v := datesView{Title: m.Name, Back: path, BackText: x.p.T("Back to the movement"), Calendar: path + "/dates.ics"}
	v.Dates, v.Past, v.Older, err = x.bothDates(path+"/dates", func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return x.Meets.OfMovement(x.r.Context(), x.v, m.ID, when, p)
	})
	if err != nil {
		return err
	}
	return x.render(x.page(x.p.T("All dates: %s", m.Name)), callDatesPage(x.p, v))
}

// datesView is a list of dates.
type datesView struct {
	Title, Back string
	BackText    string
	All         string // "" where these are all
	New         string // "" for who may not make one
	Calendar    string
	Dates       []dateView
	Past        []dateView
	Older       string // where more past ones are
	Tell        string // where one tells of an act that came of no date
	Certificate string
}

// callDates are all dates of a call.
func (x *visit) callDates() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	v := datesView{Title: c.Title, Back: callPath(c.ID), BackText: x.p.T("Back to the call"), Calendar: callPath(c.ID) + "/dates.ics"}
	v.Dates, v.Past, v.Older, err = x.bothDates(v.Back+"/dates", func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return x.Meets.Of(x.r.Context(), x.v, c.ID, when, p)
	})
	if err != nil {
		return err
	}
	if c.State == call.StateOpen {
		v.Tell = c.tellPath(x.via())
	}
	if c.organiser && c.State != call.StateCancelled {
		v.New = callPath(c.ID) + "/dates/new"
	}
	if x.me != nil {
		v.Certificate = callPath(c.ID) + "/certificate"
	}
	return x.render(x.page(x.p.T("All dates: %s", c.Title)), callDatesPage(x.p, v))
}

// pastMost is how many past dates stand on one page.
const pastMost = 20

// bothDates are the dates ahead and the newest past ones of a page; further back,
// the past ones alone, and where still older ones are.
func (x *visit) bothDates(path string, list func(meet.When, meet.Page) ([]*meet.Seen, error)) (ahead, past []dateView, older string, err error) {
	before, err := id.Parse(x.r.URL.Query().Get("before"))
	if err != nil {
		before = 0
	}
	var seen []*meet.Seen
	if before == 0 {
		if seen, err = list(meet.Ahead, meet.Page{}); err != nil {
			return nil, nil, "", err
		}
		for _, d := range seen {
			ahead = append(ahead, x.dateOf(d, path))
		}
	}
	if seen, err = list(meet.Past, meet.Page{After: before, Limit: pastMost}); err != nil {
		return nil, nil, "", err
	}
	for _, d := range seen {
		past = append(past, x.dateOf(d, path))
	}
	if len(seen) == pastMost {
		older = path + "?before=" + seen[pastMost-1].ID.String()
	}
	return ahead, past, older, nil
}

// tellPath is where one tells of an act for the call that came of none of its
// dates.
func (c theCall) tellPath(via string) string {
	q := url.Values{"told": {"on"}}
	if via != "" {
		q.Set("via", strings.TrimPrefix(via, "?via="))
	}
	return callPath(c.ID) + "/act?" + q.Encode()
}

// theDate is the one of the path.
func (x *visit) theDate() (*meet.Seen, error) {
	i, err := x.id("id", "date")
	if err != nil {
		return nil, err
	}
	return x.Meets.Get(x.r.Context(), x.v, i)
}

// datePageView is a date on its own page.
type datePageView struct {
	Date     dateView
	Manage   []look.Link
	Steps    bool // the reader coordinates it, and may step down
	People   []personRow
	More     bool   // than those
	Names    string // who sees the names
	Pictures []datePicture
	Hours    *hoursView
	Answer   *formView // what one may say beside coming, or say otherwise; nil where one cannot
}

// dateSent is what was sent from a date's page and could not be taken.
type dateSent struct {
	hours, answer url.Values
	wrong         []look.Wrong
}

// datePicture leads to the act that it shows.
type datePicture struct {
	URL   string
	Media look.Media
}

// hoursView is where the reader's hours stand.
type hoursView struct {
	Said   string
	Reason string
	Form   *formView // nil once they are confirmed
}

func (x *visit) datePage() error { return x.showDate(dateSent{}) }

func (x *visit) showDate(sent dateSent) error {
	d, err := x.theDate()
	if err != nil {
		return err
	}
	x.saw(d.MovementID)
	v := datePageView{Date: x.dateOf(d, datePath(d.ID)), Manage: x.manageDate(d), Steps: x.v.Is(d.Coordinator)}
	v.Date.NoteHTML = text.Prose(d.Note)
	if v.Date.Can || v.Date.Leave {
		v.Answer = x.answerForm(d, v.Date, sent)
	}
	if v.People, v.Names, err = x.whoComes(d); err != nil {
		return err
	}
	v.More = len(v.People) >= meet.PeopleMost
	if v.Pictures, err = x.datePictures(d); err != nil {
		return err
	}
	if d.Coordinator != 0 {
		people, err := x.people([]id.ID{d.Coordinator})
		if err != nil {
			return err
		}
		if a := people[d.Coordinator]; x.v.Sees(a) {
			who := x.person(a)
			v.Date.Coordinator = &who
		}
	}
	v.Hours = x.hoursOf(d, sent)
	page := x.page(d.Heading())
	page.Description, page.NoIndex = v.Date.When, !d.EndsAt.After(x.Now())
	if err := x.previewDate(&page, d); err != nil {
		return err
	}
	return x.render(page, datePage(x.p, v))
}

// manageDate are the pages of who is responsible for a date.
func (x *visit) manageDate(d *meet.Seen) []look.Link {
	if !d.Responsible {
		return nil
	}
	path := datePath(d.ID)
	links := []look.Link{{Text: x.p.T("Who comes"), URL: path + "/people"}}
	if d.State == meet.On {
		links = append(links, look.Link{Text: x.p.T("Check-in code"), URL: path + "/code"})
	}
	if d.Organises && d.State == meet.On {
		links = append(links, look.Link{Text: x.p.T("Edit"), URL: path + "/edit"})
		if d.EndsAt.After(x.Now()) {
			links = append(links, look.Link{Text: x.p.T("Cancel it"), URL: path + "/cancel"})
		}
	}
	return links
}

// whoComes are the names that the reader may see.
func (x *visit) whoComes(d *meet.Seen) ([]personRow, string, error) {
	names := x.p.T("Only those who come, and the organisers, see the names.")
	if d.Names == meet.ToOrganisers {
		names = x.p.T("Only the organisers see the names.")
	}
	if !d.Comes() || d.Names != meet.ToComers {
		return nil, names, nil
	}
	list, err := x.Meets.People(x.r.Context(), x.v, d.ID, 0)
	if err != nil {
		return nil, "", err
	}
	ids := make([]id.ID, len(list))
	for i, c := range list {
		ids[i] = c.AccountID
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, "", err
	}
	var rows []personRow
	for _, c := range list {
		if a := people[c.AccountID]; a != nil && c.Standing == meet.Comes {
			rows = append(rows, personRow{Who: x.person(a)})
		}
	}
	return rows, names, nil
}

// datePicturesMost is how many pictures stand on a date's page.
const datePicturesMost = 12

// datePictures are the pictures of public acts that came of a date.
func (x *visit) datePictures(d *meet.Seen) ([]datePicture, error) {
	ctx := x.r.Context()
	ids, err := x.Meets.Pictured(ctx, d.ID)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	seen, err := x.Acts.Many(ctx, x.v, ids)
	if err != nil {
		return nil, err
	}
	var public []*act.Act
	for _, i := range ids {
		if a := seen[i]; a != nil {
			public = append(public, a)
		}
	}
	evidence, err := x.Acts.Evidence(ctx, x.v, public)
	if err != nil {
		return nil, err
	}
	var out []datePicture
	for _, a := range public {
		for i := range evidence[a.ID] {
			if len(out) < datePicturesMost {
				out = append(out, datePicture{URL: actPath(a.ID), Media: pictureView(&evidence[a.ID][i])})
			}
		}
	}
	return out, nil
}

// answerForm is what one may say beside coming, or say otherwise.
func (x *visit) answerForm(d *meet.Seen, is dateView, sent dateSent) *formView {
	values := sent.answer
	if values == nil {
		values = url.Values{"guests": {strconv.FormatInt(is.Guests, 10)}, "visibility": {string(act.Organisers)}}
		if c := d.Mine; c != nil {
			values.Set("visibility", string(c.Visibility))
			values.Set("hidden", on(!c.Shown))
		}
	}
	f := x.filled(values, sent.wrong)
	v := &formView{Action: is.URL + "/come", Hidden: map[string]string{"details": "on", "inspired_by": is.Source}, Submit: x.p.T("I come")}
	if values.Has("details") { // it was sent
		v.Wrong, v.Hidden["inspired_by"] = sent.wrong, values.Get("inspired_by")
	}
	if is.Leave {
		v.Submit = x.p.T("Save")
	}
	if d.GuestsMost > 0 {
		v.Fields = components(f.line(look.Field{Name: "guests", Label: x.p.T("Guests beside me"), Inputmode: "numeric"}))
	}
	v.Fields = append(v.Fields,
		f.choose(look.Field{Name: "visibility", Label: x.p.T("When I was there, who may see that?")}, look.ActVisibilities(x.p, "")),
		f.yes(look.Field{Name: "hidden", Label: x.p.T("Only the organisers see my name")}))
	return v
}

// come says that the reader comes, or says it otherwise: by one button, or by the
// form of the date's page, which is shown again with what is wrong.
func (x *visit) come() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	d, err := x.theDate()
	if err != nil {
		return err
	}
	if err := x.signedIn(); err != nil {
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
	if err := x.Meets.Leave(x.r.Context(), x.v, d.ID); err != nil {
		return x.told(err, datePath(d.ID))
	}
	x.flash(x.p.T("That is fine. Your place is free for others."))
	return x.back(datePath(d.ID))
}
