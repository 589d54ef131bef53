package sample

import (
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
)

// What the demonstration shows of gifts beside the gifts themselves: some under pen
// names or none, a promise to match them, and books. All of it is invented.
const (
	matcher   = 7 // the person who promised to match gifts
	matchMost = 1_000_00
	matchPaid = 250_00
)

// penNames are what some donors go by.
var penNames = []string{"Owl of the lake", "A neighbour", "For Ruth", "Somebody from the choir"}

// veiled has some gifts given under a pen name, and some under none.
func veiled(i int, c Contribution, d *act.Draft) {
	if c.Call != "gift" || i%6 != 0 {
		return
	}
	d.Veiled, d.TellAs = true, ""
	if i%4 != 0 {
		d.PenName = penNames[i%len(penNames)]
	}
}

// promise has somebody match gifts, from the first on, and names a page to give at.
func (f *filler) promise(tx *db.Tx, callID id.ID, c Call) error {
	_, err := f.Fundraisers.PromiseIn(tx, f.crowd[matcher].ID, callID, fundraiser.Promise{Unit: c.Currency, Most: matchMost, Until: f.now.AddDate(0, 0, 14)}, c.Opens)
	if err != nil {
		return err
	}
	return f.Fundraisers.SetGivePageIn(tx, callID, "https://als-partner.example/give", c.Opens)
}

// books are kept of what was spent of the gifts, with one correction.
func (f *filler) books() error {
	callID := f.calls["gift"]
	c, err := call.GetIn(f.DB.Read(f.ctx), callID)
	if err != nil {
		return err
	}
	flows, err := f.Fundraisers.Flows(f.ctx, c)
	if err != nil {
		return err
	}
	promises, err := f.promises(c)
	if err != nil {
		return err
	}
	part := func(percent int64) int64 { return flows[0].Gifts * percent / 100 / 100 * 100 }
	return f.DB.Update(f.ctx, func(tx *db.Tx) error {
		for _, i := range promises {
			if err := f.Fundraisers.SetPaidIn(tx, callID, i, matchPaid, f.now); err != nil {
				return err
			}
		}
		var wrong id.ID
		for i, d := range []fundraiser.SpendingDraft{
			{Purpose: "Research grants", Amount: part(34), Note: "Two small grants. Invented for this demonstration, as are all entries here."},
			{Purpose: "Care at home", Amount: part(21), Note: "Hours of nurses who come in the evening."},
			{Purpose: "Wheelchairs to borrow", Amount: part(19), Note: "Typed in with a wrong digit."},
			{Purpose: "Wheelchairs to borrow", Amount: part(12), Note: "Three, mended and lent out again."},
			{Purpose: "Running the fund", Amount: part(4)},
		} {
			d.SpentAt = f.now.AddDate(0, 0, i-6).Truncate(24 * time.Hour)
			if i == 3 {
				d.Corrects = wrong
			}
			entry, err := f.Fundraisers.ReportIn(tx, c.Beneficiary, callID, d, f.now.Add(-time.Hour))
			if err != nil {
				return fmt.Errorf("entry %q: %w", d.Purpose, err)
			}
			if i == 2 {
				wrong = entry
			}
		}
		return nil
	})
}

func (f *filler) promises(c *call.Call) ([]id.ID, error) {
	list, err := f.Fundraisers.Matchings(f.ctx, account.As(f.guests.Organiser), c)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	return ids, nil
}
