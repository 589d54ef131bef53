package act_test

import (
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
)

// A list by unit or proof is the same page as the whole list with the others left
// out, whichever way it is read.
func TestOf_ByUnitAndProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		fund, deed, run := w.call(t, call.Fundraiser), w.call(t, call.Deed), w.call(t, call.Volunteering)
		yen := func(d *act.Draft) { d.Unit = "JPY" }
		told := []*act.Act{w.Do(t, w.ada, fund), w.Do(t, w.ben, deed), w.Do(t, w.ada, fund, yen), w.Do(t, w.ben, run), w.Do(t, w.ada, deed), w.Do(t, w.ben, fund, yen), w.Do(t, w.cat, deed)}
		for _, i := range []int{1, 2, 4} {
			if _, err := w.Acts.Confirm(ctx, w.orgViewer(), told[i].ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		ids := func(f act.Filter, p db.Page) (out []id.ID) {
			t.Helper()
			list, err := w.Acts.Of(ctx, account.Nobody, f, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				out = append(out, a.ID)
			}
			return out
		}
		confirmed := act.Confirmed
		for _, c := range []struct {
			name string
			f    act.Filter
			want []int // newest first
		}{
			{"confirmed ones of the movement", act.Filter{Movement: w.soup.ID, Proof: &confirmed}, []int{4, 2, 1}},
			{"those in yen", act.Filter{Movement: w.soup.ID, Unit: "JPY"}, []int{5, 2}},
			{"confirmed ones in yen", act.Filter{Movement: w.soup.ID, Unit: "JPY", Proof: &confirmed}, []int{2}},
			{"confirmed ones of the fundraiser", act.Filter{Call: fund.ID, Proof: &confirmed}, []int{2}},
			{"deeds of the call", act.Filter{Call: deed.ID, Unit: "deeds"}, []int{6, 4, 1}},
			{"a unit that nobody used", act.Filter{Movement: w.soup.ID, Unit: "CHF"}, nil},
		} {
			var want []id.ID
			for _, i := range c.want {
				want = append(want, told[i].ID)
			}
			if got := ids(c.f, db.Page{}); !slices.Equal(got, want) {
				t.Errorf("%s are %v, not %v", c.name, got, want)
			}
			if len(want) < 2 {
				continue
			}
			last := len(want) - 1
			for name, page := range map[string]struct {
				p    db.Page
				want []id.ID
			}{
				"first":         {db.Page{Limit: 1}, want[:1]},
				"next":          {db.Page{Limit: 1, Max: want[0]}, want[1:2]},
				"newer, oldest": {db.Page{Limit: 1, Min: want[last]}, want[last-1 : last]},
				"newer, newest": {db.Page{Limit: 1, Since: want[last]}, want[:1]},
			} {
				if got := ids(c.f, page.p); !slices.Equal(got, page.want) {
					t.Errorf("%s, the %s: %v, not %v", c.name, name, got, page.want)
				}
			}
		}
	})
}

// A page of what a sum is made of is read along an index, in its order.
func TestOf_Plan(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	const tail = " AND act.id > 0 AND act.id < 9 ORDER BY act.id DESC LIMIT 20"
	for where, index := range map[string]string{
		"act.state || '' = 'live' AND act.visibility <> 'public' AND act.movement_id = 1 AND act.proof = 2 AND act.unit = 'EUR'": "act_hidden",
		"act.state || '' = 'live' AND act.visibility <> 'public' AND act.call_id = 1 AND act.proof = 2":                          "act_call_hidden",
		"act.state = 'live' AND act.movement_id = 1 AND act.proof = 2 AND act.unit = 'EUR'":                                      "act_movement_sum",
		"act.state = 'live' AND act.call_id = 1 AND act.proof = 2 AND act.unit = 'EUR'":                                          "act_call_sum",
		"act.state = 'live' AND act.call_id = 1 AND act.story <> ''":                                                             "act_call_told",
		"act.state = 'live' AND act.movement_id = 1":                                                                             "act_movement",
	} {
		steps, err := db.All(d.Read(ctx), func(r db.Row) (s string, err error) {
			var a, b, c int
			return s, r.Scan(&a, &b, &c, &s)
		}, "EXPLAIN QUERY PLAN SELECT act.id, act.story FROM act WHERE "+where+tail)
		if err != nil {
			t.Fatal(err)
		}
		if plan := strings.Join(steps, "; "); !strings.Contains(plan, index+" ") || strings.Contains(plan, "TEMP B-TREE") && !strings.Contains(index, "hidden") {
			t.Errorf("%s: %s", where, plan)
		}
	}
}
