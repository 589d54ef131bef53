package web

import (
	"time"

	"goodturn/internal/act"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/ripple"
	"goodturn/internal/web/look"
)

// actView is an act on its own page.
type actView struct {
	Act      look.Act
	URL      string
	Came     []look.ChainLink // from the first to this one
	Post     *look.Link       // the post that moved its doer
	Ripple   spreadView
	Proof    proofView
	Mine     bool
	SignedIn bool
	Places   int    // how many the turn can still be passed to
	NextURL  string // where somebody who was moved by it does the same
	Told     string // the post that tells of it
	Confirms bool   // the reader may confirm it
	BadgeURL string // where its doer takes it away as a badge; "" while it cannot be
	Said     saidView
}

// proofView is why to believe an act: who says so, since when and how.
type proofView struct {
	Doer      look.Person
	ToldAt    time.Time
	Witnesses []witnessView
	Mine      *witnessView // the reader's own part
	By        *look.Person // who confirmed it; without a name the system
	At        time.Time
	How       string
}

// witnessView is somebody who was there.
type witnessView struct {
	ID    string // of the account
	Who   look.Person
	State string
	At    time.Time
	Down  string // why their word lifts no proof, and what to do, for doer and organisers; "" where it does
}

// actPage is an act: what inspired it, why to believe it, and what it moved.
func (x *visit) actPage() error {
	a, err := x.theAct()
	if err != nil {
		return err
	}
	x.saw(a.MovementID)
	cards, err := x.actCards([]*act.Act{a})
	if err != nil {
		return err
	}
	v := actView{Act: cards[0], URL: actPath(a.ID), Mine: x.didIt(a), SignedIn: x.me != nil}
	v.Act.Whole = true
	if v.Came, err = x.cameBy(a, v.Act); err != nil {
		return err
	}
	if a.Via.Kind == act.FromPost {
		if err := x.postThatMoved(a, &v); err != nil {
			return err
		}
	}
	if v.Ripple, err = x.actSpread(a); err != nil {
		return err
	}
	if v.Proof, err = x.proofOf(a, v.Act.Doer); err != nil {
		return err
	}
	if err := x.actDoes(a, &v); err != nil {
		return err
	}
	if v.Said, err = x.saidOf(a); err != nil {
		return err
	}
	page := x.page(v.Act.Doer.Shown() + " " + v.Act.Did)
	page.Description, page.Islands = summary(a.Story, 160), []string{"ripple"}
	people, err := x.doers([]*act.Act{a})
	if err != nil {
		return err
	}
	page.NoIndex = a.Visibility != act.Public || a.Outside || !findable(people.accounts[a.DoerID])
	if a.Visibility == act.Public {
		p, err := x.actPoster(a, page.Title)
		if err != nil {
			return err
		}
		if err := x.previewed(&page, v.URL, p, x.actThing(a, page.Title, people.accounts[a.DoerID])); err != nil {
			return err
		}
	}
	if a.MovementID != 0 {
		page.Stream = x.stream("movement=" + a.MovementID.String())
	}
	return x.render(page, actPage(x.p, v))
}

// cameBy is the way that an act came, from the first one to it.
func (x *visit) cameBy(a *act.Act, here look.Act) ([]look.ChainLink, error) {
	links, err := x.Ripples.Chain(x.r.Context(), x.v, a)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	acts := make([]*act.Act, len(links))
	for i, l := range links {
		acts[i] = l.Act
	}
	named, err := x.doers(acts)
	if err != nil {
		return nil, err
	}
	out := make([]look.ChainLink, 0, len(links)+1)
	for i := len(links) - 1; i >= 0; i-- {
		link := look.ChainLink{Who: x.doer(named, links[i].Act), Did: x.p.T("did a good turn")}
		if links[i].Act != nil {
			link.Did, link.URL = x.did(links[i].Act), actPath(links[i].ActID)
		}
		out = append(out, link)
	}
	return append(out, look.ChainLink{Who: here.Doer, Did: here.Did, Here: true}), nil
}

// postThatMoved names the post through which an act came, if the reader may
// see it.
func (x *visit) postThatMoved(a *act.Act, v *actView) error {
	label, err := x.sourceLabel(a.Via)
	if err != nil {
		return err
	}
	if label == "" {
		v.Act.InspiredBy = &look.Inspiration{Text: x.p.T("a post")}
		if a.Parent != 0 {
			v.Act.InspiredBy.Who = x.someone()
		}
		return nil
	}
	v.Post = &look.Link{Text: label, URL: postPath(a.Via.ID)}
	return nil
}

// proofOf is who says that an act was done.
func (x *visit) proofOf(a *act.Act, doer look.Person) (proofView, error) {
	v := proofView{Doer: doer, ToldAt: a.CreatedAt, At: a.ConfirmedAt, How: a.ConfirmedHow}
	witnesses, err := x.Acts.Witnesses(x.r.Context(), x.v, a.ID)
	if err != nil {
		return v, err
	}
	ids := []id.ID{}
	for _, w := range witnesses {
		ids = append(ids, w.AccountID)
	}
	if a.ConfirmedBy != 0 {
		ids = append(ids, a.ConfirmedBy)
	}
	people, err := x.people(ids)
	if err != nil {
		return v, err
	}
	down, err := x.unusual(a)
	if err != nil {
		return v, err
	}
	for _, w := range witnesses {
		one := witnessView{ID: w.AccountID.String(), Who: x.person(people[w.AccountID]), State: string(w.State), At: w.At, Down: down[w.AccountID]}
		if x.v.Is(w.AccountID) {
			v.Mine = &one
		}
		if x.v.Sees(people[w.AccountID]) {
			v.Witnesses = append(v.Witnesses, one)
		}
	}
	if a.Proof == act.Confirmed {
		by := look.Person{}
		if a.ConfirmedBy != 0 {
			by = x.person(people[a.ConfirmedBy])
		}
		v.By = &by
	}
	return v, nil
}

// actDoes is what its reader can do with an act.
func (x *visit) actDoes(a *act.Act, v *actView) error {
	var c *call.Call
	if a.CallID != 0 {
		all, err := x.Calls.Many(x.r.Context(), x.v, []id.ID{a.CallID})
		if err != nil {
			return err
		}
		c = all[a.CallID]
	}
	via := "?via=act-" + a.ID.String()
	switch {
	case v.Mine:
	case c != nil && c.State == call.StateOpen:
		v.NextURL = callPath(c.ID) + "/act" + via
	case a.CallID == 0:
		v.NextURL = "/acts/new" + via
	}
	if a.PostID != 0 {
		v.Told = postPath(a.PostID)
	}
	if v.Mine {
		if badge.OpenTo(a) {
			v.BadgeURL = v.URL + "/badge"
		}
		if c != nil && c.State == call.StateOpen {
			v.Places = max(0, c.Nominees-a.Nominated)
		}
		v.Act.Menu = look.Menu{{Text: x.p.T("Edit"), URL: v.URL + "/edit"}, {Text: x.p.T("What moved me"), URL: v.URL + "/source"},
			{Text: x.p.T("Take it back"), URL: v.URL + "/withdraw", Danger: true}}
		return nil
	}
	if x.me == nil {
		return nil
	}
	if !a.Outside {
		v.Act.Menu = look.Menu{{Text: x.p.T("Tell the moderators"), URL: v.URL + "/report"}}
	}
	sight, err := x.Acts.SightOf(x.r.Context(), x.v, a)
	v.Confirms = (sight.Organiser || sight.Beneficiary) && !a.Settled
	return err
}

// actRipple is what lies beneath an act, or beneath one further down, for the
// island that draws it.
func (x *visit) actRipple() error {
	a, err := x.theAct()
	if err != nil {
		return err
	}
	return x.rippleJSON(a.ID, func(sh ripple.Shape) (*ripple.Tree, error) { return x.Ripples.OfAct(x.r.Context(), x.v, a, sh) })
}

// sourceLinkOf leads the doer to where the source is changed.
func sourceLinkOf(p *lang.Printer, v actView) *look.Link {
	if !v.Mine {
		return nil
	}
	return &look.Link{Text: p.T("Change"), URL: v.URL + "/source"}
}

// howKnown is how a confirmation is known: in the reader's language where it came
// of a check-in, else as it was written.
func howKnown(p *lang.Printer, how string) string {
	if how == act.ByCode || how == act.ByList || how == act.ByHand {
		return p.T(how)
	}
	return how
}
