// Package id makes the time-ordered 63-bit numbers that name every row.
//
// From the highest bit: milliseconds since 1970, the node (6 bits), a sequence
// (10 bits). They sort by time, are made without asking the database, and are
// strings in JSON because JavaScript's numbers are too short for them.
package id

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	nodeBits = 6
	seqBits  = 10
	lowBits  = nodeBits + seqBits

	// MaxNode is the highest node number.
	MaxNode = 1<<nodeBits - 1
)

// ID names a row; 0 names none.
type ID int64

// ErrSyntax is what Parse answers to anything but a positive decimal number.
var ErrSyntax = errors.New("an id is a positive decimal number")

// Parse reads the decimal text that String writes.
func Parse(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || s[0] == '+' {
		return 0, ErrSyntax
	}
	return ID(n), nil
}

// String is the id as decimal digits.
func (i ID) String() string { return strconv.FormatInt(int64(i), 10) }

// Time is when the row's thing happened, in UTC, to the millisecond.
func (i ID) Time() time.Time { return time.UnixMilli(int64(i) >> lowBits).UTC() }

// MarshalText makes ids strings in JSON, as values and as keys.
func (i ID) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(i), 10), nil }

// UnmarshalText reads what MarshalText writes; the empty text is no id.
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < 0 {
		return ErrSyntax
	}
	*i = ID(n)
	return nil
}

// Value stores an id as BIGINT, and no id as NULL.
func (i ID) Value() (driver.Value, error) {
	if i == 0 {
		return nil, nil
	}
	return int64(i), nil
}

// Scan reads a BIGINT; NULL is no id.
func (i *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = 0
	case int64:
		*i = ID(v)
	default:
		return fmt.Errorf("scan %T into an id", src)
	}
	return nil
}

// Floor is the lowest id of t's millisecond, for ranges over time.
func Floor(t time.Time) ID { return ID(t.UnixMilli() << lowBits) }

// Ceil is the highest id of t's millisecond.
func Ceil(t time.Time) ID { return Floor(t) | (1<<lowBits - 1) }

// Source makes ids for one node. It is safe for concurrent use.
type Source struct {
	node int64
	now  func() time.Time

	mu   sync.Mutex
	last int64 // milliseconds << seqBits | sequence

	past atomic.Uint64 // counts what At gave, from anywhere
}

// NewSource makes ids in the name of node, which no other running process may
// use. It panics on a number out of range, a fault of the caller.
func NewSource(node int, now func() time.Time) *Source {
	if node < 0 || node > MaxNode {
		panic(fmt.Sprintf("id: node %d is not in 0..%d", node, MaxNode))
	}
	s := &Source{node: int64(node), now: now}
	s.past.Store(rand.Uint64())
	return s
}

// New is greater than every id that New gave before, even when the clock steps
// back or a millisecond's sequence is used up: it then borrows from the next.
func (s *Source) New() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.now().UnixMilli() << seqBits
	if next <= s.last {
		next = s.last + 1
	}
	s.last = next
	ms, seq := next>>seqBits, next&(1<<seqBits-1)
	return ID(ms<<lowBits | s.node<<seqBits | seq)
}

// At is an id for something that happened at t: imported, remote and sample
// rows. Its low bits differ from those of the 65,535 ids that this source gave
// before; those of another source for the same millisecond may be the same, so
// whoever inserts where there are others asks again on a clash.
func (s *Source) At(t time.Time) ID {
	const odd = 40503 // scatters what is counted; being odd, it makes nothing equal
	return Floor(t) | ID(s.past.Add(1)*odd&(1<<lowBits-1))
}
