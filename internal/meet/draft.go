package meet

import (
	"math"
	"strings"
	"time"
	_ "time/tzdata" // so that time zones load wherever the one binary runs

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The limits of a date's words, in characters, and of its numbers.
const (
	TitleMost    = 120
	NoteMost     = 5000
	PlaceMost    = 200
	AccessMost   = 1000
	OnlineMost   = 500
	SkillsMost   = 200
	ReasonMost   = 500
	CapacityMost = 1_000_000
	GuestsMost   = 20
	longest      = 14 * 24 * time.Hour
	datesMost    = 200 // ahead, of one call
)

// Draft is what an organiser writes to make a date, or to change one: Edit takes
// the whole of it, see Date.Draft.
type Draft struct {
	Title       string
	Note        string
	Starts      Wall // by the clock of Zone, as is Ends
	Ends        Wall
	Zone        string // IANA name; "" is UTC
	Place       string
	Spot        *Spot
	Access      string
	Online      string // an https or http address
	Skills      string
	Capacity    int64 // 0 is without limit
	GuestsMost  int64
	Names       Names // "" is ToComers
	Coordinator id.ID
	Repeat      string // an RRULE, see repeat; "" for one date. Only when it is made.
	Later       bool   // only when it is changed: with all that follow it in its series
	Key         string `json:"-"` // idempotency; "" for none
}

// Draft is the date as it would be written, to be changed and given to Edit.
func (d *Date) Draft() Draft {
	return Draft{Title: d.Title, Note: d.Note, Starts: WallOf(d.Starts()), Ends: WallOf(d.Ends()), Zone: d.Zone, Place: d.Place, Spot: d.Spot,
		Access: d.Access, Online: d.Online, Skills: d.Skills, Capacity: d.Capacity, GuestsMost: d.GuestsMost, Names: d.Names, Coordinator: d.Coordinator}
}

// times are when a date begins and ends.
type times struct{ starts, ends time.Time }

// clean makes the draft valid, and works out the times of all its dates.
func (d Draft) clean() (Draft, []times, error) {
	if err := d.cleanWords(); err != nil {
		return d, nil, err
	}
	switch {
	case d.Capacity < 0 || d.Capacity > CapacityMost:
		return d, nil, problem.Invalid("capacity", "There are from 1 to %d places, or no limit.", CapacityMost)
	case d.GuestsMost < 0 || d.GuestsMost > GuestsMost:
		return d, nil, problem.Invalid("guests_most", "A person brings none, or up to %d.", GuestsMost)
	case d.Names == "":
		d.Names = ToComers
	case d.Names != ToComers && d.Names != ToOrganisers:
		return d, nil, problem.Invalid("names", "This is comers or organisers.")
	}
	if s := d.Spot; s != nil && !(math.Abs(s.Latitude) <= 90 && math.Abs(s.Longitude) <= 180) {
		return d, nil, problem.Invalid("spot", "This is no point on the map: it is written like 48.2085, 16.3731.")
	}
	all, err := d.times()
	return d, all, err
}

func (d *Draft) cleanWords() (err error) {
	for _, line := range []struct {
		field string
		s     *string
		most  int
	}{{"title", &d.Title, TitleMost}, {"place", &d.Place, PlaceMost}, {"skills", &d.Skills, SkillsMost}} {
		if *line.s, err = text.Line(line.field, *line.s, line.most); err != nil {
			return err
		}
	}
	if d.Note, err = text.Block("note", d.Note, NoteMost); err != nil {
		return err
	}
	if d.Access, err = text.Block("access", d.Access, AccessMost); err != nil {
		return err
	}
	d.Online, err = text.Link("online", d.Online, OnlineMost)
	return err
}

// times are those of the one date, or of all that the rule makes.
func (d *Draft) times() ([]times, error) {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil || d.Zone == "Local" {
		return nil, problem.Invalid("zone", "“%s” is not a time zone; they have names like Europe/Vienna.", d.Zone)
	}
	if d.Zone == "" {
		d.Zone = "UTC"
	}
	starts, err := d.Starts.parse("starts")
	if err != nil {
		return nil, err
	}
	ends, err := d.Ends.parse("ends")
	if err != nil {
		return nil, err
	}
	if _, exists := instant(starts, zone); !exists {
		return nil, problem.Invalid("starts", "The clocks go forward then: this time is left out on that day.")
	}
	if _, exists := instant(ends, zone); !exists {
		return nil, problem.Invalid("ends", "The clocks go forward then: this time is left out on that day.")
	}
	firsts := []time.Time{starts}
	if strings.TrimSpace(d.Repeat) != "" {
		if firsts, err = repeat(d.Repeat, starts); err != nil {
			return nil, err
		}
	}
	all := make([]times, len(firsts))
	for i, first := range firsts {
		all[i].starts, _ = instant(first, zone)
		all[i].ends, _ = instant(first.Add(ends.Sub(starts)), zone)
		switch {
		case !all[i].ends.After(all[i].starts):
			return nil, problem.Invalid("ends", "It ends before it starts.")
		case all[i].ends.Sub(all[i].starts) > longest:
			return nil, problem.Invalid("ends", "A date lasts 14 days at most; make several.")
		}
	}
	return all, nil
}

// shifted are the times of a date that follows another in its series, when that
// moves to those of the draft: by as much on the clock on the wall.
func (d *Draft) shifted(was, next *Date) (t times, err error) {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return t, problem.Invalid("zone", "“%s” is not a time zone; they have names like Europe/Vienna.", d.Zone)
	}
	var at [4]time.Time // by the wall: to, until, before, and of the one that follows
	for i, w := range []Wall{d.Starts, d.Ends, WallOf(was.Starts()), WallOf(next.Starts())} {
		if at[i], err = w.parse("starts"); err != nil {
			return t, err
		}
	}
	starts := at[3].Add(at[0].Sub(at[2]))
	t.starts, _ = instant(starts, zone)
	t.ends, _ = instant(starts.Add(at[1].Sub(at[0])), zone)
	return t, nil
}
