package web

import (
	"goodturn/internal/call"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

// callDesk is what an organiser can do with a call now: what is done often in
// sight, and the rest in a menu.
type callDesk struct {
	Open  []rowButton // a draft's
	Links []look.Link
	More  look.Menu
}

// callDesk is empty for who has nothing to look after.
func (x *visit) callDesk(c theCall) (d callDesk) {
	path := callPath(c.ID)
	link := func(text, to string) { d.Links = append(d.Links, look.Link{Text: text, URL: path + to}) }
	more := func(text, to string) { d.More = append(d.More, look.MenuItem{Text: text, URL: path + to}) }
	act := func(text, to string) {
		d.More = append(d.More, look.MenuItem{Text: text, URL: path + to, Post: true, Back: path})
	}
	if c.Kind == call.Fundraiser && (c.organiser || c.beneficiary) {
		link(x.p.T("Gifts to look after"), "/gifts")
	}
	if c.organiser {
		if c.State == call.StateDraft {
			d.Open = []rowButton{{Text: x.p.T("Open it to everyone"), Action: path + "/publish", Main: true}}
		} else {
			link(x.p.T("Write an update"), "/updates/new")
		}
		if c.State != call.StateCancelled {
			link(x.p.T("Edit"), "/edit")
		}
	}
	if c.organiser || c.beneficiary {
		more(x.p.T("Reported sums"), "/reported")
	}
	if !c.organiser {
		return d
	}
	more(x.p.T("Co-organisers"), "/organisers")
	if c.State != call.StateDraft {
		more(x.p.T("Acts as a sheet (CSV)"), "/export?format=csv")
		more(x.p.T("Acts as JSON"), "/export?format=json")
	}
	if c.leads && c.movement.State == movement.StateOpen {
		act(x.p.T("Duplicate"), "/duplicate")
	}
	switch {
	case c.Archived:
		act(x.p.T("Take it out of the archive"), "/unarchive")
	case c.State == call.StateClosed, c.State == call.StateCancelled:
		act(x.p.T("Archive it"), "/archive")
	}
	switch c.State {
	case call.StateDraft:
		act(x.p.T("Discard the draft"), "/discard")
	case call.StateOpen:
		act(x.p.T("Close it"), "/close")
	case call.StateClosed:
		act(x.p.T("Open it again"), "/reopen")
	}
	if c.State == call.StateOpen || c.State == call.StateClosed {
		more(x.p.T("Cancel it"), "/cancel")
	}
	return d
}

func (x *visit) archiveCall() error {
	return x.changeCall(x.Calls.Archive, x.p.T("It is archived: out of the lists, and its page stays."))
}

func (x *visit) unarchiveCall() error {
	return x.changeCall(x.Calls.Unarchive, x.p.T("It is in the lists again."))
}

// duplicateCall leads to the draft, whose times are to be set.
func (x *visit) duplicateCall() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	again, err := x.Calls.Duplicate(x.r.Context(), x.v, c.ID, x.sent.Get("key"))
	if err != nil {
		return x.told(err, callPath(c.ID))
	}
	x.flash(x.p.T("This is a draft that says the same. Set its times, then open it."))
	return x.redirect(callPath(again.ID) + "/edit")
}
