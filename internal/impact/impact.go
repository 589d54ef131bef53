// Package impact is in charge of how far a movement and its posts reach, and of
// the funnel from there to acts.
//
// Reach is distinct viewers, kept only as one HyperLogLog per movement or post
// and day (Heule, Nunkesser and Hall: HyperLogLog in practice, 2013), whose
// entries are made with a secret of this server. No row, log line or metric
// holds a viewer and what they saw. Unlike all other numbers here reach cannot
// be recounted.
package impact

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"goodturn/internal/cache"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

const (
	flushEvery = 5 * time.Second
	stopWithin = 10 * time.Second
	reachBytes = 1 << 20
	reachAge   = 10 * time.Second // how old a shown reach may be, beside flushEvery
)

// Service counts viewers and answers for the funnel.
type Service struct {
	d     *db.DB
	hub   *event.Hub
	now   func() time.Time
	log   *slog.Logger
	calls *call.Service

	keys  atomic.Pointer[keys]
	views views
	reach cache.Cache[span, int64]

	stop func() // what Start began
}

// New wires the room. Start comes before anything is seen.
func New(d *db.DB, hub *event.Hub, now func() time.Time, log *slog.Logger, calls *call.Service) *Service {
	s := &Service{d: d, hub: hub, now: now, log: log, calls: calls}
	s.reach = cache.New(cache.Options[span, int64]{
		Bytes: reachBytes,
		Age:   reachAge,
		Size:  func(span, int64) int { return 100 },
		Load:  s.loadReach,
	})
	event.After(hub, func(e post.Deleted) { s.views.forget(e.PostID) })
	return s
}

// secretName is the row of the key; without that row, old sketches would count
// everybody anew.
const secretName = "reach"

// Start makes or reads the secret, and begins to write what was seen every few
// seconds, until Stop.
func (s *Service) Start(ctx context.Context) error {
	secret, err := s.d.Secret(ctx, secretName)
	if err != nil {
		return err
	}
	s.keys.Store(newKeys(secret))
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(flushEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("impact: what was seen is kept for the next time", "err", err)
			}
		}
	}()
	s.stop = func() {
		cancel()
		<-done
	}
	return nil
}

// Stop ends what Start began, and writes what was seen since.
func (s *Service) Stop(ctx context.Context) error {
	if s.stop == nil {
		return nil
	}
	s.stop()
	s.stop = nil
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	return s.Flush(ctx)
}

// Funnel is a movement from being seen to acts. Likes, shares and replies are
// those of the posts that it carries now.
type Funnel struct {
	Reach        int64 // distinct viewers of the movement, an estimate within some 1 %
	Likes        int64
	Shares       int64
	Replies      int64
	Told         int64 // acts that nobody but the doer speaks for
	Witnessed    int64
	Confirmed    int64
	People       int64 // distinct, who did something
	StepsOffered int64 // next steps after a like
	StepsTaken   int64
}

// Funnel is a movement's, over all of its time.
func (s *Service) Funnel(ctx context.Context, movementID id.ID) (Funnel, error) {
	var f Funnel
	reach, err := s.Reach(ctx, []id.ID{movementID}, time.Time{}, s.now())
	if err != nil {
		return f, err
	}
	f.Reach = reach[movementID]
	if err := s.posts(ctx, movementID, &f); err != nil {
		return f, err
	}
	totals, err := s.calls.Totals(ctx, []id.ID{movementID})
	if err != nil {
		return f, err
	}
	f.People = totals[movementID].People
	for _, t := range totals[movementID].Each {
		switch t.Proof {
		case call.Told:
			f.Told += t.Acts
		case call.Witnessed:
			f.Witnessed += t.Acts
		case call.Confirmed:
			f.Confirmed += t.Acts
		}
	}
	steps, err := s.calls.Steps(ctx, movementID)
	f.StepsOffered, f.StepsTaken = steps.Offered, steps.Taken
	return f, err
}
