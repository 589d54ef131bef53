package meet

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"goodturn/internal/problem"
)

// The bounds of a rule by which dates repeat.
const (
	RepeatMost   = 60 // dates that one rule makes
	intervalMost = 12
	yearsMost    = 10 // that they spread over
)

// repeat is when a rule has things begin, by the clock on the wall: from first
// on, which fits it. Of RFC 5545 it takes FREQ=WEEKLY and FREQ=MONTHLY with
// INTERVAL, BYDAY, BYMONTHDAY, and either COUNT or UNTIL.
func repeat(rule string, first time.Time) ([]time.Time, error) {
	o, err := rrule.StrToROption(strings.TrimPrefix(strings.TrimSpace(rule), "RRULE:"))
	if err != nil || !plain(o) {
		return nil, problem.Invalid("repeat", "Dates repeat weekly or monthly, by a rule like FREQ=WEEKLY;BYDAY=TU;COUNT=10.")
	}
	if o.Count == 0 && o.Until.IsZero() || o.Count > RepeatMost {
		return nil, problem.Invalid("repeat", "Say how many dates there are, or until when: %d at most.", RepeatMost)
	}
	o.Dtstart = first
	if !o.Until.IsZero() { // a day means the whole of it
		o.Until = o.Until.UTC().Truncate(24 * time.Hour).Add(24*time.Hour - time.Second)
	}
	last := first.AddDate(yearsMost, 0, 0)
	beyond := o.Until.IsZero() || o.Until.After(last)
	if beyond {
		o.Until = last
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, problem.Invalid("repeat", "Dates repeat weekly or monthly, by a rule like FREQ=WEEKLY;BYDAY=TU;COUNT=10.")
	}
	misfit := problem.Invalid("repeat", "The first date does not fit the rule.")
	if !fits(o, first) { // a rule that nothing fits would be walked for thousands of years
		return nil, misfit
	}
	var all []time.Time
	next := r.Iterator()
	for t, ok := next(); ok; t, ok = next() {
		if len(all) == RepeatMost {
			return nil, problem.Invalid("repeat", "Say how many dates there are, or until when: %d at most.", RepeatMost)
		}
		all = append(all, t)
	}
	if len(all) == 0 || !all[0].Equal(first) {
		return nil, misfit
	}
	if beyond && len(all) != o.Count {
		return nil, problem.Invalid("repeat", "The dates of a rule lie within %d years.", yearsMost)
	}
	return all, nil
}

// fits says whether a day is one of those that a plain rule names (RFC 5545, section
// 3.3.10). As the library does, it takes a monthly BYDAY=MO,2TU for days that are
// both a Monday and a second Tuesday.
func fits(o *rrule.ROption, at time.Time) bool {
	day, days := at.Day(), time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if len(o.Bymonthday) > 0 && !slices.Contains(o.Bymonthday, day) && !slices.Contains(o.Bymonthday, day-days-1) {
		return false
	}
	anyOf, nthOf, is, isNth := false, false, false, false
	for _, w := range o.Byweekday {
		same := time.Weekday((w.Day()+1)%7) == at.Weekday()
		if w.N() == 0 || o.Freq == rrule.WEEKLY {
			anyOf, is = true, is || same
		} else {
			nthOf, isNth = true, isNth || same && (w.N() == (day-1)/7+1 || w.N() == -((days-day)/7+1))
		}
	}
	return (!anyOf || is) && (!nthOf || isNth)
}

// plain says whether a rule is one of those that repeat takes.
func plain(o *rrule.ROption) bool {
	if o.Freq != rrule.WEEKLY && o.Freq != rrule.MONTHLY || o.Interval < 0 || o.Interval > intervalMost || o.Count < 0 ||
		len(o.Byweekday) > 7 || len(o.Bymonthday) > 31 || o.Freq == rrule.WEEKLY && len(o.Bymonthday) > 0 {
		return false
	}
	return len(o.Bysetpos)+len(o.Bymonth)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byhour)+len(o.Byminute)+len(o.Bysecond)+len(o.Byeaster) == 0
}
