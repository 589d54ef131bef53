package mastodon

import (
	"context"
	"strconv"
	"time"

	"goodturn/internal/cache"
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
	d.census = kept(censusAge, func(ctx context.Context) (c census, err error) {
		if c.people, err = d.Accounts.Census(ctx); err != nil {
			return c, err
		}
		if c.peers, err = d.Accounts.Peers(ctx); err != nil {
			return c, err
		}
		c.posts, c.writers, err = d.Posts.Census(ctx, d.Now().AddDate(0, 0, -28))
		return c, err
	})
	d.weeks = kept(activityAge, d.loadWeeks)
}

// kept is one value that is counted anew when it is older than age.
func kept[T any](age time.Duration, load func(ctx context.Context) (T, error)) *cache.Cache[struct{}, T] {
	return cache.New(cache.Options[struct{}, T]{
		Bytes: 2, Age: age,
		Size: func(struct{}, T) int { return 1 },
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}]T, error) {
			v, err := load(ctx)
			return map[struct{}]T{{}: v}, err
		},
	})
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
	weeks, _, err := d.weeks.Get(q.Context(), struct{}{})
	if err != nil {
		return err
	}
	q.out = appendList(q.out, weeks, func(b []byte, w week) []byte {
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
	c, _, err := d.census.Get(q.Context(), struct{}{})
	if err != nil {
		return err
	}
	q.out = appendList(q.out, c.peers, appendText)
	return nil
}
