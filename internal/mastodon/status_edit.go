package mastodon

import (
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

func (d *Door) editStatus(q *request) error {
	parts, err := q.formOf("media_attributes")
	if err != nil {
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
	if draft.Words, err = d.described(q, parts); err != nil {
		return err
	}
	if e, err = d.Posts.Edit(q.Context(), q.viewer, e.Post.ID, draft); err != nil {
		return err
	}
	return d.status(q, e)
}

// described reads what an edit says of pictures; what it does not say stays.
func (d *Door) described(q *request, parts []map[string]string) ([]media.Words, error) {
	var all []media.Words
	for _, part := range parts {
		i, err := id.Parse(part["id"])
		if err != nil {
			return nil, problem.Invalid("media_attributes", "%s is not an id.", part["id"])
		}
		m, err := d.Media.Get(q.Context(), q.viewer, i)
		if err != nil {
			return nil, err
		}
		w := media.Words{ID: i, Description: m.Description, FocusX: m.FocusX, FocusY: m.FocusY}
		if s, ok := part["description"]; ok {
			w.Description = s
		}
		if s, ok := part["focus"]; ok {
			if w.FocusX, w.FocusY, err = focus(s); err != nil {
				return nil, err
			}
		}
		all = append(all, w)
	}
	return all, nil
}

// deleteStatus answers with what the post was, and its text as it was written,
// so that a client can offer to write it anew; its pictures can be attached to
// that, unless they are to go too.
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
	erase := d.Posts.Redraft
	if q.yes("delete_media") {
		erase = d.Posts.Delete
	}
	if _, err := erase(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = appendText(append(q.out[:len(q.out)-1], `,"text":`...), e.Post.Text)
	q.out = append(q.out, '}')
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
		b = d.appendEmojis(append(b, `,"emojis":`...), v.Text, v.Warning)
		b = append(b, `,"quote":null,"poll":`...)
		if len(v.Options) == 0 {
			return append(b, `null}`...)
		}
		b = appendList(append(b, `{"options":`...), v.Options, func(b []byte, o string) []byte {
			return append(appendText(append(b, `{"title":`...), o), '}')
		})
		return append(b, "}}"...)
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
