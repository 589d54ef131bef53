package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// The three conditions in which reading is measured, so that no toy passes.
const (
	oneReader = "one reader, warm"
	manyCold  = "2,000 readers, some cold"
	busy      = "while likes and posts come"
)

// rows are all rows, in an order in which what a restart forgets comes first,
// and what the house holds comes last.
func rows() []row {
	const (
		home = "home timeline of 20 posts"
		one  = "one post"
		page = "a movement's page for a stranger"
	)
	rows := []row{{name: "memory", condition: "at rest", restarts: true, measure: atRest}}
	for _, what := range []struct {
		name string
		work func(*world, func() int) work
	}{{home, homes}, {one, posts}, {page, pages}} {
		rows = append(rows,
			row{name: what.name, condition: manyCold, restarts: true, measure: afterRestart(what.work)},
			row{name: what.name, condition: oneReader, measure: warm(what.work, nil)},
			row{name: what.name, condition: busy, measure: warm(what.work, likesAndPosts)})
	}
	for _, is := range opened {
		rows = append(rows, row{name: is.name, condition: "of one with 1,000,000 acts", measure: opening(is.page)})
	}
	return append(rows,
		row{name: "the disk", condition: "one write and sync", measure: disk},
		row{name: "a like", condition: "of one of the newest 1,000 posts", measure: likes(newest)},
		row{name: "a like", condition: "of any of the other 39,000", measure: likes(older)},
		row{name: "a new post, read back by a follower", condition: "no follower connected", measure: posting(nobodyConnected)},
		row{name: "a new post, read back by a follower", condition: "100 followers connected", measure: posting(someConnected)},
		row{name: "an act", condition: "in a ripple of 10", measure: acting(func(w *world) ripple { return w.Small })},
		row{name: "an act", condition: "in a ripple of 1,000,000", measure: acting(func(w *world) ripple { return w.Large })},
		row{name: "an act", condition: "for one call, 64 clients", clients: manyClients, measure: rushing},
		row{name: "memory", condition: "after all this", measure: held},
		row{name: "a new post, read back by a follower", condition: "10,000 followers connected", measure: posting(allConnected)},
		row{name: "a new post, heard by apps", condition: "10,000 followers' server-sent events", restarts: true, measure: restarted(posting(allApps(byEvents)))},
		row{name: "a new post, heard by apps", condition: "10,000 followers' WebSockets", restarts: true, measure: restarted(posting(allApps(bySocket)))},
	)
}

// restarted measures a house without the connections of an earlier row, which it
// need not have noticed the end of.
func restarted(measure func(context.Context, *machine, row) ([]result, error)) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		if err := m.restart(ctx); err != nil {
			return nil, err
		}
		return measure(ctx, m, r)
	}
}

// homes reads home timelines; who names the reader.
func homes(w *world, who func() int) work {
	return func(c *client, n int64) (int, error) {
		c.get(w.Readers[who()], "/api/v1/timelines/home?limit=20")
		return c.do(false)
	}
}

// posts reads single posts; one reader reads one post.
func posts(w *world, who func() int) work {
	paths := make([]string, len(w.Posts))
	for i, p := range w.Posts {
		paths[i] = "/api/v1/statuses/" + p.String()
	}
	return func(c *client, n int64) (int, error) {
		reader, path := who(), paths[0]
		if reader > 0 {
			path = paths[rand.IntN(len(paths))]
		}
		c.get(w.Readers[reader], path)
		return c.do(false)
	}
}

// pages reads a movement's page without signing in.
func pages(w *world, _ func() int) work {
	return func(c *client, n int64) (int, error) {
		c.get("", "/movements/"+w.Movement)
		return c.do(false)
	}
}

// warm measures what one reader reads, after it was read before.
func warm(of func(*world, func() int) work, during func(*machine) func(context.Context) error) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		var beside func(context.Context) error
		if during != nil {
			beside = during(m)
		}
		res, err := m.compared(ctx, r, of(m.world, func() int { return 0 }), 0, beside)
		return []result{res}, err
	}
}

// afterRestart measures readers drawn at random, nine of ten of whom have read
// since the house started; how they fared is a line of its own.
func afterRestart(of func(*world, func() int) work) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		if err := m.restart(ctx); err != nil {
			return nil, err
		}
		before := len(m.world.Readers) * 9 / 10
		first, err := m.once(ctx, of, before)
		if err != nil {
			return nil, err
		}
		begun, err := resultOf(row{name: r.name, condition: "first after a restart"}, first, nil)
		if err != nil {
			return nil, err
		}
		anyone := func() int { return rand.IntN(len(m.world.Readers)) }
		wait := m.startProfile(ctx, r)
		res, err := m.compared(ctx, r, of(m.world, anyone), 0, nil)
		return []result{begun, res}, errors.Join(err, wait())
	}
}

// firstWithin bounds how long all first readings of a row may take together.
const firstWithin = time.Minute

// once has each of the first n readers read once.
func (m *machine) once(ctx context.Context, of func(*world, func() int) work, n int) (*sample, error) {
	l := load{addr: m.house.addr, connections: connections, next: new(counter), most: int64(n)}
	var reader counter
	s, err := l.run(ctx, firstWithin, of(m.world, func() int { return int(reader.Add(1)-1) % n }))
	if err != nil {
		return nil, err
	}
	return s, s.first
}

// How many likes and posts a second come in while others read.
const (
	likesPerSecond = 100
	postsPerSecond = 20
)

// likesAndPosts goes on until ctx is done.
func likesAndPosts(m *machine) func(context.Context) error {
	var liked, posted counter
	like, write := m.liking(&m.liked, m.world.Posts), m.writing(func(int64) string { return m.world.Readers[rand.IntN(len(m.world.Readers))] })
	return func(ctx context.Context) error {
		ended := make(chan error, 2)
		go func() { ended <- m.paced(ctx, likesPerSecond, &liked, like) }()
		go func() { ended <- m.paced(ctx, postsPerSecond, &posted, write) }()
		first := <-ended
		if second := <-ended; first == nil {
			first = second
		}
		return first
	}
}

// paced does w so many times a second until ctx is done.
func (m *machine) paced(ctx context.Context, perSecond int, next *counter, w work) error {
	c, err := dial(context.WithoutCancel(ctx), m.house.addr)
	if err != nil {
		return err
	}
	defer c.close() // nothing is left unread
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if _, err := w(c, next.Add(1)-1); err != nil {
			return fmt.Errorf("beside the readers: %w", err)
		}
	}
}
