package measure

import (
	"math/rand/v2"
	"testing"
)

// TestReproduction_Coverage asks the interval what it promises: of 1,000 ripples of 500 acts and more, in
// how many does it hold the true R? The truth is the mean number of children within the window. Run
// with -v for the figures; those in docs/decisions/0002-measuring-a-ripple.md come from here.
func TestReproduction_Coverage(t *testing.T) {
	const cascades = 1000
	type maker func(*rand.Rand, offspring, int, float64, int, float64) cascade
	for _, test := range []struct {
		name      string
		offspring func(mean float64) offspring
		mean      float64
		make      maker
		roots     int
		days      float64 // over which the roots come
		window    float64 // W in days
		wait      float64 // days from the last act drawn to the look
		low, high float64 // percent of intervals that hold the truth
	}{
		{"Binomial/OneRoot", binomial, 1.43, grow, 1, 0, 14, 14, 92, 98},
		{"Binomial/EightRoots", binomial, 1.43, grow, 8, 3, 14, 14, 92, 98},
		{"Binomial/FortyRoots", binomial, 1.43, grow, 40, 20, 14, 14, 92, 98},
		{"Binomial/DyingOut", binomial, 0.8, live, 200, 100, 14, 14, 92, 98},
		{"NegativeBinomial/OneRoot", negativeBinomial, 1.43, grow, 1, 0, 14, 14, 92, 98},
		{"NegativeBinomial/EightRoots", negativeBinomial, 1.43, grow, 8, 3, 14, 14, 92, 98},
		{"NegativeBinomial/FortyRoots", negativeBinomial, 1.43, grow, 40, 20, 14, 14, 92, 98},
		{"NegativeBinomial/DyingOut", negativeBinomial, 0.8, live, 250, 100, 14, 14, 92, 98},
		// The recorded exception: 500 acts in all, most of them younger than W, because the ripple is
		// looked at while it grows. Its figures are held to what the decision record says.
		{"Binomial/StillGrowing", binomial, 1.43, grow, 8, 3, 14, 0, 81, 87},
		{"NegativeBinomial/StillGrowing", negativeBinomial, 1.43, grow, 8, 3, 14, 0, 71, 77},
	} {
		t.Run(test.name, func(t *testing.T) {
			truth := test.mean * withinWindow(test.window)
			var covered, everCovered, measured, acts, width, bias float64
			for i := range cascades {
				rng := rand.New(rand.NewPCG(uint64(i), 2014))
				c := test.make(rng, test.offspring(test.mean), test.roots, test.days, 500, test.wait)
				e, ok := c.measure(test.window, rng)
				if !ok {
					continue
				}
				measured++
				acts += float64(e.Acts)
				width += e.High - e.Low
				bias += e.Estimate - truth
				if e.Low <= truth && truth <= e.High {
					covered++
				}
				if e.Low <= test.mean && test.mean <= e.High {
					everCovered++
				}
			}
			got := 100 * covered / measured
			t.Logf("covers %.1f %% of %.0f (all children ever: %.1f %%); truth %.3f, mean error %+.3f, mean width %.2f, %.0f parent acts",
				got, measured, 100*everCovered/measured, truth, bias/measured, width/measured, acts/measured)
			if got < test.low || got > test.high {
				t.Errorf("covers %.1f %%, want %.0f to %.0f", got, test.low, test.high)
			}
		})
	}
}
