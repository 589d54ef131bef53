package web

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func actRoutes() []route {
	return []route{
		{"GET /calls/{id}/act", (*visit).actFormPage},
		{"POST /calls/{id}/act", withFiles((*visit).doAct)},
		{"GET /acts/new", (*visit).deedFormPage},
		{"POST /acts/new", withFiles((*visit).doDeed)},
		{"GET /movements/{slug}/acts", (*visit).movementActs},
		{"GET /acts/{id}", (*visit).actPage},
		{"GET /acts/{id}/ripple.json", (*visit).actRipple},
		{"GET /acts/{id}/edit", (*visit).editActPage},
		{"POST /acts/{id}/edit", withFiles((*visit).editAct)},
		{"GET /acts/{id}/withdraw", (*visit).withdrawPage},
		{"POST /acts/{id}/withdraw", (*visit).withdrawAct},
		{"GET /acts/{id}/source", (*visit).sourcePage},
		{"POST /acts/{id}/source", (*visit).setSource},
		{"POST /acts/{id}/confirm", (*visit).confirmAct},
		{"POST /acts/{id}/unconfirm", (*visit).unconfirmAct},
	}
}

// actsView is a list of acts that opens a number.
type actsView struct {
	Tabs         []look.Tab
	Label        string
	Unit         string // of the sum that is opened, in words; "" for acts in any
	Acts         []look.Act
	Rest         restView
	Gone         []string // what counts without a doer
	Newer, Older string
	Empty        emptyView
}

// restView is how many more there are that the reader may not see.
type restView struct {
	N    int  // 0 for none; few are said as such
	More bool // N and more
}

func actsOfCall(callID id.ID) act.Filter { return act.Filter{Call: callID} }

// actList is a page of acts of one proof or all, and a line for the rest of
// them.
func (x *visit) actList(f act.Filter, path string) (actsView, error) {
	v := actsView{Label: x.p.T("Acts"), Empty: emptyView{Title: x.p.T("No acts yet"), Text: x.p.T("Somebody begins. It could be you.")}}
	page, err := x.paged()
	if err != nil {
		return v, err
	}
	proof, known := call.ParseProof(x.r.URL.Query().Get("proof"))
	if known {
		f.Proof = &proof
	}
	all := x.opened(&f, &v, path)
	by := func(p call.Proof, text string) look.Tab {
		return look.Tab{Text: text, URL: actsOfProof(all, p), Current: known && proof == p}
	}
	v.Tabs = []look.Tab{{Text: x.p.T("All acts"), URL: all, Current: !known}, by(call.Told, x.p.T("told")),
		by(call.Witnessed, x.p.T("witnessed")), by(call.Confirmed, x.p.T("confirmed"))}
	list, err := x.Acts.Of(x.r.Context(), x.v, f, page)
	if err != nil {
		return v, err
	}
	if v.Acts, err = x.actCards(list); err != nil {
		return v, err
	}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(page, list[0].ID), x.older(page, n, list[n-1].ID)
	}
	if v.Older != "" {
		return v, nil
	}
	if v.Rest, err = x.rest(f); err != nil {
		return v, err
	}
	v.Gone, err = x.gone(f)
	return v, err
}

// gone is what a list's number counts that nobody is the doer of any more.
func (x *visit) gone(f act.Filter) ([]string, error) {
	gone, err := x.Acts.Gone(x.r.Context(), f)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, k := range gone.Kept {
		out = append(out, x.p.N("and %d confirmed gift that stays without its donor: %s", "and %d confirmed gifts that stay without their donors: %s", int(k.Acts), x.p.Amount(k.Amount, k.Unit)))
	}
	if gone.Acts > 0 {
		out = append(out, x.p.N("and %d that was taken back, and counts as someone’s", "and %d that were taken back, and count as someone’s", int(gone.Acts)))
	}
	return out, nil
}

// rest is what a list of acts does not show for its visibility.
func (x *visit) rest(f act.Filter) (restView, error) {
	rest, err := x.Acts.Rest(x.r.Context(), x.v, f)
	if rest.Few {
		return restView{N: 1}, err
	}
	return restView{N: int(rest.N), More: rest.More}, err
}

func (x *visit) movementActs() error {
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	f, err := x.frame(m, role, "/acts")
	if err != nil {
		return err
	}
	v, err := x.actList(act.Filter{Movement: m.ID}, movementPath(m)+"/acts")
	if err != nil {
		return err
	}
	if m.State == movement.StateOpen {
		v.Empty.Next = &look.Link{Text: x.p.T("Tell of a good deed"), URL: "/acts/new?movement=" + m.Slug}
	}
	return x.showMovement(m, f, x.p.T("Acts"), actsPage(x.p, v))
}

// callActs opens a call's numbers: its acts, by proof.
func (x *visit) callActs() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	v, err := x.actList(actsOfCall(c.ID), callPath(c.ID)+"/acts")
	if err != nil {
		return err
	}
	if c.State == call.StateOpen {
		v.Empty.Next = &look.Link{Text: x.p.T("Be the first"), URL: callPath(c.ID) + "/act"}
	}
	page := x.page(x.p.T("Acts for “%s”", c.Title))
	return x.render(page, callActsPage(x.p, page.Title, look.Link{Text: c.Title, URL: callPath(c.ID)}, v))
}

// theAct is the one of the path, as far as its reader may see it.
func (x *visit) theAct() (*act.Act, error) {
	actID, err := x.id("id", "act")
	if err != nil {
		return nil, err
	}
	return x.Acts.Get(x.r.Context(), x.v, actID)
}

// ownAct is theAct for its doer.
func (x *visit) ownAct() (*act.Act, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	if _, err := x.form(); err != nil {
		return nil, err
	}
	a, err := x.theAct()
	if err != nil {
		return nil, err
	}
	if !x.didIt(a) {
		return nil, problem.Forbidden("Only the doer of an act can do this.")
	}
	return a, nil
}

func (x *visit) didIt(a *act.Act) bool { return a.DoneBy(x.v.ID()) }

// withdrawPage asks first: it cannot be taken back.
func (x *visit) withdrawPage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Take this act back?"))
	v := formView{Title: page.Title, Action: actPath(a.ID) + "/withdraw", Danger: true, Submit: x.p.T("Take it back for good"), Beside: &look.Link{Text: x.p.T("Keep it"), URL: actPath(a.ID)},
		Intro: []string{x.p.T("Your name, your words, the quantity and the pictures are gone at once. What others did because of it stays, and so does an empty link where your act was.")}}
	if a.Proof == act.Confirmed && call.IsCurrency(a.Unit) {
		v.Intro = append(v.Intro, x.p.T("It is a confirmed gift, so its amount stays in the total, without you."))
	}
	return x.render(page, formPage(x.p, v))
}

func (x *visit) withdrawAct() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	if err := x.Acts.Withdraw(x.r.Context(), x.v, a.ID); err != nil {
		return err
	}
	x.flash(x.p.T("It is taken back."))
	if a.CallID != 0 {
		return x.redirect(callPath(a.CallID))
	}
	return x.redirect("/")
}

// confirmAct says that an act was really done, with how that is known.
func (x *visit) confirmAct() error {
	return x.withAct(func(a *act.Act) error {
		if _, err := x.Acts.Confirm(x.r.Context(), x.v, a.ID, x.sent.Get("how")); err != nil {
			return err
		}
		x.flashLink(x.p.T("Confirmed."), &look.Link{Text: x.p.T("See the act"), URL: actPath(a.ID)})
		return nil
	})
}

func (x *visit) unconfirmAct() error {
	return x.withAct(func(a *act.Act) error {
		if _, err := x.Acts.Unconfirm(x.r.Context(), x.v, a.ID); err != nil {
			return err
		}
		x.flash(x.p.T("The confirmation is taken back. What witnesses say stays."))
		return nil
	})
}

// withAct does something with the act of the path for who has signed in, and
// leads back.
func (x *visit) withAct(do func(a *act.Act) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	a, err := x.theAct()
	if err != nil {
		return err
	}
	if err := do(a); err != nil {
		return x.told(err, actPath(a.ID))
	}
	return x.back(actPath(a.ID))
}
