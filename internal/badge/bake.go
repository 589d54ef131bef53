package badge

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

const (
	pngHead  = "\x89PNG\r\n\x1a\n"
	headSize = len(pngHead) + 4 + 4 + 13 + 4 // with the first chunk, IHDR

	// bakedAs is the keyword of the chunk that holds a credential.
	bakedAs = "openbadgecredential"
)

// Bake puts a signed credential into a PNG that holds none, as section 5.3.1 of the
// standard says: in an iTXt chunk that is not compressed (section 11.3.3.4 of PNG).
func Bake(png []byte, jwt string) ([]byte, error) {
	if len(png) < headSize || string(png[:len(pngHead)]) != pngHead || string(png[len(pngHead)+4:][:4]) != "IHDR" {
		return nil, errors.New("bake a badge: this is no PNG")
	}
	var chunk bytes.Buffer
	chunk.WriteString("iTXt" + bakedAs + "\x00")
	chunk.WriteString("\x00\x00") // not compressed, by no method
	chunk.WriteString("\x00\x00") // in no language, and no keyword in it
	chunk.WriteString(jwt)
	out := make([]byte, 0, len(png)+chunk.Len()+8)
	out = append(out, png[:headSize]...)
	out = binary.BigEndian.AppendUint32(out, uint32(chunk.Len()-4))
	out = append(out, chunk.Bytes()...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk.Bytes()))
	return append(out, png[headSize:]...), nil
}
