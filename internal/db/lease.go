package db

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// NodeLease is how long a node number is held without being renewed.
const NodeLease = 30 * time.Second

// maxLeasedNode leaves id.MaxNode to commands that open the database
// themselves.
const maxLeasedNode = 62

// ErrNoNode says that every node number is held.
var ErrNoNode = errors.New("db: all node numbers are taken")

// Lease takes the name for holder for d from now on, or renews it. It reports
// false while somebody else holds it; a d of 0 gives it back. The clock is the
// database's, so nodes need not agree on the time.
func (d *DB) Lease(ctx context.Context, name, holder string, dur time.Duration) (bool, error) {
	var ok bool
	err := d.Update(ctx, func(tx *Tx) (err error) {
		ok, err = lease(tx, name, holder, dur)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return ok, nil
}

// LeaseNode takes a free node number for NodeLease; the holder renews it with
// Lease(ctx, NodeName(n), …) and stops making ids when it cannot. ErrNoNode if
// there is none.
func (d *DB) LeaseNode(ctx context.Context, holder string) (n int, err error) {
	err = d.Update(ctx, func(tx *Tx) error {
		for n = 0; n <= maxLeasedNode; n++ {
			if ok, err := lease(tx, NodeName(n), holder, NodeLease); ok || err != nil {
				return err
			}
		}
		return ErrNoNode
	})
	if err != nil {
		return 0, fmt.Errorf("lease a node number: %w", err)
	}
	return n, nil
}

// Node is a process that has or had a node number.
type Node struct {
	Number int
	Holder string // tells it from every other process
	Held   bool   // false once it gave the number back, or did not renew it in time
}

// Nodes are, for each node number that was ever leased, the last process to have
// it.
func (d *DB) Nodes(ctx context.Context) ([]Node, error) {
	nodes, err := All(d.Read(ctx), func(row Row) (n Node, err error) {
		var name string
		if err = row.Scan(&name, &n.Holder, &n.Held); err == nil {
			n.Number, err = strconv.Atoi(strings.TrimPrefix(name, nodePrefix))
		}
		return n, err
	}, `SELECT name, holder, until > `+clock(d.engine)+` FROM lease WHERE substr(name, 1, 5) = 'node/' ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("read which nodes there are: %w", err)
	}
	return nodes, nil
}

// NodeName is the name under which a node number is leased.
func NodeName(n int) string { return nodePrefix + strconv.Itoa(n) }

const nodePrefix = "node/"

// clock is the database's own, in milliseconds.
func clock(e Engine) string {
	if e == Postgres {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
	}
	return "CAST(unixepoch('subsec') * 1000 AS BIGINT)"
}

func lease(tx *Tx, name, holder string, dur time.Duration) (bool, error) {
	now := clock(tx.Engine())
	res, err := tx.Exec(`INSERT INTO lease (name, holder, until) VALUES ($1, $2, `+now+` + $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE lease.holder = excluded.holder OR lease.until <= `+now, name, holder, dur.Milliseconds())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
