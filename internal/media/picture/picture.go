// Package picture makes pictures fit to be shown: it says by a header what a picture
// will take of memory, turns it upright, makes both of its sizes, and leaves behind
// what it hid. It keeps nothing.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the first frame
	"image/jpeg"
	"image/png"

	"github.com/buckket/go-blurhash"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"goodturn/internal/problem"
)

// Limits of a picture.
const (
	MaxBytes  = 16 << 20 // as it comes
	MaxPixels = 40_000_000
	MaxMemory = 512 << 20 // bytes that decoding takes
	LargeSide = 1920      // pixels, the longer side of what is made
	SmallSide = 640       // and of its preview
)

const (
	jpegQuality = 85
	blurSide    = 32 // pixels: what the blurhash is computed from
)

var errUnreadable = "This picture could not be read. Pictures are JPEG, PNG, GIF or WebP."

// Picture is an upload made fit to be shown: what it hid is gone, because only
// its pixels are encoded again.
type Picture struct {
	Type         string // content type, of both sizes
	Large, Small Encoded
	Blurhash     string
}

// Encoded is a picture in one size.
type Encoded struct {
	Data          []byte
	Width, Height int // pixels
}

func unreadable(cause error) error {
	return &problem.Error{Kind: problem.KindInvalid, Field: "file", Format: errUnreadable, Err: cause}
}

// Develop decodes a picture that passed Memory, turns it upright and makes both
// sizes. problem.Invalid for one that cannot be read.
func Develop(data []byte) (p *Picture, err error) {
	// The decoders are fuzzed, but what they read comes from strangers: a panic
	// of theirs is a picture that cannot be read.
	defer func() {
		if v := recover(); v != nil {
			p, err = nil, unreadable(fmt.Errorf("panic in a decoder: %v", v))
		}
	}()
	decoded, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, unreadable(err)
	}
	o := upright
	if format == "jpeg" {
		o = orientationOf(data)
	}
	large := o.apply(scale(decoded, LargeSide))
	small := scale(large, SmallSide)
	tiny := scale(small, blurSide)

	p = &Picture{Type: "image/jpeg"}
	if !large.Opaque() {
		p.Type = "image/png"
	}
	if p.Large, err = encode(large, p.Type); err != nil {
		return nil, err
	}
	if p.Small, err = encode(small, p.Type); err != nil {
		return nil, err
	}
	x, y := blurParts(tiny.Rect.Dx(), tiny.Rect.Dy())
	if p.Blurhash, err = blurhash.Encode(x, y, onWhite(tiny)); err != nil {
		return nil, fmt.Errorf("compute a blurhash: %w", err)
	}
	return p, nil
}

// scale is img with its longer side at most side pixels, never larger than it was.
func scale(img image.Image, side int) *image.NRGBA {
	from := img.Bounds()
	w, h := within(from.Dx(), from.Dy(), side)
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	if w == from.Dx() && h == from.Dy() {
		draw.Draw(to, to.Rect, img, from.Min, draw.Src)
		return to
	}
	// ApproxBiLinear looks at few pixels; far reductions would show it, so
	// those use the slower filter that looks at all.
	var scaler draw.Scaler = draw.ApproxBiLinear
	if from.Dx() > 2*w || from.Dy() > 2*h {
		scaler = draw.CatmullRom
	}
	scaler.Scale(to, to.Rect, img, from, draw.Src, nil)
	return to
}

func within(w, h, side int) (int, int) {
	switch {
	case w <= side && h <= side:
		return w, h
	case w >= h:
		return side, max(1, h*side/w)
	default:
		return max(1, w*side/h), side
	}
}

func encode(img *image.NRGBA, contentType string) (Encoded, error) {
	var b bytes.Buffer
	var err error
	if contentType == "image/png" {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	} else {
		// The encoder has a quick way for *image.RGBA, and opaque pixels are the
		// same in both.
		opaque := &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
		err = jpeg.Encode(&b, opaque, &jpeg.Options{Quality: jpegQuality})
	}
	if err != nil {
		return Encoded{}, fmt.Errorf("encode a picture: %w", err)
	}
	return Encoded{b.Bytes(), img.Rect.Dx(), img.Rect.Dy()}, nil
}

// blurParts are how many waves the blurhash has across and down: more along the
// longer side.
func blurParts(w, h int) (x, y int) {
	if w >= h {
		return 4, max(1, min(4, (4*h+w/2)/w))
	}
	return max(1, min(4, (4*w+h/2)/h)), 4
}

// onWhite puts what is transparent in front of white, since a blurhash has no
// transparency.
func onWhite(img *image.NRGBA) image.Image {
	if img.Opaque() {
		return img
	}
	to := image.NewRGBA(img.Rect)
	draw.Draw(to, to.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(to, to.Rect, img, img.Rect.Min, draw.Over)
	return to
}
