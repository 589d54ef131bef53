package web

import (
	"encoding/json"
	"fmt"

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/ripple"
	"goodturn/internal/web/look"
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
	tree, err := x.spread(m)
	if err != nil {
		return err
	}
	return x.showMovement(m, f, x.p.T("Ripple"), ripplePage(x.p, movementPath(m), tree), "ripple")
}

// movementRipple is the ripple for the island that draws it.
func (x *visit) movementRipple() error {
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	return x.rippleJSON(0, func(sh ripple.Shape) (look.RippleNode, error) {
		root, err := x.rippleOf(m.ID, sh)
		if err != nil {
			return root, err
		}
		measure, err := x.Ripples.Measure(x.r.Context(), m.ID)
		if err == nil {
			root.ByGeneration = measure.ByGeneration
		}
		return root, err
	})
}

// rippleJSON writes a part of a ripple: from the act of the parameter "root",
// else from the top, whose id is top.
func (x *visit) rippleJSON(top id.ID, whole func(ripple.Shape) (look.RippleNode, error)) error {
	root, err := id.ID(0), error(nil)
	if s := x.r.URL.Query().Get("root"); s != "" {
		if root, err = id.Parse(s); err != nil {
			return problem.NotFound("act")
		}
	}
	var node look.RippleNode
	if root == 0 || root == top {
		node, err = whole(rippleWhole)
	} else {
		a, getErr := x.Acts.Get(x.r.Context(), x.v, root)
		if getErr != nil {
			return getErr
		}
		node, err = x.rippleBeneath(a, rippleWhole)
	}
	if err != nil {
		return err
	}
	node.Speak(x.p)
	body, err := json.Marshal(node)
	if err != nil {
		return fmt.Errorf("write a ripple: %w", err)
	}
	return x.write(jsonType, body)
}
