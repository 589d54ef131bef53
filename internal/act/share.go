package act

import (
	"context"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// ParseSource reads a source as links carry it, like act-117; false for what is none.
func ParseSource(text string) (Source, bool) {
	kind, rest, _ := strings.Cut(text, "-")
	i, err := id.Parse(rest)
	if err != nil || i == 0 {
		return Source{}, false
	}
	switch k := SourceKind(kind); k {
	case FromPost, FromAct, FromNomination:
		return Source{Kind: k, ID: i}, true
	}
	return Source{}, false
}

// String is the source as links carry it; "" for none.
func (s Source) String() string {
	if s.None() {
		return ""
	}
	return string(s.Kind) + "-" + s.ID.String()
}

// Nameable says whether others can say of an act that it moved them: they must be able
// to see it. Of one that is not, there is nothing to tell others, either.
func (a *Act) Nameable() bool { return a.Visibility == Public || a.Visibility == Movement }

// Carries is what a link to a call that v shares says of what moves whoever follows
// it: v's own act for it where others may see that, or else what led v there.
func (s *Service) Carries(ctx context.Context, v account.Viewer, callID id.ID, led Source) (Source, error) {
	if !v.SignedIn() {
		return led, nil
	}
	mine, err := s.Of(ctx, v, Filter{Call: callID, Doer: v.ID()}, db.Page{Limit: 1})
	if err != nil || len(mine) == 0 || !mine[0].Nameable() {
		return led, err
	}
	return Source{Kind: FromAct, ID: mine[0].ID}, nil
}

// ErrNotShared says that there is nothing of an act to tell others, since not
// everybody may see it; Conflict.
func ErrNotShared() error {
	return problem.Conflict("", "Not everybody may see what was done, so there is nothing of it to share.")
}

// Words are a text with which v tells others of an act that is Nameable, to which its
// link is added. Its doer is someone where v tells of what only a movement may see of
// somebody else. c is its call, nil where it has none that v may see.
func (a *Act) Words(p *lang.Printer, v account.Viewer, doer string, c *call.Call) string {
	if a.Visibility != Public && !a.DoneBy(v.ID()) {
		doer = p.T("someone")
	}
	words := a.Says(p, doer)
	if c != nil {
		words += ". " + c.Kind.Asks(p)
	}
	return words
}

// Says is an act in a line: who did what, and when.
func (a *Act) Says(p *lang.Printer, doer string) string {
	return doer + " " + a.Did(p) + ", " + p.Date(a.DoneAt)
}

// Did says in a few words what was done, after the name of who did it.
func (a *Act) Did(p *lang.Printer) string {
	switch a.Kind {
	case call.Petition:
		return p.T("signed the petition")
	case call.Challenge:
		return p.T("took the challenge")
	case call.Event:
		return p.T("came along")
	case call.Fundraiser:
		if a.Quantity == 0 {
			return p.T("told of a gift that does not count now")
		}
		return p.T("gave %s", p.Amount(a.Quantity, a.Unit))
	case call.Volunteering:
		if a.Quantity > 0 {
			return p.T("helped: %s", p.Amount(a.Quantity, a.Unit))
		}
		return p.T("helped")
	}
	return p.T("did a good deed")
}
