package api

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// ShareKit is what you need to tell others of a call.
type ShareKit struct {
	Text       string  `json:"text" about:"Words to begin with, in your language, with the link at their end." example:"A bigger pot: Every gift counts. Will you give, too? #SoupForAll https://goodturn.example/calls/117104873472131072"`
	Link       string  `json:"link" about:"It carries what inspired whoever follows it." example:"https://goodturn.example/calls/117104873472131072?via=act-117104873472131073"`
	InspiredBy *Source `json:"inspired_by" about:"What the link carries: your own act for the call if others may see it, else via; null for neither."`
	ImageURL   *string `json:"image_url" about:"The picture (PNG) that messengers show with the link; null for a draft." example:"https://goodturn.example/calls/117104873472131072/picture.png"`
	QRURL      string  `json:"qr_url" about:"A QR code (PNG) of the link." example:"https://goodturn.example/calls/117104873472131072/qr.png?via=act-117104873472131073"`
}

func shareRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/share", group: groupCalls, summary: "What you need to tell others of a call", scope: "read:statuses", open: true,
			query: []param{{name: "via", about: "What led you to the call: post, act or nomination, a hyphen and an id, as in the links.", example: "act-117104873472131072"}},
			do:    gives((*Door).shareKit)},
	}
}

func (d *Door) shareKit(q *request) (*ShareKit, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	led, ok := act.ParseSource(q.param("via"))
	if !ok && q.param("via") != "" {
		return nil, problem.Invalid("via", "This is post, act or nomination, a hyphen and an id.")
	}
	from, err := d.Acts.Carries(q.Context(), q.viewer, c.ID, led)
	if err != nil {
		return nil, err
	}
	m, err := d.Movements.ByID(q.Context(), q.viewer, c.MovementID)
	if err != nil {
		return nil, err
	}
	via, page := "", d.URL+"/calls/"+c.ID.String()
	out := &ShareKit{}
	if !from.None() {
		via, out.InspiredBy = "?via="+from.String(), &Source{Kind: from.Kind, ID: Ref(from.ID)}
	}
	out.Link, out.QRURL = page+via, page+"/qr.png"+via
	if c.State != call.StateDraft {
		image := page + "/picture.png"
		out.ImageURL = &image
	}
	chosen := ""
	if q.viewer.SignedIn() {
		chosen = q.viewer.Account().Language
	}
	out.Text = c.Words(lang.Match(q.Header.Get("Accept-Language"), chosen), m.Hashtag) + " " + out.Link
	return out, nil
}
