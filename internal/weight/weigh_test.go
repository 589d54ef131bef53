package weight_test

import (
	"cmp"
	"flag"
	"maps"
	"math"
	"slices"
	"testing"
)

var (
	tune = flag.Bool("tune", false, "show the towns on which thresholds are set, and judge none")
	many = flag.Uint64("towns", 24, "how many towns; the decision's figures are of 400")
)

// The first of the towns on which thresholds are set, and of those on which they are
// judged: these were not looked at before the thresholds stood. Whoever changes a
// threshold takes towns that nobody saw to judge it; all below 20001 were seen.
const tuned, judged = 1, 20001

// TestWeigh_SimulatedPopulation says how often weighing errs, both ways. The figures
// are those of docs/decisions/0013-weights.md.
func TestWeigh_SimulatedPopulation(t *testing.T) {
	first := uint64(judged)
	if *tune {
		first = tuned
	}
	is := map[circle]rate{}
	var honest []rate
	for seed := first; seed < first+*many; seed++ {
		var kept rate
		for c, r := range newTown(seed).measure() {
			is[c] = is[c].and(r)
			if !c.cheat {
				kept = kept.and(r)
			}
		}
		honest = append(honest, kept)
	}
	for _, c := range slices.SortedFunc(maps.Keys(is), circle.compare) {
		r := is[c]
		low, high := r.interval()
		t.Logf("%-60s %6d acts of %5d circles, %5d weighed down, %5.1f %% (%.1f to %.1f)",
			c.kind, r.acts, r.circles, r.down, 100*r.share(), 100*low, 100*high)
		bound, known := bounds[c]
		switch {
		case *tune:
		case !known:
			t.Errorf("nothing is said of %s", c.kind)
		case !c.cheat && r.share() > bound:
			t.Errorf("of %s %.1f %% are accused, more than %.1f %%", c.kind, 100*r.share(), 100*bound)
		case c.cheat && r.share() < bound:
			t.Errorf("of %s %.1f %% are found, fewer than %.0f %%", c.kind, 100*r.share(), 100*bound)
		}
	}
	all, low, high := over(honest)
	t.Logf("of %d honest acts %d are accused, %.3f %% (%.3f to %.3f)", all.acts, all.down, 100*all.share(), 100*low, 100*high)
	// One circle that is busy beyond measure is much among few towns, so that only
	// many towns say how far the rate can be believed.
	if most := map[bool]float64{false: all.share(), true: high}[*many >= 200]; most > 0.005 && !*tune {
		t.Errorf("%.2f %% of honest acts are accused, or may be", 100*most)
	}
}

// bounds are what holds with room to spare: of the honest the most that are accused,
// of cheats the least that are found; nothing where we know that they escape.
var bounds = map[circle]float64{
	{"one of many", false}:                            0.0005,
	{"two who have only each other", false}:           0.02,
	{"a family", false}:                               0.02,
	{"a club", false}:                                 0.01,
	{"friends who keep to themselves", false}:         0.04,
	{"somebody at home who joined to witness", false}: 0.08,
	{"a school class", false}:                         0.05,
	{"an office", false}:                              0.05,
	{"an event on one Wi-Fi", false}:                  0.01,
	{"a viral evening", false}:                        0.01,
	{"newcomers who tell all at one table", false}:    0.2,
	{"what rings do with honest people", false}:       0.01,

	{"a ring of 2", true}:                                                 0,
	{"a ring of 3, 80 acts each", true}:                                   0.5,
	{"a ring of 4, 80 acts each", true}:                                   0.5,
	{"a ring of 6, 80 acts each", true}:                                   0.4,
	{"a ring of 10, 80 acts each", true}:                                  0.5,
	{"a ring of 25", true}:                                                0,
	{"a ring of 3 to 10, 40 acts each", true}:                             0,
	{"a ring of 3 to 10, 10 or 20 acts each", true}:                       0,
	{"a ring of 3 to 10, at least 3 in 10 of its acts with others", true}: 0,
	{"one person's accounts that witness each other", true}:               0,

	{"second accounts, 100 % from one network, 12 to 25 acts", true}: 0.6,
	{"second accounts, 70 % from one network, 12 to 25 acts", true}:  0.1,
	{"second accounts, 30 % from one network, 12 to 25 acts", true}:  0,
	{"second accounts, 0 % from one network, 12 to 25 acts", true}:   0,
	{"second accounts, 100 % from one network, 3 to 11 acts", true}:  0,
	{"second accounts, 70 % from one network, 3 to 11 acts", true}:   0,
	{"second accounts, 30 % from one network, 3 to 11 acts", true}:   0,
	{"second accounts, 0 % from one network, 3 to 11 acts", true}:    0,
	{"second accounts that do something else, too", true}:            0,

	{"a burst within 2 hours", true}:      0.7,
	{"a burst within 8 hours", true}:      0.6,
	{"a burst within 30 hours", true}:     0,
	{"a burst of 1 to 3 acts each", true}: 0,
}

func (c circle) compare(d circle) int {
	if c.cheat != d.cheat {
		if c.cheat {
			return 1
		}
		return -1
	}
	return cmp.Compare(c.kind, d.kind)
}

// rate is how many acts there are, of how many circles, and how many are weighed
// down.
type rate struct{ acts, down, circles int }

func (r rate) share() float64 { return float64(r.down) / float64(max(1, r.acts)) }

func (r rate) and(more rate) rate {
	return rate{r.acts + more.acts, r.down + more.down, r.circles + more.circles}
}

const z95 = 1.96

// interval is Wilson's of 95 %. All acts of a circle mostly share one fate, so a
// circle counts as one observation.
func (r rate) interval() (low, high float64) {
	n, p := float64(max(1, r.circles)), r.share()
	mid, half := p+z95*z95/(2*n), z95*math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	return max(0, (mid-half)/(1+z95*z95/n)), min(1, (mid+half)/(1+z95*z95/n))
}

// over is the rate of all towns together, with the interval of 95 % that the towns'
// differences give: a town counts as one observation.
func over(each []rate) (all rate, low, high float64) {
	for _, r := range each {
		all = all.and(r)
	}
	p, k, sum := all.share(), float64(len(each)), 0.0
	for _, r := range each {
		d := float64(r.down) - p*float64(r.acts)
		sum += d * d
	}
	half := z95 * math.Sqrt(sum*k/(k-1)) / float64(all.acts)
	return all, max(0, p-half), p + half
}

// measure weighs the town, and counts by kind of circle. An honest act counts as
// accused with the first of its words, a cheat's as found with the last.
func (t *town) measure() map[circle]rate {
	words := t.weighed()
	out, seen := map[circle]rate{}, map[int]bool{}
	for i, a := range t.acts {
		c := t.circle[t.of[i]]
		r := out[c]
		r.acts++
		if n := words[a.ID]; n > 0 && (!c.cheat || n == len(a.Words)) {
			r.down++
		}
		if !seen[t.of[i]] {
			seen[t.of[i]] = true
			r.circles++
		}
		out[c] = r
	}
	return out
}
