package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/filter"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// Which events of the stream make a page's parts be fetched again.
const (
	onActs   = "act.Done act.Changed act.Withdrawn act.Proven act.Imported"
	onCalls  = onActs + " call.Opened call.Changed call.Closed call.Cancelled call.ReportChanged"
	onPeople = onActs + " movement.Joined movement.Left"
	onRipple = onActs + " act.Resourced ripple.Folded"
	onFunnel = onActs + " post.Created impact.Counted"
)

// overview is a movement at a glance.
type overview struct {
	URL          string
	Calls        []look.Call
	Dates        *datesView // nil for none
	Ripple       spreadView
	Funnel       funnelView
	Story, Rules string // HTML
	Town         string
	Resources    []look.Resource
	Speak        []memberView // organisers, ambassadors and partners
	Posts        []look.Post
	Organiser    bool
}

// movementPage is a movement at a glance.
func (x *visit) movementPage() error {
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	x.saw(m.ID)
	f, err := x.frame(m, role, "")
	if err != nil {
		return err
	}
	v := overview{URL: movementPath(m), Story: text.Prose(m.Story), Rules: text.Prose(m.Rules), Organiser: role.Organises(), Town: m.Town}
	if v.Calls, err = x.openCalls(m); err != nil {
		return err
	}
	if v.Dates, err = x.movementDatesPart(m); err != nil {
		return err
	}
	if v.Ripple, err = x.movementSpread(m); err != nil {
		return err
	}
	if v.Funnel, err = x.funnelOf(m); err != nil {
		return err
	}
	if v.Resources, err = x.resources(m); err != nil {
		return err
	}
	if v.Speak, err = x.speakers(m); err != nil {
		return err
	}
	items, err := x.Feeds.Movement(x.r.Context(), x.v, m.ID, db.Page{Limit: 3})
	if err != nil {
		return err
	}
	x.place = filter.Public
	if v.Posts, err = x.posts(items); err != nil {
		return err
	}
	return x.showMovement(m, f, "", movementOverview(x.p, v), "ripple")
}

// movementPart is one part of that page, for a browser in which it moves.
func (x *visit) movementPart() error {
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	var part templ.Component
	switch x.r.PathValue("part") {
	case "figures":
		figures, err := x.movementFigures(m)
		if err != nil {
			return err
		}
		part = look.Figures(figures)
	case "calls":
		calls, err := x.openCalls(m)
		if err != nil {
			return err
		}
		part = callGrid(x.p, calls)
	case "measures":
		measure, err := x.Ripples.Measure(x.r.Context(), m.ID)
		if err != nil {
			return err
		}
		part = look.RippleMeasures(x.p, rippleFigures(measure))
	case "funnel":
		funnel, err := x.funnelOf(m)
		if err != nil {
			return err
		}
		part = funnelTable(x.p, funnel)
	default:
		return problem.NotFound("page")
	}
	return x.part(part)
}

// openCalls are the calls that can be answered now.
func (x *visit) openCalls(m *movement.Movement) ([]look.Call, error) {
	list, err := x.Calls.Of(x.r.Context(), x.v, m.ID, call.StateOpen, db.Page{Limit: 6})
	if err != nil {
		return nil, err
	}
	cards, err := x.callCards(list, false)
	if err != nil {
		return nil, err
	}
	for i, c := range list {
		reports, err := x.Calls.Reports(x.r.Context(), x.v, c.ID)
		if err != nil {
			return nil, err
		}
		if n := len(reports); n > 1 {
			reports = reports[n-1:] // the newest; all of them are on the call's page
		}
		if cards[i].Reported, err = x.reports(c, reports); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// stepsToldFrom is how many next steps were offered before a page tells of them: of
// one or two it would say who.
const stepsToldFrom = 5

// funnelView is the funnel with what the next steps after likes did.
type funnelView struct {
	look.Funnel
	Shares, Offered, Taken int64
}

// funnelOf is the way from being seen to acts.
func (x *visit) funnelOf(m *movement.Movement) (funnelView, error) {
	f, err := x.Impact.Funnel(x.r.Context(), m.ID)
	if err != nil {
		return funnelView{}, err
	}
	acts := movementPath(m) + "/acts"
	return funnelView{
		Funnel: look.Funnel{Reach: f.Reach, Likes: f.Likes, Acts: f.Told + f.Witnessed + f.Confirmed, Witnessed: f.Witnessed + f.Confirmed, Confirmed: f.Confirmed,
			LikesURL: movementPath(m) + "/posts?order=liked", ActsURL: acts, WitnessedURL: acts + "?proof=witnessed", ConfirmedURL: acts + "?proof=confirmed"},
		Shares: f.Shares, Offered: f.StepsOffered, Taken: f.StepsTaken,
	}, nil
}

// speakers are those who stand for a movement, with what links them to it.
func (x *visit) speakers(m *movement.Movement) ([]memberView, error) {
	var all []memberView
	for _, role := range []movement.Role{movement.Organiser, movement.Partner, movement.Ambassador} {
		some, err := x.peopleIn(m, role, 10)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
