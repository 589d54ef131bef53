package lang

import (
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct{ accept, chosen, want string }{
		{"", "", "en"},
		{"de-AT,de;q=0.9,en;q=0.5", "", "de"},
		{"fr-FR, de;q=0.5", "", "de"},
		{"fr", "", "en"},
		{"de", "en", "en"},
		{"en-GB", "de", "de"},
		{"%%%;;q=x", "klingon", "en"},
	} {
		if got := Match(c.accept, c.chosen).Tag(); got != c.want {
			t.Errorf("Match(%q, %q) = %s, want %s", c.accept, c.chosen, got, c.want)
		}
	}
}

func TestPrinter_Sentences(t *testing.T) {
	en, de := Match("en", ""), Match("de", "")
	for _, c := range []struct{ got, want string }{
		{en.N("%d hour ago", "%d hours ago", 1), "1 hour ago"},
		{en.N("%d hour ago", "%d hours ago", 0), "0 hours ago"},
		{de.N("%d hour ago", "%d hours ago", 1), "vor 1 Stunde"},
		{de.N("%d hour ago", "%d hours ago", 12345), "vor 12.345 Stunden"},
		{en.N("one act by %[2]s", "%[1]d acts by %[2]s", 1, "Ada"), "one act by Ada"},
		{de.T("no such sentence about %s and %d", "you", 1000), "no such sentence about you and 1.000"},
		{de.T("100 % sure"), "100 % sure"},
		{en.T("%s has %q, %d%%", "a%d", "x", 1000), `a%d has "x", 1,000%`},
		{en.T("%d of %d", int64(1000), 3), "1,000 of 3"},
		{en.T("%s and %s", "one"), "one and %!s(MISSING)"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestPrinter_Numbers(t *testing.T) {
	en, de := Match("en", ""), Match("de", "")
	for _, c := range []struct{ got, want string }{
		{en.Number(1234567), "1,234,567"},
		{de.Number(-1234567), "-1.234.567"},
		{en.Number(-1 << 63), "-9,223,372,036,854,775,808"},
		{en.Number(999), "999"},
		{en.Decimal(1.431, 2), "1.43"},
		{de.Decimal(1.4, 2), "1,40"},
		{en.Percent(0.256), "26%"},
		{de.Percent(0.256), "26\u00a0%"},
		{en.Money(123456, "USD"), "$1,234.56"},
		{en.Money(500000, "USD"), "$5,000"},
		{de.Money(123450, "EUR"), "1.234,50\u00a0€"},
		{de.Money(5, "EUR"), "0,05\u00a0€"},
		{en.Money(-5, "EUR"), "−€0.05"},
		{en.Money(1500, "JPY"), "¥1,500"},
		{de.Money(1234567, "KWD"), "1.234,567\u00a0KWD"},
		{en.Money(-1<<63, "USD"), "−$92,233,720,368,547,758.08"},
		{en.Money(3, "cakes"), "3\u00a0cakes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestPrinter_Times(t *testing.T) {
	now := time.Date(2026, time.March, 9, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	en, de := Match("en", "").Clock(clock), Match("de", "").Clock(clock)
	for _, c := range []struct{ got, want string }{
		{en.Date(now), "9 March 2026"},
		{de.Date(now), "9. März 2026"},
		{en.DateTime(now), "9 March 2026, 12:00 UTC"},
		{de.DateTime(now), "9. März 2026, 12:00 Uhr UTC"},
		{en.Ago(now), "just now"},
		{en.Ago(now.Add(-50 * time.Second)), "1 minute ago"},
		{de.Ago(now.Add(-3 * time.Hour)), "vor 3 Stunden"},
		{de.Ago(now.Add(-30 * time.Hour)), "gestern"},
		{en.Ago(now.Add(-6 * 24 * time.Hour)), "6 days ago"},
		{en.Ago(now.Add(-20 * 24 * time.Hour)), "17 Feb"},
		{de.Ago(now.Add(-200 * 24 * time.Hour)), "21. Aug. 2025"},
		{en.Ago(now.Add(23*time.Hour + time.Minute)), "in 23 hours"},
		{de.Ago(now.Add(72 * time.Hour)), "in 3 Tagen"},
		{en.Duration(80 * time.Minute), "1 hour 20 minutes"},
		{de.Duration(48 * time.Hour), "2 Tage"},
		{de.Duration(20 * time.Second), "unter einer Minute"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
