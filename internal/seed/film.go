package seed

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"goodturn/internal/media"
	"goodturn/internal/media/film"
)

// Films has the room take in films and sound, within those limits. Where this
// machine has no ffmpeg, the test is left out, or fails where
// GOODTURN_TEST_REQUIRE=1 demands everything.
func Films(t testing.TB, g *Ground, s *media.Service, limits film.Limits) {
	t.Helper()
	c, err := film.FindConverter(context.Background(), filepath.Join(t.TempDir(), "films"), limits, g.Log)
	if errors.Is(err, film.ErrNoConverter) && os.Getenv("GOODTURN_TEST_REQUIRE") != "1" {
		t.Skip("left out: films and sound, there is no ffmpeg on this machine")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Converter = c
}

// Film makes a file with ffmpeg, as a phone would: args say of what.
func Film(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{"-v", "error", "-nostdin"}, args...)
	if said, err := exec.Command("ffmpeg", append(all, path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Clip is a film of one second with sound, and words hidden in it.
func Clip(t testing.TB, hidden string) []byte {
	t.Helper()
	return Film(t, "clip.mp4", "-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=10", "-f", "lavfi", "-i", "sine=duration=1",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-metadata", "title="+hidden, "-metadata", "location="+hidden)
}
