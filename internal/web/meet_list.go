package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// callDatesMost is how many dates stand on the page of their call.
const callDatesMost = 3

// datesPart is when and where people of a call come together.
func (x *visit) datesPart(c theCall) ([]templ.Component, error) {
	list, err := x.Meets.Of(x.r.Context(), x.v, c.ID, meet.Ahead, meet.Page{Limit: callDatesMost})
	if err != nil {
		return nil, err
	}
	v := datesView{Title: x.p.T("When and where"), Back: callPath(c.ID), All: callPath(c.ID) + "/dates" + x.via(), Calendar: callPath(c.ID) + "/dates.ics"}
	if c.organiser && c.State != call.StateCancelled {
		v.New = callPath(c.ID) + "/dates/new"
	}
	for _, d := range list {
		v.Dates = append(v.Dates, x.dateOf(d, v.Back))
	}
	if len(list) == 0 && v.New == "" {
		return nil, nil
	}
	return []templ.Component{datesSection(x.p, v)}, nil
}

// movementDatesPart are the next dates of a movement's calls; nil where there are
// none.
func (x *visit) movementDatesPart(m *movement.Movement) (*datesView, error) {
	list, err := x.Meets.OfMovement(x.r.Context(), x.v, m.ID, meet.Ahead, meet.Page{Limit: callDatesMost})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	path := movementPath(m)
	v := &datesView{Title: x.p.T("When and where"), Back: path, All: path + "/dates", Calendar: path + "/dates.ics"}
	for _, d := range list {
		v.Dates = append(v.Dates, x.dateOf(d, path))
	}
	return v, nil
}

// movementDates are all dates of a movement's calls.
func (x *visit) movementDates() error {
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	path := movementPath(m)
	v := datesView{Title: m.Name, Back: path, BackText: x.p.T("Back to the movement"), Calendar: path + "/dates.ics"}
	v.Dates, v.Past, v.Older, err = x.bothDates(path+"/dates", func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return x.Meets.OfMovement(x.r.Context(), x.v, m.ID, when, p)
	})
	if err != nil {
		return err
	}
	return x.render(x.page(x.p.T("All dates: %s", m.Name)), callDatesPage(x.p, v))
}

// datesView is a list of dates.
type datesView struct {
	Title, Back string
	BackText    string
	All         string // "" where these are all
	New         string // "" for who may not make one
	Calendar    string
	Dates       []dateView
	Past        []dateView
	Older       string // where more past ones are
	Tell        string // where one tells of an act that came of no date
	Certificate string
}

// callDates are all dates of a call.
func (x *visit) callDates() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	v := datesView{Title: c.Title, Back: callPath(c.ID), BackText: x.p.T("Back to the call"), Calendar: callPath(c.ID) + "/dates.ics"}
	v.Dates, v.Past, v.Older, err = x.bothDates(v.Back+"/dates", func(when meet.When, p meet.Page) ([]*meet.Seen, error) {
		return x.Meets.Of(x.r.Context(), x.v, c.ID, when, p)
	})
	if err != nil {
		return err
	}
	begun := x.Acts.Begun(x.r.Context(), c.Call)
	if begun != nil && !problem.Is(begun, problem.KindConflict) {
		return begun
	}
	if c.State == call.StateOpen && begun == nil {
		v.Tell = c.tellPath(x.via())
	}
	if c.organiser && c.State != call.StateCancelled {
		v.New = callPath(c.ID) + "/dates/new"
	}
	if x.me != nil {
		v.Certificate = callPath(c.ID) + "/certificate"
	}
	return x.render(x.page(x.p.T("All dates: %s", c.Title)), callDatesPage(x.p, v))
}

// pastMost is how many past dates stand on one page.
const pastMost = 20

// bothDates are the dates ahead and the newest past ones of a page; further back,
// the past ones alone, and where still older ones are.
func (x *visit) bothDates(path string, list func(meet.When, meet.Page) ([]*meet.Seen, error)) (ahead, past []dateView, older string, err error) {
	before, err := id.Parse(x.r.URL.Query().Get("before"))
	if err != nil {
		before = 0
	}
	var seen []*meet.Seen
	if before == 0 {
		if seen, err = list(meet.Ahead, meet.Page{}); err != nil {
			return nil, nil, "", err
		}
		for _, d := range seen {
			ahead = append(ahead, x.dateOf(d, path))
		}
	}
	if seen, err = list(meet.Past, meet.Page{After: before, Limit: pastMost}); err != nil {
		return nil, nil, "", err
	}
	for _, d := range seen {
		past = append(past, x.dateOf(d, path))
	}
	if len(seen) == pastMost {
		older = path + "?before=" + seen[pastMost-1].ID.String()
	}
	return ahead, past, older, nil
}

// tellPath is where one tells of an act for the call that came of none of its
// dates.
func (c theCall) tellPath(via string) string {
	q := url.Values{"told": {"on"}}
	if via != "" {
		q.Set("via", strings.TrimPrefix(via, "?via="))
	}
	return callPath(c.ID) + "/act?" + q.Encode()
}
