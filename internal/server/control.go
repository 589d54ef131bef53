package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"path/filepath"
	"sync"
	"time"

	"goodturn/internal/problem"
)

// Commands beside a running server reach it over a unix socket in the data
// folder, so that nothing writes behind its caches. A caller sends one line of
// JSON, a request, and then its input in HTTP's chunks, whose end tells a whole
// input from that of a caller who was cut off; the server answers lines of JSON,
// replies, the last of which is final. The socket's mode is 0600: who may open the
// data may command.

const (
	socketName     = "control.sock"
	socketPathMost = 100
	requestWithin  = 10 * time.Second
	requestMost    = 64 << 10
	commandsAtOnce = 4
)

// withSocket calls f with the path of a data folder's socket. One that is too long
// for a socket's address (108 bytes on Linux, 104 elsewhere) goes through a short
// link, which only this user can make or follow, and which is gone afterwards.
func withSocket(data string, f func(path string) error) (err error) {
	data, err = filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("find the data folder: %w", err)
	}
	if path := filepath.Join(data, socketName); len(path) < socketPathMost {
		return f(path)
	}
	dir, err := os.MkdirTemp("", "goodturn-")
	if err != nil {
		return fmt.Errorf("shorten the control socket's path: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	link := filepath.Join(dir, "data")
	if err := os.Symlink(data, link); err != nil {
		return fmt.Errorf("shorten the control socket's path: %w", err)
	}
	return f(filepath.Join(link, socketName))
}

func listenSocket(data string) (l *net.UnixListener, err error) {
	err = withSocket(data, func(path string) error {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove old control socket: %w", err)
		}
		if l, err = net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path}); err != nil {
			return fmt.Errorf("open control socket: %w", err)
		}
		l.SetUnlinkOnClose(false) // the short path is gone by then
		if err := os.Chmod(path, 0o600); err != nil {
			return errors.Join(fmt.Errorf("protect control socket: %w", err), l.Close())
		}
		return nil
	})
	return l, err
}

func dialSocket(ctx context.Context, data string) (conn net.Conn, err error) {
	err = withSocket(data, func(path string) (err error) {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "unix", path)
		return err
	})
	return conn, err
}

// ErrNotRunning is the answer of Ask when no server listens in that folder.
var ErrNotRunning = errors.New("no server is running on this data")

// Request is a command with its arguments, as JSON.
type Request struct {
	Command string          `json:"command"`
	Args    json.RawMessage `json:"args"`
}

type reply struct {
	Line  string `json:"line,omitempty"`  // for the person at the keyboard
	Done  bool   `json:"done,omitempty"`  // the last reply
	Field string `json:"field,omitempty"` // of the problem
	Error string `json:"error,omitempty"`
}

// control answers commands until it is closed.
type control struct {
	listener net.Listener
	path     string
	run      func(ctx context.Context, req Request, in io.Reader, say func(string)) error
	places   chan struct{}
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

// listenControl opens the socket, removing one that a killed server left: the
// caller holds the data folder's lock, so nobody else can be listening.
func listenControl(data string, run func(context.Context, Request, io.Reader, func(string)) error) (*control, error) {
	l, err := listenSocket(data)
	if err != nil {
		return nil, err
	}
	c := &control{listener: l, path: filepath.Join(data, socketName), run: run, places: make(chan struct{}, commandsAtOnce)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.running.Go(c.accept)
	return c, nil
}

func (c *control) accept() {
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return // closed
		}
		c.places <- struct{}{}
		c.running.Go(func() {
			defer func() { <-c.places }()
			defer conn.Close()
			c.answer(conn)
		})
	}
}

func (c *control) answer(conn net.Conn) {
	stop := context.AfterFunc(c.ctx, func() { conn.Close() })
	defer stop()
	out := json.NewEncoder(conn)
	if err := conn.SetReadDeadline(time.Now().Add(requestWithin)); err != nil {
		return
	}
	in := bufio.NewReaderSize(conn, requestMost)
	line, err := in.ReadSlice('\n')
	if err != nil {
		return
	}
	var req Request
	if err := json.Unmarshal(line, &req); err != nil {
		finish(out, problem.Invalid("", "This is not a request."))
		return
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return
	}
	finish(out, c.run(c.ctx, req, httputil.NewChunkedReader(in), func(s string) {
		// A caller that left hears nothing; its command goes on.
		_ = out.Encode(reply{Line: s})
	}))
}

// finish sends the last reply; a caller that left does not get it.
func finish(out *json.Encoder, err error) {
	r := reply{Done: true}
	if p, ok := problem.Of(err); ok {
		r.Field, r.Error = p.Field, p.Text()
	} else if err != nil {
		r.Error = err.Error()
	}
	_ = out.Encode(r)
}

func (c *control) close() error {
	err := errors.Join(c.listener.Close(), os.Remove(c.path))
	c.cancel()
	c.running.Wait()
	return err
}

// Ask has the server that runs on the folder data carry out a command, with in
// as its input (nil for none), and hands each line of its answer to say. It is
// ErrNotRunning when there is no such server.
func Ask(ctx context.Context, data string, req Request, in io.Reader, say func(string)) error {
	conn, err := dialSocket(ctx, data)
	if err != nil {
		return ErrNotRunning
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	line, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("write request: %w", err)
	}
	sent := make(chan error, 1)
	go func() { sent <- send(conn.(*net.UnixConn), append(line, '\n'), in) }()
	answers := json.NewDecoder(conn)
	for {
		var r reply
		if err := answers.Decode(&r); err != nil {
			return errors.Join(fmt.Errorf("the server ended without an answer: %w", err), <-sent)
		}
		if !r.Done {
			say(r.Line)
			continue
		}
		if r.Error != "" {
			return problem.Invalid(r.Field, "%s", r.Error)
		}
		return nil
	}
}

// send half-closes in any case: without the last chunk, the server knows that it
// has not heard all.
func send(conn *net.UnixConn, line []byte, in io.Reader) (err error) {
	defer func() { err = errors.Join(err, conn.CloseWrite()) }()
	if _, err := conn.Write(line); err != nil {
		return err
	}
	chunks := httputil.NewChunkedWriter(conn)
	if in != nil {
		if _, err := io.Copy(chunks, in); err != nil {
			return err
		}
	}
	return chunks.Close()
}
