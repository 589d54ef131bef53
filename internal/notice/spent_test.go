package notice_test

import (
	"testing"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/notice"
	"goodturn/internal/seed"
)

// Donors under whatever name hear of a report, once for all that they gave; nobody
// else does.
func TestNotices_Spent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		funds := seed.Fundraisers(t, w.Mission)
		gifts := seed.Call(t, w.Calls, w.org, w.soup, call.Fundraiser)
		one := int64(100)
		w.Update(t, func(tx *db.Tx) error {
			for _, shown := range []fundraiser.Shown{fundraiser.Anonymous, fundraiser.Named, fundraiser.Anonymous} {
				if _, err := funds.GiveIn(tx, w.ada, gifts.ID, fundraiser.Gift{Amount: &one, Shown: shown}, w.Clock.Now()); err != nil {
					return err
				}
			}
			_, err := funds.GiveIn(tx, w.ben, gifts.ID, fundraiser.Gift{Amount: &one, Shown: fundraiser.Anonymous}, w.Clock.Now())
			return err
		})
		ok(t, notice.TellDonors(ctx, w.Notices, gifts.ID, w.soup.ID))
		ok(t, notice.TellDonors(ctx, w.Notices, gifts.ID, w.soup.ID))
		w.told(t, w.ada, "spent SoupForAll")
		w.told(t, w.ben, "spent SoupForAll")
		w.told(t, w.cat)
		w.told(t, w.org)
	})
}
