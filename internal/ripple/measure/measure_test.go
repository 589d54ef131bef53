package measure

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func seeded() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestObserve(t *testing.T) {
	day := func(d float64) int64 { return ms(d) }
	acts := []Link{
		{Act: 1, Root: 1, At: day(0)},
		{Act: 2, Parent: 1, Root: 1, At: day(14)},   // on the last day of the window
		{Act: 3, Parent: 1, Root: 1, At: day(14.1)}, // too late to count as a child
		{Act: 4, Parent: 2, Root: 1, At: day(15)},
		{Act: 5, Root: 5, At: day(16)}, // just old enough
		{Act: 6, Parent: 4, Root: 1, At: day(17)},
	}
	slices.Reverse(acts) // the order is of no account
	e, ok := Observe(slices.Values(acts), day(30), Window).Reproduction(seeded())
	if !ok || e.Acts != 5 || e.Roots != 2 || e.Estimate != 3.0/5 {
		t.Errorf("got %+v, %v; want 3 children of 5 acts from 2 roots", e, ok)
	}
}

func TestObserve_NothingOldEnough(t *testing.T) {
	acts := []Link{{Act: 1, Root: 1, At: ms(29)}}
	if e, ok := Observe(slices.Values(acts), ms(30), Window).Reproduction(seeded()); ok {
		t.Errorf("got %+v from no act", e)
	}
}

func TestReproduction_SameSeedSameInterval(t *testing.T) {
	var o Offspring
	for root := range int64(50) {
		for children := range 4 {
			o.Add(root, children, 1+(root+int64(children))%3)
		}
	}
	first, _ := o.Reproduction(seeded())
	for range 5 {
		if again, _ := o.Reproduction(seeded()); again != first {
			t.Fatalf("got %+v, then %+v", first, again)
		}
	}
	if !(first.Low < first.Estimate && first.Estimate < first.High) {
		t.Errorf("the interval does not hold its estimate: %+v", first)
	}
}

func TestReproduction_NoChildAtAll(t *testing.T) {
	var o Offspring
	o.Add(1, 0, 37)
	e, _ := o.Reproduction(seeded())
	if e.Estimate != 0 || e.Low != 0 || math.Abs(e.High-0.1) > 0.001 {
		t.Errorf("got %+v, want 0 with an interval up to 3.7/37", e)
	}
}

// Where roots differ, acts beneath one root are not independent, and the interval must be told so.
func TestReproduction_RootsThatDiffer(t *testing.T) {
	var few, many Offspring
	for root := range int64(40) {
		children := int(root % 4)
		few.Add(root%8, children, 25)
		many.Add(root, children, 25)
	}
	overActs, _ := few.Reproduction(seeded())
	byRoot, _ := many.Reproduction(seeded())
	if byRoot.High-byRoot.Low < 3*(overActs.High-overActs.Low) {
		t.Errorf("by root %+v is hardly wider than over acts %+v", byRoot, overActs)
	}
	if math.Abs(byRoot.EffectiveRoots-40) > 1e-9 {
		t.Errorf("40 roots of one size count as %.2f", byRoot.EffectiveRoots)
	}
}

func TestPoisson_MeanAndVariance(t *testing.T) {
	rng := seeded()
	for _, mean := range []float64{0, 0.3, 1, 9.9, 10, 25, 1e3, 1e6} {
		const draws = 200_000
		p := newPoisson(mean)
		var sum, squares float64
		for range draws {
			d := p.draw(rng) - mean
			sum += d
			squares += d * d
		}
		if math.Abs(sum/draws) > 4*math.Sqrt(mean/draws) {
			t.Errorf("mean %v: is off by %v", mean, sum/draws)
		}
		if variance := squares / draws; math.Abs(variance-mean) > 0.03*mean {
			t.Errorf("mean %v: variance %v", mean, variance)
		}
	}
}

func TestIntervals_Exact(t *testing.T) {
	var v Intervals
	for _, days := range []float64{4, 1, 3, 2, 5} {
		v.Add(ms(days))
	}
	got, ok := v.Serial()
	want := SerialInterval{Intervals: 5, Mean: 3, Median: 3, Q10: 1.4, Q25: 2, Q75: 4, Q90: 4.6}
	if !ok || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, ok := new(Intervals).Serial(); ok {
		t.Error("a serial interval came out of nothing")
	}
}

// Buckets must stay within their error.
func TestIntervals_Buckets(t *testing.T) {
	rng := seeded()
	var streamed Intervals
	exact := make([]float64, 100_000)
	for i := range exact {
		d := serial(rng)
		exact[i] = float64(d) / float64(dayMS)
		streamed.Add(d)
	}
	slices.Sort(exact)
	got, _ := streamed.Serial()
	for _, q := range []struct{ p, got float64 }{{0.1, got.Q10}, {0.25, got.Q25}, {0.5, got.Median}, {0.75, got.Q75}, {0.9, got.Q90}} {
		want := exact[int(q.p*float64(len(exact)-1))]
		if math.Abs(q.got-want) > IntervalError*want*1.0001 {
			t.Errorf("quantile %v is %v, want %v", q.p, q.got, want)
		}
	}
}

func TestBucket_Edges(t *testing.T) {
	for _, d := range []int64{0, 1, 2, 3, 1000, dayMS, 400 * dayMS, math.MaxInt64} {
		if m := middle(Bucket(d)); d > 1 && math.Abs(m-float64(d)) > IntervalError*float64(d)*1.0001 {
			t.Errorf("%d ms stands as %v", d, m)
		}
	}
}

// BenchmarkReproduction_MillionActs is what R of a ripple of a million acts from 300,000 roots costs,
// from the first line read to the interval.
func BenchmarkReproduction_MillionActs(b *testing.B) {
	rng := seeded()
	draw := binomial(0.7)
	for b.Loop() {
		var o Offspring
		for i := range int64(1_000_000) {
			o.Add(i%300_000, draw(rng), 1)
		}
		start := time.Now()
		if _, ok := o.Reproduction(rng); !ok {
			b.Fatal("no estimate")
		}
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/interval")
	}
}
