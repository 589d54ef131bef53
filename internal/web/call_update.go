package web

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

func callUpdateRoutes() []route {
	return []route{
		{"GET /calls/{id}/updates", (*visit).updatesPage},
		{"GET /calls/{id}/updates/new", (*visit).newUpdatePage},
		{"POST /calls/{id}/updates/new", (*visit).newUpdate},
		{"POST /calls/{id}/quiet", (*visit).setQuiet},
		{"GET /updates/{update}", (*visit).updatePage},
		{"GET /updates/{update}/edit", (*visit).editUpdatePage},
		{"POST /updates/{update}/edit", (*visit).editUpdate},
		{"POST /updates/{update}/remove", (*visit).removeUpdate},
	}
}

// updatesOnPage is how many updates stand on the call's own page.
const updatesOnPage = 3

func updatePath(i id.ID) string { return "/updates/" + i.String() }

// updateView is an update with what can be done about it.
type updateView struct {
	Title, URL string
	HTML       string       // sanitised
	By         *look.Person // nil once the account is gone
	At, Edited time.Time
	Menu       look.Menu
}

// updatesView are a call's updates, newest first.
type updatesView struct {
	List         []updateView
	All          string // where there are more; "" where these are all
	Quiet        *rowButton
	QuietSays    string
	QuietOn      bool // the button asks for quiet, instead of ending it
	Newer, Older string
}

// callUpdates are a call's updates, and for whom took part whether they hear of
// more.
func (x *visit) callUpdates(c theCall, p db.Page) (updatesView, error) {
	var v updatesView
	list, err := x.Calls.Updates(x.r.Context(), x.v, c.ID, p)
	if err != nil {
		return v, err
	}
	if v.List, err = x.updates(c, list); err != nil {
		return v, err
	}
	if len(list) > 0 {
		v.Newer, v.Older = x.newer(p, list[0].ID), x.older(p, len(list), list[len(list)-1].ID)
	}
	if len(list) == p.Size() {
		v.All = callPath(c.ID) + "/updates"
	}
	if x.me == nil {
		return v, nil
	}
	did, err := x.Acts.Did(x.r.Context(), x.me.ID, []id.ID{c.ID})
	if err != nil || !did[c.ID] {
		return v, err
	}
	quiet, all, err := x.Calls.Quiet(x.r.Context(), x.v, c.ID)
	if err != nil {
		return v, err
	}
	v.Quiet, v.QuietOn, v.QuietSays = &rowButton{Text: x.p.T("Do not tell me"), Action: callPath(c.ID) + "/quiet"}, true, x.p.T("You took part, so you hear of each update.")
	switch {
	case all:
		v.Quiet, v.QuietSays = nil, x.p.T("You hear of no call's updates; your settings say so.")
	case quiet:
		v.Quiet.Text, v.QuietOn, v.QuietSays = x.p.T("Tell me again"), false, x.p.T("You do not hear of this call's updates.")
	}
	return v, nil
}

func (x *visit) updates(c theCall, list []*call.Update) ([]updateView, error) {
	ids := make([]id.ID, len(list))
	for i, u := range list {
		ids[i] = u.AuthorID
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, err
	}
	out := make([]updateView, len(list))
	for i, u := range list {
		zone := c.Location()
		out[i] = updateView{Title: u.Title, URL: updatePath(u.ID), HTML: text.Prose(u.Body), At: u.CreatedAt.In(zone)}
		if !u.EditedAt.IsZero() {
			out[i].Edited = u.EditedAt.In(zone)
		}
		if a := people[u.AuthorID]; a != nil && x.v.Sees(a) {
			who := x.person(a)
			out[i].By = &who
		}
		if c.organiser {
			out[i].Menu = look.Menu{{Text: x.p.T("Edit"), URL: out[i].URL + "/edit"}, {Text: x.p.T("Remove"), URL: out[i].URL + "/remove", Post: true, Danger: true}}
		}
	}
	return out, nil
}

func (x *visit) updatesPage() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	p, err := x.paged()
	if err != nil {
		return err
	}
	v, err := x.callUpdates(c, p)
	if err != nil {
		return err
	}
	v.All = ""
	page := x.page(x.p.T("Updates on “%s”", c.Title))
	return x.render(page, updatesPage(x.p, page.Title, look.Link{Text: x.p.T("Back to the call"), URL: callPath(c.ID)}, v))
}

// theUpdate is the one of the path, with its call.
func (x *visit) theUpdate() (*call.Update, theCall, error) {
	updateID, err := x.id("update", "update")
	if err != nil {
		return nil, theCall{}, err
	}
	u, err := x.Calls.Update(x.r.Context(), x.v, updateID)
	if err != nil {
		return nil, theCall{}, err
	}
	x.r.SetPathValue("id", u.CallID.String())
	c, err := x.theCall()
	return u, c, err
}

func (x *visit) updatePage() error {
	u, c, err := x.theUpdate()
	if err != nil {
		return err
	}
	list, err := x.updates(c, []*call.Update{u})
	if err != nil {
		return err
	}
	page := x.page(u.Title)
	page.URL, page.Description, page.Kind = x.URL+updatePath(u.ID), summary(u.Body, 160), "article"
	return x.render(page, updatePage(x.p, list[0], look.Link{Text: c.Title, URL: callPath(c.ID)}))
}

func (x *visit) updateForm(title, action string, values url.Values, wrong []look.Wrong) formView {
	f := x.filled(values, wrong)
	return formView{Title: title, Action: action, Wrong: wrong, Hidden: keyed(values), Fields: components(
		f.line(look.Field{Name: "title", Label: x.p.T("Title"), Required: true, MaxLength: call.UpdateTitleMost}),
		f.area(look.Field{Name: "body", Label: x.p.T("What is there to tell?"), Hint: x.p.T("What came of it, what is next. Markdown works."), Required: true, Rows: 8}),
	)}
}

func (x *visit) newUpdatePage() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	return x.showNewUpdate(c, url.Values{}, nil)
}

func (x *visit) showNewUpdate(c theCall, values url.Values, wrong []look.Wrong) error {
	v := x.updateForm(x.p.T("An update on “%s”", c.Title), callPath(c.ID)+"/updates/new", values, wrong)
	v.Intro = []string{x.p.T("It shows on the call's page, and everybody who took part is told of it once. At most %d a day.", call.TellingsADay)}
	v.Submit, v.Beside = x.p.T("Tell them"), &look.Link{Text: x.p.T("Back"), URL: callPath(c.ID)}
	return x.render(x.page(v.Title), formPage(x.p, v))
}

func (x *visit) newUpdate() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	updateID, err := x.Calls.Tell(x.r.Context(), x.v, c.ID, call.UpdateDraft{Title: x.sent.Get("title"), Body: x.sent.Get("body"), Key: x.sent.Get("key")})
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showNewUpdate(c, x.sent, wrong)
	}
	x.flash(x.p.T("It is on the call's page, and those who took part are told."))
	return x.redirect(updatePath(updateID))
}

// organisedUpdate is theUpdate for those who organise its call.
func (x *visit) organisedUpdate() (*call.Update, theCall, error) {
	u, _, err := x.theUpdate()
	if err != nil {
		return nil, theCall{}, err
	}
	c, err := x.organisedCall()
	return u, c, err
}

func (x *visit) editUpdatePage() error {
	u, _, err := x.organisedUpdate()
	if err != nil {
		return err
	}
	return x.showEditUpdate(u, url.Values{"title": {u.Title}, "body": {u.Body}}, nil)
}

func (x *visit) showEditUpdate(u *call.Update, values url.Values, wrong []look.Wrong) error {
	v := x.updateForm(x.p.T("Edit an update"), updatePath(u.ID)+"/edit", values, wrong)
	v.Intro = []string{x.p.T("Nobody is told again.")}
	v.Submit, v.Beside = x.p.T("Save"), &look.Link{Text: x.p.T("Back"), URL: updatePath(u.ID)}
	return x.render(x.page(v.Title), formPage(x.p, v))
}

func (x *visit) editUpdate() error {
	u, _, err := x.organisedUpdate()
	if err != nil {
		return err
	}
	err = x.Calls.EditUpdate(x.r.Context(), x.v, u.ID, call.UpdateDraft{Title: x.sent.Get("title"), Body: x.sent.Get("body")})
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showEditUpdate(u, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(updatePath(u.ID))
}

func (x *visit) removeUpdate() error {
	u, c, err := x.organisedUpdate()
	if err != nil {
		return err
	}
	if err := x.Calls.RemoveUpdate(x.r.Context(), x.v, u.ID); err != nil {
		return x.told(err, callPath(c.ID))
	}
	x.flash(x.p.T("The update is gone, and what was told of it, too."))
	return x.redirect(callPath(c.ID))
}

// setQuiet says whether the reader wants to hear of the call's updates.
func (x *visit) setQuiet() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	c, err := x.theCall()
	if err != nil {
		return err
	}
	quiet := form.Get("quiet") != ""
	if err := x.Calls.SetQuiet(x.r.Context(), x.v, c.ID, quiet); err != nil {
		return x.told(err, callPath(c.ID))
	}
	x.flash(x.p.T("Saved."))
	return x.back(callPath(c.ID))
}

func updatesMore(p *lang.Printer, v updatesView) *look.Link {
	if v.All == "" {
		return nil
	}
	return &look.Link{Text: p.T("All updates"), URL: v.All}
}

func quietAction(v updatesView) templ.SafeURL {
	if v.Quiet == nil {
		return ""
	}
	return templ.URL(v.Quiet.Action)
}

// quietSwitch is for all calls, among what somebody is told.
func (x *visit) quietSwitch() (templ.Component, error) {
	_, all, err := x.Calls.Quiet(x.r.Context(), x.v, call.AllCalls)
	return look.Checkbox(x.p, look.Field{Name: "call_updates", Label: x.p.T("Tell me of updates on calls that I took part in"),
		Hint: x.p.T("On a call's page you can choose for that one alone.")}, !all), err
}
