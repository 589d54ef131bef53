package feed

import (
	"slices"

	"goodturn/internal/id"
	"goodturn/internal/post"
)

// mark is a post in a ring, in 16 bytes: its id, and what decides whether it is
// for somebody's home.
type mark struct {
	id    id.ID
	about uint64 // the kind in the two highest bits, which no id reaches; then an account
}

// The kinds of mark, and which account each is about.
const (
	plain   = iota // none
	reply          // who is answered
	share          // whose post is shared
	carried        // whose post is shared by a movement's account, which carries it
)

const kindBit = 62

func newMark(post id.ID, kind int, about id.ID) mark {
	return mark{post, uint64(kind)<<kindBit | uint64(about)}
}

func (m mark) kind() int      { return int(m.about >> kindBit) }
func (m mark) account() id.ID { return id.ID(m.about &^ (3 << kindBit)) }

func markOf(e post.Created) mark {
	switch {
	case e.MovementID != 0:
		return newMark(e.PostID, carried, e.SharedAccount)
	case e.ShareOf != 0:
		return newMark(e.PostID, share, e.SharedAccount)
	case e.ReplyTo != 0:
		return newMark(e.PostID, reply, e.ReplyToAccount)
	}
	return newMark(e.PostID, plain, 0)
}

// inOwnThread says whether a mark of author is no reply to somebody else.
func (m mark) inOwnThread(author id.ID) bool { return m.kind() != reply || m.account() == author }

func (m mark) shares() bool { return m.kind() == share || m.kind() == carried }

func compareMark(m mark, i id.ID) int {
	switch {
	case m.id < i:
		return -1
	case m.id > i:
		return 1
	}
	return 0
}

// insert puts m into marks, which are sorted, unless it is there. Those who hold
// an earlier slice go on seeing what they saw: it is appended to, or copied.
func insert(marks []mark, m mark) []mark {
	if len(marks) == 0 || marks[len(marks)-1].id < m.id {
		return append(marks, m)
	}
	at, found := slices.BinarySearchFunc(marks, m.id, compareMark)
	if found {
		return marks
	}
	grown := make([]mark, 0, len(marks)+8)
	grown = append(append(grown, marks[:at]...), m)
	return append(grown, marks[at:]...)
}

// without is marks without one, in a slice of its own.
func without(marks []mark, i id.ID) []mark {
	at, found := slices.BinarySearchFunc(marks, i, compareMark)
	if !found {
		return marks
	}
	return slices.Concat(marks[:at], marks[at+1:])
}
