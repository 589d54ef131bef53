package jobs

import (
	"context"
	"sync"
	"time"
)

// leaseTime is how long the node that sweeps may be silent before another one
// takes over. It says that it is there three times as often.
const leaseTime = 15 * time.Second

type sweep struct {
	name   string
	period time.Duration
	f      func(ctx context.Context) error
}

// Every runs f at Start and then each period, counted from its end, on one node
// of all at a time. f's context ends when the node stops or is no longer the one.
// An error is logged, once until f succeeds or fails differently. Every is
// called before Start.
func (j *Jobs) Every(name string, period time.Duration, f func(ctx context.Context) error) {
	if j.started.Load() {
		panic("jobs: Every after Start")
	}
	j.sweeps = append(j.sweeps, sweep{name, period, f})
}

// lead holds the lease on sweeping whenever it can, and sweeps while it holds
// it, until ctx ends.
func (j *Jobs) lead(ctx context.Context) {
	if len(j.sweeps) == 0 {
		return
	}
	try := time.NewTicker(j.lease / 3)
	defer try.Stop()
	t := &term{over: time.NewTimer(0)}
	for {
		if err := j.renew(ctx); err != nil && ctx.Err() == nil {
			j.log.WarnContext(ctx, "could not renew the lease on this node's jobs", "error", err)
		}
		asked := time.Now()
		held, err := j.d.Lease(ctx, "sweeps", j.holder, j.lease)
		switch {
		case err != nil && ctx.Err() == nil:
			j.log.WarnContext(ctx, "could not renew the lease on sweeping", "error", err)
		case held:
			t.over.Reset(j.lease - time.Since(asked))
			if t.stop == nil {
				t.stop = j.sweepAll(ctx)
			}
		case err == nil:
			t.end()
		}
		select {
		case <-try.C:
		case <-t.over.C:
			t.end()
		case <-ctx.Done():
			if t.end() {
				j.giveUp(context.WithoutCancel(ctx))
			}
			return
		}
	}
}

// term is a node's time of sweeping.
type term struct {
	over *time.Timer // rings when the lease was not renewed in time
	stop func()      // ends the sweeps; nil while another node has the lease
}

// end ends the sweeps and says whether there were any.
func (t *term) end() bool {
	if t.stop == nil {
		return false
	}
	t.stop()
	t.stop = nil
	return true
}

// giveUp lets another node sweep at once.
func (j *Jobs) giveUp(ctx context.Context) {
	if _, err := j.d.Lease(ctx, "sweeps", j.holder, 0); err != nil {
		j.log.WarnContext(ctx, "could not give back the lease on sweeping", "error", err)
	}
}

// sweepAll starts a goroutine a sweep; stop ends them and waits.
func (j *Jobs) sweepAll(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, s := range j.sweeps {
		wg.Go(func() { j.sweep(ctx, s) })
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

func (j *Jobs) sweep(ctx context.Context, s sweep) {
	last := ""
	for ctx.Err() == nil {
		err := safely(func() error { return s.f(ctx) })
		if err != nil && ctx.Err() == nil {
			j.sweepsFailed.Add(1)
		}
		switch {
		case err == nil:
			last = ""
		case ctx.Err() == nil && err.Error() != last:
			last = err.Error()
			report(ctx, j.log.With("sweep", s.name), "a sweep failed", err)
		}
		pause := time.NewTimer(s.period)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}
