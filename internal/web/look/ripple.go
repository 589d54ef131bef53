package look

import (
	"math"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/lang"
)

// Ripple is the top of a tree of acts. Deeper parts are fetched by the island
// from DataURL + "?root={id}", which answers a RippleNode as JSON.
type Ripple struct {
	Title   string
	Root    RippleNode // a movement's has no ID: its children are the first acts
	DataURL string
	On      string // events of the page's stream upon which it is fetched again
	Figures *RippleFigures
}

// RippleNode is one act in the tree. As JSON it is what the island reads; call
// Speak before encoding.
type RippleNode struct {
	ID       string       `json:"id,omitempty"`
	Name     string       `json:"-"` // of the doer, as this reader may see it
	Did      string       `json:"-"`
	At       time.Time    `json:"-"`
	Say      string       `json:"say,omitempty"` // all of that in one sentence; Speak writes it
	URL      string       `json:"url,omitempty"`
	Proof    string       `json:"proof,omitempty"`
	Moved    int64        `json:"moved"`
	Acts     int64        `json:"acts"` // beneath it
	Children []RippleNode `json:"children,omitempty"`
	More     int64        `json:"more,omitempty"` // children left out here

	// ByGeneration is given at the root only: all acts beneath it by generation,
	// index 0 the act itself, or a movement's first acts.
	ByGeneration []int64 `json:"by_generation,omitempty"`
}

// Speak writes the sentences of a tree in the reader's language.
func (n *RippleNode) Speak(p *lang.Printer) {
	if n.ID != "" {
		n.Say = n.title(p)
	}
	for i := range n.Children {
		n.Children[i].Speak(p)
	}
}

// RippleFigures are the measures of spread; see DESIGN section 5.
type RippleFigures struct {
	Acts, People, Generations int64
	R, RLow, RHigh            float64 // R is 0 if it cannot be said yet
	RActs                     int64   // acts that R rests on; 0 says nothing of it
	SerialMean, SerialMedian  float64 // days; 0 if unknown
	SerialOf                  int64   // how many pairs of acts that rests on
	AnsweredInTime            *float64
	ByGeneration              []int64       // index 0: the first acts
	Window                    time.Duration // how long an act's children are counted for R
}

// RippleDrawn is how many acts are drawn: what fits into one eyeful and into 30 kB.
const RippleDrawn = 180

const (
	maxDepth  = 5
	ringWidth = 44.0
)

// dot is a node with its place on the rings.
type dot struct {
	node *RippleNode
	x, y float64
	r    float64
	link string // the path from its parent, "" for a first act
}

// drawn lays the tree out on rings by generation, each subtree on an arc as wide
// as its number of ends. It returns the rings' radii too.
func (t Ripple) drawn() (dots []dot, radii []float64, size float64) {
	tops, first := t.Root.Children, 1
	if t.Root.ID != "" {
		tops, first = []RippleNode{t.Root}, 0
	}
	shown := prune(tops)
	ends, deepest := 0, 0
	for i := range shown {
		ends += shown[i].ends
		deepest = max(deepest, shown[i].depth())
	}
	const gap = 0.3 // radians left free at the top for the rings' numbers
	step := (2*math.Pi - 2*gap) / float64(max(1, ends))
	angle := -math.Pi/2 + gap
	for i := range shown {
		dots = shown[i].place(dots, first, angle, step, nil)
		angle += step * float64(shown[i].ends)
	}
	for ring := 1; ring < deepest+first; ring++ {
		radii = append(radii, float64(ring)*ringWidth)
	}
	return dots, radii, float64(max(1, deepest+first-1))*ringWidth + 22
}

// pruned is a node whose children fit the drawing.
type pruned struct {
	node     *RippleNode
	children []pruned
	ends     int
}

// prune walks the tree by generations, so that what is left out lies deepest.
func prune(tops []RippleNode) []pruned {
	left := RippleDrawn
	take := func(nodes []RippleNode) []pruned {
		var out []pruned
		for i := range nodes {
			if left == 0 {
				break
			}
			left--
			out = append(out, pruned{node: &nodes[i], ends: 1})
		}
		return out
	}
	shown := take(tops)
	level := pointers(shown)
	for depth := 1; depth < maxDepth && len(level) > 0; depth++ {
		var next []*pruned
		for _, parent := range level {
			parent.children = take(parent.node.Children)
			next = append(next, pointers(parent.children)...)
		}
		level = next
	}
	for i := range shown {
		shown[i].count()
	}
	return shown
}

func pointers(nodes []pruned) []*pruned {
	out := make([]*pruned, len(nodes))
	for i := range nodes {
		out[i] = &nodes[i]
	}
	return out
}

func (n *pruned) count() int {
	if len(n.children) > 0 {
		n.ends = 0
		for i := range n.children {
			n.ends += n.children[i].count()
		}
	}
	return n.ends
}

func (n *pruned) depth() int {
	deepest := 0
	for i := range n.children {
		deepest = max(deepest, n.children[i].depth())
	}
	return deepest + 1
}

type polar struct{ angle, radius float64 }

func (n *pruned) place(dots []dot, ring int, from, step float64, parent *polar) []dot {
	here := polar{from + step*float64(n.ends)/2, float64(ring) * ringWidth}
	d := dot{node: n.node, r: min(13, 3+math.Sqrt(float64(n.node.Moved))*0.9)}
	d.x, d.y = here.xy(here.radius)
	if parent != nil {
		d.link = curve(*parent, here)
	}
	dots = append(dots, d)
	for i := range n.children {
		dots = n.children[i].place(dots, ring+1, from, step, &here)
		from += step * float64(n.children[i].ends)
	}
	return dots
}

func (p polar) xy(radius float64) (x, y float64) {
	return radius * math.Cos(p.angle), radius * math.Sin(p.angle)
}

// curve leaves and meets the rings at right angles, as d3.linkRadial does in the
// island, so that nothing jumps when the island takes over.
func curve(a, b polar) string {
	middle := (a.radius + b.radius) / 2
	ax, ay := a.xy(a.radius)
	bx, by := b.xy(b.radius)
	cx, cy := a.xy(middle)
	dx, dy := b.xy(middle)
	return "M" + points(ax, ay) + "C" + points(cx, cy) + " " + points(dx, dy) + " " + points(bx, by)
}

func points(x, y float64) string { return decimal(x) + "," + decimal(y) }

// decimal is a length for a drawing: a tenth of a unit is finer than a pixel.
func decimal(f float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// generations are the acts by turn, each with its bar on a common scale.
func (f RippleFigures) generations(p *lang.Printer) []funnelRow {
	var most int64
	for _, n := range f.ByGeneration {
		most = max(most, n)
	}
	rows := make([]funnelRow, len(f.ByGeneration))
	for i, n := range f.ByGeneration {
		label := p.T("First acts")
		if i > 0 {
			label = p.T("Turn %d", i)
		}
		rows[i] = funnelRow{label: label, n: n, width: share(n, most), class: "bar-likes"}
	}
	return rows
}

func (n RippleNode) title(p *lang.Printer) string {
	s := n.Name
	if n.Did != "" {
		s += " " + n.Did
	}
	if !n.At.IsZero() {
		s += ", " + p.Date(n.At)
	}
	if n.Moved > 0 {
		s += ", " + p.N("moved %d person", "moved %d people", int(n.Moved))
	}
	return s
}
