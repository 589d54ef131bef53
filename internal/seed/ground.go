// Package seed arranges tests: a ground to stand on, and the people, posts and
// movements that a test speaks of. Only tests import it.
//
// Each room has a file here; all that it makes is invented.
package seed

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/relation"
	"goodturn/internal/tally"
)

// Host is this server's name in tests.
const Host = "here.example"

// Ground is what every room stands on, and the two lowest rooms, wired as
// package server wires them.
type Ground struct {
	D     *db.DB
	IDs   *id.Source
	Hub   *event.Hub // alone in the world
	Book  *tally.Book
	Jobs  *jobs.Jobs // not started; see Work
	Log   *slog.Logger
	Clock *Clock

	Files    *blob.Store // these two once Media or Posts is called
	Pictures *media.Service

	Accounts  *account.Service
	Relations *relation.Service
}

// NewGround builds on a database, usually one of dbtest.Each.
func NewGround(t testing.TB, d *db.DB) *Ground {
	t.Helper()
	g := &Ground{D: d, Clock: NewClock(), Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Book: tally.New(d)}
	g.IDs = id.NewSource(1, g.Clock.Now)
	g.Hub = event.New(nil, 1, g.Log)
	g.Jobs = jobs.New(d, g.Log)
	g.Accounts = account.New(d, g.IDs, g.Hub, g.Clock.Now, Host)
	g.Relations = relation.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts)
	g.Relations.Truths(g.Book)
	g.Relations.Register(g.Jobs)
	event.On(g.Hub, g.Relations.OnAccountDeleted)
	return g
}

// Work starts the jobs, and stops them after the test.
func (g *Ground) Work(t testing.TB) {
	t.Helper()
	if err := g.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Jobs.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// Gap has all rooms forget what they hold in memory, as when another process held
// the database for a while and nobody heard it.
func (g *Ground) Gap(t testing.TB) {
	t.Helper()
	g.Hub.Expect([]db.Node{{Holder: rand.Text()}})
	if !g.Hub.Fresh() {
		t.Fatal("the gap lasts")
	}
}

// Counted fails the test when a counter is not what its rows say.
func (g *Ground) Counted(t testing.TB) {
	t.Helper()
	drifts, err := g.Book.Recount(context.Background(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drifts {
		t.Errorf("the counter %s of %s is %d and should be %d", d.Name, d.Subject, d.Is, d.Should)
	}
}

// Update runs f in a transaction.
func (g *Ground) Update(t testing.TB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := g.D.Update(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// Clock stands still until it is moved.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock shows the time at which it was made, to the millisecond.
func NewClock() *Clock { return &Clock{at: time.Now().UTC().Truncate(time.Millisecond)} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
