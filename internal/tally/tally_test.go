package tally_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/tally"
)

func add(t *testing.T, d *db.DB, subject id.ID, name string, n int64) {
	t.Helper()
	if err := d.Update(t.Context(), func(tx *db.Tx) error { return tally.Add(tx, subject, name, n) }); err != nil {
		t.Error(err)
	}
}

func want(t *testing.T, d *db.DB, subject id.ID, name string, n int64) {
	t.Helper()
	counts, err := tally.Of(d.Read(t.Context()), []id.ID{subject}, name)
	if err != nil {
		t.Fatal(err)
	}
	if got := counts[subject][name]; got != n {
		t.Errorf("%s of %d is %d, want %d", name, subject, got, n)
	}
}

func left(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM tally_delta`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := tally.New(d)
		add(t, d, 7, "likes", 2)
		add(t, d, 7, "shares", 1)
		add(t, d, 8, "likes", 5)
		if err := book.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		add(t, d, 7, "likes", -1)

		t.Run("OK/base and what is not folded yet", func(t *testing.T) {
			want(t, d, 7, "likes", 1)
			want(t, d, 8, "likes", 5)
			want(t, d, 9, "likes", 0)
		})
		t.Run("OK/all names", func(t *testing.T) {
			counts, err := tally.Of(d.Read(t.Context()), []id.ID{7, 8, 9})
			if err != nil || fmt.Sprint(counts) != "map[7:map[likes:1 shares:1] 8:map[likes:5]]" {
				t.Errorf("got %v, %v", counts, err)
			}
		})
		t.Run("OK/no subjects", func(t *testing.T) {
			counts, err := tally.Of(d.Read(t.Context()), nil)
			if err != nil || len(counts) != 0 {
				t.Errorf("got %v, %v", counts, err)
			}
		})
	})
}

// While 32 people like and unlike, two sweeps fold and one reader looks: the
// count never strays from what is committed, and is exact in the end.
func TestBook_Fold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := tally.New(d)
		var people, sweeps sync.WaitGroup
		done := make(chan struct{})
		for range 2 {
			sweeps.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if err := book.Fold(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		sweeps.Go(func() { // one subject only grows
			last := int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				counts, err := tally.Of(d.Read(t.Context()), []id.ID{1}, "likes")
				if now := counts[1]["likes"]; err != nil || now < last {
					t.Errorf("went from %d to %d, %v", last, now, err)
					return
				} else {
					last = now
				}
			}
		})
		for i := range 32 {
			people.Go(func() {
				for k := range 20 {
					add(t, d, 1, "likes", 1)
					add(t, d, id.ID(2+(i+k)%3), "likes", 1)
					add(t, d, id.ID(2+(i+k)%3), "likes", -1)
				}
			})
		}
		people.Wait()
		close(done)
		sweeps.Wait()

		want(t, d, 1, "likes", 640)
		if err := book.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		for subject, n := range []int64{0, 640, 0, 0, 0} {
			want(t, d, id.ID(subject), "likes", n)
		}
		if n := left(t, d); n != 0 {
			t.Errorf("%d deltas are left", n)
		}
	})
}

func TestBook_Fold_manyBatches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			for i := range 1203 {
				if err := tally.Add(tx, id.ID(1+i%2), "likes", 1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := tally.New(d).Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, d, 1, "likes", 602)
		want(t, d, 2, "likes", 601)
		if n := left(t, d); n != 0 {
			t.Errorf("%d deltas are left", n)
		}
	})
}

func TestBook_Recount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		// once_key stands for the rows that are counted.
		book := tally.New(d)
		book.Truth("keys", `SELECT account_id, COUNT(*) FROM once_key GROUP BY account_id`)
		book.TruthFamily("keys/", `SELECT account_id, 'keys/' || kind, COUNT(*) FROM once_key GROUP BY account_id, kind`)
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			for i, kind := range []string{"post", "post", "act"} {
				if _, err := tx.Exec(`INSERT INTO once_key (account_id, kind, key, hash, at) VALUES ($1, $2, $3, $4, $5)`,
					7, kind, fmt.Sprint(i), []byte{1}, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		add(t, d, 7, "keys", 3)
		add(t, d, 7, "keys/post", 1)
		add(t, d, 8, "keys", 1)
		add(t, d, 8, "unknown", 1)
		if err := book.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}

		drift := []tally.Drift{
			{Subject: 8, Name: "keys", Is: 1, Should: 0},
			{Subject: 7, Name: "keys/act", Is: 0, Should: 1},
			{Subject: 7, Name: "keys/post", Is: 1, Should: 2},
		}
		for _, fix := range []bool{false, true} {
			if got, err := book.Recount(t.Context(), fix); err != nil || !slices.Equal(got, drift) {
				t.Fatalf("Recount(%v) = %v, %v; want %v", fix, got, err, drift)
			}
		}
		if got, err := book.Recount(t.Context(), true); err != nil || len(got) != 0 {
			t.Errorf("after it was mended: %v, %v", got, err)
		}
		want(t, d, 7, "keys/post", 2)
		want(t, d, 8, "unknown", 1)
	})
}
