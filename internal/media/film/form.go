package film

import (
	"bytes"

	"goodturn/internal/problem"
)

// Sniffed is how many first bytes of a file tell what it is.
const Sniffed = 64

// Kind is what a file shows.
type Kind uint8

// The kinds.
const (
	Picture Kind = iota
	Moving       // a picture of several, without sound
	Film
	Sound
)

// Form is what a file is by its first bytes; its name and what the sender says
// are never asked.
type Form struct {
	Kind    Kind
	Demuxer string // ffmpeg's name of the one reader that it is given to; "" for a picture that it need not read
}

var (
	errForm  = problem.Invalid("file", "This is no file that can be shown. Pictures are JPEG, PNG, GIF or WebP; films MP4 or WebM; sound MP3, Ogg, FLAC, WAV or AAC.")
	errPhone = problem.Invalid("file", "Pictures of the kinds HEIC and AVIF cannot be read here. Send it as JPEG.")
)

// FormOf reads what a file is from its head. problem.Invalid for what cannot be
// shown.
func FormOf(head []byte) (Form, error) {
	for _, known := range [...]struct {
		at   int
		mark string
		Form
	}{
		{0, "\xff\xd8\xff", Form{}},
		{0, "\x89PNG\r\n\x1a\n", Form{}},
		{0, "GIF87a", Form{Picture, "gif"}},
		{0, "GIF89a", Form{Picture, "gif"}},
		{8, "WEBPVP8", Form{}},
		{0, "\x1aE\xdf\xa3", Form{Film, "matroska"}},
		{0, "OggS", Form{Sound, "ogg"}},
		{0, "fLaC", Form{Sound, "flac"}},
		{0, "ID3", Form{Sound, "mp3"}},
		{8, "WAVE", Form{Sound, "wav"}},
	} {
		if len(head) >= known.at && bytes.HasPrefix(head[known.at:], []byte(known.mark)) && (known.at == 0 || bytes.HasPrefix(head, []byte("RIFF"))) {
			return known.Form, nil
		}
	}
	switch {
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return formOfBrand(string(head[8:12]))
	case len(head) >= 2 && head[0] == 0xff && head[1]&0xf6 == 0xf0: // ADTS: its layer is 0
		return Form{Sound, "aac"}, nil
	case isMPEG(head):
		return Form{Sound, "mp3"}, nil
	}
	return Form{}, errForm
}

// isMPEG says whether it begins as a frame of MPEG audio does (ISO/IEC 11172-3,
// section 2.4.1.3), of layer III and with none of the values that mean nothing:
// a text in UTF-16 begins almost like it.
func isMPEG(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]>>3&3 != 1 && head[1]>>1&3 == 1 &&
		head[2]>>4 != 0 && head[2]>>4 != 15 && head[2]>>2&3 != 3
}

// formOfBrand tells films from sound and from the pictures that lie in the same
// kind of box (ISO/IEC 14496-12, section 4.3).
func formOfBrand(brand string) (Form, error) {
	switch brand {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return Form{}, errPhone
	case "M4A ", "M4B ":
		return Form{Sound, "mov"}, nil
	}
	return Form{Film, "mov"}, nil
}

// Moves says whether a GIF has more than one picture, reading its blocks without
// decoding any (GIF89a specification, sections 17 to 27).
func Moves(gif []byte) bool {
	const header, descriptor = 13, 9
	if len(gif) < header {
		return false
	}
	rest := gif[header:]
	skip := func(n int) bool {
		if n > len(rest) {
			rest = nil
			return false
		}
		rest = rest[n:]
		return true
	}
	colours := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	if !skip(colours(gif[10])) {
		return false
	}
	for pictures := 0; len(rest) > 1; {
		switch rest[0] {
		case '!':
			skip(2)
		case ',':
			if pictures++; pictures > 1 {
				return true
			}
			if len(rest) < 1+descriptor || !skip(1+descriptor+colours(rest[descriptor])+1) {
				return false
			}
		default:
			return false
		}
		for len(rest) > 0 && rest[0] != 0 {
			skip(1 + int(rest[0]))
		}
		skip(1)
	}
	return false
}
