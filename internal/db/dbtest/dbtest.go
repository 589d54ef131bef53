// Package dbtest gives a test a fresh database on each engine: a copy of a
// template that is migrated once for all test processes of the machine.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"goodturn/internal/db"
)

// postgresEnv names the server that tests may make databases on.
const postgresEnv = "GOODTURN_TEST_POSTGRES"

// emptyPostgres sorts text as people do, like the databases that hosts hand
// out, so that a test fails which relies on the server's own order.
const emptyPostgres = "template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"

// Each runs f as the subtests "sqlite" and "postgres", each with a database of
// its own. Without a PostgreSQL server that subtest says that it is left out,
// or fails where GOODTURN_TEST_REQUIRE=1 demands everything.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, Open(t, db.SQLite)) })
	t.Run("postgres", func(t *testing.T) { f(t, Open(t, db.Postgres)) })
}

// Open gives one fresh, migrated database, closed and removed after the test.
func Open(t testing.TB, e db.Engine) *db.DB {
	t.Helper()
	return Reopen(t, Config(t, e))
}

// Reopen opens what a Config of this test points to, once more: another node,
// or the same one after a restart.
func Reopen(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return d
}

// Config makes a fresh, migrated database and says where it lies. It is removed
// after the test.
func Config(t testing.TB, e db.Engine) db.Config {
	t.Helper()
	return config(t, e, true)
}

// Empty is Config without migrations.
func Empty(t testing.TB, e db.Engine) db.Config {
	t.Helper()
	return config(t, e, false)
}

func config(t testing.TB, e db.Engine, migrated bool) db.Config {
	t.Helper()
	c := db.Config{Sync: "OFF", Readers: 4, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	var err error
	switch {
	case e == db.Postgres:
		c.DSN, err = makePostgres(t, migrated)
	case migrated:
		c.Path, err = copySQLite(t)
	default:
		c.Path = filepath.Join(t.TempDir(), "goodturn.db")
	}
	if err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	return c
}

func copySQLite(t testing.TB) (string, error) {
	hash, err := db.SchemaHash(db.SQLite)
	if err != nil {
		return "", err
	}
	template := filepath.Join(os.TempDir(), "goodturn-test-"+hash+".db")
	if _, err := os.Stat(template); errors.Is(err, os.ErrNotExist) {
		if err := makeSQLite(t.Context(), template); err != nil {
			return "", fmt.Errorf("make the template %s: %w", template, err)
		}
	}
	path := filepath.Join(t.TempDir(), "goodturn.db")
	return path, copyFile(path, template)
}

// makeSQLite migrates beside the template and moves the whole file there, so
// that whoever sees it sees it complete.
func makeSQLite(ctx context.Context, template string) (err error) {
	unlock, err := db.LockFile(ctx, template+".lock")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if _, err := os.Stat(template); err == nil {
		return nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(template), "goodturn-test-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "goodturn.db")
	if err := migrate(ctx, db.Config{Path: path, Sync: "OFF"}); err != nil {
		return err
	}
	return os.Rename(path, template)
}

func migrate(ctx context.Context, c db.Config) error {
	c.Log = slog.New(slog.DiscardHandler)
	d, err := db.Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

func copyFile(to, from string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

func makePostgres(t testing.TB, migrated bool) (dsn string, err error) {
	server := os.Getenv(postgresEnv)
	if server == "" {
		if os.Getenv("GOODTURN_TEST_REQUIRE") == "1" {
			t.Fatalf("PostgreSQL is required, and %s is not set", postgresEnv)
		}
		t.Skipf("left out: PostgreSQL, %s is not set", postgresEnv)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	t.Cleanup(func() {
		if err := admin.Close(); err != nil {
			t.Errorf("close the PostgreSQL server: %v", err)
		}
	})
	admin.SetMaxOpenConns(1) // a session, so that the advisory lock has an owner
	template := emptyPostgres
	if migrated {
		hash, err := db.SchemaHash(db.Postgres)
		if err != nil {
			return "", err
		}
		template = "goodturn_test_" + hash
		if err := makeTemplate(t.Context(), admin, server, template); err != nil {
			return "", fmt.Errorf("make the template %s: %w", template, err)
		}
	}

	name := "goodturn_test_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec(fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, template)); err != nil {
		return "", err
	}
	t.Cleanup(func() { // after the test's own DB, which was opened later, is closed
		if _, err := admin.Exec(fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return databaseDSN(server, name)
}

// makeTemplate makes the template if there is none; datistemplate marks it as
// complete.
func makeTemplate(ctx context.Context, admin *sql.DB, server, template string) (err error) {
	ready := func() (is bool, err error) {
		err = admin.QueryRowContext(ctx, `SELECT count(*) > 0 FROM pg_database WHERE datname = $1 AND datistemplate`, template).Scan(&is)
		return is, err
	}
	if is, err := ready(); is || err != nil {
		return err
	}
	key := int64(crc32.ChecksumIEEE([]byte(template)))
	if _, err := admin.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	defer func() {
		_, e := admin.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", key)
		err = errors.Join(err, e)
	}()
	if is, err := ready(); is || err != nil {
		return err
	}
	for _, q := range []string{"DROP DATABASE IF EXISTS %s WITH (FORCE)", "CREATE DATABASE %s TEMPLATE " + emptyPostgres} {
		if _, err := admin.ExecContext(ctx, fmt.Sprintf(q, template)); err != nil {
			return err
		}
	}
	dsn, err := databaseDSN(server, template)
	if err != nil {
		return err
	}
	if err := migrate(ctx, db.Config{DSN: dsn}); err != nil {
		return err
	}
	_, err = admin.ExecContext(ctx, fmt.Sprintf("ALTER DATABASE %s IS_TEMPLATE true", template))
	return err
}

func databaseDSN(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	// Each connection costs the server some 40 ms, of which a test of 24 had a second.
	params := u.Query()
	params.Set("pool_max_conns", "5")
	u.RawQuery = params.Encode()
	return u.String(), nil
}
