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
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/seed"
)

// named counts the rows of this room's tables that still name an account.
func (w *world) named(t *testing.T, who id.ID) (where []string) {
	t.Helper()
	for _, column := range []string{"act.doer_id", "witness.account_id", "nomination.nominator_id", "nomination.nominee_id", "taken_part.doer_id"} {
		table, column, _ := strings.Cut(column, ".")
		var n int
		if err := w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM "+table+" WHERE "+column+" = $1", who).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			where = append(where, fmt.Sprintf("%d of %s", n, table))
		}
	}
	return where
}

func TestOnAccountDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		gifts, run := w.call(t, call.Fundraiser), w.call(t, call.Challenge)
		first := w.Do(t, w.ada, run, nominees("ben"), func(d *act.Draft) { d.Story = "xylophone" })
		w.Clock.Add(1)
		answer := w.Do(t, w.ben, run, nominees("ada", "cat"), func(d *act.Draft) {
			d.InspiredBy, d.Witnesses = from(act.FromNomination, mine(t, w, w.ben)[0].ID), []string{"ada"}
		})
		if err := w.Acts.AcceptWitness(ctx, account.As(w.ada), answer.ID, w.ada.ID); err != nil {
			t.Fatal(err)
		}
		gift := w.Do(t, w.ada, gifts, seed.Of(700))
		if _, err := w.Acts.Confirm(ctx, account.As(w.org), gift.ID, "bank"); err != nil {
			t.Fatal(err)
		}

		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		if left := w.named(t, w.ada.ID); len(left) > 0 {
			t.Errorf("her name is left in %v", left)
		}
		links := 0
		err := d.Read(ctx).QueryRow(`SELECT count(*) FROM act WHERE id = $1 AND state = 'withdrawn' AND story = '' AND doer_id = 0
			AND root_id = $2 AND call_id = $3`, first.ID, first.ID, run.ID).Scan(&links)
		if err != nil || links != 1 {
			t.Fatalf("it is not a link without content: %v", err)
		}
		if b := w.get(t, answer.ID); b.Parent != first.ID || b.Proof != act.Told {
			t.Fatalf("got %+v", b)
		}
		if got := w.total(t, gifts.ID, act.Confirmed); got.Amount != 700 || got.People != 0 {
			t.Fatalf("got %+v", got)
		}
		w.Counted(t)
	})
}

func TestOnAccountDeleted_Many(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := w.call(t, call.Deed)
		const n = 120
		for range n {
			w.Do(t, w.ada, deeds)
		}
		left, all := n, make(chan struct{})
		event.On(w.Hub, func(tx *db.Tx, _ act.Withdrawn) error {
			tx.AfterCommit(func() {
				if left--; left == 0 {
					close(all)
				}
			})
			return nil
		})
		w.Work(t)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		<-all
		if left := w.named(t, w.ada.ID); len(left) > 0 {
			t.Errorf("her name is left in %v", left)
		}
		w.Counted(t)
	})
}
