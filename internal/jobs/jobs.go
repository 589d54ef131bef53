// Package jobs does later what a transaction asked for: a job is enqueued in
// the transaction that causes it, runs at least once after the commit, and is
// tried again when it fails. Beside jobs there are sweeps, small chores that
// one node of all does again and again.
//
// It is a thin face on River, whose tables lie in our own database.
package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"goodturn/internal/db"
)

// Queue is where jobs of some kinds wait and work apart from all others, because
// what they do can take long: they ask servers of strangers, say.
type Queue struct {
	Name    string // small letters; never changes once released
	Workers int    // jobs at a time on one node
}

// Mail is the queue of all jobs that send mails: while a mail server is slow they
// wait for each other, and nothing else waits for them.
var Mail = Queue{"mail", 4}

// usual is the queue of all kinds that have none of their own.
var usual = Queue{river.QueueDefault, 4}

const (
	poll      = time.Second      // how soon what another node or a retry made due is seen
	cooldown  = time.Millisecond // between two fetches
	timeLimit = 5 * time.Minute  // of one job
	rescue    = 10 * time.Minute // until River itself gives a job to another
)

// Args are what a job is to do: a small struct, kept as JSON, of ids rather
// than of content. Kind names the job, in two letters or more, and never
// changes once released.
type Args interface{ Kind() string }

// Jobs enqueues, and once started works. The order is New, Handle and Every,
// Start, Stop.
type Jobs struct {
	d       *db.DB
	log     *slog.Logger
	holder  string // names this node in leases
	workers *river.Workers
	queues  map[string]Queue // by kind, of those that have one of their own
	handled int
	bell    *bell
	poll    time.Duration
	retry   river.ClientRetryPolicy // River's own where nil

	once   sync.Once
	client client
	err    error // of making the client

	sweepsFailed atomic.Int64

	sweeps   []sweep
	lease    time.Duration
	started  atomic.Bool
	stopping atomic.Bool
	cancel   context.CancelFunc // ends the sweeps
	done     chan struct{}      // closed once they ended
}

// client is what is asked of River's. Were its type named in Jobs, its generic
// code would be compiled anew in every package that can see one.
type client interface {
	InsertTx(ctx context.Context, tx *sql.Tx, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// New makes a node's job queue on d.
func New(d *db.DB, log *slog.Logger) *Jobs {
	return &Jobs{
		d: d, log: log, holder: rand.Text(), lease: leaseTime, poll: poll,
		workers: river.NewWorkers(), queues: map[string]Queue{}, bell: newBell(), done: make(chan struct{}),
	}
}

// Handle says how jobs of T's kind are done. f is idempotent: it may run more
// than once. Its error is logged and the job tried again, later each time. It
// is called before Start, and panics on a kind that has a handler.
func Handle[T Args](j *Jobs, f func(ctx context.Context, args T) error) {
	if j.started.Load() {
		panic("jobs: Handle after Start")
	}
	river.AddWorker(j.workers, &worker[T]{j: j, f: f})
	j.handled++
}

// HandleIn is Handle for jobs that have a queue of their own; several kinds may
// share one.
func HandleIn[T Args](j *Jobs, q Queue, f func(ctx context.Context, args T) error) {
	Handle(j, f)
	j.queues[(*new(T)).Kind()] = q
}

func (j *Jobs) queueOf(args Args) Queue {
	if q, ok := j.queues[args.Kind()]; ok {
		return q
	}
	return usual
}

// An Option says how a job is enqueued.
type Option func(*options)

type options struct {
	at     time.Time
	unique bool
}

// At has the job wait until t; it may begin up to some six seconds later.
func At(t time.Time) Option { return func(o *options) { o.at = t } }

// Unique enqueues nothing while a job of the same kind and args waits. One that
// already runs does not count: it may have read what is now out of date.
func Unique() Option { return func(o *options) { o.unique = true } }

// Enqueue has args done once tx is committed, and never if it is not. Its kind
// must have a handler.
func (j *Jobs) Enqueue(tx *db.Tx, args Args, opts ...Option) error {
	client, err := j.open()
	if err != nil {
		return err
	}
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	due := !o.at.After(time.Now())
	queue := j.queueOf(args).Name
	insert := &river.InsertOpts{Queue: queue}
	if !due {
		insert.ScheduledAt = o.at
	}
	if o.unique {
		meta, first, err := wait(tx, args)
		if err != nil {
			return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
		}
		if !first {
			return nil
		}
		insert.Metadata = meta
	}
	if _, err := client.InsertTx(context.Background(), tx.SQL(), args, insert); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	if due {
		tx.AfterCommit(func() { j.bell.ring(queue) })
	}
	return nil
}

// waiting is what a unique job carries, to take its row away when it begins.
type waiting struct {
	Key   string `json:"waiting_key"`
	Token string `json:"waiting_token"`
}

// wait counts the job among those that wait, and says whether it is the first.
// The row stays locked until the commit, so the job that waits cannot begin
// before it sees what this transaction writes.
func wait(tx *db.Tx, args Args) (meta []byte, first bool, err error) {
	b, err := json.Marshal(args)
	if err != nil {
		return nil, false, err
	}
	hash := sha256.Sum256(b)
	w := waiting{Key: args.Kind() + " " + base64.RawStdEncoding.EncodeToString(hash[:]), Token: rand.Text()}
	var again int
	err = tx.QueryRow(`INSERT INTO job_waiting (key, token, again) VALUES ($1, $2, 0)
		ON CONFLICT (key) DO UPDATE SET again = job_waiting.again + 1 RETURNING again`, w.Key, w.Token).Scan(&again)
	if err != nil || again > 0 {
		return nil, false, err
	}
	meta, err = json.Marshal(w)
	return meta, true, err
}

// begin takes a unique job's row away.
func (j *Jobs) begin(ctx context.Context, metadata []byte) error {
	var w waiting
	if err := json.Unmarshal(metadata, &w); err != nil {
		return fmt.Errorf("read a job's metadata: %w", err)
	}
	if w.Key == "" {
		return nil
	}
	return j.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM job_waiting WHERE key = $1 AND token = $2`, w.Key, w.Token)
		return err
	})
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	j *Jobs
	f func(ctx context.Context, args T) error
}

func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	if err := w.j.begin(ctx, job.Metadata); err != nil {
		return err
	}
	return safely(func() error { return w.f(ctx, job.Args) })
}

// Start works jobs and sweeps until Stop. ctx gives values only.
func (j *Jobs) Start(ctx context.Context) error {
	if j.started.Swap(true) {
		return errors.New("jobs: started twice")
	}
	client, err := j.open()
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if j.handled > 0 {
		if err := j.recover(ctx); err != nil {
			return err
		}
		if err := client.Start(ctx); err != nil {
			return fmt.Errorf("start the jobs: %w", err)
		}
	}
	ctx, j.cancel = context.WithCancel(ctx)
	go func() {
		defer close(j.done)
		j.lead(ctx)
	}()
	return nil
}

// recover gives back what a process that was killed held: its running jobs and
// River's leadership. On SQLite there is only one process; on PostgreSQL this one
// says that it lives before it takes a job, and the sweeping node looks for lost
// ones.
func (j *Jobs) recover(ctx context.Context) error {
	if j.d.Engine() == db.Postgres {
		j.sweeps = append(j.sweeps, sweep{"give back the jobs of lost nodes", j.lease / 3, j.giveBack})
		return j.here(ctx)
	}
	err := j.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM river_leader`)
		return err
	})
	if err != nil {
		return fmt.Errorf("recover the jobs: %w", err)
	}
	return nil
}

// Stop waits for the jobs and sweeps that run; when ctx ends it cancels them,
// and they run again after the next start.
func (j *Jobs) Stop(ctx context.Context) error {
	if j.stopping.Swap(true) || j.cancel == nil {
		return nil
	}
	j.cancel()
	if j.handled > 0 {
		if err := j.client.Stop(ctx); err != nil {
			hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			if e := j.client.StopAndCancel(hard); e != nil {
				return fmt.Errorf("stop the jobs: %w", errors.Join(err, e))
			}
		}
	}
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the sweeps: %w", ctx.Err())
	}
}

// Until is db.UpdateUntil for a long job: it ends early, with an error, when the
// job is Cancelled, and the job's next run goes on.
func (j *Jobs) Until(ctx context.Context, f func(tx *db.Tx) (more bool, err error)) error {
	return j.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		if j.Cancelled(ctx) {
			return false, context.Canceled
		}
		return f(tx)
	})
}

// Cancelled tells a long job that it had better return an error now and go on
// in its next run: its time is up, or the server is stopping.
func (j *Jobs) Cancelled(ctx context.Context) bool {
	return ctx.Err() != nil || j.stopping.Load()
}

func (j *Jobs) open() (client, error) {
	j.once.Do(func() {
		queues := map[string]river.QueueConfig{usual.Name: {MaxWorkers: usual.Workers}}
		for _, q := range j.queues {
			queues[q.Name] = river.QueueConfig{MaxWorkers: q.Workers}
		}
		c, err := river.NewClient(newDriver(j.d, j.bell), &river.Config{
			ID:                          clientPrefix + j.holder,
			Queues:                      queues,
			Workers:                     j.workers,
			FetchPollInterval:           j.poll,
			FetchCooldown:               cooldown,
			JobTimeout:                  timeLimit,
			RescueStuckJobsAfter:        rescue,
			CompletedJobRetentionPeriod: 10 * time.Minute,
			DiscardedJobRetentionPeriod: 7 * 24 * time.Hour,
			ErrorHandler:                failures{j.log},
			RetryPolicy:                 j.retry,
			Logger:                      slog.New(quiet{j.log.Handler()}),
		})
		if j.err = err; err == nil {
			j.client = c
		}
	})
	return j.client, j.err
}
