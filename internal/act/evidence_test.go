package act_test

import (
	"fmt"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// Pictures, a film and links show an act to those whom its doer chose, come and go
// later, and stay when an edit is about something else.
func TestEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		member := seed.Account(t, w.Ground, "mo")
		seed.Join(t, w.Movements, w.soup, member)
		deeds := w.call(t, call.Deed)
		ada := account.As(w.ada)
		upload := func(kind string) id.ID {
			t.Helper()
			m := seed.Picture(t, w.Media, w.ada)
			w.Update(t, func(tx *db.Tx) error {
				_, err := tx.Exec("UPDATE media SET kind = $1 WHERE id = $2", kind, m.ID)
				return err
			})
			return m.ID
		}
		film, picture := upload("video"), upload("image")
		a, err := w.Acts.Do(ctx, ada, act.Draft{CallID: deeds.ID, Visibility: act.Public, MediaIDs: []id.ID{picture, film}, Links: []string{" https://news.example/soup?p=2 ", "", "https://news.example/soup?p=2", "http://b.example"}})
		if err != nil {
			t.Fatal(err)
		}
		links := "https://news.example/soup?p=2 http://b.example"
		seen := func(v account.Viewer) string {
			t.Helper()
			now, err := w.Acts.Get(ctx, v, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			all, err := w.Acts.Evidence(ctx, v, []*act.Act{now})
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, m := range all[a.ID].Media {
				kinds = append(kinds, string(m.Kind))
			}
			return fmt.Sprint(kinds, all[a.ID].Links)
		}
		everybody := []account.Viewer{account.Nobody, account.As(w.ben), account.As(member), w.orgViewer(), ada}
		edit := func(c act.Change) error {
			_, err := w.Acts.Edit(ctx, ada, a.ID, c)
			return err
		}
		for visibility, from := range map[act.Visibility]int{act.Public: 0, act.Movement: 2, act.Organisers: 3, act.Me: 4} {
			words := "For " + string(visibility)
			if err := edit(act.Change{EvidenceVisibility: &visibility, Story: &words}); err != nil {
				t.Fatal(err)
			}
			for i, v := range everybody {
				if got, want := seen(v), map[bool]string{true: "[image video] [" + links + "]", false: "[] []"}[i >= from]; got != want {
					t.Errorf("for %q, viewer %d sees %s", visibility, i, got)
				}
			}
			out, err := w.Acts.Export(ctx, w.orgViewer(), deeds.ID, 0)
			if err != nil || len(out) != 1 || strings.Join(out[0].Links, " ") != map[bool]string{true: links}[from <= 3] {
				t.Errorf("for %q, organisers take out %+v, %v", visibility, out, err)
			}
		}
		if err := w.Acts.ExportTo(ctx, account.System("test"), deeds.ID, new(strings.Builder), false, func() error { return nil }); err != nil {
			t.Error(err)
		}

		// What is somebody else's, too much, or no link changes nothing.
		theirs, second := seed.Picture(t, w.Media, w.ben).ID, upload("audio")
		for field, changes := range map[string][]act.Change{
			"media_ids": {{MediaIDs: &[]id.ID{theirs}}, {MediaIDs: &[]id.ID{film, second}}, {MediaIDs: &[]id.ID{1, 2, 3, 4, 5}}},
			"links":     {{Links: &[]string{"javascript:alert(1)"}}, {Links: &[]string{"https://a.example", "https://b.example", "https://c.example", "https://d.example", "https://e.example"}}},
		} {
			for _, c := range changes {
				if p, ok := problem.Of(edit(c)); !ok || p.Field != field {
					t.Errorf("%+v: %v", c, p)
				}
			}
		}
		if _, err := w.Acts.Edit(ctx, w.orgViewer(), a.ID, act.Change{Links: &[]string{}}); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("an organiser edits: %v", err)
		}
		if got := seen(ada); got != "[image video] ["+links+"]" {
			t.Errorf("the doer sees %s", got)
		}
		if err := edit(act.Change{MediaIDs: &[]id.ID{second, picture}, Links: &[]string{"https://b.example/"}}); err != nil {
			t.Fatal(err)
		}
		if got := seen(ada); got != "[audio image] [https://b.example/]" {
			t.Errorf("the doer sees %s", got)
		}
		if err := w.Acts.Withdraw(ctx, ada, a.ID); err != nil {
			t.Fatal(err)
		}
		var files, rows int
		if err := d.Read(ctx).QueryRow("SELECT (SELECT COUNT(*) FROM media WHERE account_id = $1), (SELECT COUNT(*) FROM act_link)", w.ada.ID).Scan(&files, &rows); err != nil || files+rows != 0 {
			t.Errorf("%d files and %d links are left, %v", files, rows, err)
		}
	})
}

// A gift under another name is edited by the account behind it.
func TestEvidence_Veiled(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	gifts, much := w.call(t, call.Fundraiser), int64(100)
	a, err := w.Acts.Do(ctx, account.As(w.ada), act.Draft{CallID: gifts.ID, Quantity: &much, Veiled: true})
	if err != nil {
		t.Fatal(err)
	}
	receipt := seed.Picture(t, w.Media, w.ada).ID
	if _, err := w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{MediaIDs: &[]id.ID{receipt}}); err != nil {
		t.Fatal(err)
	}
	all, err := w.Acts.Evidence(ctx, w.orgViewer(), []*act.Act{a})
	if err != nil || len(all[a.ID].Media) != 1 || all[a.ID].Media[0].ID != receipt {
		t.Errorf("the organiser sees %v, %v", all, err)
	}
}
