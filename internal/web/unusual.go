package web

import (
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/web/look"
	"goodturn/internal/weight"
)

func unusualRoutes() []route {
	return []route{
		{"GET /movements/{slug}/unusual", (*visit).unusualPage},
		{"POST /acts/{id}/fine", (*visit).fine},
	}
}

// unusualView is an act of which a witness's word looks unusual.
type unusualView struct {
	Act  look.Act
	Why  []unusualWord
	Fine string // where to say that it is fine; "" for who may not
}

// unusualWord is what speaks against one witness.
type unusualWord struct {
	Who look.Person
	Why string
}

// unusualPage lists, for organisers, the acts of which a witness is weighed down.
func (x *visit) unusualPage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	found, err := x.Weights.Unusual(x.r.Context(), x.v, m.ID, at)
	if err != nil {
		return err
	}
	var ids, witnesses []id.ID
	byAct := map[id.ID][]weight.Found{}
	for _, f := range found {
		if byAct[f.Act] == nil {
			ids = append(ids, f.Act)
		}
		byAct[f.Act] = append(byAct[f.Act], f)
		witnesses = append(witnesses, f.Witness)
	}
	seen, err := x.Acts.Many(x.r.Context(), x.v, ids)
	if err != nil {
		return err
	}
	people, err := x.people(witnesses)
	if err != nil {
		return err
	}
	var acts []*act.Act
	for _, i := range ids {
		if a := seen[i]; a != nil {
			acts = append(acts, a)
		}
	}
	cards, err := x.actCards(acts)
	if err != nil {
		return err
	}
	list := make([]unusualView, len(acts))
	for n, a := range acts {
		list[n] = unusualView{Act: cards[n], Fine: actPath(a.ID) + "/fine"}
		for _, f := range byAct[a.ID] {
			list[n].Why = append(list[n].Why, unusualWord{x.person(people[f.Witness]), f.Says(x.p)})
			if x.v.Is(f.Doer) || x.v.Is(f.Witness) {
				list[n].Fine = ""
			}
		}
	}
	older := ""
	if len(ids) > 0 {
		older = x.older(at, len(ids), ids[len(ids)-1])
	}
	page := x.page(x.p.T("What looks unusual"))
	return x.render(page, unusualPage(x.p, page.Title, x.organiserTabs(m, "/unusual"), list, x.here(), older))
}

// fine says that an act's witnesses are fine, or those of all of its doer's acts.
func (x *visit) fine() error {
	return x.withAct(func(a *act.Act) error {
		all := x.sent.Get("all") != ""
		if err := x.Weights.Fine(x.r.Context(), x.v, a.ID, all); err != nil {
			return err
		}
		if all {
			x.flash(x.p.T("Thank you. Whoever was there with this person counts, now and from now on."))
		} else {
			x.flash(x.p.T("Thank you. It counts as witnessed."))
		}
		return nil
	})
}

// unusual says, to an act's doer and to organisers, why a witness's word lifts no
// proof, and what can be done where no other word does; by the witness's account.
func (x *visit) unusual(a *act.Act) (map[id.ID]string, error) {
	found, err := x.Weights.Of(x.r.Context(), x.v, a)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	why := make(map[id.ID]string, len(found))
	for _, f := range found {
		why[f.Witness] = f.Says(x.p)
		if a.Proof == act.Told {
			why[f.Witness] += " " + x.p.T("So the act counts as told, until somebody else was there, too, or an organiser confirms it or says that it is fine.")
		}
		why[f.Witness] += " " + x.p.T("Numbers err. Only the doer and organisers see this.")
	}
	return why, nil
}
