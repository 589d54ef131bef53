// Package fetch is the only way out to the web. Whoever gives us an address
// could mean a machine inside our own network by it, or one that never stops
// sending; so each connection's address is checked as it is dialed, which is
// after the name was looked up and on every redirect, and bytes, time and
// redirects are limited. A test fails when another package makes an http.Client.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// What a fetch may take. MaxBody is for Client only; Get is told its own.
const (
	MaxBody      = 16 << 20
	MaxRedirects = 5
	maxHeader    = 64 << 10

	allWithin    = 30 * time.Second
	dialWithin   = 10 * time.Second
	headerWithin = 15 * time.Second
	idleFor      = 30 * time.Second
	idleConns    = 64
	connsPerHost = 8
)

const userAgent = "Goodturn"

var (
	// ErrRefused is an address that we do not go to: not http or https, with a
	// user's name in it, or on a network that is not the public one.
	ErrRefused = errors.New("fetch: this address is refused")
	// ErrTooLarge is a body that goes on after the limit.
	ErrTooLarge = errors.New("fetch: the answer is too large")
	// ErrRedirects is an answer that sends us on too often.
	ErrRedirects = errors.New("fetch: too many redirects")
	// ErrUnwanted is an answer of a kind that was not asked for.
	ErrUnwanted = errors.New("fetch: the answer is of another kind")
)

// Config is empty but for tests.
type Config struct {
	// Allow lets through addresses that are not public, for tests on loopback.
	Allow func(netip.Addr) bool
	// Resolver looks names up; nil for the system's.
	Resolver *net.Resolver
	// Roots are whom to trust to name servers, for tests; nil for the system's.
	Roots *x509.CertPool
	// Timeout is for all of one fetch, redirects and body included; 30 seconds
	// unless said.
	Timeout time.Duration
}

// Gate lets requests out. It is safe for concurrent use, and keeps connections
// for a while, so one serves the whole process.
type Gate struct {
	allow     func(netip.Addr) bool
	timeout   time.Duration
	transport *http.Transport
}

// New makes a gate.
func New(c Config) *Gate {
	g := &Gate{allow: c.Allow, timeout: c.Timeout}
	if g.timeout == 0 {
		g.timeout = allWithin
	}
	dialer := &net.Dialer{
		Timeout:        dialWithin,
		Resolver:       c.Resolver,
		ControlContext: g.control,
	}
	g.transport = &http.Transport{
		Proxy:                  nil, // a proxy would look names up where we cannot check
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: c.Roots},
		TLSHandshakeTimeout:    dialWithin,
		ResponseHeaderTimeout:  headerWithin,
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        connsPerHost,
		MaxIdleConns:           idleConns,
		IdleConnTimeout:        idleFor,
	}
	return g
}

// Close ends connections that are kept for later.
func (g *Gate) Close() { g.transport.CloseIdleConnections() }

// control is called with the very address that is about to be dialed.
func (g *Gate) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrRefused, address)
	}
	if Public(to.Addr()) || g.allow != nil && g.allow(to.Addr().Unmap()) {
		return nil
	}
	return fmt.Errorf("%w: %s is not public", ErrRefused, to.Addr())
}

// Response is an answer that was read to its end.
type Response struct {
	Status int // as the server said; an error status is no error of ours
	Header http.Header
	Body   []byte   // decompressed
	URL    *url.URL // of the last redirect
}

// Get fetches a web address whose body has at most limit bytes, or fails with
// ErrRefused, ErrTooLarge, ErrRedirects, or what went wrong on the way.
func (g *Gate) Get(ctx context.Context, address string, limit int64) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: not a web address", ErrRefused)
	}
	return g.Do(req, limit)
}

// Do is Get for requests with a method, headers or a body of their own.
func (g *Gate) Do(req *http.Request, limit int64) (*Response, error) {
	res, err := g.client(limit).Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("fetch %s: read: %w", res.Request.URL.Host, err)
	}
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body, URL: res.Request.URL}, nil
}

// Start gives the first limit bytes of an answer whose content type is wanted,
// however long it is; any other is ErrUnwanted. Of an error status it reads no
// body.
func (g *Gate) Start(req *http.Request, limit int64, wanted func(contentType string) bool) (*Response, error) {
	res, err := g.client(limit).Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	var body []byte
	switch {
	case res.StatusCode >= http.StatusMultipleChoices:
	case wanted(res.Header.Get("Content-Type")):
		body, err = io.ReadAll(io.LimitReader(res.Body, limit))
	default:
		err = ErrUnwanted
	}
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("fetch %s: read: %w", res.Request.URL.Host, err)
	}
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body, URL: res.Request.URL}, nil
}

// Client is for libraries that ask for an http.Client. It has the same limits;
// a body ends with ErrTooLarge after MaxBody bytes.
func (g *Gate) Client() *http.Client { return g.client(MaxBody) }

func (g *Gate) client(limit int64) *http.Client {
	return &http.Client{
		Transport: roundTripper{transport: g.transport, limit: limit},
		Timeout:   g.timeout,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > MaxRedirects {
				return ErrRedirects
			}
			return nil
		},
	}
}
