// Package servertest starts the whole server for a test, as the command does,
// on either engine. Only tests import it.
package servertest

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/server"
)

// Cost makes a password hash cheap.
var Cost = auth.Cost{Time: 1, Memory: 8}

// Server is a running server with helpers for tests.
type Server struct {
	*server.Server
	t    testing.TB
	data string
}

// Data is the server's data folder.
func (s *Server) Data() string { return s.data }

// Each runs f as the subtests "sqlite" and "postgres" with a server each.
func Each(t *testing.T, f func(t *testing.T, s *Server), with ...func(*server.Config)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) { f(t, Start(t, e, with...)) })
	}
}

// Start serves on a free port of the loopback interface until the test ends.
func Start(t testing.TB, e db.Engine, with ...func(*server.Config)) *Server {
	t.Helper()
	c := Config(t, e)
	for _, f := range with {
		f(&c)
	}
	return Run(t, c)
}

// Run is Start with a config of its own, such as that of an earlier run.
func Run(t testing.TB, c server.Config) *Server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.Open(ctx, c)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	l, err := s.Listen()
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close the server: %v", err)
		}
	})
	return &Server{Server: s, t: t, data: c.Data}
}

// Config is a config on a fresh database of that engine, on a port that was
// free a moment ago.
func Config(t testing.TB, e db.Engine) server.Config {
	t.Helper()
	data := t.TempDir()
	database := dbtest.Config(t, e)
	if database.Path != "" {
		if err := os.Rename(database.Path, filepath.Join(data, "goodturn.db")); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return server.Config{
		Data: data, Database: database.DSN, Listen: l.Addr().String(), Sync: "OFF", Cost: Cost, NoRateLimits: true,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

// Password is that of every account that Person makes.
const Password = "correct horse battery"

// Person makes an account that is confirmed, with Password.
func (s *Server) Person(username string) *account.Account {
	s.t.Helper()
	a, err := s.Auth.CreateByCommand(context.Background(), auth.NewLogin{
		Username: username, Email: username + "@example.org", Password: Password,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// Token is a bearer token of an account with all scopes, or those named.
func (s *Server) Token(a *account.Account, scopes string) string {
	s.t.Helper()
	if scopes == "" {
		scopes = "read write follow push"
	}
	parsed, err := auth.ParseScopes(scopes)
	if err != nil {
		s.t.Fatal(err)
	}
	secret, _, err := s.Auth.CreateToken(context.Background(), a.ID, "test", parsed)
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}
