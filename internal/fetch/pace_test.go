package fetch_test

import (
	"testing"
	"time"

	"goodturn/internal/fetch"
)

// A node asks a host one thing after the other, other hosts meanwhile, and
// nobody waits for ever.
func TestPace(t *testing.T) {
	now := time.Unix(1000, 0)
	p := fetch.NewPace(time.Second)
	p.Now = func() time.Time { return now }
	for n := range 3 {
		if at, ok := p.Turn("slow.example"); !ok || at != now.Add(time.Duration(n)*time.Second) {
			t.Errorf("turn %d is at %v", n, at.Sub(now))
		}
	}
	if at, _ := p.Turn("other.example"); at.Sub(now) > time.Second/2 {
		t.Errorf("another host waits for %v", at.Sub(now))
	}
	if !p.Begin("slow.example") || p.Begin("slow.example") || !p.Begin("other.example") || p.Begin("third.example") {
		t.Error("too many at once, or too few")
	}
	p.End("slow.example")
	if !p.Begin("third.example") {
		t.Error("what ended still counts")
	}
	for n := 0; ; n++ {
		if _, ok := p.Turn("slow.example"); !ok {
			break
		}
		if n > int(time.Hour/time.Second) {
			t.Fatal("the queue has no end")
		}
	}
}
