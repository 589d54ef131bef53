package web

import (
	"net/http"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/poster"
	"goodturn/internal/web/look"
)

// Posters are for everybody, and say the same to each: who asks is nobody.

// roughly is how many digits of a number a poster says, so that it is not another
// picture with each act.
func roughly(n int64) int64 {
	tens := int64(1)
	for n/tens >= 100 {
		tens *= 10
	}
	return n / tens * tens
}

func (x *visit) callPoster(c *call.Call, done call.Progress, m *movement.Movement) poster.Poster {
	p := poster.Poster{Over: look.KindName(x.p, string(c.Kind)) + " · #" + m.Hashtag, Title: c.Title, Part: -1, Foot: x.site()}
	switch goal := done.Toward(); {
	case goal > 0:
		p.Part = done.PercentToward()
		p.Figure = x.p.T("%s of %s", x.p.Percent(float64(p.Part)/100), look.Amount{N: goal, Unit: c.Unit}.Say(x.p))
	case done.Acts > 0:
		p.Figure = x.p.N("%d act", "%d acts", int(roughly(done.Acts)))
	}
	return p
}

// site is what the server calls itself.
func (x *visit) site() string {
	if x.Name != "" {
		return x.Name
	}
	return "Goodturn"
}

// posterPath is where a thing's picture lies; another address when it says
// something else, so that nobody goes on showing the old one.
func posterPath(path string, p poster.Poster) string { return path + "/picture.png?v=" + p.Key() }

// asNobody has the rest of the visit be a stranger's: what it answers is kept by
// whoever stands between.
func (x *visit) asNobody() { x.v, x.me, x.session = account.Nobody, nil, nil }

func (x *visit) callPicture() error {
	x.asNobody()
	c, err := x.theCall()
	if err != nil {
		return err
	}
	done, err := x.Calls.Progress(x.r.Context(), []*call.Call{c.Call})
	if err != nil {
		return err
	}
	return x.showPoster(x.callPoster(c.Call, done[c.ID], c.movement))
}

// actPoster is a public act's: who did it, and for what.
func (x *visit) actPoster(a *act.Act, did string) (poster.Poster, error) {
	p := poster.Poster{Title: did, Part: -1, Foot: x.site()}
	if a.CallID != 0 {
		calls, err := x.Calls.Many(x.r.Context(), account.Nobody, []id.ID{a.CallID})
		if err != nil {
			return p, err
		}
		if c := calls[a.CallID]; c != nil {
			p.Figure = c.Title
		}
	}
	if a.MovementID != 0 {
		movements, err := x.Movements.Many(x.r.Context(), account.Nobody, []id.ID{a.MovementID})
		if err != nil {
			return p, err
		}
		if m := movements[a.MovementID]; m != nil {
			p.Over = "#" + m.Hashtag
		}
	}
	return p, nil
}

func (x *visit) actPicture() error {
	x.asNobody()
	a, err := x.theAct()
	if err != nil {
		return err
	}
	named, err := x.doers([]*act.Act{a})
	if err != nil {
		return err
	}
	p, err := x.actPoster(a, x.doer(named, a).Shown()+" "+x.did(a))
	if err != nil {
		return err
	}
	return x.showPoster(p)
}

func (x *visit) movementPoster(m *movement.Movement, people, acts int64) poster.Poster {
	p := poster.Poster{Over: "#" + m.Hashtag, Title: m.Name, Part: -1, Foot: x.site()}
	if acts > 0 {
		p.Figure = x.p.N("%d person", "%d people", int(roughly(people))) + " · " + x.p.N("%d act", "%d acts", int(roughly(acts)))
	}
	return p
}

func (x *visit) movementPicture() error {
	x.asNobody()
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	p, err := x.posterOfMovement(m)
	if err != nil {
		return err
	}
	return x.showPoster(p)
}

func (x *visit) posterOfMovement(m *movement.Movement) (poster.Poster, error) {
	totals, err := x.Calls.Totals(x.r.Context(), []id.ID{m.ID})
	return x.movementPoster(m, totals[m.ID].People, totals[m.ID].Acts), err
}

// showPoster answers with a picture, which anybody may keep for a while.
func (x *visit) showPoster(p poster.Poster) error {
	h := x.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("ETag", `"`+p.Key()+`"`)
	if x.r.Header.Get("If-None-Match") == h.Get("ETag") {
		x.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	png, err := x.press.PNG(x.r.Context(), p)
	if err != nil {
		return err
	}
	return x.write(pngType, png)
}
