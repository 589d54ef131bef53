package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/cache"
	"goodturn/internal/movement"
	"goodturn/internal/ripple"
	"goodturn/internal/web/look"
)

// What a page draws at first; the island fetches more.
var (
	rippleOnPage = ripple.Shape{Depth: 5, Width: 12, Nodes: look.RippleDrawn}
	rippleWhole  = ripple.Shape{Depth: 6, Width: 24}
)

// rippleNodes are a tree's nodes as their reader may see them.
func (x *visit) rippleNodes(t *ripple.Tree) ([]look.RippleNode, error) {
	var acts []*act.Act
	var gather func(nodes []*ripple.Node)
	gather = func(nodes []*ripple.Node) {
		for _, n := range nodes {
			if n.Act != nil {
				acts = append(acts, n.Act)
			}
			gather(n.Below)
		}
	}
	gather(t.Roots)
	named, err := x.doers(acts)
	if err != nil {
		return nil, err
	}
	return x.rippleLevel(named, t.Roots), nil
}

func (x *visit) rippleLevel(named doers, nodes []*ripple.Node) []look.RippleNode {
	out := make([]look.RippleNode, len(nodes))
	for i, n := range nodes {
		v := look.RippleNode{ID: n.ActID.String(), Name: x.doer(named, n.Act).Shown(), At: n.At, Proof: "told",
			Moved: n.Moved.People, Acts: n.Moved.Acts, More: n.More, Children: x.rippleLevel(named, n.Below)}
		if n.Act != nil {
			v.Did, v.URL, v.Proof = x.did(n.Act), actPath(n.ActID), n.Act.Proof.String()
		}
		out[i] = v
	}
	return out
}

// rippleTop is a tree from its top: an act with what it moved, or a movement, whose
// children are its first acts.
func (x *visit) rippleTop(t *ripple.Tree, ofAct bool) (look.RippleNode, error) {
	nodes, err := x.rippleNodes(t)
	switch {
	case err != nil:
		return look.RippleNode{}, err
	case !ofAct:
		return look.RippleNode{Children: nodes, More: t.More, ByGeneration: t.ByGeneration}, nil
	case len(nodes) == 0:
		return look.RippleNode{}, nil
	}
	return nodes[0], nil
}

// spreadView is a ripple on a page.
type spreadView struct {
	Drawing templ.Component     // nil while there is nothing to draw
	Figures *look.RippleFigures // of a movement
}

// movementSpread is the movement's ripple, drawn and measured.
func (x *visit) movementSpread(m *movement.Movement) (v spreadView, err error) {
	t, err := x.Ripples.OfMovement(x.r.Context(), x.v, m.ID, rippleOnPage)
	if err != nil {
		return v, err
	}
	if len(t.Roots) > 0 {
		v.Drawing, err = x.rippleDrawing(t, false, look.Ripple{Title: x.p.T("The ripple of %s", m.Name), DataURL: movementPath(m) + "/ripple.json", On: onRipple})
		if err != nil {
			return v, err
		}
	}
	measure, err := x.Ripples.Measure(x.r.Context(), m.ID)
	if err != nil {
		return v, err
	}
	figures := rippleFigures(measure)
	v.Figures = &figures
	return v, nil
}

// actSpread is what an act moved.
func (x *visit) actSpread(a *act.Act) (v spreadView, err error) {
	t, err := x.Ripples.OfAct(x.r.Context(), x.v, a, rippleOnPage)
	if err != nil || len(t.Roots) == 0 || t.Roots[0].Children == 0 {
		return v, err
	}
	v.Drawing, err = x.rippleDrawing(t, true, look.Ripple{Title: x.p.T("What this act moved"), DataURL: actPath(a.ID) + "/ripple.json", On: onRipple})
	return v, err
}

// rippleDrawing draws and lists a tree, in the frame of r.
func (x *visit) rippleDrawing(t *ripple.Tree, ofAct bool, r look.Ripple) (templ.Component, error) {
	html, err := x.ripples.written(ink{t, x.p.Tag(), r.Title}, func(out *bytes.Buffer) (err error) {
		if r.Root, err = x.rippleTop(t, ofAct); err != nil {
			return err
		}
		return look.RippleTree(x.p, r).Render(x.r.Context(), out)
	})
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := w.Write(html)
		return err
	}), err
}

// Of trees that all strangers see alike, what was written is kept for as long as
// the tree may be given; see ripple.Tree.
const (
	inkBytes = 8 << 20
	inkAge   = 10 * time.Second
)

// ink is what a tree's drawing, or its JSON, depends on.
type ink struct {
	tree     *ripple.Tree
	language string
	as       string // its title; "" for JSON
}

type ripples struct{ kept cache.Cache[ink, []byte] }

func newRipples() ripples {
	return ripples{cache.New(cache.Options[ink, []byte]{
		Bytes: inkBytes, Age: inkAge,
		Size: func(i ink, b []byte) int { return 200 + len(i.as) + len(b) },
		Load: func(context.Context, []ink) (map[ink][]byte, error) { return nil, nil },
	})}
}

// written is what write writes of a tree, for the first time or kept.
func (r ripples) written(i ink, write func(*bytes.Buffer) error) ([]byte, error) {
	if i.tree.Common {
		if body, ok := r.kept.Peek(i); ok {
			return body, nil
		}
	}
	var out bytes.Buffer
	if err := write(&out); err != nil {
		return nil, fmt.Errorf("write a ripple: %w", err)
	}
	if i.tree.Common {
		r.kept.Put(i, out.Bytes())
	}
	return out.Bytes(), nil
}

// rippleFigures are the measures of a movement's spread.
func rippleFigures(m *ripple.Measure) look.RippleFigures {
	f := look.RippleFigures{Acts: m.Acts, People: m.People, Generations: int64(m.Generations), AnsweredInTime: m.AnsweredInTime,
		ByGeneration: m.ByGeneration, Window: m.Window}
	if r := m.Reproduction; r != nil {
		f.R, f.RLow, f.RHigh, f.RActs = r.Estimate, r.Low, r.High, r.Acts
	}
	if s := m.Serial; s != nil {
		f.SerialMean, f.SerialMedian, f.SerialOf = s.Mean, s.Median, s.Intervals
	}
	return f
}
