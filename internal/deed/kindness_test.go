package deed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/deed"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

func keys(list []deed.Prompt) string {
	var keys []string
	for _, p := range list {
		keys = append(keys, p.Key)
	}
	return strings.Join(keys, " ")
}

func TestPrompts(t *testing.T) {
	if len(deed.Prompts) < 60 {
		t.Errorf("there are %d ideas", len(deed.Prompts))
	}
	words, of := map[string]bool{}, map[string]bool{}
	for _, p := range deed.Prompts {
		if found, ok := deed.PromptByKey(p.Key); !ok || found.Words != p.Words || words[p.Words] || p.Minutes < 1 || len(p.Causes) == 0 {
			t.Errorf("the idea %+v", p)
		}
		words[p.Words] = true
		for _, c := range p.Causes {
			of[c] = true
			if _, ok := account.CauseBySlug(c); !ok {
				t.Errorf("there is no cause %s", c)
			}
		}
	}
	if len(of) < 20 {
		t.Errorf("they are of %d causes alone", len(of))
	}
}

func TestChoose(t *testing.T) {
	day := time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)
	none := account.Interests{}
	t.Run("the same all day, others the next", func(t *testing.T) {
		now := keys(deed.Choose(7, day, 0, none, nil))
		if again := keys(deed.Choose(7, day.Add(-23*time.Hour), 0, none, nil)); again != now {
			t.Errorf("in the morning they are %s, at night %s", again, now)
		}
		seen := map[string]bool{}
		for d := range 8 {
			for _, p := range deed.Choose(7, day.AddDate(0, 0, d), 0, none, nil) {
				if seen[p.Key] {
					t.Errorf("%s comes again on day %d", p.Key, d)
				}
				seen[p.Key] = true
			}
		}
		if len(seen) != 24 {
			t.Errorf("there are %d ideas in eight days", len(seen))
		}
		if other := keys(deed.Choose(8, day, 0, none, nil)); other == now {
			t.Error("they are everybody's")
		}
		if other := keys(deed.Choose(7, day, 1, none, nil)); other == now {
			t.Error("others are the same")
		}
	})
	t.Run("what fits first", func(t *testing.T) {
		in := account.Interests{Causes: []string{"animals"}, Minutes: 20, Mode: account.Online}
		found := false
		for turn := range 8 {
			for _, p := range deed.Choose(7, day, turn, in, nil) {
				found = found || slices.Contains(p.Causes, "animals")
				if p.Mode == account.Together || p.Minutes > 20 {
					t.Errorf("%s takes %d minutes, %s", p.Key, p.Minutes, p.Mode)
				}
			}
		}
		if !found {
			t.Error("none is about animals")
		}
	})
	t.Run("not what was done lately", func(t *testing.T) {
		for _, in := range lang.All() {
			first := deed.Choose(7, day, 0, none, nil)[0]
			for turn := range 8 {
				for _, p := range deed.Choose(7, day, turn, none, []string{"So: " + in.T(first.Words) + "\n\nI did."}) {
					if p.Key == first.Key {
						t.Errorf("%s comes again in %s", p.Key, in.Tag())
					}
				}
			}
		}
	})
	for _, turn := range []int{-1, 1 << 60} {
		if n := len(deed.Choose(id.ID(1), day, turn, none, nil)); n != 3 {
			t.Errorf("the turn %d has %d", turn, n)
		}
	}
}

func TestToday(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := account.As(w.ada)
		before, err := w.Today(ctx, ada, 0)
		ok(t, err)
		_, err = w.WriteDown(ctx, ada, before[0].Words+" It rained.", time.Time{}, "")
		ok(t, err)
		after, err := w.Today(ctx, ada, 0)
		if err != nil || strings.Contains(keys(after), before[0].Key) {
			t.Errorf("after %s they are %s, %v", before[0].Key, keys(after), err)
		}
		if list, err := w.Today(ctx, account.Nobody, 0); err != nil || len(list) != 3 {
			t.Errorf("a stranger sees %s, %v", keys(list), err)
		}
	})
}

func TestJournal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, ben := account.As(w.ada), account.As(w.ben)
		_, err := w.WriteDown(ctx, ada, " ", time.Time{}, "")
		is(t, err, problem.KindInvalid)
		_, err = w.WriteDown(ctx, account.Nobody, "I waited.", time.Time{}, "")
		is(t, err, problem.KindUnauthorized)
		wrote, err := w.WriteDown(ctx, ada, "I waited.", time.Time{}, "k")
		ok(t, err)
		if again, err := w.WriteDown(ctx, ada, "I waited.", time.Time{}, "k"); err != nil || again.ID != wrote.ID || wrote.Visibility != act.Me || wrote.MovementID != 0 {
			t.Errorf("it is %+v, %v", wrote, err)
		}
		w.Do(t, w.ben, w.deeds)

		is(t, w.SetNote(ctx, ada, wrote.ID, strings.Repeat("ä", deed.NoteMost+1)), problem.KindInvalid)
		ok(t, w.SetNote(ctx, ada, wrote.ID, "She laughed."))
		ok(t, w.SetNote(ctx, ada, wrote.ID, "She laughed, and I did."))
		list, err := w.Journal(ctx, ada, db.Page{})
		if err != nil || len(list) != 2 || list[0].Act.ID != wrote.ID || list[0].Note != "She laughed, and I did." || list[1].Act.ID != w.did.ID || list[1].Note != "" {
			t.Errorf("the journal is %+v, %v", list, err)
		}
		// Nobody else reads or writes it, also of an act that they see.
		public := act.Public
		_, err = w.Acts.Edit(ctx, ada, wrote.ID, act.Change{Visibility: &public})
		ok(t, err)
		for _, v := range []account.Viewer{ben, account.As(w.olga)} {
			_, err := w.Note(ctx, v, wrote.ID)
			is(t, err, problem.KindForbidden)
			is(t, w.SetNote(ctx, v, wrote.ID, "Mine"), problem.KindForbidden)
			is(t, w.SetNote(ctx, v, w.did.ID, "Mine"), problem.KindNotFound)
		}
		_, err = w.Journal(ctx, account.Nobody, db.Page{})
		is(t, err, problem.KindUnauthorized)
		if list, err := w.Journal(ctx, ben, db.Page{}); err != nil || len(list) != 1 {
			t.Errorf("ben's journal is %+v, %v", list, err)
		}

		left := func() (n int) {
			ok(t, w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM deed_note").Scan(&n))
			return n
		}
		ok(t, w.SetNote(ctx, ada, wrote.ID, " "))
		if n := left(); n != 0 {
			t.Errorf("%d notes are left once erased", n)
		}
		ok(t, w.SetNote(ctx, ada, wrote.ID, "Again"))
		ok(t, w.SetNote(ctx, ada, w.did.ID, "And this"))
		ok(t, w.Acts.Withdraw(ctx, ada, wrote.ID))
		is(t, w.SetNote(ctx, ada, wrote.ID, "Too late"), problem.KindGone)
		if n := left(); n != 1 {
			t.Errorf("%d notes are left of a withdrawn act", n)
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		if n := left(); n != 0 {
			t.Errorf("%d notes are left of a deleted account", n)
		}
	})
}

// Weeks count what was done, and a week without anything takes nothing away.
func TestWeeks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, vienna := account.As(w.ada), "Europe/Vienna"
		_, err := w.Weeks(ctx, account.Nobody)
		is(t, err, problem.KindUnauthorized)
		is(t, w.CountWeeks(ctx, account.Nobody, true, ""), problem.KindUnauthorized)
		for _, zone := range []string{"Middle/Earth", "Local", "../../etc/passwd"} {
			is(t, w.CountWeeks(ctx, ada, true, zone), problem.KindInvalid)
		}
		if got, err := w.Weeks(ctx, account.As(w.rosa)); err != nil || got.N != 0 || !got.Since.IsZero() || got.ThisWeek() || len(got.Lately) != deed.WeeksShown {
			t.Errorf("before anything they are %+v, %v", got, err)
		}
		ok(t, w.Acts.Withdraw(ctx, ada, w.did.ID))
		at := func(now time.Time) { w.Clock.Add(now.Sub(w.Clock.Now())) }
		did := func(at string) *act.Act {
			t.Helper()
			done, err := time.Parse(time.RFC3339, at)
			ok(t, err)
			a, err := w.WriteDown(ctx, ada, "I did it.", done, "")
			ok(t, err)
			return a
		}
		lately := func() (days string) {
			t.Helper()
			got, err := w.Weeks(ctx, ada)
			ok(t, err)
			for _, week := range got.Lately {
				if week.Acts > 0 {
					days += fmt.Sprintf("%s:%d ", week.From.Format("01-02"), week.Acts)
				}
			}
			return fmt.Sprintf("%s%d since %s", days, got.N, got.Since.Format(time.DateOnly))
		}
		at(time.Date(2027, 5, 12, 12, 0, 0, 0, time.UTC)) // a Wednesday
		did("2026-12-30T12:00:00Z")
		did("2027-03-28T00:30:00Z")         // the night on which clocks in Vienna go forward
		last := did("2027-05-09T22:30:00Z") // Sunday in UTC, Monday in Vienna
		did("2027-05-09T10:00:00Z")
		if got := lately(); got != "03-22:1 05-03:2 3 since 2026-12-28" {
			t.Errorf("in UTC they are %s", got)
		}
		zone, err := time.LoadLocation(vienna)
		ok(t, err)
		ok(t, w.LearnZone(ctx, ada, zone))
		if got := lately(); got != "03-22:1 05-03:1 05-10:1 4 since 2026-12-28" {
			t.Errorf("in Vienna they are %s", got)
		}
		ok(t, w.LearnZone(ctx, ada, time.FixedZone("Asia/Tokyo", 0))) // travelling changes nothing
		if got, err := w.Weeks(ctx, ada); err != nil || got.Zone.String() != vienna || !got.ThisWeek() {
			t.Errorf("then they are %+v, %v", got, err)
		}
		// Half a year of rest later all of them are still there.
		at(time.Date(2027, 11, 30, 12, 0, 0, 0, time.UTC))
		if got := lately(); got != "4 since 2026-12-28" {
			t.Errorf("after a rest they are %s", got)
		}
		// They follow the acts, and nobody else's.
		ok(t, w.Acts.Withdraw(ctx, ada, last.ID))
		if got := lately(); got != "3 since 2026-12-28" {
			t.Errorf("without the last they are %s", got)
		}
		ok(t, w.CountWeeks(ctx, ada, false, vienna))
		if got, err := w.Weeks(ctx, ada); err != nil || !got.Off || got.N != 0 || got.Lately != nil || !got.Since.IsZero() {
			t.Errorf("switched off they are %+v, %v", got, err)
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		var left int
		ok(t, w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM deed_weeks").Scan(&left))
		if left != 0 {
			t.Errorf("%d settings are left of a deleted account", left)
		}
	})
}
