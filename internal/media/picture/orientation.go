package picture

import (
	"encoding/binary"
	"image"
)

// orientation is how a camera was held: Exif 2.32, tag 0x0112. Apart from
// upright, each value says which edges of the stored picture are its top and
// its left when it is seen.
type orientation uint16

const (
	upright    orientation = 1
	mirrored   orientation = 2
	turned     orientation = 3 // by 180°
	flipped    orientation = 4
	transposed orientation = 5
	turnRight  orientation = 6 // by 90°, to be upright
	transverse orientation = 7
	turnLeft   orientation = 8
)

// orientationOf finds the orientation in a JPEG's Exif segment; upright where
// there is none or it makes no sense.
func orientationOf(jpeg []byte) orientation {
	const start, app1, scan = 0xd8, 0xe1, 0xda
	if len(jpeg) < 4 || jpeg[0] != 0xff || jpeg[1] != start {
		return upright
	}
	for b := jpeg[2:]; len(b) >= 4 && b[0] == 0xff; {
		marker := b[1]
		if marker == 0xff { // padding
			b = b[1:]
			continue
		}
		size := int(binary.BigEndian.Uint16(b[2:]))
		if marker == scan || size < 2 || len(b) < 2+size {
			return upright
		}
		if marker == app1 {
			if o, ok := exifOrientation(b[4 : 2+size]); ok {
				return o
			}
		}
		b = b[2+size:]
	}
	return upright
}

// exifOrientation reads the first directory of a TIFF structure.
func exifOrientation(b []byte) (orientation, bool) {
	const tag, short = 0x0112, 3
	if len(b) < 14 || string(b[:6]) != "Exif\x00\x00" {
		return 0, false
	}
	b = b[6:]
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0, false
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 0, false
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 0, false
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			o := orientation(order.Uint16(entries[8:]))
			return o, o >= upright && o <= turnLeft
		}
		entries = entries[12:]
	}
	return 0, false
}

// apply gives the picture as it is meant to be seen.
func (o orientation) apply(img *image.NRGBA) *image.NRGBA {
	if o <= upright || o > turnLeft {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= transposed {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewNRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := o.source(x, y, w, h)
			from, at := img.PixOffset(fx, fy), to.PixOffset(x, y)
			copy(to.Pix[at:at+4], img.Pix[from:from+4])
		}
	}
	return to
}

// source is where the pixel shown at x, y is stored in a picture of w by h.
func (o orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case mirrored:
		return w - 1 - x, y
	case turned:
		return w - 1 - x, h - 1 - y
	case flipped:
		return x, h - 1 - y
	case transposed:
		return y, x
	case turnRight:
		return y, h - 1 - x
	case transverse:
		return w - 1 - y, h - 1 - x
	case turnLeft:
		return w - 1 - y, x
	default:
		return x, y
	}
}
