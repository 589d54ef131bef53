package directory

import (
	"context"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Why says why an account is suggested.
type Why string

// The reasons.
const (
	WhyCause    Why = "cause"    // a movement about what the viewer told us matters to them
	WhyFriends  Why = "friends"  // followed by those whom the viewer follows
	WhyMovement Why = "movement" // a movement in which much is done
)

// Suggestion is an account to follow.
type Suggestion struct {
	AccountID id.ID
	Why       []Why // the reasons, the first one first
}

// suggestedMost bounds the candidates of each reason.
const suggestedMost = 80

// Suggest are accounts that the viewer may like to follow: movements about the
// causes that they told us, those whom their followees follow, and movements in
// which much is done, in this order. They are of those who wish to be found;
// nobody is suggested whom the viewer follows, asked to follow, blocks, mutes or
// did not wish to be suggested. What the viewer told us is used for nobody else.
func (s *Service) Suggest(ctx context.Context, v account.Viewer, limit int) ([]Suggestion, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see whom to follow.")
	}
	var candidates []Suggestion
	add := func(i id.ID, why Why) {
		if n := slices.IndexFunc(candidates, func(c Suggestion) bool { return c.AccountID == i }); n >= 0 {
			candidates[n].Why = append(candidates[n].Why, why)
			return
		}
		candidates = append(candidates, Suggestion{i, []Why{why}})
	}
	told, err := s.Accounts.Interests(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(told.Causes) > 0 {
		about, err := s.Movements.ByCauses(ctx, v, told.Causes)
		if err != nil {
			return nil, err
		}
		for _, m := range about {
			add(m.ID, WhyCause)
		}
	}
	friends, err := s.Relations.FriendsOfFriends(ctx, v, suggestedMost)
	if err != nil {
		return nil, err
	}
	for _, i := range friends {
		add(i, WhyFriends)
	}
	busy, err := s.Movements.List(ctx, v, movement.Filter{})
	if err != nil {
		return nil, err
	}
	for _, m := range busy {
		add(m.ID, WhyMovement)
	}
	return s.wished(ctx, v, candidates, limit)
}

// wished are those whom the viewer does not follow yet and may wish to.
func (s *Service) wished(ctx context.Context, v account.Viewer, candidates []Suggestion, limit int) ([]Suggestion, error) {
	ids := make([]id.ID, len(candidates))
	for n, c := range candidates {
		ids[n] = c.AccountID
	}
	kept, err := s.keep(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	not, err := s.Relations.Unsuggested(ctx, v)
	if err != nil {
		return nil, err
	}
	set, err := s.Relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	for _, c := range candidates {
		if slices.Contains(kept, c.AccountID) && !not[c.AccountID] && !set.Follows(c.AccountID) && !v.Is(c.AccountID) && len(list) < limit {
			list = append(list, c)
		}
	}
	return list, nil
}
