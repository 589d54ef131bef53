package act_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goodturn/internal/act"
)

// Whatever the bytes are, reading a sheet ends, and what passes is clean.
func FuzzSheet(f *testing.F) {
	header := strings.Join(act.SheetColumns, ",") + "\n"
	f.Add(header + "1,ada,2014-07-01T12:00:00Z,,1,minutes,\"a \"\"b\"\"\"\n")
	f.Add("\uFEFF" + header + "1,ada\r\n\"")
	f.Add("story,unit,quantity,inspired_by,at,doer,id\nx,EUR,5,,2014-07-01T12:00:00+02:00,@ben,é\n")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, file string) {
		s, err := act.OpenSheet(strings.NewReader(file))
		if err != nil {
			return
		}
		for range len(file) + 1 {
			l, bad, err := s.Next(now)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return
			}
			if bad != "" {
				continue
			}
			if l.ID == "" || l.Doer == "" || l.Line < 1 || l.Quantity < 0 || l.At.After(now) || !utf8.ValidString(l.Story+l.Doer+l.ID+l.Unit) || strings.ContainsRune(l.ID, 0) {
				t.Fatalf("%+v passed", l)
			}
		}
		t.Fatal("it has more rows than bytes")
	})
}
