package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// roundTripper checks each request, the first and those that redirects lead to,
// and limits each body after its decompression.
type roundTripper struct {
	transport *http.Transport
	limit     int64 // bytes
}

func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := check(req); err != nil {
		if req.Body != nil {
			err = errors.Join(err, req.Body.Close())
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	// Where somebody was sent on from is nobody else's business.
	req.Header.Del("Referer")
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", userAgent)
	}
	res, err := t.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	res.Body = &limited{body: res.Body, left: t.limit}
	return res, nil
}

func check(req *http.Request) error {
	switch {
	case req.URL.Scheme != "http" && req.URL.Scheme != "https":
		return fmt.Errorf("%w: %q is neither http nor https", ErrRefused, req.URL.Scheme)
	case req.URL.User != nil:
		return fmt.Errorf("%w: it holds a user's name", ErrRefused)
	case req.URL.Hostname() == "":
		return fmt.Errorf("%w: it names no server", ErrRefused)
	}
	return nil
}

// limited is a body that fails, rather than ends, after left bytes.
type limited struct {
	body io.ReadCloser
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1] // one more tells a body that ends here from one that goes on
	}
	n, err := l.body.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

func (l *limited) Close() error { return l.body.Close() }
