package door

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Limit bounds how many requests a key (an account, an address) may make in a
// window. It keeps no more keys than that many made requests in two windows,
// and never more than limitKeys: past that, the keys of one shard are forgotten.
// A nil Limit allows everything.
type Limit struct {
	most   int
	window time.Duration
	now    func() time.Time
	shards [16]limitShard

	together bool // with other nodes, by Join
}

const limitKeys = 1 << 18

type limitShard struct {
	mu     sync.Mutex
	window int64
	used   map[string]int
	untold map[string]int // of them what other nodes do not know yet
}

// begin forgets all that was used before a window.
func (s *limitShard) begin(window int64) {
	s.window, s.used, s.untold = window, map[string]int{}, nil
}

// NewLimit allows most requests a key in each window.
func NewLimit(most int, window time.Duration, now func() time.Time) *Limit {
	return &Limit{most: most, window: window, now: now}
}

// Usage is what a key has left in the running window.
type Usage struct {
	Most, Left int
	Reset      time.Time
	OK         bool
}

// Use counts a request of key.
func (l *Limit) Use(key string) Usage {
	if l == nil {
		return Usage{OK: true}
	}
	window := l.windowNow()
	s := l.shard(key)
	s.mu.Lock()
	if s.used == nil || s.window < window || len(s.used) >= limitKeys/len(l.shards) {
		s.begin(window)
	}
	n := s.used[key] + 1
	if n <= l.most {
		s.used[key] = n
		if l.together {
			if s.untold == nil {
				s.untold = map[string]int{}
			}
			s.untold[key]++
		}
	}
	s.mu.Unlock()
	return Usage{Most: l.most, Left: max(l.most-n, 0), Reset: time.Unix(0, (window+1)*int64(l.window)).UTC(), OK: n <= l.most}
}

// Spent says, without counting, whether a key has nothing left.
func (l *Limit) Spent(key string) bool {
	if l == nil {
		return false
	}
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.window == l.windowNow() && s.used[key] >= l.most
}

// windowNow counts windows since 1970.
func (l *Limit) windowNow() int64 { return l.now().UnixNano() / int64(l.window) }

func (l *Limit) shard(key string) *limitShard { return &l.shards[hash(key)%uint32(len(l.shards))] }

// Header says so in the X-RateLimit headers that Mastodon's clients know.
func (u Usage) Header(w http.ResponseWriter) {
	if u.Most == 0 {
		return
	}
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(u.Most))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(u.Left))
	h.Set("X-RateLimit-Reset", u.Reset.Format("2006-01-02T15:04:05.000Z"))
	if !u.OK {
		h.Set("Retry-After", strconv.Itoa(max(1, int(time.Until(u.Reset).Seconds())+1)))
	}
}

// AddrKey is the key of an address: IPv6 by its /64, which is one household.
func AddrKey(a netip.Addr) string {
	if a.Is6() && !a.Is4In6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.Unmap().String()
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
