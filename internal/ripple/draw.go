package ripple

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
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
	Act        *act.Act // nil: someone whose act the viewer may not see
	At         time.Time
	Generation int   // in its movement
	Children   int64 // all of them, drawn or not
	Moved      Moved
	Below      []*Node
	More       int64 // children that are not drawn
}

// Tree is a part of a ripple that fits on a page.
type Tree struct {
	Roots []*Node
	More  int64 // first acts that are not drawn
}

// Shape says how much of a ripple to draw; 0 is the most.
type Shape struct{ Depth, Width int }

func (sh Shape) bounded() Shape {
	if sh.Depth <= 0 || sh.Depth > DepthMost {
		sh.Depth = DepthMost
	}
	if sh.Width <= 0 || sh.Width > WidthMost {
		sh.Width = WidthMost
	}
	return sh
}

// OfMovement draws a movement's ripple from its first acts down, those with the
// most acts beneath them first.
func (s *Service) OfMovement(ctx context.Context, v account.Viewer, movement id.ID, sh Shape) (*Tree, error) {
	sh = sh.bounded()
	top := &Node{}
	d := &drawing{r: s.d.Read(ctx), shape: sh}
	roots, err := d.widest("act.movement_id = $1 AND act.generation = 0", movement)
	if err != nil {
		return nil, err
	}
	for _, row := range roots {
		top.Below = append(top.Below, d.add(row))
	}
	m, err := s.Measure(ctx, movement)
	if err != nil {
		return nil, err
	}
	if len(m.ByGeneration) > 0 {
		top.Children = m.ByGeneration[0]
	}
	return s.finish(ctx, v, d, top)
}

// OfAct draws what lies beneath an act, which v sees.
func (s *Service) OfAct(ctx context.Context, v account.Viewer, a *act.Act, sh Shape) (*Tree, error) {
	d := &drawing{r: s.d.Read(ctx), shape: sh.bounded()}
	rows, err := d.widest("act.id = $1", a.ID)
	if err != nil {
		return nil, err
	}
	top := &Node{Children: int64(len(rows))}
	for _, row := range rows {
		top.Below = append(top.Below, d.add(row))
	}
	return s.finish(ctx, v, d, top)
}

func (s *Service) finish(ctx context.Context, v account.Viewer, d *drawing, top *Node) (*Tree, error) {
	if err := d.down(top.Below); err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(d.nodes))
	for i, n := range d.nodes {
		ids[i] = n.ActID
	}
	seen, err := s.acts.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	children, err := s.Children(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range d.nodes {
		n.Act, n.Children = seen[n.ActID], children[n.ActID]
		n.More = max(0, n.Children-int64(len(n.Below)))
	}
	return &Tree{Roots: top.Below, More: max(0, top.Children-int64(len(top.Below)))}, nil
}

type drawing struct {
	r     db.Reader
	shape Shape
	nodes []*Node
}

type drawn struct {
	id, parent id.ID
	at         int64
	generation int
	moved      Moved
}

func scanDrawn(row db.Row) (n drawn, err error) {
	err = row.Scan(&n.id, &n.parent, &n.at, &n.generation, &n.moved.Acts, &n.moved.People)
	return n, err
}

func (d *drawing) add(row drawn) *Node {
	n := &Node{ActID: row.id, At: db.Time(row.at), Generation: row.generation, Moved: row.moved}
	d.nodes = append(d.nodes, n)
	return n
}

// widest are the first few acts of which where is true, those that moved most
// first.
func (d *drawing) widest(where string, subject id.ID) ([]drawn, error) {
	rows, err := db.All(d.r, scanDrawn, fmt.Sprintf(`
		SELECT act.id, act.parent_id, act.done_at, act.generation, COALESCE(moved.acts, 0), COALESCE(moved.people, 0)
		FROM act LEFT JOIN moved ON moved.subject_id = act.id
		WHERE act.state <> 'staging' AND %s
		ORDER BY COALESCE(moved.acts, 0) DESC, act.id LIMIT %d`, where, d.shape.Width), subject)
	if err != nil {
		return nil, fmt.Errorf("read where the ripple of %s begins: %w", subject, err)
	}
	return rows, nil
}

// down draws a generation after another, each act's children that moved most
// first, until the depth or the room is used up.
func (d *drawing) down(level []*Node) error {
	for depth := 1; depth < d.shape.Depth && len(level) > 0 && len(d.nodes) < NodesMost; depth++ {
		byID := make(map[id.ID]*Node, len(level))
		ids := make([]id.ID, len(level))
		for i, n := range level {
			ids[i], byID[n.ActID] = n.ActID, n
		}
		in, args := db.In(1, ids)
		rows, err := db.All(d.r, scanDrawn, fmt.Sprintf(`
			SELECT id, parent_id, done_at, generation, acts, people FROM (
				SELECT act.id, act.parent_id, act.done_at, act.generation, COALESCE(moved.acts, 0) AS acts, COALESCE(moved.people, 0) AS people,
					ROW_NUMBER() OVER (PARTITION BY act.parent_id ORDER BY COALESCE(moved.acts, 0) DESC, act.id) AS place
				FROM act LEFT JOIN moved ON moved.subject_id = act.id
				WHERE act.parent_id IN %s AND act.generation > 0 AND act.state <> 'staging'
			) AS children WHERE place <= %d ORDER BY acts DESC, id LIMIT %d`, in, d.shape.Width, NodesMost-len(d.nodes)), args...)
		if err != nil {
			return fmt.Errorf("read the ripple's generation %d: %w", depth, err)
		}
		level = level[:0:0]
		for _, row := range rows {
			n := d.add(row)
			byID[row.parent].Below = append(byID[row.parent].Below, n)
			level = append(level, n)
		}
	}
	return nil
}
