package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// asks are what a kind of call needs to know, beside title, text and closing
// time.
var asks = map[call.Kind]struct{ goal, place, times, minutes, nominees, beneficiary bool }{
	call.Deed:         {goal: true, minutes: true, place: true},
	call.Challenge:    {goal: true, nominees: true, minutes: true},
	call.Event:        {goal: true, place: true, times: true, minutes: true},
	call.Volunteering: {goal: true, place: true, times: true, minutes: true},
	call.Petition:     {goal: true},
	call.Fundraiser:   {goal: true, beneficiary: true},
}

// callFields are the fields of a kind of call, which is a draft or was opened. Once
// there are acts, unit stays as it is; that is for the room to say.
func (x *visit) callFields(kind call.Kind, draft bool, f filled) []templ.Component {
	a := asks[kind]
	fields := components(
		f.line(look.Field{Name: "title", Label: x.p.T("What do you ask people to do?"), Hint: x.p.T("In a few words."), Required: true, MaxLength: call.TitleMost}),
		f.area(look.Field{Name: "body", Label: x.p.T("All they need to know"), Hint: x.p.T("Why, how, what to bring. Markdown works."), Optional: true, Rows: 6}),
	)
	if kind == call.Challenge {
		fields = append(fields, f.area(look.Field{Name: "counts_as_done", Label: x.p.T("What counts as done?"), Optional: true, Rows: 2, MaxLength: call.CountsAsMost,
			Hint: x.p.T("In a sentence or two. It stands with the rules, where people say that they did it, and where they are asked to.")}))
	}
	if kind == call.Fundraiser {
		fields = append(fields, f.line(look.Field{Name: "unit", Label: x.p.T("Currency"), Hint: x.p.T("Its three letters, like EUR."), Required: true, MaxLength: 3}))
	}
	if a.goal {
		fields = append(fields, f.line(look.Field{Name: "goal", Label: goalLabel(x.p.T, kind), Hint: amountHint(x.p.T, kind), Inputmode: "decimal", Optional: true}),
			f.line(look.Field{Name: "stretch", Label: x.p.T("And then, how far?"), Hint: x.p.T("A second goal, which shows once the first is reached."), Inputmode: "decimal", Optional: true}),
			f.choose(look.Field{Name: "counts_from", Label: x.p.T("Which acts count toward the goal?")}, []look.Choice{
				{Value: call.Told.String(), Label: x.p.T("All of them")},
				{Value: call.Witnessed.String(), Label: x.p.T("Witnessed and confirmed ones")},
				{Value: call.Confirmed.String(), Label: x.p.T("Confirmed ones")},
			}))
	}
	if a.beneficiary {
		fields = append(fields, f.line(look.Field{Name: "beneficiary", Label: x.p.T("Whom is it for?"), Prefix: "@", Optional: true,
			Hint: x.p.T("The partner's name here. They can confirm gifts and report sums.")}))
	}
	if a.place {
		fields = append(fields, f.line(look.Field{Name: "place", Label: x.p.T("Place"), Optional: true, MaxLength: call.PlaceMost}))
	}
	fields = append(fields, f.yes(look.Field{Name: "online", Label: x.p.T("It can be done from anywhere")}))
	return append(fields, x.callTimes(kind, draft, f)...)
}

// callTimes are the fields of when, of how much it asks, and of who sees it.
func (x *visit) callTimes(kind call.Kind, draft bool, f filled) []templ.Component {
	a := asks[kind]
	var fields []templ.Component
	if a.times && draft { // once it is open, it has dates
		fields = append(fields,
			f.line(look.Field{Name: "starts_at", Label: x.p.T("It begins"), Type: "datetime-local", Optional: true, Hint: x.p.T("In the time zone below. It becomes the first date, to which people say that they come; you can add more.")}),
			f.line(look.Field{Name: "ends_at", Label: x.p.T("It ends"), Type: "datetime-local", Optional: true}))
	}
	if draft {
		fields = append(fields, f.line(look.Field{Name: "opens_at", Label: x.p.T("It opens by itself"), Type: "datetime-local", Optional: true,
			Hint: x.p.T("In the time zone below. Until then it is a draft, which only organisers see.")}))
	}
	fields = append(fields,
		f.line(look.Field{Name: "closes_at", Label: x.p.T("It closes by itself"), Type: "datetime-local", Optional: true, Hint: x.p.T("In the time zone below. Leave it empty, and it stays open until you close it.")}),
		f.line(x.zoneField(f.values)))
	if a.minutes {
		fields = append(fields, f.line(look.Field{Name: "minutes", Label: x.p.T("How many minutes does it take?"), Inputmode: "numeric", Optional: true,
			Hint: x.p.T("It is offered to people who have that time.")}))
	}
	if a.nominees {
		fields = append(fields,
			f.line(look.Field{Name: "nominees", Label: x.p.T("How many may one pass it on to?"), Inputmode: "numeric"}),
			f.line(look.Field{Name: "answer", Label: x.p.T("How many hours do they have to answer?"), Inputmode: "numeric"}))
	}
	return append(fields, f.choose(look.Field{Name: "visibility", Label: x.p.T("Who usually sees the acts?"), Hint: x.p.T("Everyone can choose otherwise for their own.")},
		look.ActVisibilities(x.p, "")))
}

// zoneField asks for the zone of a form's times; the browser's, unless there is one
// already or a time was written without one.
func (x *visit) zoneField(values url.Values) look.Field {
	typed := false
	for _, name := range []string{"zone", "done_at", "starts_at", "ends_at", "opens_at", "closes_at"} {
		typed = typed || values.Get(name) != ""
	}
	return look.Field{Name: "zone", Label: x.p.T("Time zone"), Optional: true, Placeholder: "UTC", MaxLength: 64, Zone: !typed,
		Hint: x.p.T("By its place, like Europe/Vienna; UTC if you leave it empty.")}
}

type say = func(string, ...any) string

func goalLabel(t say, kind call.Kind) string {
	switch kind {
	case call.Fundraiser:
		return t("Goal: how much money?")
	case call.Volunteering:
		return t("Goal: how many hours?")
	case call.Petition:
		return t("Goal: how many signatures?")
	case call.Event:
		return t("Goal: how many people?")
	}
	return t("Goal: how many?")
}

func amountHint(t say, kind call.Kind) string {
	switch kind {
	case call.Fundraiser:
		return t("Like 1500 or 1500.50.")
	case call.Volunteering:
		return t("Hours and minutes, like 1:30.")
	}
	return ""
}

// localTime is how browsers write a time without its zone.
const localTime = "2006-01-02T15:04"

// callValues are a draft as a form shows it.
func (x *visit) callValues(d call.Draft) url.Values {
	v := url.Values{"kind": {string(d.Kind)}, "title": {d.Title}, "body": {d.Body}, "counts_as_done": {d.CountsAs}, "unit": {d.Unit}, "place": {d.Place}, "online": {on(d.Online)},
		"zone": {d.Zone}, "visibility": {string(d.Visibility)}, "counts_from": {d.CountsFrom.String()}}
	zone := (&call.Call{Zone: d.Zone}).Location()
	for name, at := range map[string]time.Time{"starts_at": d.StartsAt, "ends_at": d.EndsAt, "opens_at": d.OpensAt, "closes_at": d.ClosesAt} {
		if !at.IsZero() {
			v.Set(name, at.In(zone).Format(localTime))
		}
	}
	if d.Goal != nil {
		v.Set("goal", writeAmount(*d.Goal, d.Unit))
	}
	if d.Stretch != nil {
		v.Set("stretch", writeAmount(*d.Stretch, d.Unit))
	}
	if d.Minutes != nil {
		v.Set("minutes", strconv.FormatInt(*d.Minutes, 10))
	}
	if d.Nominees != nil {
		v.Set("nominees", strconv.Itoa(*d.Nominees))
	}
	if d.Answer != 0 {
		v.Set("answer", strconv.Itoa(int(d.Answer/time.Hour)))
	}
	return v
}

// callDraft reads a form over what the draft was; a field that the form of this
// kind lacks stays as it is.
func (x *visit) callDraft(form url.Values, d call.Draft) (call.Draft, error) {
	d.Title, d.Body, d.Online = form.Get("title"), form.Get("body"), form.Get("online") != ""
	if d.Kind == call.Challenge {
		d.CountsAs = form.Get("counts_as_done")
	}
	if asks[d.Kind].place {
		d.Place = form.Get("place")
	}
	zone := (&call.Call{Zone: d.Zone}).Location()
	d.Zone, d.Visibility = form.Get("zone"), call.Visibility(form.Get("visibility"))
	if d.Kind == call.Fundraiser {
		d.Unit = form.Get("unit")
	} else {
		d.Unit = d.Kind.Unit()
	}
	if form.Has("counts_from") {
		proof, ok := call.ParseProof(form.Get("counts_from"))
		if !ok {
			return d, problem.Invalid("counts_from", "This is told, witnessed or confirmed.")
		}
		d.CountsFrom = proof
	}
	var err error
	if d.Goal, err = readOptional("goal", form.Get("goal"), d.Unit); err != nil {
		return d, err
	}
	if d.Stretch, err = readOptional("stretch", form.Get("stretch"), d.Unit); err != nil {
		return d, err
	}
	if asks[d.Kind].minutes {
		if d.Minutes, err = readOptional("minutes", form.Get("minutes"), ""); err != nil {
			return d, err
		}
	}
	if asks[d.Kind].nominees {
		if err := readSpread(form, &d); err != nil {
			return d, err
		}
	}
	if err := readTimes(form, &d, zone); err != nil {
		return d, err
	}
	if asks[d.Kind].beneficiary {
		d.Beneficiary = 0
		if handle := trimHandle(form.Get("beneficiary")); handle != "" {
			a, err := x.named("beneficiary", handle)
			if err != nil {
				return d, err
			}
			d.Beneficiary = a.ID
		}
	}
	return d, nil
}

// readSpread reads how a call is passed on.
func readSpread(form url.Values, d *call.Draft) error {
	nominees, err := readOptional("nominees", form.Get("nominees"), "")
	if err != nil {
		return err
	}
	d.Nominees = nil
	if nominees != nil {
		n := int(min(*nominees, 1<<20))
		d.Nominees = &n
	}
	hours, err := readOptional("answer", form.Get("answer"), "")
	if err != nil {
		return err
	}
	d.Answer = 0
	if hours != nil {
		d.Answer = time.Duration(min(*hours, 1<<20)) * time.Hour
		if d.Answer == 0 {
			return problem.Invalid("answer", "People get from one hour to 30 days to answer a nomination.")
		}
	}
	return nil
}

// readTimes reads times in the zone that the form names; was is the one in which the
// form showed them.
func readTimes(form url.Values, d *call.Draft, was *time.Location) error {
	zone, err := readZone("zone", d.Zone)
	if err != nil {
		return err
	}
	for _, field := range []struct {
		name string
		at   *time.Time
	}{{"starts_at", &d.StartsAt}, {"ends_at", &d.EndsAt}, {"opens_at", &d.OpensAt}, {"closes_at", &d.ClosesAt}} {
		if (field.name == "starts_at" || field.name == "ends_at") && (!asks[d.Kind].times || !form.Has(field.name)) {
			continue
		}
		sent := form.Get(field.name)
		if !field.at.IsZero() && sent == field.at.In(was).Format(localTime) && zone.String() == was.String() {
			continue // as it was shown, without its seconds
		}
		if *field.at, err = readTime(field.name, sent, zone); err != nil {
			return err
		}
	}
	return nil
}

// readZone is the time zone of that name, UTC for none.
func readZone(field, name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, problem.Invalid(field, "“%s” is not a time zone; they have names like Europe/Vienna.", name)
	}
	return zone, nil
}

func readTime(field, s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{localTime, "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, problem.Invalid(field, "This is not a date with a time, like 2026-05-17T18:30.")
}
