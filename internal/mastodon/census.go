package mastodon

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"goodturn/internal/door"
	"goodturn/internal/post"
)

// census is how many there are here.
type census struct {
	people, posts, writers int64
	peers                  []string
}

// How old numbers may be that are counted from all rows.
const (
	censusAge   = 5 * time.Minute
	activityAge = time.Hour
	weeksTold   = 12
)

func (d *Door) rememberCensus() {
	d.census = &slowly[census]{age: censusAge, now: d.Now, log: d.Log, load: func(ctx context.Context) (c census, err error) {
		if c.people, err = d.Accounts.Census(ctx); err != nil {
			return c, err
		}
		if c.peers, err = d.Accounts.Peers(ctx); err != nil {
			return c, err
		}
		c.posts, c.writers, err = d.Posts.Census(ctx, d.Now().AddDate(0, 0, -28))
		return c, err
	}}
	d.weeks = &slowly[[]week]{age: activityAge, now: d.Now, log: d.Log, load: d.loadWeeks}
}

const (
	countPatience = 2 * time.Second // of who asks first; then zeros do
	countWithin   = 5 * time.Minute
	countAgain    = 30 * time.Second // after one that failed
	// countRests is how many times as long as a count took there is none.
	countRests = 20
)

// slowly is one value that may take long to count, on a server with millions of
// rows. Whoever asks gets what was counted last, and has it counted anew, once
// at a time, when that is old.
type slowly[T any] struct {
	age  time.Duration
	load func(ctx context.Context) (T, error)
	now  func() time.Time
	log  *slog.Logger

	mu      sync.Mutex
	value   T
	known   bool
	due     time.Time
	running chan struct{} // closed at the end of the count that is under way; nil without
}

func (s *slowly[T]) get(ctx context.Context) T {
	s.mu.Lock()
	if s.running == nil && !s.now().Before(s.due) {
		s.running = make(chan struct{})
		go s.count()
	}
	value, running, wait := s.value, s.running, !s.known && s.running != nil
	s.mu.Unlock()
	if !wait {
		return value
	}
	patience := time.NewTimer(countPatience)
	defer patience.Stop()
	select {
	case <-running:
	case <-patience.C:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

func (s *slowly[T]) count() {
	ctx, cancel := context.WithTimeout(context.Background(), countWithin)
	defer cancel()
	var value T
	from := time.Now()
	err := door.Caught(nil, func() (err error) {
		value, err = s.load(ctx)
		return err
	})
	rest := max(s.age, countRests*time.Since(from))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.log.Error("could not count what is here", "error", err)
		rest = countAgain
	} else {
		s.value, s.known = value, true
	}
	s.due = s.now().Add(rest)
	close(s.running)
	s.running = nil
}

// week is what happened here in a week that begins on a Monday.
type week struct {
	begins time.Time
	post.Week
	arrived int64
}

// loadWeeks are this week and those before it, newest first.
func (d *Door) loadWeeks(ctx context.Context) ([]week, error) {
	today := d.Now().UTC().Truncate(24 * time.Hour)
	begins := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	weeks := make([]week, weeksTold)
	for n := range weeks {
		w, err := &weeks[n], error(nil)
		w.begins = begins.AddDate(0, 0, -7*n)
		ends := w.begins.AddDate(0, 0, 7)
		if w.Week, err = d.Posts.Written(ctx, w.begins, ends); err != nil {
			return nil, err
		}
		if w.arrived, err = d.Accounts.Arrived(ctx, w.begins, ends); err != nil {
			return nil, err
		}
	}
	return weeks, nil
}

// activity tells of twelve weeks. Who wrote stands for who signed in, which is
// not counted here.
func (d *Door) activity(q *request) error {
	q.out = appendList(q.out, d.weeks.get(q.Context()), func(b []byte, w week) []byte {
		b = strconv.AppendInt(append(b, `{"week":"`...), w.begins.Unix(), 10)
		b = strconv.AppendInt(append(b, `","statuses":"`...), w.Posts, 10)
		b = strconv.AppendInt(append(b, `","logins":"`...), w.Writers, 10)
		b = strconv.AppendInt(append(b, `","registrations":"`...), w.arrived, 10)
		return append(b, `"}`...)
	})
	return nil
}

// peers are the other servers that are known here.
func (d *Door) peers(q *request) error {
	q.out = appendList(q.out, d.census.get(q.Context()).peers, appendText)
	return nil
}
