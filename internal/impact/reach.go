package impact

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/axiomhq/hyperloglog"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// flushBatch is how many sketches one transaction writes.
const flushBatch = 32

// Flush writes what was seen into the database. What cannot be written is kept
// for the next time.
func (s *Service) Flush(ctx context.Context) error {
	left, lost := s.views.take()
	if lost > 0 {
		s.log.Warn("impact: more was seen than there is room for until it is written", "views", lost)
	}
	cells := make([]cell, 0, len(left))
	for c := range left {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.day, b.day)) // one order, for PostgreSQL's locks
	})
	for batch := range slices.Chunk(cells, flushBatch) {
		err := s.d.Update(ctx, func(tx *db.Tx) error { return s.write(tx, batch, left) })
		if err != nil {
			if e := s.views.give(left); e != nil {
				return e
			}
			return fmt.Errorf("write reach: %w", err)
		}
		for _, c := range batch {
			delete(left, c)
		}
	}
	return nil
}

// write merges a batch into the rows. It does not change the sketches, since it
// may be run again.
func (s *Service) write(tx *db.Tx, cells []cell, sketches map[cell]*hyperloglog.Sketch) error {
	there, err := existing(tx, cells)
	if err != nil {
		return err
	}
	lock := ""
	if tx.Engine() == db.Postgres {
		lock = " FOR UPDATE"
	}
	for _, c := range cells {
		if !there[c.subject] {
			continue
		}
		data, err := encode(sketches[c].Clone())
		if err != nil {
			return err
		}
		res, err := tx.Exec(`INSERT INTO reach (subject_id, day, sketch) VALUES ($1, $2, $3) ON CONFLICT (subject_id, day) DO NOTHING`,
			c.subject, c.day, data)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == 1 {
			continue
		}
		var stored []byte
		err = tx.QueryRow(`SELECT sketch FROM reach WHERE subject_id = $1 AND day = $2`+lock, c.subject, c.day).Scan(&stored)
		if err != nil {
			return err
		}
		merged := &hyperloglog.Sketch{}
		if err := merged.UnmarshalBinary(stored); err != nil {
			s.log.Error("impact: a day's reach cannot be read and is begun anew", "subject", c.subject, "day", c.day, "err", err)
		}
		if err := merged.Merge(sketches[c]); err != nil {
			return err
		}
		if data, err = encode(merged); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE reach SET sketch = $1 WHERE subject_id = $2 AND day = $3`, data, c.subject, c.day); err != nil {
			return err
		}
	}
	return nil
}

// encode compacts a sketch and gives its bytes.
func encode(s *hyperloglog.Sketch) ([]byte, error) {
	s.Estimate()
	return s.MarshalBinary()
}

// existing are those subjects that are there: one that was deleted meanwhile is
// not to come back.
func existing(tx *db.Tx, cells []cell) (map[id.ID]bool, error) {
	ids := make([]id.ID, len(cells))
	for i, c := range cells {
		ids[i] = c.subject
	}
	posts, args := db.In(1, ids)
	movements, more := db.In(1+len(args), ids)
	found, err := db.All(tx, func(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) },
		`SELECT id FROM post WHERE id IN `+posts+` UNION ALL SELECT id FROM movement WHERE id IN `+movements, append(args, more...)...)
	if err != nil {
		return nil, err
	}
	there := make(map[id.ID]bool, len(found))
	for _, i := range found {
		there[i] = true
	}
	return there, nil
}

// days are UTC days, both ends included.
type days struct{ from, to int64 }

// span is a subject over some days.
type span struct {
	subject id.ID
	days
}

// Reach estimates how many distinct viewers each of the subjects had on the UTC
// days from one moment to another, within some 1 %. Somebody who is not signed
// in is another one each day. It may be some ten seconds old.
func (s *Service) Reach(ctx context.Context, subjects []id.ID, from, to time.Time) (map[id.ID]int64, error) {
	asked := days{dayOf(from), dayOf(to)}
	keys := make([]span, len(subjects))
	for i, subject := range subjects {
		keys[i] = span{subject, asked}
	}
	found, err := s.reach.Many(ctx, keys)
	if err != nil {
		return nil, err
	}
	reach := make(map[id.ID]int64, len(found))
	for key, n := range found {
		reach[key.subject] = n
	}
	return reach, nil
}

func (s *Service) loadReach(ctx context.Context, keys []span) (map[span]int64, error) {
	together := map[days][]id.ID{}
	for _, key := range keys {
		together[key.days] = append(together[key.days], key.subject)
	}
	reach := make(map[span]int64, len(keys))
	for asked, subjects := range together {
		union := map[id.ID]*hyperloglog.Sketch{}
		in, args := db.In(1, subjects)
		args = append(args, asked.from, asked.to)
		_, err := db.All(s.d.Read(ctx), func(r db.Row) (struct{}, error) { return struct{}{}, mergeInto(union, r) },
			fmt.Sprintf(`SELECT subject_id, sketch FROM reach WHERE subject_id IN %s AND day >= $%d AND day <= $%d`, in, len(args)-1, len(args)),
			args...)
		if err != nil {
			return nil, fmt.Errorf("read reach: %w", err)
		}
		for _, subject := range subjects {
			n := int64(0)
			if sketch := union[subject]; sketch != nil {
				n = int64(sketch.Estimate())
			}
			reach[span{subject, asked}] = n
		}
	}
	return reach, nil
}

func mergeInto(union map[id.ID]*hyperloglog.Sketch, r db.Row) error {
	var subject id.ID
	var data []byte
	if err := r.Scan(&subject, &data); err != nil {
		return err
	}
	day := &hyperloglog.Sketch{}
	if err := day.UnmarshalBinary(data); err != nil {
		return err
	}
	if union[subject] == nil {
		union[subject] = day
		return nil
	}
	return union[subject].Merge(day)
}
