package poster

import (
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// spoken says whether a title is not the same without the rune: emojis and the
// like are left out where the font does not know them.
func spoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) }

// plain is s with what the font knows, in one line.
func plain(f *sfnt.Font, s string) string {
	var buf sfnt.Buffer
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

const ellipsis = "…"

// wrap breaks s into at most so many lines of a width, between words where it can;
// the last line ends in an ellipsis where something is left out.
func wrap(face font.Face, s string, width fixed.Int26_6, most int) []string {
	var lines []string
	line := ""
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		longer := strings.TrimPrefix(line+" "+words[i], " ")
		switch {
		case font.MeasureString(face, longer) <= width:
			line = longer
			continue
		case line == "": // a word longer than a line
			head, rest := cut(face, words[i], width)
			words[i], line = rest, head
		}
		if len(lines) == most-1 {
			return append(lines, shorten(face, line, width))
		}
		lines, line = append(lines, line), ""
		i-- // the word, or what is left of it, begins the next line
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut is as much of a word as has room, one rune at least, and the rest.
func cut(face font.Face, word string, width fixed.Int26_6) (head, rest string) {
	runes := []rune(word)
	n := 1
	for n < len(runes) && font.MeasureString(face, string(runes[:n+1])) <= width {
		n++
	}
	return string(runes[:n]), string(runes[n:])
}

// shorten ends a line that goes on in an ellipsis.
func shorten(face font.Face, line string, width fixed.Int26_6) string {
	runes := []rune(strings.TrimRight(line, " "))
	for len(runes) > 0 && font.MeasureString(face, string(runes)+ellipsis) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + ellipsis
}
