package lang

import (
	"strconv"
	"time"
)

// style is what differs between languages and is not a sentence.
type style struct {
	group       string // between the thousands
	point       string // between a whole number and its decimals
	moneyFirst  bool   // the currency comes before the number
	months      [12]string
	monthsShort [12]string
	date        func(day int, month string, year int) string
	dayMonth    func(day int, month string) string
	at          func(date, clock string) string
}

var englishStyle = style{
	group:      ",",
	point:      ".",
	moneyFirst: true,
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"},
	monthsShort: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	date:        func(d int, m string, y int) string { return strconv.Itoa(d) + " " + m + " " + strconv.Itoa(y) },
	dayMonth:    func(d int, m string) string { return strconv.Itoa(d) + " " + m },
	at:          func(date, clock string) string { return date + ", " + clock },
}

var germanStyle = style{
	group: ".",
	point: ",",
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
		"September", "Oktober", "November", "Dezember"},
	monthsShort: [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
	date:        func(d int, m string, y int) string { return strconv.Itoa(d) + ". " + m + " " + strconv.Itoa(y) },
	dayMonth:    func(d int, m string) string { return strconv.Itoa(d) + ". " + m },
	at:          func(date, clock string) string { return date + ", " + clock + " Uhr" },
}

// Date writes the day ("22 November 2026") in t's own zone.
func (p *Printer) Date(t time.Time) string {
	y, m, d := t.Date()
	return p.style.date(d, p.style.months[m-1], y)
}

// DateTime writes the minute in t's own zone, with the zone's name, because a
// page cannot know where its reader is.
func (p *Printer) DateTime(t time.Time) string {
	return p.style.at(p.Date(t), t.Format("15:04")) + " " + t.Format("MST")
}

// Ago says how long before or after now t is, in the one largest unit that
// fits; beyond a week it gives the day.
func (p *Printer) Ago(t time.Time) string {
	d := p.Now().Sub(t)
	if d < 0 {
		return p.ahead(t, -d)
	}
	switch {
	case d < 45*time.Second:
		return p.T("just now")
	case d < time.Hour:
		return p.N("%d minute ago", "%d minutes ago", max(1, int(d/time.Minute)))
	case d < 24*time.Hour:
		return p.N("%d hour ago", "%d hours ago", int(d/time.Hour))
	case d < 48*time.Hour:
		return p.T("yesterday")
	case d < 7*24*time.Hour:
		return p.N("%d day ago", "%d days ago", int(d/(24*time.Hour)))
	}
	return p.day(t)
}

func (p *Printer) ahead(t time.Time, d time.Duration) string {
	switch {
	case d < 45*time.Second:
		return p.T("now")
	case d < time.Hour:
		return p.N("in %d minute", "in %d minutes", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return p.N("in %d hour", "in %d hours", int(d/time.Hour))
	case d < 7*24*time.Hour:
		return p.N("in %d day", "in %d days", int(d/(24*time.Hour)))
	}
	return p.day(t)
}

// day leaves the year out where it is this one.
func (p *Printer) day(t time.Time) string {
	y, m, d := t.Date()
	if y == p.Now().In(t.Location()).Year() {
		return p.style.dayMonth(d, p.style.monthsShort[m-1])
	}
	return p.style.date(d, p.style.monthsShort[m-1], y)
}

// Duration says a length of time in its two largest units at most ("1 hour 20
// minutes"); under a minute it says so.
func (p *Printer) Duration(d time.Duration) string {
	minutes := int(d / time.Minute)
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	if days == 1 { // "24 hours" is how people say a deadline
		days, hours = 0, hours+24
	}
	switch {
	case days > 0 && hours > 0:
		return p.N("%d day", "%d days", days) + " " + p.N("%d hour", "%d hours", hours)
	case days > 0:
		return p.N("%d day", "%d days", days)
	case hours > 0 && minutes > 0:
		return p.N("%d hour", "%d hours", hours) + " " + p.N("%d minute", "%d minutes", minutes)
	case hours > 0:
		return p.N("%d hour", "%d hours", hours)
	case minutes > 0:
		return p.N("%d minute", "%d minutes", minutes)
	}
	return p.T("under a minute")
}
