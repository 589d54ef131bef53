package trend

import (
	"testing"
	"time"

	"goodturn/internal/post"
)

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		says   string
		people int64
		usual  float64
		want   float64
	}{
		{"two are not yet people", 2, 0, 0},
		{"three where nobody was", 3, 0, 4},
		{"three where one a week was", 3, 0.2, 4},
		{"no more than usual", 30, 30, 0},
		{"a third more of many", 40, 30, 100.0 / 30},
		{"thrice as many of few", 30, 10, 40},
	} {
		if got := usage(c.people, c.usual); got != c.want {
			t.Errorf("%s: %v instead of %v", c.says, got, c.want)
		}
	}
}

func TestFading(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration, reactions int64) float64 { return fading(now.Add(-d), reactions, now) }
	if got := ago(0, 7); got != 8 {
		t.Errorf("seven likes, just now: %v", got)
	}
	if got := ago(6*time.Hour, 7); got != 4 {
		t.Errorf("seven likes, six hours ago: %v", got)
	}
	if old, fresh := ago(24*time.Hour, 63), ago(0, 3); old != fresh {
		t.Errorf("63 likes of a day ago are %v, three of now %v", old, fresh)
	}
}

func TestUsualOf(t *testing.T) {
	days := make([]post.TagDay, 7)
	for n := range days {
		days[n].Accounts = int64(10 * n)
	}
	if got := usualOf(days); got != 400 {
		t.Errorf("usual are %d tenths, of 20, 30, 40, 50 and 60", got)
	}
	if got := usualOf(days[:2]); got != 0 {
		t.Errorf("usual are %d tenths before there was a day", got)
	}
}
