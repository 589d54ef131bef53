package feed

import (
	"reflect"
	"slices"
	"sync/atomic"

	"goodturn/internal/account"
)

// Hints tell one who is connected what kinds of things happened since it last
// asked, each once however often it happened, and so never fall behind. It is
// for those who will read the rest again anyway; ten thousand of them cost a
// post little while they have not yet asked.
type Hints struct {
	of    *watcher
	some  chan struct{}
	held  []*Event
	kinds atomic.Uint32 // of held, a bit each, to be looked at without the lock
}

// Hints is Watch for kinds of events. The caller calls stop at the end.
func (s *Service) Hints(v account.Viewer, topics ...Topic) (h *Hints, stop func(), err error) {
	h = &Hints{some: make(chan struct{}, 1)}
	h.of = &watcher{viewer: v, to: hinted{h}, hints: h}
	stop, err = s.connect(h.of, topics)
	return h, stop, err
}

// Some gives a value once after something happened and before Take; it is
// closed when stop was called, and when the server stops.
func (h *Hints) Some() <-chan struct{} { return h.some }

// Take is one event of each kind, and of each type of data, that came since it
// was last called, in the order in which they first came.
func (h *Hints) Take() []*Event {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	held := h.held
	h.held = nil
	h.kinds.Store(0)
	return held
}

// knows says whether an event would be nothing new, so that nobody needs to look
// whether it may be told.
func (h *Hints) knows(e *Event) bool {
	return e.Data == nil && h.kinds.Load()&(1<<e.Kind) != 0
}

// hinted is the listener that hints are; it is called with the watcher's lock.
type hinted struct{ *Hints }

func (h hinted) End() { close(h.some) }

func (h hinted) Hear(e *Event) {
	if slices.ContainsFunc(h.held, func(x *Event) bool {
		return x.Kind == e.Kind && reflect.TypeOf(x.Data) == reflect.TypeOf(e.Data)
	}) {
		return
	}
	h.held = append(h.held, e)
	h.kinds.Store(h.kinds.Load() | 1<<e.Kind)
	if len(h.held) > 1 {
		return // who takes these was told
	}
	select {
	case h.some <- struct{}{}:
	default: // nobody has asked since
	}
}
