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
		"migrations/00001_a.sql": {Data: []byte("CREATE TABLE a (id {{id}}, b {{blob}}, n {{seq}}, t TEXT NOT NULL)")},
		"migrations/00002_b.sql": {Data: []byte("CREATE TABLE b (id {{uuid}})")},
	}
	for e, want := range map[db.Engine]string{
		db.SQLite:   "CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB, n INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT NOT NULL)",
		db.Postgres: "CREATE TABLE a (id BIGINT PRIMARY KEY, b BYTEA, n BIGSERIAL PRIMARY KEY, t TEXT COLLATE \"C\" NOT NULL)",
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

// Text sorts by its bytes in every column of ours, on a PostgreSQL database
// whose own order is that of a dictionary.
func TestMigrations_textOrder(t *testing.T) {
	c := dbtest.Empty(t, db.Postgres)
	d := dbtest.Reopen(t, c)
	r := d.Read(t.Context())
	dictionary := false
	if err := r.QueryRow(`SELECT 'b' < 'C'`).Scan(&dictionary); err != nil || !dictionary {
		t.Fatalf("the database sorts by bytes itself, so this proves nothing: %v", err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	others, err := db.All(r, func(row db.Row) (column string, err error) { return column, row.Scan(&column) }, `
		SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
		AND substr(table_name, 1, 6) <> 'river_'`)
	if err != nil || len(others) > 0 {
		t.Errorf("sort otherwise: %v, %v", others, err)
	}
	lease := func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO lease (name, holder, until) VALUES ('b', 'x', 0), ('C', 'x', 0), ('a', 'x', 0)`)
		return err
	}
	if err := d.Update(t.Context(), lease); err != nil {
		t.Fatal(err)
	}
	names, err := db.All(r, func(row db.Row) (name string, err error) { return name, row.Scan(&name) }, `SELECT name FROM lease ORDER BY name`)
	if err != nil || strings.Join(names, "") != "Cab" {
		t.Errorf("in order: %v, %v", names, err)
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
