package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"goodturn/internal/id"
)

// world is what the house was filled with, as the rows need to know it.
type world struct {
	Sizes    sizes
	Readers  []string // tokens
	Posts    []id.ID
	Movement string   // slug of the one whose page is read
	Heard    string   // with a hundred, the first of Sessions
	Famous   string   // with all of Sessions
	Sessions []string // cookies of followers
	Tokens   []string // theirs too, for apps
	Follower string   // token of a follower of both
	Small    ripple
	Large    ripple
}

// ripple is a tree of acts for one call.
type ripple struct {
	Acts int
	Call id.ID
	Ends []id.ID // its newest acts, which a new one can be inspired by
}

// sizes are how much there is of everything.
type sizes struct {
	Readers   int // who also write
	Follows   int // of each reader, drawn at random
	Posts     int // of each reader
	Connected int // followers of the famous author
	Some      int // followers of the other
	Ripple    int // acts in the large ripple
}

var (
	whole   = sizes{Readers: 2000, Follows: 500, Posts: 20, Connected: 10_000, Some: 100, Ripple: 1_000_000}
	percent = sizes{Readers: 20, Follows: 10, Posts: 20, Connected: 100, Some: 10, Ripple: 10_000}
)

// worldFile keeps the world beside the data that it tells of.
const worldFile = "world.json"

// filled puts a filled house into data: one that was kept, or a new one.
func filled(ctx context.Context, o options, data string) (*world, error) {
	want := whole
	if o.quick {
		want = percent
	}
	if o.keep == "" {
		return fill(ctx, want, data)
	}
	w, err := kept(o.keep)
	if errors.Is(err, fs.ErrNotExist) {
		w, err = fill(ctx, want, filepath.Join(o.keep, "data"))
		if err == nil {
			err = w.write(o.keep)
		}
	}
	if err != nil {
		return nil, err
	}
	if w.Sizes != want {
		return nil, fmt.Errorf("what is kept in %s has other sizes; name another folder", o.keep)
	}
	return w, os.CopyFS(data, os.DirFS(filepath.Join(o.keep, "data")))
}

func kept(dir string) (*world, error) {
	text, err := os.ReadFile(filepath.Join(dir, worldFile))
	if err != nil {
		return nil, err
	}
	w := &world{}
	return w, json.Unmarshal(text, w)
}

func (w *world) write(dir string) error {
	text, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, worldFile), text, 0o600)
}

// say tells of progress, beside the table.
func say(began time.Time, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
}

// draw is n different numbers below of, but not but.
func draw(rng *rand.Rand, n, of, but int) []int {
	seen := map[int]bool{but: true}
	drawn := make([]int, 0, n)
	for len(drawn) < min(n, of-1) {
		if i := rng.IntN(of); !seen[i] {
			seen[i] = true
			drawn = append(drawn, i)
		}
	}
	return drawn
}
