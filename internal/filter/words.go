package filter

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/db"
)

// words finds many words in a text in one pass, however many there are (Aho and
// Corasick, Communications of the ACM 18, 1975). Words and texts are folded
// (db.Fold).
type words struct {
	nodes []node
	first [256]int32 // the edges of the root, which most of a text stands at
	list  []word
}

// node is a beginning of words.
type node struct {
	edges  []edge // sorted by byte
	fail   int32  // the longest other beginning that this one ends in
	ending int32  // the nearest along fail, this one included, that is a whole word; 0 if none
	word   int32  // of the list, -1 if it is only a beginning
}

type edge struct {
	by byte
	to int32
}

// word is what is looked for.
type word struct {
	size   int
	begins bool  // only where a word begins
	ends   bool  // only where a word ends
	same   int32 // another one of the same letters, -1 if there is none
	places []place
}

// place says which keyword of which filter a word is.
type place struct{ filter, at int32 }

const noWord = -1

// compile makes words of all keywords of the filters; nil if there are none.
func compile(filters []*Filter) *words {
	w := &words{nodes: []node{{word: noWord}}}
	for f, one := range filters {
		for k, keyword := range one.Keywords {
			w.add(db.Fold(keyword.Text), keyword.WholeWord, place{int32(f), int32(k)})
		}
	}
	if len(w.list) == 0 {
		return nil
	}
	w.join()
	return w
}

func (w *words) add(folded string, whole bool, in place) {
	if folded == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(folded)
	last, _ := utf8.DecodeLastRuneInString(folded)
	at := int32(0)
	for i := range len(folded) {
		at = w.child(at, folded[i])
	}
	one := word{size: len(folded), begins: whole && ofWord(first), ends: whole && ofWord(last), same: w.nodes[at].word, places: []place{in}}
	for n := one.same; n != noWord; n = w.list[n].same {
		if same := &w.list[n]; same.begins == one.begins && same.ends == one.ends {
			same.places = append(same.places, in)
			return
		}
	}
	w.nodes[at].word = int32(len(w.list))
	w.list = append(w.list, one)
}

func byByte(e edge, b byte) int { return int(e.by) - int(b) }

// child is the beginning that is longer by b, made if need be.
func (w *words) child(at int32, b byte) int32 {
	edges := w.nodes[at].edges
	n, found := slices.BinarySearchFunc(edges, b, byByte)
	if found {
		return edges[n].to
	}
	to := int32(len(w.nodes))
	w.nodes[at].edges = slices.Insert(edges, n, edge{b, to})
	w.nodes = append(w.nodes, node{word: noWord})
	return to
}

// join finds where to go on when a text goes on otherwise than a word.
func (w *words) join() {
	var queue []int32
	for _, e := range w.nodes[0].edges {
		w.first[e.by] = e.to
		queue = append(queue, e.to)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		n := &w.nodes[at]
		n.ending = w.nodes[n.fail].ending
		if n.word != noWord {
			n.ending = at
		}
		for _, e := range n.edges {
			w.nodes[e.to].fail = w.step(n.fail, e.by)
			queue = append(queue, e.to)
		}
	}
}

// step is the longest beginning that the text ends in after one more byte.
func (w *words) step(at int32, b byte) int32 {
	for at != 0 {
		n := &w.nodes[at]
		if len(n.edges) < 8 {
			for _, e := range n.edges {
				if e.by == b {
					return e.to
				}
			}
		} else if i, found := slices.BinarySearchFunc(n.edges, b, byByte); found {
			return n.edges[i].to
		}
		at = n.fail
	}
	return w.first[b]
}

// in gives the words that stand in a text, as places in the list, each once.
func (w *words) in(folded []byte) (found []int32) {
	var known []bool // of those found
	at := int32(0)
	for i, b := range folded {
		if at == 0 {
			at = w.first[b]
		} else {
			at = w.step(at, b)
		}
		for e := w.nodes[at].ending; e != 0; e = w.nodes[w.nodes[e].fail].ending {
			for n := w.nodes[e].word; n != noWord; n = w.list[n].same {
				if known != nil && known[n] || !w.list[n].stands(folded, i+1) {
					continue
				}
				if known == nil {
					known = make([]bool, len(w.list))
				}
				known[n] = true
				if found = append(found, n); len(found) == len(w.list) {
					return found
				}
			}
		}
	}
	return found
}

// stands says whether the word that ends at a place of the text may stand there.
func (o *word) stands(folded []byte, end int) bool {
	if o.begins {
		if r, _ := utf8.DecodeLastRune(folded[:end-o.size]); ofWord(r) {
			return false
		}
	}
	if o.ends {
		if r, _ := utf8.DecodeRune(folded[end:]); ofWord(r) {
			return false
		}
	}
	return true
}

// ofWord says whether words are made of r: letters, marks, digits, and what
// connects them, as the regular expressions of Mastodon's server have it.
func ofWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Pc)
}

func (w *words) bytes() int {
	if w == nil {
		return 0
	}
	return 1200 + 56*len(w.nodes) + 56*len(w.list)
}
