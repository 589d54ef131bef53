package act_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

const header = "id,doer,at,inspired_by,quantity,unit,story\n"

func (w *world) importFile(t *testing.T, c *call.Call, file string) act.Report {
	t.Helper()
	r, err := w.Acts.Import(ctx, strings.NewReader(file), c.MovementID, c.ID)
	if err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	return r
}

func (w *world) acts(t *testing.T, c *call.Call) []*act.Act {
	t.Helper()
	all, err := w.Acts.Of(ctx, w.orgViewer(), act.Filter{Call: c.ID}, db.Page{Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Volunteering)
		w.Do(t, w.ada, c, seed.Of(10))
		switched := seed.Events[act.Imported](w.Ground)

		// In any order, with a byte order mark, quotes and Windows' line ends.
		r := w.importFile(t, c, "\uFEFF"+strings.ReplaceAll(header+
			`3,Ben,2014-07-03T12:00:00Z,2,30,minutes,"Peeled, and ""cut"""
2,Zoë Outside,2014-07-02T12:00:00+02:00,1,20,minutes,
1,@ada,2014-07-01T12:00:00Z,,60,minutes,First
`, "\n", "\r\n"))
		if r.Imported != 3 || r.Skipped != 0 || len(r.Bad) != 0 {
			t.Fatalf("got %+v", r)
		}
		if e := switched(); len(e) != 1 || e[0].Acts != 3 {
			t.Fatalf("got %+v", e)
		}
		all := w.acts(t, c)
		ben, zoe, ada := all[1], all[2], all[3]
		if ben.Story != `Peeled, and "cut"` || ben.DoerID != w.ben.ID || ben.Outside || ben.Parent != zoe.ID || ben.Root != ada.ID || ben.Generation != 2 {
			t.Fatalf("got %+v", ben)
		}
		names, err := w.Acts.Outsiders(ctx, []id.ID{zoe.DoerID})
		if err != nil || !zoe.Outside || names[zoe.DoerID] != "Zoë Outside" || !zoe.DoneAt.Equal(time.Date(2014, 7, 2, 10, 0, 0, 0, time.UTC)) {
			t.Fatalf("got %+v, %v, %v", zoe, names, err)
		}
		if !ada.ID.Time().Equal(ada.DoneAt) {
			t.Fatalf("its id does not take its time from the act: %s", ada.ID.Time())
		}
		if got := w.total(t, c.ID, act.Told); got.Amount != 120 || got.Acts != 4 || got.People != 3 {
			t.Fatalf("got %+v", got)
		}

		// Once more, and on with it.
		r = w.importFile(t, c, header+"1,ada,2014-07-01T12:00:00Z,,60,minutes,First\n4,zoë outside,2014-07-04T12:00:00Z,3,5,minutes,\n")
		if r.Imported != 1 || r.Skipped != 1 {
			t.Fatalf("got %+v", r)
		}
		if last := w.acts(t, c)[1]; last.Parent != ben.ID || last.Root != ada.ID || last.Generation != 3 || last.DoerID != zoe.DoerID {
			t.Fatalf("got %+v", last)
		}
		if r = w.importFile(t, c, header+"1,ada,2014-07-01T12:00:00Z,,60,minutes,First\n"); r.Imported != 0 || r.Skipped != 1 {
			t.Fatalf("got %+v", r)
		}
		w.Counted(t)
	})
}

func TestImport_NamesBadRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run, give := w.call(t, call.Challenge), w.call(t, call.Volunteering)
		w.Do(t, w.ada, run)
		row := func(fields ...string) string { return strings.Join(fields, ",") + "\n" }
		const at = "2014-07-01T12:00:00Z"
		for name, c := range map[string]struct {
			rows string
			line int
			says string
		}{
			"short":                {"1,ben\n", 2, "2 fields"},
			"no id":                {row("", "ben", at, "", "1", "minutes", ""), 2, "id is empty"},
			"no doer":              {row("1", " ", at, "", "1", "minutes", ""), 2, "doer is empty"},
			"no time":              {row("1", "ben", "yesterday", "", "1", "minutes", ""), 2, "RFC 3339"},
			"the future":           {row("1", "ben", "2999-07-01T12:00:00Z", "", "1", "minutes", ""), 2, "future"},
			"negative":             {row("1", "ben", at, "", "-1", "minutes", ""), 2, "quantity"},
			"a fraction":           {row("1", "ben", at, "", "1.5", "minutes", ""), 2, "quantity"},
			"another unit":         {row("1", "ben", at, "", "1", "EUR", ""), 2, "unit"},
			"not UTF-8":            {row("1", "ben", at, "", "1", "minutes", "\xff"), 2, "UTF-8"},
			"long story":           {row("1", "ben", at, "", "1", "minutes", strings.Repeat("a", 5001)), 2, "5001 characters"},
			"stray quote":          {row("1", "ben", at, "", "1", "minutes", `a"b`), 2, "quote"},
			"unknown source":       {row("1", "ben", at, "9", "1", "minutes", ""), 2, `"9"`},
			"itself":               {row("1", "ben", at, "1", "1", "minutes", ""), 2, "circle, by lines 2 → 2"},
			"the same id":          {row("1", "ben", at, "", "1", "minutes", "") + row("1", "cat", at, "", "1", "minutes", ""), 3, "line 2"},
			"something newer":      {row("1", "ben", at, "2", "1", "minutes", "") + row("2", "cat", "2014-07-02T12:00:00Z", "", "1", "minutes", ""), 2, "later"},
			"a circle of a moment": {row("1", "ben", at, "2", "1", "minutes", "") + row("2", "cat", at, "1", "1", "minutes", ""), 2, "circle, by lines 2 → 3 → 2"},
		} {
			t.Run(name, func(t *testing.T) {
				r, err := w.Acts.Import(ctx, strings.NewReader(header+c.rows), w.soup.ID, give.ID)
				wantProblem(t, err, problem.KindInvalid, "file")
				if len(r.Bad) != 1 || r.Bad[0].Line != c.line || !strings.Contains(r.Bad[0].Reason, c.says) {
					t.Fatalf("got %+v; want line %d with %q", r.Bad, c.line, c.says)
				}
			})
		}
		for name, rows := range map[string]string{
			"twice in the file": row("1", "ben", at, "", "1", "challenges", "") + row("2", "Ben", at, "", "1", "challenges", ""),
			"done here already": row("1", "ada", at, "", "1", "challenges", ""),
			"two at once":       row("1", "ben", at, "", "2", "challenges", ""),
		} {
			t.Run(name, func(t *testing.T) {
				r, err := w.Acts.Import(ctx, strings.NewReader(header+rows), w.soup.ID, run.ID)
				wantProblem(t, err, problem.KindInvalid, "file")
				if len(r.Bad) != 1 {
					t.Fatalf("got %+v", r.Bad)
				}
			})
		}
		for name, file := range map[string]string{"empty": "", "no header": "1,2\n", "more columns": "x," + header, "one endless row": header + `1,"` + strings.Repeat("a", 1<<20)} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Acts.Import(ctx, strings.NewReader(file), w.soup.ID, give.ID)
				wantProblem(t, err, problem.KindInvalid, "file")
			})
		}
		t.Run("many", func(t *testing.T) {
			r, err := w.Acts.Import(ctx, strings.NewReader(header+strings.Repeat("x\n", 250)), w.soup.ID, give.ID)
			wantProblem(t, err, problem.KindInvalid, "file")
			if len(r.Bad) != 100 || r.BadMore != 150 {
				t.Fatalf("%d named, %d more", len(r.Bad), r.BadMore)
			}
		})
		var n int
		if err := d.Read(ctx).QueryRow("SELECT (SELECT COUNT(*) FROM act) + (SELECT COUNT(*) FROM imported) + (SELECT COUNT(*) FROM import_batch)").Scan(&n); err != nil || n != 1 {
			t.Fatalf("%d rows where one act was, %v", n, err)
		}
		w.Counted(t)
	})
}

// An import that dies while it stages shows nothing, and the next one clears it
// away and does the whole.
func TestImport_AfterACrash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Deed)
		w.Update(t, func(tx *db.Tx) error { // what a crash leaves
			if _, err := tx.Exec("INSERT INTO import_batch (id, movement_id, call_id, state, created_at) VALUES (7, $1, $2, 'staging', 1)", w.soup.ID, c.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO act (id, doer_id, movement_id, call_id, kind, done_at, created_at, unit, quantity, visibility, root_id, state, import_id)
				VALUES (8, 9, $1, $2, 'deed', 1, 1, 'deeds', 1, 'public', 8, 'staging', 7)`, w.soup.ID, c.ID); err != nil {
				return err
			}
			_, err := tx.Exec("INSERT INTO imported (movement_id, external_id, act_id, import_id) VALUES ($1, 'a', 8, 7)", w.soup.ID)
			return err
		})
		if all := w.acts(t, c); len(all) != 0 {
			t.Fatalf("staged acts show: %+v", all)
		}
		if _, err := w.Acts.Get(ctx, w.orgViewer(), 8); !problem.Is(err, problem.KindNotFound) {
			t.Fatalf("a staged act shows: %v", err)
		}
		w.Counted(t)
		r := w.importFile(t, c, header+"a,ada,2014-07-01T12:00:00Z,,1,deeds,\n")
		if r.Imported != 1 || r.Skipped != 0 {
			t.Fatalf("got %+v", r)
		}
		if all := w.acts(t, c); len(all) != 1 {
			t.Fatalf("got %+v", all)
		}
		w.Counted(t)
	})
}

// Two imports at once: one waits for nothing and says so.
func TestImport_OneAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Deed)
		from, to := io.Pipe()
		first := make(chan error, 1)
		go func() {
			_, err := w.Acts.Import(ctx, from, w.soup.ID, c.ID)
			first <- err
		}()
		if _, err := io.WriteString(to, header); err != nil { // it reads: it has the lease
			t.Fatal(err)
		}
		_, err := w.Acts.Import(ctx, strings.NewReader(header), w.soup.ID, c.ID)
		wantProblem(t, err, problem.KindConflict, "")
		if err := to.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		w.importFile(t, c, header) // and the lease is free again
	})
}

// cascade is a file of n acts, each inspired by an earlier one, by people who
// have no account.
func cascade(n int) io.Reader {
	from, to := io.Pipe()
	go func() {
		r := rand.New(rand.NewPCG(1, 2))
		err := func() error {
			if _, err := io.WriteString(to, header); err != nil {
				return err
			}
			at := time.Date(2014, 7, 1, 0, 0, 0, 0, time.UTC)
			for i := range n {
				parent := ""
				if i > 8 {
					parent = fmt.Sprint("e", r.IntN(i))
				}
				at = at.Add(time.Duration(r.IntN(100)) * time.Millisecond)
				if _, err := fmt.Fprintf(to, "e%d,Person %d,%s,%s,1,challenges,Ice and water\n", i, i, at.Format(time.RFC3339Nano), parent); err != nil {
					return err
				}
			}
			return nil
		}()
		to.CloseWithError(err)
	}()
	return from
}

// BenchmarkImport100000 is how long an organiser waits for a history of 100,000
// acts that inspired one another.
func BenchmarkImport100000(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := newWorld(b, dbtest.Open(b, e))
				c := w.call(b, call.Challenge)
				b.StartTimer()
				r, err := w.Acts.Import(ctx, cascade(100_000), w.soup.ID, c.ID)
				if err != nil || r.Imported != 100_000 {
					b.Fatalf("got %+v, %v", r, err)
				}
			}
		})
	}
}
