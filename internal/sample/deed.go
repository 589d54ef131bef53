package sample

import (
	"net/url"

	"goodturn/internal/account"
	"goodturn/internal/deed"
	"goodturn/internal/id"
)

// thanked has the middle one of a chain of three good turns asked about by a link,
// answered by the person helped, and shown with the act.
func (f *filler) thanked(all []Contribution, made []id.ID) error {
	i := middle(all)
	if i < 0 {
		return nil
	}
	doer := account.As(f.crowd[all[i].Doer])
	l, err := f.Deeds.Make(f.ctx, doer, made[i], deed.Draft{Tells: true})
	if err != nil {
		return err
	}
	u, err := url.Parse(f.Deeds.URL(l))
	if err != nil {
		return err
	}
	token := u.Query().Get("token")
	if err := f.Deeds.Thank(f.ctx, account.Nobody, token, "I had been having one of those days. I did not say so then, so I say it now: thank you.", "Ines"); err != nil {
		return err
	}
	if err := f.Deeds.Attest(f.ctx, account.Nobody, token); err != nil {
		return err
	}
	return f.Deeds.Show(f.ctx, doer, l.ID, true)
}

// middle is the last deed to pay it forward that was inspired by one and inspired
// another, with words to each where that can be had; -1 where there is none.
func middle(all []Contribution) int {
	found := -1
	for _, c := range all {
		p := c.Parent
		if c.Movement == "payitforward" && p >= 0 && all[p].Parent >= 0 && (found < 0 || all[p].Story != "") {
			found = p
		}
	}
	return found
}
