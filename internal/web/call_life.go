package web

import (
	"goodturn/internal/call"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

// callLife is what an organiser can do with a call now.
func (x *visit) callLife(c theCall) (life []rowButton, links []look.Link) {
	path := callPath(c.ID)
	if c.organiser || c.beneficiary {
		links = append(links, look.Link{Text: x.p.T("Reported sums"), URL: path + "/reported"})
		if c.Kind == call.Fundraiser {
			links = append(links, look.Link{Text: x.p.T("Gifts to look after"), URL: path + "/gifts"})
		}
	}
	if !c.organiser {
		return nil, links
	}
	switch c.State {
	case call.StateDraft:
		life = append(life, rowButton{Text: x.p.T("Open it to everyone"), Action: path + "/publish", Main: true},
			rowButton{Text: x.p.T("Discard the draft"), Action: path + "/discard"})
	case call.StateOpen:
		life = append(life, rowButton{Text: x.p.T("Close it"), Action: path + "/close"})
	case call.StateClosed:
		life = append(life, rowButton{Text: x.p.T("Open it again"), Action: path + "/reopen"})
	}
	if c.leads && c.movement.State == movement.StateOpen {
		life = append(life, rowButton{Text: x.p.T("Duplicate"), Action: path + "/duplicate"})
	}
	switch {
	case c.Archived:
		life = append(life, rowButton{Text: x.p.T("Take it out of the archive"), Action: path + "/unarchive"})
	case c.State == call.StateClosed, c.State == call.StateCancelled:
		life = append(life, rowButton{Text: x.p.T("Archive it"), Action: path + "/archive"})
	}
	if c.State != call.StateDraft {
		links = append(links, look.Link{Text: x.p.T("Write an update"), URL: path + "/updates/new"})
	}
	links = append(links, look.Link{Text: x.p.T("Co-organisers"), URL: path + "/organisers"})
	if c.State != call.StateDraft {
		links = append(links, look.Link{Text: x.p.T("Acts as a sheet (CSV)"), URL: path + "/export?format=csv"},
			look.Link{Text: x.p.T("Acts as JSON"), URL: path + "/export?format=json"})
	}
	if c.State == call.StateCancelled {
		return life, links
	}
	links = append(links, look.Link{Text: x.p.T("Edit"), URL: path + "/edit"})
	if c.State != call.StateDraft {
		links = append(links, look.Link{Text: x.p.T("Cancel it"), URL: path + "/cancel"})
	}
	return life, links
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
