package db_test

import (
	"context"
	"sync/atomic"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// BenchmarkUpdate_like writes what a like writes, a row and a counter's delta,
// for 64 people at once, synced to the disk.
func BenchmarkUpdate_like(b *testing.B) {
	for _, sync := range []string{"FULL", "OFF"} {
		b.Run(sync, func(b *testing.B) {
			c := dbtest.Config(b, db.SQLite)
			c.Sync = sync
			d := dbtest.Reopen(b, c)
			var n atomic.Int64
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					err := d.Update(context.Background(), func(tx *db.Tx) error {
						if _, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, i, "like", 1); err != nil {
							return err
						}
						_, err := tx.Exec(`INSERT INTO tally_delta (subject, name, n) VALUES ($1, $2, $3)`, i%100, "likes", 1)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// BenchmarkTx_Exec is one small statement inside a transaction.
func BenchmarkTx_Exec(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	exec := func(n int) {
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			for range n {
				if _, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, 1, "like", 1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	exec(1)
	b.ResetTimer()
	exec(b.N)
}

// BenchmarkRead_row reads one small row by its key, with a context that can end.
func BenchmarkRead_row(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3)`, 1, "like", 1)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			var n int
			if err := d.Read(ctx).QueryRow(`SELECT base FROM tally WHERE subject = $1 AND name = $2`, 1, "like").Scan(&n); err != nil {
				b.Fatal(err)
			}
		}
	})
}
