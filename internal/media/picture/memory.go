package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"

	"goodturn/internal/problem"
)

// Memory reads no more than a picture's header, and says about how many bytes
// of memory it takes to make the picture fit; it refuses what would take too
// much (an image bomb) or is no picture. A header that lies is found out by the
// decoder, which reads no further than it says.
func Memory(data []byte) (int64, error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, unreadable(err)
	}
	if c.Width < 1 || c.Height < 1 {
		return 0, unreadable(errors.New("it has no pixels"))
	}
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > MaxPixels {
		return 0, problem.TooLarge("file", "This picture has more than %d million pixels.", MaxPixels/1_000_000)
	}
	takes := pixels * 4
	switch {
	case format == "jpeg":
		takes = pixels * jpegBytes(data) / 16
	case c.ColorModel == color.NRGBA64Model || c.ColorModel == color.RGBA64Model:
		takes = pixels * 8
	}
	w, h := within(c.Width, c.Height, LargeSide)
	takes += scaling(c.Width, c.Height, w, h) + 2*4*int64(w)*int64(h) // turned upright, in a second copy
	sw, sh := within(w, h, SmallSide)
	takes += scaling(w, h, sw, sh)
	if takes > MaxMemory {
		return 0, problem.TooLarge("file", "This picture takes too much memory to read. Make it smaller, and send it again.")
	}
	return takes, nil
}

// scaling is what the slower filter of scale keeps between its two passes: four
// floats for each column of the result and each row of the source.
func scaling(fromW, fromH, w, h int) int64 {
	if fromW <= 2*w && fromH <= 2*h {
		return 0
	}
	return 4 * 8 * int64(w) * int64(fromH)
}

// jpegBytes are the bytes that decoding a JPEG takes for sixteen pixels, by its
// frame header (ITU-T T.81, section B.2.2): one for each sample, and where it is
// progressive four more, since the decoder keeps all coefficients to the end.
// What cannot be told is taken for the worst.
func jpegBytes(data []byte) int64 {
	const worst = 4 * 5 * 16
	for at := 2; at+4 <= len(data); {
		marker := data[at+1]
		switch {
		case data[at] != 0xff:
			return worst
		case marker == 0xff: // fill
			at++
			continue
		case marker < 0xc0 || marker > 0xc2:
			at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
			continue
		}
		// marker, length, precision, height, width, then the components.
		frame := data[at+2:]
		if len(frame) < 8 || len(frame) < 8+3*int(frame[7]) {
			return worst
		}
		sum, mostH, mostV := int64(0), int64(1), int64(1)
		for n := range int(frame[7]) {
			sampling := frame[8+3*n+1]
			h, v := int64(sampling>>4), int64(sampling&15)
			sum, mostH, mostV = sum+h*v, max(mostH, h), max(mostV, v)
		}
		each := int64(1)
		if marker == 0xc2 {
			each = 5
		}
		return min(worst, max(16, 16*sum*each/(mostH*mostV)))
	}
	return worst
}
