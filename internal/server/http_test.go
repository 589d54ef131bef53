package server_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

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
	var body string
	wait(t, "the metrics are there", func() bool {
		res, err := http.Get("http://" + address + "/metrics")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		body = string(text)
		return err == nil && strings.Contains(body, "goodturn_request_seconds_count")
	}, func() {})
	if want := `route="GET /api/v1/accounts/{id}",status="200"`; !strings.Contains(body, want) {
		t.Errorf("no %s in\n%s", want, body)
	}
	if strings.Contains(body, ada.ID.String()) {
		t.Error("the metrics name a person")
	}
}
