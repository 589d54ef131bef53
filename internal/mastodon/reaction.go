package mastodon

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

func reactionRoutes() []route {
	deletes := func(l *limits) *door.Limit { return l.deletes }
	return []route{
		{method: "POST", path: "/api/v1/statuses/{id}/favourite", scopes: "write:favourites", do: (*Door).favourite},
		{method: "POST", path: "/api/v1/statuses/{id}/unfavourite", scopes: "write:favourites", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Unlike) }},
		{method: "POST", path: "/api/v1/statuses/{id}/bookmark", scopes: "write:bookmarks", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Bookmark) }},
		{method: "POST", path: "/api/v1/statuses/{id}/unbookmark", scopes: "write:bookmarks", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Unbookmark) }},
		{method: "POST", path: "/api/v1/statuses/{id}/reblog", scopes: "write:statuses", do: (*Door).reblog},
		{method: "POST", path: "/api/v1/statuses/{id}/unreblog", scopes: "write:statuses", do: func(d *Door, q *request) error { return d.react(q, d.Posts.Unshare) }, limit: deletes},
		{method: "GET", path: "/api/v1/statuses/{id}/favourited_by", scopes: "read:statuses", open: true, do: func(d *Door, q *request) error { return d.around(q, d.Posts.Likers) }},
		{method: "GET", path: "/api/v1/statuses/{id}/reblogged_by", scopes: "read:statuses", open: true, do: func(d *Door, q *request) error { return d.around(q, d.Posts.Sharers) }},
	}
}

// react does something with the post that the path names.
func (d *Door) react(q *request, do func(context.Context, account.Viewer, id.ID) (*post.Entry, error)) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	e, err := do(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	return d.status(q, e)
}

// favourite is a like. An app has no place for the step that may follow it, so
// that comes as a direct post; the like stands without it.
func (d *Door) favourite(q *request) error {
	return d.react(q, func(ctx context.Context, v account.Viewer, i id.ID) (*post.Entry, error) {
		e, err := d.Posts.Like(ctx, v, i)
		if err != nil {
			return nil, err
		}
		if err := d.Notices.OfferStep(ctx, v, e.Of().Post); err != nil {
			door.Fault(d.Log, q.Request, err)
		}
		return e, nil
	})
}

func (d *Door) reblog(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	return d.react(q, func(ctx context.Context, v account.Viewer, i id.ID) (*post.Entry, error) {
		return d.Posts.Share(ctx, v, i, post.Visibility(q.get("visibility")))
	})
}

// accountsMost is the longest page of accounts, accountsUsual that of such a list
// paged by numbers.
const accountsMost, accountsUsual = 80, 40

// around answers with the accounts that did something with the post.
func (d *Door) around(q *request, list func(context.Context, account.Viewer, id.ID, db.Page) ([]post.Listed[*account.Account], error)) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	found, err := list(q.Context(), q.viewer, i, usual(p))
	if err != nil {
		return err
	}
	linked(d, q, found, func(l post.Listed[*account.Account]) id.ID { return l.Cursor })
	for _, l := range found {
		q.people = append(q.people, l.Item.ID)
	}
	return d.accounts(q, q.people)
}

// usual makes a page of accounts forty long unless another length was asked for,
// as Mastodon does.
func usual(p db.Page) db.Page {
	if p.Limit == 0 {
		p.Limit = 40
	}
	return p
}
