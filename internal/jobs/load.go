package jobs

import (
	"context"
	"fmt"

	"goodturn/internal/db"
)

// Load is how much there is to do, on all nodes together.
type Load struct {
	Due      int64 // jobs that wait for a worker
	Retrying int64 // that failed, and wait to be tried again
	GivenUp  int64 // that failed as often as they may, in the last days
	Mails    int64 // of those due or retrying, the ones that send mails
}

// Load counts the jobs that are not done.
func (j *Jobs) Load(ctx context.Context) (l Load, err error) {
	_, err = db.All(j.d.Read(ctx), func(row db.Row) (x struct{}, err error) {
		var state, queue string
		var n int64
		if err := row.Scan(&state, &queue, &n); err != nil {
			return x, err
		}
		switch state {
		case "available":
			l.Due += n
		case "retryable":
			l.Retrying += n
		default:
			l.GivenUp += n
		}
		if queue == Mail.Name && state != "discarded" {
			l.Mails += n
		}
		return x, nil
	}, `SELECT CAST(state AS TEXT), queue, count(*) FROM river_job WHERE state IN ('available', 'retryable', 'discarded') GROUP BY state, queue`)
	if err != nil {
		return l, fmt.Errorf("count jobs: %w", err)
	}
	return l, nil
}

// SweepFailures is how often a sweep failed on this node since it started, whether
// or not it was logged again.
func (j *Jobs) SweepFailures() int64 { return j.sweepsFailed.Load() }
