package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// client is one kept-alive HTTP/1.1 connection (RFC 9112) that costs little:
// the load shares two cores with what it measures. It reads the status and the
// length of an answer and throws the rest away, unless told to keep it.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte // built anew for each, in the same memory
	body    []byte // of the last answer that was kept
}

// answerWithin bounds how long an answer may take.
const answerWithin = 30 * time.Second

func dial(ctx context.Context, addr string) (*client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() error { return c.conn.Close() }

// get builds a GET request; token is a bearer's, or "".
func (c *client) get(token string, path ...string) {
	c.start("GET ", token, path...)
	c.request = append(c.request, "\r\n"...)
}

// getSignedIn builds a GET request of a browser; session is its cookie.
func (c *client) getSignedIn(session string, path ...string) {
	c.start("GET ", "", path...)
	c.request = append(c.request, "Cookie: goodturn="...)
	c.request = append(c.request, session...)
	c.request = append(c.request, "\r\n\r\n"...)
}

// post builds a POST request with a JSON body.
func (c *client) post(token, body string, path ...string) {
	c.start("POST ", token, path...)
	c.request = append(c.request, "Content-Type: application/json\r\nContent-Length: "...)
	c.request = strconv.AppendInt(c.request, int64(len(body)), 10)
	c.request = append(c.request, "\r\n\r\n"...)
	c.request = append(c.request, body...)
}

func (c *client) start(method, token string, path ...string) {
	b := append(c.request[:0], method...)
	for _, part := range path {
		b = append(b, part...)
	}
	b = append(b, " HTTP/1.1\r\nHost: localhost\r\n"...)
	if token != "" {
		b = append(b, "Authorization: Bearer "...)
		b = append(b, token...)
		b = append(b, "\r\n"...)
	}
	c.request = b
}

// do sends the request and reads its answer; size is the body's. An answer that
// is not a success is an error. keep leaves the body in c.body.
func (c *client) do(keep bool) (size int, err error) {
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, err
	}
	status, length, err := c.head()
	if err != nil {
		return 0, err
	}
	keep = keep || status >= 300
	c.body = c.body[:0]
	if length >= 0 {
		err = c.take(length, keep)
		size = length
	} else {
		size, err = c.chunks(keep)
	}
	if err == nil && status >= 300 {
		err = fmt.Errorf("answered %d to %.80q: %.300s", status, c.request, c.body)
	}
	return size, err
}

// head reads the status line and the header fields. length is -1 for a body in
// chunks.
func (c *client) head() (status, length int, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 {
		return 0, 0, fmt.Errorf("the status line %q is too short", line)
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, 0, fmt.Errorf("the status line %q has no status", line)
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return status, length, nil
		}
		if value, ok := field(line, "content-length:"); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, 0, fmt.Errorf("the length %q is not a number", value)
			}
		}
		if value, ok := field(line, "transfer-encoding:"); ok && string(value) == "chunked" {
			length = -1
		}
	}
}

// field is the value of a header field of that name, which is in lower case.
func field(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

// take reads n bytes of a body.
func (c *client) take(n int, keep bool) error {
	if !keep {
		_, err := c.in.Discard(n)
		return err
	}
	at := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}

// chunks reads a chunked body (RFC 9112, section 7.1).
func (c *client) chunks(keep bool) (size int, err error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return size, fmt.Errorf("the chunk's size %q is not a number", line)
		}
		if err := c.take(int(n), keep); err != nil {
			return size, err
		}
		if _, err := c.in.Discard(len("\r\n")); err != nil {
			return size, err
		}
		if n == 0 {
			return size, nil
		}
		size += int(n)
	}
}

// text is the value of the first JSON string member of that name in the kept
// body; it has no escapes.
func (c *client) text(member string) (string, error) {
	_, rest, ok := bytes.Cut(c.body, []byte(`"`+member+`":"`))
	value, _, closed := bytes.Cut(rest, []byte(`"`))
	if !ok || !closed {
		return "", errors.New("the answer has no " + member)
	}
	return string(value), nil
}
