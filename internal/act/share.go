package act

import (
	"context"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
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
// to see it.
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
