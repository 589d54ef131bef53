package act

import (
	"context"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

const (
	rerootAtOnce = 500 // acts beneath that follow in the causing transaction
	rerootBatch  = 256 // parents a step
)

// rerootArgs is the job that brings a large subtree to its new root.
type rerootArgs struct {
	Act, Movement id.ID
	Roots         []id.ID
}

// Kind names the job.
func (rerootArgs) Kind() string { return "act_reroot" }

// rerootSoon brings what is beneath a to a's root and generation: a small
// subtree at once, a large one by a job. Each step takes the values from the
// parents' rows as they are then, so steps of several such changes in one tree
// may come in any order, and again.
func (s *Service) rerootSoon(tx *db.Tx, a *Act, left id.ID) error {
	args := rerootArgs{Act: a.ID, Movement: a.MovementID, Roots: []id.ID{left, a.Root}}
	next, done := []id.ID{a.ID}, 0
	for len(next) > 0 && done <= rerootAtOnce {
		step := next[:min(len(next), rerootBatch)]
		children, err := rerootStep(tx, step)
		if err != nil {
			return err
		}
		next = append(next[len(step):], children...)
		done += len(children)
	}
	if len(next) > 0 {
		return s.jobs.Enqueue(tx, args)
	}
	return s.rerooted(tx, args)
}

func (s *Service) rerooted(tx *db.Tx, args rerootArgs) error {
	return event.Emit(s.hub, tx, Rerooted{ActID: args.Act, MovementID: args.Movement, Roots: args.Roots})
}

// reroot works through the whole subtree from its top, however far an earlier
// run came, a bounded step a transaction.
func (s *Service) reroot(ctx context.Context, args rerootArgs) error {
	next := []id.ID{args.Act}
	for len(next) > 0 {
		step := next[:min(len(next), rerootBatch)]
		var children []id.ID
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			children, err = rerootStep(tx, step)
			return err
		})
		if err != nil {
			return fmt.Errorf("bring the acts beneath %s to their root: %w", args.Act, err)
		}
		next = append(next[len(step):], children...)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.rerooted(tx, args) })
}

// rerootStep gives the children of parents their parents' root, and the
// generation after. The parents' rows are held meanwhile, so that a child that
// is just being added waits and then sees them.
func rerootStep(tx *db.Tx, parents []id.ID) (children []id.ID, err error) {
	if tx.Engine() == db.Postgres {
		in, args := db.In(1, parents)
		held, err := db.All(tx, scanID, "SELECT id FROM act WHERE id IN "+in+" ORDER BY id FOR UPDATE", args...)
		if err != nil || len(held) == 0 {
			return nil, err
		}
	}
	in, args := db.In(1, parents)
	q := `UPDATE act SET root_id = p.root_id, generation = p.generation + 1 FROM act AS p
		WHERE act.parent_id = p.id AND act.movement_id IS NOT DISTINCT FROM p.movement_id AND p.id IN ` + in + ` RETURNING act.id`
	children, err = db.All(tx, scanID, q, args...)
	if err != nil {
		return nil, fmt.Errorf("give %d acts' children their root: %w", len(parents), err)
	}
	return children, nil
}

func scanID(row db.Row) (i id.ID, err error) {
	err = row.Scan(&i)
	return i, err
}
