package web

import (
	"runtime"
	"strings"
	"testing"
)

// What is compared stays small, however many lines a text has and whether or not
// it is the first.
func TestChangedLines_Bounded(t *testing.T) {
	long := strings.Repeat("a\n", 10_000)
	for name, before := range map[string]string{"the first": "", "a long one": long + "b", "after a short one": "b"} {
		var was, is runtime.MemStats
		runtime.ReadMemStats(&was)
		lines := changedLines(before, long)
		runtime.ReadMemStats(&is)
		if n := is.TotalAlloc - was.TotalAlloc; n > 16<<20 {
			t.Errorf("%s takes %d bytes", name, n)
		}
		if len(lines) != 10_000 || lines[0] != (textLine{' ', "a"}) {
			t.Errorf("%s: %d lines", name, len(lines))
		}
	}
}

func TestChangedLines(t *testing.T) {
	got := ""
	for _, l := range changedLines("Soup\nEvery day.\nFor all.", "Soup\nEvery school day.\nFor all.") {
		got += string(l.Change) + l.Text + "|"
	}
	if want := " Soup|-Every day.|+Every school day.| For all.|"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
