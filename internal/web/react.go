package web

import (
	"context"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/web/look"
)

// listing is a list around one post.
type listing[T any] func(context.Context, account.Viewer, id.ID, db.Page) ([]post.Listed[T], error)

// reaction is something that a person does with a post by one button.
type reaction func(context.Context, account.Viewer, id.ID) (*post.Entry, error)

func reactRoutes() []route {
	return []route{
		{"POST /posts/{id}/like", (*visit).like},
		{"POST /posts/{id}/unlike", func(x *visit) error { return x.react(x.Posts.Unlike) }},
		{"POST /posts/{id}/share", func(x *visit) error { return x.react(x.share) }},
		{"POST /posts/{id}/unshare", func(x *visit) error { return x.react(x.Posts.Unshare) }},
		{"POST /posts/{id}/bookmark", func(x *visit) error { return x.react(x.Posts.Bookmark) }},
		{"POST /posts/{id}/unbookmark", func(x *visit) error { return x.react(x.Posts.Unbookmark) }},
		{"POST /next-step/dismiss", (*visit).notNow},
	}
}

// share shares as widely as the post itself is shown.
func (x *visit) share(ctx context.Context, v account.Viewer, i id.ID) (*post.Entry, error) {
	e, err := x.Posts.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	e, err = x.Posts.Share(ctx, v, i, e.Of().Post.Visibility)
	if err != nil {
		return nil, err
	}
	return e.Of(), nil
}

func (x *visit) react(do reaction) error {
	e, err := x.reacted(do)
	if err != nil {
		return err
	}
	return x.answerReaction(e, nil)
}

func (x *visit) reacted(do reaction) (*post.Entry, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	if _, err := x.form(); err != nil {
		return nil, err
	}
	i, err := x.id("id", "post")
	if err != nil {
		return nil, err
	}
	return do(x.r.Context(), x.v, i)
}

// like is followed by the offer of one next step, for the reader's eyes alone.
func (x *visit) like() error {
	e, err := x.reacted(x.Posts.Like)
	if err != nil {
		return err
	}
	step, err := x.Calls.NextStep(x.r.Context(), x.v, e.Of().Post)
	if err != nil {
		door.Fault(x.Log, x.r, err) // the like stands without an offer
	}
	if step == nil {
		return x.answerReaction(e, nil)
	}
	return x.answerReaction(e, &look.NextStep{
		Call: step.Call.ID.String(), Title: step.Call.Title, Reason: x.reason(step.Why),
		Action: x.p.T("Tell me more"), URL: "/calls/" + step.Call.ID.String(),
	})
}

// reason says in the reader's language why a step is offered.
func (x *visit) reason(why call.Why) string {
	args := slices.Clone(why.Args)
	for i, arg := range args {
		if cause, ok := arg.(account.Cause); ok {
			args[i] = x.p.T(cause.Name)
		}
	}
	return x.p.T(why.Format, args...)
}

// answerReaction gives a script the card alone, and leads everyone else back to
// where the card stands; the offer waits there.
func (x *visit) answerReaction(e *post.Entry, step *look.NextStep) error {
	e = e.Of()
	path := postPath(e.Post.ID)
	part := "post-" + e.Post.ID.String()
	back := x.backTo(path)
	if x.r.Header.Get("Goodturn-Part") != part {
		if step != nil {
			x.keepStep(keptStep{Post: e.Post.ID, Step: *step})
		}
		return x.redirect(back + "#" + part)
	}
	item, err := x.line(x.sent.Get("line"), e)
	if err != nil {
		return err
	}
	cards, err := x.posts([]feed.Item{item})
	if err != nil {
		return err
	}
	card := cards[0]
	card.Back, card.NextStep = back, step
	card.Whole = back == path || strings.HasPrefix(back, path+"?")
	return x.part(look.PostCard(x.p, card))
}

// notNow takes an offer away. Nothing is kept of it: the same call is not
// offered again for a day anyway.
func (x *visit) notNow() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	return x.back("/")
}
