package ripple

import (
	"cmp"
	"slices"

	"goodturn/internal/id"
)

// leaf is an act with all that counting anew needs of it.
type leaf struct {
	id id.ID
	node
	counted bool // false while it is due to be folded: then it only links
}

// count is what each act and each post among acts moved, from the links alone:
// the definition that folds are held against. The acts must hold every act
// beneath each of them; authors holds those posts that still are.
//
// People are counted once by subtracting, for acts of one doer that follow each
// other in depth-first order, what lies above both (as document frequencies are
// counted on suffix trees: Hui 1992).
func count(acts []leaf, authors map[id.ID]id.ID) map[id.ID]Moved {
	t := newTree(acts, authors)
	t.walk()
	byDoer := map[id.ID][]int{}
	for i := range acts {
		if doer := acts[i].doer; doer != 0 && acts[i].counted {
			byDoer[doer] = append(byDoer[doer], t.place[acts[i].id])
		}
	}
	people := make([]int64, len(t.up))
	for _, mine := range byDoer {
		slices.SortFunc(mine, func(a, b int) int { return cmp.Compare(t.enter[a], t.enter[b]) })
		for i, at := range mine {
			people[at]++
			if i == 0 {
				continue
			}
			if both := t.meet(mine[i-1], at); both >= 0 {
				people[both]--
			}
		}
	}
	total := make([]int64, len(t.up))
	for i := range acts { // acts have the first places
		if acts[i].counted {
			total[i] = 1
		}
	}
	for _, i := range slices.Backward(t.order) {
		if up := t.up[i]; up >= 0 {
			total[up] += total[i]
			people[up] += people[i]
		}
	}
	// Take each subject itself and its author out of what lies at and beneath it.
	out := map[id.ID]Moved{}
	for i, subject := range t.ids {
		m := Moved{Acts: total[i], People: people[i]}
		if i < len(acts) && acts[i].counted {
			m.Acts--
		}
		if author := t.author[i]; author != 0 && t.beneath(i, byDoer[author]) {
			m.People--
		}
		if m != (Moved{}) {
			out[subject] = m
		}
	}
	return out
}

// tree numbers acts and posts; posts are between an act and its parent, or
// above roots.
type tree struct {
	ids         []id.ID
	author      []id.ID
	up          []int // -1 above the highest
	down        [][]int
	place       map[id.ID]int
	order       []int // depth first, from above
	enter, exit []int
	depth       []int
}

func newTree(acts []leaf, authors map[id.ID]id.ID) *tree {
	t := &tree{place: make(map[id.ID]int, len(acts))}
	add := func(i, author id.ID) {
		t.place[i] = len(t.ids)
		t.ids, t.author, t.up = append(t.ids, i), append(t.author, author), append(t.up, -1)
	}
	for _, a := range acts {
		add(a.id, a.doer)
	}
	for _, a := range acts {
		above := a.parent
		if author, live := authors[a.via]; live && a.via != 0 {
			if _, have := t.place[a.via]; !have {
				add(a.via, author)
				if p, ok := t.place[a.parent]; ok && a.parent != 0 {
					t.up[t.place[a.via]] = p
				}
			}
			above = a.via
		}
		if p, ok := t.place[above]; ok && above != 0 {
			t.up[t.place[a.id]] = p
		}
	}
	t.down = make([][]int, len(t.ids))
	for i, up := range t.up {
		if up >= 0 {
			t.down[up] = append(t.down[up], i)
		}
	}
	return t
}

// walk numbers the places depth first, without recursion: a chain may be long.
func (t *tree) walk() {
	n := len(t.ids)
	t.enter, t.exit, t.depth = make([]int, n), make([]int, n), make([]int, n)
	t.order = make([]int, 0, n)
	var open []int
	for i, up := range t.up {
		if up < 0 {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		t.enter[i] = len(t.order)
		t.order = append(t.order, i)
		for _, c := range t.down[i] {
			t.depth[c] = t.depth[i] + 1
			open = append(open, c)
		}
	}
	for _, i := range slices.Backward(t.order) {
		t.exit[i] = max(t.exit[i], t.enter[i])
		if up := t.up[i]; up >= 0 {
			t.exit[up] = max(t.exit[up], t.exit[i])
		}
	}
}

// meet is the lowest place at or above both, -1 if they share no tree.
func (t *tree) meet(a, b int) int {
	for a != b {
		if a < 0 || b < 0 {
			return -1
		}
		if t.depth[a] < t.depth[b] {
			a, b = b, a
		}
		a = t.up[a]
	}
	return a
}

// beneath says whether any of the places, which are in depth-first order, is i
// or lies beneath it.
func (t *tree) beneath(i int, places []int) bool {
	at, _ := slices.BinarySearchFunc(places, t.enter[i], func(p, enter int) int { return cmp.Compare(t.enter[p], enter) })
	return at < len(places) && t.enter[places[at]] <= t.exit[i]
}
