package ripple

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

// What is due to be folded.
const (
	dueNew  = "new"  // an act is to be counted above it
	dueGone = "gone" // an act lost its doer
	dueTree = "tree" // a tree changed its shape: act_id is its root
)

// foldBatch bounds what one transaction of a fold writes.
const foldBatch = 256

// errFoldedElsewhere ends a fold whose work another node did: its lease ran out.
var errFoldedElsewhere = errors.New("another node folded the same acts")

// Folded is emitted when what was moved in a movement changed, for those who
// are looking at it.
type Folded struct{ MovementID id.ID }

func due(tx *db.Tx, what string, actID, doerID, movementID id.ID) error {
	_, err := tx.Exec("INSERT INTO ripple_due (what, act_id, doer_id, movement_id) VALUES ($1, $2, $3, $4)",
		what, actID, int64(doerID), movementID)
	if err != nil {
		return fmt.Errorf("note that the ripple of act %s changed: %w", actID, err)
	}
	return nil
}

type dueRow struct {
	id                    int64
	what                  string
	act, doer, movementID id.ID
}

func scanDue(row db.Row) (d dueRow, err error) {
	err = row.Scan(&d.id, &d.what, &d.act, &d.doer, &d.movementID)
	return d, err
}

// Fold counts what is due above each act, a batch at a time, until nothing is
// left. One node folds at a time; should two meet, one of them gives up.
func (s *Service) Fold(ctx context.Context) error {
	for {
		batch, err := db.All(s.d.Read(ctx), scanDue, fmt.Sprintf(
			"SELECT id, what, act_id, doer_id, movement_id FROM ripple_due ORDER BY id LIMIT %d", foldBatch))
		if err != nil {
			return fmt.Errorf("read what is due: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		if err := s.foldBatch(ctx, batch); err != nil {
			return fmt.Errorf("fold %d changes of ripples: %w", len(batch), err)
		}
	}
}

// Sweep is Fold by the clock. What another process folds at the same moment, such as a
// command beside this one, is done.
func (s *Service) Sweep(ctx context.Context) error {
	err := s.Fold(ctx)
	if errors.Is(err, errFoldedElsewhere) {
		return nil
	}
	return err
}

// foldBatch folds up to the first changed tree, or that tree alone.
func (s *Service) foldBatch(ctx context.Context, batch []dueRow) error {
	if i := slices.IndexFunc(batch, func(d dueRow) bool { return d.what == dueTree }); i == 0 {
		return s.foldTree(ctx, batch[0])
	} else if i > 0 {
		batch = batch[:i]
	}
	f := &fold{r: s.d.Read(ctx), nodes: map[id.ID]node{}, posts: map[id.ID]id.ID{}, change: map[id.ID]Moved{}}
	if err := f.run(batch); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := finishDue(tx, batch); err != nil {
			return err
		}
		if err := f.write(tx); err != nil {
			return err
		}
		return s.stale(tx, batch)
	})
}

func finishDue(tx *db.Tx, batch []dueRow) error {
	ids := make([]id.ID, len(batch))
	for i, d := range batch {
		ids[i] = id.ID(d.id)
	}
	in, args := db.In(1, ids)
	res, err := tx.Exec("DELETE FROM ripple_due WHERE id IN "+in, args...)
	if err != nil {
		return fmt.Errorf("take from what is due: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != int64(len(batch)) {
		return errors.Join(err, errFoldedElsewhere)
	}
	return nil
}

// stale marks the movements' measures, and tells who is looking.
func (s *Service) stale(tx *db.Tx, batch []dueRow) error {
	told := map[id.ID]bool{0: true}
	for _, d := range batch {
		if told[d.movementID] {
			continue
		}
		told[d.movementID] = true
		_, err := tx.Exec(`INSERT INTO ripple_measure (movement_id, computed_at, stale_since, measure) VALUES ($1, 0, $2, '')
			ON CONFLICT (movement_id) DO UPDATE SET stale_since = COALESCE(ripple_measure.stale_since, excluded.stale_since)`,
			d.movementID, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("mark the measures of movement %s: %w", d.movementID, err)
		}
		if err := event.Emit(s.hub, tx, Folded{MovementID: d.movementID}); err != nil {
			return err
		}
	}
	return nil
}

// node is an act as a fold sees it.
type node struct {
	parent id.ID // in the same movement; 0 for a root
	via    id.ID // a post, or 0
	doer   id.ID // 0 once it is folded that the act was withdrawn
}

// nodeColumns read a node. What lies in another movement is not above. Until
// it is folded that an act lost its doer, it has them still.
const nodeColumns = `CASE WHEN generation > 0 THEN parent_id END,
	CASE WHEN via_kind = 'post' AND (generation > 0 OR parent_id IS NULL) THEN via_id END,
	COALESCE((SELECT MAX(g.doer_id) FROM ripple_due AS g WHERE g.act_id = act.id AND g.what = 'gone'), doer_id)`

// fold is one batch. What it read may be older than what is in the tables; an
// act that came or went since is due itself, and is counted then.
type fold struct {
	r      db.Reader
	nodes  map[id.ID]node
	posts  map[id.ID]id.ID // author by post; a deleted one is absent
	change map[id.ID]Moved
}

func (f *fold) run(batch []dueRow) error {
	acts := make([]id.ID, len(batch))
	for i, d := range batch {
		acts[i] = d.act
	}
	if err := f.load(acts); err != nil {
		return err
	}
	others, err := f.otherActs(batch)
	if err != nil {
		return err
	}
	for _, d := range batch {
		mine := others[d.doer]
		if d.what == dueNew {
			f.add(d, mine)
			if d.doer != 0 {
				others[d.doer] = append(mine, d.act)
			}
			continue
		}
		mine = slices.DeleteFunc(mine, func(a id.ID) bool { return a == d.act })
		others[d.doer] = mine
		f.remove(d, mine)
	}
	return nil
}

// add counts a new act above it, and its doer where no earlier act of theirs
// lies beneath.
func (f *fold) add(d dueRow, others []id.ID) {
	known := f.above(others)
	for _, up := range f.path(d.act) {
		m := f.change[up]
		m.Acts++
		if d.doer != 0 && d.doer != f.author(up) && !known[up] {
			m.People++
		}
		f.change[up] = m
	}
}

// remove counts a doer no longer where none of their other acts lies beneath.
// The act itself still counts, as someone. It no longer has an author: what
// they did beneath it is now done by somebody else than its author.
func (f *fold) remove(d dueRow, others []id.ID) {
	known := f.above(others)
	for _, up := range f.path(d.act) {
		if d.doer != 0 && d.doer != f.author(up) && !known[up] {
			m := f.change[up]
			m.People--
			f.change[up] = m
		}
	}
	if d.doer != 0 && known[d.act] {
		m := f.change[d.act]
		m.People++
		f.change[d.act] = m
	}
	n := f.nodes[d.act]
	n.doer = 0
	f.nodes[d.act] = n
}

// author of an act or a post; 0 if it has none any longer.
func (f *fold) author(i id.ID) id.ID {
	if n, ok := f.nodes[i]; ok {
		return n.doer
	}
	return f.posts[i]
}

// path is what lies above an act, from the nearest on: the post it came
// through, its parent, the post that one came through, and so on.
func (f *fold) path(a id.ID) []id.ID {
	var up []id.ID
	for a != 0 {
		n := f.nodes[a]
		if _, live := f.posts[n.via]; live {
			up = append(up, n.via)
		}
		if n.parent != 0 {
			up = append(up, n.parent)
		}
		a = n.parent
	}
	return up
}

// above is all that lies above any of the acts. Each walk ends where an
// earlier one has been.
func (f *fold) above(acts []id.ID) map[id.ID]bool {
	seen := map[id.ID]bool{}
	for _, a := range acts {
		for a != 0 {
			n := f.nodes[a]
			if _, live := f.posts[n.via]; live {
				seen[n.via] = true
			}
			if n.parent == 0 || seen[n.parent] {
				break
			}
			seen[n.parent] = true
			a = n.parent
		}
	}
	return seen
}

// load reads acts and all that lies above them, a level at a time.
func (f *fold) load(acts []id.ID) error {
	type row struct {
		id id.ID
		node
	}
	for len(acts) > 0 {
		in, args := db.In(1, acts)
		rows, err := db.All(f.r, func(r db.Row) (n row, err error) {
			err = r.Scan(&n.id, &n.parent, &n.via, &n.doer)
			return n, err
		}, "SELECT id, "+nodeColumns+" FROM act WHERE id IN "+in, args...)
		if err != nil {
			return fmt.Errorf("read acts above: %w", err)
		}
		var posts []id.ID
		acts = nil
		for _, n := range rows {
			f.nodes[n.id] = n.node
			if n.via != 0 {
				posts = append(posts, n.via)
			}
			if _, have := f.nodes[n.parent]; n.parent != 0 && !have && !slices.Contains(acts, n.parent) {
				acts = append(acts, n.parent)
			}
		}
		if err := f.loadAuthors(posts); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) loadAuthors(posts []id.ID) error {
	if len(posts) == 0 {
		return nil
	}
	in, args := db.In(1, posts)
	_, err := db.All(f.r, func(r db.Row) (_ struct{}, err error) {
		var post, author id.ID
		err = r.Scan(&post, &author)
		f.posts[post] = author
		return struct{}{}, err
	}, "SELECT id, account_id FROM post WHERE id IN "+in, args...)
	if err != nil {
		return fmt.Errorf("read posts above: %w", err)
	}
	return nil
}

// otherActs are those acts of the batch's doers that are counted already: not
// due as new, and live or due as gone. They are read in one statement, so that
// none is between two states.
func (f *fold) otherActs(batch []dueRow) (map[id.ID][]id.ID, error) {
	others := map[id.ID][]id.ID{}
	var doers []id.ID
	for _, d := range batch {
		if d.doer != 0 && !slices.Contains(doers, d.doer) {
			doers = append(doers, d.doer)
		}
	}
	in, args := db.In(1, doers)
	inAgain, more := db.In(1+len(args), doers)
	var acts []id.ID
	_, err := db.All(f.r, func(r db.Row) (_ struct{}, err error) {
		var doer, a id.ID
		err = r.Scan(&doer, &a)
		others[doer] = append(others[doer], a)
		acts = append(acts, a)
		return struct{}{}, err
	}, `SELECT doer_id, id FROM act WHERE state = 'live' AND doer_id IN `+in+`
			AND NOT EXISTS (SELECT 1 FROM ripple_due WHERE act_id = act.id AND what = 'new')
		UNION
		SELECT doer_id, act_id FROM ripple_due WHERE what = 'gone' AND doer_id IN `+inAgain+`
			AND NOT EXISTS (SELECT 1 FROM ripple_due AS n WHERE n.act_id = ripple_due.act_id AND n.what = 'new')
		ORDER BY 2`, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read what else the doers did: %w", err)
	}
	acts = slices.DeleteFunc(acts, func(a id.ID) bool { _, have := f.nodes[a]; return have })
	return others, f.load(acts)
}

// write adds the changes, in the order of ids so that nodes never wait for
// each other in a circle.
func (f *fold) write(tx *db.Tx) error {
	subjects := make([]id.ID, 0, len(f.change))
	for i, m := range f.change {
		if m != (Moved{}) {
			subjects = append(subjects, i)
		}
	}
	slices.Sort(subjects)
	for _, i := range subjects {
		m := f.change[i]
		_, err := tx.Exec(`INSERT INTO moved (subject_id, acts, people, under) VALUES ($1, $2, $3, `+underOf("$4")+`)
			ON CONFLICT (subject_id) DO UPDATE SET acts = moved.acts + excluded.acts, people = moved.people + excluded.people`,
			i, m.Acts, m.People, i)
		if err != nil {
			return fmt.Errorf("count what %s moved: %w", i, err)
		}
	}
	return nil
}

// underOf is what a subject of moved hangs under, as SQL: its parent, or its movement
// if it is a first act; NULL for a post.
func underOf(subject string) string {
	return "(SELECT CASE WHEN generation > 0 THEN parent_id ELSE movement_id END FROM act WHERE act.id = " + subject + ")"
}

// hang has an act be found under its new parent, or as a first act.
func hang(tx *db.Tx, actID id.ID) error {
	if _, err := tx.Exec("UPDATE moved SET under = "+underOf("moved.subject_id")+" WHERE subject_id = $1", actID); err != nil {
		return fmt.Errorf("hang act %s where it belongs: %w", actID, err)
	}
	return nil
}
