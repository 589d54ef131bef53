package poster

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The colours of the style sheet's light mode.
var (
	paper     = color.RGBA{0xfa, 0xf6, 0xee, 0xff}
	sunk      = color.RGBA{0xe6, 0xdc, 0xcb, 0xff}
	ink       = color.RGBA{0x27, 0x21, 0x1b, 0xff}
	inkSoft   = color.RGBA{0x66, 0x5b, 0x4e, 0xff}
	accent    = color.RGBA{0xa6, 0x42, 0x1a, 0xff}
	water     = color.RGBA{0x1b, 0x66, 0x70, 0xff}
	waterLine = color.RGBA{0xa8, 0xcc, 0xcd, 0xff}
	gold      = color.RGBA{0xe6, 0xa2, 0x3c, 0xff}
)

// Where things stand, in pixels.
const (
	margin    = 80
	textWidth = Width - 2*margin - 150 // the rings have the rest
	overBase  = 118
	titleTop  = 150
	barTop    = 452
	barHeight = 22
	footBase  = 566

	wordsMost = 600 // runes of a line that are looked at; more has no room anyway
)

// titles are the sizes that a title is tried in, with how many lines have room.
var titles = []struct {
	size  float64
	lines int
}{{76, 2}, {62, 3}, {52, 4}}

// paint draws one poster as a PNG.
func (p *Press) paint(poster Poster) ([]byte, error) {
	img := image.NewRGBA(p.background.Rect)
	copy(img.Pix, p.background.Pix)
	if over := p.regularWords(poster.Over); over != "" {
		if err := p.line(img, p.regular, 34, accent, overBase, over); err != nil {
			return nil, err
		}
	}
	if err := p.title(img, first(poster.Title)); err != nil {
		return nil, err
	}
	figureBase := barTop - 26
	if poster.Part >= 0 {
		bar(img, margin, barTop, Width-2*margin, sunk)
		bar(img, margin, barTop, (Width-2*margin)*min(poster.Part, 100)/100, water)
	} else {
		figureBase = barTop + barHeight
	}
	if figure := p.regularWords(poster.Figure); figure != "" {
		if err := p.line(img, p.bold, 34, water, figureBase, figure); err != nil {
			return nil, err
		}
	}
	if err := p.line(img, p.bold, 30, inkSoft, footBase, p.regularWords(poster.Foot)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err := encoder.Encode(&out, img)
	return out.Bytes(), err
}

// regularWords is a line as the font can say it; "" for what it cannot.
func (p *Press) regularWords(s string) string {
	s = first(s)
	if !knows(p.regular, s) {
		return ""
	}
	return plain(p.regular, s)
}

func first(s string) string {
	n := 0
	for i := range s {
		if n++; n > wordsMost {
			return s[:i]
		}
	}
	return s
}

// title is set as large as has room.
func (p *Press) title(img *image.RGBA, title string) error {
	if !knows(p.bold, title) {
		return nil
	}
	title = plain(p.bold, title)
	for i, t := range titles {
		face, err := opentype.NewFace(p.bold, &opentype.FaceOptions{Size: t.size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return err
		}
		lines := wrap(face, title, fixed.I(textWidth), t.lines+1)
		if len(lines) > t.lines && i < len(titles)-1 {
			continue
		}
		if len(lines) > t.lines {
			lines = wrap(face, title, fixed.I(textWidth), t.lines)
		}
		for n, line := range lines {
			base := titleTop + int(t.size*(0.95+1.18*float64(n)))
			(&font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(margin, base)}).DrawString(line)
		}
		return face.Close()
	}
	return nil
}

// line is one line of words, cut where it has no more room.
func (p *Press) line(img *image.RGBA, f *opentype.Font, size float64, c color.Color, base int, s string) error {
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return err
	}
	for _, words := range wrap(face, s, fixed.I(Width-2*margin), 1) {
		(&font.Drawer{Dst: img, Src: image.NewUniform(c), Face: face, Dot: fixed.P(margin, base)}).DrawString(words)
	}
	return face.Close()
}

// background is what every poster is drawn upon: the paper, and the mark, a drop and
// what spreads from it, at the right edge.
func background() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	draw.Draw(img, img.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	const x, y = Width - 60, 150
	for _, radius := range []float32{270, 190, 120, 60} {
		circle(img, x, y, radius, waterLine)
		circle(img, x, y, radius-3, paper)
	}
	circle(img, x, y, 18, gold)
	return img
}

// round is how far a curve's handles reach that draws a quarter of a circle of
// radius 1.
const round = 4 * (math.Sqrt2 - 1) / 3

func circle(img *image.RGBA, x, y, radius float32, c color.Color) {
	r := vector.NewRasterizer(Width, Height)
	k := radius * round
	r.MoveTo(x+radius, y)
	r.CubeTo(x+radius, y+k, x+k, y+radius, x, y+radius)
	r.CubeTo(x-k, y+radius, x-radius, y+k, x-radius, y)
	r.CubeTo(x-radius, y-k, x-k, y-radius, x, y-radius)
	r.CubeTo(x+k, y-radius, x+radius, y-k, x+radius, y)
	r.ClosePath()
	r.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{})
}

// bar is a strip with round ends, no shorter than it is high.
func bar(img *image.RGBA, x, y, width int, c color.Color) {
	const h, radius = float32(barHeight), float32(barHeight) / 2
	width = max(width, barHeight)
	r := vector.NewRasterizer(width, barHeight)
	w, k := float32(width), radius*round
	r.MoveTo(radius, 0)
	r.LineTo(w-radius, 0)
	r.CubeTo(w-radius+k, 0, w, radius-k, w, radius)
	r.CubeTo(w, radius+k, w-radius+k, h, w-radius, h)
	r.LineTo(radius, h)
	r.CubeTo(radius-k, h, 0, radius+k, 0, radius)
	r.CubeTo(0, radius-k, radius-k, 0, radius, 0)
	r.ClosePath()
	r.Draw(img, image.Rect(x, y, x+width, y+barHeight), image.NewUniform(c), image.Point{})
}
