package once_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// do asks once, and counts in rows of tally_delta how often it was really done.
func do(t *testing.T, d *db.DB, account id.ID, kind, key string, body any, result id.ID) (id.ID, error) {
	var got id.ID
	err := d.Update(t.Context(), func(tx *db.Tx) (err error) {
		got, err = once.Do(tx, account, kind, key, body, func() (id.ID, error) {
			_, err := tx.Exec(`INSERT INTO tally_delta (subject, name, n) VALUES ($1, $2, $3)`, 1, "done", 1)
			return result, err
		})
		return err
	})
	return got, err
}

func done(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context()).QueryRow(`SELECT COUNT(*) FROM tally_delta`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDo(t *testing.T) {
	type post struct{ Text string }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		steps := []struct {
			name      string
			account   id.ID
			kind, key string
			body      any
			result    id.ID
			want      id.ID
			times     int // done in all after this step
		}{
			{"OK/the first", 1, "post", "k", post{"hello"}, 10, 10, 1},
			{"OK/the same again", 1, "post", "k", post{"hello"}, 11, 10, 1},
			{"ErrInvalid/another body", 1, "post", "k", post{"bye"}, 12, 0, 1},
			{"OK/another account", 2, "post", "k", post{"bye"}, 13, 13, 2},
			{"OK/another kind", 1, "act", "k", post{"bye"}, 14, 14, 3},
			{"OK/no key", 1, "post", "", post{"hello"}, 15, 15, 4},
			{"OK/no key again", 1, "post", "", post{"hello"}, 16, 16, 5},
			{"OK/the longest key", 1, "post", strings.Repeat("x", 255), []byte("raw"), 17, 17, 6},
			{"ErrInvalid/a longer key", 1, "post", strings.Repeat("x", 256), nil, 18, 0, 6},
			{"OK/no result", 3, "post", "k", nil, 0, 0, 7},
			{"OK/no result again", 3, "post", "k", nil, 19, 0, 7},
		}
		for _, s := range steps {
			t.Run(s.name, func(t *testing.T) {
				got, err := do(t, d, s.account, s.kind, s.key, s.body, s.result)
				if bad := strings.HasPrefix(s.name, "Err"); bad != problem.Is(err, problem.KindInvalid) || !bad && err != nil {
					t.Fatal(err)
				}
				if n := done(t, d); got != s.want || n != s.times {
					t.Errorf("got %d after %d times, want %d after %d", got, n, s.want, s.times)
				}
			})
		}
	})
}

func TestDo_atOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				if got, err := do(t, d, 1, "post", "k", "hello", 10); err != nil || got != 10 {
					t.Errorf("got %d, %v", got, err)
				}
			})
		}
		wg.Wait()
		if n := done(t, d); n != 1 {
			t.Errorf("done %d times", n)
		}
	})
}

func TestDo_ErrOfTheFunction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := once.Do(tx, 1, "post", "k", "hello", func() (id.ID, error) { return 0, refused })
			return err
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if got, err := do(t, d, 1, "post", "k", "hello", 10); got != 10 || err != nil {
			t.Errorf("the key was kept: %d, %v", got, err)
		}
	})
}

func TestSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, step := range []struct {
			after time.Duration
			times int
		}{{0, 1}, {47 * time.Hour, 1}, {49 * time.Hour, 2}} {
			if err := once.Sweep(t.Context(), d, time.Now().Add(step.after)); err != nil {
				t.Fatal(err)
			}
			if _, err := do(t, d, 1, "post", "k", "hello", 10); err != nil {
				t.Fatal(err)
			}
			if n := done(t, d); n != step.times {
				t.Errorf("%v later it was done %d times, want %d", step.after, n, step.times)
			}
		}
	})
}
