package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/call"
)

// kindParts are what a call's page shows because of its kind, each in sections of
// its own, between how far the call has come and what was done for it.
func (x *visit) kindParts(c theCall) ([]templ.Component, error) {
	switch c.Kind {
	case call.Fundraiser:
		return x.fundParts(c)
	case call.Petition:
		return x.petitionParts(c)
	case call.Volunteering, call.Event:
		return x.datesPart(c)
	case call.Deed:
		return x.ideasPart(c)
	}
	return nil, nil
}
