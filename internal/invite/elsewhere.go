package invite

import (
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// A handle on another server is nominated by an invitation: a link that says whom it is
// for, and that the nominator sends from wherever they are in touch, since this server
// delivers nothing elsewhere yet. It takes a place of the act's, as a nomination does,
// and has its deadline, its answers and its silence.

// Tell is act.Do where nominees may be on other servers, too: for those it makes
// invitations in the same transaction, and answers them all.
func (s *Service) Tell(ctx context.Context, v account.Viewer, d act.Draft) (*act.Act, []Given, error) {
	var elsewhere []string
	d.Nominees, elsewhere = s.split(d.Nominees)
	if len(elsewhere) == 0 {
		a, err := s.rooms.Acts.Do(ctx, v, d)
		return a, nil, err
	}
	a, err := s.rooms.Acts.DoAnd(ctx, v, d, func(tx *db.Tx, a *act.Act) error {
		made, err := s.inviteAll(tx, v, a.ID, elsewhere)
		a.Nominated += len(made)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	given, err := s.forHandles(ctx, v, a.ID, elsewhere)
	return a, given, err
}

// Nominate is act.NominateOnce where nominees may be on other servers, too: all of them
// are nominated or invited, or none. It answers the invitations.
func (s *Service) Nominate(ctx context.Context, v account.Viewer, actID id.ID, handles []string, key string) ([]Given, error) {
	here, elsewhere := s.split(handles)
	if len(elsewhere) == 0 {
		return nil, s.rooms.Acts.NominateOnce(ctx, v, actID, here, key)
	}
	if _, err := s.rooms.Acts.Get(ctx, v, actID); err != nil {
		return nil, err
	}
	nominees, err := s.rooms.Acts.Nominees(ctx, v, here)
	if err != nil {
		return nil, err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := once.Do(tx, v.ID(), "nominate elsewhere", key, []any{actID, nominees, elsewhere}, func() (id.ID, error) {
			if _, err := s.inviteAll(tx, v, actID, elsewhere); err != nil { // it asks whose act it is
				return 0, err
			}
			a, err := act.HoldIn(tx, actID)
			if err != nil {
				return 0, err
			}
			_, err = s.rooms.Acts.NominateIn(tx, a, nominees, s.now())
			return actID, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.forHandles(ctx, v, actID, elsewhere)
}

// split parts handles into those of people here, or of nobody, and those elsewhere in
// their usual form, each once.
func (s *Service) split(handles []string) (here, elsewhere []string) {
	for _, handle := range handles {
		there, ok := s.rooms.Accounts.Elsewhere(handle)
		switch {
		case !ok:
			here = append(here, handle)
		case !slices.Contains(elsewhere, there):
			elsewhere = append(elsewhere, there)
		}
	}
	return here, elsewhere
}

func (s *Service) inviteAll(tx *db.Tx, v account.Viewer, actID id.ID, handles []string) ([]id.ID, error) {
	var made []id.ID
	for _, handle := range handles {
		i, err := s.inviteIn(tx, v, actID, Draft{Handle: handle})
		if err != nil {
			return nil, err
		}
		made = append(made, i)
	}
	return made, nil
}

// forHandles are v's invitations of those handles from an act, in that order.
func (s *Service) forHandles(ctx context.Context, v account.Viewer, actID id.ID, handles []string) ([]Given, error) {
	in, args := db.InStrings(3, handles)
	rows, err := db.All(s.d.Read(ctx), scan, "SELECT "+columns+" FROM invitation WHERE act_id = $1 AND inviter_id = $2 AND state <> 'withdrawn' AND handle IN "+in,
		append([]any{actID, v.ID()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list invitations of handles: %w", err)
	}
	slices.SortFunc(rows, func(a, b *row) int { return slices.Index(handles, a.handle) - slices.Index(handles, b.handle) })
	given, now := make([]Given, len(rows)), s.now()
	for i, n := range rows {
		given[i] = n.given(now)
	}
	return given, nil
}

// Words are a text with which an inviter can send an invitation's link, in their
// language; "" where there is no link.
func (s *Service) Words(p *lang.Printer, g Given, c *call.Call) string {
	link := s.Link(g)
	if link == "" {
		return ""
	}
	words := p.T("I took a challenge, “%s”, and pass the turn on to you. There is time until %s. You need no account to look, and no is a fine answer: %s", c.Title, p.DateTime(g.Deadline.In(c.Location())), link)
	if g.Handle != "" {
		words = "@" + g.Handle + " " + words
	}
	return words
}

func errNoHandle(handle string) error {
	return problem.Invalid("handle", "%s is not a handle on another server, like @ana@example.social.", handle)
}
