package syndication

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"goodturn/internal/meet"
)

const (
	localTime = "20060102T150405"
	utcTime   = "20060102T150405Z"
	refresh   = "PT6H" // how often a calendar is asked to look
)

// write makes the file of RFC 5545. Each date is an event of its own, also in a
// series, with a zone that the file describes: so every program shows the hour
// that the clock of the place shows.
func (d *Door) write(c calendar) ([]byte, error) {
	cal := ics.NewCalendarFor("Goodturn")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(c.name)
	cal.SetXWRCalName(c.name)
	cal.SetUrl(c.url)
	cal.SetRefreshInterval(refresh, ics.WithValue("DURATION"))
	cal.SetXPublishedTTL(refresh)
	addZones(cal, c.dates)
	for _, date := range c.dates {
		d.addEvent(cal, date)
	}
	var out bytes.Buffer
	if err := cal.SerializeTo(&out, ics.WithNewLineWindows); err != nil {
		return nil, fmt.Errorf("write a calendar: %w", err)
	}
	return out.Bytes(), nil
}

func (d *Door) addEvent(cal *ics.Calendar, date *meet.Seen) {
	page := d.URL + "/dates/" + date.ID.String()
	e := cal.AddEvent("date-" + date.ID.String() + "@" + d.host)
	e.SetDtStampTime(date.ChangedAt)
	e.SetCreatedTime(date.CreatedAt)
	e.SetModifiedAt(date.ChangedAt)
	e.SetSequence(int(date.Sequence))
	setTime(e, ics.ComponentPropertyDtStart, date.Date, date.StartsAt)
	setTime(e, ics.ComponentPropertyDtEnd, date.Date, date.EndsAt)
	e.SetSummary(plain(date.Heading()))
	e.SetURL(page)
	switch {
	case date.State == meet.Cancelled:
		e.SetStatus(ics.ObjectStatusCancelled)
	case date.Mine != nil && date.Mine.Standing == meet.Waits:
		e.SetStatus(ics.ObjectStatusTentative)
	default:
		e.SetStatus(ics.ObjectStatusConfirmed)
	}
	if date.Place != "" {
		e.SetLocation(plain(date.Place))
	}
	if s := date.Spot; s != nil {
		e.SetGeo(fmt.Sprintf("%.6f", s.Latitude), fmt.Sprintf("%.6f", s.Longitude))
	}
	var about []string
	for _, part := range []string{date.Reason, date.Note, date.Access, date.Online, page} {
		if part != "" {
			about = append(about, plain(part))
		}
	}
	e.SetDescription(strings.Join(about, "\n\n"))
}

// plain is a text without what no line of the file may hold.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func setTime(e *ics.VEvent, property ics.ComponentProperty, date *meet.Date, at time.Time) {
	if inUTC(date) {
		e.SetProperty(property, at.UTC().Format(utcTime))
		return
	}
	e.SetProperty(property, at.In(date.Location()).Format(localTime), ics.WithTZID(date.Zone))
}

func inUTC(date *meet.Date) bool { return date.Zone == "UTC" || date.Location() == time.UTC }

// addZones describes the zones of the dates, from the first that lies in each to
// the last.
func addZones(cal *ics.Calendar, dates []*meet.Seen) {
	type span struct {
		zone        *time.Location
		first, last time.Time
	}
	spans := map[string]*span{}
	var names []string
	for _, d := range dates {
		if inUTC(d.Date) {
			continue
		}
		s := spans[d.Zone]
		if s == nil {
			s = &span{d.Location(), d.StartsAt, d.EndsAt}
			spans[d.Zone] = s
			names = append(names, d.Zone)
		}
		if d.StartsAt.Before(s.first) {
			s.first = d.StartsAt
		}
		if d.EndsAt.After(s.last) {
			s.last = d.EndsAt
		}
	}
	slices.Sort(names)
	for _, name := range names {
		s := spans[name]
		tz := cal.AddTimezone(name)
		for at := s.first.In(s.zone); ; {
			from, to := at.ZoneBounds()
			addObservance(tz, at, from)
			if to.IsZero() || to.After(s.last) {
				break
			}
			at = to
		}
	}
}

// addObservance describes the zone's offset at a time, which has held since from
// (section 3.6.5). Its onset is written by the clock as it was before.
func addObservance(tz *ics.VTimezone, at, from time.Time) {
	name, offset := at.Zone()
	before, onset := offset, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	if !from.IsZero() {
		_, before = from.Add(-time.Second).Zone()
		onset = from.UTC().Add(time.Duration(before) * time.Second)
	}
	var part interface {
		SetProperty(ics.ComponentProperty, string, ...ics.PropertyParameter)
	}
	if at.IsDST() {
		daylight := &ics.Daylight{}
		tz.Components = append(tz.Components, daylight)
		part = daylight
	} else {
		part = tz.AddStandard()
	}
	part.SetProperty(ics.ComponentPropertyDtStart, onset.Format(localTime))
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), utcOffset(before))
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), utcOffset(offset))
	part.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
}

// utcOffset writes seconds east of Greenwich as +0530.
func utcOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	if rest := seconds % 60; rest != 0 {
		return fmt.Sprintf("%c%02d%02d%02d", sign, seconds/3600, seconds/60%60, rest)
	}
	return fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
}
