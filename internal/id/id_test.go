package id_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"goodturn/internal/id"
)

func TestSource_New(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	s := id.NewSource(5, func() time.Time { return now })

	t.Run("OK/increases within a millisecond and when the clock steps back", func(t *testing.T) {
		last := s.New()
		for range 5000 {
			next := s.New()
			if next <= last {
				t.Fatalf("%d is not above %d", next, last)
			}
			last = next
		}
		now = now.Add(-time.Hour)
		if next := s.New(); next <= last {
			t.Fatalf("%d is not above %d after the clock stepped back", next, last)
		}
	})

	t.Run("OK/unique among callers at once", func(t *testing.T) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		seen := map[id.ID]bool{}
		for range 8 {
			wg.Go(func() {
				for range 1000 {
					i := s.New()
					mu.Lock()
					if seen[i] {
						t.Errorf("%d was given twice", i)
					}
					seen[i] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}

func TestSource_At(t *testing.T) {
	at := time.Date(2014, 8, 17, 12, 0, 0, 0, time.UTC)
	i := id.NewSource(0, time.Now).At(at)
	if !i.Time().Equal(at) || i < id.Floor(at) || i > id.Ceil(at) {
		t.Fatalf("%d is of %v, not %v", i, i.Time(), at)
	}
}

// The sample and imports have many rows of one millisecond.
func TestSource_At_NoClash(t *testing.T) {
	s, at := id.NewSource(0, time.Now), time.Date(2014, 8, 17, 12, 0, 0, 0, time.UTC)
	seen := map[id.ID]bool{}
	for range 1 << 16 {
		seen[s.At(at)] = true
	}
	if len(seen) != 1<<16 {
		t.Errorf("%d ids of %d differ", len(seen), 1<<16)
	}
}

func TestID_JSON(t *testing.T) {
	b, err := json.Marshal(map[string]id.ID{"id": 114_000_000_000_000_001})
	if err != nil || string(b) != `{"id":"114000000000000001"}` {
		t.Fatalf("got %s, %v", b, err)
	}
	var back map[string]id.ID
	if err := json.Unmarshal(b, &back); err != nil || back["id"] != 114_000_000_000_000_001 {
		t.Fatalf("got %v, %v", back, err)
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "0", "-1", "+1", "1.5", "abc", "9223372036854775808", " 1"} {
		if i, err := id.Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", bad, i)
		}
	}
}
