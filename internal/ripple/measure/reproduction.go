package measure

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// rootsForClusters is the number of roots from which the interval is also taken by root.
	rootsForClusters = 20
	// replicates of the bootstrap: a standard error wants some 200, the limits of an interval far more
	// (Efron and Tibshirani 1993).
	replicates = 1000
	level      = 0.95
)

// Estimate is a reproduction number with its 95 % interval: children per act.
type Estimate struct {
	Estimate float64
	Low      float64
	High     float64
	Acts     int64 // the parent acts it rests on
	Roots    int64 // the first acts those descend from
	// EffectiveRoots is (Σn)²/Σn² over the roots' acts n: how many roots of one size would say as much.
	// Near 1, a single root carries the figure (Kish 1965; Carter, Schnepel and Steigerwald 2017).
	EffectiveRoots float64
}

// Offspring collects how many children acts had. It keeps one line per root and one per number of
// children, so a ripple of a million acts fits in some ten megabytes and can be streamed in any order.
// The zero value is ready; it is not safe for concurrent use.
type Offspring struct {
	roots     map[int64]line
	histogram map[int]int64 // children → acts that had as many
}

// line is what a resampling unit adds to the two sums of which R is the ratio.
type line struct{ acts, children int64 }

// Add counts a number of acts beneath a root (itself included) that had the same number of children.
// Numbers are not negative; adding no acts does nothing.
func (o *Offspring) Add(root int64, children int, acts int64) {
	if acts == 0 {
		return
	}
	if o.roots == nil {
		o.roots = make(map[int64]line)
		o.histogram = make(map[int]int64)
	}
	l := o.roots[root]
	l.acts += acts
	l.children += acts * int64(children)
	o.roots[root] = l
	o.histogram[children] += acts
}

// Reproduction returns R, the mean number of children per act, with its 95 % interval, and false where
// there is no act to take it from. The same input and a source in the same state give the same answer.
//
// The interval is a percentile bootstrap over parent acts: each act's children are an independent draw,
// which also holds for a cascade stopped at a size or on a day, as an act's number of children does not
// decide whether the act itself is seen. From 20 roots on, the bootstrap is also taken by root, because
// roots can differ (another town, an ambassador), and the interval reaches to the outer limit of the
// two. By root alone would be too narrow where few roots hold most acts; the decision record
// 0002-measuring-a-ripple has the figures.
//
// Where all acts had the same number of children resampling cannot tell anything; then the interval is
// Byar's approximation to the Poisson limits (Breslow and Day 1987, chapter 2), which for no child in
// n acts is the familiar 0 to 3.7/n.
func (o *Offspring) Reproduction(rng *rand.Rand) (Estimate, bool) {
	byAct := make([]cell, 0, len(o.histogram))
	for children, acts := range o.histogram {
		byAct = append(byAct, newCell(line{1, int64(children)}, acts))
	}
	alike := make(map[line]int64)
	var sum line
	var squares float64
	for _, l := range o.roots {
		alike[l]++
		sum.acts += l.acts
		sum.children += l.children
		squares += float64(l.acts) * float64(l.acts)
	}
	if sum.acts == 0 {
		return Estimate{}, false
	}
	e := Estimate{
		Estimate:       float64(sum.children) / float64(sum.acts),
		Acts:           sum.acts,
		Roots:          int64(len(o.roots)),
		EffectiveRoots: float64(sum.acts) * float64(sum.acts) / squares,
	}
	if len(byAct) == 1 {
		e.Low, e.High = byar(sum)
		return e, true
	}
	e.Low, e.High = bootstrap(rng, byAct)
	if e.Roots >= rootsForClusters {
		byRoot := make([]cell, 0, len(alike))
		for l, roots := range alike {
			byRoot = append(byRoot, newCell(l, roots))
		}
		low, high := bootstrap(rng, byRoot)
		e.Low, e.High = min(e.Low, low), max(e.High, high)
	}
	return e, true
}

// cell is a number of resampling units that are alike.
type cell struct {
	line
	units int64
	count poisson
}

func newCell(l line, units int64) cell {
	return cell{line: l, units: units, count: newPoisson(float64(units))}
}

// bootstrap returns the percentile limits of the ratio of children to acts over resampled units.
//
// Each unit enters a replicate a Poisson(1) number of times rather than by a draw of exactly n with
// replacement, so units that are alike are drawn at once, as Poisson(their number), and a million cost
// what their few kinds cost. For a ratio, which does not see the replicate's size, the two agree to the
// first order (Hanley and MacGibbon 2006; Chamandy, Muralidharan, Najmi and Naidu 2012).
func bootstrap(rng *rand.Rand, cells []cell) (low, high float64) {
	// Maps gave the cells in random order; the same seed must draw for the same cell.
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.acts, b.acts), cmp.Compare(a.children, b.children))
	})
	ratios := make([]float64, 0, replicates)
	for len(ratios) < replicates {
		var acts, children float64
		for i := range cells {
			times := cells[i].count.draw(rng)
			acts += times * float64(cells[i].acts)
			children += times * float64(cells[i].children)
		}
		if acts > 0 { // a replicate without any unit says nothing, and is drawn again
			ratios = append(ratios, children/acts)
		}
	}
	slices.Sort(ratios)
	return quantile(ratios, (1-level)/2), quantile(ratios, (1+level)/2)
}

// byar returns the 95 % limits of a Poisson count of children, per act.
func byar(sum line) (low, high float64) {
	const z = 1.959964
	n, c := float64(sum.acts), float64(sum.children)
	limit := func(c, z float64) float64 {
		root := 1 - 1/(9*c) + z/(3*math.Sqrt(c))
		return c * root * root * root / n
	}
	if c > 0 {
		low = max(0, limit(c, -z))
	}
	return low, limit(c+1, z)
}

// quantile interpolates between the order statistics of sorted values, which are not empty, as most
// software does (type 7 of Hyndman and Fan 1996, the default of R and NumPy).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
