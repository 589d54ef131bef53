package ripple

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/ripple/measure"
	"goodturn/internal/tally"
)

// Measure is a movement's ripple in numbers. The counts are exact as of now;
// what is beneath them is as of ComputedAt.
type Measure struct {
	Acts           int64
	People         int64
	Generations    int
	ByGeneration   []int64                 // index 0: the first acts
	Reproduction   *measure.Estimate       // nil while no act is older than Window
	Serial         *measure.SerialInterval // nil without a child
	AnsweredInTime *float64                // nil under ten nominations that are due
	Window         time.Duration
	ComputedAt     time.Time // zero: not yet
}

// stored is what a refresh keeps.
type stored struct {
	Reproduction *measure.Estimate       `json:"reproduction"`
	Serial       *measure.SerialInterval `json:"serial"`
	WindowMillis int64                   `json:"window_ms"`
	TookMillis   int64                   `json:"took_ms"`
	InTime       *float64                `json:"in_time"`
}

// Measure reads a movement's ripple in numbers.
func (s *Service) Measure(ctx context.Context, movement id.ID) (*Measure, error) {
	r := s.d.Read(ctx)
	counts, err := tally.Of(r, []id.ID{movement})
	if err != nil {
		return nil, err
	}
	c := counts[movement]
	m := &Measure{Acts: c[call.TallyActs], People: c[call.TallyPeople], ByGeneration: byGeneration(c)}
	m.Generations = len(m.ByGeneration)
	kept, at, err := readStored(r, movement)
	if err != nil {
		return nil, err
	}
	m.Reproduction, m.Serial, m.AnsweredInTime, m.ComputedAt = kept.Reproduction, kept.Serial, kept.InTime, at
	m.Window = time.Duration(kept.WindowMillis) * time.Millisecond
	if at.IsZero() {
		m.Window, err = window(r, movement)
	}
	return m, err
}

func readStored(r db.Reader, movement id.ID) (kept stored, at time.Time, err error) {
	var ms int64
	var text string
	err = r.QueryRow("SELECT computed_at, measure FROM ripple_measure WHERE movement_id = $1", movement).Scan(&ms, &text)
	if errors.Is(err, sql.ErrNoRows) || err == nil && text == "" {
		return stored{}, time.Time{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &kept)
	}
	if err != nil {
		return stored{}, time.Time{}, fmt.Errorf("read the measures of movement %s: %w", movement, err)
	}
	return kept, db.Time(ms), nil
}

const (
	// refreshShare bounds what refreshing costs: a movement whose measures took
	// t is not measured again within refreshShare × t.
	refreshShare = 20
	// refreshAge is when measures are taken anew though no act came: acts grow
	// older than the window by themselves.
	refreshAge = time.Hour
	// refreshMost is how many movements one sweep looks at.
	refreshMost = 100
)

// Refresh measures the movements whose acts changed, those that wait longest
// first.
func (s *Service) Refresh(ctx context.Context) error {
	now := s.now()
	type waiting struct {
		movement id.ID
		computed int64
		text     string
	}
	rows, err := db.All(s.d.Read(ctx), func(row db.Row) (w waiting, err error) {
		err = row.Scan(&w.movement, &w.computed, &w.text)
		return w, err
	}, fmt.Sprintf(`SELECT movement_id, computed_at, measure FROM ripple_measure WHERE stale_since IS NOT NULL OR computed_at < $1
		ORDER BY COALESCE(stale_since, computed_at), movement_id LIMIT %d`, refreshMost), db.Millis(now.Add(-refreshAge)))
	if err != nil {
		return fmt.Errorf("find movements to measure: %w", err)
	}
	for _, w := range rows {
		var kept stored
		if w.text != "" {
			if err := json.Unmarshal([]byte(w.text), &kept); err != nil {
				return fmt.Errorf("read the measures of movement %s: %w", w.movement, err)
			}
		}
		if db.Millis(now)-w.computed < refreshShare*kept.TookMillis {
			continue
		}
		if err := s.refresh(ctx, w.movement, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) refresh(ctx context.Context, movement id.ID, now time.Time) error {
	r := s.d.Read(ctx)
	w, err := window(r, movement)
	if err != nil {
		return err
	}
	walk := walk{movement: movement, now: db.Millis(now), w: w.Milliseconds(), atOnce: walkAtOnce}
	if err := walk.observe(ctx, s.d); err != nil {
		return fmt.Errorf("measure movement %s: %w", movement, err)
	}
	kept := stored{WindowMillis: w.Milliseconds(), TookMillis: walk.busy.Milliseconds(), Serial: walk.serial()}
	// The movement is the seed: the same acts give the same interval.
	if e, ok := walk.offspring.Reproduction(rand.New(rand.NewPCG(uint64(movement), 1))); ok {
		kept.Reproduction = &e
	}
	if kept.InTime, err = s.acts.AnsweredInTime(ctx, movement); err != nil {
		return err
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("write the measures of movement %s: %w", movement, err)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE ripple_measure SET computed_at = $1, measure = $2,
			stale_since = CASE WHEN stale_since > $3 THEN stale_since END WHERE movement_id = $4`,
			db.Millis(now), string(text), db.Millis(now), movement)
		if err != nil {
			return fmt.Errorf("keep the measures of movement %s: %w", movement, err)
		}
		return nil
	})
}

// A walk reads so many acts at a time, each by a statement of its own, and
// between two it rests for so many times as long: a snapshot held for seconds
// would keep SQLite's log growing, and a walk without a rest a processor busy.
const (
	walkAtOnce = 5000
	walkRest   = 3
)

// walk is what R and the serial interval of a movement rest on, of acts at least
// w old at now what came within w of them (both in milliseconds; see
// measure.Observe). It keeps no acts, so that a ripple of a million costs time
// and no memory.
type walk struct {
	movement id.ID
	now, w   int64
	atOnce   int // walkAtOnce, but for tests

	offspring    measure.Offspring
	settled, all measure.Intervals
	busy         time.Duration

	of       parent // the act whose children come
	children int
}

type parent struct {
	id, root id.ID
	at       int64
}

// observe walks over all acts. What comes meanwhile may be missed: it is too
// young to count, or has the measures taken again.
func (w *walk) observe(ctx context.Context, d *db.DB) error {
	for {
		began, after := time.Now(), w.of.id
		n, err := w.some(d.Read(ctx), after)
		if err != nil {
			return err
		}
		took := time.Since(began)
		w.busy += took
		if n < w.atOnce {
			w.leave()
			return nil
		}
		select {
		case <-time.After(walkRest * took):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// some walks over the acts that come after one, with all their children, and
// says how many acts it looked for.
func (w *walk) some(r db.Reader, after id.ID) (n int, err error) {
	rows, err := r.Query(`SELECT p.id, p.root_id, p.done_at, c.done_at
		FROM (SELECT id, root_id, done_at FROM act WHERE movement_id = $1 AND id > $2 AND state <> 'staging' ORDER BY id LIMIT $3) AS p
		LEFT JOIN act AS c ON c.parent_id = p.id AND c.generation > 0 AND c.state <> 'staging'
		ORDER BY p.id`, w.movement, int64(after), w.atOnce)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p parent
		var child sql.NullInt64
		if err := rows.Scan(&p.id, &p.root, &p.at, &child); err != nil {
			return 0, err
		}
		if p.id != w.of.id {
			n++
			w.leave()
			w.of, w.children = p, 0
		}
		if child.Valid {
			w.child(child.Int64 - p.at)
		}
	}
	return n, rows.Err()
}

// child takes in a child of the act, so many milliseconds younger.
func (w *walk) child(after int64) {
	if after <= w.w {
		w.children++
	}
	if after < 0 {
		return
	}
	w.all.Add(after)
	if w.old() && after <= w.w {
		w.settled.Add(after)
	}
}

func (w *walk) old() bool { return w.of.at <= w.now-w.w }

// leave takes in the act whose children have all come.
func (w *walk) leave() {
	if w.of.id != 0 && w.old() {
		w.offspring.Add(int64(w.of.root), w.children, 1)
	}
}

// settledLeast is from how many children on the serial interval is taken from
// settled acts alone.
const settledLeast = 30

// serial is the time from an act to its child. In a growing ripple the slow
// children of younger acts have not come yet, which would make it too short, so
// it is of settled acts; while their children are few, of all so far.
func (w *walk) serial() *measure.SerialInterval {
	for _, v := range []*measure.Intervals{&w.settled, &w.all} {
		if si, ok := v.Serial(); ok && (v == &w.all || si.Intervals >= settledLeast) {
			return &si
		}
	}
	return nil
}
