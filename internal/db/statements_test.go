package db_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// Texts that are asked once do not stay, and those that are asked while they are
// let go of are answered.
func TestStatements_Many(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for n := range 2500 {
				for _, q := range []string{fmt.Sprintf("SELECT $1 + %d", n), "SELECT $1 + 0"} {
					var got int
					if err := d.Read(context.Background()).QueryRow(q, 1).Scan(&got); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	asking.Wait()
	if n := d.Prepared(); n > 1000 {
		t.Errorf("%d statements are prepared", n)
	}
	for n := range 2500 {
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(fmt.Sprintf("UPDATE lease SET until = until WHERE until = $1 - %d", n), -1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
