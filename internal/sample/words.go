package sample

import (
	"math/rand/v2"
	"strings"
)

// Words finds something to say for invented people. Parts are dealt like cards, so that one does not
// come again soon. The same seed says the same in the same order; it is not safe for
// concurrent use.
type Words struct {
	rng   *rand.Rand
	decks map[string]deck
}

// NewWords returns words dealt from a seed.
func NewWords(seed uint64) *Words {
	return &Words{rng: rand.New(rand.NewPCG(seed, 1)), decks: make(map[string]deck)}
}

// Challenge is the story of somebody who took the ice bucket challenge, in a language of theirs (English
// where it is another than de, es, fr or pt). Now and then it is empty: some let the act speak.
func (w *Words) Challenge(language string) string {
	if stories, ok := challengeIn[language]; ok {
		return w.deal("challenge/"+language, stories)
	}
	part := func(kind string, of []string) string { return w.deal("challenge/"+kind, of) }
	switch w.rng.IntN(12) {
	case 0:
		return ""
	case 1, 2, 3:
		return part("whole", challengeWhole)
	case 4:
		return part("how", challengeHow)
	case 5:
		return part("why", challengeWhy)
	case 6, 7:
		return part("how", challengeHow) + " " + part("why", challengeWhy)
	case 8:
		return part("why", challengeWhy) + " " + part("give", challengeGive)
	case 9:
		return part("how", challengeHow) + " " + part("cold", challengeCold) + " " + part("give", challengeGive)
	case 10:
		return part("cold", challengeCold) + " " + part("why", challengeWhy)
	default:
		return part("how", challengeHow) + " " + part("pass", challengePass)
	}
}

// Reply answers a post or an act, in a language as Challenge does.
func (w *Words) Reply(language string) string {
	if replies, ok := repliesIn[language]; ok {
		return w.deal("reply/"+language, replies)
	}
	return w.deal("reply", repliesEnglish)
}

// Deed is the story of an act for a call (by its key) of one of the smaller movements; empty where the
// call has none to tell.
func (w *Words) Deed(call string) string {
	return w.deal("deed/"+call, deeds[call])
}

func (w *Words) deal(kind string, parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	d, ok := w.decks[kind]
	if !ok {
		d = w.rng.Perm(len(parts))
		w.decks[kind] = d
	}
	return parts[d.draw(w.rng)]
}

// deck is a pile of numbered cards. One is drawn from its upper half and goes beneath the pile, so it
// does not come again before half of all others have.
type deck []int

func (d deck) draw(rng *rand.Rand) int {
	at := rng.IntN((len(d) + 1) / 2)
	card := d[at]
	copy(d[at:], d[at+1:])
	d[len(d)-1] = card
	return card
}

// lines takes a text apart at its line ends.
func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
