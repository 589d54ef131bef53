package server

import (
	"runtime"
	"testing"
	"time"
)

func TestHeap_RestsSince(t *testing.T) {
	const mb = 1 << 20
	last := heap{made: 1000 * mb}
	for _, c := range []struct {
		name string
		now  heap
		want bool
	}{
		{"busy", heap{made: 1100 * mb, held: 90 * mb, live: 40 * mb}, false},
		{"at rest, with much that is unused", heap{made: 1001 * mb, held: 90 * mb, live: 40 * mb}, true},
		{"at rest, with little", heap{made: 1001 * mb, held: 50 * mb, live: 40 * mb}, false},
		{"a collection is under way", heap{made: 1001 * mb, held: 30 * mb, live: 40 * mb}, false},
	} {
		if got := c.now.restsSince(last); got != c.want {
			t.Errorf("%s: rests is %v", c.name, got)
		}
	}
}

func TestGiveBack(t *testing.T) {
	ticks := make(chan time.Time)
	go giveBack(t.Context(), ticks)
	busy := make([][]byte, 100)
	for n := range busy {
		busy[n] = make([]byte, 1<<20)
	}
	runtime.KeepAlive(busy)
	runtime.GC() // Go still holds what is free now
	for range 3 {
		ticks <- time.Now() // the first finds it busy, the second at rest, the third comes after that
	}
	if left := memoryNow().unused(); left > 2*restUnused {
		t.Errorf("%d bytes are held and not used", left)
	}
}
