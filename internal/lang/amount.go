package lang

import "time"

// counts are the units of calls that are things, with one and with many.
var counts = map[string]func(p *Printer, n int) string{
	"signatures": func(p *Printer, n int) string { return p.N("%d signature", "%d signatures", n) },
	"people":     func(p *Printer, n int) string { return p.N("%d person", "%d people", n) },
	"challenges": func(p *Printer, n int) string { return p.N("%d challenge", "%d challenges", n) },
	"deeds":      func(p *Printer, n int) string { return p.N("%d deed", "%d deeds", n) },
}

// IsCount says whether a unit is that of a call that counts things.
func IsCount(unit string) bool { return counts[unit] != nil }

// Amount writes how much of a unit: an ISO 4217 code (n in minor units), minutes, what
// calls count ("deeds"), or a word in the reader's language; "" is a bare number.
func (p *Printer) Amount(n int64, unit string) string {
	switch {
	case unit == "minutes":
		return p.hours(n)
	case IsCurrency(unit):
		return p.Money(n, unit)
	case unit == "":
		return p.Number(n)
	case IsCount(unit):
		return counts[unit](p, int(n))
	}
	return p.Number(n) + " " + unit
}

// hours keeps to hours however many there are: a goal of help is not in days.
func (p *Printer) hours(minutes int64) string {
	if minutes == 0 {
		return p.N("%d hour", "%d hours", 0)
	}
	if minutes < 60 || minutes%60 != 0 && minutes < 24*60 {
		return p.Duration(time.Duration(minutes) * time.Minute)
	}
	return p.N("%d hour", "%d hours", int(minutes/60))
}
