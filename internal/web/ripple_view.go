package web

import (
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/ripple"
	"goodturn/internal/web/look"
)

// What a page draws at first; the island fetches more.
var (
	rippleOnPage = ripple.Shape{Depth: 5, Width: 12}
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

// rippleOf is a movement's ripple from its first acts.
func (x *visit) rippleOf(movement id.ID, sh ripple.Shape) (look.RippleNode, error) {
	t, err := x.Ripples.OfMovement(x.r.Context(), x.v, movement, sh)
	if err != nil {
		return look.RippleNode{}, err
	}
	top := look.RippleNode{More: t.More}
	top.Children, err = x.rippleNodes(t)
	return top, err
}

// rippleBeneath is what one act moved, with the act in the middle.
func (x *visit) rippleBeneath(a *act.Act, sh ripple.Shape) (look.RippleNode, error) {
	t, err := x.Ripples.OfAct(x.r.Context(), x.v, a, sh)
	if err != nil {
		return look.RippleNode{}, err
	}
	nodes, err := x.rippleNodes(t)
	if err != nil || len(nodes) == 0 {
		return look.RippleNode{}, err
	}
	return nodes[0], nil
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
