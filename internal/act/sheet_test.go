package act

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Whatever the bytes are, reading a sheet ends, and what passes is clean.
func FuzzSheet(f *testing.F) {
	header := strings.Join(sheetColumns, ",") + "\n"
	f.Add(header + "1,ada,2014-07-01T12:00:00Z,,1,minutes,\"a \"\"b\"\"\"\n")
	f.Add("\uFEFF" + header + "1,ada\r\n\"")
	f.Add("story,unit,quantity,inspired_by,at,doer,id\nx,EUR,5,,2014-07-01T12:00:00+02:00,@ben,é\n")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, file string) {
		s, err := newSheet(strings.NewReader(file))
		if err != nil {
			return
		}
		for range len(file) + 1 {
			l, bad, err := s.next(now)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return
			}
			if bad != "" {
				continue
			}
			if l.id == "" || l.doer == "" || l.n < 1 || l.quantity < 0 || l.at.After(now) || !utf8.ValidString(l.story+l.doer+l.id+l.unit) || strings.ContainsRune(l.id, 0) {
				t.Fatalf("%+v passed", l)
			}
		}
		t.Fatal("it has more rows than bytes")
	})
}
