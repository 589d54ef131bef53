package db_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

func TestDB_Migrate_twoNodesAtOnce(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			c := dbtest.Empty(t, e)
			var wg sync.WaitGroup
			for range 2 {
				d := dbtest.Reopen(t, c)
				wg.Go(func() {
					for range 2 { // a second time there is nothing to do
						if err := d.Migrate(t.Context()); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			d := dbtest.Reopen(t, c)
			if err := d.Update(t.Context(), put("a")); err != nil {
				t.Error(err)
			}
			if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM river_job`).Scan(new(int)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMigrations_words(t *testing.T) {
	files := fstest.MapFS{
		"migrations/00001_a.sql": {Data: []byte("CREATE TABLE a (id {{id}}, b {{blob}}, n {{seq}})")},
		"migrations/00002_b.sql": {Data: []byte("CREATE TABLE b (id {{uuid}})")},
	}
	for e, want := range map[db.Engine]string{
		db.SQLite:   "CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB, n INTEGER PRIMARY KEY AUTOINCREMENT)",
		db.Postgres: "CREATE TABLE a (id BIGINT PRIMARY KEY, b BYTEA, n BIGSERIAL PRIMARY KEY)",
	} {
		words := db.WordsFS(files, e)
		if got, err := fs.ReadFile(words, "00001_a.sql"); err != nil || string(got) != want {
			t.Errorf("%s reads %q, %v", e, got, err)
		}
		if _, err := fs.ReadFile(words, "00002_b.sql"); err == nil || !strings.Contains(err.Error(), "{{uuid}}") {
			t.Errorf("%s reads an unknown word: %v", e, err)
		}
	}
}

func TestLockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := db.LockFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := db.LockFile(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second one got %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	unlock, err = db.LockFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}
