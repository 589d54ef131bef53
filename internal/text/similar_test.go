package text_test

import (
	"testing"

	"goodturn/internal/text"
)

func TestSimilarTags(t *testing.T) {
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
		if got := text.SimilarTags(c.a, c.b); got != c.want {
			t.Errorf("SimilarTags(%q, %q) = %v", c.a, c.b, got)
		}
		if got := text.SimilarTags(c.b, c.a); got != c.want {
			t.Errorf("SimilarTags(%q, %q) = %v", c.b, c.a, got)
		}
	}
}
