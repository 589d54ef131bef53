package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

const killEnv = "GOODTURN_TEST_KILL" // the database of the process to be killed

// What Update answered is there after the process is killed at once.
func TestDB_Update_killed(t *testing.T) {
	if path := os.Getenv(killEnv); path != "" {
		writeUntilKilled(t, path)
	}
	c := dbtest.Config(t, db.SQLite)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDB_Update_killed$")
	child.Env = append(os.Environ(), killEnv+"="+c.Path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var answered []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		answered = append(answered, lines.Text())
		if len(answered) == 500 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || len(answered) < 500 {
		t.Fatalf("it ended by itself after %d answers", len(answered))
	}

	names := kept(t, dbtest.Reopen(t, c))
	for _, name := range answered {
		if _, found := slices.BinarySearch(names, name); !found {
			t.Errorf("%s was answered, and is lost", name)
		}
	}
}

// writeUntilKilled is the child: 16 writers, each of whom says what it was
// answered.
func writeUntilKilled(t *testing.T, path string) {
	d, err := db.Open(context.Background(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("w%02d-%06d", w, i)
				if err := d.Update(context.Background(), put(name)); err != nil {
					t.Error(err)
					return
				}
				fmt.Println(name)
			}
		})
	}
	wg.Wait()
}
