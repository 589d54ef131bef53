package mastodon

import (
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

func statusRoutes() []route {
	posts := func(l *limits) *door.Limit { return l.posts }
	deletes := func(l *limits) *door.Limit { return l.deletes }
	return []route{
		{method: "POST", path: "/api/v1/statuses", scopes: "write:statuses", do: (*Door).createStatus, limit: posts},
		{method: "GET", path: "/api/v1/statuses", scopes: "read:statuses", open: true, do: (*Door).manyStatuses},
		{method: "GET", path: "/api/v1/statuses/{id}", scopes: "read:statuses", open: true, do: (*Door).oneStatus},
		{method: "PUT", path: "/api/v1/statuses/{id}", scopes: "write:statuses", do: (*Door).editStatus},
		{method: "DELETE", path: "/api/v1/statuses/{id}", scopes: "write:statuses", do: (*Door).deleteStatus, limit: deletes},
		{method: "GET", path: "/api/v1/statuses/{id}/context", scopes: "read:statuses", open: true, do: (*Door).context},
		{method: "GET", path: "/api/v1/statuses/{id}/history", scopes: "read:statuses", open: true, do: (*Door).history},
		{method: "GET", path: "/api/v1/statuses/{id}/source", scopes: "read:statuses", do: (*Door).source},
	}
}

// draft reads a post, new or edited. A client that edits sends all that the post
// is to be: pictures and a poll that are not sent again go. Only its words stay
// as they were where nothing is said of them.
func (q *request) draft(was *post.Post) (d post.Draft, err error) {
	if q.get("quoted_status_id") != "" {
		return d, problem.Invalid("quoted_status_id", "This server does not offer that.")
	}
	d.App = q.app()
	if was != nil {
		d.Text, d.Warning, d.Sensitive, d.Language = was.Text, was.Warning, was.Sensitive, was.Language
	}
	for name, into := range map[string]*string{"status": &d.Text, "spoiler_text": &d.Warning, "language": &d.Language} {
		if q.has(name) {
			*into = q.get(name)
		}
	}
	if q.has("sensitive") {
		d.Sensitive = q.yes("sensitive")
	}
	if d.MediaIDs, err = q.ids("media_ids"); err != nil {
		return d, err
	}
	d.Poll, err = q.poll()
	return d, err
}

// app is what the request was sent with. A token made by hand has a name alone.
func (q *request) app() post.App {
	if a := q.token.App; a != nil {
		return post.App{Name: a.Name, Website: a.Website}
	}
	return post.App{Name: q.token.Name}
}

func (d *Door) createStatus(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	draft, err := q.draft(nil)
	if err != nil {
		return err
	}
	if !q.has("sensitive") {
		draft.Usual(q.viewer.Account())
	}
	draft.Visibility = post.Visibility(q.get("visibility"))
	draft.Key = q.Header.Get("Idempotency-Key")
	if to := q.get("in_reply_to_id"); to != "" {
		if draft.ReplyTo, err = id.Parse(to); err != nil {
			return problem.NotFound("post")
		}
	}
	at, err := q.time("scheduled_at")
	if err != nil {
		return err
	}
	if at.After(d.Now()) { // else, as Mastodon does, it is published now
		return d.schedule(q, draft, at)
	}
	e, err := d.Posts.Create(q.Context(), q.viewer, draft)
	if err != nil {
		return err
	}
	return d.status(q, e)
}

func (d *Door) manyStatuses(q *request) error {
	ids, err := q.ids("id")
	if err != nil {
		return err
	}
	entries, err := d.Posts.Cached(q.Context(), ids)
	if err != nil {
		return err
	}
	if entries, err = d.Posts.Seen(q.Context(), q.viewer, entries); err != nil {
		return err
	}
	return d.statuses(q, entries)
}

// post is the post that the path names, as far as the viewer may see it.
func (d *Door) post(q *request) (*post.Entry, error) {
	i, err := q.id()
	if err != nil {
		return nil, err
	}
	return d.Posts.Get(q.Context(), q.viewer, i)
}

func (d *Door) oneStatus(q *request) error {
	e, err := d.post(q)
	if err != nil {
		return err
	}
	return d.status(q, e)
}

func (d *Door) context(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	t, err := d.Posts.WholeContext(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.entries = append(append(q.entries, t.Ancestors...), t.Descendants...)
	list, err := d.show(q, q.entries)
	if err != nil {
		return err
	}
	above := map[*post.Entry]bool{}
	for _, e := range t.Ancestors {
		above[e] = true
	}
	for n, name := range []string{`{"ancestors":[`, `],"descendants":[`} {
		q.out = append(q.out, name...)
		first := true
		for at := range list {
			if above[list[at].e] != (n == 0) {
				continue
			}
			if !first {
				q.out = append(q.out, ',')
			}
			first = false
			q.out = d.appendStatus(q.out, q, &list[at])
		}
	}
	q.out = append(q.out, "]}"...)
	return nil
}
