package web

import (
	"testing"

	"goodturn/internal/text"
)

func TestReadAmount(t *testing.T) {
	for _, c := range []struct {
		s, unit string
		want    int64 // -1: refused
	}{
		{"20", "EUR", 2000}, {"12.50", "EUR", 1250}, {"12,5", "EUR", 1250}, {"1.234,56", "EUR", 123456}, {"1,234.56", "USD", 123456},
		{"1 234", "EUR", 123400}, {"1'234", "CHF", 123400}, {"1.234", "EUR", 123400}, {"1.234.567", "EUR", 123456700}, {"1,500,000", "KWD", 1500000000}, {"1.500.000,250", "KWD", 1500000250},
		{"1,500", "KWD", 1500}, {"1,500,000", "COP", 150000000}, {"500", "JPY", 500}, {"0.5", "EUR", 50},
		{"5.5", "JPY", -1}, {"12.3456", "EUR", -1}, {"-1", "EUR", -1}, {"−1", "EUR", -1}, {"+1", "EUR", -1}, {"", "EUR", -1}, {"ten", "EUR", -1},
		{"99999999999999999999", "EUR", -1}, {"1:30", "minutes", 90}, {"2", "minutes", 120}, {"1.5", "minutes", 90}, {"0:05", "minutes", 5},
		{"1:60", "minutes", -1}, {"1:-5", "minutes", -1}, {":", "minutes", -1}, {"3", "deeds", 3}, {"3.5", "deeds", -1},
	} {
		got, err := readAmount("quantity", c.s, c.unit)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("%q %s is %d (%v), want %d", c.s, c.unit, got, err, c.want)
		}
		if err != nil {
			continue
		}
		if again, err := readAmount("quantity", writeAmount(got, c.unit), c.unit); err != nil || again != got {
			t.Errorf("%d %s is written %q, which reads as %d (%v)", got, c.unit, writeAmount(got, c.unit), again, err)
		}
	}
}

func TestProse(t *testing.T) {
	for md, want := range map[string]string{
		"# One\n\n**two** <b>three</b>":           "<h3>One</h3>\n<p><strong>two</strong> three</p>\n",
		"[x](javascript:alert(1)) ![y](http://z)": "<p>x </p>\n",
	} {
		if got := text.Prose(md); got != want {
			t.Errorf("%q is %q, want %q", md, got, want)
		}
	}
}
