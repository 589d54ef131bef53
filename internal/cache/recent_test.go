package cache_test

import (
	"testing"
	"time"

	"goodturn/internal/cache"
)

func TestRecent(t *testing.T) {
	const span = 24 * time.Hour
	r, now := cache.NewRecent[string](span, 3), time.Now()
	if !r.Add("soup", now) || r.Add("soup", now) || !r.Add("bread", now) {
		t.Error("a thing is noted once")
	}
	if !r.Has("soup", now.Add(span-1)) || r.Has("soup", now.Add(span)) {
		t.Error("it is remembered for its span")
	}
	r.Drop("bread")
	if !r.Add("bread", now) {
		t.Error("what was dropped can happen again")
	}
	if !r.Add("soup", now.Add(span)) || !r.Has("soup", now.Add(span)) {
		t.Error("what is over can happen again")
	}
	if r.Add("tea", now.Add(3*span)); r.Len() != 1 {
		t.Errorf("of what is over %d stay", r.Len()-1)
	}
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		r.Add(key, now.Add(3*span))
	}
	if r.Len() != 3 || r.Has("tea", now.Add(3*span)) || !r.Has("e", now.Add(3*span)) {
		t.Errorf("%d are remembered, of three at most", r.Len())
	}
}
