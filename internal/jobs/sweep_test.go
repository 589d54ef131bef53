package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/jobs"
)

func TestJobs_Every_oneNodeAtATime(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			c := dbtest.Config(t, e)
			var inside atomic.Int32
			swept := make(chan int)
			var nodes [2]*jobs.Jobs
			for i := range nodes {
				j := jobs.New(dbtest.Reopen(t, c), slog.New(slog.DiscardHandler))
				j.Hasten(300 * time.Millisecond)
				j.Every("tidy", time.Millisecond, func(ctx context.Context) error {
					if inside.Add(1) != 1 {
						t.Error("two nodes sweep at once")
					}
					defer inside.Add(-1)
					select {
					case swept <- i:
					case <-ctx.Done():
					}
					return nil
				})
				nodes[i] = j
				start(t, j)
			}

			first := next(t, swept)
			for range 20 {
				if now := next(t, swept); now != first {
					t.Fatalf("node %d sweeps while node %d does", now, first)
				}
			}
			stop(t, nodes[first])
			if now := next(t, swept); now == first {
				t.Error("a stopped node sweeps")
			}
		})
	}
}

func TestJobs_Every_ErrIsLoggedOnce(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	var logged lines
	j := jobs.New(d, slog.New(slog.NewTextHandler(&logged, nil)))
	j.Hasten(time.Second)
	runs, swept := 0, make(chan int)
	j.Every("tidy", time.Millisecond, func(ctx context.Context) error {
		select {
		case swept <- runs:
		case <-ctx.Done():
		}
		switch runs++; {
		case runs <= 3:
			return errors.New("the shelf is locked")
		case runs <= 5:
			panic("the shelf fell over")
		}
		return nil
	})
	start(t, j)
	for next(t, swept) < 8 {
	}
	stop(t, j)
	if n := j.SweepFailures(); n != 5 {
		t.Errorf("%d failures were counted", n)
	}
	text := logged.String()
	if strings.Count(text, "the shelf is locked") != 1 || strings.Count(text, "error=\"panic: the shelf fell over\"") != 1 {
		t.Errorf("logged:\n%s", text)
	}
}

// lines is a log that many may write.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
