package weight_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/weight"
)

const (
	day   = 24 * time.Hour
	weeks = 8 // that a town is watched
)

// first begins a span in which rings are counted: that is worst for the honest.
var first = time.UnixMilli(0).UTC().Add(366 * weeks * 7 * day)

// town is a simulated population of one movement. Which circle an act comes from,
// and whether that is honest, is kept beside it, where weighing never looks.
type town struct {
	*rand.Rand
	people map[id.ID]weight.Person
	home   map[id.ID]int // the network where somebody mostly is
	acts   []weight.Act
	of     []int // by act: its circle
	circle []circle
	many   []id.ID // people of no circle, among whom everybody has acquaintances
	pace   float64 // how much people do here, of what is usual elsewhere
	last   id.ID
	nets   int
	mobile int // the networks of phone companies are the first so many
}

// circle is some people who belong together, honest or not.
type circle struct {
	kind  string
	cheat bool
}

func newTown(seed uint64) *town {
	t := &town{Rand: rand.New(rand.NewPCG(seed, 13)), people: map[id.ID]weight.Person{}, home: map[id.ID]int{}}
	t.mobile = 6 + t.IntN(20)
	t.nets = t.mobile
	t.honest()
	t.cheats()
	for i := range t.acts { // weighing is told them in the order of ids
		slices.SortFunc(t.acts[i].Words, func(a, b weight.Word) int { return int(a.By - b.By) })
	}
	return t
}

func (t *town) network() int { t.nets++; return t.nets }

// settle has n people of one network who signed up so long before the first day.
func (t *town) settle(n, net int, before time.Duration) []id.ID {
	out := make([]id.ID, n)
	for i := range out {
		t.last++
		out[i] = t.last
		t.people[t.last] = weight.Person{Since: first.Add(-before)}
		t.home[t.last] = net
	}
	return out
}

// scattered is settle, each with a network and an age of their own.
func (t *town) scattered(n int, oldest time.Duration) (out []id.ID) {
	for range n {
		out = append(out, t.settle(1, t.network(), t.upTo(oldest))...)
	}
	return out
}

func (t *town) upTo(d time.Duration) time.Duration { return time.Duration(t.Int64N(int64(d))) }

// day is a time of that day, between eight and ten.
func (t *town) day(n int) time.Time {
	return first.Add(time.Duration(n)*day + 8*time.Hour + t.upTo(14*time.Hour))
}

func (t *town) someDay() time.Time { return t.day(t.IntN(7 * weeks)) }

// at is how a network shows at a time: its mark is another one each week.
func (t *town) at(net int, at time.Time) weight.Mark {
	return weight.Mark(1 + net*100 + int(at.Sub(first)/(7*day)))
}

// where is the mark that somebody leaves: mostly of home, else of a phone company,
// which puts many people behind one, or of anywhere, or none.
func (t *town) where(who id.ID, at time.Time) weight.Mark {
	switch p := t.Float64(); {
	case p < 0.65:
		return t.at(t.home[who], at)
	case p < 0.85:
		return t.at(t.IntN(t.mobile), at)
	case p < 0.9:
		return t.at(t.network(), at)
	}
	return 0
}

func (t *town) begin(kind string, cheat bool) int {
	t.circle = append(t.circle, circle{kind, cheat})
	return len(t.circle) - 1
}

func (t *town) put(circle int, doer id.ID, at time.Time, from weight.Mark, words ...weight.Word) {
	t.last++
	t.acts = append(t.acts, weight.Act{ID: t.last, Doer: doer, Told: at, From: from, Words: words})
	t.of = append(t.of, circle)
}

// tell is put, of people who are where they mostly are.
func (t *town) tell(circle int, doer id.ID, at time.Time, witnesses ...id.ID) {
	words := make([]weight.Word, len(witnesses))
	for i, w := range witnesses {
		words[i] = weight.Word{By: w, From: t.where(w, at)}
	}
	t.put(circle, doer, at, t.where(doer, at), words...)
}

// tellIn is put, of people who are in one place.
func (t *town) tellIn(circle, net int, doer id.ID, at time.Time, witnesses ...id.ID) {
	words := make([]weight.Word, len(witnesses))
	for i, w := range witnesses {
		words[i] = weight.Word{By: w, From: t.at(net, at)}
	}
	t.put(circle, doer, at, t.at(net, at), words...)
}

// about is a number whose logarithm is spread normally about that of median.
func (t *town) about(median, spread float64) float64 {
	return median * math.Exp(spread*t.NormFloat64())
}

// count is a whole number that is mean on average (Poisson's).
func (t *town) count(mean float64) int {
	n := 0
	for p := t.Float64(); p > math.Exp(-min(mean, 500)); n++ {
		p *= t.Float64()
	}
	return n
}

// between is a whole number of those two and between.
func (t *town) between(least, most int) int { return least + t.IntN(most-least+1) }

func (t *town) chance(p float64) bool { return t.Float64() < p }

func (t *town) one(of []id.ID, but ...id.ID) id.ID {
	for {
		if who := of[t.IntN(len(of))]; !slices.Contains(but, who) {
			return who
		}
	}
}

// weighed is weight.Weigh of the town: by act, how many words are weighed down.
func (t *town) weighed() map[id.ID]int {
	for who, p := range t.people {
		p.Acts, p.Doers = 0, 0
		t.people[who] = p
	}
	stood := map[[2]id.ID]bool{}
	for _, a := range t.acts {
		p := t.people[a.Doer]
		p.Acts++
		t.people[a.Doer] = p
		for _, w := range a.Words {
			if !stood[[2]id.ID{w.By, a.Doer}] {
				stood[[2]id.ID{w.By, a.Doer}] = true
				p := t.people[w.By]
				p.Doers++
				t.people[w.By] = p
			}
		}
	}
	words := map[id.ID]int{}
	for _, s := range weight.Weigh(t.acts, t.people) {
		words[s.Act]++
	}
	return words
}
