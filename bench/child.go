package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// child is a server in a process of its own.
type child struct {
	addr    string // of what is measured
	metrics string // of the house's metrics and profiles
	cmd     *exec.Cmd
}

const (
	readyWithin = time.Minute
	stopWithin  = 30 * time.Second
)

// build makes the goodturn binary in dir.
func build(ctx context.Context, dir string) (path string, err error) {
	path = filepath.Join(dir, "goodturn")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "goodturn/cmd/goodturn").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build goodturn: %w\n%s", err, out)
	}
	return path, nil
}

// startHouse runs the server on a filled folder.
func startHouse(ctx context.Context, binary, data string) (*child, error) {
	addrs, err := free(2)
	if err != nil {
		return nil, err
	}
	c := &child{addr: addrs[0], metrics: addrs[1]}
	c.cmd = exec.CommandContext(ctx, binary, "serve", "--data", data, "--listen", c.addr, "--metrics", c.metrics,
		"--rate-limits", "off", "--log-level", "warn")
	return c, c.start(ctx, "/healthz")
}

// startConstant runs this program again, as the constant server.
func startConstant(ctx context.Context) (*child, error) {
	addrs, err := free(1)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	c := &child{addr: addrs[0]}
	c.cmd = exec.CommandContext(ctx, self)
	c.cmd.Env = append(os.Environ(), constantVariable+"="+c.addr)
	return c, c.start(ctx, "/1")
}

// start runs the process, and waits until it answers.
func (c *child) start(ctx context.Context, path string) error {
	c.cmd.Stderr = os.Stderr
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }
	c.cmd.WaitDelay = stopWithin
	if err := c.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.cmd.Path, err)
	}
	ready, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		err := answers(ready, c.addr, path)
		if err == nil {
			return nil
		}
		select {
		case <-ready.Done():
			return errors.Join(fmt.Errorf("%s does not answer: %w", c.cmd.Path, err), c.stop())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, addr, path string) error {
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	defer c.close() // nothing is left unread
	c.get("", path)
	_, err = c.do(false)
	return err
}

// stop ends the process gracefully, and waits for it.
func (c *child) stop() error {
	if c == nil || c.cmd.ProcessState != nil {
		return nil
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", c.cmd.Path, err)
	}
	late := time.AfterFunc(stopWithin, func() {
		c.cmd.Process.Kill() // Wait tells
	})
	defer late.Stop()
	if err := c.cmd.Wait(); err != nil && c.cmd.ProcessState.ExitCode() != 0 {
		return fmt.Errorf("stop %s: %w", c.cmd.Path, err)
	}
	return nil
}

// fetch reads a page of the metrics' listener.
func (c *child) fetch(ctx context.Context, path string) (_ []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.metrics+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("ask for %s: %s", path, res.Status)
	}
	return body, err
}

// free are addresses on loopback that nobody listens on.
func free(n int) (addrs []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() // all at the end, so that they differ
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}
