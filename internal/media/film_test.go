package media_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/blob"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/media/film"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// cinema is a room that makes films fit, with somebody who sends some.
type cinema struct {
	*seed.Ground
	room *media.Service
	t    *testing.T
	ada  *account.Account
	v    account.Viewer
}

func eachFilm(t *testing.T, limits film.Limits, f func(t *testing.T, r *cinema)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newFilm(t, d, limits)) })
}

// oneFilm is for what becomes of files, whichever engine keeps their rows: a
// converter is slow.
func oneFilm(t *testing.T, limits film.Limits) *cinema {
	return newFilm(t, dbtest.Open(t, db.SQLite), limits)
}

func newFilm(t *testing.T, d *db.DB, limits film.Limits) *cinema {
	t.Helper()
	g := seed.NewGround(t, d)
	r := &cinema{Ground: g, room: seed.Media(t, g), t: t, ada: seed.Account(t, g, "ada")}
	r.v = account.As(r.ada)
	seed.Films(t, g, r.room, limits)
	return r
}

// receive takes a file in that has to wait.
func (r *cinema) receive(data []byte, u media.Upload) *media.Media {
	r.t.Helper()
	m, err := r.room.Receive(ctx, r.v, bytes.NewReader(data), u)
	if err != nil {
		r.t.Fatal(err)
	}
	if m.State != media.Waiting || m.URL() != "" {
		r.t.Errorf("it does not wait: %+v", m)
	}
	return m
}

// finished is what became of it.
func (r *cinema) finished(i id.ID) *media.Media {
	r.t.Helper()
	m, err := r.room.Finished(ctx, r.v, i, time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *cinema) attach(ids ...id.ID) error {
	return r.D.Update(ctx, func(tx *db.Tx) error {
		_, err := r.room.AttachIn(tx, r.ada.ID, ids, media.OnPost, 7)
		return err
	})
}

// bytes is a file as it is served.
func (r *cinema) bytes(key, contentType string) []byte {
	r.t.Helper()
	f, err := r.room.Open(ctx, r.v, key)
	if err != nil {
		r.t.Fatal(err)
	}
	if f.Type != contentType {
		r.t.Errorf("it is served as %s", f.Type)
	}
	if _, ok := f.ReadCloser.(io.Seeker); !ok {
		r.t.Error("one cannot begin in its middle")
	}
	data, err := io.ReadAll(f)
	if err != nil || f.Close() != nil {
		r.t.Fatal(err)
	}
	return data
}

func TestReceive_Film(t *testing.T) {
	eachFilm(t, film.Limits{}, func(t *testing.T, r *cinema) {
		m := r.receive(seed.Clip(t, "at grandmother's house"), media.Upload{Description: "a test card"})
		if err := r.attach(m.ID); err == nil || !strings.Contains(err.Error(), "Cannot attach files that have not finished processing") {
			t.Errorf("attached what waits: %v", err)
		}
		r.Work(t)
		m = r.finished(m.ID)
		if m.State != media.Ready || m.Kind != media.Video || m.Width != 160 || m.Height != 120 || !m.Sound || m.Rate() != 10 || m.Description != "a test card" {
			t.Errorf("got %+v", m)
		}
		if m.Duration < 900*time.Millisecond || m.Duration > 1200*time.Millisecond {
			t.Errorf("it lasts %v", m.Duration)
		}
		data := r.bytes(m.Key, "video/mp4")
		if bytes.Contains(data, []byte("grandmother")) || int64(len(data)) != m.Bytes || string(data[4:8]) != "ftyp" {
			t.Errorf("%d bytes, or what it hid is still there", len(data))
		}
		r.bytes(m.SmallKey, m.SmallType)
		if !strings.HasSuffix(m.URL(), ".mp4") || m.SmallWidth != 160 || m.Blurhash == "" {
			t.Errorf("it is shown as %+v", m)
		}
		if err := r.attach(m.ID, seed.Picture(t, r.room, r.ada).ID); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("a film beside a picture: %v", err)
		}
		if err := r.attach(m.ID); err != nil {
			t.Error(err)
		}
		if err := r.room.Remove(ctx, r.v, m.ID); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("removed what a post shows: %v", err)
		}
	})
}

func TestReceive_Kinds(t *testing.T) {
	r := oneFilm(t, film.Limits{})
	with := func(source string, more ...string) []string {
		return slices.Concat([]string{"-f", "lavfi", "-i", source}, more)
	}
	const tone, card = "sine=duration=1", "testsrc=duration=1:size=64x48:rate=5"
	picture := seed.Film(t, "a.png", with(card, "-frames:v", "1")...)
	waits := map[string]*media.Media{
		"webm": r.receive(seed.Film(t, "a.webm", with(card, "-c:v", "libvpx", "-b:v", "100k")...), media.Upload{}),
		"wav":  r.receive(seed.Film(t, "a.wav", with(tone)...), media.Upload{}),
		"ogg":  r.receive(seed.Film(t, "a.ogg", with(tone, "-c:a", "libvorbis")...), media.Upload{}),
		"gif":  r.receive(seed.Film(t, "a.gif", with(card)...), media.Upload{}),
		// Sound in a film's box is sound.
		"mp4": r.receive(seed.Film(t, "a.mp4", with(tone, "-c:a", "aac")...), media.Upload{Preview: bytes.NewReader(picture)}),
	}
	r.Work(t)
	for name, want := range map[string]media.Kind{"webm": media.Video, "wav": media.Audio, "ogg": media.Audio, "gif": media.Moving, "mp4": media.Audio} {
		m := r.finished(waits[name].ID)
		if m.State != media.Ready || m.Kind != want || m.Sound != (want == media.Audio) || m.Duration == 0 {
			t.Errorf("%s: %+v", name, m)
		} else if want == media.Audio {
			r.bytes(m.Key, "audio/mpeg")
		}
	}
	if m := r.finished(waits["mp4"].ID); m.SmallURL() == "" {
		t.Error("the chosen preview is gone")
	}
	if m := r.finished(waits["wav"].ID); m.SmallURL() != "" {
		t.Error("sound has a picture that nobody gave it")
	}
	changed, err := r.room.Update(ctx, r.v, waits["wav"].ID, media.Upload{Preview: bytes.NewReader(picture)})
	if err != nil || changed.SmallURL() == "" {
		t.Errorf("no preview: %+v, %v", changed, err)
	}
	if err := r.room.Remove(ctx, r.v, waits["ogg"].ID); err != nil {
		t.Error(err)
	}
}

// What cannot be shown is refused at once where its first bytes tell, and else
// once it was looked at.
func TestReceive_Hostile(t *testing.T) {
	r := oneFilm(t, film.Limits{Length: time.Second})
	for name, data := range map[string]string{
		"playlist":      "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nhttp://127.0.0.1:1/secret\n#EXT-X-ENDLIST\n",
		"concatenation": "ffconcat version 1.0\nfile /etc/passwd\n",
		"a phone's":     "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
		"text":          "\xff\xfeh\x00e\x00l\x00l\x00o\x00",
		"drawing":       "<svg onload=alert(1)>",
		"nothing":       "",
	} {
		if _, err := r.room.Receive(ctx, r.v, strings.NewReader(data), media.Upload{}); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	clip := seed.Clip(t, "x")
	plain := func(name, length, size, rate string) []byte {
		return seed.Film(t, name, "-f", "lavfi", "-i", "color=duration="+length+":size="+size+":rate="+rate, "-c:v", "libx264", "-preset", "ultrafast")
	}
	waits := map[string]*media.Media{
		"cut off":       r.receive(clip[:len(clip)/2], media.Upload{}),
		"only a mark":   r.receive([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41"), media.Upload{}),
		"list in a box": r.receive([]byte("\x00\x00\x00\x18ftypisom\n#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), media.Upload{}),
		"too long":      r.receive(plain("long.mp4", "3", "32x32", "5"), media.Upload{}),
		"too large":     r.receive(plain("large.mp4", "0.2", "4096x2304", "5"), media.Upload{}),
		"too fast":      r.receive(plain("fast.mp4", "0.1", "32x32", "240"), media.Upload{}),
		// It ended the process three times already.
		"poison": r.receive(clip, media.Upload{}),
	}
	r.Update(t, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE media SET tries = 3 WHERE id = $1`, waits["poison"].ID)
		return err
	})
	r.receive(clip, media.Upload{})
	if _, err := r.room.Receive(ctx, r.v, bytes.NewReader(clip), media.Upload{}); !problem.Is(err, problem.KindTooMany) {
		t.Errorf("more wait than may: %v", err)
	}
	r.Work(t)
	want := map[string]media.State{"too long": media.TooLong, "too fast": media.TooLarge}
	for name, m := range waits {
		got := r.finished(m.ID)
		if w, said := want[name]; said && got.State != w || !said && got.State != media.Unreadable && got.State != media.TooLarge {
			t.Errorf("%s is %s", name, got.State)
		}
		if got.Trouble() == nil || got.URL() != "" {
			t.Errorf("%s can be shown", name)
		}
	}
}

func TestReceive_WithoutConverter(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		ada := account.As(seed.Account(t, g, "ada"))
		_, err := s.Receive(ctx, ada, strings.NewReader("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41"), media.Upload{})
		if p, ok := problem.Of(err); !ok || !strings.Contains(p.Text(), "has not installed ffmpeg") {
			t.Errorf("got %v", err)
		}
		theirs := seed.Picture(t, s, seed.Account(t, g, "lin"))
		if err := s.Remove(ctx, ada, theirs.ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("removed another's: %v", err)
		}
	})
}

// A file whose row a crash kept from being written is found, once it is a day old.
func TestSweepFiles(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *media.Service) {
		seed.Picture(t, s, seed.Account(t, g, "ada"))
		if err := g.Files.Put(ctx, blob.NewKey(), "image/png", []byte("left behind")); err != nil {
			t.Fatal(err)
		}
		sweep := func(want int) {
			t.Helper()
			if err := s.SweepFiles(ctx); err != nil {
				t.Fatal(err)
			}
			if got := seed.Stored(t, g); got != want {
				t.Errorf("%d files, should be %d", got, want)
			}
		}
		g.Clock.Add(time.Since(g.Clock.Now())) // files know the machine's time
		sweep(3)
		g.Clock.Add(25 * time.Hour)
		sweep(2)
	})
}
