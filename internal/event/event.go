// Package event tells rooms what other rooms did. A room defines its events as
// plain structs and emits them in the transaction that causes them; who
// subscribed writes its own rows in that same transaction, or keeps its memory
// up to date after it, on this node and on the others.
//
// It also knows whether this node may trust its memory: each node numbers what
// it tells the others and says its number every second, so that a lost message
// and a silent node are noticed.
package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime/debug"

	"goodturn/internal/db"
)

// topic is what a hub knows of one type of event. It is never changed, only
// replaced, so that emitting takes no lock.
type topic[T any] struct {
	name  string
	on    []func(*db.Tx, T) error
	after []func(T)
}

// receiver is a topic whose type is known only by its name on the wire.
type receiver interface {
	receive(h *Hub, data []byte) error
}

// On calls f inside the transaction of each event of type T that this node
// emits, in the order in which subscribers were added. f writes rows or enqueues
// jobs by tx and does nothing else, since it may be run again; its error undoes
// the transaction.
func On[T any](h *Hub, f func(tx *db.Tx, e T) error) {
	change(h, func(t *topic[T]) { t.on = append(t.on[:len(t.on):len(t.on)], f) })
}

// After calls f with each event of type T once it is committed: on the node that
// emitted it before db.Update answers, on the others when it arrives, if it
// arrives (OnGap). f changes memory and is quick; it is called by many
// goroutines at once, and the events of different transactions may come in any
// order. It shares e with others and must not change what e points to.
func After[T any](h *Hub, f func(e T)) {
	change(h, func(t *topic[T]) { t.after = append(t.after[:len(t.after):len(t.after)], f) })
}

// Emit runs the On subscribers of T at once, in the order they were added, and
// keeps e for After and for the other nodes until tx is committed. Whoever calls
// it passes an error of a subscriber on, so that tx is undone.
//
// On the wire an event is JSON under the name of its Go type ("post.Created"),
// so what matters of it is in exported fields.
func Emit[T any](h *Hub, tx *db.Tx, e T) error {
	t := topicOf[T](h)
	// Registered first, so that what a subscriber emits comes after its cause.
	tx.AfterCommit(func() {
		t.deliver(h, e)
		h.tell(t.name, e)
	})
	for _, f := range t.on {
		if err := f(tx, e); err != nil {
			return fmt.Errorf("on %s: %w", t.name, err)
		}
	}
	return nil
}

func topicOf[T any](h *Hub) *topic[T] {
	if t, ok := h.topics.Load().byType[reflect.TypeFor[T]()]; ok {
		return t.(*topic[T])
	}
	return &topic[T]{name: reflect.TypeFor[T]().String()}
}

// deliver runs the After functions. One that panics may have left memory that
// is wrong, so what could be is dropped.
func (t *topic[T]) deliver(h *Hub, e T) {
	for _, f := range t.after {
		func() {
			defer func() {
				if v := recover(); v != nil {
					h.log.Error("event: panic in a subscriber", "event", t.name, "panic", v, "stack", string(debug.Stack()))
					h.drop()
				}
			}()
			f(e)
		}()
	}
}

func (t *topic[T]) receive(h *Hub, data []byte) error {
	var e T
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	t.deliver(h, e)
	return nil
}

// topics is all that is subscribed to.
type topics struct {
	byType map[reflect.Type]any // *topic of that type
	byName map[string]receiver
}

// change puts a changed copy of T's topic into a copy of all topics.
func change[T any](h *Hub, f func(*topic[T])) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := *topicOf[T](h)
	f(&t)
	old := h.topics.Load()
	next := &topics{byType: map[reflect.Type]any{}, byName: map[string]receiver{}}
	for k, v := range old.byType {
		next.byType[k] = v
	}
	for k, v := range old.byName {
		next.byName[k] = v
	}
	next.byType[reflect.TypeFor[T]()], next.byName[t.name] = &t, &t
	h.topics.Store(next)
}
