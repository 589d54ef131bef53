package db_test

import (
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

func TestSmoke(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3)`, 1, "x", 2)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.Read(t.Context()).QueryRow(`SELECT base FROM tally WHERE subject = $1`, 1).Scan(&n); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		ok, err := d.Lease(t.Context(), "a", "b", 1000)
		t.Log(ok, err)
		nn, err := d.LeaseNode(t.Context(), "b")
		t.Log(nn, err)
	})
}
