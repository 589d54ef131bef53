package sample

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Contribution is an act for one of the calls other than the challenge.
type Contribution struct {
	Movement string // its slug
	Call     string // its key
	At       time.Time
	Doer     int   // a person
	Parent   int   // an earlier contribution that inspired it, of the same movement; -1 for none
	Quantity int64 // in the call's unit, cents for a gift
	Story    string
	Proof    string // told, witnessed or confirmed
	Witness  int    // a person who is not the doer, where it is witnessed; -1 otherwise
}

const contributionSeed = 2718

// Contributions returns the acts for all calls of Movements but the challenge, by time. A petition is
// signed once by a person, and an event come to once.
func Contributions(now time.Time) []Contribution {
	rng := rand.New(rand.NewPCG(contributionSeed, contributionSeed))
	words := NewWords(contributionSeed)
	var all []Contribution
	for _, m := range Movements(now) {
		for _, c := range m.Calls {
			all = append(all, contributions(rng, words, m.Slug, c, now)...)
		}
	}
	slices.SortStableFunc(all, func(a, b Contribution) int { return a.At.Compare(b.At) })
	inspire(rng, all)
	return all
}

func contributions(rng *rand.Rand, words *Words, slug string, c Call, now time.Time) []Contribution {
	var made []Contribution
	once := rng.Perm(max(c.People, c.Acts))
	for i := range c.Acts {
		a := Contribution{
			Movement: slug, Call: c.Key, At: moment(rng, c, now), Doer: rng.IntN(c.People), Parent: -1,
			Quantity: quantity(rng, c), Story: words.Deed(c.Key), Proof: "told", Witness: -1,
		}
		if c.Kind == Petition || c.Kind == Event {
			a.Doer = once[i]
		}
		switch roll := rng.Float64(); {
		case roll < confirmedShare[c.Kind]:
			a.Proof = "confirmed"
		case roll > 0.8 && (c.Kind == Deed || c.Kind == Volunteering):
			a.Proof, a.Witness = "witnessed", (a.Doer+1+rng.IntN(c.People-1))%c.People
		}
		made = append(made, a)
	}
	return made
}

// confirmedShare is the share of acts that the system, an organiser or the partner has confirmed.
var confirmedShare = map[Kind]float64{Petition: 0.9, Fundraiser: 0.6, Event: 0.8, Volunteering: 0.5}

// moment is when an act was done: while its call was open, in waking hours, and never ahead of now.
func moment(rng *rand.Rand, c Call, now time.Time) time.Time {
	if !c.Starts.IsZero() {
		return c.Starts.Add(time.Duration(rng.Float64() * float64(c.Ends.Sub(c.Starts))))
	}
	end := now
	if !c.Ends.IsZero() && c.Ends.Before(now) {
		end = c.Ends
	}
	at := c.Opens.Add(time.Duration(rng.Float64() * float64(end.Sub(c.Opens)))).UTC()
	if hour := at.Hour(); hour < 7 {
		at = at.Add(-8 * time.Hour) // said in the evening before
	}
	if at = at.Truncate(time.Second); at.Before(c.Opens) {
		at = c.Opens
	}
	return at
}

func quantity(rng *rand.Rand, c Call) int64 {
	n := c.Least + rng.Int64N(c.Most-c.Least+1)
	switch {
	case c.Currency != "": // people give round sums, and more often small ones
		n = c.Least + int64(float64(c.Most-c.Least)*rng.Float64()*rng.Float64()*rng.Float64())
		return n / 500 * 500
	case c.Unit == "minutes":
		return (n + 7) / 15 * 15
	}
	return n
}

// inspire lets some deeds and hours name an earlier story of the same movement, most often a recent one.
func inspire(rng *rand.Rand, all []Contribution) {
	earlier := make(map[string][]int)
	for i := range all {
		a := &all[i]
		before := earlier[a.Movement]
		if (a.Call == "one-good-turn" || a.Call == "kind-word" || a.Call == "letters") && len(before) > 4 && rng.Float64() < 0.62 {
			back := int(rng.ExpFloat64() * 9)
			if at := len(before) - 1 - back; at >= 0 && all[before[at]].Doer != a.Doer && all[before[at]].At.Before(a.At) {
				a.Parent = before[at]
			}
		}
		if a.Story != "" && a.Call != "a-seat" && a.Call != "gift" {
			earlier[a.Movement] = append(before, i)
		}
	}
}
