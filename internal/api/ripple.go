package api

import (
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/ripple"
)

// Ripple is how a movement spreads, measured as epidemiologists do.
type Ripple struct {
	Acts         int64           `json:"acts" example:"58"`
	People       int64           `json:"people" about:"How many different people did them." example:"41"`
	Generations  int             `json:"generations" example:"4"`
	ByGeneration []int64         `json:"by_generation" about:"Acts by how far they are from a first act; index 0 holds the first acts." example:"8 21 19 10"`
	Reproduction *Reproduction   `json:"reproduction" about:"R: how many acts an act brings about. null while no act is old enough."`
	Serial       *SerialInterval `json:"serial_interval_days" about:"From an act to those that it brought about. null while there are none."`
	InTime       *float64        `json:"answered_in_time" about:"The part of nominations that were answered by their deadline, 0 to 1. null under ten." example:"0.62"`
	WindowDays   float64         `json:"window_days" about:"How old an act is before its children are counted in reproduction, and how long they are." example:"14"`
	ComputedAt   *Time           `json:"computed_at" about:"Of reproduction, intervals and answered_in_time; the counts are of now. null: not yet."`
}

// Reproduction is R with its 95 % interval.
type Reproduction struct {
	Estimate float64 `json:"estimate" example:"1.43"`
	Low      float64 `json:"low" example:"1.23"`
	High     float64 `json:"high" example:"1.65"`
}

// SerialInterval is in days.
type SerialInterval struct {
	Mean   float64 `json:"mean" example:"2.1"`
	Median float64 `json:"median" example:"1"`
}

// Tree is a part of a movement's ripple that fits on a screen.
type Tree struct {
	Roots []*Node `json:"roots"`
	More  int64   `json:"more" about:"First acts that are left out." example:"3"`
}

// Node is an act in a tree.
type Node struct {
	ActID       id.ID       `json:"act_id"`
	Doer        *Account    `json:"doer" about:"null for someone: an act that you may not see, or a doer without an account here."`
	OutsideName *string     `json:"outside_name" about:"What to call a doer without an account here."`
	Proof       *call.Proof `json:"proof" enum:"told witnessed confirmed" about:"null for an act that you may not see." example:"told"`
	At          Time        `json:"at"`
	Generation  int         `json:"generation" example:"1"`
	Children    int64       `json:"children" about:"All of them, given below or not." example:"3"`
	Moved       Moved       `json:"moved"`
	Below       []*Node     `json:"below"`
	More        int64       `json:"more" about:"Children that are left out." example:"0"`
}

// ActRipple is what inspired an act, and what it moved.
type ActRipple struct {
	Moved Moved   `json:"moved"`
	Chain []*Link `json:"chain" about:"What inspired it, from its parent up to the first act, at most 50."`
	Tree  *Node   `json:"tree" about:"The act with what is beneath it, as far as asked for."`
}

// Link is an act in a chain.
type Link struct {
	ActID       id.ID    `json:"act_id"`
	Doer        *Account `json:"doer" about:"null for someone, as in a tree."`
	OutsideName *string  `json:"outside_name"`
	At          Time     `json:"at"`
}

func rippleRoutes() []route {
	shape := []param{
		{name: "depth", about: "How many generations to give, the first one among them; 8 at most.", number: true, example: "3"},
		{name: "width", about: "How many children of an act to give, 24 at most.", number: true, example: "12"},
	}
	return []route{
		{method: "GET", path: "/movements/{slug}/ripple", group: groupNumbers, summary: "A movement's ripple in numbers", scope: "read:statuses", open: true, do: gives((*Door).rippleOf)},
		{method: "GET", path: "/movements/{slug}/ripple/tree", group: groupNumbers, summary: "A movement's ripple, to be drawn", scope: "read:statuses", open: true,
			about: "Its first acts and what is beneath them, those with most beneath them first; 400 acts at most.", query: shape, do: gives((*Door).treeOf)},
		{method: "GET", path: "/acts/{id}/ripple", group: groupNumbers, summary: "What inspired an act, and what it moved", scope: "read:statuses", open: true,
			query: shape, do: gives((*Door).actRipple)},
	}
}

func (d *Door) rippleOf(q *request) (*Ripple, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	is, err := d.Ripples.Measure(q.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	out := &Ripple{Acts: is.Acts, People: is.People, Generations: is.Generations, ByGeneration: all(is.ByGeneration), InTime: is.AnsweredInTime,
		WindowDays: days(is.Window), ComputedAt: when(is.ComputedAt)}
	if r := is.Reproduction; r != nil {
		out.Reproduction = &Reproduction{Estimate: r.Estimate, Low: r.Low, High: r.High}
	}
	if s := is.Serial; s != nil {
		out.Serial = &SerialInterval{Mean: s.Mean, Median: s.Median}
	}
	return out, nil
}

func (d *Door) treeOf(q *request) (*Tree, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	shape, err := q.shape()
	if err != nil {
		return nil, err
	}
	tree, err := d.Ripples.OfMovement(q.Context(), q.viewer, m.ID, shape)
	if err != nil {
		return nil, err
	}
	roots, err := d.nodes(q, tree.Roots)
	return &Tree{Roots: roots, More: tree.More}, err
}

func (d *Door) actRipple(q *request) (*ActRipple, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	shape, err := q.shape()
	if err != nil {
		return nil, err
	}
	tree, err := d.Ripples.OfAct(q.Context(), q.viewer, a, shape)
	if err != nil {
		return nil, err
	}
	nodes, err := d.nodes(q, tree.Roots)
	if err != nil {
		return nil, err
	}
	chain, err := d.Ripples.Chain(q.Context(), q.viewer, a)
	if err != nil {
		return nil, err
	}
	out := &ActRipple{}
	if len(nodes) > 0 {
		out.Tree, out.Moved = nodes[0], nodes[0].Moved
	}
	out.Chain, err = d.chain(q, chain)
	return out, err
}

// shape is how much of a ripple to give.
func (q *request) shape() (s ripple.Shape, err error) {
	if s.Depth, err = q.number("depth"); err != nil {
		return s, err
	}
	s.Width, err = q.number("width")
	return s, err
}

func (d *Door) chain(q *request, links []ripple.Link) ([]*Link, error) {
	var seen []*act.Act
	for _, l := range links {
		if l.Act != nil {
			seen = append(seen, l.Act)
		}
	}
	accounts, outsiders, err := d.doers(q, seen)
	if err != nil {
		return nil, err
	}
	return each(links, func(l ripple.Link) *Link {
		out := &Link{ActID: l.ActID, At: Time(l.At)}
		if l.Act != nil {
			out.Doer, out.OutsideName = doer(l.Act, accounts, outsiders)
		}
		return out
	}), nil
}

// nodes are drawn acts as the API gives them, with who did them.
func (d *Door) nodes(q *request, roots []*ripple.Node) ([]*Node, error) {
	var seen []*act.Act
	var walk func(*ripple.Node)
	walk = func(n *ripple.Node) {
		if n.Act != nil {
			seen = append(seen, n.Act)
		}
		for _, below := range n.Below {
			walk(below)
		}
	}
	for _, n := range roots {
		walk(n)
	}
	accounts, outsiders, err := d.doers(q, seen)
	if err != nil {
		return nil, err
	}
	var node func(*ripple.Node) *Node
	node = func(n *ripple.Node) *Node {
		out := &Node{ActID: n.ActID, At: Time(n.At), Generation: n.Generation, Children: n.Children, Moved: Moved(n.Moved), More: n.More}
		if n.Act != nil {
			out.Doer, out.OutsideName = doer(n.Act, accounts, outsiders)
			proof := n.Act.Proof
			out.Proof = &proof
		}
		out.Below = each(n.Below, node)
		return out
	}
	return each(roots, node), nil
}

// days is a span as people read it.
func days(d time.Duration) float64 { return d.Hours() / 24 }
