// Package poster draws the picture of a page that messengers and other networks
// show beside a link to it: what it is about, whose it is, and how far it has
// come, in the product's colours.
//
// It draws in Go's own fonts, which know Latin, Greek and Cyrillic letters and set
// no others right: a title in another script is left out, rather than shown as
// boxes, and the rest of the picture stands for itself.
package poster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"time"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"

	"goodturn/internal/cache"
)

// Width and Height of a poster in pixels, as Open Graph's readers like it.
const (
	Width  = 1200
	Height = 630
)

// Poster is what a picture says. Two that say the same are the same picture.
type Poster struct {
	Over   string // a line above the title: the kind of thing, and the movement
	Title  string
	Figure string // how far it has come; "" for none
	Part   int    // of the goal, in percent up to 100; below 0 draws no bar
	Foot   string // the server's name
}

// Key names the picture: it is another one when the poster says something else.
func (p Poster) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d %q", p.Over, p.Title, p.Figure, p.Part, p.Foot))
	return hex.EncodeToString(sum[:8])
}

const (
	keptBytes = 16 << 20
	keptFor   = time.Hour
)

// Press draws posters, one at a time, so that whoever asks for many takes no more
// than one processor; and keeps those that were asked for lately.
type Press struct {
	regular, bold *opentype.Font
	background    *image.RGBA
	turn          chan struct{}
	kept          cache.Cache[Poster, []byte]
}

// NewPress reads the fonts, which come with the binary.
func NewPress() *Press {
	p := &Press{regular: parse(goregular.TTF), bold: parse(gobold.TTF), background: background(), turn: make(chan struct{}, 1)}
	p.kept = cache.New(cache.Options[Poster, []byte]{
		Bytes: keptBytes, Age: keptFor,
		Size: func(p Poster, png []byte) int { return len(p.Title) + len(png) + 300 },
		Load: p.draw,
	})
	return p
}

func parse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("poster: a font of the binary cannot be read: " + err.Error())
	}
	return f
}

// PNG is the picture. Nobody changes it. It waits its turn as long as ctx lasts.
func (p *Press) PNG(ctx context.Context, poster Poster) ([]byte, error) {
	png, _, err := p.kept.Get(ctx, poster)
	return png, err
}

func (p *Press) draw(ctx context.Context, posters []Poster) (map[Poster][]byte, error) {
	drawn := make(map[Poster][]byte, len(posters))
	for _, poster := range posters {
		select {
		case p.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait to draw a poster: %w", ctx.Err())
		}
		png, err := p.paint(poster)
		<-p.turn
		if err != nil {
			return nil, fmt.Errorf("draw a poster: %w", err)
		}
		drawn[poster] = png
	}
	return drawn, nil
}

// knows says whether a font has a glyph for each letter and digit of s, and sets
// it right without shaping.
func knows(f *sfnt.Font, s string) bool {
	var buf sfnt.Buffer
	for _, r := range s {
		if !spoken(r) {
			continue
		}
		if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
			return false
		}
	}
	return true
}
