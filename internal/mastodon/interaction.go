package mastodon

import (
	"goodturn/internal/problem"
)

// interactionRoutes are what an author may say of a post, and a reader of a
// thread. Posts are neither quoted here nor translated: what is asked of quotes
// finds none, and what would revoke one or translate a post is not there, as
// with Mastodon where the feature is off.
func interactionRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/statuses/{id}/pin", scopes: "write:accounts", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Pin) }},
		{method: "POST", path: "/api/v1/statuses/{id}/unpin", scopes: "write:accounts", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Unpin) }},
		{method: "POST", path: "/api/v1/statuses/{id}/mute", scopes: "write:mutes", do: func(d *Door, q *request) error { return d.react(q, d.Posts.MuteThread) }},
		{method: "POST", path: "/api/v1/statuses/{id}/unmute", scopes: "write:mutes", do: func(d *Door, q *request) error { return d.react(q, d.Posts.UnmuteThread) }},
		{method: "PUT", path: "/api/v1/statuses/{id}/interaction_policy", scopes: "write:statuses", do: (*Door).quotePolicy},
		{method: "GET", path: "/api/v1/statuses/{id}/quotes", scopes: "read:statuses", do: (*Door).quotes},
	}
}

var errNotAllowed = problem.Forbidden("This action is not allowed")

// quotePolicy takes any of Mastodon's policies, and answers that nobody quotes.
func (d *Door) quotePolicy(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	e, err := d.post(q)
	if err != nil {
		return err
	}
	if !q.viewer.Is(e.Post.AccountID) {
		return errNotAllowed
	}
	switch q.get("quote_approval_policy") {
	case "", "public", "followers", "nobody":
		return d.status(q, e)
	}
	return problem.Invalid("quote_approval_policy", "The policy is public, followers or nobody.")
}

func (d *Door) quotes(q *request) error {
	e, err := d.post(q)
	if err != nil {
		return err
	}
	if !q.viewer.Is(e.Post.AccountID) {
		return errNotAllowed
	}
	q.out = append(q.out, "[]"...)
	return nil
}
