package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"

	"goodturn/internal/id"
)

// store hides the library's cache. Its generic code is a quarter of a megabyte
// for each pair of types, compiled anew in every package that can see one; here
// it is compiled for ids and for any other key, with values of any type.
type store[K comparable] interface {
	peek(K) (any, bool)
	get(context.Context, K, func(context.Context, K) (any, error)) (any, error)
	getMany(context.Context, []K, func(context.Context, []K) (map[K]any, error)) (map[K]any, error)
	set(K, any)
	drop(K)
	bytes() int64
}

// terms are what a store is bounded by, as in Options.
type terms[K comparable] struct {
	bytes     int64
	size      func(K, any) int
	idle, age time.Duration
}

func newStore[K comparable](t terms[K]) store[K] {
	if t, ok := any(t).(terms[id.ID]); ok {
		return any(newIDs(t)).(store[K])
	}
	return boxed[K]{newAnys(terms[any]{t.bytes, func(k, v any) int { return t.size(k.(K), v) }, t.idle, t.age})}
}

// newIDs and newAnys are not inlined, since that would take the library along.
//
//go:noinline
func newIDs(t terms[id.ID]) store[id.ID] { return made(t) }

//go:noinline
func newAnys(t terms[any]) store[any] { return made(t) }

// held is a store of the library's.
type held[K comparable] struct{ of *otter.Cache[K, any] }

func made[K comparable](t terms[K]) held[K] {
	o := &otter.Options[K, any]{
		MaximumWeight: uint64(t.bytes),
		Weigher:       func(k K, v any) uint32 { return uint32(max(1, t.size(k, v))) },
	}
	if t.age > 0 {
		o.ExpiryCalculator = otter.ExpiryWriting[K, any](t.age)
	} else if t.idle > 0 {
		o.ExpiryCalculator = otter.ExpiryAccessing[K, any](t.idle)
	}
	return held[K]{otter.Must(o)}
}

func (h held[K]) peek(key K) (any, bool) { return h.of.GetIfPresent(key) }

func (h held[K]) get(ctx context.Context, key K, load func(context.Context, K) (any, error)) (any, error) {
	return h.of.Get(ctx, key, otter.LoaderFunc[K, any](load))
}

func (h held[K]) getMany(ctx context.Context, keys []K, load func(context.Context, []K) (map[K]any, error)) (map[K]any, error) {
	return h.of.BulkGet(ctx, keys, otter.BulkLoaderFunc[K, any](load))
}

func (h held[K]) set(key K, v any) { h.of.Set(key, v) }
func (h held[K]) drop(key K)       { h.of.Invalidate(key) }
func (h held[K]) bytes() int64     { return int64(h.of.WeightedSize()) }

// boxed is a store with keys of any type.
type boxed[K comparable] struct{ of store[any] }

func (b boxed[K]) peek(key K) (any, bool) { return b.of.peek(key) }

func (b boxed[K]) get(ctx context.Context, key K, load func(context.Context, K) (any, error)) (any, error) {
	return b.of.get(ctx, key, func(ctx context.Context, key any) (any, error) { return load(ctx, key.(K)) })
}

func (b boxed[K]) getMany(ctx context.Context, keys []K, load func(context.Context, []K) (map[K]any, error)) (map[K]any, error) {
	anys := make([]any, len(keys))
	for i, key := range keys {
		anys[i] = key
	}
	found, err := b.of.getMany(ctx, anys, func(ctx context.Context, anys []any) (map[any]any, error) {
		keys := make([]K, len(anys))
		for i, key := range anys {
			keys[i] = key.(K)
		}
		loaded, err := load(ctx, keys)
		return retyped(loaded, func(key K) any { return key }), err
	})
	return retyped(found, func(key any) K { return key.(K) }), err
}

func retyped[A, B comparable](m map[A]any, key func(A) B) map[B]any {
	out := make(map[B]any, len(m))
	for k, v := range m {
		out[key(k)] = v
	}
	return out
}

func (b boxed[K]) set(key K, v any) { b.of.set(key, v) }
func (b boxed[K]) drop(key K)       { b.of.drop(key) }
func (b boxed[K]) bytes() int64     { return b.of.bytes() }
