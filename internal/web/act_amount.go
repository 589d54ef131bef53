package web

import (
	"strconv"
	"strings"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// readAmount reads a quantity as people write it, into its smallest unit: money
// with or without cents and with point or comma, time as hours:minutes (hours
// alone, too), everything else as a whole number.
func readAmount(field, s, unit string) (int64, error) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\'', '\u00a0', '\u202f', '’':
			return -1
		}
		return r
	}, s)
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−") {
		return 0, problem.Invalid(field, "This is a number of zero or more.")
	}
	if unit == call.Volunteering.Unit() && strings.Contains(s, ":") {
		return readClock(field, s)
	}
	decimals := call.Decimals(unit)
	if unit == call.Volunteering.Unit() {
		hundredths, err := readDecimal(field, s, 2)
		return hundredths * 60 / 100, err
	}
	return readDecimal(field, s, decimals)
}

func readClock(field, s string) (int64, error) {
	hours, minutes, _ := strings.Cut(s, ":")
	h, err := strconv.ParseInt(hours, 10, 40)
	m, err2 := strconv.ParseInt(minutes, 10, 8)
	if err != nil || err2 != nil || h < 0 || m < 0 || m > 59 {
		return 0, problem.Invalid(field, "Write hours and minutes like 1:30.")
	}
	return h*60 + m, nil
}

// readDecimal reads a number with at most so many decimals, as a number of the
// last of them. A point or comma before exactly three digits, one that comes again,
// and all but the last of several, only make it readable.
func readDecimal(field, s string, decimals int) (int64, error) {
	whole, part := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		again := strings.IndexByte(s[:i], s[i]) >= 0
		other := strings.ContainsAny(s[:i], ".,") && !again
		if len(s)-i-1 != 3 || other || decimals >= 3 && !again {
			whole, part = s[:i], s[i+1:]
		}
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if len(part) > decimals && strings.Trim(part[decimals:], "0") != "" {
		if decimals == 0 {
			return 0, problem.Invalid(field, "This is a whole number.")
		}
		return 0, problem.Invalid(field, "This has at most %d decimals.", decimals)
	}
	part = (part + "0000")[:decimals]
	if whole == "" {
		whole = "0"
	}
	n, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || s == "" || strings.ContainsAny(whole+part, "+-") {
		return 0, problem.Invalid(field, "This is not a number.")
	}
	return n, nil
}

// readOptional is readAmount, nil where nothing was written.
func readOptional(field, s, unit string) (*int64, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	n, err := readAmount(field, strings.TrimSpace(s), unit)
	if err != nil {
		return nil, err
	}
	return &n, nil
}

// writeAmount writes a quantity as readAmount reads it.
func writeAmount(n int64, unit string) string {
	if unit == call.Volunteering.Unit() {
		minutes := strconv.FormatInt(n%60, 10)
		return strconv.FormatInt(n/60, 10) + ":" + strings.Repeat("0", 2-len(minutes)) + minutes
	}
	decimals := call.Decimals(unit)
	s := strconv.FormatInt(n, 10)
	if decimals == 0 {
		return s
	}
	if len(s) <= decimals {
		s = strings.Repeat("0", decimals+1-len(s)) + s
	}
	return s[:len(s)-decimals] + "." + s[len(s)-decimals:]
}

// readSource reads what inspired an act: "post-1", "act-1" or "nomination-1", or
// the address of a post or an act of this server.
func readSource(s string) (act.Source, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	for _, form := range []struct {
		mark string
		kind act.SourceKind
	}{{"post-", act.FromPost}, {"act-", act.FromAct}, {"nomination-", act.FromNomination}, {"/posts/", act.FromPost}, {"/acts/", act.FromAct}} {
		i := strings.LastIndex(s, form.mark)
		if i < 0 {
			continue
		}
		number, _, _ := strings.Cut(s[i+len(form.mark):], "#")
		if sourceID, err := id.Parse(number); err == nil {
			return act.Source{Kind: form.kind, ID: sourceID}, true
		}
	}
	return act.Source{}, false
}

// handlesOf are the names in a field, without their @.
func handlesOf(s string) []string {
	var out []string
	for _, handle := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;\n\r\t", r) }) {
		if handle = trimHandle(handle); handle != "" {
			out = append(out, handle)
		}
	}
	return out
}

func trimHandle(s string) string { return strings.TrimPrefix(strings.TrimSpace(s), "@") }
