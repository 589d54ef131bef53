package ripple

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/cache"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

const (
	drawingBytes = 16 << 20
	nodeBytes    = 700 // of a node with its act and its doer's name
	drawingAge   = 5 * time.Second
)

// subject is what is drawn.
type subject struct {
	movement, act id.ID // act is 0 for the movement's own
	shape         Shape
}

// drawings keeps trees as a stranger sees them. All who look at a movement look at
// the same few acts, and what one of them sees beyond is few. A change to an act,
// to what was moved or to an account gives its drawings a new edition, so that
// none that was begun before is given after.
type drawings struct {
	kept     cache.Cache[edition, *common]
	all      atomic.Uint64      // one more with each change that may concern any movement
	movement [256]atomic.Uint64 // and with each in one of the movements that share a place here
}

// edition is a subject after so many changes.
type edition struct {
	subject
	n uint64
}

// common is a tree as strangers see it.
type common struct {
	tree   *Tree
	nodes  []*Node
	public map[id.ID]*act.Act
	rest   []id.ID // acts that a stranger does not see
}

func newDrawings(s *Service) *drawings {
	d := &drawings{}
	d.kept = cache.New(cache.Options[edition, *common]{
		Bytes: drawingBytes, Age: drawingAge, Fresh: s.hub.Fresh,
		Size: func(_ edition, c *common) int { return 200 + nodeBytes*len(c.nodes) },
		Load: func(ctx context.Context, of []edition) (map[edition]*common, error) {
			found := make(map[edition]*common, len(of))
			for _, e := range of {
				c, err := s.common(ctx, e.subject)
				if err != nil {
					return nil, err
				}
				found[e] = c
			}
			return found, nil
		},
	})
	everywhere := func() { d.all.Add(1) }
	s.hub.OnGap(everywhere)
	event.After(s.hub, func(account.Changed) { everywhere() })
	event.After(s.hub, func(account.Deleted) { everywhere() })
	in := func(movement id.ID) { d.movement[slot(movement)].Add(1) }
	event.After(s.hub, func(e act.Done) { in(e.MovementID) })
	event.After(s.hub, func(e act.Imported) { in(e.MovementID) })
	event.After(s.hub, func(e act.Changed) { in(e.MovementID) })
	event.After(s.hub, func(e act.Withdrawn) { in(e.MovementID) })
	event.After(s.hub, func(e act.Resourced) { in(e.MovementID) })
	event.After(s.hub, func(e act.Rerooted) { in(e.MovementID) })
	event.After(s.hub, func(e act.Proven) { in(e.MovementID) })
	event.After(s.hub, func(e Folded) { in(e.MovementID) })
	return d
}

func slot(movement id.ID) int { return int(uint64(movement) * 0x9e3779b97f4a7c15 >> 56) }

func (d *drawings) edition(of subject) edition {
	return edition{of, d.all.Load() + d.movement[slot(of.movement)].Load()}
}

// common draws a subject for strangers.
func (s *Service) common(ctx context.Context, of subject) (*common, error) {
	d, err := s.draw(ctx, of)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(d.nodes))
	for i, n := range d.nodes {
		ids[i] = n.ActID
	}
	c := &common{tree: &d.tree, nodes: d.nodes}
	if c.public, err = s.acts.Many(ctx, account.Nobody, ids); err != nil {
		return nil, err
	}
	for _, n := range d.nodes {
		if n.Act = c.public[n.ActID]; n.Act == nil {
			c.rest = append(c.rest, n.ActID)
		} else {
			n.Act.Story = ""
		}
	}
	c.tree.Common = true
	return c, nil
}

// drawn is a subject's tree as v sees it.
func (s *Service) drawn(ctx context.Context, v account.Viewer, of subject) (*Tree, error) {
	c, _, err := s.drawings.kept.Get(ctx, s.drawings.edition(of))
	if err != nil {
		return nil, fmt.Errorf("draw the ripple of %s: %w", of.movement, err)
	}
	seen, err := s.acts.Unlike(ctx, v, c.public, c.rest)
	if err != nil || seen == nil {
		return c.tree, err
	}
	own := &Tree{Roots: copied(c.tree.Roots, seen), More: c.tree.More, ByGeneration: c.tree.ByGeneration}
	return own, nil
}

// copied are the nodes with other acts.
func copied(nodes []*Node, acts map[id.ID]*act.Act) []*Node {
	out := make([]*Node, len(nodes))
	for i, n := range nodes {
		mine := *n
		mine.Act, mine.Below = acts[n.ActID], copied(n.Below, acts)
		out[i] = &mine
	}
	return out
}
