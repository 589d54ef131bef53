package mastodon

import (
	"strconv"
	"time"

	"goodturn/internal/post"
	"goodturn/internal/problem"
)

func pollRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/polls/{id}", scopes: "read:statuses", open: true, do: (*Door).onePoll},
		{method: "POST", path: "/api/v1/polls/{id}/votes", scopes: "write:statuses", do: (*Door).vote},
	}
}

// poll reads the poll of a post, nil if it has none.
func (q *request) poll() (*post.PollDraft, error) {
	options := q.all("poll[options]")
	if len(options) == 0 && !q.has("poll[expires_in]") {
		return nil, nil
	}
	seconds, err := strconv.ParseInt(q.get("poll[expires_in]"), 10, 32)
	if err != nil {
		return nil, problem.Invalid("poll", "Say in seconds how long the poll lasts.")
	}
	return &post.PollDraft{
		Options: options, Lasts: time.Duration(seconds) * time.Second,
		Multiple: q.yes("poll[multiple]"), HideTotals: q.yes("poll[hide_totals]"),
	}, nil
}

func (d *Door) onePoll(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	e, err := d.Posts.Asking(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	return d.poll(q, e)
}

// poll answers with the poll of a post.
func (d *Door) poll(q *request, e *post.Entry) error {
	list, err := d.show(q, append(q.entries[:0], e))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return problem.NotFound("poll")
	}
	q.out = d.appendPoll(q.out, q, e, list[0].chosen)
	return nil
}

func (d *Door) vote(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	i, err := q.id()
	if err != nil {
		return err
	}
	var options []int
	for _, s := range q.all("choices") {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1 // no such option
		}
		options = append(options, n)
	}
	e, err := d.Posts.Vote(q.Context(), q.viewer, i, options)
	if err != nil {
		return err
	}
	return d.poll(q, e)
}

// appendPoll appends the poll of a post, as it stands for this viewer
// (Mastodon's entity Poll). Who asked counts as one who voted, as there.
func (d *Door) appendPoll(b []byte, q *request, e *post.Entry, chosen post.Choices) []byte {
	poll, r, now := e.Post.Poll, e.Results(), d.Now()
	b = appendID(append(b, `{"id":`...), poll.ID)
	b = appendTime(append(b, `,"expires_at":`...), poll.EndsAt)
	b = strconv.AppendBool(append(b, `,"expired":`...), poll.Ended(now))
	b = strconv.AppendBool(append(b, `,"multiple":`...), poll.Multiple)
	b = strconv.AppendInt(append(b, `,"votes_count":`...), r.Total(), 10)
	b = strconv.AppendInt(append(b, `,"voters_count":`...), r.Voters, 10)
	if q.viewer.SignedIn() {
		b = strconv.AppendBool(append(b, `,"voted":`...), !chosen.None() || q.viewer.Is(e.Post.AccountID))
		b = append(b, `,"own_votes":[`...)
		first := true
		for n := range poll.Options {
			if !chosen.Has(n) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = strconv.AppendInt(b, int64(n), 10)
		}
		b = append(b, ']')
	}
	b = append(b, `,"options":[`...)
	for n, o := range poll.Options {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"title":`...), o)
		if poll.Hidden(now) {
			b = append(b, `,"votes_count":null}`...)
			continue
		}
		b = append(strconv.AppendInt(append(b, `,"votes_count":`...), r.Votes[n], 10), '}')
	}
	return append(d.appendEmojis(append(b, `],"emojis":`...), poll.Options...), '}')
}
