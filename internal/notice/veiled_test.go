package notice_test

import (
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/fundraiser"
	"goodturn/internal/seed"
)

// Donors under another name, or none, hear what becomes of their gift, in private:
// nobody else hears of it, and nothing that leads to them lies with the movement.
func TestNotices_Veiled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		funds := seed.Fundraisers(t, w.Mission)
		ally := seed.Account(t, w.Ground, "ally", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		gifts := seed.Call(t, w.Calls, w.org, w.soup, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = ally.ID })
		one := int64(100)
		for _, g := range []fundraiser.Gift{{Shown: fundraiser.Anonymous}, {Shown: fundraiser.PenName, PenName: "A cook"}} {
			g.Amount = &one
			a := does[*act.Act](t)(funds.Give(ctx, account.As(w.ada), gifts.ID, g))
			does[*act.Act](t)(w.Acts.Confirm(ctx, account.As(ally), a.ID, "In our books."))
			n := w.told(t, w.ada, "confirmation ally")[0]
			if n.ActID != a.ID || n.Post == nil || n.Post.Post.AccountID != w.Accounts.Server().ID || !strings.Contains(n.Post.Post.Text, "/acts/"+a.ID.String()) {
				t.Errorf("as %s she is told %+v", g.Shown, n)
			}
			for _, other := range []*account.Account{w.org, w.ben, w.cat, ally} {
				w.told(t, other)
				if _, err := w.Posts.Get(ctx, account.As(other), n.Post.Post.ID); err == nil {
					t.Errorf("%s reads what she is told", other.Username)
				}
			}
			does[*act.Act](t)(w.Acts.Unconfirm(ctx, account.As(ally), a.ID))
			w.told(t, w.ada)
			does[*act.Act](t)(w.Acts.Confirm(ctx, account.As(ally), a.ID, ""))
			w.told(t, w.ada, "confirmation ally")
			ok(t, w.Acts.Withdraw(ctx, account.As(w.ada), a.ID))
			w.told(t, w.ada)
		}

		a := does[*act.Act](t)(funds.Give(ctx, account.As(w.ada), gifts.ID, fundraiser.Gift{Amount: &one, Shown: fundraiser.Anonymous}))
		w.Clock.Add(1e9)
		w.Do(t, w.ben, seed.Call(t, w.Calls, w.org, w.soup, call.Deed), seed.InspiredBy(a))
		w.told(t, w.ada, "act ben")
		var lies int
		ok(t, w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM post WHERE account_id = $1", w.soup.ID).Scan(&lies))
		if lies != 0 {
			t.Errorf("the movement wrote %d posts", lies)
		}
	})
}
