package web

import (
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/web/look"
)

// profileActs is what an account did, as far as the reader may see it; with
// ?proof= what is believed that much.
func (x *visit) profileActs() error {
	a, err := x.whose()
	if err != nil {
		return err
	}
	if a.Kind == account.KindMovement {
		return x.redirect(accountPath(a) + "/acts")
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	view, err := x.profile(a, "/acts")
	if err != nil {
		return err
	}
	f := act.Filter{Doer: a.ID}
	proof, known := call.ParseProof(x.r.URL.Query().Get("proof"))
	if known {
		f.Proof = &proof
	}
	acts, err := x.Acts.Of(x.r.Context(), x.v, f, at)
	if err != nil {
		return err
	}
	cards, err := x.actCards(acts)
	if err != nil {
		return err
	}
	list := doneView{Label: x.p.T("What %s did", view.Head.Shown()), Acts: cards, Empty: emptyView{Title: x.p.T("No acts to see"), Text: x.p.T("Acts are shown to those whom they are meant for.")}}
	if view.Head.Mine {
		list.Empty = emptyView{Title: x.p.T("No acts yet"), Text: x.p.T("What you do for a call appears here."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}
	}
	if list.Figures, err = x.didFigures(a, f.Proof); err != nil {
		return err
	}
	if known && len(list.Figures) > 0 {
		list.Empty = emptyView{Title: x.p.T("None of this proof"), Text: x.p.T("There are acts with another one."), Next: &look.Link{Text: x.p.T("All acts"), URL: accountPath(a) + "/acts"}}
	}
	if n := len(acts); n > 0 {
		list.Newer, list.Older = x.newer(at, acts[0].ID), x.older(at, n, acts[n-1].ID)
	}
	return x.renderProfile(a, view, actList(x.p, list))
}

// didFigures are how many acts of an account the reader may see, by proof, each
// leading to those; nothing where there is none. They are about the person alone
// and compare nobody.
func (x *visit) didFigures(a *account.Account, shown *call.Proof) ([]look.Figure, error) {
	n, err := x.Acts.Count(x.r.Context(), x.v, a.ID)
	if err != nil {
		return nil, err
	}
	labels := map[call.Proof]string{call.Told: x.p.T("told"), call.Witnessed: x.p.T("witnessed"), call.Confirmed: x.p.T("confirmed")}
	path := accountPath(a) + "/acts"
	var out []look.Figure
	for _, proof := range call.Proofs {
		if n.By[proof] == 0 {
			continue
		}
		text := x.p.Number(n.By[proof])
		if n.More {
			text = x.p.T("%s and more", text)
		}
		out = append(out, look.Figure{Text: text, Label: labels[proof], URL: path + "?proof=" + proof.String()})
	}
	if shown != nil && len(out) > 0 {
		out = append(out, look.Figure{Text: x.p.T("All acts"), Label: x.p.T("Shown: %s", labels[*shown]), URL: path})
	}
	return out, nil
}

// doneView is a list of acts of one account.
type doneView struct {
	Label        string
	Figures      []look.Figure
	Acts         []look.Act
	Empty        emptyView
	Newer, Older string
}
