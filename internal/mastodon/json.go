package mastodon

import (
	"strconv"
	"time"
	"unicode/utf8"

	"goodturn/internal/id"
)

const hex = "0123456789abcdef"

// appendText appends s as a JSON string (RFC 8259, section 7). What is not
// UTF-8 becomes U+FFFD; U+2028 and U+2029 are escaped for those who read JSON as
// JavaScript.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		size := 1
		var escape string
		switch {
		case c == '"':
			escape = `\"`
		case c == '\\':
			escape = `\\`
		case c == '\n':
			escape = `\n`
		case c < ' ':
			escape = `\u00` + hex[c>>4:c>>4+1] + hex[c&15:c&15+1]
		default:
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
				escape = `\ufffd`
			} else if r == '\u2028' {
				escape = `\u2028`
			} else if r == '\u2029' {
				escape = `\u2029`
			}
		}
		if escape != "" {
			b = append(append(b, s[from:i]...), escape...)
			from = i + size
		}
		i += size
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// appendTextOr appends null for "".
func appendTextOr(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendText(b, s)
}

func appendID(b []byte, i id.ID) []byte {
	b = append(b, '"')
	return append(strconv.AppendInt(b, int64(i), 10), '"')
}

// appendIDOr appends null for 0.
func appendIDOr(b []byte, i id.ID) []byte {
	if i == 0 {
		return append(b, "null"...)
	}
	return appendID(b, i)
}

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	return append(t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z"), '"')
}

// appendTimeOr appends null for the zero time.
func appendTimeOr(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return appendTime(b, t)
}

// appendList appends a JSON array of what each appends.
func appendList[T any](b []byte, list []T, each func(b []byte, e T) []byte) []byte {
	b = append(b, '[')
	for n, e := range list {
		if n > 0 {
			b = append(b, ',')
		}
		b = each(b, e)
	}
	return append(b, ']')
}
