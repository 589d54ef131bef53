package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"goodturn/internal/fetch"
)

var here = netip.MustParseAddr("127.0.0.1")

// gate takes 127.0.0.1 for the public internet; the rest of loopback is not.
func gate(t *testing.T, c fetch.Config) *fetch.Gate {
	t.Helper()
	c.Allow = func(a netip.Addr) bool { return a == here }
	g := fetch.New(c)
	t.Cleanup(g.Close)
	return g
}

func serve(t *testing.T, f http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s
}

func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %v", err, target)
	}
}

func TestGate_Get(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		w.Header().Set("X-Asked", r.UserAgent()+r.Referer())
		w.WriteHeader(http.StatusTeapot)
		if _, err := io.WriteString(w, "0123456789"); err != nil {
			t.Error(err)
		}
	})
	g := gate(t, fetch.Config{})

	t.Run("OK/after a redirect, up to the limit", func(t *testing.T) {
		res, err := g.Get(t.Context(), s.URL+"/old", 10)
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != http.StatusTeapot || string(res.Body) != "0123456789" || res.URL.Path != "/new" {
			t.Errorf("got %d %q from %s", res.Status, res.Body, res.URL)
		}
		if got := res.Header.Get("X-Asked"); got != "Goodturn" {
			t.Errorf("we said %q", got)
		}
	})

	t.Run("Err/above the limit", func(t *testing.T) {
		_, err := g.Get(t.Context(), s.URL, 9)
		want(t, err, fetch.ErrTooLarge)
	})

	t.Run("Err/addresses of the wrong kind", func(t *testing.T) {
		host := strings.TrimPrefix(s.URL, "http://")
		for _, bad := range []string{
			"", "/path", host, "file:///etc/passwd", "ftp://" + host, "gopher://" + host, "http://", "http:///x",
			"http://user@" + host, "http://user:password@" + host, "javascript:alert(1)", "http://[::1", "http://a b/",
		} {
			if _, err := g.Get(t.Context(), bad, 10); !errors.Is(err, fetch.ErrRefused) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})

	t.Run("Err/proxies from the environment are not asked", func(t *testing.T) {
		asked := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
		t.Setenv("HTTP_PROXY", asked.URL)
		_, err := g.Get(t.Context(), "http://198.51.100.7/", 10)
		want(t, err, fetch.ErrRefused)
	})

	t.Run("OK/a client for libraries", func(t *testing.T) {
		res, err := g.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		_, err = g.Client().Get("http://127.0.0.2/")
		want(t, err, fetch.ErrRefused)
	})
}

func TestGate_Get_Redirects(t *testing.T) {
	var to string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) })
	inside := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the inside was reached") })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(inside.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for address, expected := range map[string]error{
		"/":                              fetch.ErrRedirects,
		"http://127.0.0.2:" + port + "/": fetch.ErrRefused,
		"http://[::1]:" + port + "/":     fetch.ErrRefused,
		"http://169.254.169.254/latest/meta-data/":       fetch.ErrRefused,
		"http://user:password@127.0.0.1:" + port + "/":   fetch.ErrRefused,
		"file:///etc/passwd":                             fetch.ErrRefused,
		"http://[::ffff:127.0.0.2]:" + port + "/mapped":  fetch.ErrRefused,
		"http://[64:ff9b::127.0.0.2]:" + port + "/nat64": fetch.ErrRefused,
	} {
		t.Run("Err/"+address, func(t *testing.T) {
			to = address
			_, err := gate(t, fetch.Config{}).Get(t.Context(), s.URL, 10)
			want(t, err, expected)
		})
	}
}

func TestGate_Get_HostileBody(t *testing.T) {
	t.Run("Err/endless", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for err := error(nil); err == nil; {
				_, err = w.Write(make([]byte, 1<<16)) // until the reader goes away
			}
		})
		_, err := gate(t, fetch.Config{}).Get(t.Context(), s.URL, 1<<20)
		want(t, err, fetch.ErrTooLarge)
	})

	t.Run("Err/gzip bomb", func(t *testing.T) {
		var bomb bytes.Buffer
		z := gzip.NewWriter(&bomb)
		for range 8 {
			if _, err := z.Write(make([]byte, 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		const limit = 1 << 20
		if bomb.Len() > limit {
			t.Fatalf("no bomb, it has %d bytes", bomb.Len())
		}
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			if _, err := w.Write(bomb.Bytes()); err != nil {
				t.Log(err) // the reader may be gone before the end
			}
		})
		_, err := gate(t, fetch.Config{}).Get(t.Context(), s.URL, limit)
		want(t, err, fetch.ErrTooLarge)
	})

	t.Run("Err/slow", func(t *testing.T) {
		gone := make(chan bool)
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
			close(gone)
		})
		_, err := gate(t, fetch.Config{Timeout: 50 * time.Millisecond}).Get(t.Context(), s.URL, 10)
		if n, ok := errors.AsType[net.Error](err); !ok || !n.Timeout() {
			t.Errorf("got %v, want a timeout", err)
		}
		<-gone
	})

	t.Run("Err/the caller gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		_, err := gate(t, fetch.Config{}).Get(ctx, s.URL, 10)
		want(t, err, context.Canceled)
	})

	t.Run("Err/endless header", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1<<10))
			}
		})
		if _, err := gate(t, fetch.Config{}).Get(t.Context(), s.URL, 10); err == nil {
			t.Error("it was read")
		}
	})
}

func TestGate_Start(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/"+r.URL.Path[1:])
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, "0123456789") // until the reader goes away
		}
	})
	plain := func(kind string) bool { return kind == "text/plain" }
	ask := func(path string) (*fetch.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return gate(t, fetch.Config{}).Start(req, 15, plain)
	}
	if res, err := ask("/plain"); err != nil || string(res.Body) != "012345678901234" {
		t.Errorf("%v, %v", res, err)
	}
	_, err := ask("/html")
	want(t, err, fetch.ErrUnwanted)
}
