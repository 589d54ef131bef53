package look

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`)

// tokens reads the colours of both modes out of the style sheet.
func tokens(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css, err := os.ReadFile("../assets/goodturn.css")
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("the style sheet has no dark mode")
	}
	after, _, _ = strings.Cut(after, "/* ──")
	read := func(text string) map[string]string {
		found := map[string]string{}
		for _, m := range token.FindAllStringSubmatch(text, -1) {
			found[m[1]] = m[2]
		}
		return found
	}
	return read(before), read(after)
}

// WCAG 2.2: 4.5 for text (1.4.3), 3 for the edges of controls and for what a
// drawing says (1.4.11).
func TestContrast(t *testing.T) {
	light, dark := tokens(t)
	pairs := []struct {
		fore, back string
		least      float64
	}{
		{"ink", "paper", 7}, {"ink", "sheet", 7}, {"ink", "sunk", 7}, {"ink", "accent-soft", 7}, {"ink", "water-soft", 7},
		{"ink-soft", "paper", 4.5}, {"ink-soft", "sheet", 4.5}, {"ink-soft", "sunk", 4.5}, {"ink-soft", "water-soft", 4.5},
		{"accent", "paper", 4.5}, {"accent", "sheet", 4.5}, {"accent", "sunk", 4.5}, {"accent", "water-soft", 4.5},
		{"on-accent", "accent", 4.5}, {"on-accent", "accent-deep", 4.5},
		{"water", "paper", 4.5}, {"water", "sheet", 4.5}, {"water", "sunk", 4.5}, {"water", "water-soft", 4.5}, {"water", "accent-soft", 4.5},
		{"bad", "paper", 4.5}, {"bad", "sheet", 4.5}, {"bad", "bad-soft", 4.5}, {"bad", "sunk", 4.5},
		{"ink", "bad-soft", 7},
		{"edge", "paper", 3}, {"edge", "sheet", 3}, {"edge", "sunk", 3},
		{"accent", "accent-soft", 3}, {"water", "sheet", 3},
	}
	for mode, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if colours[p.fore] == "" || colours[p.back] == "" {
				t.Errorf("%s: no --%s or no --%s", mode, p.fore, p.back)
				continue
			}
			if got := contrast(colours[p.fore], colours[p.back]); got < p.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, wants %.1f", mode, p.fore, p.back, got, p.least)
			}
		}
	}
	if light["paper"] != paperLight || dark["paper"] != paperDark {
		t.Errorf("the paper is %s and %s in the style sheet, %s and %s in the frame", light["paper"], dark["paper"], paperLight, paperDark)
	}
}

// The avatars' six pairs are the same in both modes.
func TestContrastOfInitials(t *testing.T) {
	css, err := os.ReadFile("../assets/goodturn.css")
	if err != nil {
		t.Fatal(err)
	}
	tints := regexp.MustCompile(`\.tint-\d \{ background: (#\w{6}); color: (#\w{6}); \}`).FindAllStringSubmatch(string(css), -1)
	if len(tints) != 6 {
		t.Fatalf("found %d tints", len(tints))
	}
	for _, tint := range tints {
		if got := contrast(tint[1], tint[2]); got < 4.5 {
			t.Errorf("%s has a contrast of %.2f", tint[0], got)
		}
	}
}

// contrast is WCAG's ratio of relative luminances.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(hex[1:], 16, 32) // six hex digits by the pattern above
	channel := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
