package meet

import (
	"time"

	"goodturn/internal/problem"
)

// Wall is a time as a clock on the wall shows it, wherever that hangs:
// 2026-05-17T18:00.
type Wall string

const wallLayout = "2006-01-02T15:04"

// WallOf is what a clock at t's place shows.
func WallOf(t time.Time) Wall { return Wall(t.Format(wallLayout)) }

// parse reads the time as if the clock hung in Greenwich all year.
func (w Wall) parse(field string) (time.Time, error) {
	for _, layout := range []string{wallLayout, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, string(w)); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
			return t.Truncate(time.Minute), nil
		}
	}
	return time.Time{}, problem.Invalid(field, "This is not a date with a time, like 2026-05-17T18:30.")
}

// instant is when a clock in that zone shows what naive shows in UTC. A time
// that comes twice, since the clocks go back, is the first of the two; one that
// is left out, since they go forward, is as long after the gap began as it would
// have been (RFC 5545, section 3.3.5), and false says so.
func instant(naive time.Time, zone *time.Location) (at time.Time, exists bool) {
	year, month, day := naive.Date()
	guess := time.Date(year, month, day, naive.Hour(), naive.Minute(), 0, 0, zone)
	from, to := guess.ZoneBounds()
	around := []time.Time{guess}
	if !from.IsZero() {
		around = append(around, from.Add(-time.Nanosecond))
	}
	if !to.IsZero() {
		around = append(around, to)
	}
	var late time.Time
	for _, t := range around {
		_, offset := t.Zone()
		is := naive.Add(-time.Duration(offset) * time.Second).In(zone)
		if WallOf(is) == WallOf(naive) {
			if !exists || is.Before(at) {
				at, exists = is, true
			}
		}
		if is.After(late) {
			late = is
		}
	}
	if !exists {
		at = late
	}
	return at.UTC(), exists
}
