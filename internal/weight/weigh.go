package weight

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"goodturn/internal/id"
)

// Reason is why a witness's word looks unusual.
type Reason string

// The reasons. A word has one: the first that is found, in this order.
const (
	Second Reason = "second" // a young account that does nothing but say this, from the doer's own network
	Burst  Reason = "burst"  // told in haste from one network, by accounts made for it as it seems
	Ring   Reason = "ring"   // among few people who witness nearly only each other, and far more than is usual
)

// The thresholds. What they find and whom they accuse wrongly is measured by
// TestWeigh_SimulatedPopulation and told in docs/decisions/0013-weights.md.
const (
	young = 30 * 24 * time.Hour // an account's age, by which it may be a second one

	secondFewest = 10  // words for one doer while young, from the doer's network
	secondShare  = 0.7 // of those whose networks are known for both

	burstWithin = 12 * time.Hour
	burstYoung  = 3 * 24 * time.Hour // the age of an account made for it
	burstPeople = 3                  // doers
	burstActs   = 24
	burstEach   = 6 // acts a doer, on average

	ringSpan   = 8 * week // in which a ring's acts are counted; spans are fixed, from 1970 on
	ringFewest = 3        // people
	ringMost   = 16       // people; more are a community
	ringTies   = 4        // times that each was witnessed, and witnessed, within
	ringTie    = 3        // words between two that make a tie
	ringTied   = 2        // half of the others at least is whom each is tied to, so that a ring hangs together
	ringWithin = 0.7      // of all that its people were witnessed and witnessed
	ringEach   = 60       // acts a person, on average: more than one on each day of the span
	ringTimes  = 4        // as many acts a person as is usual
	ringAmong  = 20       // of whom all but one tell what is usual at most
	ringCrowd  = 30       // others who tell acts; among fewer, nobody can say what is usual
)

// Mark stands for a network at one time and in one movement: two are equal where
// two people came from one network within a week. 0 is unknown, and like no other.
type Mark int64

// Act is a witnessed act, as far as weighing looks at it.
type Act struct {
	ID    id.ID
	Doer  id.ID
	Told  time.Time
	From  Mark
	Words []Word // who stands
}

// Word is one witness's.
type Word struct {
	By   id.ID
	From Mark
}

// Person is who does or witnesses.
type Person struct {
	Since time.Time // when the account was made
	Acts  int       // told by them, anywhere; more than one need not be counted
	Doers int       // for whom they stand as a witness, anywhere; more than two need not be counted
}

// idle is who did nothing, and spoke for one person at most: nobody else knows them.
func (p Person) idle() bool { return p.Acts == 0 && p.Doers <= 1 }

// Suspicion is what speaks against one witness's word on one act, with the
// figures that say so.
type Suspicion struct {
	Act, Witness id.ID
	Reason       Reason
	People       int // of the ring; who told in the burst; second accounts of one doer
	Acts         int // that they told or witnessed among themselves
	Of           int // of so many in all (ring), or of so many whose network is known (second)
	Usual        int // acts that nearly all others told at most (ring)
}

// Weigh says which words on a movement's witnessed acts look unusual. It looks at
// counts alone, never at who somebody is; the same input gives the same answer.
// Few acts are never unusual, so friends, families and clubs that are witnesses of
// each other now and then are left alone.
func Weigh(acts []Act, people map[id.ID]Person) []Suspicion {
	w := weighing{acts: acts, people: people, found: map[wordKey]Suspicion{}}
	w.second()
	w.bursts()
	w.rings()
	return slices.SortedFunc(maps.Values(w.found), func(a, b Suspicion) int {
		return cmp.Or(cmp.Compare(a.Act, b.Act), cmp.Compare(a.Witness, b.Witness))
	})
}

type wordKey struct{ act, witness id.ID }

type weighing struct {
	acts   []Act
	people map[id.ID]Person
	found  map[wordKey]Suspicion
}

// accuse notes s of a word, unless something was found before.
func (w *weighing) accuse(s Suspicion) {
	k := wordKey{s.Act, s.Witness}
	if _, had := w.found[k]; !had {
		w.found[k] = s
	}
}

// younger says whether an account was younger than age at that time.
func (w *weighing) younger(who id.ID, age time.Duration, at time.Time) bool {
	p, known := w.people[who]
	return known && at.Sub(p.Since) < age
}

// second finds the accounts that were made to witness for one doer: young, of no
// acts of their own, of no words for others, from the doer's network again and
// again. Several accounts of one doer are counted together.
func (w *weighing) second() {
	type pair struct{ doer, witness id.ID }
	known, same := map[pair]int{}, map[pair]int{}
	for _, a := range w.acts {
		for _, by := range a.Words {
			if a.From == 0 || by.From == 0 || !w.younger(by.By, young, a.Told) {
				continue
			}
			k := pair{a.Doer, by.By}
			known[k]++
			if a.From == by.From {
				same[k]++
			}
		}
	}
	made := map[id.ID][]id.ID{}
	total := map[id.ID]Suspicion{}
	for k := range same {
		if !w.people[k.witness].idle() || float64(same[k]) < secondShare*float64(known[k]) {
			continue
		}
		t := total[k.doer]
		t.People, t.Acts, t.Of = t.People+1, t.Acts+same[k], t.Of+known[k]
		total[k.doer] = t
		made[k.doer] = append(made[k.doer], k.witness)
	}
	for _, a := range w.acts {
		t := total[a.Doer]
		if t.Acts < secondFewest {
			continue
		}
		for _, by := range a.Words {
			if slices.Contains(made[a.Doer], by.By) {
				t.Act, t.Witness, t.Reason = a.ID, by.By, Second
				w.accuse(t)
			}
		}
	}
}

// bursts finds many acts that new accounts told from one network in a few hours,
// each of them several. The words of those who came with them count less; whoever
// is longer here, or was elsewhere, is believed. Newcomers at an event, who tell
// one act or two each, are none.
func (w *weighing) bursts() {
	from := map[Mark][]*Act{}
	for i := range w.acts {
		if a := &w.acts[i]; a.From != 0 && w.younger(a.Doer, burstYoung, a.Told) {
			from[a.From] = append(from[a.From], a)
		}
	}
	for mark, acts := range from {
		slices.SortFunc(acts, func(a, b *Act) int { return cmp.Or(a.Told.Compare(b.Told), cmp.Compare(a.ID, b.ID)) })
		each := map[id.ID]int{}
		for first, last := 0, 0; last < len(acts); last++ {
			each[acts[last].Doer]++
			for ; acts[last].Told.Sub(acts[first].Told) > burstWithin; first++ {
				if each[acts[first].Doer]--; each[acts[first].Doer] == 0 {
					delete(each, acts[first].Doer)
				}
			}
			if n := last + 1 - first; n >= burstActs && len(each) >= burstPeople && n >= burstEach*len(each) {
				w.burst(mark, acts[first:last+1], len(each))
			}
		}
	}
}

func (w *weighing) burst(mark Mark, acts []*Act, people int) {
	for _, a := range acts {
		for _, by := range a.Words {
			if by.From == mark && w.younger(by.By, burstYoung, a.Told) {
				w.accuse(Suspicion{Act: a.ID, Witness: by.By, Reason: Burst, People: people, Acts: len(acts)})
			}
		}
	}
}
