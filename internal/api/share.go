package api

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// ShareKit is what you need to tell others of a call or an act.
type ShareKit struct {
	Text       string  `json:"text" about:"Words to begin with, in your language, with the link at their end." example:"A bigger pot: Every gift counts. Will you give, too? #SoupForAll https://goodturn.example/calls/117104873472131072"`
	Link       string  `json:"link" about:"It carries what inspired whoever follows it." example:"https://goodturn.example/calls/117104873472131072?via=act-117104873472131073"`
	InspiredBy *Source `json:"inspired_by" about:"What the link carries: the act that is shared; of a call your own act for it if others may see that, else via; null for neither."`
	ImageURL   *string `json:"image_url" about:"The picture (PNG) that messengers show with the link; null for a draft, and for an act that is not public." example:"https://goodturn.example/calls/117104873472131072/picture.png"`
	QRURL      string  `json:"qr_url" about:"A QR code (PNG) of the link." example:"https://goodturn.example/calls/117104873472131072/qr.png?via=act-117104873472131073"`
}

func shareRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/share", group: groupCalls, summary: "What you need to tell others of a call", scope: "read:statuses", open: true,
			query: []param{{name: "via", about: "What led you to the call: post, act or nomination, a hyphen and an id, as in the links.", example: "act-117104873472131072"}},
			do:    gives((*Door).shareCall)},
		{method: "GET", path: "/acts/{id}/share", group: groupActs, summary: "What you need to tell others of an act", scope: "read:statuses", open: true,
			about: "The link leads to its call, and of a deed that no call asked for to the act itself. An act that only its doer or organisers may see has nothing to share: 409.",
			do:    gives((*Door).shareAct)},
	}
}

func (d *Door) shareCall(q *request) (*ShareKit, error) {
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
	page := "/calls/" + c.ID.String()
	image := page + "/picture.png"
	if c.State == call.StateDraft {
		image = ""
	}
	return d.kit(c.Words(q.printer(), m.Hashtag), page, from, image), nil
}

func (d *Door) shareAct(q *request) (*ShareKit, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if !a.Nameable() {
		return nil, act.ErrNotShared()
	}
	calls, err := d.Calls.Many(q.Context(), q.viewer, []id.ID{a.CallID})
	if err != nil {
		return nil, err
	}
	doers, outsiders, err := d.doers(q, []*act.Act{a})
	if err != nil {
		return nil, err
	}
	page, image := "/acts/"+a.ID.String(), ""
	if a.Visibility == act.Public {
		image = page + "/picture.png"
	}
	c, p := calls[a.CallID], q.printer()
	words := a.Words(p, q.viewer, doerTitle(p, a, doers, outsiders), c)
	if c == nil {
		kit := d.kit(words, page, act.Source{}, image)
		kit.InspiredBy = &Source{Kind: act.FromAct, ID: Ref(a.ID)} // its page leads on
		return kit, nil
	}
	return d.kit(words, "/calls/"+c.ID.String(), act.Source{Kind: act.FromAct, ID: a.ID}, image), nil
}

// kit is the one that leads to a page and carries what inspires; image is the path of
// a picture, "" for none.
func (d *Door) kit(words, page string, from act.Source, image string) *ShareKit {
	via, out := "", &ShareKit{}
	if !from.None() {
		via, out.InspiredBy = "?via="+from.String(), &Source{Kind: from.Kind, ID: Ref(from.ID)}
	}
	out.Link, out.QRURL = d.URL+page+via, d.URL+page+"/qr.png"+via
	out.Text = words + " " + out.Link
	if image != "" {
		image = d.URL + image
		out.ImageURL = &image
	}
	return out
}

// doerTitle is what to call the doer of an act in a sentence.
func doerTitle(p *lang.Printer, a *act.Act, accounts map[id.ID]*Account, outsiders map[id.ID]string) string {
	who, name := doer(a, accounts, outsiders)
	switch {
	case who != nil:
		return who.Name
	case name == nil:
		return p.T("Someone who left")
	case *name == "":
		return p.T("Anonymous")
	}
	return *name
}
