package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/poster"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// thing is what a page is about, in the words of schema.org, as JSON-LD. What has
// no value is left out.
type thing map[string]any

// data writes a thing for a page. JSON's < and > are escaped, so nothing that
// somebody wrote ends the element it stands in.
func (t thing) data() (string, error) {
	t["@context"] = "https://schema.org"
	b, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("write what a page is about: %w", err)
	}
	return string(b), nil
}

// with adds a value unless there is none.
func (t thing) with(name, value string) thing {
	if value != "" {
		t[name] = value
	}
	return t
}

func (t thing) when(name string, at time.Time) thing {
	if !at.IsZero() {
		t[name] = at.Format(time.RFC3339)
	}
	return t
}

// previewed gives a page what search engines and messengers read: its address, its
// picture, and what it is about.
func (x *visit) previewed(page *look.Page, path string, p poster.Poster, about thing) (err error) {
	page.URL = x.URL + path
	page.Image, page.ImageAlt = x.URL+posterPath(path, p), p.Title
	page.ImageWidth, page.ImageHeight = poster.Width, poster.Height
	about.with("url", page.URL).with("image", page.Image).with("description", page.Description)
	page.Data, err = about.data()
	return err
}

func (x *visit) organisation(m *movement.Movement) thing {
	return thing{"@type": "Organization", "name": m.Name, "url": x.URL + movementPath(m)}
}

// callThing is a call: an event where it has a time, a gift to be made, or another
// action that somebody can take.
func (x *visit) callThing(c *call.Call, m *movement.Movement) (thing, error) {
	t := thing{"name": c.Title}
	if c.Kind.Dated() && !c.StartsAt.IsZero() {
		return x.eventThing(c, m, t), nil
	}
	t["@type"] = map[call.Kind]string{call.Fundraiser: "DonateAction", call.Petition: "EndorseAction", call.Event: "JoinAction"}[c.Kind]
	if t["@type"] == "" {
		t["@type"] = "Action"
	}
	t["actionStatus"] = map[call.State]string{call.StateOpen: "https://schema.org/PotentialActionStatus", call.StateClosed: "https://schema.org/CompletedActionStatus",
		call.StateCancelled: "https://schema.org/FailedActionStatus"}[c.State]
	if c.State == call.StateOpen {
		// Where strangers can do it, too, if they can at all.
		at := map[call.Kind]string{call.Petition: "#sign", call.Fundraiser: "/give"}[c.Kind]
		t["target"] = thing{"@type": "EntryPoint", "urlTemplate": x.URL + callPath(c.ID) + cmp.Or(at, "/act")}
	}
	if c.Kind == call.Fundraiser {
		t["recipient"], t["priceCurrency"] = x.organisation(m), c.Unit
		receives, err := x.people([]id.ID{c.Beneficiary})
		if err != nil {
			return nil, err
		}
		if a := receives[c.Beneficiary]; x.v.Sees(a) && (a.Kind != account.KindPerson || findable(a)) {
			t["recipient"] = x.personThing(a)
		}
	} else {
		t["object"] = x.organisation(m)
	}
	if c.Place != "" {
		t["location"] = thing{"@type": "Place", "name": c.Place, "address": c.Place}
	}
	return t.when("endTime", c.ClosesAt), nil
}

func (x *visit) eventThing(c *call.Call, m *movement.Movement, t thing) thing {
	t["@type"], t["organizer"] = "Event", x.organisation(m)
	t.when("startDate", c.StartsAt.In(c.Location())).when("endDate", c.EndsAt.In(c.Location()))
	if c.EndsAt.IsZero() {
		delete(t, "endDate")
	}
	t["eventStatus"] = "https://schema.org/EventScheduled"
	if c.State == call.StateCancelled {
		t["eventStatus"] = "https://schema.org/EventCancelled"
	}
	var places []thing
	if c.Place != "" {
		places = append(places, thing{"@type": "Place", "name": c.Place, "address": c.Place})
	}
	if c.Online {
		places = append(places, thing{"@type": "VirtualLocation", "url": x.URL + callPath(c.ID)})
	}
	if len(places) > 0 {
		t["location"] = places
	}
	mode := "OfflineEventAttendanceMode"
	switch {
	case c.Online && c.Place != "":
		mode = "MixedEventAttendanceMode"
	case c.Online:
		mode = "OnlineEventAttendanceMode"
	}
	t["eventAttendanceMode"] = "https://schema.org/" + mode
	return t
}

// previewDate gives a date's page what search engines and messengers read: the
// picture of its call, and the event that it is.
func (x *visit) previewDate(page *look.Page, d *meet.Seen) error {
	page.URL = x.URL + datePath(d.ID)
	if page.NoIndex || d.Call.State == call.StateDraft {
		page.NoIndex = true
		return nil
	}
	ctx := x.r.Context()
	movements, err := x.Movements.Many(ctx, x.v, []id.ID{d.MovementID})
	if err != nil {
		return err
	}
	m := movements[d.MovementID]
	if m == nil {
		return problem.NotFound("movement")
	}
	done, err := x.Calls.Progress(ctx, []*call.Call{d.Call})
	if err != nil {
		return err
	}
	of := *d.Call
	of.StartsAt, of.EndsAt, of.Zone, of.Place = d.StartsAt, d.EndsAt, d.Zone, d.Place
	of.Online = of.Online || d.Place == ""
	if d.State == meet.Cancelled {
		of.State = call.StateCancelled
	}
	about := x.eventThing(&of, m, thing{"name": d.Heading()})
	if free, limited := d.Left(); limited {
		about["maximumAttendeeCapacity"], about["remainingAttendeeCapacity"] = d.Capacity, free
	}
	if s := d.Spot; s != nil {
		about["location"] = thing{"@type": "Place", "name": d.Place, "address": d.Place, "geo": thing{"@type": "GeoCoordinates", "latitude": s.Latitude, "longitude": s.Longitude}}
	}
	path := page.URL
	if err := x.previewed(page, callPath(d.CallID), x.callPoster(d.Call, done[d.CallID], m), about); err != nil {
		return err
	}
	page.URL, about["url"] = path, path
	page.Data, err = about.data()
	return err
}

// actThing is a public act. Its doer is named when they wish to be found.
func (x *visit) actThing(a *act.Act, title string, doer *account.Account) thing {
	t := thing{"@type": "Action", "name": title, "actionStatus": "https://schema.org/CompletedActionStatus"}
	if a.Kind == call.Fundraiser {
		t["@type"] = "DonateAction"
	}
	if findable(doer) {
		t["agent"] = x.personThing(doer)
	}
	return t.when("endTime", a.DoneAt.UTC())
}

func (x *visit) personThing(a *account.Account) thing {
	kind := "Person"
	if a.Kind != account.KindPerson {
		kind = "Organization"
	}
	return thing{"@type": kind, "name": a.Title(), "url": x.URL + accountPath(a)}
}

// postThing is a public post of somebody who wishes to be found.
func (x *visit) postThing(p *post.Post, author *account.Account) thing {
	return thing{"@type": "SocialMediaPosting", "author": x.personThing(author), "url": x.URL + postPath(p.ID)}.
		with("headline", excerpt(p, 110)).when("datePublished", p.CreatedAt.UTC())
}
