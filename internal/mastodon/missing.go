package mastodon

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
)

// Where clients look for the pictures of accounts that have none.
const (
	MissingAvatar = "/avatars/original/missing.png"
	missingHeader = "/headers/original/missing.png"
)

// missingPictures are drawn once: a warm disc on a lighter ground, and the
// ground alone.
func missingPictures() map[string][]byte {
	ground, disc := color.NRGBA{0xf6, 0xe7, 0xd8, 0xff}, color.NRGBA{0xd9, 0x7b, 0x4f, 0xff}
	draw := func(w, h, radius int) []byte {
		img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{ground, disc})
		for i := range w * h {
			x, y := i%w-w/2, i/w-h/2
			if x*x+y*y < radius*radius {
				img.Pix[i] = 1
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			panic(err) // an image in memory
		}
		return b.Bytes()
	}
	return map[string][]byte{MissingAvatar: draw(128, 128, 40), missingHeader: draw(300, 100, 0)}
}

func (d *Door) picture(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["X-Content-Type-Options"] = noSniff
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("Content-Type", "image/png")
		h.Set("Content-Length", strconv.Itoa(len(data)))
		if _, err := w.Write(data); err != nil {
			d.Log.Debug("answer not delivered", "route", r.Pattern, "error", err)
		}
	}
}
