package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// machine is everything that a run needs: the house and the constant server,
// and what the house was filled with.
type machine struct {
	options
	binary   string
	data     string
	world    *world
	house    *child // nil until a row asks for it
	constant *child
	liked    counter // pairs of a reader and a post that were used while others read
}

func newMachine(ctx context.Context, o options, dir string) (m *machine, err error) {
	if err := raiseFileLimit(); err != nil {
		return nil, err
	}
	m = &machine{options: o, data: filepath.Join(dir, "data")}
	if m.binary, err = build(ctx, dir); err != nil {
		return nil, err
	}
	if o.profile != "" {
		if err := os.MkdirAll(o.profile, 0o755); err != nil {
			return nil, fmt.Errorf("make the folder for profiles: %w", err)
		}
	}
	if m.world, err = filled(ctx, o, m.data); err != nil {
		return nil, fmt.Errorf("fill the house: %w", err)
	}
	m.constant, err = startConstant(ctx)
	return m, err
}

func (m *machine) stop() error { return errors.Join(m.house.stop(), m.constant.stop()) }

// ensure starts the house if it does not run.
func (m *machine) ensure(ctx context.Context) (err error) {
	if m.house == nil {
		m.house, err = startHouse(ctx, m.binary, m.data)
	}
	return err
}

// restart lets the house forget all that it holds in memory.
func (m *machine) restart(ctx context.Context) error {
	err := m.house.stop()
	m.house = nil
	return errors.Join(err, m.ensure(ctx))
}

// scaled shortens what need not be long in a quick run.
func (m *machine) scaled(d time.Duration) time.Duration {
	if m.quick {
		return d / 10
	}
	return d
}

// measure runs one row, with a profile where one was asked for.
func (m *machine) measure(ctx context.Context, r row, print func(result)) error {
	if err := m.ensure(ctx); err != nil {
		return err
	}
	wait := func() error { return nil }
	if !r.restarts { // such a row begins its own, of the new house
		wait = m.startProfile(ctx, r)
	}
	results, err := r.measure(ctx, m, r)
	if err := errors.Join(err, wait()); err != nil {
		return err
	}
	for _, res := range results {
		print(res)
	}
	return nil
}

// startProfile takes the processor's time in the house while a row runs, if
// profiles were asked for, and gives what waits for it.
func (m *machine) startProfile(ctx context.Context, r row) (wait func() error) {
	if m.profile == "" {
		return func() error { return nil }
	}
	var err error
	var running sync.WaitGroup
	house := m.house
	running.Go(func() {
		var profile []byte
		seconds := int(math.Ceil(m.duration.Seconds()))
		if profile, err = house.fetch(ctx, "/debug/pprof/profile?seconds="+strconv.Itoa(seconds)); err == nil {
			err = os.WriteFile(filepath.Join(m.profile, r.file()+".pprof"), profile, 0o644)
		}
	})
	return func() error { running.Wait(); return err }
}

// turns is how often the house and the constant server take turns in a row.
const turns = 4

// compare measures works on the house in turns, for the row's time together, and
// in between a body of the same size on the constant server. most is the number
// of askings at which to stop, 0 for none. during, where given, runs beside the
// house's turns.
func (m *machine) compare(ctx context.Context, r row, works []work, most int64, during func(context.Context) error) (house []*sample, constant *sample, err error) {
	var next, ignored atomic.Int64
	ours := load{addr: m.house.addr, connections: max(connections, r.clients), next: &next, most: most}
	theirs := load{addr: m.constant.addr, connections: ours.connections, next: &ignored}
	house, constant = make([]*sample, len(works)), &sample{}
	for i, w := range works {
		warm, err := ours.run(ctx, m.duration/10, w)
		if err != nil {
			return nil, nil, err
		}
		if warm.first != nil {
			return nil, nil, warm.first
		}
		house[i] = &sample{}
	}
	each := m.duration / time.Duration(turns*len(works))
	for range turns {
		for i, w := range works {
			s, err := beside(ctx, during, func(ctx context.Context) (*sample, error) { return ours.run(ctx, each, w) })
			if err != nil {
				return nil, nil, err
			}
			house[i].add(s)
			if s, err = theirs.run(ctx, each/2, constantOf(house[i].size())); err != nil {
				return nil, nil, err
			}
			constant.add(s)
		}
	}
	err = errors.Join(constant.first, ctx.Err())
	for _, s := range house {
		err = errors.Join(err, s.first)
	}
	return house, constant, err
}

// constantOf asks the constant server for n bytes.
func constantOf(n int) work {
	path := "/" + strconv.Itoa(n)
	return func(c *client, _ int64) (int, error) {
		c.get("", path)
		return c.do(false)
	}
}

// beside runs f while during runs, which may be nil.
func beside(ctx context.Context, during func(context.Context) error, f func(context.Context) (*sample, error)) (*sample, error) {
	if during == nil {
		return f(ctx)
	}
	side, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- during(side) }()
	s, err := f(ctx)
	stop()
	return s, errors.Join(err, <-ended)
}

// compared is compare as a result of the row.
func (m *machine) compared(ctx context.Context, r row, w work, most int64, during func(context.Context) error) (result, error) {
	house, constant, err := m.compare(ctx, r, []work{w}, most, during)
	if err != nil {
		return result{}, err
	}
	return resultOf(r, house[0], constant)
}

// row is one line of the table, or a few that are measured together.
type row struct {
	name      string // in a person's terms
	condition string
	restarts  bool // begins with a house that was just started
	clients   int  // at once, where they are more than usual
	measure   func(context.Context, *machine, row) ([]result, error)
}

// file is the row's name as one of a file.
func (r row) file() string {
	keep := func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c == ' ':
			return '-'
		}
		return -1
	}
	return strings.Map(keep, strings.ToLower(r.name+" "+r.condition))
}
