package web

import (
	"net/url"

	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func witnessRoutes() []route {
	return []route{
		{"GET /witness", (*visit).witnessPage},
		{"GET /acts/{id}/witness", (*visit).nameWitnessPage},
		{"POST /acts/{id}/witness", (*visit).offerWitness},
		{"POST /acts/{id}/witness/name", (*visit).nameWitness},
		{"POST /acts/{id}/witness/{account}/accept", (*visit).acceptWitness},
		{"POST /acts/{id}/witness/{account}/withdraw", (*visit).withdrawWitness},
	}
}

// askedView is an act that the reader was asked to be a witness of.
type askedView struct {
	Act              look.Act
	Accept, Withdraw string
}

// witnessPage lists what the reader was asked to be a witness of.
func (x *visit) witnessPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	asked, err := x.Acts.WitnessAskedOf(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(asked))
	for i, w := range asked {
		ids[i] = w.ActID
	}
	seen, err := x.Acts.Many(x.r.Context(), x.v, ids)
	if err != nil {
		return err
	}
	var acts []*act.Act
	for _, w := range asked {
		if a := seen[w.ActID]; a != nil {
			acts = append(acts, a)
		}
	}
	cards, err := x.actCards(acts)
	if err != nil {
		return err
	}
	list := make([]askedView, len(cards))
	for i, card := range cards {
		path := actPath(acts[i].ID) + "/witness/" + x.me.ID.String()
		list[i] = askedView{Act: card, Accept: path + "/accept", Withdraw: path + "/withdraw"}
	}
	older := ""
	if n := len(asked); n > 0 {
		older = x.older(at, n, asked[n-1].ActID)
	}
	page := x.page(x.p.T("To witness"))
	return x.render(page, witnessPage(x.p, page.Title, x.waitingTabs("/witness"), list, x.here(), older))
}

// offerWitness says that the reader was there.
func (x *visit) offerWitness() error {
	return x.withAct(func(a *act.Act) error {
		if err := x.Acts.OfferWitness(x.r.Context(), x.v, a.ID); err != nil {
			return err
		}
		x.flash(x.p.T("Thank you. The doer is asked whether you were there."))
		return nil
	})
}

// nameWitnessPage asks the doer who was there.
func (x *visit) nameWitnessPage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	return x.showNameWitness(a, url.Values{}, nil)
}

func (x *visit) showNameWitness(a *act.Act, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Who was there?"))
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Intro: []string{x.p.T("They are asked, and can say no. Once they agree, the act is witnessed.")},
		Action: actPath(a.ID) + "/witness/name", Wrong: wrong, Submit: x.p.T("Ask them"), Beside: &look.Link{Text: x.p.T("Back"), URL: actPath(a.ID)},
		Fields: components(x.filled(values, wrong).line(look.Field{Name: "witness", Label: x.p.T("Their name here"), Prefix: "@", Required: true})),
	}))
}

func (x *visit) nameWitness() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	if err := x.Acts.NameWitness(x.r.Context(), x.v, a.ID, trimHandle(x.sent.Get("witness"))); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showNameWitness(a, x.sent, wrong)
	}
	x.flash(x.p.T("They are asked."))
	return x.redirect(actPath(a.ID))
}

// acceptWitness agrees to what the other side said: the doer to an offer, or
// the one who was asked.
func (x *visit) acceptWitness() error {
	return x.withWitness(func(actID, who id.ID) error {
		if err := x.Acts.AcceptWitness(x.r.Context(), x.v, actID, who); err != nil {
			return err
		}
		x.flash(x.p.T("Thank you. The act is witnessed."))
		return nil
	})
}

// withdrawWitness takes a witness, an asking or an offer back; either side may.
func (x *visit) withdrawWitness() error {
	return x.withWitness(func(actID, who id.ID) error {
		if err := x.Acts.WithdrawWitness(x.r.Context(), x.v, actID, who); err != nil {
			return err
		}
		if x.v.Is(who) {
			x.flash(x.p.T("That is fine. You are not a witness of it."))
			// An act that is not for everyone may be out of sight now.
			if _, err := x.Acts.Get(x.r.Context(), x.v, actID); problem.Is(err, problem.KindNotFound) {
				x.sent.Set("back", "/witness")
			}
		} else {
			x.flash(x.p.T("Taken back."))
		}
		return nil
	})
}

func (x *visit) withWitness(do func(actID, who id.ID) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	actID, err := x.id("id", "act")
	if err != nil {
		return err
	}
	who, err := x.id("account", "account")
	if err != nil {
		return err
	}
	if err := do(actID, who); err != nil {
		return x.told(err, actPath(actID))
	}
	return x.back(actPath(actID))
}
