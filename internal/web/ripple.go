package web

import (
	"bytes"
	"encoding/json"

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/ripple"
)

func rippleRoutes() []route {
	return []route{
		{"GET /movements/{slug}/ripple", (*visit).ripplePage},
		{"GET /movements/{slug}/ripple.json", (*visit).movementRipple},
	}
}

// ripplePage is a movement's ripple at large, and how it is measured.
func (x *visit) ripplePage() error {
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	f, err := x.frame(m, role, "/ripple")
	if err != nil {
		return err
	}
	spread, err := x.movementSpread(m)
	if err != nil {
		return err
	}
	return x.showMovement(m, f, x.p.T("Ripple"), ripplePage(x.p, movementPath(m), spread), "ripple")
}

// movementRipple is the ripple for the island that draws it.
func (x *visit) movementRipple() error {
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	return x.rippleJSON(0, func(sh ripple.Shape) (*ripple.Tree, error) {
		return x.Ripples.OfMovement(x.r.Context(), x.v, m.ID, sh)
	})
}

// rippleJSON writes a part of a ripple: from the act of the parameter "root", else
// the whole, whose top is an act, or 0 for a movement.
func (x *visit) rippleJSON(top id.ID, whole func(ripple.Shape) (*ripple.Tree, error)) error {
	root := top
	if s := x.r.URL.Query().Get("root"); s != "" {
		var err error
		if root, err = id.Parse(s); err != nil {
			return problem.NotFound("act")
		}
	}
	draw := whole
	if root != top && root != 0 {
		a, err := x.Acts.Get(x.r.Context(), x.v, root)
		if err != nil {
			return err
		}
		draw = func(sh ripple.Shape) (*ripple.Tree, error) { return x.Ripples.OfAct(x.r.Context(), x.v, a, sh) }
	} else {
		root = top
	}
	t, err := draw(rippleWhole)
	if err != nil {
		return err
	}
	body, err := x.ripples.written(ink{t, x.p.Tag(), ""}, func(out *bytes.Buffer) error {
		node, err := x.rippleTop(t, root != 0)
		if err != nil {
			return err
		}
		node.Speak(x.p)
		return json.NewEncoder(out).Encode(node)
	})
	if err != nil {
		return err
	}
	return x.write(jsonType, body)
}
