package movement

import "testing"

func TestSimilar(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"bekind", "bekind", true},
		{"be_kind", "bekind", true},
		{"randomact", "randomacts", true},
		{"kindnesses", "kindness", true},
		{"charity", "charities", true},
		{"icebucket", "icebucke", true},
		{"icebucketchallenge", "icebuckechalleng", true},
		{"bekind", "bekidn", true},     // swapped
		{"bekind", "bekindly", true},   // goes on for two
		{"soup", "soupkitchen", false}, // goes on for seven
		{"soup", "soap", false},        // too short for a slip
		{"bekind", "bebold", false},
		{"kindness", "fitness", false},
		{"a", "b", false},
		{"für_alle", "füralle", true},
	} {
		if got := similar(c.a, c.b); got != c.want {
			t.Errorf("similar(%q, %q) = %v", c.a, c.b, got)
		}
		if got := similar(c.b, c.a); got != c.want {
			t.Errorf("similar(%q, %q) = %v", c.b, c.a, got)
		}
	}
}

func FuzzParseTag(f *testing.F) {
	for _, s := range []string{"#BeKind", "für_alle", "2024", "a b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := parseTag("hashtag", s)
		if err != nil {
			return
		}
		again, err := parseTag("hashtag", "#"+parsed.display)
		if err != nil || again != parsed {
			t.Errorf("%q is not stable: %+v, then %+v, %v", s, parsed, again, err)
		}
	})
}
