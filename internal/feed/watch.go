package feed

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

const (
	// queued is how many events wait to be told to those who watch; when there
	// are more, all are told to reload.
	queued = 1024
	// audienceMost bounds who-watches-whom in memory, in watchers counted over
	// authors.
	audienceMost = 200_000
	// After telling for longer than restFrom the goroutine rests as long as it
	// told, so that ten thousand who watch take half of one processor at most, and
	// whoever asks for something stays ahead of them.
	restFrom = time.Millisecond
)

// Listener is told what happens by the one goroutine that tells everybody: it
// takes the event down and returns, and calls nothing of this room.
type Listener interface {
	// Hear is given each event as far as the viewer may see it at that moment.
	// After Reload some are missing.
	Hear(e *Event)
	// End is called once, after which nothing is heard any more: by stop, and when
	// the server stops.
	End()
}

// watcher is one who is connected.
type watcher struct {
	viewer account.Viewer
	topics []Topic

	mu    sync.Mutex
	to    Listener
	hints *Hints // nil unless it is to
	ended bool
}

// knows says whether it would learn nothing new from the event.
func (w *watcher) knows(e *Event) bool { return w.hints != nil && w.hints.knows(e) }

// send never waits.
func (w *watcher) send(e *Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.to.Hear(e)
	}
}

var reload = &Event{Kind: Reload}

func (w *watcher) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.ended = true
		w.to.End()
	}
}

// watch tells those who are connected. Writers leave what happened in a queue;
// one goroutine finds whom it is for, looks whether they may see it, and hands
// it to each, which waits for nobody.
type watch struct {
	mu      sync.RWMutex
	byTopic map[Topic][]*watcher
	homes   map[*watcher]struct{}
	ended   bool

	anyone  atomic.Int64  // how many watch
	changes atomic.Uint64 // of homes and lists, and of whom or what somebody follows
	queue   chan func(context.Context)
	missed  atomic.Bool // the queue was full

	counting sync.Mutex
	counted  map[id.ID]struct{} // posts whose numbers are in the queue

	audiences audiences // of the goroutine alone

	cancel context.CancelFunc
	done   sync.WaitGroup
}

func (w *watch) init(s *Service) {
	w.byTopic = map[Topic][]*watcher{}
	w.homes = map[*watcher]struct{}{}
	w.counted = map[id.ID]struct{}{}
	w.queue = make(chan func(context.Context), queued)
	w.audiences = audiences{s: s}
	changed := func() { w.changes.Add(1) }
	event.After(s.hub, func(e relation.Followed) { changed() })
	event.After(s.hub, func(e relation.Unfollowed) { changed() })
	event.After(s.hub, func(e relation.Erased) { changed() })
	event.After(s.hub, func(e relation.ListChanged) { changed() })
	event.After(s.hub, func(e relation.TagFollowed) { changed() })
	event.After(s.hub, w.conversed)
	w.hearLikes(s)
	w.hearVotes(s)
}

// Watch has the viewer's listener hear what happens, until stop is called or the
// server stops. stop is not called from within the listener.
// problem.Unauthorized for a home, notices and the like that are not the viewer's.
func (s *Service) Watch(v account.Viewer, to Listener, topics ...Topic) (stop func(), err error) {
	return s.connect(&watcher{viewer: v, to: to}, topics)
}

func (s *Service) connect(w *watcher, topics []Topic) (stop func(), err error) {
	for _, t := range topics {
		if t.kind == aboutHome && !w.viewer.SignedIn() || t.owner != 0 && !w.viewer.Is(t.owner) {
			return nil, problem.Unauthorized("Sign in to follow your home.")
		}
	}
	w.topics = slices.Clone(topics)
	s.watch.enter(w)
	return sync.OnceFunc(func() { s.watch.leave(w) }), nil
}

// Watching is how many are connected.
func (s *Service) Watching() int { return int(s.watch.anyone.Load()) }

func (w *watch) enter(x *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		x.end()
		return
	}
	for _, t := range x.topics {
		if t.kind == aboutHome {
			w.homes[x] = struct{}{}
			w.changes.Add(1)
			continue
		}
		w.byTopic[t] = append(w.byTopic[t], x)
		w.changed(t)
	}
	w.anyone.Add(1)
}

func (w *watch) leave(x *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range x.topics {
		if t.kind == aboutHome {
			delete(w.homes, x)
			w.changes.Add(1)
			continue
		}
		// Copied, because the goroutine may be walking through it.
		rest := slices.DeleteFunc(slices.Clone(w.byTopic[t]), func(y *watcher) bool { return y == x })
		if w.byTopic[t] = rest; len(rest) == 0 {
			delete(w.byTopic, t)
		}
		w.changed(t)
	}
	if !x.isEnded() {
		w.anyone.Add(-1)
	}
	x.end()
}

// changed hears that somebody came to a topic or left it.
func (w *watch) changed(t Topic) {
	if t.kind == aboutList {
		w.changes.Add(1)
	}
}

func (w *watcher) isEnded() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended
}

// of are those who watch a topic.
func (w *watch) of(t Topic) []*watcher {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.byTopic[t]
}

func (w *watch) watched(t Topic) bool { return len(w.of(t)) > 0 }

// later puts what is to be told into the queue, and says whether there was
// room; it never waits.
func (w *watch) later(tell func(context.Context)) bool {
	select {
	case w.queue <- tell:
		return true
	default:
		w.missed.Store(true)
		return false
	}
}

// lost lets all reload: events of another node may be missing.
func (w *watch) lost() {
	w.changes.Add(1)
	w.missed.Store(true)
	w.later(func(context.Context) {}) // so that it is seen soon
}

func (w *watch) start(s *Service) {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.done.Go(func() {
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				s.sweep()
			case tell := <-w.queue:
				began := time.Now()
				tell(ctx)
				if took := time.Since(began); took > restFrom {
					rest(ctx, took)
				}
			}
			if w.missed.Swap(false) {
				w.reloadAll()
			}
		}
	})
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (w *watch) reloadAll() {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for x := range w.homes {
		x.send(reload)
	}
	for _, list := range w.byTopic {
		for _, x := range list {
			x.send(reload)
		}
	}
}

// end stops the goroutine, waits for it, and ends what everybody hears.
func (w *watch) end() {
	if w.cancel != nil {
		w.cancel()
		w.done.Wait()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	for x := range w.homes {
		x.end()
	}
	for _, list := range w.byTopic {
		for _, x := range list {
			x.end()
		}
	}
	w.anyone.Store(0)
}
