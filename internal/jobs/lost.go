package jobs

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/db"
)

// A node that works jobs holds a lease in its own name, so that the others know
// the jobs of one that was killed from those that take long. It is PostgreSQL's
// alone: on SQLite there is only one process, see recover.

const (
	clientPrefix = "goodturn-"
	lostPrefix   = "jobs/"
	lostAfter    = 20 * time.Second // of silence; a node says four times as often that it lives
)

// here says that this node lives.
func (j *Jobs) here(ctx context.Context) error {
	_, err := j.d.Lease(ctx, lostPrefix+j.holder, j.holder, lostAfter)
	return err
}

// renew is here again and again, where there are jobs and other nodes.
func (j *Jobs) renew(ctx context.Context) error {
	if j.handled == 0 || j.d.Engine() != db.Postgres {
		return nil
	}
	return j.here(ctx)
}

// giveBack makes the jobs available that nodes held which live no more. A node
// that could not renew its lease in time may have its jobs run twice, which they
// must bear anyway.
func (j *Jobs) giveBack(ctx context.Context) error {
	err := j.d.Update(ctx, func(tx *db.Tx) error {
		const now = `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`
		_, err := tx.Exec(`UPDATE river_job SET state = 'available' WHERE state = 'running' AND NOT EXISTS (
			SELECT 1 FROM lease WHERE until > `+now+` AND name = $1 || substr(attempted_by[array_upper(attempted_by, 1)], $2))`,
			lostPrefix, len(clientPrefix)+1)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM lease WHERE substr(name, 1, $1) = $2 AND until <= `+now, len(lostPrefix), lostPrefix)
		return err
	})
	if err != nil {
		return fmt.Errorf("give back the jobs of lost nodes: %w", err)
	}
	return nil
}
