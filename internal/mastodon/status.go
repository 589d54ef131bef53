package mastodon

import (
	"strconv"

	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/media"
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

// notOffered are parameters of a new post that would change what it says or when;
// to leave them out silently would publish something else than was meant.
var notOffered = []string{"scheduled_at", "poll[options][]", "quoted_status_id"}

// draft reads a post. Of an edit, what was not sent stays as it was.
func (q *request) draft(was *post.Post) (post.Draft, error) {
	var d post.Draft
	for _, name := range notOffered {
		if q.has(name) && q.get(name) != "" {
			return d, problem.Invalid(name, "This server does not offer that.")
		}
	}
	if was != nil {
		d = post.Draft{Text: was.Text, Warning: was.Warning, Sensitive: was.Sensitive, Language: was.Language}
		for _, m := range was.Media {
			d.MediaIDs = append(d.MediaIDs, m.ID)
		}
	}
	for name, into := range map[string]*string{"status": &d.Text, "spoiler_text": &d.Warning, "language": &d.Language} {
		if q.has(name) {
			*into = q.get(name)
		}
	}
	if q.has("sensitive") {
		d.Sensitive = q.yes("sensitive")
	}
	if was == nil || q.has("media_ids") || q.has("media_ids[]") {
		ids, err := q.ids("media_ids")
		if err != nil {
			return d, err
		}
		d.MediaIDs = ids
	}
	return d, nil
}

func (d *Door) createStatus(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	draft, err := q.draft(nil)
	if err != nil {
		return err
	}
	draft.Visibility = post.Visibility(q.get("visibility"))
	draft.Key = q.Header.Get("Idempotency-Key")
	if to := q.get("in_reply_to_id"); to != "" {
		if draft.ReplyTo, err = id.Parse(to); err != nil {
			return problem.NotFound("post")
		}
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

func (d *Door) editStatus(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	e, err := d.post(q)
	if err != nil {
		return err
	}
	if !q.viewer.Is(e.Post.AccountID) {
		return problem.NotFound("post")
	}
	draft, err := q.draft(e.Post)
	if err != nil {
		return err
	}
	if err := d.describe(q); err != nil {
		return err
	}
	if e, err = d.Posts.Edit(q.Context(), q.viewer, e.Post.ID, draft); err != nil {
		return err
	}
	return d.status(q, e)
}

// describe changes the descriptions of pictures that come with an edit.
func (d *Door) describe(q *request) error {
	ids, err := q.ids("media_attributes[][id]")
	if err != nil {
		return err
	}
	words, focuses := q.all("media_attributes[][description]"), q.all("media_attributes[][focus]")
	for n, i := range ids {
		m, err := d.Media.Get(q.Context(), q.viewer, i)
		if err != nil {
			return err
		}
		u := media.Upload{Description: m.Description, FocusX: m.FocusX, FocusY: m.FocusY}
		if n < len(words) {
			u.Description = words[n]
		}
		if n < len(focuses) {
			if u.FocusX, u.FocusY, err = focus(focuses[n]); err != nil {
				return err
			}
		}
		if _, err := d.Media.Update(q.Context(), q.viewer, i, u); err != nil {
			return err
		}
	}
	return nil
}

// deleteStatus answers with what the post was, and its text as it was written,
// so that a client can offer to write it anew.
func (d *Door) deleteStatus(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	e, err := d.post(q)
	if err != nil {
		return err
	}
	if err := d.status(q, e); err != nil {
		return err
	}
	if _, err := d.Posts.Delete(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = appendText(append(q.out[:len(q.out)-1], `,"text":`...), e.Post.Text)
	q.out = append(q.out, '}')
	return nil
}

func (d *Door) context(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	t, err := d.Posts.Context(q.Context(), q.viewer, i)
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

func (d *Door) history(q *request) error {
	e, err := d.post(q)
	if err != nil {
		return err
	}
	versions, err := d.Posts.History(q.Context(), q.viewer, e.Post.ID)
	if err != nil {
		return err
	}
	by, err := d.face(q.Context(), e.Of().Post.AccountID)
	if err != nil {
		return err
	}
	pictures := e.Of().Post.Media
	q.out = appendList(q.out, versions, func(b []byte, v post.Version) []byte {
		b = appendText(append(b, `{"content":`...), d.whole(v.HTML))
		b = appendText(append(b, `,"spoiler_text":`...), v.Warning)
		b = strconv.AppendBool(append(b, `,"sensitive":`...), v.Sensitive)
		b = appendTime(append(b, `,"created_at":`...), v.At)
		b = append(append(b, `,"account":`...), by.json()...)
		b = appendList(append(b, `,"media_attachments":`...), picturesOf(pictures, v.MediaIDs), func(b []byte, m media.Media) []byte { return d.appendMedia(b, &m) })
		return append(b, `,"emojis":[]}`...)
	})
	return nil
}

// picturesOf are those of the pictures with these ids; of a version, some may be
// gone.
func picturesOf(all []media.Media, ids []id.ID) []media.Media {
	var list []media.Media
	for _, i := range ids {
		for _, m := range all {
			if m.ID == i {
				list = append(list, m)
			}
		}
	}
	return list
}

// source is the text as it was written, which its author alone may have.
func (d *Door) source(q *request) error {
	e, err := d.post(q)
	if err != nil {
		return err
	}
	p := e.Of().Post
	if !q.viewer.Is(p.AccountID) {
		return problem.NotFound("post")
	}
	q.out = appendID(append(q.out, `{"id":`...), p.ID)
	q.out = appendText(append(q.out, `,"text":`...), p.Text)
	q.out = appendText(append(q.out, `,"spoiler_text":`...), p.Warning)
	q.out = append(q.out, '}')
	return nil
}
