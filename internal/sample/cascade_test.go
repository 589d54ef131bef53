package sample

import (
	"iter"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"goodturn/internal/ripple/measure"
)

var now = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func links(acts []Act) iter.Seq[measure.Link] {
	return func(yield func(measure.Link) bool) {
		for _, a := range acts {
			if !yield(measure.Link{Act: int64(a.Index + 1), Parent: int64(a.Parent + 1), Root: int64(a.Root + 1), At: a.At.UnixMilli()}) {
				return
			}
		}
	}
}

func reproduction(c Cascade, window time.Duration) measure.Estimate {
	e, _ := measure.Observe(links(c.Acts), now.UnixMilli(), window).Reproduction(rand.New(rand.NewPCG(1, 1)))
	return e
}

func TestDraw_AgreesWithThePublishedR(t *testing.T) {
	f := Published().Transmission.R0
	for _, days := range []int{7, 10, 14} {
		e := reproduction(Draw(now), time.Duration(days)*24*time.Hour)
		t.Logf("W %d days: R %.2f (%.2f to %.2f) over %d acts from %d roots", days, e.Estimate, e.Low, e.High, e.Acts, e.Roots)
		if e.Estimate < f.CI95[0] || e.Estimate > f.CI95[1] {
			t.Errorf("W %d days: R %.2f is outside the published %v", days, e.Estimate, f.CI95)
		}
		if days == 14 && (e.Low < f.CI95[0] || e.Low > f.Mean || e.High > f.CI95[1] || e.High < f.Mean) {
			t.Errorf("the interval %.2f to %.2f does not lie within the published one around %.2f", e.Low, e.High, f.Mean)
		}
	}
}

// The serial interval as seen at the end of a growing ripple is shorter than the published one it was
// drawn from: what is slow has not happened yet. Among acts that had their fourteen days it is not.
func TestDraw_SerialInterval(t *testing.T) {
	c := Draw(now)
	var all, settled measure.Intervals
	for _, a := range c.Acts {
		if a.Parent < 0 {
			continue
		}
		parent := c.Acts[a.Parent].At
		all.Add(a.At.Sub(parent).Milliseconds())
		if now.Sub(parent) >= measure.Window {
			settled.Add(a.At.Sub(parent).Milliseconds())
		}
	}
	seen, _ := all.Serial()
	forward, _ := settled.Serial()
	t.Logf("all so far: %+v", seen)
	t.Logf("children of acts that had their time: %+v", forward)
	if forward.Median < 0.75 || forward.Median > 1.25 || forward.Mean < 1.5 || forward.Mean > 2.7 {
		t.Errorf("serial interval %+v is far from the published mean 2.1 and median 1", forward)
	}
	if seen.Mean >= forward.Mean {
		t.Errorf("mean %.2f of all so far, want below %.2f", seen.Mean, forward.Mean)
	}
}

func TestDraw_HoldsTogether(t *testing.T) {
	f := Published()
	c := Draw(now)
	if len(c.Acts) != cascadeActs || len(c.Nominations) != 3*cascadeActs {
		t.Fatalf("%d acts and %d nominations", len(c.Acts), len(c.Nominations))
	}
	first, asked := 0, make(map[int]bool)
	for i, a := range c.Acts {
		switch {
		case a.Index != i || a.Doer != i || a.At.After(now) || i > 0 && a.At.Before(c.Acts[i-1].At):
			t.Fatalf("act %d out of order: %+v", i, a)
		case a.Parent < 0:
			first++
			if a.Root != i || a.Generation != 0 || a.Nomination != -1 {
				t.Fatalf("first act %+v", a)
			}
		default:
			p, n := c.Acts[a.Parent], c.Nominations[a.Nomination]
			if !p.At.Before(a.At) || a.Root != p.Root || a.Generation != p.Generation+1 || n.From != a.Parent || n.Answer != i {
				t.Fatalf("act %+v does not follow from %+v by %+v", a, p, n)
			}
		}
	}
	if first != f.Transmission.IndexCases {
		t.Errorf("%d first acts", first)
	}
	states := make(map[State]int)
	late := 0
	for _, n := range c.Nominations {
		states[n.State]++
		if asked[n.Nominee] || n.Nominee >= c.People {
			t.Fatalf("nominee %d of %d is asked twice or nobody", n.Nominee, c.People)
		}
		asked[n.Nominee] = true
		if n.Deadline.Sub(n.At) != 24*time.Hour || n.State == Open && !n.Deadline.After(now) || n.State == Expired && n.Deadline.After(now) {
			t.Fatalf("nomination %+v", n)
		}
		if n.State == Answered && n.Decided.After(n.Deadline) {
			late++
		}
	}
	t.Logf("%v, %d of the answered late, %d people, %.1f days", states, late, c.People, c.Acts[len(c.Acts)-1].At.Sub(c.Acts[0].At).Hours()/24)
	if states[Open] < 200 || states[Declined] < 200 || states[Expired] < states[Declined] || late < 500 {
		t.Errorf("states %v, late %d", states, late)
	}
}

func TestDraw_EndsToday(t *testing.T) {
	for _, at := range []string{"2026-03-14T00:02:00Z", "2026-03-14T00:00:00Z", "2026-03-14T23:59:59.999Z"} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		c := Draw(now)
		if last := c.Acts[len(c.Acts)-1].At; last.After(now) || last.YearDay() != now.YearDay() {
			t.Errorf("at %s the last act is at %s", at, last)
		}
	}
}

func TestDraw_SameMomentSameCascade(t *testing.T) {
	if !reflect.DeepEqual(Draw(now), Draw(now)) {
		t.Error("two draws differ")
	}
}
