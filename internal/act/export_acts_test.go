package act_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func story(s string) func(*act.Draft) { return func(d *act.Draft) { d.Story = s } }

// Organisers take out what they may see, and what is their doers' alone stays with
// those, be it the organiser's own.
func TestService_Export(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds, other := w.call(t, call.Deed), w.call(t, call.Deed)
		first := w.Do(t, w.ada, deeds, story("=HYPERLINK(\"https://bad.example\")"))
		second := w.Do(t, w.ben, deeds, seed.Seen(act.Organisers), seed.InspiredBy(first), story("Two, \"quoted\"\nlines."))
		w.Do(t, w.ada, deeds, seed.Seen(act.Me))
		w.Do(t, w.org, deeds, seed.Seen(act.Me))
		w.Do(t, w.ada, other)
		gone := w.Do(t, w.ben, deeds)
		if err := w.Acts.Withdraw(ctx, account.As(w.ben), gone.ID); err != nil {
			t.Fatal(err)
		}

		flushed := 0
		flush := func() error { flushed++; return nil }
		var sheet bytes.Buffer
		if err := w.Acts.ExportTo(ctx, account.As(w.org), deeds.ID, &sheet, false, flush); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&sheet).ReadAll()
		if err != nil || len(rows) != 3 || flushed != 1 {
			t.Fatalf("%q, flushed %d times, %v", rows, flushed, err)
		}
		if got := strings.Join(rows[0][:7], ","); got != "id,doer,at,inspired_by,quantity,unit,story" {
			t.Errorf("the header is %s", got)
		}
		if rows[1][0] != first.ID.String() || rows[1][1] != "ada" || rows[1][6] != "'=HYPERLINK(\"https://bad.example\")" {
			t.Errorf("%q", rows[1])
		}
		if rows[2][3] != first.ID.String() || rows[2][6] != "Two, \"quoted\"\nlines." || rows[2][8] != "organisers" {
			t.Errorf("%q", rows[2])
		}

		var array bytes.Buffer
		if err := w.Acts.ExportTo(ctx, account.As(w.org), deeds.ID, &array, true, flush); err != nil {
			t.Fatal(err)
		}
		var acts []act.Exported
		if err := json.Unmarshal(array.Bytes(), &acts); err != nil || len(acts) != 2 || acts[1].ID != second.ID || acts[1].Doer != "ben" {
			t.Errorf("%s: %v", array.String(), err)
		}
		if acts, err := w.Acts.Export(ctx, account.As(w.org), deeds.ID, first.ID); err != nil || len(acts) != 1 {
			t.Errorf("after the first there are %d, %v", len(acts), err)
		}

		co := seed.Account(t, w.Ground, "co")
		if err := w.Calls.Invite(ctx, account.As(w.org), other.ID, co.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Calls.AcceptInvitation(ctx, account.As(co), other.ID); err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]account.Viewer{"a doer": account.As(w.ada), "a stranger": account.Nobody, "another call's co-organiser": account.As(co)} {
			if _, err := w.Acts.Export(ctx, v, deeds.ID, 0); !problem.Is(err, problem.KindForbidden) {
				t.Errorf("%s takes them out: %v", name, err)
			}
		}
		if acts, err := w.Acts.Export(ctx, account.As(co), other.ID, 0); err != nil || len(acts) != 1 {
			t.Errorf("the co-organiser's own: %d, %v", len(acts), err)
		}
	})
}

func TestService_ExportTo_Empty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.call(t, call.Deed)
		var array bytes.Buffer
		err := w.Acts.ExportTo(ctx, account.As(w.org), c.ID, &array, true, func() error { return nil })
		if err != nil || array.String() != "[]\n" {
			t.Errorf("%q, %v", array.String(), err)
		}
	})
}
