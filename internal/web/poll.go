package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func pollRoutes() []route {
	return []route{{"POST /posts/{id}/vote", (*visit).vote}}
}

// ballots are what the reader chose in the polls of a page, by the polls' ids.
func (x *visit) ballots(polls []id.ID) (map[id.ID]post.Choices, error) {
	if x.me == nil || len(polls) == 0 {
		return nil, nil
	}
	chosen, err := x.Posts.Ballots(x.r.Context(), x.me.ID, polls)
	if err != nil {
		return nil, err
	}
	all := make(map[id.ID]post.Choices, len(polls))
	for n, i := range polls {
		all[i] = chosen[n]
	}
	return all, nil
}

// poll is what a post asks, nil where it asks nothing.
func (x *visit) poll(e *post.Entry, a around) *look.Poll {
	asked := e.Post.Poll
	if asked == nil {
		return nil
	}
	now, chosen, results := x.Now(), a.ballots[asked.ID], e.Results()
	out := &look.Poll{
		Multiple: asked.Multiple, Hidden: asked.Hidden(now), Ended: asked.Ended(now), EndsAt: asked.EndsAt, Voters: results.Voters,
		Open: x.me != nil && !x.v.Is(e.Post.AccountID) && chosen.None() && !asked.Ended(now),
	}
	if x.me == nil && !out.Ended {
		out.SignInURL = "/sign-in?next=" + url.QueryEscape(postPath(e.Post.ID))
	}
	for n, text := range asked.Options {
		option := look.PollOption{Text: text, Mine: chosen.Has(n)}
		if !out.Hidden && n < len(results.Votes) {
			option.Votes = results.Votes[n]
			option.Proportion = min(1, float64(option.Votes)/float64(max(1, results.Voters)))
		}
		out.Options = append(out.Options, option)
	}
	return out
}

// vote takes the reader's choices. What can be mended is said on the card.
func (x *visit) vote() error {
	e, err := x.reacted(func(ctx context.Context, v account.Viewer, i id.ID) (*post.Entry, error) {
		e, err := x.asking(ctx, v, i)
		if err != nil {
			return nil, err
		}
		return x.Posts.Vote(ctx, v, e.Post.Poll.ID, chosen(x.sent["choice"]))
	})
	if err == nil {
		return x.answerReaction(e, nil)
	}
	wrong, err := x.wrong(err)
	if err != nil {
		return err
	}
	x.status = 0
	i, err := x.id("id", "post")
	if err != nil {
		return err
	}
	if e, err = x.asking(x.r.Context(), x.v, i); err != nil {
		return err
	}
	if !x.wantsCard(e) {
		x.keepFlash(look.Flash{Text: wrong[0].Text, Bad: true})
		return x.toCard(e)
	}
	return x.answerCard(e, func(card *look.Post) { card.Poll.Error = wrong[0].Text })
}

// asking is the post with that id, which has a poll.
func (x *visit) asking(ctx context.Context, v account.Viewer, i id.ID) (*post.Entry, error) {
	e, err := x.Posts.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	if e = e.Of(); e.Post.Poll == nil {
		return nil, problem.NotFound("poll")
	}
	return e, nil
}

// chosen reads the places of options; what is no number is no option.
func chosen(fields []string) []int {
	out := make([]int, 0, len(fields))
	for _, s := range fields {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1
		}
		out = append(out, n)
	}
	return out
}

// pollLasts are how long a poll may be open, by the choices of the composer.
var pollLasts = []time.Duration{
	post.MinPoll, 30 * time.Minute, time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour,
}

// pollUsually is how long a poll is open unless its author says otherwise.
const pollUsually = 24 * time.Hour

// pollForm is the composer's part for a poll, with what was typed.
func (x *visit) pollForm(form url.Values, wrong []look.Wrong) *look.PollForm {
	f := &look.PollForm{Options: make([]string, post.MaxOptions), MaxOption: post.MaxOption,
		Multiple: form.Has("poll_multiple"), HideTotals: form.Has("poll_hide_totals"), Error: wrongOf(wrong, "poll")}
	copy(f.Options, form["poll_option"])
	lasts := pollUsually
	if d := readLasts(form); slices.Contains(pollLasts, d) {
		lasts = d
	}
	for _, d := range pollLasts {
		f.Lasts = append(f.Lasts, look.Choice{Value: strconv.Itoa(int(d / time.Second)), Label: x.p.Duration(d), Chosen: d == lasts})
	}
	return f
}

// readPoll is the poll that was typed, nil where no option was.
func readPoll(form url.Values) *post.PollDraft {
	options := slices.DeleteFunc(slices.Clone(form["poll_option"]), func(o string) bool { return strings.TrimSpace(o) == "" })
	if len(options) == 0 {
		return nil
	}
	return &post.PollDraft{Options: options, Lasts: readLasts(form), Multiple: form.Has("poll_multiple"), HideTotals: form.Has("poll_hide_totals")}
}

// readLasts is 0, which is too short, for what is no number of seconds.
func readLasts(form url.Values) time.Duration {
	n, err := strconv.ParseInt(form.Get("poll_lasts"), 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
