package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

func callRoutes() []route {
	return []route{
		{"GET /movements/{slug}/calls", (*visit).callsPage},
		{"GET /movements/{slug}/calls/new", (*visit).newCallPage},
		{"POST /movements/{slug}/calls/new", (*visit).newCall},
		{"GET /calls/{id}", (*visit).callPage},
		{"GET /calls/{id}/part/{part}", (*visit).callPart},
		{"GET /calls/{id}/edit", (*visit).editCallPage},
		{"POST /calls/{id}/edit", (*visit).editCall},
		{"POST /calls/{id}/publish", (*visit).publishCall},
		{"POST /calls/{id}/close", (*visit).closeCall},
		{"POST /calls/{id}/reopen", (*visit).reopenCall},
		{"POST /calls/{id}/discard", (*visit).discardCall},
		{"GET /calls/{id}/cancel", (*visit).cancelPage},
		{"POST /calls/{id}/cancel", (*visit).cancelCall},
		{"POST /calls/{id}/archive", (*visit).archiveCall},
		{"POST /calls/{id}/unarchive", (*visit).unarchiveCall},
		{"POST /calls/{id}/duplicate", (*visit).duplicateCall},
		{"GET /calls/{id}/acts", (*visit).callActs},
		{"GET /calls/{id}/reported", (*visit).reportedPage},
		{"POST /calls/{id}/reported", (*visit).addReport},
		{"GET /calls/{id}/reported/{report}", (*visit).reportPage},
		{"POST /calls/{id}/reported/{report}", (*visit).editReport},
		{"POST /calls/{id}/reported/{report}/remove", (*visit).removeReport},
	}
}

// callGroup is a movement's calls in one state.
type callGroup struct {
	Title string
	Calls []look.Call
	More  string // where there are more of them, "" where these are all

	Newer, Older string // of the page of one state
}

// callGroupMost is how many calls of a state stand among those of others.
const callGroupMost = 10

// callsPage lists a movement's calls, open ones first; with ?state= all of one
// state.
func (x *visit) callsPage() error {
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	f, err := x.frame(m, role, "/calls")
	if err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	only := x.r.URL.Query().Get("state")
	var groups []callGroup
	for _, g := range x.callShelves(m) {
		if only != "" && only != g.name {
			continue
		}
		page := at
		if only == "" {
			page = db.Page{Limit: callGroupMost + 1}
		}
		list, err := g.list(page)
		if err != nil {
			return err
		}
		group := callGroup{Title: g.title}
		switch n := len(list); {
		case n == 0:
			continue
		case only != "":
			group.Newer, group.Older = x.newer(page, list[0].ID), x.older(page, n, list[n-1].ID)
		case n > callGroupMost:
			list, group.More = list[:callGroupMost], movementPath(m)+"/calls?state="+g.name
		}
		if group.Calls, err = x.callCards(list, false); err != nil {
			return err
		}
		groups = append(groups, group)
	}
	newURL := ""
	if role.Organises() && m.State == movement.StateOpen {
		newURL = movementPath(m) + "/calls/new"
	}
	return x.showMovement(m, f, x.p.T("Calls"), callsPage(x.p, groups, newURL))
}

// callShelf is where a movement's calls lie by their state.
type callShelf struct {
	name, title string
	list        func(db.Page) ([]*call.Call, error)
}

func (x *visit) callShelves(m *movement.Movement) []callShelf {
	in := func(state call.State, title string) callShelf {
		return callShelf{string(state), title, func(p db.Page) ([]*call.Call, error) { return x.Calls.Of(x.r.Context(), x.v, m.ID, state, p) }}
	}
	shelves := []callShelf{in(call.StateOpen, x.p.T("Open now")), in(call.StateClosed, x.p.T("Closed")), in(call.StateCancelled, x.p.T("Cancelled")),
		{"archived", x.p.T("Archive"), func(p db.Page) ([]*call.Call, error) { return x.Calls.Archived(x.r.Context(), x.v, m.ID, p) }}}
	if x.me == nil {
		return shelves
	}
	return append([]callShelf{in(call.StateDraft, x.p.T("Drafts"))}, shelves...)
}

// theCall is the one of the path with its movement, and whether the reader
// organises the call, or it is for them.
type theCall struct {
	*call.Call
	movement    *movement.Movement
	organiser   bool
	leads       bool // organises its movement
	beneficiary bool

	sent  url.Values // a form of the page that comes again, nil for none
	wrong []look.Wrong
}

func (x *visit) theCall() (theCall, error) {
	var c theCall
	callID, err := x.id("id", "call")
	if err != nil {
		return c, err
	}
	if c.Call, err = x.Calls.Get(x.r.Context(), x.v, callID); err != nil {
		return c, err
	}
	if c.movement, err = x.Movements.ByID(x.r.Context(), x.v, c.MovementID); err != nil {
		return c, err
	}
	if x.me != nil {
		c.beneficiary = x.v.Is(c.Beneficiary)
		if c.leads, err = x.Movements.Organises(x.r.Context(), x.v, c.MovementID); err != nil {
			return c, err
		}
		c.organiser, err = x.Calls.Organises(x.r.Context(), x.v, c.Call)
	}
	return c, err
}

// organisedCall is theCall for those who organise it.
func (x *visit) organisedCall() (theCall, error) {
	if err := x.signedIn(); err != nil {
		return theCall{}, err
	}
	if _, err := x.form(); err != nil {
		return theCall{}, err
	}
	c, err := x.theCall()
	if err != nil {
		return c, err
	}
	if !c.organiser {
		return c, problem.Forbidden("Only those who organise this call can do this.")
	}
	return c, nil
}

// callView is a call on its own page.
type callView struct {
	Call     look.Call
	CardURL  string // of the call's card alone
	ShareURL string // where it is told to others
	Movement look.Link

	For    *look.Person   // whom it is for
	With   []look.Person  // co-organisers
	Asked  *organiserView // the reader is asked to be one
	Proofs []look.Figure
	Parts  []templ.Component // what is special about its kind

	ActsTitle string
	Acts      []look.Act
	Updates   updatesView

	Desk callDesk
}

// callPage is a call with how far it has come, its acts and its reported sums.
func (x *visit) callPage() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	x.saw(c.MovementID)
	return x.showCall(c)
}

func (x *visit) showCall(c theCall) (err error) {
	v := callView{ActsTitle: x.p.T("What was done"), Movement: look.Link{Text: "#" + c.movement.Hashtag, URL: movementPath(c.movement)}}
	if v.Call, v.Proofs, err = x.wholeCall(c); err != nil {
		return err
	}
	v.CardURL, v.ShareURL = v.Call.URL+"/part/card"+x.via(), v.Call.URL+"/share"+x.via()
	filter := actsOfCall(c.ID)
	if c.Kind == call.Petition {
		v.ActsTitle, filter.Told = x.p.T("Reasons for signing"), true
	}
	acts, err := x.Acts.Of(x.r.Context(), x.v, filter, db.Page{Limit: 5})
	if err != nil {
		return err
	}
	if v.Acts, err = x.actCards(acts); err != nil {
		return err
	}
	if c.Beneficiary != 0 {
		people, err := x.people([]id.ID{c.Beneficiary})
		if err != nil {
			return err
		}
		if a := people[c.Beneficiary]; x.v.Sees(a) {
			who := x.person(a)
			v.For = &who
		}
	}
	if v.Parts, err = x.kindParts(c); err != nil {
		return err
	}
	if err := x.callPeople(c, &v); err != nil {
		return err
	}
	if v.Updates, err = x.callUpdates(c, db.Page{Limit: updatesOnPage}); err != nil {
		return err
	}
	v.Desk = x.callDesk(c)
	page := x.page(c.Title)
	page.Description, page.Wide, page.NoIndex = summary(c.Body, 160), true, c.State == call.StateDraft
	if !page.NoIndex {
		done, err := x.Calls.Progress(x.r.Context(), []*call.Call{c.Call})
		if err != nil {
			return err
		}
		about, err := x.callThing(c.Call, c.movement)
		if err != nil {
			return err
		}
		if err := x.previewed(&page, callPath(c.ID), x.callPoster(c.Call, done[c.ID], c.movement), about); err != nil {
			return err
		}
	}
	page.Stream = x.stream("movement=" + c.MovementID.String())
	return x.render(page, callPage(x.p, v))
}

// via is what led here, for the addresses that lead on.
func (x *visit) via() string {
	if source, ok := readSource(x.r.URL.Query().Get("via")); ok {
		return "?via=" + source.String()
	}
	return ""
}

// wholeCall is the call's card, with all its reported sums, and its acts by
// proof.
func (x *visit) wholeCall(c theCall) (look.Call, []look.Figure, error) {
	cards, err := x.callCards([]*call.Call{c.Call}, true)
	if err != nil {
		return look.Call{}, nil, err
	}
	card := cards[0]
	card.Whole, card.BodyHTML, card.Counts = true, text.Prose(c.Body), c.CountsAs
	if card.ActionURL != "" {
		path, at, _ := strings.Cut(card.ActionURL, "#")
		if card.ActionURL = path + x.via(); at != "" {
			card.ActionURL += "#" + at
		}
	}
	reports, err := x.Calls.Reports(x.r.Context(), x.v, c.ID)
	if err != nil {
		return card, nil, err
	}
	if card.Reported, err = x.reports(c.Call, reports); err != nil {
		return card, nil, err
	}
	totals, err := x.Calls.Totals(x.r.Context(), []id.ID{c.ID})
	if err != nil {
		return card, nil, err
	}
	return card, x.proofFigures(totals[c.ID], callPath(c.ID)+"/acts"), nil
}

// proofFigures are acts by proof, each leading to those acts.
func (x *visit) proofFigures(t call.Totals, url string) []look.Figure {
	labels := map[call.Proof]string{call.Told: x.p.T("told"), call.Witnessed: x.p.T("witnessed"), call.Confirmed: x.p.T("confirmed")}
	acts := map[call.Proof]int64{}
	for _, each := range t.Each {
		acts[each.Proof] += each.Acts
	}
	var out []look.Figure
	for _, proof := range call.Proofs {
		if acts[proof] > 0 {
			out = append(out, look.Figure{Text: x.p.Number(acts[proof]), Label: labels[proof], URL: url + "?proof=" + proof.String()})
		}
	}
	return out
}

// callPart is a part of the call's page, for a browser in which it moves.
func (x *visit) callPart() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	card, proofs, err := x.wholeCall(c)
	if err != nil {
		return err
	}
	switch x.r.PathValue("part") {
	case "card":
		return x.part(look.CallCard(x.p, card))
	case "proofs":
		return x.part(look.Figures(proofs))
	}
	return problem.NotFound("page")
}
