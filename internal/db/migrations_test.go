package db_test

import (
	"path/filepath"
	"testing"
)

// Two who work at the same time easily take the same number, and neither sees it.
func TestMigrations_NumbersDiffer(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d migrations, %v", len(files), err)
	}
	taken := map[string]string{}
	for _, f := range files {
		number := filepath.Base(f)[:5]
		if first, double := taken[number]; double {
			t.Errorf("%s has the number of %s", f, first)
		}
		taken[number] = f
	}
}
