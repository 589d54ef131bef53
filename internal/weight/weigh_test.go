package weight_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/weight"
)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// town is a simulated population of one movement. Who somebody is, honest or not,
// is in kind, which weighing never sees.
type town struct {
	*rand.Rand
	people map[id.ID]weight.Person
	home   map[id.ID]weight.Mark
	stood  map[id.ID]map[id.ID]bool // a witness for whom
	acts   []weight.Act
	kind   map[id.ID]string // of an act: who told it
	last   id.ID
	mark   weight.Mark
}

func newTown(seed uint64) *town {
	return &town{Rand: rand.New(rand.NewPCG(seed, 1)), people: map[id.ID]weight.Person{}, home: map[id.ID]weight.Mark{}, stood: map[id.ID]map[id.ID]bool{}, kind: map[id.ID]string{}}
}

func (t *town) newMark() weight.Mark { t.mark++; return t.mark }

// settle has n people of one network be there, who signed up that long before.
func (t *town) settle(n int, before time.Duration) []id.ID {
	out, at := make([]id.ID, n), t.newMark()
	for i := range out {
		t.last++
		out[i] = t.last
		t.people[t.last] = weight.Person{Since: monday.Add(-before)}
		t.home[t.last] = at
	}
	return out
}

// crowd is settle, each with a network of their own.
func (t *town) crowd(n int, before time.Duration) (out []id.ID) {
	for range n {
		out = append(out, t.settle(1, before)...)
	}
	return out
}

// from is where somebody is: mostly at home.
func (t *town) from(who id.ID) weight.Mark {
	switch p := t.Float64(); {
	case p < 0.75:
		return t.home[who]
	case p < 0.9:
		return t.newMark() // on the way
	}
	return 0 // told by an app that keeps its address to itself, or too long ago
}

func (t *town) tell(kind string, doer id.ID, at time.Time, from weight.Mark, words ...weight.Word) {
	t.last++
	for _, w := range words {
		if t.stood[w.By] == nil {
			t.stood[w.By] = map[id.ID]bool{}
		}
		t.stood[w.By][doer] = true
		p := t.people[w.By]
		p.Doers = len(t.stood[w.By])
		t.people[w.By] = p
	}
	p := t.people[doer]
	p.Acts++
	t.people[doer] = p
	t.kind[t.last] = kind
	t.acts = append(t.acts, weight.Act{ID: t.last, Doer: doer, Told: at, From: from, Words: words})
}

// tellAtHome is tell, of people who are where they mostly are.
func (t *town) tellAtHome(kind string, doer id.ID, on int, witnesses ...id.ID) {
	words := make([]weight.Word, len(witnesses))
	for i, w := range witnesses {
		words[i] = weight.Word{By: w, From: t.from(w)}
	}
	t.tell(kind, doer, monday.Add(time.Duration(on)*day+time.Duration(t.IntN(12))*time.Hour), t.from(doer), words...)
}

// some is a count that is mostly small: 1 or more, mean on average.
func (t *town) some(mean float64) int {
	n := 1
	for t.Float64() < 1-1/mean {
		n++
	}
	return n
}

func (t *town) one(of []id.ID, but ...id.ID) id.ID {
	for {
		if who := of[t.IntN(len(of))]; !slices.Contains(but, who) {
			return who
		}
	}
}

const weeks = 8

// honest fills the town with those who do nothing wrong.
func (t *town) honest() {
	single := t.crowd(4500, 200*day)
	newcomers := t.crowd(1200, 5*day)
	everybody := slices.Concat(single, newcomers)
	hubs := everybody[:10] // who are everywhere, and witness for many
	for _, who := range everybody {
		friends := []id.ID{t.one(everybody, who), t.one(everybody, who), t.one(everybody, who)}
		for range t.some(1.8) {
			witness := friends[t.IntN(3)]
			if t.Float64() < 0.15 && !slices.Contains(hubs, who) {
				witness = t.one(hubs)
			}
			t.tellAtHome("one of many", who, t.IntN(7*weeks), witness)
		}
	}
	for range 120 { // couples who do most together
		two := t.settle(2, 100*day)
		for range t.some(5) {
			t.Shuffle(2, func(i, j int) { two[i], two[j] = two[j], two[i] })
			witness := two[1]
			if t.Float64() < 0.2 {
				witness = t.one(single)
			}
			t.tellAtHome("a couple", two[0], t.IntN(7*weeks), witness)
		}
	}
	for range 200 { // families behind one address
		family := t.settle(3+t.IntN(3), 60*day)
		for _, who := range family {
			for range t.some(2.5) {
				witness := t.one(family, who)
				if t.Float64() < 0.25 {
					witness = t.one(everybody)
				}
				t.tellAtHome("a family", who, t.IntN(7*weeks), witness)
			}
		}
	}
	for range 60 { // who came only to witness for somebody at home
		doer, witness := t.settle(1, 300*day)[0], id.ID(0)
		t.last++
		witness = t.last
		t.people[witness], t.home[witness] = weight.Person{Since: monday.Add(-3 * day)}, t.home[doer]
		for range t.some(1.8) {
			t.tellAtHome("a new witness at home", doer, t.IntN(25), witness)
		}
	}
	t.clubs(everybody)
	t.events(single)
}

func (t *town) clubs(everybody []id.ID) {
	for range 60 { // which meet each week or so, and take guests along
		club := t.crowd(5+t.IntN(10), 150*day)
		for week := range weeks {
			for _, who := range club {
				if t.Float64() > 0.45 {
					continue
				}
				witnesses := []id.ID{t.one(club, who)}
				if t.Float64() < 0.3 {
					witnesses = []id.ID{t.one(everybody)}
				}
				t.tellAtHome("a club", who, 7*week, witnesses...)
			}
		}
	}
	for _, most := range []int{1, 1, 1, 2, 3} { // which keep to themselves, some of them busy
		club := t.crowd(5, 150*day)
		for week := range weeks {
			for _, who := range club {
				for range t.IntN(most + 1) {
					t.tellAtHome(fmt.Sprintf("a closed club, up to %d acts a week each", most), who, 7*week+t.IntN(7), t.one(club, who))
				}
			}
		}
	}
}

// events bring newcomers, who all sign up there and witness for each other.
func (t *town) events(helpers []id.ID) {
	for n := range 8 {
		hall, on := t.newMark(), monday.Add(time.Duration(7*n)*day)
		guests := t.crowd(20+t.IntN(40), 0)
		for i, who := range guests {
			t.people[who] = weight.Person{Since: on.Add(time.Duration(i) * time.Minute)}
		}
		for _, who := range guests {
			acts := 1
			if t.Float64() < 0.4 {
				acts = 2
			}
			for range acts {
				witness := t.one(guests, who)
				if t.Float64() < 0.25 {
					witness = t.one(helpers)
				}
				t.tell("an event", who, on.Add(time.Hour+time.Duration(t.IntN(180))*time.Minute), hall, weight.Word{By: witness, From: hall})
			}
		}
	}
}

// ring is n who agreed to witness for each other, with a part of honest acts among
// them.
func (t *town) ring(n, each int, camouflage float64, honest []id.ID) {
	ring := t.crowd(n, 40*day)
	kind := fmt.Sprintf("a ring of %d", n)
	for _, who := range ring {
		for range each {
			witness := t.one(ring, who)
			if t.Float64() < camouflage {
				witness = t.one(honest)
				t.tellAtHome("a ring's honest act", who, t.IntN(7*weeks), witness)
				continue
			}
			t.tellAtHome(kind, who, t.IntN(7*weeks), witness)
		}
	}
}

// seconds is a doer with n accounts of their own who witness acts of theirs.
func (t *town) seconds(n, acts int) {
	doer := t.settle(1, 90*day)[0]
	made := t.crowd(n, 2*day)
	for i := range acts {
		witness := made[i%n]
		from := t.from(doer)
		other := from
		if t.Float64() < 0.15 {
			other = t.newMark() // hidden, this time
		}
		kind := "second accounts, 5 acts or more"
		if acts < 5 {
			kind = "second accounts, fewer acts"
		}
		t.tell(kind, doer, monday.Add(time.Duration(t.IntN(25))*day), from, weight.Word{By: witness, From: other})
	}
}

// burst is n accounts made in one evening that tell acts and witness for each
// other.
func (t *town) burst(n, each int, kind string) {
	den, on := t.newMark(), monday.Add(time.Duration(t.IntN(40))*day)
	made := t.crowd(n, 0)
	for _, who := range made {
		t.people[who] = weight.Person{Since: on}
	}
	for _, who := range made {
		for range each {
			t.tell(kind, who, on.Add(time.Duration(t.IntN(120))*time.Minute), den, weight.Word{By: t.one(made, who), From: den})
		}
	}
}

// rate is how many acts of a kind there are, and of how many no word is left.
type rate struct{ acts, down int }

func (r rate) share() float64 { return float64(r.down) / float64(max(1, r.acts)) }

func (r rate) and(more rate) rate { return rate{r.acts + more.acts, r.down + more.down} }

// measure weighs the town, and counts by kind.
func (t *town) measure() map[string]rate {
	words := map[id.ID]int{}
	for _, s := range weight.Weigh(t.acts, t.people) {
		words[s.Act]++
	}
	out := map[string]rate{}
	for _, a := range t.acts {
		r := out[t.kind[a.ID]]
		r.acts++
		if words[a.ID] == len(a.Words) {
			r.down++
		}
		out[t.kind[a.ID]] = r
	}
	return out
}

// cheats are how many of each kind there are among the honest.
func (t *town) cheats() {
	honest := slices.Sorted(maps.Keys(t.people))
	for _, n := range []int{3, 4, 5, 6, 8, 12, 16} {
		for range 5 {
			t.ring(n, 8+t.IntN(12), 0.2*t.Float64(), honest)
		}
	}
	for range 5 {
		t.ring(2, 15, 0, honest)
		t.ring(30, 12, 0, honest)
		t.burst(4+t.IntN(12), 4+t.IntN(4), "a burst")
		t.burst(15, 1, "a burst of one act each")
	}
	for range 40 {
		t.seconds(1+t.IntN(3), 5+t.IntN(15))
		t.seconds(1, 2+t.IntN(3))
	}
}

// TestWeigh_SimulatedPopulation says how often weighing errs, both ways, in three
// towns. The figures are those of docs/decisions/0013-weights.md.
func TestWeigh_SimulatedPopulation(t *testing.T) {
	is := map[string]rate{}
	for seed := range uint64(3) {
		in := newTown(seed + 7)
		in.honest()
		people := len(in.people)
		in.cheats()
		t.Logf("town %d: %d acts of %d honest people and %d accounts of cheats", seed+1, len(in.acts), people, len(in.people)-people)
		for kind, r := range in.measure() {
			is[kind] = is[kind].and(r)
		}
	}
	var kept, found, rings rate
	for _, kind := range slices.Sorted(maps.Keys(is)) {
		r := is[kind]
		t.Logf("%-42s %6d acts, %5d weighed down, %5.1f %%", kind, r.acts, r.down, 100*r.share())
		want, cheats := fewestFound[kind]
		if !cheats {
			kept = kept.and(r)
			continue
		}
		if found = found.and(r); r.share() < want {
			t.Errorf("of %s %.1f %% are found, fewer than %.0f %%", kind, 100*r.share(), 100*want)
		}
		if strings.HasPrefix(kind, "a ring") && want > 0 && kind != "a ring of 3" {
			rings = rings.and(r)
		}
	}
	t.Logf("honest: %d of %d accused, %.2f %%; cheats: %d of %d found, %.1f %%; rings of 4 to 16: %.1f %%",
		kept.down, kept.acts, 100*kept.share(), found.down, found.acts, 100*found.share(), 100*rings.share())
	if kept.share() > 0.005 {
		t.Errorf("%.2f %% of honest acts are accused", 100*kept.share())
	}
	if rings.share() < 0.8 {
		t.Errorf("%.1f %% of the acts of rings of 4 to 16 are found", 100*rings.share())
	}
}

// fewestFound are the kinds of acts that are not honest, and the share of them that
// is found at least; 0 where we know that they escape.
var fewestFound = map[string]float64{
	"a ring of 2": 0, "a ring of 3": 0.7, "a ring of 4": 0.7, "a ring of 5": 0.7, "a ring of 6": 0.7, "a ring of 8": 0.7,
	"a ring of 12": 0.7, "a ring of 16": 0.7, "a ring of 30": 0, "second accounts, 5 acts or more": 0.8,
	"second accounts, fewer acts": 0, "a burst": 0.8, "a burst of one act each": 0,
}
