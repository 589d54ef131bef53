package meet

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/teambition/rrule-go"
)

// A weekly 18:00 stays 18:00 when the clocks change, forward and back.
func TestRepeat_ClockChange(t *testing.T) {
	for name, c := range map[string]struct {
		starts, zone string
		hours        []int // by UTC
	}{
		"forward": {"2026-03-17T18:00", "Europe/Vienna", []int{17, 17, 16, 16}},
		"back":    {"2026-10-13T18:00", "Europe/Vienna", []int{16, 16, 17, 17}},
		"south":   {"2026-03-26T18:00", "Australia/Sydney", []int{7, 7, 8, 8}},
		"none":    {"2026-03-17T18:00", "Asia/Tokyo", []int{9, 9, 9, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			_, all, err := Draft{Starts: Wall(c.starts), Ends: Wall(c.starts[:11] + "20:00"), Zone: c.zone, Repeat: "FREQ=WEEKLY;COUNT=4"}.clean()
			if err != nil {
				t.Fatal(err)
			}
			zone, _ := time.LoadLocation(c.zone)
			for i, at := range all {
				if at.starts.Hour() != c.hours[i] || at.starts.In(zone).Format("15:04") != "18:00" || at.ends.Sub(at.starts) != 2*time.Hour {
					t.Errorf("number %d is from %s to %s", i, at.starts, at.ends)
				}
			}
		})
	}
}

// Whatever the zone and the day: a clock that hangs there shows what was said,
// or the clocks went forward over it and it is as much later as they did.
func TestInstant_Property(t *testing.T) {
	var zones []*time.Location
	for _, name := range []string{"Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "America/Havana", "UTC", "Antarctica/Troll"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	gaps := 0
	for range 200_000 {
		zone := zones[rng.IntN(len(zones))]
		naive := time.Date(2020+rng.IntN(12), 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.IntN(366*24*4)) * 15 * time.Minute)
		at, exists := instant(naive, zone)
		shown := at.In(zone)
		if exists {
			if WallOf(shown) != WallOf(naive) {
				t.Fatalf("%s in %s became %s", WallOf(naive), zone, shown)
			}
			for _, back := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} { // of two, the first
				if WallOf(at.Add(-back).In(zone)) == WallOf(naive) {
					t.Fatalf("%s in %s comes twice, and %s is the second", WallOf(naive), zone, shown)
				}
			}
			continue
		}
		gaps++
		wall := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), 0, 0, time.UTC)
		if over := wall.Sub(naive); over <= 0 || over > 24*time.Hour {
			t.Fatalf("%s is left out in %s and became %s", WallOf(naive), zone, shown)
		}
	}
	if gaps == 0 {
		t.Error("no clock ever went forward")
	}
}

// fits says of a plain rule and a day what walking the rule finds, for rules that some
// day soon fits.
func TestFits_Property(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	days, nth := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}, []string{"1MO", "5TU", "-1WE", "-2TH", "3FR", "4SU", "-5SA"}
	some := func(all []string) string {
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return strings.Join(all[:1+rng.IntN(3)], ",")
	}
	monthDays := []string{"1", "2", "5", "12", "28", "29", "31", "-1", "-2", "-31"}
	fit := 0
	for range 3000 {
		rule := []string{"FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=" + some(days), "FREQ=WEEKLY;BYDAY=" + some(nth), "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=" + some(nth),
			"FREQ=MONTHLY;BYMONTHDAY=" + some(monthDays), "FREQ=MONTHLY;BYDAY=" + some(days) + ";BYMONTHDAY=" + some(monthDays)}[rng.IntN(7)]
		o, err := rrule.StrToROption(rule)
		if err != nil || !plain(o) {
			t.Fatalf("%s is not plain: %v", rule, err)
		}
		first := time.Date(2026+rng.IntN(9), 1, 1+rng.IntN(366), 18, 0, 0, 0, time.UTC)
		o.Dtstart = first
		r, err := rrule.NewRRule(*o)
		if err != nil {
			t.Fatal(err)
		}
		found := len(r.Between(first, first, true)) == 1
		if found {
			fit++
		}
		if fits(o, first) != found {
			t.Fatalf("%s fits %s: %v, and walking it says %v", first.Format("Mon 2006-01-02"), rule, !found, found)
		}
	}
	if fit < 100 {
		t.Errorf("only %d fit", fit)
	}
}

func TestRepeat(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse(wallLayout, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for rule, want := range map[string][]string{
		"FREQ=WEEKLY;COUNT=3":                                       {"2026-05-12", "2026-05-19", "2026-05-26"},
		"FREQ=WEEKLY;INTERVAL=2;COUNT=3":                            {"2026-05-12", "2026-05-26", "2026-06-09"},
		"RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3":                     {"2026-05-12", "2026-05-14", "2026-05-19"},
		"FREQ=WEEKLY;UNTIL=20260526":                                {"2026-05-12", "2026-05-19", "2026-05-26"},
		"FREQ=MONTHLY;BYDAY=2TU;COUNT=3":                            {"2026-05-12", "2026-06-09", "2026-07-14"},
		"FREQ=MONTHLY;BYMONTHDAY=12;COUNT=2":                        {"2026-05-12", "2026-06-12"},
		"FREQ=DAILY;COUNT=3":                                        nil,
		"FREQ=WEEKLY":                                               nil,
		"FREQ=WEEKLY;COUNT=61":                                      nil,
		"FREQ=WEEKLY;UNTIL=20990101":                                nil,
		"FREQ=WEEKLY;BYDAY=WE;COUNT=3":                              nil, // the first is a Tuesday
		"FREQ=MONTHLY;BYDAY=5MO;COUNT=3":                            nil,
		"FREQ=WEEKLY;BYHOUR=1,2,3;COUNT=3":                          nil,
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;COUNT=2":                  nil,
		"every tuesday":                                             nil,
		"FREQ=MONTHLY;BYMONTHDAY=31;COUNT=60;INTERVAL=12;BYMONTH=2": nil,
	} {
		got, err := repeat(rule, day("2026-05-12T18:00"))
		if (err != nil) != (want == nil) || len(got) != len(want) {
			t.Errorf("%s makes %v, %v", rule, got, err)
			continue
		}
		for i, at := range got {
			if at.Format("2006-01-02T15:04") != want[i]+"T18:00" {
				t.Errorf("%s: number %d is on %s", rule, i, at)
			}
		}
	}
}
