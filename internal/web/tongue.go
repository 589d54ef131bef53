package web

import (
	"strings"
	"sync"
	"time"

	"goodturn/internal/lang"
)

// What strangers' headers can make us remember: so many, each no longer than a
// browser's. Of a longer one only the beginning counts.
const (
	tonguesMost  = 1024
	acceptsBytes = 200
)

// tongues remember which language browsers get: matching takes longer than
// serving a page that is kept.
type tongues struct {
	now   func() time.Time
	mu    sync.RWMutex
	known map[wish]*lang.Printer
}

// wish is what is known of a reader's languages.
type wish struct{ accepts, chosen string }

func (t *tongues) match(accepts, chosen string) *lang.Printer {
	if len(accepts) > acceptsBytes {
		accepts = accepts[:acceptsBytes]
	}
	w := wish{strings.Clone(accepts), strings.Clone(chosen)} // and not the rest of the headers
	t.mu.RLock()
	p := t.known[w]
	t.mu.RUnlock()
	if p != nil {
		return p
	}
	p = lang.Match(accepts, chosen).Clock(t.now)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= tonguesMost {
		t.known = map[wish]*lang.Printer{}
	}
	t.known[w] = p
	return p
}
