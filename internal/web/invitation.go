package web

import (
	"net/url"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/invite"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// An invitation passes a challenge's turn on to somebody who need not have an
// account. Its pages for whoever holds the link are /invited.
func invitationRoutes() []route {
	return []route{
		{"POST /acts/{id}/invite", (*visit).invite},
		{"GET /invitations", (*visit).invitationsPage},
		{"GET /invitations/{id}", (*visit).invitationPage},
		{"POST /invitations/{id}/withdraw", (*visit).withdrawInvitation},
		{"GET /invited", (*visit).invitedPage},
		{"POST /invited", (*visit).answerInvitation},
		{"GET /invited/never", (*visit).neverPage},
		{"POST /invited/never", (*visit).never},
	}
}

const invitedPath = "/invited"

func invitedAt(path, token string) string { return path + "?token=" + url.QueryEscape(token) }

// invite passes an act's turn on by mail, or makes a link.
func (x *visit) invite() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	d := invite.Draft{ByMail: x.sent.Get("by") == "mail", Address: x.sent.Get("address"), Note: x.sent.Get("note"), Key: x.sent.Get("key")}
	g, err := x.Invites.Invite(x.r.Context(), x.v, a.ID, d)
	if err != nil {
		wrong, err := x.wrong(err, "nominees", "")
		if err != nil {
			return err
		}
		return x.showNominate(a, x.sent, nil, wrong)
	}
	if !g.ByMail {
		return x.redirect("/invitations/" + g.ID.String())
	}
	x.flash(x.p.T("Passed on. If they wish to hear of it, a mail is on its way."))
	return x.redirect(actPath(a.ID))
}

// invitationsOf is where the links of new invitations are.
func invitationsOf(given []invite.Given) string {
	if len(given) == 1 {
		return "/invitations/" + given[0].ID.String()
	}
	return "/invitations"
}

// inviteForms are the ways of passing a turn on to who is not here.
func (x *visit) inviteForms(a *act.Act, values url.Values, wrong []look.Wrong) inviteView {
	v := inviteView{Action: actPath(a.ID) + "/invite", Wrong: wrong, Key: keyed(values)["key"]}
	f := x.filled(values, wrong)
	v.Address = f.of(look.Field{Name: "address", Label: x.p.T("Their mail address"), Type: "email", Autocomplete: "off", Hint: x.p.T("Used for this invitation alone, and then erased.")})
	v.Note = f.of(look.Field{Name: "note", Label: x.p.T("A word to them, if you like"), MaxLength: invite.NoteMost, Hint: x.p.T("It stands in the mail. No web addresses.")})
	return v
}

// inviteView is the forms.
type inviteView struct {
	Action        string
	Key           string // idempotency
	Wrong         []look.Wrong
	Address, Note look.Field
}

// invitationsPage lists what the reader passed on by link or mail.
func (x *visit) invitationsPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Invites.Mine(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	calls, err := x.callsOf(list)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Passed on by link or mail"))
	v := linesView{Title: page.Title, Tabs: x.waitingTabs("/invitations"), TabsLabel: x.p.T("Nominations"),
		Empty: emptyView{Title: x.p.T("Nothing waits"), Text: x.p.T("After a challenge you can pass the turn on to people who are not here, by a link or a mail. Who takes it up moves to “Passed on by me”."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}}
	for _, g := range list {
		row := lineRow{Title: x.invitedBy(g), URL: "/invitations/" + g.ID.String(), Text: []string{x.givenSays(g)}, At: g.CreatedAt, Back: x.here()}
		if c := calls[g.CallID]; c != nil {
			row.Text = append([]string{c.Title}, row.Text...)
		}
		if g.State == act.GivenOpen {
			row.Do = []rowButton{{Text: x.p.T("Take it back"), Action: row.URL + "/withdraw"}}
		}
		v.Rows = append(v.Rows, row)
	}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, linesPage(x.p, v))
}

func (x *visit) callsOf(list []invite.Given) (map[id.ID]*call.Call, error) {
	ids := make([]id.ID, len(list))
	for i, g := range list {
		ids[i] = g.CallID
	}
	return x.Calls.Many(x.r.Context(), x.v, ids)
}

// invitedBy says how an invitation was given.
func (x *visit) invitedBy(g invite.Given) string {
	switch {
	case g.Handle != "":
		return x.p.T("By a link to %s", "@"+g.Handle)
	case !g.ByMail:
		return x.p.T("By a link")
	case g.Address == "":
		return x.p.T("By mail")
	}
	return x.p.T("By mail to %s", g.Address)
}

// givenSays is where an invitation is, as its inviter may know.
func (x *visit) givenSays(g invite.Given) string {
	switch g.State {
	case act.GivenAccepted:
		return x.p.T("Somebody said yes, and has not signed in yet.")
	case act.GivenNotNow:
		return x.p.T("Not this time.")
	case act.GivenWithdrawn:
		return x.p.T("You took it back.")
	}
	return x.p.T("Open until %s.", x.p.DateTime(g.Deadline))
}

func (x *visit) theInvitation() (invite.Given, error) {
	if err := x.signedIn(); err != nil {
		return invite.Given{}, err
	}
	i, err := x.id("id", "invitation")
	if err != nil {
		return invite.Given{}, err
	}
	return x.Invites.Given(x.r.Context(), x.v, i)
}

// invitationPage shows its inviter the link to hand over.
func (x *visit) invitationPage() error {
	g, err := x.theInvitation()
	if err != nil {
		return err
	}
	calls, err := x.callsOf([]invite.Given{g})
	if err != nil {
		return err
	}
	x.w.Header().Set("Cache-Control", "private, no-store")
	page := x.page(x.invitedBy(g))
	page.NoIndex, page.Islands = true, []string{"copy"}
	v := invitationView{Title: page.Title, Says: x.givenSays(g), Link: x.Invites.Link(g), Back: "/invitations"}
	if g.Handle != "" {
		v.Handle = "@" + g.Handle
	}
	if c := calls[g.CallID]; c != nil {
		v.Words = x.Invites.Words(x.p, g, c)
	}
	if g.State == act.GivenOpen {
		v.Withdraw = "/invitations/" + g.ID.String() + "/withdraw"
	}
	return x.render(page, invitationPage(x.p, v))
}

// invitationView is an invitation as its inviter sees it.
type invitationView struct {
	Title, Says string
	Link        string // to hand over, "" where there is none
	Words       string // a text to send it with
	Handle      string // whom on another server it is for; "" for anybody
	Withdraw    string // where to take it back, "" once it is over
	Back        string
}

func (x *visit) withdrawInvitation() error {
	if _, err := x.form(); err != nil {
		return err
	}
	g, err := x.theInvitation()
	if err != nil {
		return err
	}
	if err := x.Invites.Withdraw(x.r.Context(), x.v, g.ID); err != nil {
		return x.told(err, "/invitations")
	}
	x.flash(x.p.T("Taken back."))
	return x.back("/invitations")
}

// unseen keeps a page that was opened by a secret out of memories and of what the
// next page is told.
func (x *visit) unseen() {
	h := x.w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
}

// invitedView is an invitation as whoever holds its link sees it.
type invitedView struct {
	Title    string
	From     look.Person
	Note     string
	Says     []string
	Token    string
	Accept   string      // words on the button, "" where there is none
	Decline  bool        // there is a no to be said
	Ways     []look.Link // where to go on
	Never    string      // where mails are refused for good
	About    []look.Call
	Reassure bool // saying no is fine
}

// invitedPage shows an invitation to anybody who holds its link.
func (x *visit) invitedPage() error {
	x.unseen()
	token := x.r.URL.Query().Get("token")
	n, err := x.Invites.Look(x.r.Context(), token)
	if err != nil {
		return err
	}
	c, err := x.Calls.Get(x.r.Context(), x.v, n.CallID)
	if err != nil {
		return err
	}
	people, err := x.people([]id.ID{n.InviterID})
	if err != nil {
		return err
	}
	from := people[n.InviterID]
	if !x.v.Sees(from) {
		return problem.Gone("This invitation was taken back.")
	}
	page := x.page(x.p.T("%s passes the turn on to you", from.Title()))
	page.NoIndex = true
	v := invitedView{Title: page.Title, From: x.person(from), Note: n.Note, Token: token}
	if n.Never != "" {
		v.Never = invitedAt("/invited/never", n.Never)
	}
	if v.About, err = x.callCards([]*call.Call{c}, true); err != nil {
		return err
	}
	v.About[0].Counts = c.CountsAs
	v.About[0].ActionURL = "" // the page's own buttons say by what it came
	if err := x.sayInvited(&v, n, c); err != nil {
		return err
	}
	return x.render(page, invitedPage(x.p, v))
}

// sayInvited is what can be said to an invitation in its state.
func (x *visit) sayInvited(v *invitedView, n *invite.Invitation, c *call.Call) error {
	here := invitedAt(invitedPath, v.Token)
	over := !n.Deadline.After(x.Now()) || c.State != call.StateOpen
	anyway := look.Link{Text: x.p.T("Do it anyway"), URL: callPath(n.CallID) + "/act?via=" + act.Source{Kind: act.FromAct, ID: n.ActID}.String()}
	switch {
	case x.v.Is(n.InviterID):
		v.Says = []string{x.p.T("You cannot pass the turn on to yourself.")}
		v.Ways = []look.Link{{Text: x.p.T("Passed on by link or mail"), URL: "/invitations"}}
	case n.State == invite.TakenUp:
		v.Says = []string{x.p.T("Somebody took this invitation up already.")}
		v.Ways = []look.Link{anyway}
	case over:
		v.Says = []string{x.p.T("The time of this invitation is over.")}
		if c.State == call.StateOpen {
			v.Says = append(v.Says, x.p.T("You can still do it."))
			v.Ways = []look.Link{anyway}
		}
	case n.State == invite.Declined:
		v.Says = []string{x.p.T("That is fine. Nobody is told.")}
		v.Accept = x.p.T("I changed my mind: I take it")
		give, err := x.givingInstead(c.MovementID)
		if err != nil {
			return err
		}
		if give != nil {
			v.Ways = []look.Link{*give}
		}
	case n.State == invite.Accepted && x.me == nil:
		v.Says = []string{x.p.T("You said yes. There is time until %s.", x.p.DateTime(n.Deadline.In(c.Location()))),
			x.p.T("To tell what you did, and to pass the turn on, you need an account here.")}
		v.Ways = []look.Link{{Text: x.p.T("I am new here"), URL: toward("/join", here)}, {Text: x.p.T("Sign in"), URL: toward("/sign-in", here)}}
		v.Decline = true
	default:
		v.Says = []string{x.p.T("There is time until %s.", x.p.DateTime(n.Deadline.In(c.Location())))}
		v.Accept, v.Decline, v.Reassure = x.p.T("I take it"), true, true
		if x.me != nil {
			v.Says = append(v.Says, x.p.T("You take it as %s, and they learn that it is you.", x.me.Title()))
		} else {
			v.Says = append(v.Says, x.p.T("You need no account to answer."))
		}
	}
	return nil
}

// givingInstead leads to a gift for the movement that a challenge is of; nil where
// it asks for none.
func (x *visit) givingInstead(movementID id.ID) (*look.Link, error) {
	open, err := x.Calls.Of(x.r.Context(), x.v, movementID, call.StateOpen, db.Page{})
	if err != nil {
		return nil, err
	}
	for _, other := range open {
		if other.Kind == call.Fundraiser {
			return &look.Link{Text: x.p.T("Give instead"), URL: callPath(other.ID)}, nil
		}
	}
	return nil, nil
}

// answerInvitation accepts or declines.
func (x *visit) answerInvitation() error {
	x.unseen()
	form, err := x.form()
	if err != nil {
		return err
	}
	token := form.Get("token")
	here := invitedAt(invitedPath, token)
	if form.Get("do") == "decline" {
		if err := x.Invites.Decline(x.r.Context(), token); err != nil {
			return x.told(err, here)
		}
		return x.redirect(here)
	}
	n, err := x.Invites.Accept(x.r.Context(), x.v, token)
	if err != nil {
		return x.told(err, here)
	}
	if n == nil {
		return x.redirect(here)
	}
	x.flashLink(x.p.T("You took the turn. There is time until %s.", x.p.DateTime(n.Deadline)), &look.Link{Text: x.p.T("Do it now"), URL: callPath(n.CallID) + "/act?via=nomination-" + n.ID.String()})
	return x.redirect("/nominations/" + n.ID.String())
}

// neverPage asks whether a mailbox is to hear of no invitation again.
func (x *visit) neverPage() error {
	x.unseen()
	token := x.r.URL.Query().Get("token")
	if err := x.Invites.MayRefuse(token); err != nil {
		return err
	}
	page := x.page(x.p.T("No more invitations"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: "/invited/never", Hidden: map[string]string{"token": token},
		Intro:  []string{x.p.T("Your mail address will never be sent an invitation from here again, whoever asks. Nobody is told. All that is kept of it is a fingerprint, by which it is known again.")},
		Submit: x.p.T("Never again")}))
}

// never refuses for good. Mail programs send it by themselves, with the token in
// the address (RFC 8058).
func (x *visit) never() error {
	x.unseen()
	form, err := x.form()
	if err != nil {
		return err
	}
	token := form.Get("token")
	if token == "" {
		token = x.r.URL.Query().Get("token")
	}
	if err := x.Invites.Refuse(x.r.Context(), token); err != nil {
		return err
	}
	page := x.page(x.p.T("No more invitations"))
	page.NoIndex = true
	return x.render(page, emptyPage(x.p, page.Title, emptyView{Title: x.p.T("Done"), Text: x.p.T("No invitation will be mailed to you again. Nobody is told.")}))
}
