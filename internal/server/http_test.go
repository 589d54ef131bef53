package server_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestHealth(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		if status, body := get(t, s.URL()+"/healthz"); status != http.StatusOK || body != "ok\n" {
			t.Errorf("%d %q", status, body)
		}
	})
}

// Metrics have a listener of their own, and name routes, never what is asked for.
func TestMetrics(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := servertest.Start(t, db.SQLite, func(c *server.Config) { c.Metrics = address })
	ada := s.Person("ada")
	if status, _ := get(t, s.URL()+"/api/v1/accounts/"+ada.ID.String()); status != http.StatusOK {
		t.Fatal(status)
	}
	if status, _ := get(t, s.URL()+"/metrics"); status != http.StatusNotFound {
		t.Errorf("the pages' listener answers /metrics with %d", status)
	}
	res, err := http.Get("http://" + address + "/metrics") // open before the first page was answered
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body := string(text)
	if want := `route="GET /api/v1/accounts/{id}",status="200"`; !strings.Contains(body, want) {
		t.Errorf("no %s in\n%s", want, body)
	}
	if strings.Contains(body, ada.ID.String()) {
		t.Error("the metrics name a person")
	}
	for _, name := range []string{"writes_waiting", "writes_wait_seconds_total", "streams_open", "sweep_failures_total",
		"jobs_due", "jobs_retrying", "jobs_given_up", "mails_waiting"} {
		if !regexp.MustCompile(`(?m)^goodturn_` + name + ` \d`).MatchString(body) {
			t.Errorf("no %s in\n%s", name, body)
		}
	}
	if !regexp.MustCompile(`(?m)^goodturn_writes_total [1-9]`).MatchString(body) {
		t.Error("no write was counted")
	}
}

// A handler that panics answers in its door's own way, is logged once with what
// it takes to find it, and harms no other request.
func TestPanic(t *testing.T) {
	var logged bytes.Buffer
	s := servertest.Start(t, db.SQLite, func(c *server.Config) {
		c.Log = slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelError}))
	})
	s.Break()
	house := httptest.NewServer(s.Handler())
	defer house.Close()
	for _, c := range []struct{ name, path, route, kind, says string }{
		{"page", "/public", "GET /public", "text/html; charset=utf-8", "<h1"},
		{"Mastodon's API", "/api/v1/timelines/public", "GET /api/v1/timelines/public", "application/json; charset=utf-8", `{"error":"Something went wrong on our side.`},
		{"our API", "/api/goodturn/v1/movements", "GET /api/goodturn/v1/movements", "application/problem+json", `"type":"` + s.URL() + `/api#fault"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			logged.Reset()
			res, err := http.Get(house.URL + c.path)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != http.StatusInternalServerError || res.Header.Get("Content-Type") != c.kind || !strings.Contains(string(body), c.says) {
				t.Errorf("%d %s\n%s", res.StatusCode, res.Header.Get("Content-Type"), body)
			}
			if !strings.Contains(string(body), "Something went wrong on our side. Try again in a moment.") {
				t.Errorf("no sentence for a person in\n%s", body)
			}
			lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
			if len(lines) != 1 {
				t.Errorf("%d lines are logged:\n%s", len(lines), &logged)
			}
			for _, want := range []string{`"handler panicked"`, `"route":"` + c.route + `"`, "nil pointer dereference", ".go:"} {
				if !strings.Contains(lines[0], want) {
					t.Errorf("no %s in the log: %s", want, lines[0])
				}
			}
			if status, _ := get(t, house.URL+"/about"); status != http.StatusOK {
				t.Errorf("the next request: %d", status)
			}
		})
	}
}

// Who asks is the address of the connection, unless that is a named proxy: then
// it is the last address that no named proxy wrote.
func TestTrustedProxies(t *testing.T) {
	for _, c := range []struct {
		name, proxies string
		forwarded     []string // of requests, one after the other
		same          bool     // whether they count as one address
	}{
		{"none named", "", []string{"198.51.100.1", "198.51.100.2"}, true},
		{"another one named", "10.0.0.0/8", []string{"198.51.100.1", "198.51.100.2"}, true},
		{"named", "127.0.0.1", []string{"198.51.100.1", "198.51.100.2"}, false},
		{"named, and the first hop is made up", "127.0.0.1", []string{"203.0.113.1, 198.51.100.1", "203.0.113.2, 198.51.100.1"}, true},
		{"two named", "127.0.0.1, 10.0.0.0/8", []string{"198.51.100.1, 10.1.2.3", "198.51.100.2, 10.1.2.3"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := servertest.Start(t, db.SQLite, func(sc *server.Config) { sc.TrustedProxies, sc.NoRateLimits = c.proxies, false })
			var left []string
			for _, hops := range c.forwarded {
				r, err := http.NewRequest(http.MethodGet, s.URL()+"/api/v2/instance", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Forwarded-For", hops)
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				if err := res.Body.Close(); err != nil {
					t.Fatal(err)
				}
				left = append(left, res.Header.Get("X-RateLimit-Remaining"))
			}
			if left[0] == "" || (left[0] != left[1]) != c.same {
				t.Errorf("requests left to each: %v", left)
			}
		})
	}
}

// hijacked is a request whose connection can be taken.
type hijacked struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// A stream that nobody reads does not keep the server from stopping in time.
func TestServe_streamNobodyReads(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ours, theirs := net.Pipe() // what is written waits until it is read
	defer theirs.Close()
	s.Handler().ServeHTTP(hijacked{httptest.NewRecorder(), ours}, httptest.NewRequest(http.MethodGet, "/live?movement=1", nil))
	stop, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if err := s.Drain(stop); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the server stopped after %v", took)
	}
	if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the stream goes on: %v", err)
	}
}
