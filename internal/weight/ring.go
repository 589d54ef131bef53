package weight

import (
	"cmp"
	"maps"
	"slices"

	"goodturn/internal/id"
)

// ties are who witnessed whom, and how often.
type ties struct {
	given map[id.ID]map[id.ID]int // witness, doer: words
	taken map[id.ID]map[id.ID]int // doer, witness: words
	words map[id.ID]int           // that somebody gave and took in all
	told  map[id.ID][]Act         // by a doer

	busiest []id.ID // all doers, who told most first
}

func tiesOf(acts []Act) ties {
	t := ties{given: map[id.ID]map[id.ID]int{}, taken: map[id.ID]map[id.ID]int{}, words: map[id.ID]int{}, told: map[id.ID][]Act{}}
	add := func(m map[id.ID]map[id.ID]int, a, b id.ID) {
		if m[a] == nil {
			m[a] = map[id.ID]int{}
		}
		m[a][b]++
	}
	for _, a := range acts {
		t.told[a.Doer] = append(t.told[a.Doer], a)
		for _, by := range a.Words {
			add(t.given, by.By, a.Doer)
			add(t.taken, a.Doer, by.By)
			t.words[by.By]++
			t.words[a.Doer]++
		}
	}
	t.busiest = slices.SortedFunc(maps.Keys(t.told), func(a, b id.ID) int {
		return cmp.Or(cmp.Compare(len(t.told[b]), len(t.told[a])), cmp.Compare(a, b))
	})
	return t
}

// rings finds few people who witness nearly only each other, both ways, and tell
// far more acts than is usual: each alone is what any circle of friends does. Acts
// are counted within spans, so that nobody comes to be one over the years.
func (w *weighing) rings() {
	spans := map[int64][]Act{}
	for _, a := range w.acts {
		n := a.Told.UnixMilli() / ringSpan.Milliseconds()
		spans[n] = append(spans[n], a)
	}
	for _, n := range slices.Sorted(maps.Keys(spans)) {
		w.ringsAmong(spans[n])
	}
}

func (w *weighing) ringsAmong(acts []Act) {
	t := tiesOf(acts)
	left := t.core(slices.Collect(maps.Keys(t.words)))
	for _, start := range slices.Sorted(maps.Keys(left)) {
		if !left[start] {
			continue
		}
		ring := w.grow(t, left, start)
		for who := range ring {
			delete(left, who)
		}
	}
}

// usual is how many acts all but the busiest twentieth of the others told at most:
// a movement's many circles are what a ring is compared with, not those who tell
// one act and leave. False where there are too few others.
func (t ties) usual(set map[id.ID]bool) (int, bool) {
	others := len(t.busiest) - len(set)
	if others < ringCrowd {
		return 0, false
	}
	above := others / ringAmong
	for _, who := range t.busiest {
		if set[who] {
			continue
		}
		if above--; above < 0 {
			return len(t.told[who]), true
		}
	}
	return 0, false
}

// core are those of the people who were witnessed, and witnessed, often enough
// among themselves.
func (t ties) core(people []id.ID) map[id.ID]bool {
	in := make(map[id.ID]bool, len(people))
	for _, who := range people {
		in[who] = true
	}
	within := func(m map[id.ID]int) (n int) {
		for who, times := range m {
			if in[who] {
				n += times
			}
		}
		return n
	}
	for check := people; len(check) > 0; {
		var again []id.ID
		for _, who := range check {
			if !in[who] || within(t.given[who]) >= ringTies && within(t.taken[who]) >= ringTies {
				continue
			}
			delete(in, who)
			again = slices.AppendSeq(again, maps.Keys(t.given[who]))
			again = slices.AppendSeq(again, maps.Keys(t.taken[who]))
		}
		check = again
	}
	return in
}

// grow adds, from one person on, whoever is tied most to those who are in, and
// accuses the first set that is a ring, then as long as it stays one with more.
// It gives the ring, empty where there is none.
func (w *weighing) grow(t ties, left map[id.ID]bool, start id.ID) map[id.ID]bool {
	set := map[id.ID]bool{start: true}
	pull := map[id.ID]int{} // words between somebody outside and the set
	join := func(who id.ID) {
		delete(pull, who)
		for _, m := range []map[id.ID]int{t.given[who], t.taken[who]} {
			for other, n := range m {
				if left[other] && !set[other] {
					pull[other] += n
				}
			}
		}
	}
	join(start)
	var best ringFigures
	var ring map[id.ID]bool
	for len(set) < ringMost && len(pull) > 0 {
		next := t.closest(pull)
		set[next] = true
		join(next)
		if len(set) < ringFewest {
			continue
		}
		closed := t.closed(set)
		if f := t.figures(closed); f.is() && f.within >= best.within {
			best, ring = f, closed
		}
	}
	if ring == nil {
		return nil
	}
	for doer := range ring {
		for _, a := range t.told[doer] {
			for _, by := range a.Words {
				if !ring[by.By] {
					continue
				}
				w.accuse(Suspicion{Act: a.ID, Witness: by.By, Reason: Ring, People: best.people, Acts: best.within, Of: best.all, Usual: best.usual})
			}
		}
	}
	return ring
}

// closed are those of the set who are in its core and are tied to a part of the
// others there, so that two circles with one friend in common stay two.
func (t ties) closed(set map[id.ID]bool) map[id.ID]bool {
	for {
		core := t.core(slices.Collect(maps.Keys(set)))
		left := maps.Clone(core)
		for who := range core {
			tied := 0
			for other := range core {
				if other != who && t.given[who][other]+t.taken[who][other] >= ringTie {
					tied++
				}
			}
			if tied < 2 || ringTied*tied < len(core)-1 {
				delete(left, who)
			}
		}
		if len(left) == len(core) {
			return core
		}
		set = left
	}
}

// closest is who has the largest part of all their words with the set.
func (t ties) closest(pull map[id.ID]int) (next id.ID) {
	for who, n := range pull {
		// n/words > best/words, without fractions; the elder account where even.
		d := n*t.words[next] - pull[next]*t.words[who]
		if next == 0 || d > 0 || d == 0 && who < next {
			next = who
		}
	}
	return next
}

// ringFigures are the counts of a set of people.
type ringFigures struct {
	people, acts int // acts of its people that one of them witnessed
	usual        int // acts that nearly all others told at most
	known        bool
	within, all  int // words: from one to another of them, and all that any of them gave or took
}

func (t ties) figures(set map[id.ID]bool) (f ringFigures) {
	f.people = len(set)
	f.usual, f.known = t.usual(set)
	for who := range set {
		for doer, n := range t.given[who] {
			f.all += n
			if set[doer] {
				f.within += n
			}
		}
		for witness, n := range t.taken[who] {
			if !set[witness] {
				f.all += n
			}
		}
		for _, a := range t.told[who] {
			if slices.ContainsFunc(a.Words, func(by Word) bool { return set[by.By] }) {
				f.acts++
			}
		}
	}
	return f
}

// is says whether the figures are a ring's.
func (f ringFigures) is() bool {
	return f.known && f.people >= ringFewest && float64(f.within) >= ringWithin*float64(f.all) &&
		f.acts >= max(ringEach, ringTimes*f.usual)*f.people
}
