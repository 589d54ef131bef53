package movement_test

import (
	"testing"

	"goodturn/internal/movement"
)

func FuzzParseTag(f *testing.F) {
	for _, s := range []string{"#BeKind", "für_alle", "2024", "a b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := movement.ParseTag("hashtag", s)
		if err != nil {
			return
		}
		again, err := movement.ParseTag("hashtag", "#"+parsed.Display)
		if err != nil || again != parsed {
			t.Errorf("%q is not stable: %+v, then %+v, %v", s, parsed, again, err)
		}
	})
}
