package film

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color/palette"
	"image/gif"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// aGIF has so many frames.
func aGIF(t testing.TB, frames int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for range frames {
		g.Image, g.Delay = append(g.Image, image.NewPaletted(image.Rect(0, 0, 9, 7), palette.Plan9)), append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMoves(t *testing.T) {
	if Moves(aGIF(t, 1)) {
		t.Error("one picture moves")
	}
	two := aGIF(t, 2)
	if !Moves(two) {
		t.Error("two do not")
	}
	if Moves(two[:20]) || Moves(nil) {
		t.Error("what was cut off moves")
	}
}

// FuzzFormOf reads what strangers might send, as far as this process reads it by
// itself.
func FuzzFormOf(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18ftypisom"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVE"))
	f.Add([]byte("\xff\xfb\x90\x00"))
	f.Add(aGIF(f, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		Moves(data)
		if known, err := FormOf(data); err == nil && known.Kind != Picture && known.Demuxer == "" {
			t.Errorf("%q has no reader", data)
		}
	})
}

// FuzzParseProbe reads what ffprobe says of a stranger's file.
func FuzzParseProbe(f *testing.F) {
	f.Add([]byte(`{"streams":[{"codec_type":"video","width":2,"height":3,"avg_frame_rate":"30000/1001","disposition":{"attached_pic":0}}],"format":{"duration":"1.5"}}`))
	f.Add([]byte(`{"streams":[{"codec_type":"audio"}],"format":{"duration":"NaN"}}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","width":2,"height":3,"avg_frame_rate":"1e999/0"}]}`))
	f.Fuzz(func(t *testing.T, said []byte) {
		p, err := parseProbe(said)
		if err == nil && (p.Length < 0 || p.rate() < 0 || p.Film && (p.Width < 1 || p.Height < 1)) {
			t.Errorf("%s is read as %+v", said, p)
		}
	})
}

// TestCage has ffmpeg read a playlist as one, which FormOf never lets it: it
// still opens nothing but its file.
func TestCage(t *testing.T) {
	c, err := FindConverter(context.Background(), filepath.Join(t.TempDir(), "films"), Limits{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if errors.Is(err, ErrNoConverter) && os.Getenv("GOODTURN_TEST_REQUIRE") != "1" {
		t.Skip("left out: films and sound, there is no ffmpeg on this machine")
	}
	if err != nil {
		t.Fatal(err)
	}
	c.cage.sealed = false // what holds must hold without it
	var asked atomic.Int32
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer site.Close()
	for demuxer, list := range map[string]string{
		"hls":    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n" + site.URL + "/a.ts\n#EXT-X-ENDLIST\n",
		"concat": "ffconcat version 1.0\nfile " + site.URL + "/a.mp4\n",
	} {
		_, err := c.Convert(context.Background(), demuxer, func(path string) error { return os.WriteFile(path, []byte(list), 0o600) })
		var f *Failure
		if !errors.As(err, &f) || asked.Load() > 0 {
			t.Errorf("%s: %v, asked %d times", demuxer, err, asked.Load())
		}
	}
	shell := func(script string) error {
		_, err := c.cage.run(context.Background(), c.dir, 0, "/bin/sh", "-c", script)
		return err
	}
	if err := shell(`test -z "$HOME$USER$GOODTURN_DATABASE"`); err != nil {
		t.Errorf("it sees the environment: %v", err)
	}
	if shell("exec head -c 9000 /dev/zero > larger") == nil {
		t.Error("a program wrote more than it may")
	}
	left, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.IsDir() {
			t.Errorf("the folder %s stayed", e.Name())
		}
	}
}
