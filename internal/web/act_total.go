package web

import (
	"net/url"
	"strings"

	"goodturn/internal/act"
	"goodturn/internal/call"
)

// A total is of one unit, and of one proof or all: it opens to its acts.

// actsOfUnit is where a sum opens.
func actsOfUnit(path, unit string) string { return path + "?unit=" + url.QueryEscape(unit) }

// actsOfProof narrows a list, perhaps of one unit, to a proof.
func actsOfProof(path string, p call.Proof) string {
	if strings.Contains(path, "?") {
		return path + "&proof=" + p.String()
	}
	return path + "?proof=" + p.String()
}

// opened narrows a list to the unit that the address names, if any, and gives the
// list's address with it.
func (x *visit) opened(f *act.Filter, v *actsView, path string) string {
	unit := x.r.URL.Query().Get("unit")
	switch {
	case call.IsCurrency(unit):
		v.Unit = unit
	case unit == call.Volunteering.Unit():
		v.Unit = x.p.T("hours")
	default:
		return path
	}
	f.Unit = unit
	return actsOfUnit(path, unit)
}
