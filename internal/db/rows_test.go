package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
)

func TestFold(t *testing.T) {
	same := [][]string{
		{"icebucket", "IceBucket", "ICEBUCKET", "ＩｃｅＢｕｃｋｅｔ"},
		{"strasse", "Straße", "STRASSE", "STRAẞE"},
		{"café", "Cafe\u0301", "CAFÉ"},
		{"ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"},
		{"ﬁeld", "FIELD"},
		{"Ꮳꮃꭹ", "ꮳꮃꭹ", "ᏣᎳᎩ"},
		{""},
	}
	for i, texts := range same {
		want := db.Fold(texts[0])
		for _, s := range texts {
			if got := db.Fold(s); got != want {
				t.Errorf("Fold(%q) = %q, want %q", s, got, want)
			}
			if again := db.Fold(db.Fold(s)); again != want {
				t.Errorf("folded twice, %q is %q", s, again)
			}
		}
		if i > 0 && want == db.Fold(same[i-1][0]) {
			t.Errorf("%q is the same as the group before", want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Straße", "ᾼ", "\u0345\u03b1", "ŉ", "İ", "ꮀ", "ᏸ", "\xf5ͺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := db.Fold(s); db.Fold(once) != once {
			t.Errorf("%q folds to %q and then to %q", s, once, db.Fold(once))
		}
	})
}

func TestTime(t *testing.T) {
	at := time.Date(2014, 8, 17, 12, 0, 0, 123_000_000, time.FixedZone("", 7200))
	if got := db.Time(db.Millis(at)); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("%v comes back as %v", at, got)
	}
}

func TestIn(t *testing.T) {
	for n, size := range map[int]int{1: 1, 2: 4, 4: 4, 5: 16, 17: 64, 65: 256, 257: 512} {
		ids := make([]id.ID, n)
		for i := range ids {
			ids[i] = id.ID(i + 1)
		}
		if _, args := db.In(1, ids); len(args) != size || args[size-1] != int64(n) {
			t.Errorf("%d ids give %d arguments, want %d", n, len(args), size)
		}
	}
	list, args := db.In(3, []id.ID{7, 8})
	if list != "($3,$4,$5,$6)" || fmt.Sprint(args) != "[7 8 8 8]" {
		t.Errorf("got %s %v", list, args)
	}
}

func TestIn_rows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, name := range []string{"a", "b", "c", ""} {
			if err := d.Update(t.Context(), put(name)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			names   []string
			in, not int
		}{{nil, 0, 4}, {[]string{"a"}, 1, 3}, {[]string{"a", "b", "x"}, 2, 2}, {[]string{""}, 1, 3}} {
			list, args := db.InStrings(1, c.names)
			for word, want := range map[string]int{"IN": c.in, "NOT IN": c.not} {
				var n int
				err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM lease WHERE name `+word+` `+list, args...).Scan(&n)
				if err != nil || n != want {
					t.Errorf("%d are %s %q, want %d; %v", n, word, c.names, want, err)
				}
			}
		}
		list, args := db.In(1, nil)
		var n int
		if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM lease WHERE until + 1 NOT IN `+list, args...).Scan(&n); err != nil || n != 4 {
			t.Errorf("%d are not among no ids, want 4; %v", n, err)
		}
	})
}

func TestRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := d.Read(t.Context())
		name := func(row db.Row) (s string, err error) {
			err = row.Scan(&s)
			return s, err
		}

		t.Run("OK/NULLs in an order that is said", func(t *testing.T) {
			got, err := db.All(r, func(row db.Row) (n sql.NullInt64, err error) {
				err = row.Scan(&n)
				return n, err
			}, `SELECT n FROM (SELECT 2 AS n UNION ALL SELECT NULL UNION ALL SELECT 1) AS t ORDER BY n NULLS LAST`)
			if err != nil || fmt.Sprint(got) != "[{1 true} {2 true} {0 false}]" {
				t.Errorf("got %v, %v", got, err)
			}
		})
		t.Run("OK/texts in the order of their bytes", func(t *testing.T) {
			for _, s := range []string{"b", "B", "a", "ä"} {
				if err := d.Update(t.Context(), put(s)); err != nil {
					t.Fatal(err)
				}
			}
			wantKept(t, d, "B", "a", "b", "ä")
		})
		t.Run("ErrNoRows", func(t *testing.T) {
			if _, err := db.One(r, name, `SELECT name FROM lease WHERE name = $1`, "x"); !errors.Is(err, sql.ErrNoRows) {
				t.Error(err)
			}
		})
		t.Run("Err/of the statement", func(t *testing.T) {
			for range 2 {
				if _, err := db.All(r, name, `SELECT nothing FROM nowhere`); err == nil {
					t.Error("All: no error")
				}
				if _, err := db.One(r, name, `SELECT nothing FROM nowhere`); err == nil || errors.Is(err, sql.ErrNoRows) {
					t.Errorf("One: %v", err)
				}
			}
		})
		t.Run("Err/of the scan", func(t *testing.T) {
			refused := errors.New("refused")
			_, err := db.All(r, func(db.Row) (int, error) { return 0, refused }, `SELECT name FROM lease`)
			if !errors.Is(err, refused) {
				t.Error(err)
			}
		})
		t.Run("ErrCanceled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := db.All(d.Read(ctx), name, `SELECT name FROM lease`); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		t.Run("OK/a schema that changes beneath", func(t *testing.T) {
			ask := func() (got []string, err error) {
				err = d.Update(t.Context(), func(tx *db.Tx) error {
					got, err = db.All(tx, name, `SELECT name FROM lease WHERE until = $1 ORDER BY name`, 0)
					return err
				})
				return got, err
			}
			for i := range 3 {
				if err := d.Update(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(fmt.Sprintf(`ALTER TABLE lease ADD COLUMN more%d TEXT`, i))
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if got, err := ask(); err != nil || !slices.Equal(got, kept(t, d)) {
					t.Errorf("got %v, %v", got, err)
				}
			}
		})
	})
}

func TestRead_ErrWrites(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	if err := d.Read(t.Context()).QueryRow(`DELETE FROM lease RETURNING name`).Scan(new(string)); err == nil || errors.Is(err, sql.ErrNoRows) {
		t.Errorf("a reader wrote: %v", err)
	}
}
