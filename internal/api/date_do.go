package api

import (
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
)

func (d *Door) listDates(q *request) ([]*Date, error) {
	i, err := q.id("id", "call")
	if err != nil {
		return nil, err
	}
	return d.datesBy(q, func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return d.Meets.Of(q.Context(), q.viewer, i, when, p)
	})
}

func (d *Door) movementDates(q *request) ([]*Date, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	return d.datesBy(q, func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return d.Meets.OfMovement(q.Context(), q.viewer, m.ID, when, p)
	})
}

func (d *Door) myDates(q *request) ([]*Date, error) {
	return d.datesBy(q, func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return d.Meets.Mine(q.Context(), q.viewer, when, p)
	})
}

// datesBy is a list of what lies ahead, or of what is past.
func (d *Door) datesBy(q *request, list func(meet.When, meet.Page) ([]*meet.Seen, error)) ([]*Date, error) {
	when, err := q.choice("when")
	if err != nil {
		return nil, err
	}
	after, err := q.after()
	if err != nil {
		return nil, err
	}
	dates, err := list(meet.When(either(when, string(meet.Ahead))), meet.Page{After: after})
	if err != nil {
		return nil, err
	}
	return d.dates(q, dates)
}

func (d *Door) addDate(q *request, in DateDraft) (*Date, error) {
	i, err := q.id("id", "call")
	if err != nil {
		return nil, err
	}
	draft, err := d.dateFrom(q, in)
	if err != nil {
		return nil, err
	}
	draft.Repeat, draft.Key = in.Repeat, q.key()
	made, err := d.Meets.Add(q.Context(), q.viewer, i, draft)
	if err != nil {
		return nil, err
	}
	d.located(q, "/dates/"+made.ID.String())
	return d.oneDate(q, made)
}

// date is the one that the path names.
func (d *Door) date(q *request) (*meet.Seen, error) {
	i, err := q.id("id", "date")
	if err != nil {
		return nil, err
	}
	return d.Meets.Get(q.Context(), q.viewer, i)
}

func (d *Door) getDate(q *request) (*Date, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	return d.oneDate(q, seen)
}

// dateDraft is the date as it would be written.
func (d *Door) dateDraft(q *request) (DateDraft, error) {
	seen, err := d.date(q)
	if err != nil {
		return DateDraft{}, err
	}
	is := seen.Draft()
	in := DateDraft{Title: is.Title, Note: is.Note, Starts: string(is.Starts), Ends: string(is.Ends), Zone: is.Zone, Place: is.Place, Access: is.Access,
		Online: is.Online, Skills: is.Skills, Capacity: number(is.Capacity), GuestsMost: is.GuestsMost, Names: is.Names}
	if is.Spot != nil {
		in.Latitude, in.Longitude = &is.Spot.Latitude, &is.Spot.Longitude
	}
	if is.Coordinator != 0 {
		who := is.Coordinator.String()
		in.Coordinator = &who
	}
	return in, nil
}

func (d *Door) editDate(q *request, in DateDraft) (*Date, error) {
	if in.Repeat != "" {
		return nil, problem.Invalid("repeat", "Dates repeat from when they are made on; add more.")
	}
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	draft, err := d.dateFrom(q, in)
	if err != nil {
		return nil, err
	}
	draft.Later = in.Later
	if seen, err = d.Meets.Edit(q.Context(), q.viewer, seen.ID, draft); err != nil {
		return nil, err
	}
	return d.oneDate(q, seen)
}

func (d *Door) dateFrom(q *request, in DateDraft) (meet.Draft, error) {
	draft := meet.Draft{Title: in.Title, Note: in.Note, Starts: meet.Wall(in.Starts), Ends: meet.Wall(in.Ends), Zone: in.Zone, Place: in.Place, Access: in.Access,
		Online: in.Online, Skills: in.Skills, GuestsMost: in.GuestsMost, Names: in.Names}
	if in.Capacity != nil {
		if draft.Capacity = *in.Capacity; draft.Capacity == 0 {
			return draft, problem.Invalid("capacity", "There are from 1 to %d places, or no limit.", meet.CapacityMost)
		}
	}
	switch {
	case in.Latitude != nil && in.Longitude != nil:
		draft.Spot = &meet.Spot{Latitude: *in.Latitude, Longitude: *in.Longitude}
	case in.Latitude != nil || in.Longitude != nil:
		return draft, problem.Invalid("latitude", "Latitude and longitude come together.")
	}
	if in.Coordinator != nil && *in.Coordinator != "" {
		a, err := d.accountIn(q, "coordinator", *in.Coordinator)
		if err != nil {
			return draft, err
		}
		draft.Coordinator = a.ID
	}
	return draft, nil
}

func (d *Door) cancelDate(q *request, in DateCancellation) (*Date, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	if err := d.Meets.Cancel(q.Context(), q.viewer, seen.ID, in.Reason, in.Later); err != nil {
		return nil, err
	}
	return d.getDate(q)
}

func (d *Door) come(q *request, in Intent) (*Date, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	if seen, err = d.Meets.Come(q.Context(), q.viewer, seen.ID, meet.Answer{Guests: in.Guests, Hidden: in.Hidden, Visibility: in.Visibility,
		InspiredBy: in.InspiredBy.source()}); err != nil {
		return nil, err
	}
	return d.oneDate(q, seen)
}

func (d *Door) leaveDate(q *request) error {
	seen, err := d.date(q)
	if err != nil {
		return err
	}
	return d.Meets.Leave(q.Context(), q.viewer, seen.ID)
}

func (d *Door) datePeople(q *request) ([]*Coming, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	after, err := q.after()
	if err != nil {
		return nil, err
	}
	var people []*meet.Coming
	if words := q.param("q"); words != "" {
		people, err = d.Meets.Find(q.Context(), q.viewer, seen.ID, words)
	} else {
		people, err = d.Meets.People(q.Context(), q.viewer, seen.ID, after)
	}
	if err != nil {
		return nil, err
	}
	accounts, err := d.shown(q.Context(), each(people, func(c *meet.Coming) id.ID { return c.AccountID }))
	if err != nil {
		return nil, err
	}
	out := []*Coming{}
	for _, c := range people {
		if a := accounts[c.AccountID]; a != nil {
			out = append(out, coming(c, a))
		}
	}
	return out, nil
}

// after is the id that a list goes on from; 0 for its begin.
func (q *request) after() (id.ID, error) {
	s := q.param("after")
	if s == "" {
		return 0, nil
	}
	i, err := id.Parse(s)
	if err != nil {
		return 0, problem.Invalid("after", "This is not an id: use one from an answer of this server.")
	}
	return i, nil
}

func (d *Door) dateCode(q *request) (*Code, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	code, err := d.Meets.Code(q.Context(), q.viewer, seen.ID)
	if err != nil {
		return nil, err
	}
	return &Code{Code: code, URL: d.URL + "/dates/" + seen.ID.String() + "/here?code=" + code}, nil
}

func (d *Door) newDateCode(q *request) (*Code, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	if err := d.Meets.NewCode(q.Context(), q.viewer, seen.ID); err != nil {
		return nil, err
	}
	return d.dateCode(q)
}

func (d *Door) checkIn(q *request, in CheckIn) (*Date, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	here := meet.Here{Code: in.Code, Visibility: in.Visibility}
	if in.InspiredBy != nil {
		src := in.InspiredBy.source()
		here.InspiredBy = &src
	}
	if seen, err = d.Meets.CheckIn(q.Context(), q.viewer, seen.ID, here); err != nil {
		return nil, err
	}
	return d.oneDate(q, seen)
}

// attendee is the date and the account that the path names.
func (d *Door) attendee(q *request) (*meet.Seen, *account.Account, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, nil, err
	}
	a, err := d.accountNamed(q, q.PathValue("account"))
	return seen, a, err
}

func (d *Door) checkInBy(q *request, in Arrival) error {
	seen, a, err := d.attendee(q)
	if err != nil {
		return err
	}
	return d.Meets.CheckInBy(q.Context(), q.viewer, seen.ID, a.ID, in.Guests)
}

func (d *Door) undoCheckIn(q *request) error {
	seen, a, err := d.attendee(q)
	if err != nil {
		return err
	}
	return d.Meets.UndoCheckIn(q.Context(), q.viewer, seen.ID, a.ID)
}

func (d *Door) logHours(q *request, in LoggedHours) (*Date, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	if seen, err = d.Meets.LogHours(q.Context(), q.viewer, seen.ID, in.Minutes, in.Note); err != nil {
		return nil, err
	}
	return d.oneDate(q, seen)
}

func (d *Door) stepDown(q *request) error {
	seen, err := d.date(q)
	if err != nil {
		return err
	}
	return d.Meets.StepDown(q.Context(), q.viewer, seen.ID)
}

func (d *Door) confirmHours(q *request, in SignOff) error {
	seen, a, err := d.attendee(q)
	if err != nil {
		return err
	}
	return d.Meets.ConfirmHours(q.Context(), q.viewer, seen.ID, a.ID, in.Minutes)
}

func (d *Door) confirmAllHours(q *request) (*SignedOff, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	n, err := d.Meets.ConfirmAll(q.Context(), q.viewer, seen.ID)
	if err != nil {
		return nil, err
	}
	return &SignedOff{Confirmed: n}, nil
}

func (d *Door) takeOff(q *request, in OffList) error {
	seen, a, err := d.attendee(q)
	if err != nil {
		return err
	}
	return d.Meets.TakeOff(q.Context(), q.viewer, seen.ID, a.ID, in.Reason)
}

func (d *Door) disputeHours(q *request, in Dispute) error {
	seen, a, err := d.attendee(q)
	if err != nil {
		return err
	}
	return d.Meets.DisputeHours(q.Context(), q.viewer, seen.ID, a.ID, in.Reason)
}

func (d *Door) certificate(q *request) ([]*Served, error) {
	i, err := q.id("id", "call")
	if err != nil {
		return nil, err
	}
	served, err := d.Meets.Certificate(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	by, err := d.shown(q.Context(), each(served, func(s meet.Served) id.ID { return s.ConfirmedBy }))
	if err != nil {
		return nil, err
	}
	return each(served, func(s meet.Served) *Served {
		return &Served{DateID: s.Date.ID, StartsAt: Time(s.Date.StartsAt), Quantity: s.Quantity, ConfirmedBy: by[s.ConfirmedBy], ConfirmedAt: Time(s.ConfirmedAt), How: s.How}
	}), nil
}

func (d *Door) newCalendar(q *request) (*Calendar, error) {
	secret, err := d.Meets.NewCalendar(q.Context(), q.viewer)
	if err != nil {
		return nil, err
	}
	return &Calendar{URL: d.URL + "/calendar/" + secret + "/dates.ics"}, nil
}

func (d *Door) endCalendar(q *request) error { return d.Meets.EndCalendar(q.Context(), q.viewer) }

func (d *Door) oneDate(q *request, seen *meet.Seen) (*Date, error) {
	list, err := d.dates(q, []*meet.Seen{seen})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// dates are dates as the API gives them.
func (d *Door) dates(q *request, list []*meet.Seen) ([]*Date, error) {
	coordinators, err := d.shown(q.Context(), each(list, func(s *meet.Seen) id.ID { return s.Coordinator }))
	if err != nil {
		return nil, err
	}
	return each(list, func(s *meet.Seen) *Date {
		out := &Date{ID: s.ID, URL: d.URL + "/dates/" + s.ID.String(), Call: d.callRef(s.Call), Title: s.Heading(), Note: s.Note, StartsAt: Time(s.StartsAt), EndsAt: Time(s.EndsAt),
			Starts: string(meet.WallOf(s.Starts())), Ends: string(meet.WallOf(s.Ends())), Zone: s.Zone, Place: s.Place, Access: s.Access, Online: s.Online, Skills: s.Skills,
			Capacity: number(s.Capacity), GuestsMost: s.GuestsMost, Taken: s.Taken, Waiting: s.Waiting, Names: s.Names, Coordinator: coordinators[s.Coordinator],
			State: s.State, Reason: s.Reason, Responsible: s.Responsible}
		if s.Spot != nil {
			out.Latitude, out.Longitude = &s.Spot.Latitude, &s.Spot.Longitude
		}
		if s.SeriesID != 0 {
			out.Series = &s.SeriesID
		}
		if s.Mine != nil {
			out.Mine = coming(s.Mine, d.account(q.viewer.Account()))
		}
		return out
	}), nil
}

// coming is somebody who comes, as far as the room tells of them.
func coming(c *meet.Coming, a *Account) *Coming {
	out := &Coming{ID: c.ID, Account: a, Guests: c.Guests, Visibility: c.Visibility, CameAt: when(c.CameAt), ConfirmsAt: when(c.ConfirmAt), Minutes: number(c.Minutes), Note: c.Note, Reason: c.Reason}
	out.Hidden = c.Visibility != act.Visibility("") && !c.Shown
	if c.Standing != meet.Nowhere {
		out.Standing = &c.Standing
	}
	if c.ActID != 0 {
		out.ActID = &c.ActID
	}
	if c.Hours != meet.NoHours {
		out.Hours = &c.Hours
	}
	return out
}

func (d *Door) datePictures(q *request) ([]*Act, error) {
	seen, err := d.date(q)
	if err != nil {
		return nil, err
	}
	ids, err := d.Meets.Pictured(q.Context(), seen.ID)
	if err != nil {
		return nil, err
	}
	visible, err := d.Acts.Many(q.Context(), q.viewer, ids)
	if err != nil {
		return nil, err
	}
	list := []*act.Act{}
	for _, i := range ids {
		if a := visible[i]; a != nil {
			list = append(list, a)
		}
	}
	return d.acts(q, list)
}
