package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Person is an invented account.
type Person struct {
	Username string // a–z, 0–9 and _, at most 30
	Name     string // as shown
	Bio      string // may be empty: not everybody fills it in
	Language string // BCP 47, what the person writes in
	Town     string // empty for most
}

const peopleSeed = 4711

// People returns n invented persons, the same first ones for every n. Given and family names are
// crossed from the same part of the world; a combination that is somebody well known is left out.
func People(n int) []Person {
	rng := rand.New(rand.NewPCG(peopleSeed, peopleSeed))
	taken := make(map[string]bool)
	people := make([]Person, 0, n)
	for len(people) < n {
		p := invent(rng)
		if wellKnown[strings.ToLower(p.Name)] {
			continue
		}
		for wish, again := p.Username, 2; taken[p.Username]; again++ {
			p.Username = fmt.Sprintf("%s%d", wish, again)
		}
		taken[p.Username] = true
		people = append(people, p)
	}
	return people
}

func invent(rng *rand.Rand) Person {
	region := somewhere(rng)
	given, family := pick(rng, region.given), pick(rng, region.family)
	p := Person{Name: given + " " + family, Language: "en"}
	if len(region.languages) > 0 {
		p.Language = pick(rng, region.languages)
	}
	if rng.Float64() < 0.3 {
		p.Town = pick(rng, region.towns)
	}
	p.Username = username(rng, fold(given), fold(family))
	switch {
	case rng.Float64() < 0.12 && p.Language == "en":
		p.Name = given // some go by their given name
	case rng.Float64() < 0.05:
		p.Name = strings.ToLower(p.Name)
	}
	if rng.Float64() < 0.7 {
		p.Bio = bio(rng, p)
	}
	return p
}

func username(rng *rand.Rand, given, family string) string {
	switch rng.IntN(7) {
	case 0:
		return given + "_" + family
	case 1:
		return given[:1] + family
	case 2:
		return family + given[:1]
	case 3:
		return fmt.Sprintf("%s%02d", given, 60+rng.IntN(40))
	case 4:
		return given + pick(rng, hobbies)
	case 5:
		return fmt.Sprintf("%s_%s%d", given, family[:1], 1+rng.IntN(30))
	default:
		return given + family
	}
}

func bio(rng *rand.Rand, p Person) string {
	if lines, ok := biosIn[p.Language]; ok {
		return pick(rng, lines)
	}
	parts := []string{pick(rng, bioWork)}
	if rng.IntN(3) > 0 {
		parts = append(parts, pick(rng, bioLife))
	}
	if p.Town != "" && rng.IntN(2) == 0 {
		parts = append(parts, p.Town+".")
	} else if rng.IntN(4) == 0 {
		parts = append(parts, pick(rng, bioCoda))
	}
	return strings.Join(parts, " ")
}

// fold takes a name to the letters a username may have.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, letters.Replace(strings.ToLower(name)))
}

var letters = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ç", "c",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ï", "i", "î", "i", "ñ", "n", "ó", "o", "ô", "o", "õ", "o",
	"ø", "o", "ú", "u", "û", "u", "ć", "c", "č", "c", "š", "s", "ž", "z", "ł", "l", "ń", "n", "ś", "s", "ę", "e",
	"ą", "a", "ı", "i", "ş", "s", "ğ", "g",
)

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// somewhere picks a region by its weight.
func somewhere(rng *rand.Rand) region {
	total := 0
	for _, r := range regions {
		total += r.weight
	}
	at := rng.IntN(total)
	for _, r := range regions {
		if at -= r.weight; at < 0 {
			return r
		}
	}
	return regions[0]
}

// wellKnown are combinations that the lists could make and that belong to somebody.
var wellKnown = map[string]bool{
	"alba heredia":      true,
	"caio junqueira":    true,
	"cecília meireles":  true,
	"gonzalo heredia":   true,
	"goran vukovic":     true,
	"iván zamorano":     true,
	"marcus holloway":   true,
	"obinna nwachukwu":  true,
	"paloma duarte":     true,
	"pooja hegde":       true,
	"tara sabharwal":    true,
	"thibault courtois": true,
	"till lindemann":    true,
	"tomasz sikora":     true,
	"usha narayanan":    true,
	"varun thakkar":     true,
}
