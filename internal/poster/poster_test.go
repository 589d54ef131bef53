package poster

import (
	"bytes"
	"context"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

func TestPress_PNG(t *testing.T) {
	press := NewPress()
	plainest, err := press.PNG(context.Background(), Poster{Part: -1})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]Poster{
		"usual":          {Over: "Petition · #WarmSoup", Title: "A kitchen for the market hall", Figure: "24 % of 5,000 signatures", Part: 24, Foot: "Goodturn"},
		"long":           {Title: strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 40), Part: 100},
		"one long word":  {Title: strings.Repeat("m", 5000), Part: 0},
		"Greek":          {Title: "Σούπα για όλους", Part: -1},
		"Cyrillic":       {Title: "Суп для всех", Part: -1},
		"with an emoji":  {Title: "Soup 🍲 for all", Part: -1},
		"beyond the end": {Title: "Soup", Part: 4000},
	} {
		got, err := press.PNG(context.Background(), p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		img, err := png.Decode(bytes.NewReader(got))
		if err != nil || img.Bounds().Dx() != Width || img.Bounds().Dy() != Height {
			t.Errorf("%s: %v", name, err)
		}
		if bytes.Equal(got, plainest) {
			t.Errorf("%s: nothing of it is drawn", name)
		}
		if len(got) > 150<<10 {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

// A script that the fonts cannot set is left out, rather than drawn as boxes.
func TestPress_PNG_OtherScripts(t *testing.T) {
	press := NewPress()
	for _, title := range []string{"شوربة للجميع", "大家的汤", "सबके लिए सूप", "수프"} {
		without, err := press.PNG(context.Background(), Poster{Over: "#Soup", Part: 10})
		if err != nil {
			t.Fatal(err)
		}
		with, err := press.PNG(context.Background(), Poster{Over: "#Soup", Part: 10, Title: title})
		if err != nil || !bytes.Equal(with, without) {
			t.Errorf("%s is drawn, %v", title, err)
		}
	}
}

func TestWrap(t *testing.T) {
	face, err := opentype.NewFace(NewPress().bold, &opentype.FaceOptions{Size: 20, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	width := fixed.I(200)
	for _, c := range []struct {
		s    string
		most int
		want int
		cut  bool
	}{
		{"", 2, 0, false}, {"soup", 2, 1, false}, {"soup for everybody in town", 3, 2, false},
		{"soup for everybody in town and for those who pass through", 2, 2, true}, {strings.Repeat("m", 100), 3, 3, true},
		{strings.Repeat("m", 25), 4, 3, false},
	} {
		lines := wrap(face, c.s, width, c.most)
		if len(lines) != c.want {
			t.Errorf("%q has %d lines: %q", c.s, len(lines), lines)
		}
		for _, line := range lines {
			if font.MeasureString(face, line) > width {
				t.Errorf("%q is too wide", line)
			}
		}
		if n := len(lines); n > 0 && strings.HasSuffix(lines[n-1], ellipsis) != c.cut {
			t.Errorf("%q ends as %q", c.s, lines[n-1])
		}
	}
}

func TestPoster_Key(t *testing.T) {
	a := Poster{Over: "a", Title: "b", Part: 1}
	if a.Key() != (Poster{Over: "a", Title: "b", Part: 1}).Key() || a.Key() == (Poster{Over: "a b", Part: 1}).Key() {
		t.Error("keys do not tell posters apart")
	}
}

func BenchmarkPress_paint(b *testing.B) {
	press := NewPress()
	for b.Loop() {
		if _, err := press.paint(Poster{Over: "Petition · #WarmSoup", Title: "A kitchen for the market hall", Figure: "24 %", Part: 24, Foot: "Goodturn"}); err != nil {
			b.Fatal(err)
		}
	}
}
