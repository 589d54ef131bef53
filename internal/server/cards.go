package server

import (
	"context"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/card"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// cardPause is how long a site is left alone between two visits.
const cardPause = time.Second

// buildCards makes the room that reads pages, which goes out through a gate of
// its own.
func (s *Server) buildCards() {
	gate := fetch.New(fetch.Config{})
	s.onClose(func(context.Context) error { gate.Close(); return nil })
	r, c := &s.Rooms, &s.config
	r.Cards = card.New(s.DB, s.ids, s.Hub, s.Jobs, c.Now, r.Accounts, r.Media, gate, card.Config{URL: c.URL, Pause: cardPause, Log: c.Log})
	r.Cards.Own = r.cardOf
}

// subscribeCards has the cards of this server's own pages follow what they show.
func (s *Server) subscribeCards() {
	h, c := s.Hub, s.Cards
	event.On(h, c.OnAccountDeleted)
	event.On(h, c.OnAccountChanged)
	event.On(h, c.OnLined)
	renewed(h, c, func(e post.Edited) string { return "/posts/" + e.PostID.String() })
	renewed(h, c, func(e post.Deleted) string { return "/posts/" + e.PostID.String() })
	renewed(h, c, func(e act.Changed) string { return "/acts/" + e.ActID.String() })
	renewed(h, c, func(e act.Withdrawn) string { return "/acts/" + e.ActID.String() })
	renewed(h, c, func(e call.Changed) string { return "/calls/" + e.CallID.String() })
	renewed(h, c, func(e call.Opened) string { return "/calls/" + e.CallID.String() })
	event.On(h, func(tx *db.Tx, e movement.Changed) error { return c.RenewOfIn(tx, e.MovementID) })
}

// renewed has the card of a page made anew when something of it changes.
func renewed[T any](h *event.Hub, c *card.Service, page func(T) string) {
	event.On(h, func(tx *db.Tx, e T) error { return c.RenewIn(tx, page(e)) })
}

// cardOf is what everyone may know of a page of this server.
func (r *Rooms) cardOf(ctx context.Context, path string) (*card.Own, error) {
	kind, name, ok := strings.Cut(strings.Trim(path, "/"), "/")
	if !ok {
		return nil, problem.NotFound("page")
	}
	if kind == "movements" {
		m, err := r.Movements.Get(ctx, account.Nobody, name)
		if err != nil {
			return nil, err
		}
		return movementCard(m, "/movements/"+m.Slug, m.Name, m.Purpose), nil
	}
	i, err := id.Parse(name)
	if err != nil {
		return nil, problem.NotFound("page")
	}
	switch kind {
	case "calls":
		return r.callCard(ctx, i)
	case "acts":
		return r.actCard(ctx, i)
	case "posts":
		return r.postCard(ctx, i)
	}
	return nil, problem.NotFound("page")
}

// movementCard is a card with the movement's picture.
func movementCard(m *movement.Movement, path, title, description string) *card.Own {
	own := &card.Own{Path: path, Account: m.Account, Title: title, Description: description, Language: m.Account.Language, Picture: m.Account.HeaderID}
	if own.Picture == 0 {
		own.Picture = m.Account.AvatarID
	}
	return own
}

func (r *Rooms) callCard(ctx context.Context, i id.ID) (*card.Own, error) {
	c, err := r.Calls.Get(ctx, account.Nobody, i)
	if err != nil {
		return nil, err
	}
	m, err := r.Movements.ByID(ctx, account.Nobody, c.MovementID)
	if err != nil {
		return nil, err
	}
	return movementCard(m, "/calls/"+i.String(), c.Title, m.Name+" · "+m.Purpose), nil
}

func (r *Rooms) actCard(ctx context.Context, i id.ID) (*card.Own, error) {
	a, err := r.Acts.Get(ctx, account.Nobody, i)
	if err != nil {
		return nil, err
	}
	if a.Outside || a.DoerID == 0 || a.State != act.StateLive {
		return nil, problem.NotFound("act")
	}
	return r.wordsOf(ctx, "/acts/"+i.String(), a.DoerID, a.Story, a.CreatedAt)
}

func (r *Rooms) postCard(ctx context.Context, i id.ID) (*card.Own, error) {
	e, err := r.Posts.Get(ctx, account.Nobody, i)
	if err != nil {
		return nil, err
	}
	p := e.Of().Post
	words := p.Text
	if p.Warning != "" {
		words = p.Warning
	}
	return r.wordsOf(ctx, "/posts/"+i.String(), p.AccountID, words, p.CreatedAt)
}

// wordsOf is a card of what somebody wrote.
func (r *Rooms) wordsOf(ctx context.Context, path string, by id.ID, words string, at time.Time) (*card.Own, error) {
	a, err := r.Accounts.Get(ctx, by)
	if err != nil {
		return nil, err
	}
	if !a.Shown() {
		return nil, problem.NotFound("page")
	}
	return &card.Own{Path: path, Account: a, By: a, Title: a.Title() + " (@" + a.Handle() + ")", Description: words, PublishedAt: at}, nil
}
