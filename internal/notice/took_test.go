package notice_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/petition"
	"goodturn/internal/seed"
)

// Donors under another name hear that a fundraiser was cancelled, once.
func TestNotices_Cancelled_Donors(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		funds := seed.Fundraisers(t, w.Mission)
		gifts := seed.Call(t, w.Calls, w.org, w.soup, call.Fundraiser)
		one := int64(100)
		w.Update(t, func(tx *db.Tx) error {
			for _, g := range []fundraiser.Gift{{Amount: &one, Shown: fundraiser.Anonymous}, {Amount: &one, Shown: fundraiser.PenName, PenName: "A cook"}} {
				if _, err := funds.GiveIn(tx, w.ada, gifts.ID, g, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		made := make(chan id.ID, 8)
		event.After(w.Hub, func(e notice.Made) { made <- e.AccountID })
		ok(t, w.Calls.Cancel(ctx, account.As(w.org), gifts.ID, "The pot was given to us."))
		w.Work(t)
		if to := <-made; to != w.ada.ID {
			t.Errorf("%s was told", to)
		}
		w.told(t, w.ada, "cancelled SoupForAll")
	})
}

// What is on record no more is told of no more.
func TestService_OnRecordRemoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Petition)
		w.Do(t, w.ada, c)
		answer, gone := w.IDs.New(), w.IDs.New()
		made := make(chan id.ID, 8)
		event.After(w.Hub, func(e notice.Made) { made <- e.AccountID })
		w.Update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO petition_answer (id, call_id, addressee_id, body, source, created_at) VALUES ($1, $2, 1, 'We will.', '', 1)`, answer, c.ID)
			if err != nil {
				return err
			}
			for _, i := range []id.ID{gone, answer} { // one was removed before anybody was told
				if err := event.Emit(w.Hub, tx, petition.Answered{AnswerID: i, CallID: c.ID, MovementID: w.soup.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		w.Work(t)
		<-made
		w.told(t, w.ada, "petition_answer SoupForAll")
		w.Update(t, func(tx *db.Tx) error { return event.Emit(w.Hub, tx, petition.Removed{ID: answer}) })
		w.told(t, w.ada)
	})
}
