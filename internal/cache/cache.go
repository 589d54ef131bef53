// Package cache keeps what is read often in memory, bounded, and dropped in the
// same step as the change to it: a Get that begins after Drop never gives what
// was loaded before, even when that load is still under way.
package cache

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// loadWithin bounds a load, which goes on when its first caller leaves because
// others may wait for it.
const loadWithin = 10 * time.Second

// Options say what a cache holds and for how long.
type Options[K comparable, V any] struct {
	Bytes int64                                                // the most to hold, as Size counts
	Size  func(K, V) int                                       // bytes of an entry, roughly
	Idle  time.Duration                                        // dropped when not read for so long; 0 never
	Age   time.Duration                                        // dropped so long after it was loaded, instead of Idle; 0 never
	Fresh func() bool                                          // whether entries may be served without proof; nil always (see event.Hub)
	Load  func(ctx context.Context, keys []K) (map[K]V, error) // one query for all; what is missing is not there
}

// Cache is safe for concurrent use. Values are shared: nobody changes them. It is
// an interface because the methods of a generic struct are compiled anew in every
// package that can see a field of it; those of what New makes, only where it is made.
type Cache[K comparable, V any] interface {
	// Get is the value of key, loaded if need be; false when there is none, which
	// is not remembered.
	Get(ctx context.Context, key K) (V, bool, error)
	// Many gives the values of those keys that have one; what is not held is loaded
	// together. The map is the caller's.
	Many(ctx context.Context, keys []K) (map[K]V, error)
	// Peek is the value of key if it is held now; it loads nothing.
	Peek(key K) (V, bool)
	// Put holds a value that nobody can have asked for yet, of what was just made.
	// While entries may not be served without proof it does nothing.
	Put(key K, value V)
	// Drop forgets key, because it changed.
	Drop(key K)
	// Clear forgets everything; loads under way end in the cache that was left.
	Clear()
	// Bytes is what is held now, roughly.
	Bytes() int64
}

type kept[K comparable, V any] struct {
	o   Options[K, V]
	now atomic.Pointer[store[K]]
}

// New makes an empty cache.
func New[K comparable, V any](o Options[K, V]) Cache[K, V] {
	c := &kept[K, V]{o: o}
	c.Clear()
	return c
}

func (c *kept[K, V]) Get(ctx context.Context, key K) (V, bool, error) {
	fresh := c.fresh()
	held := c.held()
	if fresh {
		if v, ok := held.peek(key); ok {
			return v.(V), true, nil
		}
	}
	load := func(ctx context.Context, key K) (any, error) {
		found, err := c.load(ctx, []K{key})
		if err != nil {
			return nil, err
		}
		v, ok := found[key]
		if !ok {
			return nil, otter.ErrNotFound
		}
		return v, nil
	}
	var v any
	var err error
	if fresh {
		v, err = held.get(ctx, key, load)
	} else {
		v, err = load(ctx, key)
	}
	if err != nil {
		if err == otter.ErrNotFound {
			err = nil
		}
		return *new(V), false, err
	}
	return v.(V), true, nil
}

func (c *kept[K, V]) Many(ctx context.Context, keys []K) (map[K]V, error) {
	if len(keys) == 0 {
		return map[K]V{}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err // it would find only what is held
	}
	if !c.fresh() {
		return c.load(ctx, keys)
	}
	held := c.held()
	got := make(map[K]V, len(keys))
	var missing []K
	for _, key := range keys {
		if v, ok := held.peek(key); ok {
			got[key] = v.(V)
		} else {
			missing = append(missing, key)
		}
	}
	if len(missing) == 0 {
		return got, nil
	}
	found, err := held.getMany(ctx, missing, func(ctx context.Context, keys []K) (map[K]any, error) {
		loaded, err := c.load(ctx, keys)
		if err != nil {
			return nil, err
		}
		values := make(map[K]any, len(loaded))
		for key, v := range loaded {
			values[key] = v
		}
		return values, nil
	})
	if err != nil {
		return nil, err
	}
	for key, v := range found {
		got[key] = v.(V)
	}
	return got, nil
}

func (c *kept[K, V]) Drop(key K) { c.held().drop(key) }

func (c *kept[K, V]) Clear() {
	held := newStore[K](terms[K]{
		bytes: c.o.Bytes, idle: c.o.Idle, age: c.o.Age,
		size: func(k K, v any) int { return c.o.Size(k, v.(V)) },
	})
	c.now.Store(&held)
}

func (c *kept[K, V]) Bytes() int64 { return c.held().bytes() }

func (c *kept[K, V]) held() store[K] { return *c.now.Load() }

func (c *kept[K, V]) fresh() bool { return c.o.Fresh == nil || c.o.Fresh() }

func (c *kept[K, V]) load(ctx context.Context, keys []K) (map[K]V, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadWithin)
	defer cancel()
	return c.o.Load(ctx, keys)
}

func (c *kept[K, V]) Peek(key K) (V, bool) {
	if v, ok := c.held().peek(key); ok {
		return v.(V), true
	}
	return *new(V), false
}

func (c *kept[K, V]) Put(key K, value V) {
	if c.fresh() {
		c.held().set(key, value)
	}
}
