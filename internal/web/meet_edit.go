package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// newDatePage asks for a date; it begins with what the call says of time and
// place.
func (x *visit) newDatePage() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	values := url.Values{"zone": {c.Zone}, "place": {c.Place}, "names": {string(meet.ToComers)}, "guests_most": {"0"}}
	if c.StartsAt.After(x.Now()) {
		values.Set("starts", c.StartsAt.In(c.Location()).Format(localTime))
		if !c.EndsAt.IsZero() {
			values.Set("ends", c.EndsAt.In(c.Location()).Format(localTime))
		}
	}
	return x.showNewDate(c, values, nil)
}

func (x *visit) showNewDate(c theCall, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("A new date: %s", c.Title))
	f := x.filled(values, wrong)
	fields := append(x.dateTimes(f), components(
		f.choose(look.Field{Name: "repeat", Label: x.p.T("Does it repeat?")}, []look.Choice{
			{Value: "", Label: x.p.T("No, once")},
			{Value: "week", Label: x.p.T("Every week")},
			{Value: "fortnight", Label: x.p.T("Every two weeks")},
			{Value: "day", Label: x.p.T("Every month, on that day of the month")},
			{Value: "weekday", Label: x.p.T("Every month, on that weekday of it")},
		}),
		f.line(look.Field{Name: "count", Label: x.p.T("How many dates in all?"), Inputmode: "numeric", Optional: true,
			Hint: x.p.T("If it repeats: up to %d. The clock stays the same when it changes for the summer.", meet.RepeatMost)}),
	)...)
	fields = append(fields, x.dateFields(c.Kind, f)...)
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: callPath(c.ID) + "/dates/new", Hidden: keyed(values), Wrong: wrong, Fields: fields,
		Submit: x.p.T("Add it"), Beside: &look.Link{Text: x.p.T("Not now"), URL: callPath(c.ID)}}))
}

// dateTimes are the fields of when.
func (x *visit) dateTimes(f filled) []templ.Component {
	zone := x.zoneField(f.values)
	zone.Zone = f.values.Get("zone") == "" && f.values.Get("starts") == ""
	return components(
		f.line(look.Field{Name: "starts", Label: x.p.T("It begins"), Type: "datetime-local", Required: true, Hint: x.p.T("By the clock of the place.")}),
		f.line(look.Field{Name: "ends", Label: x.p.T("It ends"), Type: "datetime-local", Required: true}),
		f.line(zone),
	)
}

// dateFields are those of where, for whom and how many.
func (x *visit) dateFields(kind call.Kind, f filled) []templ.Component {
	fields := components(
		f.line(look.Field{Name: "title", Label: x.p.T("What happens then?"), Hint: x.p.T("Only if it is not what the call says."), Optional: true, MaxLength: meet.TitleMost}),
		f.area(look.Field{Name: "note", Label: x.p.T("What to know"), Hint: x.p.T("What to bring, whom to ask. Markdown works."), Optional: true}),
		f.line(look.Field{Name: "place", Label: x.p.T("Place"), Optional: true, MaxLength: meet.PlaceMost, Hint: x.p.T("As one would write it on an envelope; it leads to a map.")}),
		f.line(look.Field{Name: "spot", Label: x.p.T("The point on the map"), Optional: true, Placeholder: "48.2085, 16.3731", Hint: x.p.T("Latitude and longitude, if the words alone do not find it.")}),
		f.area(look.Field{Name: "access", Label: x.p.T("Who can get there, and how?"), Optional: true, Rows: 3, Hint: x.p.T("Steps and ramps, toilets, noise, signing, somebody to ask.")}),
		f.line(look.Field{Name: "online", Label: x.p.T("Online at"), Type: "url", Optional: true, MaxLength: meet.OnlineMost, Hint: x.p.T("Only those who come see this link.")}),
		f.line(look.Field{Name: "capacity", Label: x.p.T("How many places?"), Inputmode: "numeric", Optional: true, Hint: x.p.T("Leave it empty for no limit. When all are taken, people wait and move up in order.")}),
		f.line(look.Field{Name: "guests_most", Label: x.p.T("How many guests may one bring?"), Inputmode: "numeric", Optional: true}),
	)
	if kind == call.Volunteering {
		fields = append(fields, f.line(look.Field{Name: "skills", Label: x.p.T("What should one be able to do?"), Optional: true, MaxLength: meet.SkillsMost, Placeholder: x.p.T("Drive a van, speak Dari")}))
	}
	return append(fields,
		f.line(look.Field{Name: "coordinator", Label: x.p.T("Who is there for questions?"), Prefix: "@", Optional: true, Hint: x.p.T("They check people in and confirm hours, beside the organisers.")}),
		f.choose(look.Field{Name: "names", Label: x.p.T("Who sees who comes?"), Hint: x.p.T("Everybody sees how many.")}, []look.Choice{
			{Value: string(meet.ToComers), Label: x.p.T("Those who come, and the organisers")},
			{Value: string(meet.ToOrganisers), Label: x.p.T("The organisers alone")},
		}))
}

func (x *visit) newDate() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	d, err := x.dateDraft(x.sent, meet.Draft{})
	if err == nil {
		d.Repeat, err = repeatRule(x.sent)
	}
	if err == nil {
		d.Key = x.sent.Get("key")
		_, err = x.Meets.Add(x.r.Context(), x.v, c.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err, "Idempotency-Key", "")
		if err != nil {
			return err
		}
		return x.showNewDate(c, x.sent, wrong)
	}
	x.flash(x.p.T("The date stands."))
	return x.redirect(callPath(c.ID) + "/dates")
}

// repeatRule is the rule that the form's choices mean.
func repeatRule(form url.Values) (string, error) {
	every := form.Get("repeat")
	if every == "" {
		return "", nil
	}
	count, err := strconv.Atoi(strings.TrimSpace(form.Get("count")))
	if err != nil || count < 1 {
		return "", problem.Invalid("count", "Say how many dates there are, or until when: %d at most.", meet.RepeatMost)
	}
	end := ";COUNT=" + strconv.Itoa(count)
	switch every {
	case "week":
		return "FREQ=WEEKLY" + end, nil
	case "fortnight":
		return "FREQ=WEEKLY;INTERVAL=2" + end, nil
	case "day":
		return "FREQ=MONTHLY" + end, nil
	}
	starts, err := time.Parse(localTime, form.Get("starts"))
	if err != nil {
		return "", problem.Invalid("starts", "This is not a date with a time, like 2026-05-17T18:30.")
	}
	nth := (starts.Day()-1)/7 + 1
	if nth == 5 { // not every month has one
		nth = -1
	}
	return fmt.Sprintf("FREQ=MONTHLY;BYDAY=%d%s%s", nth, strings.ToUpper(starts.Weekday().String()[:2]), end), nil
}

// dateDraft reads a form over what the draft was.
func (x *visit) dateDraft(form url.Values, d meet.Draft) (meet.Draft, error) {
	d.Title, d.Note, d.Starts, d.Ends, d.Zone = form.Get("title"), form.Get("note"), meet.Wall(form.Get("starts")), meet.Wall(form.Get("ends")), strings.TrimSpace(form.Get("zone"))
	d.Place, d.Access, d.Online, d.Names = form.Get("place"), form.Get("access"), strings.TrimSpace(form.Get("online")), meet.Names(form.Get("names"))
	if form.Has("skills") {
		d.Skills = form.Get("skills")
	}
	var err error
	if d.Capacity, err = readCount("capacity", strings.TrimSpace(form.Get("capacity"))); err != nil {
		return d, err
	}
	if d.GuestsMost, err = readCount("guests_most", strings.TrimSpace(form.Get("guests_most"))); err != nil {
		return d, err
	}
	if d.Spot, err = readSpot(form.Get("spot")); err != nil {
		return d, err
	}
	d.Coordinator = 0
	if handle := trimHandle(form.Get("coordinator")); handle != "" {
		a, err := x.named("coordinator", handle)
		if err != nil {
			return d, err
		}
		d.Coordinator = a.ID
	}
	return d, nil
}

// readSpot reads "48.2085, 16.3731".
func readSpot(s string) (*meet.Spot, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	lat, lon, ok := strings.Cut(s, ",")
	latitude, err := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	longitude, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	if !ok || err != nil || err2 != nil {
		return nil, problem.Invalid("spot", "This is no point on the map: it is written like 48.2085, 16.3731.")
	}
	return &meet.Spot{Latitude: latitude, Longitude: longitude}, nil
}

// organisedDate is the date of the path for those who organise its call.
func (x *visit) organisedDate() (*meet.Seen, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	if _, err := x.form(); err != nil {
		return nil, err
	}
	d, err := x.theDate()
	if err != nil {
		return nil, err
	}
	if !d.Organises {
		return nil, problem.Forbidden("Only those who organise this call can do this.")
	}
	return d, nil
}

func (x *visit) editDatePage() error {
	d, err := x.organisedDate()
	if err != nil {
		return err
	}
	is := d.Draft()
	values := url.Values{"title": {is.Title}, "note": {is.Note}, "starts": {string(is.Starts)}, "ends": {string(is.Ends)}, "zone": {is.Zone}, "place": {is.Place},
		"access": {is.Access}, "online": {is.Online}, "skills": {is.Skills}, "names": {string(is.Names)}, "guests_most": {strconv.FormatInt(is.GuestsMost, 10)}}
	if is.Capacity > 0 {
		values.Set("capacity", strconv.FormatInt(is.Capacity, 10))
	}
	if is.Spot != nil {
		values.Set("spot", fmt.Sprintf("%g, %g", is.Spot.Latitude, is.Spot.Longitude))
	}
	if is.Coordinator != 0 {
		a, err := x.Accounts.Get(x.r.Context(), is.Coordinator)
		if err != nil {
			return err
		}
		values.Set("coordinator", a.Handle())
	}
	return x.showEditDate(d, values, nil)
}

func (x *visit) showEditDate(d *meet.Seen, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Edit: %s", d.Heading()))
	f := x.filled(values, wrong)
	fields := append(x.dateTimes(f), x.dateFields(d.Call.Kind, f)...)
	if d.SeriesID != 0 {
		fields = append(fields, f.yes(look.Field{Name: "later", Label: x.p.T("And all dates of the series after it"), Hint: x.p.T("Their times move by as much; all else becomes as it is here.")}))
	}
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: datePath(d.ID) + "/edit", Wrong: wrong,
		Intro:  []string{x.p.T("Those who come are told of another time or place.")},
		Fields: fields,
		Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Leave it as it is"), URL: datePath(d.ID)}}))
}

func (x *visit) editDate() error {
	d, err := x.organisedDate()
	if err != nil {
		return err
	}
	draft, err := x.dateDraft(x.sent, d.Draft())
	if err == nil {
		draft.Later = x.sent.Get("later") != ""
		_, err = x.Meets.Edit(x.r.Context(), x.v, d.ID, draft)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showEditDate(d, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(datePath(d.ID))
}

// cancelDatePage asks why, since those who come are told.
func (x *visit) cancelDatePage() error {
	d, err := x.organisedDate()
	if err != nil {
		return err
	}
	return x.showCancelDate(d, url.Values{}, nil)
}

func (x *visit) showCancelDate(d *meet.Seen, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Cancel “%s”?", d.Heading()))
	f := x.filled(values, wrong)
	fields := components(f.area(look.Field{Name: "reason", Label: x.p.T("Why?"), Required: true, MaxLength: meet.ReasonMost}))
	if d.SeriesID != 0 {
		fields = append(fields, f.yes(look.Field{Name: "later", Label: x.p.T("And all dates of the series after it")}))
	}
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: datePath(d.ID) + "/cancel", Wrong: wrong, Danger: true, Fields: fields,
		Intro:  []string{x.lasts(d), x.p.T("It ends for good, and those who come are told why.")},
		Submit: x.p.T("Cancel the date"), Beside: &look.Link{Text: x.p.T("Keep it"), URL: datePath(d.ID)}}))
}

func (x *visit) cancelDate() error {
	d, err := x.organisedDate()
	if err != nil {
		return err
	}
	if err := x.Meets.Cancel(x.r.Context(), x.v, d.ID, x.sent.Get("reason"), x.sent.Get("later") != ""); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showCancelDate(d, x.sent, wrong)
	}
	x.flash(x.p.T("It is cancelled, and those who come are told."))
	return x.redirect(datePath(d.ID))
}
