package web

import (
	"context"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/act"
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
		{"POST /posts/{id}/pin", func(x *visit) error { return x.reactAndSay(x.Posts.Pin, x.p.T("It stands first on your page now.")) }},
		{"POST /posts/{id}/unpin", func(x *visit) error {
			return x.reactAndSay(x.Posts.Unpin, x.p.T("It stands among your other posts again."))
		}},
		{"POST /posts/{id}/mute", func(x *visit) error {
			return x.reactAndSay(x.Posts.MuteThread, x.p.T("You get no more notices of this conversation."))
		}},
		{"POST /posts/{id}/unmute", func(x *visit) error {
			return x.reactAndSay(x.Posts.UnmuteThread, x.p.T("You get notices of this conversation again."))
		}},
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
	via := "?via=" + act.Source{Kind: act.FromPost, ID: e.Of().Post.ID}.String()
	return x.answerReaction(e, &look.NextStep{
		Call: step.Call.ID.String(), Title: step.Call.Title, Reason: x.reason(step.Why),
		Action: x.p.T("Tell me more"), URL: callPath(step.Call.ID) + via,
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

// reactAndSay is react for what stands in a post's menu: it says what was done, or why
// it was not.
func (x *visit) reactAndSay(do reaction, said string) error {
	e, err := x.reacted(do)
	if err == nil {
		x.flash(said)
		return x.toCard(e)
	}
	if x.me == nil {
		return err
	}
	return x.told(err, "/", look.Link{Text: x.p.T("Your page"), URL: accountPath(x.me)})
}

// answerReaction gives a script the card alone, and leads everyone else back to
// where the card stands; the offer waits there.
func (x *visit) answerReaction(e *post.Entry, step *look.NextStep) error {
	if x.wantsCard(e) {
		return x.answerCard(e, func(card *look.Post) { card.NextStep = step })
	}
	if step != nil {
		x.keepStep(keptStep{Post: e.Of().Post.ID, Step: *step})
	}
	return x.toCard(e)
}

func cardPart(e *post.Entry) string { return "post-" + e.Of().Post.ID.String() }

// wantsCard says whether a script asks for the card alone.
func (x *visit) wantsCard(e *post.Entry) bool { return x.r.Header.Get("Goodturn-Part") == cardPart(e) }

// toCard leads back to where the card stands.
func (x *visit) toCard(e *post.Entry) error {
	return x.redirect(x.backTo(postPath(e.Of().Post.ID)) + "#" + cardPart(e))
}

// answerCard draws the card as it stood, with a change.
func (x *visit) answerCard(e *post.Entry, change func(*look.Post)) error {
	e = e.Of()
	item, err := x.line(x.sent.Get("line"), e)
	if err != nil {
		return err
	}
	path := postPath(e.Post.ID)
	back := x.backTo(path)
	x.place = placeOf(back)
	cards, err := x.posts([]feed.Item{item})
	if err != nil {
		return err
	}
	card := cards[0]
	card.LeadBack(back)
	unfiltered(&card)
	card.Pinned, card.Why = x.sent.Get("pinned") != "", x.sent.Get("why")
	card.Whole = card.Back == path || strings.HasPrefix(card.Back, path+"?")
	change(&card)
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
