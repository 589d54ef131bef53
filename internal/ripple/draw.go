package ripple

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/tally"
)

// Bounds of what is drawn at once.
const (
	DepthMost = 8   // generations
	WidthMost = 24  // children of an act, or first acts of a movement
	NodesMost = 400 // in all
)

// Node is an act in a drawing.
type Node struct {
	ActID      id.ID
	Act        *act.Act // without its story; nil: someone whose act the viewer may not see
	At         time.Time
	Generation int   // in its movement
	Children   int64 // all of them, drawn or not
	Moved      Moved
	Below      []*Node
	More       int64 // children that are not drawn
}

// Tree is a part of a ripple that fits on a page. Nobody changes it: it may be
// another reader's too.
type Tree struct {
	Roots        []*Node
	More         int64   // first acts that are not drawn
	ByGeneration []int64 // a movement's acts, index 0 the first acts

	// Common says that everybody sees this who may see no more than a stranger, so
	// that whoever makes something of it may keep that by the Tree's address.
	Common bool
}

// Shape says how much of a ripple to draw; 0 is the most.
type Shape struct{ Depth, Width, Nodes int }

func (sh Shape) bounded() Shape {
	if sh.Depth <= 0 || sh.Depth > DepthMost {
		sh.Depth = DepthMost
	}
	if sh.Width <= 0 || sh.Width > WidthMost {
		sh.Width = WidthMost
	}
	if sh.Nodes <= 0 || sh.Nodes > NodesMost {
		sh.Nodes = NodesMost
	}
	return sh
}

// OfMovement draws a movement's ripple from its first acts down, those with the
// most acts beneath them first.
func (s *Service) OfMovement(ctx context.Context, v account.Viewer, movement id.ID, sh Shape) (*Tree, error) {
	return s.drawn(ctx, v, subject{movement: movement, shape: sh.bounded()})
}

// OfAct draws what lies beneath an act, which v sees.
func (s *Service) OfAct(ctx context.Context, v account.Viewer, a *act.Act, sh Shape) (*Tree, error) {
	return s.drawn(ctx, v, subject{movement: a.MovementID, act: a.ID, shape: sh.bounded()})
}

// drawing is a tree on the way, with all its nodes.
type drawing struct {
	r     db.Reader
	shape Shape
	tree  Tree
	nodes []*Node
}

// draw is the tree of a subject, without its acts.
func (s *Service) draw(ctx context.Context, of subject) (*drawing, error) {
	d := &drawing{r: s.d.Read(ctx), shape: of.shape}
	if of.act != 0 {
		rows, err := db.All(d.r, scanDrawn, "SELECT "+drawnColumns+" FROM act LEFT JOIN moved ON moved.subject_id = act.id WHERE act.id = $1", of.act)
		if err != nil {
			return nil, fmt.Errorf("read act %s: %w", of.act, err)
		}
		d.tree.Roots = d.add(rows)
		return d, s.down(ctx, d, d.tree.Roots)
	}
	counts, err := tally.Of(d.r, []id.ID{of.movement})
	if err != nil {
		return nil, err
	}
	d.tree.ByGeneration = byGeneration(counts[of.movement])
	first := int64(0)
	if len(d.tree.ByGeneration) > 0 {
		first = d.tree.ByGeneration[0]
	}
	rows, err := d.widest(firstActs, []place{{under: of.movement, of: first}})
	if err != nil {
		return nil, err
	}
	d.tree.Roots = d.add(rows)
	d.tree.More = max(0, first-int64(len(rows)))
	return d, s.down(ctx, d, d.tree.Roots)
}

// down draws a generation after another, each act's children that moved most
// first, until the depth or the room is used up.
func (s *Service) down(ctx context.Context, d *drawing, level []*Node) error {
	for depth := 1; len(level) > 0; depth++ {
		ids := make([]id.ID, len(level))
		byID := make(map[id.ID]*Node, len(level))
		for i, n := range level {
			ids[i], byID[n.ActID] = n.ActID, n
		}
		children, err := s.Children(ctx, ids)
		if err != nil {
			return err
		}
		var places []place
		for _, n := range level {
			if n.Children = children[n.ActID]; n.Children > 0 {
				places = append(places, place{under: n.ActID, of: n.Children})
			}
		}
		var rows []drawn
		if depth < d.shape.Depth && len(d.nodes) < d.shape.Nodes {
			if rows, err = d.widest(childActs, places); err != nil {
				return fmt.Errorf("read the ripple's generation %d: %w", depth, err)
			}
		}
		below := d.add(rows[:min(len(rows), d.shape.Nodes-len(d.nodes))])
		for i, n := range below {
			up := byID[rows[i].under]
			up.Below = append(up.Below, n)
		}
		for _, n := range level {
			n.More = max(0, n.Children-int64(len(n.Below)))
		}
		level = below
	}
	return nil
}

func (d *drawing) add(rows []drawn) []*Node {
	nodes := make([]*Node, len(rows))
	for i, row := range rows {
		nodes[i] = &Node{ActID: row.id, At: db.Time(row.at), Generation: row.generation, Moved: row.moved}
	}
	d.nodes = append(d.nodes, nodes...)
	return nodes
}

// drawn is the row of an act.
type drawn struct {
	id         id.ID
	at         int64
	generation int
	moved      Moved
	under      id.ID
}

const drawnColumns = "act.id, act.done_at, act.generation, COALESCE(moved.acts, 0), COALESCE(moved.people, 0), 0"

func scanDrawn(row db.Row) (n drawn, err error) {
	err = row.Scan(&n.id, &n.at, &n.generation, &n.moved.Acts, &n.moved.People, &n.under)
	return n, err
}

// place is where acts hang: a movement for its first acts, an act for those that
// it inspired.
type place struct {
	under id.ID
	of    int64 // how many hang there
}

// hanging is how acts say what they hang under; each has an index of its own.
type hanging struct{ column, cond string }

var (
	firstActs = hanging{"act.movement_id", "act.generation = 0 AND act.state <> 'staging'"}
	childActs = hanging{"act.parent_id", "act.generation > 0 AND act.state <> 'staging'"}
)

// widest are the first few acts of each place, those with the most beneath them
// first, over all places. Where fewer moved anybody than there is room for, the
// oldest of the others follow. Neither looks at more acts than it gives.
func (d *drawing) widest(hang hanging, places []place) ([]drawn, error) {
	moved, err := d.each(places, movedMost(hang))
	if err != nil {
		return nil, err
	}
	have := make(map[id.ID]int64, len(places))
	for _, row := range moved {
		have[row.under]++
	}
	room := slices.DeleteFunc(slices.Clone(places), func(p place) bool { return have[p.under] >= min(p.of, int64(d.shape.Width)) })
	rest, err := d.each(room, movedNone(hang))
	if err != nil {
		return nil, err
	}
	for _, row := range rest {
		if have[row.under] < int64(d.shape.Width) {
			have[row.under]++
			moved = append(moved, row)
		}
	}
	slices.SortFunc(moved, func(a, b drawn) int {
		return cmp.Or(cmp.Compare(b.moved.Acts, a.moved.Acts), cmp.Compare(a.id, b.id))
	})
	return moved, nil
}

// movedMost are the acts under $1 that moved anybody, the most first. What a fold and
// a change of source left behind for a moment, under the place before, is not there.
func movedMost(hang hanging) string {
	return `SELECT act.id, act.done_at, act.generation, moved.acts, moved.people, moved.under
		FROM moved JOIN act ON act.id = moved.subject_id
		WHERE moved.under = $1 AND moved.acts > 0 AND ` + hang.column + ` = moved.under AND ` + hang.cond + `
		ORDER BY moved.acts DESC, moved.subject_id`
}

// movedNone are the others.
func movedNone(hang hanging) string {
	return `SELECT act.id, act.done_at, act.generation, 0, 0, ` + hang.column + `
		FROM act WHERE ` + hang.column + ` = $1 AND ` + hang.cond + `
			AND NOT EXISTS (SELECT 1 FROM moved WHERE moved.subject_id = act.id AND moved.acts > 0)
		ORDER BY act.id`
}

// eachMost is how many places are asked for in one statement.
const eachMost = 50

// each gives the first few rows that query has for each place, which is its $1.
func (d *drawing) each(places []place, query string) ([]drawn, error) {
	var out []drawn
	for some := range slices.Chunk(places, eachMost) {
		parts, args := make([]string, len(some)), make([]any, len(some))
		for i, p := range some {
			n := strconv.Itoa(i + 1)
			parts[i] = fmt.Sprintf("SELECT * FROM (%s LIMIT %d) AS p%s", strings.ReplaceAll(query, "$1", "$"+n), d.shape.Width, n)
			args[i] = int64(p.under)
		}
		rows, err := db.All(d.r, scanDrawn, strings.Join(parts, " UNION ALL "), args...)
		if err != nil {
			return nil, fmt.Errorf("read what hangs under %d acts: %w", len(some), err)
		}
		out = append(out, rows...)
	}
	return out, nil
}
