package weight_test

import (
	"fmt"
	"slices"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/weight"
)

// cheats are among the honest: some of each kind in each town, in sizes and with
// pains taken that differ.
func (t *town) cheats() {
	honest := len(t.acts)
	for _, n := range []int{3, 3, 4, 4, 6, 6, 10, 10} {
		t.ring(n, []float64{1, 0.85, 0.7, 0.5}[t.IntN(4)], []float64{10, 20, 40, 80}[t.IntN(4)], honest)
	}
	t.ring(2, 1, 80, honest)
	if t.chance(0.3) {
		t.ring(25, 1, 40, honest)
	}
	for _, same := range []float64{1, 0.7, 0.3, 0} {
		t.seconds(t.between(1, 3), same, false)
	}
	t.seconds(1, 0.9, true)
	for _, hours := range []int{2, 8, 30} {
		t.burst(t.between(4, 20), t.between(5, 9), hours)
	}
	t.burst(t.between(10, 30), t.between(1, 3), 4)
	t.puppets(t.between(4, 6), t.about(10, 0.5))
}

// ring are n who agreed to witness for each other. A part of it is camouflage:
// acts that honest people witness, and words for honest people's acts.
func (t *town) ring(n int, inside, each float64, honest int) {
	c := t.begin(ringKind(n, inside, each), true)
	camouflage := t.begin("what rings do with honest people", false)
	people := t.scattered(n, 200*day)
	for _, who := range people {
		for range t.count(t.about(each, 0.2)) {
			at := t.someDay()
			if t.chance(inside) {
				t.tell(c, who, at, t.one(people, who))
				continue
			}
			t.tell(camouflage, who, at, t.one(t.many))
			a := &t.acts[t.IntN(honest)] // an honest act that was told for all to see
			if !slices.ContainsFunc(a.Words, func(w weight.Word) bool { return w.By == who }) {
				a.Words = append(a.Words, weight.Word{By: who, From: t.where(who, a.Told)})
			}
		}
	}
}

// ringKind is how rings are told apart when they are counted.
func ringKind(n int, inside, each float64) string {
	switch {
	case n == 2:
		return "a ring of 2"
	case n > 16:
		return "a ring of 25"
	case inside < 0.8:
		return "a ring of 3 to 10, at least 3 in 10 of its acts with others"
	case each < 40:
		return "a ring of 3 to 10, 10 or 20 acts each"
	case each < 80:
		return "a ring of 3 to 10, 40 acts each"
	}
	return fmt.Sprintf("a ring of %d, 80 acts each", n)
}

// seconds is a doer with n accounts more that witness what they tell: same is how
// often from the same network. Careful ones do something else, too.
func (t *town) seconds(n int, same float64, careful bool) {
	acts := t.between(3, 25)
	kind := fmt.Sprintf("second accounts, %.0f %% from one network, ", 100*same)
	switch {
	case careful:
		kind = "second accounts that do something else, too"
	case acts < 12:
		kind += "3 to 11 acts"
	default:
		kind += "12 to 25 acts"
	}
	c := t.begin(kind, true)
	net := t.network()
	doer, made := t.settle(1, net, t.upTo(300*day))[0], t.settle(n, net, 0)
	from := t.IntN(30)
	for _, who := range made {
		p := t.people[who]
		p.Since = t.day(from)
		t.people[who] = p
		if careful {
			t.tell(c, who, t.day(from), t.one(t.many))
		}
	}
	for i := range acts {
		at := t.day(from + t.IntN(7*weeks-from))
		here, there := t.at(net, at), t.at(net, at)
		if !t.chance(same) {
			there = t.at(t.network(), at)
		}
		t.put(c, doer, at, here, weight.Word{By: made[i%n], From: there})
	}
}

// burst is n accounts made in one place that tell acts and witness for each other,
// so many hours long.
func (t *town) burst(n, each, hours int) {
	kind := fmt.Sprintf("a burst within %d hours", hours)
	if each < 4 {
		kind = "a burst of 1 to 3 acts each"
	}
	c, net := t.begin(kind, true), t.network()
	on, made := t.day(t.IntN(40)), t.settle(n, net, 0)
	for _, who := range made {
		p := t.people[who]
		p.Since = on
		t.people[who] = p
	}
	for _, who := range made {
		for range each {
			t.tellIn(c, net, who, on.Add(t.upTo(time.Duration(hours)*time.Hour)), t.one(made, who))
		}
	}
}

// puppets are accounts of one person that witness each other over weeks.
func (t *town) puppets(n int, each float64) {
	c, net := t.begin("one person's accounts that witness each other", true), t.network()
	var made []id.ID
	for range n {
		made = append(made, t.settle(1, net, t.upTo(20*day))...)
	}
	t.among(c, made, each/t.pace, 0)
}
