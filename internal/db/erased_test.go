package db_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodturn/internal/db"
)

// What was deleted is in no file any more once the log was emptied: neither in
// pages that are used on nor in those that came free, as a long text's do.
func TestEmptyLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "goodturn.db")
	d, err := db.Open(t.Context(), db.Config{Path: path, Sync: "OFF"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	exec := func(queries ...string) {
		t.Helper()
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			for _, q := range queries {
				if _, err := tx.Exec(q); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TABLE told (id INTEGER PRIMARY KEY, who INTEGER, words TEXT)`)
	for i := range 500 {
		exec(fmt.Sprintf(`INSERT INTO told VALUES (%d, %d, '%s')`, i, i%5, strings.Repeat(fmt.Sprintf("words of %d. ", i%5), 1+i)))
	}
	left := func(who int) (n int) {
		for _, name := range []string{path, path + "-wal"} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(b, fmt.Appendf(nil, "words of %d", who))
		}
		return n
	}
	exec(`DELETE FROM told WHERE who = 3`)
	if left(3) == 0 {
		t.Fatal("the log holds nothing even before")
	}
	if err := d.EmptyLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := left(3); n > 0 {
		t.Errorf("still there %d times", n)
	}
	if left(2) == 0 {
		t.Error("what another said is gone as well")
	}
}
