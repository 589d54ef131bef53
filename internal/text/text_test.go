package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"goodturn/internal/problem"
	"goodturn/internal/text"
)

func TestBlock(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		bad      bool
	}{
		"as it is":       {in: "Soup for Ada", want: "Soup for Ada"},
		"trimmed":        {in: "  soup \n", want: "soup"},
		"line ends":      {in: "a\r\nb\rc", want: "a\nb\nc"},
		"full":           {in: strings.Repeat("ö", 20), want: strings.Repeat("ö", 20)},
		"one too many":   {in: strings.Repeat("ö", 21), bad: true},
		"not UTF-8":      {in: "a\xffb", bad: true},
		"NUL":            {in: "a\x00b", bad: true},
		"escape":         {in: "a\x1b[31m", bad: true},
		"nothing at all": {in: " \t\n", want: ""},
		"order":          {in: "soup \u202egnp.exe\u202c \u2066!\u2069", want: "soup gnp.exe !"},
		"joiners":        {in: "👩\u200d🍳 می\u200cخواهم", want: "👩\u200d🍳 می\u200cخواهم"},
		"nothing seen":   {in: "\u200b \u2060\ufeff\u3164\u2800", want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := text.Block("note", c.in, 20)
			if c.bad {
				if p, ok := problem.Of(err); !ok || p.Kind != problem.KindInvalid || p.Field != "note" {
					t.Fatalf("got %q, %v; want a problem with note", got, err)
				}
				return
			}
			if err != nil || got != c.want {
				t.Fatalf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	if got, err := text.Line("name", "Ada\r\nLovelace\t", 20); err != nil || got != "Ada  Lovelace" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func FuzzBlock(f *testing.F) {
	f.Add("a\r\n\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := text.Block("note", s, 50)
		if err != nil {
			return
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 50 || strings.ContainsAny(got, "\x00\r") {
			t.Fatalf("%q passed as %q", s, got)
		}
		if again, err := text.Block("note", got, 50); err != nil || again != got {
			t.Fatalf("%q is not stable: %q, %v", got, again, err)
		}
	})
}

func TestTag(t *testing.T) {
	for in, want := range map[string]string{
		"#Soup": "Soup", " käse ": "käse", "ein_herz4": "ein_herz4", "किताब": "किताब", "ka\u0308se": "käse",
		strings.Repeat("ö", text.TagMost): strings.Repeat("ö", text.TagMost),
		"":                                "", "#": "", "2026": "", "two words": "", "so-so": "", "a\xffb": "", "a\x00b": "", "##soup": "",
		strings.Repeat("ö", text.TagMost+1): "",
	} {
		if got, ok := text.Tag(in); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", in, got, ok, want)
		}
	}
}

// No cell of a sheet is a formula, in letters of full width neither.
func TestCell(t *testing.T) {
	for s, want := range map[string]string{"": "", "Soup = good": "Soup = good", "=1+1": "'=1+1", "-2": "'-2", "\nx": "'\nx", "＝1": "'＝1", "|cmd": "'|cmd"} {
		if got := text.Cell(s); got != want {
			t.Errorf("%q is written %q, want %q", s, got, want)
		}
	}
}
