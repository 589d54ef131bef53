package feed

import "goodturn/internal/id"

// logMost is how many entries the log holds. A reader who is further behind has
// its home merged from the rings again, which costs about as much as looking
// through so many.
const logMost = 2048

// log is what was lately written, shared and deleted by anyone, in the order in
// which this node heard of it. Writers append; a reader who comes looks through
// what was appended since it came last, and takes what is for its home. So the
// price of a post does not grow with its author's readers, and no list of who
// follows whom need be turned round.
type log struct {
	entries [logMost]logged
	head    uint64 // how many were ever appended
}

type logged struct {
	author id.ID
	mark   mark
	tags   []string // folded, of a public post that is no share
	gone   bool     // it was deleted
}

func (l *log) append(e logged) {
	l.entries[l.head%logMost] = e
	l.head++
}

// since copies what was appended from position on; false when that is not all
// there any more.
func (l *log) since(position uint64) ([]logged, bool) {
	n := l.head - position
	if n > logMost {
		return nil, false
	}
	all := make([]logged, 0, n)
	for at := position; at < l.head; at++ {
		all = append(all, l.entries[at%logMost])
	}
	return all, true
}
