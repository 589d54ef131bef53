package web

import (
	"fmt"
	"strconv"

	"goodturn/internal/fundraiser"
	"goodturn/internal/web/look"
)

// The drawing of where money went: bars above each other, as wide as the amounts,
// and what flows from one to the next. Units are those of its viewBox.
const (
	flowWidth  = 400.0
	flowHeight = 236
	flowBar    = 26.0
	flowGap    = 6.0
	flowMost   = 7 // purposes drawn by themselves
)

// flowRows are where the three bars begin, from above.
var flowRows = [3]float64{22, 110, 198}

// flowView is one currency's flow as a drawing and a table.
type flowView struct {
	Title    string
	Bars     []flowPiece
	Streams  []flowStream
	Rows     []flowRow
	Over     *look.Amount // how much more was spent than received
	NotSpent bool
}

type flowPiece struct {
	X, Y, W, H, Class, Mark, MarkX string
	row                            int
}

// MarkY is where the bar's number stands.
func (b flowPiece) MarkY() string { return num(flowRows[b.row] + 18) }

type flowStream struct{ D, Class string }

// flowRow is a line of the table.
type flowRow struct {
	Name   string
	Amount look.Amount
	Class  string // of its bar, "" for a sum
	Mark   string
	Sum    bool
}

// flowView draws a flow: given, received, spent by purpose, and left.
func (x *visit) flowView(f fundraiser.Flow) flowView {
	v := flowView{Title: x.p.T("Where the money goes, in %s", f.Unit), NotSpent: f.Spent == 0}
	d := flowDrawing{scale: flowScale(f)}
	amount := func(n int64) look.Amount { return look.Amount{N: n, Unit: f.Unit} }
	marks := 0
	row := func(name string, n int64, class string) string {
		marks++
		mark := strconv.Itoa(marks)
		v.Rows = append(v.Rows, flowRow{Name: name, Amount: amount(n), Class: class, Mark: mark})
		return mark
	}
	at := 0.0
	for _, part := range []struct {
		name  string
		n     int64
		class string
	}{{x.p.T("Confirmed gifts"), f.Gifts, "flow-gifts"}, {x.p.T("Matched by others, and paid"), f.Matched, "flow-matched"}, {x.p.T("Told, and not confirmed yet"), f.Told, "flow-told"}} {
		if part.n == 0 {
			continue
		}
		w := d.bar(0, at, part.n, part.class, row(part.name, part.n, part.class))
		if part.class != "flow-told" {
			d.stream(0, at, at, w, part.class)
		}
		at += w
	}
	v.Rows = append(v.Rows, flowRow{Name: x.p.T("Received"), Amount: amount(f.Received()), Sum: true})
	received := d.bar(1, 0, f.Received(), "flow-received", "")
	if left := f.Left(); left < 0 {
		over := amount(-left)
		v.Over = &over
		d.bar(1, received, -left, "flow-over", "")
	}
	d.spend(f, x.p.T("Other things"), x.p.T("Left"), row)
	if f.Left() < 0 {
		v.Rows = append(v.Rows, flowRow{Name: x.p.T("Spent beyond what was received"), Amount: amount(-f.Left()), Class: "flow-over"})
	}
	v.Bars, v.Streams = d.bars, d.streams
	return v
}

// flowScale is how wide one of the smallest unit is.
func flowScale(f fundraiser.Flow) float64 {
	most := max(f.Received()+f.Told, f.Received(), f.Spent, 1)
	return (flowWidth - flowGap*(flowMost+1)) / float64(most)
}

type flowDrawing struct {
	scale   float64
	bars    []flowPiece
	streams []flowStream
}

// bar draws an amount and answers how wide it is.
func (d *flowDrawing) bar(row int, x float64, n int64, class, mark string) float64 {
	w := float64(n) * d.scale
	if w == 0 {
		return 0
	}
	b := flowPiece{X: num(x), Y: num(flowRows[row]), W: num(max(w, 1)), H: num(flowBar), Class: "flow-bar " + class, MarkX: num(x + w/2), row: row}
	if w > 14 {
		b.Mark = mark
	}
	d.bars = append(d.bars, b)
	return w
}

// stream flows from one row to the next.
func (d *flowDrawing) stream(row int, from, to, w float64, class string) {
	if w == 0 {
		return
	}
	top, bottom := flowRows[row]+flowBar, flowRows[row+1]
	middle := (top + bottom) / 2
	d.streams = append(d.streams, flowStream{Class: "flow-stream " + class, D: fmt.Sprintf("M%s %sC%s %s %s %s %s %sL%s %sC%s %s %s %s %s %sZ",
		num(from), num(top), num(from), num(middle), num(to), num(middle), num(to), num(bottom),
		num(to+w), num(bottom), num(to+w), num(middle), num(from+w), num(middle), num(from+w), num(top))})
}

// spend draws what was spent, and what is left.
func (d *flowDrawing) spend(f fundraiser.Flow, other, left string, row func(name string, n int64, class string) string) {
	parts := make([]fundraiser.Purpose, 0, flowMost+1)
	for i, p := range f.Purposes {
		if i >= flowMost && len(f.Purposes) > flowMost+1 {
			parts[flowMost].Name, parts[flowMost].Amount = other, parts[flowMost].Amount+p.Amount
			continue
		}
		parts = append(parts, p)
		if len(parts) == flowMost && len(f.Purposes) > flowMost+1 {
			parts = append(parts, fundraiser.Purpose{})
		}
	}
	from, to := 0.0, 0.0
	for i, p := range parts {
		class := "flow-spent-" + strconv.Itoa(i%4)
		w := d.bar(2, to, p.Amount, class, row(p.Name, p.Amount, class))
		d.stream(1, from, to, w, class)
		from, to = from+w, to+w+flowGap
	}
	if n := f.Left(); n > 0 {
		w := d.bar(2, to, n, "flow-left", row(left, n, "flow-left"))
		d.stream(1, from, to, w, "flow-left")
	}
}

// num writes a coordinate.
func num(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
