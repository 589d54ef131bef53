package call_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/seed"
)

// A discarded draft takes with it what was noted of it, and those who keep more
// of it hear so.
func TestService_Discard_Leaves(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		gone := seed.Events[call.Discarded](p.Ground)
		c := p.call(t, call.Deed, func(d *call.Draft) { d.Unpublished = true })
		if _, err := p.calls.AddReport(ctx, account.As(p.ada), c.ID, call.ReportDraft{Amount: 5, AsOf: p.Clock.Now(), Source: "Our page"}); err != nil {
			t.Fatal(err)
		}
		if err := p.calls.SetQuiet(ctx, account.As(p.ada), c.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := p.calls.Discard(ctx, account.As(p.ada), c.ID); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"reported", "call_quiet"} {
			var n int
			if err := p.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM `+table+` WHERE call_id = $1`, c.ID).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
		if e := gone(); len(e) != 1 || e[0].CallID != c.ID {
			t.Errorf("told %+v", e)
		}
	})
}

// A copy is for nobody where whom the call was for is not here any more.
func TestService_Duplicate_NoBeneficiary(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = p.bo.ID })
		p.Update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE account SET state = 'suspended' WHERE id = $1`, p.bo.ID)
			return err
		})
		again, err := p.calls.Duplicate(ctx, account.As(p.ada), c.ID, "")
		if err != nil || again.Beneficiary != 0 || again.Title != c.Title {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

// However many report at once, a call keeps so many reports and no more.
func TestService_AddReport_Bounded(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Deed)
		p.Update(t, func(tx *db.Tx) error {
			for n := range call.ReportsMost - 1 {
				if _, err := p.calls.AddReportIn(tx, c.ID, p.ada.ID, call.ReportDraft{Amount: int64(n), AsOf: p.Clock.Now(), Source: "Our page"}); err != nil {
					return err
				}
			}
			return nil
		})
		added := 0
		for _, err := range seed.AtOnce(8, func(int) error {
			_, err := p.calls.AddReport(ctx, account.As(p.ada), c.ID, call.ReportDraft{Amount: 1, AsOf: p.Clock.Now(), Source: "Our page"})
			return err
		}) {
			if err == nil {
				added++
			}
		}
		list, err := p.calls.Reports(ctx, account.Nobody, c.ID)
		if err != nil || added != 1 || len(list) != call.ReportsMost {
			t.Errorf("%d were added to %d, %v", added, len(list), err)
		}
	})
}
