package web

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

// organiserTabs are the pages for a movement's organisers.
func (x *visit) organiserTabs(m *movement.Movement, here string) []look.Tab {
	path := movementPath(m)
	tabs := []look.Tab{
		{Text: x.p.T("To do"), URL: path + "/organise"},
		{Text: x.p.T("Words"), URL: path + "/edit"},
		{Text: x.p.T("Resources"), URL: path + "/resources"},
		{Text: x.p.T("Posts"), URL: path + "/carry"},
		{Text: x.p.T("Unusual"), URL: path + "/unusual"},
		{Text: x.p.T("Hand over"), URL: path + "/handover"},
		{Text: x.p.T("See it"), URL: path},
	}
	for i := range tabs {
		tabs[i].Current = here != "" && tabs[i].URL == path+here
	}
	return tabs
}

// organiseView is what waits for a movement's organisers.
type organiseView struct {
	Title    string
	Tabs     []look.Tab
	URL      string
	Here     string
	Acts     []look.Act // that nobody confirmed, newest first
	More     string
	Drafts   []look.Call
	Closed   bool
	Counts   movement.Counts
	Unproven int64
}

// organisePage is where organisers see what waits for them.
func (x *visit) organisePage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	ctx := x.r.Context()
	v := organiseView{Title: x.p.T("Organise %s", m.Name), Tabs: x.organiserTabs(m, "/organise"), URL: movementPath(m), Here: x.here(), Closed: m.State != movement.StateOpen}
	var acts []*act.Act
	for _, proof := range []act.Proof{act.Witnessed, act.Told} {
		some, err := x.Acts.Of(ctx, x.v, act.Filter{Movement: m.ID, Proof: &proof}, db.Page{Limit: 10})
		if err != nil {
			return err
		}
		for _, a := range some {
			if !x.v.Is(a.DoerID) && len(acts) < 10 {
				acts = append(acts, a)
			}
		}
	}
	if v.Acts, err = x.actCards(acts); err != nil {
		return err
	}
	totals, err := x.Calls.Totals(ctx, []id.ID{m.ID})
	if err != nil {
		return err
	}
	for _, t := range totals[m.ID].Each {
		if t.Proof != call.Confirmed {
			v.Unproven += t.Acts
		}
	}
	drafts, err := x.Calls.Of(ctx, x.v, m.ID, call.StateDraft, db.Page{})
	if err != nil {
		return err
	}
	if v.Drafts, err = x.callCards(drafts, false); err != nil {
		return err
	}
	return x.render(x.page(v.Title), organisePage(x.p, v))
}

// archivePage asks before it is done.
func (x *visit) archivePage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Archive %s?", m.Name))
	return x.render(page, formPage(x.p, formView{
		Title: page.Title,
		Intro: []string{x.p.T("It stays to be read, with all that was done in it. Nobody joins any more, it carries no new posts, and no call opens in it; calls that are open stay so until you close them."),
			x.p.T("You can open it again at any time.")},
		Action: movementPath(m) + "/archive", Submit: x.p.T("Archive it"), Danger: true,
		Beside: &look.Link{Text: x.p.T("Keep it open"), URL: movementPath(m) + "/organise"},
	}))
}

func (x *visit) archive() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	if err := x.Movements.Archive(x.r.Context(), x.v, m.ID); err != nil {
		return err
	}
	x.flash(x.p.T("It is archived."))
	return x.redirect(movementPath(m))
}

func (x *visit) reopenMovement() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	if err := x.Movements.Reopen(x.r.Context(), x.v, m.ID); err != nil {
		return err
	}
	x.flash(x.p.T("It is open again."))
	return x.redirect(movementPath(m))
}
