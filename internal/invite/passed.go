package invite

import (
	"cmp"
	"context"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Passed is a turn passed on: to an account here by a nomination, to anybody else by an
// invitation.
type Passed struct {
	Nomination *act.Given
	Invitation *Given // nil for a nomination
}

// ID is that of the one that it is. Both kinds have theirs of one source, so that a
// list of them has an order.
func (p Passed) ID() id.ID {
	if p.Invitation != nil {
		return p.Invitation.ID
	}
	return p.Nomination.ID
}

// ActID is the act that the turn was passed on from.
func (p Passed) ActID() id.ID {
	if p.Invitation != nil {
		return p.Invitation.ActID
	}
	return p.Nomination.ActID
}

// Passed lists the turns that v passed on, newest first: nominations, and invitations
// until they are taken up, when they are among the nominations.
func (s *Service) Passed(ctx context.Context, v account.Viewer, p db.Page) ([]Passed, error) {
	nominations, err := s.rooms.Acts.ByMe(ctx, v, p)
	if err != nil {
		return nil, err
	}
	invitations, err := s.Mine(ctx, v, p)
	if err != nil {
		return nil, err
	}
	all := make([]Passed, 0, len(nominations)+len(invitations))
	for i := range nominations {
		all = append(all, Passed{Nomination: &nominations[i]})
	}
	for i := range invitations {
		all = append(all, Passed{Invitation: &invitations[i]})
	}
	slices.SortFunc(all, func(a, b Passed) int { return cmp.Compare(b.ID(), a.ID()) })
	if more := len(all) - p.Size(); more > 0 {
		if p.Min != 0 { // the page just above has the oldest of them
			return all[more:], nil
		}
		return all[:p.Size()], nil
	}
	return all, nil
}

// PassedOne is one of Passed by its id. NotFound for others', and for an invitation
// that was taken up.
func (s *Service) PassedOne(ctx context.Context, v account.Viewer, i id.ID) (Passed, error) {
	n, err := s.rooms.Acts.Given(ctx, v, i)
	if err == nil {
		return Passed{Nomination: &n}, nil
	}
	if !problem.Is(err, problem.KindNotFound) {
		return Passed{}, err
	}
	g, err := s.Given(ctx, v, i)
	if problem.Is(err, problem.KindNotFound) {
		return Passed{}, problem.NotFound("nomination")
	}
	if err != nil {
		return Passed{}, err
	}
	return Passed{Invitation: &g}, nil
}

// TakeBack withdraws one of Passed, with the errors of act.WithdrawNomination.
func (s *Service) TakeBack(ctx context.Context, v account.Viewer, i id.ID) error {
	p, err := s.PassedOne(ctx, v, i)
	if err != nil {
		return err
	}
	if p.Invitation != nil {
		return s.Withdraw(ctx, v, i)
	}
	return s.rooms.Acts.WithdrawNomination(ctx, v, i)
}
