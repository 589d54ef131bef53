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

// Cache is safe for concurrent use. Values are shared: nobody changes them.
type Cache[K comparable, V any] struct {
	o   Options[K, V]
	now atomic.Pointer[otter.Cache[K, V]]
}

// New makes an empty cache.
func New[K comparable, V any](o Options[K, V]) *Cache[K, V] {
	c := &Cache[K, V]{o: o}
	c.Clear()
	return c
}

// Get is the value of key, loaded if need be; false when there is none, which
// is not remembered.
func (c *Cache[K, V]) Get(ctx context.Context, key K) (V, bool, error) {
	fresh := c.fresh()
	held := c.now.Load()
	if fresh {
		if v, ok := held.GetIfPresent(key); ok {
			return v, true, nil
		}
	}
	load := func(ctx context.Context, key K) (V, error) {
		found, err := c.load(ctx, []K{key})
		if err != nil {
			return *new(V), err
		}
		v, ok := found[key]
		if !ok {
			return v, otter.ErrNotFound
		}
		return v, nil
	}
	var v V
	var err error
	if fresh {
		v, err = held.Get(ctx, key, otter.LoaderFunc[K, V](load))
	} else {
		v, err = load(ctx, key)
	}
	if err == otter.ErrNotFound {
		return v, false, nil
	}
	return v, err == nil, err
}

// Many gives the values of those keys that have one; what is not held is loaded
// together. The map is the caller's.
func (c *Cache[K, V]) Many(ctx context.Context, keys []K) (map[K]V, error) {
	if len(keys) == 0 {
		return map[K]V{}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err // it would find only what is held
	}
	if !c.fresh() {
		return c.load(ctx, keys)
	}
	return c.now.Load().BulkGet(ctx, keys, otter.BulkLoaderFunc[K, V](c.load))
}

// Drop forgets key, because it changed.
func (c *Cache[K, V]) Drop(key K) { c.now.Load().Invalidate(key) }

// Clear forgets everything; loads under way end in the cache that was left.
func (c *Cache[K, V]) Clear() {
	o := &otter.Options[K, V]{
		MaximumWeight: uint64(c.o.Bytes),
		Weigher:       func(k K, v V) uint32 { return uint32(max(1, c.o.Size(k, v))) },
	}
	if c.o.Age > 0 {
		o.ExpiryCalculator = otter.ExpiryWriting[K, V](c.o.Age)
	} else if c.o.Idle > 0 {
		o.ExpiryCalculator = otter.ExpiryAccessing[K, V](c.o.Idle)
	}
	c.now.Store(otter.Must(o))
}

// Bytes is what is held now, roughly.
func (c *Cache[K, V]) Bytes() int64 { return int64(c.now.Load().WeightedSize()) }

func (c *Cache[K, V]) fresh() bool { return c.o.Fresh == nil || c.o.Fresh() }

func (c *Cache[K, V]) load(ctx context.Context, keys []K) (map[K]V, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadWithin)
	defer cancel()
	return c.o.Load(ctx, keys)
}

// Peek is the value of key if it is held now; it loads nothing.
func (c *Cache[K, V]) Peek(key K) (V, bool) { return c.now.Load().GetIfPresent(key) }

// Put holds a value that nobody can have asked for yet, of what was just made.
// While entries may not be served without proof it does nothing.
func (c *Cache[K, V]) Put(key K, value V) {
	if c.fresh() {
		c.now.Load().Set(key, value)
	}
}
