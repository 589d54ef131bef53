package jobs_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/jobs"
)

type greet struct{ Name string }

func (greet) Kind() string { return "greet" }

// node is a job queue whose greetings arrive on a channel.
func node(t *testing.T, d *db.DB, handle func(ctx context.Context, name string) error) (*jobs.Jobs, <-chan string) {
	t.Helper()
	return nodeLogging(t, d, io.Discard, handle)
}

func nodeLogging(t *testing.T, d *db.DB, log io.Writer, handle func(ctx context.Context, name string) error) (*jobs.Jobs, <-chan string) {
	t.Helper()
	j := jobs.New(d, slog.New(slog.NewTextHandler(log, nil)))
	j.Hasten(time.Second)
	greeted := make(chan string, 100)
	jobs.Handle(j, func(ctx context.Context, g greet) error {
		if handle != nil {
			if err := handle(ctx, g.Name); err != nil {
				return err
			}
		}
		greeted <- g.Name
		return nil
	})
	return j, greeted
}

func start(t *testing.T, j *jobs.Jobs) {
	t.Helper()
	if err := j.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, j) })
}

func stop(t *testing.T, j *jobs.Jobs) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := j.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func enqueue(t *testing.T, d *db.DB, j *jobs.Jobs, name string, opts ...jobs.Option) {
	t.Helper()
	if err := d.Update(t.Context(), func(tx *db.Tx) error { return j.Enqueue(tx, greet{name}, opts...) }); err != nil {
		t.Error(err)
	}
}

// next waits for an event, as long as a slow machine may need.
func next[T any](t *testing.T, events <-chan T) (e T) {
	t.Helper()
	select {
	case e = <-events:
	case <-time.After(20 * time.Second):
		t.Fatal("waited in vain")
	}
	return e
}

func none(t *testing.T, events <-chan string) {
	t.Helper()
	select {
	case name := <-events:
		t.Fatalf("greeted %s, whom nobody expected", name)
	default:
	}
}

func TestJobs_Enqueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, greeted := node(t, d, nil)
		start(t, j)

		refused := errors.New("refused")
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			if err := j.Enqueue(tx, greet{"Nobody"}); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		enqueue(t, d, j, "Later", jobs.At(time.Now().Add(time.Hour)))
		enqueue(t, d, j, "Asha")
		if name := next(t, greeted); name != "Asha" {
			t.Errorf("greeted %s", name)
		}
		stop(t, j)
		none(t, greeted)
		var left int
		if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM river_job`).Scan(&left); err != nil || left != 2 {
			t.Errorf("%d jobs are kept, want Later and Asha; %v", left, err)
		}
	})
}

// slowly is a job that waits for others' servers.
type slowly struct{ N int }

func (slowly) Kind() string { return "slowly" }

// However many wait for servers that do not answer, other jobs are done.
func TestHandleIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, greeted := node(t, d, nil)
		begun, goOn := make(chan int, 20), make(chan struct{})
		jobs.HandleIn(j, jobs.Queue{Name: "slow", Workers: 2}, func(ctx context.Context, args slowly) error {
			begun <- args.N
			<-goOn
			return nil
		})
		start(t, j)
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			for n := range 10 {
				if err := j.Enqueue(tx, slowly{n}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		next(t, begun)
		next(t, begun)
		enqueue(t, d, j, "Ada")
		if got := next(t, greeted); got != "Ada" {
			t.Errorf("greeted %q", got)
		}
		if len(begun) != 0 {
			t.Error("more than two at a time")
		}
		close(goOn)
		for range 8 {
			next(t, begun)
		}
	})
}

func TestJobs_Load(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, _ := node(t, d, nil)
		jobs.HandleIn(j, jobs.Mail, func(context.Context, slowly) error { return nil })
		enqueue(t, d, j, "Ada")
		enqueue(t, d, j, "Later", jobs.At(time.Now().Add(time.Hour)))
		for n := range 3 {
			if err := d.Update(t.Context(), func(tx *db.Tx) error { return j.Enqueue(tx, slowly{n}) }); err != nil {
				t.Fatal(err)
			}
		}
		set := func(state string) {
			if err := d.Update(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE river_job SET state = '` + state + `', finalized_at = CASE WHEN '` + state + `' = 'discarded' THEN CURRENT_TIMESTAMP END
					WHERE id = (SELECT MAX(id) FROM river_job WHERE state = 'available')`)
				return err
			}); err != nil {
				t.Fatal(state, err)
			}
		}
		set("retryable")
		set("discarded")
		got, err := j.Load(t.Context())
		if want := (jobs.Load{Due: 2, Retrying: 1, GivenUp: 1, Mails: 2}); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	})
}

type unknown struct{}

func (unknown) Kind() string { return "unknown" }

func TestJobs_Enqueue_ErrUnknown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, _ := node(t, d, nil)
		if err := d.Update(t.Context(), func(tx *db.Tx) error { return j.Enqueue(tx, unknown{}) }); err == nil {
			t.Error("a job was enqueued that nobody would ever do")
		}
	})
}

func TestJobs_retry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var logged lines
		runs := 0
		j, greeted := nodeLogging(t, d, &logged, func(context.Context, string) error {
			switch runs++; runs {
			case 1:
				return errors.New("not today")
			case 2:
				panic("not at all")
			}
			return nil
		})
		start(t, j)
		enqueue(t, d, j, "Asha")
		if name := next(t, greeted); name != "Asha" || runs != 3 {
			t.Errorf("greeted %s in run %d", name, runs)
		}
		stop(t, j)
		text := logged.String()
		if strings.Count(text, "\n") != 2 || !strings.Contains(text, "not today") || !strings.Contains(text, "panic: not at all") {
			t.Errorf("logged:\n%s", text)
		}
	})
}

func TestUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		running, goOn := make(chan string), make(chan struct{})
		j, greeted := node(t, d, func(_ context.Context, name string) error {
			running <- name
			<-goOn
			return nil
		})
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() { enqueue(t, d, j, "Asha", jobs.Unique()) })
		}
		wg.Wait()
		start(t, j)
		next(t, running)

		// While it runs, one more may wait, and only one.
		err := d.Update(t.Context(), func(tx *db.Tx) error { // both before a worker can take the first
			if err := j.Enqueue(tx, greet{"Asha"}, jobs.Unique(), jobs.At(time.Now())); err != nil {
				return err
			}
			return j.Enqueue(tx, greet{"Asha"}, jobs.Unique())
		})
		if err != nil {
			t.Fatal(err)
		}
		enqueue(t, d, j, "Bruno", jobs.Unique())
		close(goOn)
		seen := map[string]int{}
		for range 2 {
			seen[next(t, running)]++
		}
		for range 3 {
			next(t, greeted)
		}
		stop(t, j)
		none(t, greeted)
		if seen["Asha"] != 1 || seen["Bruno"] != 1 {
			t.Errorf("then %v ran", seen)
		}
		var left int
		if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM job_waiting`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows of job_waiting are left, %v", left, err)
		}
	})
}

func TestJobs_Start_afterARestart(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			c := dbtest.Config(t, e)
			before := dbtest.Reopen(t, c)
			j, _ := node(t, before, nil)
			enqueue(t, before, j, "Asha", jobs.At(time.Now().Add(10*time.Millisecond)))
			if e == db.SQLite { // the process was killed while it greeted Bruno
				enqueue(t, before, j, "Bruno")
				err := before.Update(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(`UPDATE river_job SET state = 'running', attempt = 1 WHERE CAST(args AS TEXT) LIKE '%Bruno%'`)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := before.Close(); err != nil {
				t.Fatal(err)
			}

			j, greeted := node(t, dbtest.Reopen(t, c), nil)
			start(t, j)
			seen := map[string]bool{next(t, greeted): true}
			if e == db.SQLite {
				seen[next(t, greeted)] = true
			}
			if !seen["Asha"] || seen["Bruno"] != (e == db.SQLite) {
				t.Errorf("greeted %v", seen)
			}
		})
	}
}

func TestJobs_Stop_waitsForAJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		running, stopping := make(chan string), make(chan struct{})
		var j *jobs.Jobs
		j, greeted := node(t, d, func(ctx context.Context, name string) error {
			running <- name
			<-stopping
			for !j.Cancelled(ctx) {
				runtime.Gosched()
			}
			return nil
		})
		start(t, j)
		enqueue(t, d, j, "Asha")
		next(t, running)
		close(stopping)
		stop(t, j)
		if name := next(t, greeted); name != "Asha" {
			t.Errorf("greeted %s", name)
		}
	})
}
