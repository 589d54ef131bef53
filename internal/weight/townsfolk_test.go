package weight_test

import (
	"time"

	"goodturn/internal/id"
)

// honest fills the town with those who do nothing wrong. How large, how busy and how
// closed its circles are differs from town to town and from circle to circle, so
// that each kind has its extremes.
func (t *town) honest() {
	t.pace = t.about(1, 0.5)
	t.ordinary(t.between(300, 1500), t.about(1.8, 0.3)*t.pace)
	for range t.between(15, 40) {
		t.pair()
	}
	for range t.between(15, 50) {
		t.family()
	}
	for range t.between(4, 12) {
		t.club()
	}
	for range t.between(4, 12) {
		t.closedFriends()
	}
	for range t.between(5, 20) {
		t.newWitness()
	}
	for range t.IntN(4) {
		t.class()
	}
	for range t.IntN(4) {
		t.office()
	}
	for range t.IntN(3) {
		t.event()
	}
	if t.chance(0.5) {
		t.viral()
	}
	if t.chance(0.5) {
		t.table()
	}
}

// ordinary are the many who belong to no circle, and have a few friends; some few
// are everywhere, and witness for many.
func (t *town) ordinary(n int, each float64) {
	t.many = t.scattered(n, 400*day)
	hubs := t.many[:3+n/200]
	for _, who := range t.many {
		c := t.begin("one of many", false)
		friends := []id.ID{t.one(t.many, who), t.one(t.many, who), t.one(t.many, who)}
		for range max(1, t.count(t.about(each, 0.6))) {
			witness := t.one(friends)
			if t.chance(0.15) {
				witness = t.one(hubs, who)
			}
			t.tell(c, who, t.someDay(), witness)
		}
	}
}

// among has each of a circle tell acts: so many on average, witnessed by one of the
// circle but for those where somebody else was there.
func (t *town) among(c int, circle []id.ID, each, outside float64) {
	for _, who := range circle {
		for range t.count(t.about(each*t.pace, 0.4)) {
			witness := t.one(circle, who)
			if t.chance(outside) {
				witness = t.one(t.many)
			}
			t.tell(c, who, t.someDay(), witness)
		}
	}
}

// outside is how much of what a circle does others see: nothing, for a part of
// the circles.
func (t *town) outside(closed, most float64) float64 {
	if t.chance(closed) {
		return 0
	}
	return most * t.Float64()
}

// pair are couples, friends in one home or in two, who have only each other here
// and do a lot together, some of them daily.
func (t *town) pair() {
	two := t.scattered(2, 120*day)
	if t.chance(0.6) {
		t.home[two[1]] = t.home[two[0]]
	}
	t.among(t.begin("two who have only each other", false), two, t.about(5, 0.9), t.outside(0.5, 0.3))
}

// family is behind one address; some keep to themselves, some are very busy.
func (t *town) family() {
	people := t.settle(t.between(3, 6), t.network(), t.upTo(120*day))
	t.among(t.begin("a family", false), people, t.about(3, 0.8), t.outside(0.33, 0.5))
}

// club meets each week or every second; whoever comes is witnessed by one to three
// of those who are there.
func (t *town) club() {
	c := t.begin("a club", false)
	club := t.scattered(t.between(5, 15), 300*day)
	comes, guests, every := 0.3+0.5*t.Float64(), t.outside(0.3, 0.5), t.between(1, 2)
	for on := t.IntN(7); on < 7*weeks; on += 7 * every {
		var here []id.ID
		for _, who := range club {
			if t.chance(comes) {
				here = append(here, who)
			}
		}
		for _, who := range here {
			if len(here) < 2 {
				break
			}
			words := []id.ID{t.one(here, who)}
			if t.chance(guests) {
				words[0] = t.one(t.many)
			}
			if len(here) > 3 && t.chance(0.4) {
				words = append(words, t.one(here, who, words[0]))
			}
			t.tell(c, who, t.day(on), words...)
		}
	}
}

// closedFriends are a few who live apart, and do nearly all with each other.
func (t *town) closedFriends() {
	t.among(t.begin("friends who keep to themselves", false), t.scattered(t.between(3, 8), 200*day), t.about(4, 0.8), t.outside(0.5, 0.3))
}

// newWitness joined to witness for somebody at home; some do something of their own
// after a while.
func (t *town) newWitness() {
	c := t.begin("somebody at home who joined to witness", false)
	net := t.network()
	doer, witness := t.settle(1, net, t.upTo(300*day))[0], t.settle(1, net, 0)[0]
	since, homely := t.IntN(30), t.Float64()
	p := t.people[witness]
	p.Since = t.day(since)
	t.people[witness] = p
	for range 1 + t.count(t.about(2.5, 0.8)*t.pace) {
		by := witness
		if t.chance(0.2) {
			by = t.one(t.many)
		}
		at := t.day(since + t.IntN(7*weeks-since))
		if by == witness && t.chance(homely) {
			t.tellIn(c, net, doer, at, by)
		} else {
			t.tell(c, doer, at, by)
		}
	}
	if t.chance(0.4) {
		t.tell(c, witness, t.day(since+t.IntN(7*weeks-since)), doer)
	}
}

// class are pupils who signed up in one lesson, from their school's network, and
// tell what they did in the lessons after it; most of it with two to four friends.
func (t *town) class() {
	c, net := t.begin("a school class", false), t.network()
	pupils := t.settle(t.between(18, 30), net, 0)
	term := t.IntN(14)
	var groups [][]id.ID
	for rest := pupils; len(rest) > 0; {
		n := min(t.between(3, 5), len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	lessons, load, mixed := t.between(1, 6), t.about(1.6, 0.4), 0.3*t.Float64()
	for lesson := range lessons {
		begins := first.Add(time.Duration(term+7*lesson)*day + 10*time.Hour)
		for _, group := range groups {
			for _, who := range group {
				if p := t.people[who]; lesson == 0 {
					p.Since = begins.Add(-t.upTo(20 * time.Minute))
					t.people[who] = p
				}
				for range t.count(load) {
					witness := t.one(pupils, who)
					if len(group) > 1 && !t.chance(mixed) {
						witness = t.one(group, who)
					}
					t.tellIn(c, net, who, begins.Add(t.upTo(45*time.Minute)), witness)
				}
			}
		}
	}
}

// office is a firm's day or two of helping, told from its network that day, and
// what some teams go on with.
func (t *town) office() {
	c, net := t.begin("an office", false), t.network()
	staff := t.settle(t.between(6, 40), net, t.upTo(20*day))
	for range t.between(1, 2) {
		on := t.IntN(7 * weeks)
		for _, who := range staff {
			for range t.count(1.3) {
				t.tellIn(c, net, who, t.day(on), t.one(staff, who))
			}
		}
	}
	if len(staff) >= 9 {
		t.among(c, staff[:t.between(3, 5)], t.about(4, 0.7), t.outside(0.5, 0.3))
	}
}

// event brings newcomers, who sign up there on one Wi-Fi, tell what they do there,
// and witness for whom they came with, or for a helper.
func (t *town) event() {
	t.newcomers("an event on one Wi-Fi", t.between(20, 200), t.between(2, 8), 0.4+1.2*t.Float64(), 1)
}

// viral is an evening on which a challenge goes through the town: most are on
// their phones.
func (t *town) viral() {
	t.newcomers("a viral evening", t.between(80, 300), 5, 0.5+1.5*t.Float64(), 0.3)
}

// table are newcomers at one table who tell all that they did in the last weeks,
// and were there with each other.
func (t *town) table() {
	t.newcomers("newcomers who tell all at one table", t.between(4, 12), 2, 2+2*t.Float64(), 1)
}

func (t *town) newcomers(kind string, n, hours int, more, here float64) {
	c, net := t.begin(kind, false), t.network()
	on := t.day(t.IntN(7 * weeks))
	guests := t.settle(n, net, 0)
	for i := 0; i < n; {
		group := guests[i:min(n, i+t.between(2, 6))]
		came := on.Add(t.upTo(time.Duration(hours) * time.Hour / 2))
		i += len(group)
		for _, who := range group {
			p := t.people[who]
			p.Since = came.Add(t.upTo(20 * time.Minute))
			t.people[who] = p
			if !t.chance(here) {
				t.home[who] = t.IntN(t.mobile)
			}
		}
		for _, who := range group {
			for range 1 + t.count(more) {
				witness := t.one(t.many)
				if len(group) > 1 && t.chance(0.8) {
					witness = t.one(group, who)
				}
				at := came.Add(20*time.Minute + t.upTo(time.Duration(hours)*time.Hour/2))
				t.tellIn(c, t.home[who], who, at, witness)
			}
		}
	}
}
