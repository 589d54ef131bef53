package notice_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/notice"
	"goodturn/internal/seed"
)

// Who comes to a date of the call hears of an update, too; once, if they took part
// before, and not of one that they came to no more.
func TestService_OnCallUpdated_Dates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		meets := seed.Meets(t, w.Mission, &seed.Letters{})
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Event)
		w.Do(t, w.ada, c) // before it had dates
		date, off := seed.Date(t, w.Mission, meets, w.org, c, 48*time.Hour), seed.Date(t, w.Mission, meets, w.org, c, 50*time.Hour)
		for _, come := range []struct {
			who *account.Account
			to  id.ID
		}{{w.ada, date.ID}, {w.ben, date.ID}, {w.cat, off.ID}} {
			if _, err := meets.Come(ctx, account.As(come.who), come.to, meet.Answer{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := meets.Cancel(ctx, account.As(w.org), off.ID, "Rain.", false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Calls.Tell(ctx, account.As(w.org), c.ID, call.UpdateDraft{Title: "Soup", Body: "Bring a spoon."}); err != nil {
			t.Fatal(err)
		}
		made := make(chan id.ID, 8)
		event.After(w.Hub, func(e notice.Made) { made <- e.AccountID })
		w.Work(t)
		<-made
		w.told(t, w.ada, "call_update SoupForAll")
		w.told(t, w.ben, "call_update SoupForAll")
		w.told(t, w.cat)
	})
}

// Everybody who took part hears of an update once, but for who wrote it and who
// wishes for quiet; and of one that is removed nobody any more.
func TestService_OnCallUpdated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		dan := seed.Account(t, w.Ground, "dan")
		for _, doer := range []*account.Account{w.org, w.ada, w.ada, w.ben, dan} {
			w.Do(t, doer, c)
		}
		if err := w.Calls.SetQuiet(ctx, account.As(w.ben), c.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := w.Calls.SetQuiet(ctx, account.As(dan), call.AllCalls, true); err != nil {
			t.Fatal(err)
		}
		u, err := w.Calls.Tell(ctx, account.As(w.org), c.ID, call.UpdateDraft{Title: "Soup", Body: "There was soup."})
		if err != nil {
			t.Fatal(err)
		}
		made := make(chan id.ID, 8)
		event.After(w.Hub, func(e notice.Made) { made <- e.AccountID })
		w.Work(t)
		if to := <-made; to != w.ada.ID { // all of them are told in one transaction
			t.Errorf("%s was told", to)
		}
		w.told(t, w.org)
		w.told(t, w.ben)
		w.told(t, dan)
		w.told(t, w.cat)
		if n := w.told(t, w.ada, "call_update SoupForAll"); n[0].Subject != u {
			t.Errorf("it tells of %s, want %s", n[0].Subject, u)
		}
		if err := w.Calls.RemoveUpdate(ctx, account.As(w.org), u); err != nil {
			t.Fatal(err)
		}
		w.told(t, w.ada)
	})
}

func TestService_OnOrganiserInvited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		if err := w.Calls.Invite(ctx, account.As(w.org), c.ID, w.ada.ID); err != nil {
			t.Fatal(err)
		}
		w.told(t, w.ada, "organiser_asked olga")
		if err := w.Calls.AcceptInvitation(ctx, account.As(w.ada), c.ID); err != nil {
			t.Fatal(err)
		}
		w.told(t, w.ada)
	})
}
