package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"goodturn/internal/problem"
)

// corner is a picture that is green, with one red corner at the top left.
func corner(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{G: 200, A: 255}
			if x < w/2 && y < h/2 {
				c = color.NRGBA{R: 200, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an Exif segment with an orientation and a place into a JPEG.
func withExif(jpeg []byte, o orientation, order binary.AppendByteOrder, mark string) []byte {
	tiff := []byte(mark)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, uint16(o))
	tiff = order.AppendUint16(tiff, 0)
	tiff = append(tiff, "GPS secret place"...)
	seg := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(seg)+2))
	return append(append(out, seg...), jpeg[2:]...)
}

func isRed(img image.Image, x, y int) bool {
	r, g, _, _ := img.At(x, y).RGBA()
	return r > g
}

func TestDevelop_Orientation(t *testing.T) {
	const w, h = 80, 40
	data := asJPEG(t, corner(w, h))
	// Where the red corner is seen: left or right, top or bottom.
	for o, c := range map[orientation]struct {
		turned, right, bottom bool
	}{
		upright: {}, mirrored: {right: true}, turned: {right: true, bottom: true}, flipped: {bottom: true},
		transposed: {turned: true}, turnRight: {turned: true, right: true},
		transverse: {turned: true, right: true, bottom: true}, turnLeft: {turned: true, bottom: true},
	} {
		for mark, order := range map[string]binary.AppendByteOrder{"II*\x00": binary.LittleEndian, "MM\x00*": binary.BigEndian} {
			in := withExif(data, o, order, mark)
			p, err := Develop(in)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(p.Large.Data, []byte("GPS")) || bytes.Contains(p.Large.Data, []byte("Exif")) {
				t.Errorf("orientation %d: the place is still there", o)
			}
			img, err := jpeg.Decode(bytes.NewReader(p.Large.Data))
			if err != nil {
				t.Fatal(err)
			}
			size := image.Pt(w, h)
			if c.turned {
				size = image.Pt(h, w)
			}
			if img.Bounds().Size() != size || p.Large.Width != size.X {
				t.Errorf("orientation %d: size %v", o, img.Bounds().Size())
			}
			x, y := size.X/4, size.Y/4
			if c.right {
				x = size.X - x
			}
			if c.bottom {
				y = size.Y - y
			}
			if !isRed(img, x, y) || isRed(img, size.X-x, size.Y-y) {
				t.Errorf("orientation %d: the corner is elsewhere", o)
			}
		}
	}
}

func TestDevelop_Sizes(t *testing.T) {
	clear := corner(2400, 1200)
	clear.Set(0, 0, color.NRGBA{})
	var moving bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 10, 20), color.Palette{color.White, color.Black})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data         []byte
		contentType  string
		large, small image.Point
	}{
		"photo":       {asJPEG(t, corner(2400, 1200)), "image/jpeg", image.Pt(1920, 960), image.Pt(640, 320)},
		"transparent": {asPNG(t, clear), "image/png", image.Pt(1920, 960), image.Pt(640, 320)},
		"opaque PNG":  {asPNG(t, corner(30, 20)), "image/jpeg", image.Pt(30, 20), image.Pt(30, 20)},
		"thin":        {asPNG(t, corner(4000, 1)), "image/jpeg", image.Pt(1920, 1), image.Pt(640, 1)},
		"one pixel":   {asPNG(t, corner(1, 1)), "image/jpeg", image.Pt(1, 1), image.Pt(1, 1)},
		"moving":      {moving.Bytes(), "image/jpeg", image.Pt(10, 20), image.Pt(10, 20)},
	} {
		p, err := Develop(c.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		large, small := image.Pt(p.Large.Width, p.Large.Height), image.Pt(p.Small.Width, p.Small.Height)
		if p.Type != c.contentType || large != c.large || small != c.small || len(p.Blurhash) < 6 {
			t.Errorf("%s: %s of %v and %v, blurhash %q", name, p.Type, large, small, p.Blurhash)
		}
		if config, _, err := image.DecodeConfig(bytes.NewReader(p.Large.Data)); err != nil || config.Width != large.X {
			t.Errorf("%s: the file is %d wide, %v", name, config.Width, err)
		}
	}
}

// bomb is a PNG of a few bytes that says it is huge.
func bomb(t testing.TB, w, h uint32) []byte {
	data := asPNG(t, corner(1, 1))
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	// The header's checksum.
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestMemory_Err(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		kind problem.Kind
	}{
		"bomb":        {bomb(t, 100_000, 100_000), problem.KindTooLarge},
		"just over":   {bomb(t, MaxPixels/1000+1, 1000), problem.KindTooLarge},
		"text":        {[]byte("<svg onload=alert(1)>"), problem.KindInvalid},
		"nothing":     {nil, problem.KindInvalid},
		"only a mark": {[]byte("\x89PNG\r\n\x1a\n"), problem.KindInvalid},
	} {
		if _, err := Memory(c.data); !problem.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Memory(asPNG(t, corner(3, 2))); err != nil {
		t.Error(err)
	}
}

func TestDevelop_Broken(t *testing.T) {
	photo := asJPEG(t, corner(80, 40))
	for name, data := range map[string][]byte{
		"cut off": photo[:len(photo)/2],
		"lying":   bomb(t, 2000, 2000), // says more than it holds
	} {
		if _, err := Memory(data); err != nil {
			continue
		}
		if _, err := Develop(data); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOrientation reads what strangers might send.
func FuzzOrientation(f *testing.F) {
	photo := asJPEG(f, corner(8, 8))
	f.Add(photo)
	f.Add(withExif(photo, turned, binary.LittleEndian, "II*\x00"))
	f.Add(withExif(photo, turned, binary.BigEndian, "MM\x00*")[:40])
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := orientationOf(data); o < upright || o > turnLeft {
			t.Errorf("orientation %d", o)
		}
	})
}

// What a picture takes is known by its header, and one that takes too much is
// refused, however small its file.
func TestMemory(t *testing.T) {
	gray16 := func(w, h int) []byte { return asPNG(t, image.NewNRGBA64(image.Rect(0, 0, w, h))) }
	// A JPEG's header alone: 8000 × 5000 in three components.
	frame := func(marker, luma byte) []byte {
		return append([]byte{0xff, 0xd8, 0xff, 0xff, marker, 0, 17, 8, 5000 >> 8, 5000 & 0xff, 8000 >> 8, 8000 & 0xff, 3,
			1, luma, 0, 2, 0x11, 0, 3, 0x11, 0}, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0)
	}
	small := asPNG(t, corner(100, 100))
	for name, c := range map[string]struct {
		data        []byte
		least, most int64 // megabytes; 0 is refused
	}{
		"small":                    {small, 0, 1},
		"sixteen bits":             {gray16(1000, 1000), 8, 40},
		"baseline, halved colours": {frame(0xc0, 0x22), 360, 420},
		"progressive, halved":      {frame(0xc2, 0x22), 0, 0},
		"progressive, all colours": {frame(0xc2, 0x11), 0, 0},
		"two wide":                 {bomb(t, 2, 20_000_000), 0, 0},
	} {
		takes, err := Memory(c.data)
		if c.most == 0 {
			if !problem.Is(err, problem.KindTooLarge) {
				t.Errorf("%s: %d MB, %v", name, takes>>20, err)
			}
			continue
		}
		if err != nil || takes>>20 < c.least || takes>>20 > c.most {
			t.Errorf("%s: %d MB, %v", name, takes>>20, err)
		}
	}
}
