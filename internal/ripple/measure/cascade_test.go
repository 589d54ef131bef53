package measure

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

const dayMS = int64(24 * time.Hour / time.Millisecond)

// serialSigma gives a log-normal with median 1 day the published mean of 2.1 days: exp(σ²/2) = 2.1.
var serialSigma = math.Sqrt(2 * math.Log(2.1))

// withinWindow is the probability that a child comes within w days of its parent.
func withinWindow(w float64) float64 {
	return 0.5 * math.Erfc(-math.Log(w)/serialSigma/math.Sqrt2)
}

type offspring func(rng *rand.Rand) int

// binomial is three nominees, each of whom answers: never more than three children.
func binomial(mean float64) offspring {
	return func(rng *rand.Rand) int {
		children := 0
		for range 3 {
			if rng.Float64() < mean/3 {
				children++
			}
		}
		return children
	}
}

// negativeBinomial has k = 0.5: half of the acts move nobody and a few move a dozen. That such numbers are
// often highly skewed is what Lloyd-Smith and others (2005) found for infections; the k is ours.
// A gamma with shape ½ is half the square of a normal deviate.
func negativeBinomial(mean float64) offspring {
	return func(rng *rand.Rand) int {
		z := rng.NormFloat64()
		p := newPoisson(mean * z * z)
		return int(p.draw(rng))
	}
}

// cascade is one simulated ripple and the moment at which it is looked at.
type cascade struct {
	acts []Link
	now  int64
}

// grow draws acts in the order of their time from roots spread evenly over days, until acts of them
// exist, and looks at them wait days later. It draws again where the ripple dies out before.
func grow(rng *rand.Rand, draw offspring, roots int, days float64, acts int, wait float64) cascade {
	for {
		var due queue
		for i := range roots {
			due = append(due, Link{Act: int64(i + 1), Root: int64(i + 1), At: ms(rng.Float64() * days)})
		}
		heap.Init(&due)
		next := int64(roots + 1)
		var done []Link
		for len(due) > 0 && len(done) < acts {
			a := heap.Pop(&due).(Link)
			done = append(done, a)
			for range draw(rng) {
				heap.Push(&due, Link{Act: next, Parent: a.Act, Root: a.Root, At: a.At + serial(rng)})
				next++
			}
		}
		if len(done) < acts {
			continue
		}
		now := done[len(done)-1].At + ms(wait)
		for len(due) > 0 { // what else came until now; its own children do not matter: it is too young
			if a := heap.Pop(&due).(Link); a.At <= now {
				done = append(done, a)
			}
		}
		return cascade{done, now}
	}
}

// live draws all that roots spread over days bring about until days + wait, for ripples that die out
// by themselves, and draws again where that are fewer acts than asked for.
func live(rng *rand.Rand, draw offspring, roots int, days float64, acts int, wait float64) cascade {
	now := ms(days + wait)
	for {
		var done []Link
		for i := range roots {
			done = append(done, Link{Act: int64(i + 1), Root: int64(i + 1), At: ms(rng.Float64() * days)})
		}
		for i := 0; i < len(done); i++ {
			for range draw(rng) {
				a := Link{Act: int64(len(done) + 1), Parent: done[i].Act, Root: done[i].Root, At: done[i].At + serial(rng)}
				if a.At <= now {
					done = append(done, a)
				}
			}
		}
		if len(done) >= acts {
			return cascade{done, now}
		}
	}
}

func (c cascade) measure(window float64, rng *rand.Rand) (Estimate, bool) {
	return Observe(slices.Values(c.acts), c.now, time.Duration(window*24)*time.Hour).Reproduction(rng)
}

func serial(rng *rand.Rand) int64 { return ms(math.Exp(serialSigma * rng.NormFloat64())) }

func ms(days float64) int64 { return int64(days * float64(dayMS)) }

// queue is a heap of acts by time.
type queue []Link

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].At < q[j].At }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(Link)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
