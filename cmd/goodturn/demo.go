package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"goodturn/internal/server"
)

// demoFile marks a folder that the demo filled, and keeps how to sign in.
const demoFile = "demo.json"

type demoCmd struct {
	Data   string `env:"GOODTURN_DEMO_DATA" help:"Folder of the demo, which is its alone." default:"goodturn-demo" type:"path"`
	Listen string `env:"GOODTURN_DEMO_LISTEN" help:"Address and port." default:"127.0.0.1:8080"`
	Fresh  bool   `help:"Fill it anew, even if it was filled today."`
}

// demo is what demoFile holds.
type demo struct {
	FilledOn string          `json:"filled_on"` // the day, in UTC
	SignIns  []server.SignIn `json:"sign_ins"`
}

func (c demoCmd) Run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	slog.SetDefault(log)
	listen, err := freeAddress(c.Listen)
	if err != nil {
		return err
	}
	config := server.Config{Data: c.Data, Listen: listen, Name: "Goodturn demo", Version: buildVersion(), Log: log, Open: loopback(listen)}
	d, err := c.filled()
	if err != nil {
		return err
	}
	if d == nil {
		if d, err = c.fill(ctx, config); err != nil {
			return err
		}
	}
	return serve(ctx, config, func(s *server.Server) {
		fmt.Printf("\nGoodturn runs at %s\n\nSign in as\n", s.URL())
		for _, in := range d.SignIns {
			fmt.Printf("  %-8s password %s   %s\n", in.Username, in.Password, in.What)
		}
		fmt.Printf("\nEverybody else in it is invented. It lies in %s; ctrl-C stops it.\n", c.Data)
	})
}

// freeAddress is the address, or the same with a free port where something
// listens on it already: a newcomer should not have to look for one.
func freeAddress(address string) (string, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		host, _, splitErr := net.SplitHostPort(address)
		if splitErr != nil {
			return "", splitErr
		}
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return "", fmt.Errorf("listen for requests: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// loopback says whether nobody but this machine reaches the address: then whoever
// signs up is let in at once. Elsewhere the organiser lets them in.
func loopback(address string) bool {
	a, err := netip.ParseAddrPort(address)
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// filled is the demo in the folder, nil if it is to be filled. A folder that
// holds something else is left alone.
func (c demoCmd) filled() (*demo, error) {
	entries, err := os.ReadDir(c.Data)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into the demo's folder: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(c.Data, demoFile))
	var d demo
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		return nil, fmt.Errorf("%s holds something that is not a demo; name another folder with --data", c.Data)
	}
	if server.Running(c.Data) {
		return nil, fmt.Errorf("a demo is running on %s already; stop it, or name another folder with --data", c.Data)
	}
	if !c.Fresh && d.FilledOn == today() {
		return &d, nil
	}
	if err := os.RemoveAll(c.Data); err != nil {
		return nil, fmt.Errorf("clear the old demo: %w", err)
	}
	return nil, nil
}

// fill makes the folder, and marks it as the demo's before anything else, so
// that a fill that was cut off is cleared by the next.
func (c demoCmd) fill(ctx context.Context, config server.Config) (*demo, error) {
	fmt.Println("Filling a demo: some thousand invented people pass a bucket on.")
	began := time.Now()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the demo's folder: %w", err)
	}
	if err := c.mark(demo{}); err != nil {
		return nil, err
	}
	password := func() string { return strings.ToLower(rand.Text()[:14]) }
	config.Sync = "OFF" // what is cut off is filled anew
	d := &demo{FilledOn: today()}
	var err error
	d.SignIns, err = server.FillSample(ctx, config, password, func(line string) { fmt.Println("  " + line) })
	if err != nil {
		return nil, err
	}
	fmt.Printf("  filled in %.1f s\n", time.Since(began).Seconds())
	return d, c.mark(*d)
}

func (c demoCmd) mark(d demo) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("mark the demo's folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.Data, demoFile), text, 0o600); err != nil {
		return fmt.Errorf("mark the demo's folder: %w", err)
	}
	return nil
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }
