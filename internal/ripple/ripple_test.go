package ripple

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/bus"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/tally"
)

// forest writes acts and posts straight into the tables, as package act would
// have left them, and remembers them.
type forest struct {
	t     *testing.T
	d     *db.DB
	s     *Service
	rng   *rand.Rand
	ids   *id.Source
	acts  []leaf
	posts map[id.ID]id.ID // author
	about map[id.ID]id.ID // the act that a post tells of
}

const testMovement = id.ID(7)

func newForest(t *testing.T, d *db.DB, seed uint64) *forest {
	t.Helper()
	b, err := bus.Open(bus.Config{})
	if err != nil {
		t.Fatal(err)
	}
	hub := event.New(b, 0, nil)
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &forest{t: t, d: d, s: New(d, hub, time.Now, nil), rng: rand.New(rand.NewPCG(seed, 0)),
		ids: id.NewSource(0, time.Now), posts: map[id.ID]id.ID{}, about: map[id.ID]id.ID{}}
}

func (f *forest) update(do func(tx *db.Tx) error) {
	f.t.Helper()
	if err := f.d.Update(context.Background(), do); err != nil {
		f.t.Fatal(err)
	}
}

// post is by an author, and tells of an act unless about is 0.
func (f *forest) post(author, about id.ID) id.ID {
	f.t.Helper()
	p := f.ids.New()
	f.update(func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO post (id, account_id, visibility, thread, created_at) VALUES ($1, $2, 'public', $3, 0)", p, author, p)
		return err
	})
	f.posts[p], f.about[p] = author, about
	return p
}

// act is done by doer after parent (0: none), through a post (0: none).
func (f *forest) act(doer, parent, via id.ID) id.ID {
	f.t.Helper()
	a := leaf{id: f.ids.New(), node: node{parent: parent, via: via, doer: doer}, counted: true}
	e := act.Done{ActID: a.id, DoerID: doer, MovementID: testMovement, Parent: parent, Root: a.id}
	viaKind := ""
	if via != 0 {
		viaKind = "post"
	}
	f.update(func(tx *db.Tx) error {
		if parent != 0 {
			if err := tx.QueryRow("SELECT root_id, generation + 1 FROM act WHERE id = $1", parent).Scan(&e.Root, &e.Generation); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO act (id, doer_id, movement_id, kind, done_at, created_at, unit, quantity, visibility, parent_id, via_kind, via_id, root_id, generation)
			VALUES ($1, $2, $3, 'deed', $4, $5, 'deeds', 1, 'public', $6, $7, $8, $9, $10)`,
			a.id, doer, testMovement, db.Millis(a.id.Time()), db.Millis(a.id.Time()), parent, viaKind, via, e.Root, e.Generation)
		if err != nil {
			return err
		}
		return f.s.OnDone(tx, e)
	})
	f.acts = append(f.acts, a)
	return a.id
}

func (f *forest) withdraw(i int) {
	f.t.Helper()
	a := &f.acts[i]
	if a.doer == 0 {
		return
	}
	f.update(func(tx *db.Tx) error {
		if _, err := tx.Exec("UPDATE act SET state = 'withdrawn', doer_id = 0 WHERE id = $1", a.id); err != nil {
			return err
		}
		return f.s.OnWithdrawn(tx, act.Withdrawn{ActID: a.id, DoerID: a.doer, MovementID: testMovement})
	})
	a.doer = 0
}

// uproot removes what inspired an act, and gives all beneath it their new root.
func (f *forest) uproot(i int) {
	f.t.Helper()
	a := &f.acts[i]
	old := a.node
	a.parent, a.via = 0, 0
	f.update(func(tx *db.Tx) error {
		var root id.ID
		if err := tx.QueryRow("SELECT root_id FROM act WHERE id = $1", a.id).Scan(&root); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE act SET parent_id = NULL, via_kind = '', via_id = NULL WHERE id = $1", a.id); err != nil {
			return err
		}
		_, err := tx.Exec(`WITH RECURSIVE below (id, generation) AS (
				SELECT id, 0 FROM act WHERE id = $1
				UNION ALL SELECT c.id, below.generation + 1 FROM below JOIN act AS c ON c.parent_id = below.id
			) UPDATE act SET root_id = $2, generation = below.generation FROM below WHERE act.id = below.id`, a.id, a.id)
		if err != nil {
			return err
		}
		e := act.Resourced{ActID: a.id, MovementID: testMovement, OldParent: old.parent}
		if old.parent != 0 {
			e.OldGeneration = 1
		}
		if old.via != 0 {
			e.OldVia = act.Source{Kind: act.FromPost, ID: old.via}
		}
		if err := f.s.OnResourced(tx, e); err != nil {
			return err
		}
		return f.s.OnRerooted(tx, act.Rerooted{ActID: a.id, MovementID: testMovement, Roots: []id.ID{root, a.id}})
	})
}

// grow adds a random act by one of a few doers, so that many do several.
func (f *forest) grow(doers int) {
	doer := id.ID(1_000 + f.rng.IntN(doers))
	if len(f.acts) == 0 || f.rng.IntN(6) == 0 {
		var via id.ID
		if f.rng.IntN(2) == 0 {
			for p, about := range f.about {
				if about == 0 {
					via = p
				}
			}
			if via == 0 || f.rng.IntN(3) == 0 {
				via = f.post(id.ID(1_000+f.rng.IntN(doers)), 0)
			}
		}
		f.act(doer, 0, via)
		return
	}
	parent := f.acts[f.rng.IntN(len(f.acts))]
	var via id.ID
	if parent.doer != 0 && f.rng.IntN(3) == 0 {
		for p, about := range f.about {
			if about == parent.id {
				via = p
			}
		}
		if via == 0 {
			via = f.post(parent.doer, parent.id)
		}
	}
	f.act(doer, parent.id, via)
}

// naive is moved by its definition: walk up from every act, and collect.
func (f *forest) naive() map[id.ID]Moved {
	byID := map[id.ID]leaf{}
	for _, a := range f.acts {
		byID[a.id] = a
	}
	people, acts := map[id.ID]map[id.ID]bool{}, map[id.ID]int64{}
	for _, a := range f.acts {
		seen := map[id.ID]bool{}
		for at := a; at.id != 0; at = byID[at.parent] {
			for _, up := range []id.ID{at.via, at.parent} {
				author, isPost := f.posts[up]
				if up == 0 || seen[up] {
					continue
				}
				seen[up] = true
				acts[up]++
				if !isPost {
					author = byID[up].doer
				}
				if people[up] == nil {
					people[up] = map[id.ID]bool{}
				}
				if a.doer != 0 && a.doer != author {
					people[up][a.doer] = true
				}
			}
		}
	}
	out := map[id.ID]Moved{}
	for i, n := range acts {
		out[i] = Moved{Acts: n, People: int64(len(people[i]))}
	}
	return out
}

func (f *forest) check(when string) {
	f.t.Helper()
	if err := f.s.Fold(context.Background()); err != nil {
		f.t.Fatal(err)
	}
	want := f.naive()
	var subjects []id.ID
	for _, a := range f.acts {
		subjects = append(subjects, a.id)
	}
	for p := range f.posts {
		subjects = append(subjects, p)
	}
	got := map[id.ID]Moved{}
	for chunk := range slices.Chunk(subjects, 200) {
		some, err := f.s.Moved(context.Background(), chunk)
		if err != nil {
			f.t.Fatal(err)
		}
		for i, m := range some {
			got[i] = m
		}
	}
	for _, i := range subjects {
		if got[i] != want[i] {
			f.t.Fatalf("%s: %s moved %+v, by the definition %+v", when, i, got[i], want[i])
		}
	}
	f.checkDrawing(when, want)
	drifts, err := f.s.Recount(context.Background(), false)
	if err != nil || len(drifts) > 0 {
		f.t.Fatalf("%s: recount finds %v, %v", when, drifts, err)
	}
}

// checkDrawing holds what is drawn of the movement against the definition.
func (f *forest) checkDrawing(when string, moved map[id.ID]Moved) {
	f.t.Helper()
	shape := Shape{Depth: 4, Width: 3, Nodes: NodesMost}
	d, err := f.s.draw(context.Background(), subject{movement: testMovement, shape: shape})
	if err != nil {
		f.t.Fatal(err)
	}
	children := map[id.ID][]id.ID{}
	for _, a := range f.acts {
		children[a.parent] = append(children[a.parent], a.id)
	}
	for _, some := range children {
		slices.SortFunc(some, func(a, b id.ID) int {
			return cmp.Or(cmp.Compare(moved[b].Acts, moved[a].Acts), cmp.Compare(a, b))
		})
	}
	var want, got func(i id.ID, depth int) string
	want = func(i id.ID, depth int) string {
		all := children[i]
		s := fmt.Sprintf("%d of %d", i, len(all))
		if depth == shape.Depth {
			return s
		}
		for _, c := range all[:min(len(all), shape.Width)] {
			s += " (" + want(c, depth+1) + ")"
		}
		return s
	}
	byID := map[id.ID]*Node{0: {Below: d.tree.Roots, Children: int64(len(children[0]))}}
	for _, n := range d.nodes {
		byID[n.ActID] = n
		if n.Moved != moved[n.ActID] || n.More != n.Children-int64(len(n.Below)) {
			f.t.Errorf("%s: act %d is drawn as %+v, and moved %+v", when, n.ActID, n, moved[n.ActID])
		}
	}
	got = func(i id.ID, depth int) string {
		s := fmt.Sprintf("%d of %d", i, byID[i].Children)
		for _, n := range byID[i].Below {
			s += " (" + got(n.ActID, depth+1) + ")"
		}
		return s
	}
	if got, want := got(0, 0), want(0, 0); got != want {
		f.t.Fatalf("%s: drawn\n%s, by the definition\n%s", when, got, want)
	}
}

func TestService_Fold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForest(t, d, 1)
		f.check("empty")
		for step := range 25 {
			for range 1 + f.rng.IntN(12) {
				switch n := f.rng.IntN(20); {
				case n == 0 && len(f.acts) > 0:
					f.withdraw(f.rng.IntN(len(f.acts)))
				case n == 1 && len(f.acts) > 0:
					f.uproot(f.rng.IntN(len(f.acts)))
				default:
					f.grow(8)
				}
			}
			f.check(fmt.Sprintf("step %d, %d acts", step, len(f.acts)))
		}
		book := tally.New(d)
		f.s.Truths(book)
		drifts, err := book.Recount(context.Background(), false)
		if err != nil || len(drifts) > 0 {
			t.Fatalf("counters drifted: %v, %v", drifts, err)
		}
	})
}

// A command that folds beside a server makes its sweep fail no more, and nothing is
// folded twice.
func TestService_Sweep_atOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForest(t, d, 3)
		for range 60 {
			f.grow(10)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := f.s.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		f.check("swept by eight at once")
	})
}

func TestService_Recount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForest(t, d, 2)
		for range 60 {
			f.grow(10)
		}
		f.check("grown")
		f.update(func(tx *db.Tx) error {
			if _, err := tx.Exec("UPDATE moved SET under = under + 1"); err != nil {
				return err
			}
			_, err := tx.Exec("UPDATE moved SET acts = acts + 1, people = 0 WHERE subject_id = (SELECT MIN(subject_id) FROM moved)")
			return err
		})
		drifts, err := f.s.Recount(context.Background(), true)
		if err != nil || len(drifts) != 1 {
			t.Fatalf("found %v, %v", drifts, err)
		}
		f.check("mended")
	})
}

func TestService_OnPostDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForest(t, d, 3)
		p := f.post(1, 0)
		first := f.act(2, 0, p)
		f.act(3, first, 0)
		f.check("through a post")
		f.update(func(tx *db.Tx) error {
			if _, err := tx.Exec("DELETE FROM post WHERE id = $1", p); err != nil {
				return err
			}
			_, err := tx.Exec("DELETE FROM moved WHERE subject_id = $1", p)
			return err
		})
		delete(f.posts, p)
		for i := range f.acts {
			if f.acts[i].via == p {
				f.acts[i].via = 0
			}
		}
		f.act(4, first, 0)
		f.check("without it")
	})
}

// TestCount_Chain: a chain as long as a rumour is counted without recursion.
func TestCount_Chain(t *testing.T) {
	const n = 20_000
	acts := make([]leaf, n)
	for i := range acts {
		acts[i] = leaf{id: id.ID(i + 1), node: node{parent: id.ID(i), doer: id.ID(1_000_000 + i%3)}, counted: true}
	}
	got := count(acts, nil)
	if top := got[1]; top != (Moved{Acts: n - 1, People: 2}) {
		t.Errorf("the first act moved %+v", top)
	}
	if _, last := got[n]; last {
		t.Error("the last act moved somebody")
	}
}
