package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/id"
)

// crowd is an author and the followers who are connected.
type crowd struct {
	token    string
	by       way
	sessions []string // or tokens
	follower string   // reads back
}

func nobodyConnected(w *world) crowd { return crowd{token: w.Heard, follower: w.Follower} }
func someConnected(w *world) crowd {
	return crowd{token: w.Heard, by: byPage, sessions: w.Sessions[:w.Sizes.Some], follower: w.Follower}
}
func allConnected(w *world) crowd {
	return crowd{token: w.Famous, by: byPage, sessions: w.Sessions, follower: w.Follower}
}
func allApps(by way) func(w *world) crowd {
	return func(w *world) crowd {
		return crowd{token: w.Famous, by: by, sessions: w.Tokens, follower: w.Follower}
	}
}

// posting measures new posts of an author whose followers listen: first one by
// one, until the last of them was told, then as many as the server takes, each
// read back from a follower's home. Idle streams are weighed before.
func posting(of func(*world) crowd) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) (results []result, err error) {
		who := of(m.world)
		var idle, telling []result
		var a *audience
		if n := len(who.sessions); n > 0 {
			if a, idle, err = m.listening(ctx, r, who); err != nil {
				return nil, err
			}
			defer a.close()
			if telling, err = m.telling(ctx, r, who, a); err != nil {
				return nil, err
			}
		}
		wait := func() error { return nil }
		if r.restarts {
			wait = m.startProfile(ctx, r)
		}
		res, err := m.compared(ctx, r, m.readBack(who), 0, nil)
		if err := errors.Join(err, wait()); err != nil {
			return nil, err
		}
		if a != nil && a.cut.Load() > 0 {
			res.Note = fmt.Sprintf("%d of %d streams fell behind and were told to read anew", a.cut.Load(), len(who.sessions))
		}
		return append(append(idle, telling...), res), nil
	}
}

// listening connects the followers, and weighs an idle stream where there are
// enough to tell.
func (m *machine) listening(ctx context.Context, r row, who crowd) (*audience, []result, error) {
	before, err := m.house.memory(ctx)
	if err != nil {
		return nil, nil, err
	}
	a, err := connect(ctx, m.house.addr, who.by, who.sessions)
	if err != nil {
		return nil, nil, err
	}
	after, err := m.house.memory(ctx)
	if err != nil {
		a.close()
		return nil, nil, err
	}
	n := int64(len(who.sessions))
	if n < int64(m.world.Sizes.Connected) {
		return a, nil, nil
	}
	each := (after.live - before.live) / n
	return a, []result{{
		Name: "an idle stream", Condition: r.condition, Memory: max(each, 1),
		Note: fmt.Sprintf("of memory, its account's share included; %s resident more in all", megabytes(after.resident-before.resident)),
	}}, nil
}

// tellings is how many posts are told one by one, and tellWithin how long one
// may take.
const (
	tellings   = 20
	tellWithin = 20 * time.Second
)

// telling measures how long it takes from sending a post until the last
// follower was told.
func (m *machine) telling(ctx context.Context, r row, who crowd, a *audience) ([]result, error) {
	c, err := dial(ctx, m.house.addr)
	if err != nil {
		return nil, err
	}
	defer c.close() // nothing is left unread
	write := m.writing(func(int64) string { return who.token })
	s := &sample{}
	for n := range int64(tellings) {
		began := time.Now()
		size, err := write(c, n)
		if err != nil {
			return nil, fmt.Errorf("send post %d: %w", n, err)
		}
		within, cancel := context.WithTimeout(ctx, tellWithin)
		err = a.wait(within, (n+1)*int64(len(who.sessions)))
		cancel()
		if err != nil {
			return nil, fmt.Errorf("post %d: %w", n, err)
		}
		took := time.Since(began)
		s.latency.add(took)
		s.n, s.bytes, s.elapsed = s.n+1, s.bytes+int64(size), s.elapsed+took
	}
	res, err := resultOf(row{name: "until all are told of a post", condition: r.condition}, s, nil)
	return []result{res}, err
}

// readBack posts, and looks for the post in the follower's home at once: from
// the post on, since the other connections may have filled a page meanwhile.
func (m *machine) readBack(who crowd) work {
	write := m.writing(func(int64) string { return who.token })
	return func(c *client, n int64) (int, error) {
		size, err := write(c, n)
		if err != nil {
			return 0, fmt.Errorf("post: %w", err)
		}
		text, err := c.text("id")
		if err != nil {
			return 0, err
		}
		i, err := id.Parse(text)
		if err != nil {
			return 0, fmt.Errorf("a new post is called %q: %w", text, err)
		}
		c.get(who.follower, "/api/v1/timelines/home?limit=20&max_id="+(i+1).String())
		if _, err := c.do(true); err != nil {
			return 0, fmt.Errorf("read a post back: %w", err)
		}
		if !bytes.Contains(c.body, []byte(`"id":"`+text+`"`)) {
			return 0, errors.New("a new post was not in its follower's home")
		}
		return size, nil
	}
}
