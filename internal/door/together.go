package door

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"goodturn/internal/bus"
)

const (
	togetherSubject = "goodturn.limits"
	// togetherEvery is how often a node tells the others what was used: a key can
	// exceed its limit by what it does on several nodes in that time.
	togetherEvery = 500 * time.Millisecond
	// togetherKeys is how many keys go in one message, some 60 kB.
	togetherKeys = 2000
)

// Together has limits count what all nodes see, so that nobody gets the limit
// once more by asking another node. What is lost on the bus is not counted.
type Together struct {
	bus    *bus.Bus
	log    *slog.Logger
	limits map[string]*Limit
	self   string
	stop   func()
}

// used is what one node tells the others.
type used struct {
	From   string         `json:"from"`
	Limit  string         `json:"limit"`
	Window int64          `json:"window"`
	Keys   map[string]int `json:"keys"`
}

// Join begins to hear from the other nodes; the limits' names are the same on
// each. It comes before the limits are used, and Run follows it.
func Join(b *bus.Bus, limits map[string]*Limit, log *slog.Logger) (*Together, error) {
	t := &Together{bus: b, log: log, limits: limits, self: rand.Text()}
	for _, l := range limits {
		l.together = true
	}
	var err error
	if t.stop, err = b.Subscribe(togetherSubject, t.hear); err != nil {
		return nil, fmt.Errorf("hear of the limits of other nodes: %w", err)
	}
	return t, nil
}

// Run tells the others until ctx is done.
func (t *Together) Run(ctx context.Context) {
	defer t.stop()
	tick := time.NewTicker(togetherEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			t.tell()
		}
	}
}

func (t *Together) tell() {
	for name, l := range t.limits {
		for _, u := range l.takeUntold() {
			u.From, u.Limit = t.self, name
			data, err := json.Marshal(u)
			if err == nil {
				err = t.bus.Publish(togetherSubject, data)
			}
			if err != nil {
				t.log.Warn("could not tell other nodes what was used of a limit", "limit", name, "error", err)
				return
			}
		}
	}
}

func (t *Together) hear(data []byte) {
	var u used
	if err := json.Unmarshal(data, &u); err != nil {
		t.log.Warn("another node tells of limits in words unknown here", "error", err)
		return
	}
	if l := t.limits[u.Limit]; l != nil && u.From != t.self {
		l.add(u)
	}
}

// takeUntold is what was used here since it was last called.
func (l *Limit) takeUntold() []used {
	var all []used
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		if len(s.untold) > 0 {
			if n := len(all); n == 0 || all[n-1].Window != s.window || len(all[n-1].Keys)+len(s.untold) > togetherKeys {
				all = append(all, used{Window: s.window, Keys: s.untold})
			} else {
				for k, n := range s.untold {
					all[len(all)-1].Keys[k] += n
				}
			}
			s.untold = nil
		}
		s.mu.Unlock()
	}
	return all
}

// add counts what another node saw, in the running window or, since clocks
// differ, the one after it.
func (l *Limit) add(u used) {
	if u.Window > l.windowNow()+1 {
		return
	}
	for k, n := range u.Keys {
		if n <= 0 {
			continue
		}
		s := l.shard(k)
		s.mu.Lock()
		if s.used == nil || u.Window > s.window {
			s.begin(u.Window)
		}
		if u.Window == s.window && (s.used[k] > 0 || len(s.used) < limitKeys/len(l.shards)) {
			s.used[k] = min(s.used[k]+min(n, l.most), l.most)
		}
		s.mu.Unlock()
	}
}
