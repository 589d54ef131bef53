package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// put writes a row that names itself.
func put(name string) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)`, name, "", 0)
		return err
	}
}

// kept is the names that put wrote and that were committed.
func kept(t *testing.T, d *db.DB) []string {
	t.Helper()
	names, err := db.All(d.Read(t.Context()), func(r db.Row) (s string, err error) {
		err = r.Scan(&s)
		return s, err
	}, `SELECT name FROM lease ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func wantKept(t *testing.T, d *db.DB, names ...string) {
	t.Helper()
	if got := kept(t, d); !slices.Equal(got, names) {
		t.Errorf("kept %q, want %q", got, names)
	}
}

func TestDB_Update(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")

		t.Run("OK/32 callers at once, room for 20", func(t *testing.T) {
			if err := d.Update(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO tally (subject, name, base) VALUES ($1, $2, $3)`, 1, "taken", 0)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			in := 0
			for range 32 {
				wg.Go(func() {
					err := d.Update(t.Context(), func(tx *db.Tx) error {
						res, err := tx.Exec(`UPDATE tally SET base = base + 1 WHERE subject = $1 AND base < $2`, 1, 20)
						if err != nil {
							return err
						}
						if n, err := res.RowsAffected(); err != nil || n == 0 {
							return errors.Join(refused, err)
						}
						return nil
					})
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						in++
					} else if !errors.Is(err, refused) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if in != 20 {
				t.Errorf("%d came in, want 20", in)
			}
		})

		t.Run("OK/what is done after the commit", func(t *testing.T) {
			var did []string
			do := func(s string) func() { return func() { did = append(did, s) } }
			if err := d.Update(t.Context(), func(tx *db.Tx) error {
				tx.AfterCommit(do("first"))
				tx.AfterCommit(func() { panic("of no matter to the caller") })
				tx.AfterCommit(do("second"))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				tx.AfterCommit(do("never"))
				return refused
			})
			if !errors.Is(err, refused) || !slices.Equal(did, []string{"first", "second"}) {
				t.Errorf("did %q, %v", did, err)
			}
		})

		t.Run("Err/undoes what the function did", func(t *testing.T) {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				return errors.Join(put("undone")(tx), refused)
			})
			if !errors.Is(err, refused) {
				t.Error(err)
			}
			wantKept(t, d)
		})

		t.Run("Err/of a statement is not to be overlooked", func(t *testing.T) {
			var later error
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				if err := put("twice")(tx); err != nil {
					return err
				}
				if err := put("twice")(tx); err == nil {
					t.Error("the same name twice")
				}
				later = tx.QueryRow(`SELECT COUNT(*) FROM lease`).Scan(new(int))
				return nil
			})
			if err == nil || later == nil {
				t.Errorf("Update gave %v, the next statement %v", err, later)
			}
			wantKept(t, d)
		})

		t.Run("ErrPanic", func(t *testing.T) {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				if err := put("undone")(tx); err != nil {
					return err
				}
				panic(refused)
			})
			var p *db.PanicError
			if !errors.As(err, &p) || !errors.Is(err, refused) || len(p.Stack) == 0 {
				t.Errorf("got %v", err)
			}
			wantKept(t, d)
		})

		t.Run("ErrTxOver", func(t *testing.T) {
			var leaked *db.Tx
			if err := d.Update(t.Context(), func(tx *db.Tx) error { leaked = tx; return nil }); err != nil {
				t.Fatal(err)
			}
			if err := put("late")(leaked); !errors.Is(err, db.ErrTxOver) {
				t.Errorf("Exec gave %v", err)
			}
			if err := leaked.QueryRow(`SELECT 1`).Scan(new(int)); !errors.Is(err, db.ErrTxOver) {
				t.Errorf("QueryRow gave %v", err)
			}
		})

		t.Run("OK/a deadline that passes while it runs", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			err := d.Update(ctx, func(tx *db.Tx) error {
				cancel()
				return put("in time")(tx)
			})
			if err != nil {
				t.Error(err)
			}
			wantKept(t, d, "in time")
		})

		t.Run("ErrCanceled/before it runs", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := d.Update(ctx, put("too late")); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			wantKept(t, d, "in time")
		})

		t.Run("ErrClosed", func(t *testing.T) {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			if err := d.Update(t.Context(), put("closed")); !errors.Is(err, db.ErrClosed) {
				t.Error(err)
			}
		})
	})
}

// group has functions wait while the writer is held, so that they run in one
// transaction in this order, and gives their errors.
func group(t *testing.T, d *db.DB, fs ...func(tx *db.Tx) error) []error {
	t.Helper()
	ctxs := make([]context.Context, len(fs))
	for i := range ctxs {
		ctxs[i] = t.Context()
	}
	return groupOf(t, d, ctxs, func([]chan struct{}) {}, fs...)
}

// groupOf also says when all are queued, and as each has its answer.
func groupOf(t *testing.T, d *db.DB, ctxs []context.Context, queued func(answered []chan struct{}), fs ...func(tx *db.Tx) error) []error {
	t.Helper()
	var wg sync.WaitGroup
	held, free := make(chan struct{}), make(chan struct{})
	wg.Go(func() {
		err := d.Update(t.Context(), func(*db.Tx) error { close(held); <-free; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	errs, answered := make([]error, len(fs)), make([]chan struct{}, len(fs))
	for i, f := range fs {
		answered[i] = make(chan struct{})
		wg.Go(func() {
			errs[i] = d.Update(ctxs[i], f)
			close(answered[i])
		})
		for d.Queued() <= i {
			runtime.Gosched()
		}
	}
	queued(answered)
	close(free)
	wg.Wait()
	return errs
}

// wantErrs compares which of the group failed: "." for fine, "x" for not.
func wantErrs(t *testing.T, errs []error, pattern string) {
	t.Helper()
	got := ""
	for _, err := range errs {
		if err == nil {
			got += "."
		} else {
			got += "x"
		}
	}
	if got != pattern {
		t.Errorf("errors %s, want %s: %v", got, pattern, errs)
	}
}

func TestDB_Update_groups(t *testing.T) {
	sqlite := func(t *testing.T) *db.DB { return dbtest.Open(t, db.SQLite) }

	t.Run("an error in the middle", func(t *testing.T) {
		d := sqlite(t)
		errs := group(t, d, put("a"), func(tx *db.Tx) error { return errors.Join(put("b")(tx), put("a")(tx)) }, put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
	})

	t.Run("an error after writing, and one after looking", func(t *testing.T) {
		d := sqlite(t)
		no := errors.New("no")
		runs, did := 0, 0
		first := func(tx *db.Tx) error { runs++; tx.AfterCommit(func() { did++ }); return put("a")(tx) }
		look := func(tx *db.Tx) error {
			var n int
			return errors.Join(no, tx.QueryRow(`SELECT count(*) FROM lease`).Scan(&n))
		}
		wantErrs(t, group(t, d, first, look, put("b")), ".x.")
		if runs != 1 || did != 1 {
			t.Errorf("the first ran %d times and was told %d times, want 1 and 1", runs, did)
		}
		wantErrs(t, group(t, d, put("c"), func(tx *db.Tx) error {
			var name string
			return errors.Join(no, tx.QueryRow(`INSERT INTO lease (name, holder, until) VALUES ('d', '', 0) RETURNING name`).Scan(&name))
		}, put("e")), ".x.")
		wantErrs(t, group(t, d, func(tx *db.Tx) error { return errors.Join(no, put("f")(tx)) }), "x")
		wantKept(t, d, "a", "b", "c", "e")
	})

	t.Run("a panic in the middle", func(t *testing.T) {
		d := sqlite(t)
		errs := group(t, d, put("a"), func(tx *db.Tx) error { panic(put("b")(tx)) }, put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
	})

	t.Run("a function that leaves the goroutine", func(t *testing.T) {
		d := sqlite(t)
		errs := group(t, d, put("a"), func(tx *db.Tx) error { runtime.Goexit(); return nil }, put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
		wantErrs(t, group(t, d, put("d")), ".")
	})

	t.Run("a caller who gives up waiting", func(t *testing.T) {
		d := sqlite(t)
		ctx, cancel := context.WithCancel(t.Context())
		giveUp := func(answered []chan struct{}) { cancel(); <-answered[1] }
		errs := groupOf(t, d, []context.Context{t.Context(), ctx, t.Context()}, giveUp, put("a"), put("b"), put("c"))
		wantErrs(t, errs, ".x.")
		if !errors.Is(errs[1], context.Canceled) {
			t.Error(errs[1])
		}
		wantKept(t, d, "a", "c")
	})

	t.Run("a full disk in the middle", func(t *testing.T) {
		d := sqlite(t)
		var pages, runs int
		if err := d.WriteDB().QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
			t.Fatal(err)
		}
		if _, err := d.WriteDB().Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+20)); err != nil {
			t.Fatal(err)
		}
		did := 0
		errs := group(t, d,
			func(tx *db.Tx) error { runs++; tx.AfterCommit(func() { did++ }); return put("a")(tx) },
			func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)`, "b", make([]byte, 1<<20), 0)
				return err
			},
			put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
		if runs < 2 || did != 1 {
			t.Errorf("the first ran %d times and was told of the commit %d times, want some and 1", runs, did)
		}
	})

	t.Run("a commit that is refused for one of them", func(t *testing.T) {
		d := sqlite(t)
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`CREATE TABLE friend (of TEXT REFERENCES lease (name) DEFERRABLE INITIALLY DEFERRED)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		befriend := func(name string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO friend (of) VALUES ($1)`, name)
				return err
			}
		}
		exit := func(*db.Tx) error { runtime.Goexit(); return nil }
		wantErrs(t, group(t, d, put("a"), befriend("a"), befriend("nobody"), put("c")), "..x.")
		wantErrs(t, group(t, d, befriend("nobody"), put("d"), exit, put("e")), "x.x.")
		wantKept(t, d, "a", "c", "d", "e")
	})

	t.Run("an interrupt in the middle", func(t *testing.T) {
		d := sqlite(t)
		errs := group(t, d, put("a"), func(tx *db.Tx) error {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO lease (name, holder, until)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'b' || i, '', 0 FROM n`)
			return err
		}, put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
	})

	t.Run("an interrupt that the function overlooks", func(t *testing.T) {
		d := sqlite(t)
		errs := group(t, d, put("a"), func(tx *db.Tx) error {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO lease (name, holder, until)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'b' || i, '', 0 FROM n`)
			if err == nil {
				t.Error("it was not interrupted")
			}
			return nil
		}, put("c"))
		wantErrs(t, errs, ".x.")
		wantKept(t, d, "a", "c")
	})
}

func TestDB_UpdateEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		no := errors.New("no")
		names := []string{"a", "b", "c", "d", "e"}
		err := d.UpdateEach(t.Context(), len(names), 2, func(tx *db.Tx, i int) error {
			if names[i] == "d" {
				return no
			}
			return put(names[i])(tx)
		})
		if !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		wantKept(t, d, "a", "b") // c went with d
		if err := d.UpdateEach(t.Context(), 3, 2, func(tx *db.Tx, i int) error { return put(names[2+i])(tx) }); err != nil {
			t.Error(err)
		}
		wantKept(t, d, names...)
	})
}

// Two functions lock two rows in opposite orders, and meet half way: PostgreSQL
// has one of them give way, and it is run again.
func TestDB_Update_deadlock(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	for _, name := range []string{"a", "b"} {
		if err := d.Update(t.Context(), put(name)); err != nil {
			t.Fatal(err)
		}
	}
	var half, wg sync.WaitGroup
	half.Add(2)
	runs := make([]int, 2)
	for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				for k, name := range order {
					if _, err := tx.Exec(`UPDATE lease SET until = until + 1 WHERE name = $1`, name); err != nil {
						return err
					}
					if runs[i] == 0 && k == 0 {
						runs[i]++
						half.Done()
						half.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var sum int
	if err := d.Read(t.Context()).QueryRow(`SELECT CAST(SUM(until) AS BIGINT) FROM lease`).Scan(&sum); err != nil || sum != 4 {
		t.Errorf("%d updates were kept, want 4; %v", sum, err)
	}
}
