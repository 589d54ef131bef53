package seed

import (
	"context"
	"slices"
	"sync"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/blob"
	"goodturn/internal/call"
	"goodturn/internal/card"
	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
)

// Mission is the rooms up to acts, wired as package server wires them.
type Mission struct {
	*Ground
	Media     *media.Service
	Cards     *card.Service
	Posts     *post.Service
	Movements *movement.Service
	Calls     *call.Service
	Acts      *act.Service
}

// NewMission opens the rooms on g. Pages that posts link to are fetched by the
// gate, if there is one.
func NewMission(t testing.TB, g *Ground, with ...*fetch.Gate) *Mission {
	t.Helper()
	files, err := blob.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := &Mission{Ground: g}
	m.Media = media.New(g.D, g.IDs, g.Hub, files, g.Jobs, g.Clock.Now)
	g.Accounts.Portraits = m.Media.KeepPortraits
	m.Cards = Cards(t, g, m.Media, gateOf(with))
	m.Posts = post.New(g.D, g.IDs, g.Hub, g.Jobs, g.Clock.Now, g.Accounts, g.Relations, m.Media, m.Cards)
	m.Posts.Truths(g.Book)
	m.Movements = Movements(t, g, m.Posts, m.Media)
	m.Calls = Calls(t, g, m.Movements, func(ctx context.Context, who id.ID, calls []id.ID) (map[id.ID]bool, error) {
		return m.Acts.Did(ctx, who, calls)
	})
	m.Acts = act.New(g.D, g.IDs, g.Hub, g.Jobs, g.Clock.Now, act.Rooms{Accounts: g.Accounts, Relations: g.Relations, Media: m.Media, Posts: m.Posts, Calls: m.Calls})
	m.Acts.Truths(g.Book)
	event.On(g.Hub, m.Media.OnAccountDeleted)
	event.On(g.Hub, m.Acts.OnAccountDeleted)
	event.On(g.Hub, m.Acts.OnPostDeleted)
	return m
}

// Do tells of an act of doer's for a call; one euro or one minute where a
// quantity is needed.
func (m *Mission) Do(t testing.TB, doer *account.Account, c *call.Call, with ...func(*act.Draft)) *act.Act {
	t.Helper()
	one := int64(1)
	draft := act.Draft{CallID: c.ID, Quantity: &one}
	for _, f := range with {
		f(&draft)
	}
	a, err := m.Acts.Do(context.Background(), account.As(doer), draft)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// InspiredBy, for Do, names the act that inspired it.
func InspiredBy(parent *act.Act) func(*act.Draft) {
	return func(d *act.Draft) { d.InspiredBy = act.Source{Kind: act.FromAct, ID: parent.ID} }
}

// Of, for Do, says how much.
func Of(quantity int64) func(*act.Draft) {
	return func(d *act.Draft) { d.Quantity = &quantity }
}

// Seen, for Do, says by whom.
func Seen(by act.Visibility) func(*act.Draft) {
	return func(d *act.Draft) { d.Visibility = by }
}

// Events keeps what is emitted of one type from now on, and gives it.
func Events[T any](g *Ground) func() []T {
	var mu sync.Mutex
	var all []T
	event.After(g.Hub, func(e T) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, e)
	})
	return func() []T {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// AtOnce runs f for 0 to n-1 at the same moment, and gives their errors.
func AtOnce(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// Notify sends what is emitted of one type to a channel with room for it.
func Notify[T any](g *Ground, to chan<- T) {
	event.After(g.Hub, func(e T) {
		select {
		case to <- e:
		default:
		}
	})
}
