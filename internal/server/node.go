package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/event"
)

// node is this process's number among those that share a database: it goes into
// every id, so no two may have the same. Who has a SQLite file to itself is
// number 0, without a lease.
type node struct {
	d      *db.DB
	log    *slog.Logger
	holder string
	number int
}

func leaseNode(ctx context.Context, d *db.DB, log *slog.Logger) (*node, error) {
	n := &node{d: d, log: log, holder: rand.Text()}
	if d.Engine() == db.SQLite {
		return n, nil
	}
	var err error
	n.number, err = d.LeaseNode(ctx, n.holder)
	return n, err
}

// errNodeLost ends the server: another node may have the number by now.
var errNodeLost = errors.New("this node's number was lost: the database could not be reached for too long")

// hub makes this process's hub, which needs to look before it is trusted.
func (n *node) hub(b *bus.Bus) *event.Hub {
	if n.d.Engine() == db.SQLite {
		return event.New(b, n.number, n.log)
	}
	return event.NewLeased(b, n.number, n.holder, n.log)
}

// look tells the hub which other processes there are.
func (n *node) look(ctx context.Context, hub *event.Hub) error {
	if n.d.Engine() == db.SQLite {
		return nil
	}
	all, err := n.d.Nodes(ctx)
	if err != nil {
		return err
	}
	hub.Expect(all)
	return nil
}

// lookEvery is how soon a process that the bus does not reach is known of.
const lookEvery = time.Second

// keep looks, and renews the lease, until ctx is done. It is errNodeLost once the
// lease ran out.
func (n *node) keep(ctx context.Context, hub *event.Hub) error {
	if n.d.Engine() == db.SQLite {
		return nil
	}
	held := time.Now()
	look, renew := time.NewTicker(lookEvery), time.NewTicker(db.NodeLease/6)
	defer look.Stop()
	defer renew.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			// A database that cannot be read is spoken of by the renewal.
			if err := n.look(ctx, hub); err != nil {
				n.log.Debug("could not read which nodes there are", "error", err)
			}
			continue
		case <-renew.C:
		}
		now := time.Now()
		ok, err := n.d.Lease(ctx, db.NodeName(n.number), n.holder, db.NodeLease)
		switch {
		case ctx.Err() != nil:
			return nil
		case ok:
			held = now
		case err == nil || now.Sub(held) > db.NodeLease*2/3:
			return errors.Join(errNodeLost, err)
		default:
			n.log.Warn("could not renew the node's number", "node", n.number, "error", err)
		}
	}
}

func (n *node) release(ctx context.Context) error {
	if n.d.Engine() == db.SQLite {
		return nil
	}
	if _, err := n.d.Lease(ctx, db.NodeName(n.number), n.holder, 0); err != nil {
		return fmt.Errorf("give back the node's number: %w", err)
	}
	return nil
}
