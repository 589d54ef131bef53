package cache

import (
	"sync"
	"time"
)

// Recent remembers for a span that something happened, in this process alone, and of
// so many at most; of more, it forgets what happened first.
type Recent[K comparable] struct {
	span time.Duration
	most int

	mu  sync.Mutex
	at  map[K]time.Time
	old []K // in the order they happened
}

// NewRecent remembers nothing yet.
func NewRecent[K comparable](span time.Duration, most int) *Recent[K] {
	return &Recent[K]{span: span, most: most, at: map[K]time.Time{}}
}

// Has says whether key happened within the span before now.
func (r *Recent[K]) Has(key K, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.has(key, now)
}

func (r *Recent[K]) has(key K, now time.Time) bool {
	at, ok := r.at[key]
	return ok && now.Sub(at) < r.span
}

// Add notes that key happens now, and is false when it did within the span already.
func (r *Recent[K]) Add(key K, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.has(key, now) {
		return false
	}
	for len(r.old) > 0 && (len(r.old) >= r.most || now.Sub(r.at[r.old[0]]) >= r.span) {
		delete(r.at, r.old[0])
		r.old = r.old[1:]
	}
	r.at[key] = now
	r.old = append(r.old, key)
	return true
}

// Drop lets key happen again.
func (r *Recent[K]) Drop(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, key)
}

// Len is how many are remembered.
func (r *Recent[K]) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.at)
}
