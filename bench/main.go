// Command bench measures what Goodturn's speed means to people: how many home
// timelines, posts and movement pages it serves a second, how many likes, posts
// and acts it takes, what ten thousand connected followers cost, and how much
// memory that takes. Each row is a ratio as well: the same load, from the same
// client, on a server that answers a constant body of the same size with the
// same net/http, in turns with the house, so that a busy or slow machine weighs
// on both.
//
// The server is the real one, in a process of its own, on SQLite with every
// write synchronised. Its data is invented, and made in this process before.
//
//	go run ./bench                    everything, in some minutes
//	go run ./bench -quick             at 1 % of the size, in seconds
//	go run ./bench -only home,like    some rows
//	go run ./bench -profile DIR       CPU profiles of the server, one a row
//	go run ./bench -keep DIR          makes the data once, and copies it for each run
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	quick    bool
	only     []string // parts of rows' names; all rows if empty
	duration time.Duration
	json     bool
	profile  string // folder; none if empty
	keep     string // folder of filled data; a temporary one if empty
}

func main() {
	if isConstant() {
		exit(serveConstant())
	}
	var o options
	var only string
	flag.BoolVar(&o.quick, "quick", false, "1 % of the sizes, and short times")
	flag.StringVar(&only, "only", "", "parts of the names of rows, separated by commas")
	flag.DurationVar(&o.duration, "d", 4*time.Second, "how long to measure each row")
	flag.BoolVar(&o.json, "json", false, "print rows as JSON lines")
	flag.StringVar(&o.profile, "profile", "", "folder for CPU profiles of the server")
	flag.StringVar(&o.keep, "keep", "", "folder in which the filled data is kept for the next run")
	flag.Parse()
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	if o.quick && !isSet("d") {
		o.duration = quickDuration
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	print := printJSON
	if !o.json {
		print = table()
	}
	exit(run(ctx, o, print))
}

// quickDuration is how long -quick measures each row.
const quickDuration = 200 * time.Millisecond

func isSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

func exit(err error) {
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures all rows that o asks for, and calls print with each.
func run(ctx context.Context, o options, print func(result)) (err error) {
	dir, err := os.MkdirTemp("", "goodturn-bench-*")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m, err := newMachine(ctx, o, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.stop()) }()
	for _, r := range rows() {
		if !o.wants(r.name) {
			continue
		}
		if err := m.measure(ctx, r, print); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return ctx.Err()
}

// wants says whether a row was asked for.
func (o options) wants(name string) bool {
	if len(o.only) == 0 {
		return true
	}
	for _, part := range o.only {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
