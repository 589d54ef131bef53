// Package server builds the whole house from one Config: the database, the bus,
// every room and every door, wired to each other; it listens, sweeps, answers
// the commands beside it, and stops gracefully. Tests start the same thing.
package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"goodturn/internal/blob"
	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
	"goodturn/internal/tally"
)

// Server is a house that stands: everything is built, nothing runs yet but the
// database and the bus. See Start and Serve.
type Server struct {
	Rooms
	DB   *db.DB
	Hub  *event.Hub
	Jobs *jobs.Jobs
	Book *tally.Book

	config Config
	mailer *mail.Mailer
	ids    *id.Source
	doors  doors
	bus    *bus.Bus
	limits *door.Together // nil where there is one node

	closers []func(context.Context) error // in the order of opening
	node    *node
	cancel  context.CancelFunc
	running sync.WaitGroup
	failed  chan error // what ends the server by itself
}

// Open builds a server on c.Data. It is alone on that folder: a second one says
// so and waits until the first is closed, or is ErrHeld once ctx is done; with
// c.NoWait it is ErrHeld soon.
func Open(ctx context.Context, c Config) (_ *Server, err error) {
	if err := c.fill(); err != nil {
		return nil, err
	}
	if err := c.found(); err != nil {
		return nil, err
	}
	s := &Server{config: c, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.WithoutCancel(ctx)))
		}
	}()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	unlock, err := lockData(ctx, c)
	if err != nil {
		return nil, err
	}
	s.onClose(func(context.Context) error { return unlock() })
	if err := s.openGround(ctx); err != nil {
		return nil, err
	}
	blobs, err := s.openBlobs(ctx)
	if err != nil {
		return nil, err
	}
	s.mailer, err = mail.Open(mail.Config{SMTP: c.SMTP, From: c.MailFrom, Dir: filepath.Join(c.Data, "mail"), Log: c.Log})
	if err != nil {
		return nil, err
	}
	s.Jobs, s.Book = jobs.New(s.DB, c.Log), tally.New(s.DB)
	if err := s.build(ctx, blobs); err != nil {
		return nil, err
	}
	s.subscribe()
	s.truths()
	s.sweeps(blobs)
	if err := s.buildDoors(ctx); err != nil {
		return nil, err
	}
	return s, s.joinLimits()
}

// joinLimits has the limits of the client API count what other nodes see, where
// there can be others.
func (s *Server) joinLimits() (err error) {
	if s.DB.Engine() == db.SQLite {
		return nil
	}
	s.limits, err = door.Join(s.bus, s.doors.mastodon.Limits(), s.config.Log)
	return err
}

// ErrHeld is Open's answer when another process has the data folder.
var ErrHeld = errors.New("another server has this data folder")

// heldWithin is how long a server that is about to end gets, before a word is
// said about it.
const heldWithin = time.Second

func lockData(ctx context.Context, c Config) (unlock func() error, err error) {
	path := filepath.Join(c.Data, "lock")
	soon, cancel := context.WithTimeout(ctx, heldWithin)
	defer cancel()
	unlock, err = db.LockFile(soon, path)
	if err != nil && soon.Err() != nil && ctx.Err() == nil && !c.NoWait {
		c.Log.Warn("another server has this data folder; this one waits until it ends", "data", c.Data)
		unlock, err = db.LockFile(ctx, path)
	}
	if err != nil && soon.Err() != nil {
		return nil, fmt.Errorf("%w: %s", ErrHeld, c.Data)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	return unlock, nil
}

// openGround opens the database, takes a node's number, and opens the bus.
func (s *Server) openGround(ctx context.Context) (err error) {
	c := &s.config
	s.DB, err = db.Open(ctx, db.Config{Path: c.file(), DSN: c.Database, Sync: c.Sync, Log: c.Log})
	if err != nil {
		return err
	}
	s.onClose(func(context.Context) error { return s.DB.Close() })
	if err := s.DB.Migrate(ctx); err != nil {
		return err
	}
	if s.node, err = leaseNode(ctx, s.DB, c.Log); err != nil {
		return err
	}
	// Given back before the database closes.
	s.onClose(s.node.release)
	s.ids = id.NewSource(s.node.number, c.Now)

	config := bus.Config{URL: c.Bus, Log: c.Log}
	if l := c.Cluster; l.Listen != "" {
		config.Cluster = &bus.Cluster{Name: l.Name, Listen: l.Listen, Routes: l.Routes, Cert: l.Cert, Key: l.Key, CA: l.CA, Secret: l.Secret}
	}
	b, err := bus.Open(config)
	if err != nil {
		return err
	}
	s.bus, s.Hub = b, s.node.hub(b)
	s.onClose(func(ctx context.Context) error { s.Hub.Close(); return b.Close(ctx) })
	return nil
}

func (s *Server) openBlobs(ctx context.Context) (*blob.Store, error) {
	where := s.config.Blobs
	if where == "" {
		where = filepath.Join(s.config.Data, "files")
	}
	blobs, err := blob.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	s.onClose(func(context.Context) error { return blobs.Close() })
	return blobs, nil
}

// onClose adds to what close undoes, last first.
func (s *Server) onClose(f func(context.Context) error) { s.closers = append(s.closers, f) }

// Start begins the work behind the pages: events, jobs and sweeps, streams, and
// the socket for commands.
func (s *Server) Start(ctx context.Context) error {
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := s.Hub.Start(ctx); err != nil {
		return err
	}
	if err := s.node.look(ctx, s.Hub); err != nil {
		return err
	}
	if s.limits != nil {
		s.running.Go(func() { s.limits.Run(ctx) })
	}
	s.Feeds.Start()
	if err := s.Impact.Start(ctx); err != nil {
		return err
	}
	s.running.Go(func() {
		if err := s.node.keep(ctx, s.Hub); err != nil {
			s.failed <- err
		}
	})
	s.running.Go(func() { s.forgetMails(ctx) })
	s.running.Go(func() {
		look := time.NewTicker(restLook)
		defer look.Stop()
		giveBack(ctx, look.C)
	})
	if err := s.Jobs.Start(ctx); err != nil {
		return err
	}
	control, err := listenControl(s.config.Data, s.command)
	if err != nil {
		return err
	}
	s.onClose(func(context.Context) error { return control.close() })
	return nil
}

// stopWithin bounds how long Close waits for what runs.
const stopWithin = 20 * time.Second

// Close stops what Start began and closes what Open opened, after the doors were
// closed: nothing that was answered is lost.
func (s *Server) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	return s.close(ctx)
}

func (s *Server) close(ctx context.Context) error {
	var errs []error
	if s.cancel != nil {
		errs = append(errs, s.Jobs.Stop(ctx))
		s.Feeds.Stop()
		errs = append(errs, s.Impact.Stop(ctx))
		s.cancel()
		s.running.Wait()
	}
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i](ctx))
	}
	s.closers = nil
	return errors.Join(errs...)
}
