package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// way is how a follower listens.
type way struct {
	ask    string // the request, without its first line's end
	status string
	posted string // what it is told of a post
	alive  string // what it says now and then, "" where nothing is asked
}

// A page has server-sent events of its own; an app those of Mastodon's streaming
// API, or a WebSocket. %s is the session, or the token.
var (
	byPage   = way{"GET /live?home=1 HTTP/1.1\r\nHost: localhost\r\nCookie: goodturn=%s\r\n\r\n", "HTTP/1.1 200", "event: post.Created\n", ""}
	byEvents = way{"GET /api/v1/streaming/user HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", "HTTP/1.1 200", "event: update\n", ""}
	bySocket = way{"GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n" +
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		"HTTP/1.1 101", `"event":"update"`, "\x8a\x80\x00\x00\x00\x00"}
)

// A WebSocket answers pings. Instead of looking for them it says that it is there
// whenever it hears something and has not said so for aliveEvery, which a server
// takes as well (RFC 6455, section 5.5.3).
const aliveEvery = 5 * time.Second

// audience is followers who listen.
type audience struct {
	way   way
	conns []net.Conn
	told  atomic.Int64  // posts that were told, over all
	cut   atomic.Int64  // streams that the server ended, to have the page read anew
	news  chan struct{} // there was something since it was last read
	all   sync.WaitGroup
}

// openers is how many streams are opened at once, and openWithin how long one
// may take.
const (
	openers    = 32
	openWithin = 30 * time.Second
)

// connect opens a stream for each session or token.
func connect(ctx context.Context, addr string, by way, sessions []string) (_ *audience, err error) {
	a := &audience{way: by, news: make(chan struct{}, 1), conns: make([]net.Conn, len(sessions))}
	var next atomic.Int64
	failed := make(chan error, openers)
	for range openers {
		go func() {
			for {
				i := int(next.Add(1) - 1)
				if i >= len(sessions) || ctx.Err() != nil {
					failed <- ctx.Err()
					return
				}
				if err := a.open(ctx, addr, i, sessions[i]); err != nil {
					failed <- fmt.Errorf("open stream %d: %w", i, err)
					return
				}
			}
		}()
	}
	for range openers {
		err = errors.Join(err, <-failed)
	}
	if err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// open asks for a stream, and has its events counted.
func (a *audience) open(ctx context.Context, addr string, i int, session string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	a.conns[i] = conn
	if err := conn.SetDeadline(time.Now().Add(openWithin)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, a.way.ask, session); err != nil {
		return err
	}
	head := make([]byte, 1024)
	n, err := io.ReadAtLeast(conn, head, len(a.way.status))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(head[:n], []byte(a.way.status)) {
		return fmt.Errorf("answered %.100q", head[:n])
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return err
	}
	a.all.Go(func() { a.listen(conn) })
	return nil
}

// heardAtOnce is how much is read at once, in bytes: an audience that falls behind
// is told megabytes, and reads them on the cores that are measured.
const heardAtOnce = 8 << 10

// listen counts what a stream tells of posts, until it ends.
func (a *audience) listen(conn net.Conn) {
	posted := []byte(a.way.posted)
	b := make([]byte, heardAtOnce)
	kept := 0 // of what was read before, where posted may have begun
	said := time.Now()
	for {
		n, err := conn.Read(b[kept:])
		if now := time.Now(); a.way.alive != "" && n > 0 && now.Sub(said) > aliveEvery {
			said = now
			io.WriteString(conn, a.way.alive) // where that fails, so will the next reading
		}
		heard := b[:kept+n]
		if told := bytes.Count(heard, posted); told > 0 {
			a.told.Add(int64(told))
			heard = heard[bytes.LastIndex(heard, posted)+len(posted):]
		}
		kept = copy(b, heard[max(0, len(heard)-len(posted)+1):])
		if n > 0 {
			a.wake()
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				a.cut.Add(1)
				a.wake()
			}
			return
		}
	}
}

func (a *audience) wake() {
	select {
	case a.news <- struct{}{}:
	default:
	}
}

// wait waits until posts have been told so often, or ctx is done.
func (a *audience) wait(ctx context.Context, told int64) error {
	for a.told.Load() < told {
		if n := a.cut.Load(); n > 0 {
			return fmt.Errorf("%d streams were ended", n)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d were told: %w", a.told.Load(), told, ctx.Err())
		case <-a.news:
		}
	}
	return nil
}

func (a *audience) close() {
	for _, c := range a.conns {
		if c != nil {
			c.Close() // nothing is left unsaid
		}
	}
	a.all.Wait()
}
