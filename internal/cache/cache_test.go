package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/cache"
)

var ctx = context.Background()

// shelf is what a cache stands before: numbers by name, and a door that a test
// may hold shut while a load has read and not yet answered.
type shelf struct {
	mu    sync.Mutex
	of    map[string]int
	loads atomic.Int32
	read  chan struct{} // a load has read; nil: nobody waits for it
	door  chan struct{}
}

func (s *shelf) put(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of[name] = n
}

func (s *shelf) load(_ context.Context, names []string) (map[string]int, error) {
	s.loads.Add(1)
	s.mu.Lock()
	found := map[string]int{}
	for _, name := range names {
		if n, ok := s.of[name]; ok {
			found[name] = n
		}
	}
	read, door := s.read, s.door
	s.read = nil
	s.mu.Unlock()
	if read != nil {
		close(read)
		<-door
	}
	return found, nil
}

func (s *shelf) shut() (read, door chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.door = make(chan struct{}), make(chan struct{})
	return s.read, s.door
}

func newCache(s *shelf, fresh func() bool) cache.Cache[string, int] {
	return cache.New(cache.Options[string, int]{Bytes: 1000, Size: func(string, int) int { return 10 }, Fresh: fresh, Load: s.load})
}

func wants(t *testing.T, c cache.Cache[string, int], name string, want int, wantOK bool) {
	t.Helper()
	if n, ok, err := c.Get(ctx, name); err != nil || n != want || ok != wantOK {
		t.Errorf("%s is %d, %v, %v; want %d, %v", name, n, ok, err, want, wantOK)
	}
}

func TestCache_Get(t *testing.T) {
	s := &shelf{of: map[string]int{"a": 1}}
	c := newCache(s, nil)
	wants(t, c, "a", 1, true)
	s.put("a", 2)
	wants(t, c, "a", 1, true)
	c.Drop("a")
	wants(t, c, "a", 2, true)
	wants(t, c, "b", 0, false)
	s.put("b", 3) // that there was none is not remembered
	wants(t, c, "b", 3, true)
	s.put("a", 4)
	c.Clear()
	wants(t, c, "a", 4, true)
}

func TestCache_Many(t *testing.T) {
	s := &shelf{of: map[string]int{"a": 1, "b": 2}}
	c := newCache(s, nil)
	wants(t, c, "a", 1, true)
	for range 2 {
		got, err := c.Many(ctx, []string{"a", "b", "c", "b"})
		if err != nil || len(got) != 2 || got["a"] != 1 || got["b"] != 2 {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if got, err := c.Many(ctx, nil); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Many(gone, []string{"d"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left was told that there is none: %v", err)
	}
}

// A load that read before the change, and answers after it, is not what a Get
// after Drop gives, nor what is kept.
func TestCache_Drop_duringLoad(t *testing.T) {
	for name, forget := range map[string]func(c cache.Cache[string, int]){
		"Drop":  func(c cache.Cache[string, int]) { c.Drop("a") },
		"Clear": func(c cache.Cache[string, int]) { c.Clear() },
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{of: map[string]int{"a": 1}}
			c := newCache(s, nil)
			read, door := s.shut()
			var early sync.WaitGroup
			early.Go(func() {
				if _, _, err := c.Get(ctx, "a"); err != nil {
					t.Error(err)
				}
			})
			<-read
			s.put("a", 2)
			forget(c)
			after := make(chan struct{})
			go func() {
				defer close(after)
				wants(t, c, "a", 2, true)
			}()
			select {
			case <-after: // it did not join the old load
			case <-time.After(20 * time.Millisecond): // or waits for it, and loads again
			}
			close(door)
			<-after
			early.Wait()
			wants(t, c, "a", 2, true)
		})
	}
}

func TestCache_notFresh(t *testing.T) {
	s := &shelf{of: map[string]int{"a": 1}}
	var fresh atomic.Bool
	fresh.Store(true)
	c := newCache(s, fresh.Load)
	wants(t, c, "a", 1, true)
	fresh.Store(false)
	s.put("a", 2)
	wants(t, c, "a", 2, true)
	if got, err := c.Many(ctx, []string{"a"}); err != nil || got["a"] != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCache_isBounded(t *testing.T) {
	s := &shelf{of: map[string]int{}}
	c := newCache(s, nil)
	for n := range 1000 {
		name := string(rune('a'+n%26)) + string(rune('a'+n/26))
		s.put(name, n)
		wants(t, c, name, n, true)
	}
	if b := c.Bytes(); b > 2000 {
		t.Errorf("holds %d bytes of 1000", b)
	}
}

// Callers who load one thing at once share the load, and one who leaves does
// not spoil it for the others.
func TestCache_Get_atOnce(t *testing.T) {
	s := &shelf{of: map[string]int{"a": 1}}
	c := newCache(s, nil)
	read, door := s.shut()
	leaving, leave := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		if _, _, err := c.Get(leaving, "a"); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-read
	leave()
	for range 31 {
		all.Go(func() { wants(t, c, "a", 1, true) })
	}
	close(door)
	all.Wait()
	if n := s.loads.Load(); n > 2 {
		t.Errorf("%d loads", n)
	}
}
