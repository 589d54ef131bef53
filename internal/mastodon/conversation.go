package mastodon

import (
	"slices"
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/post"
)

func conversationRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/conversations", scopes: "read:statuses", do: (*Door).conversations},
		{method: "DELETE", path: "/api/v1/conversations/{id}", scopes: "write:conversations", do: (*Door).deleteConversation},
		{method: "POST", path: "/api/v1/conversations/{id}/read", scopes: "write:conversations", do: (*Door).readConversation},
		{method: "GET", path: "/api/v1/timelines/direct", scopes: "read:statuses", do: (*Door).direct},
	}
}

func (d *Door) conversations(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	list, err := d.Posts.Conversations(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	linked(d, q, list, func(c post.Conversation) id.ID { return c.Last.Post.ID })
	appendOne, err := d.conversing(q, list)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, list, appendOne)
	return nil
}

func (d *Door) readConversation(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	c, err := d.Posts.ReadConversation(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	return d.conversation(q, c)
}

// conversation answers with one conversation.
func (d *Door) conversation(q *request, c post.Conversation) error {
	appendOne, err := d.conversing(q, []post.Conversation{c})
	if err != nil {
		return err
	}
	q.out = appendOne(q.out, c)
	return nil
}

func (d *Door) deleteConversation(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if err := d.Posts.DeleteConversation(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

func (d *Door) direct(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	items, err := d.Feeds.Direct(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	return d.timeline(q, items)
}

// conversing finds all that the conversations of an answer show, and gives what
// appends one of them as Mastodon's entity Conversation.
func (d *Door) conversing(q *request, list []post.Conversation) (func([]byte, post.Conversation) []byte, error) {
	for _, c := range list {
		q.entries = append(q.entries, c.Last)
		for _, a := range c.With {
			q.person(a.ID)
		}
	}
	posts, err := d.show(q, q.entries)
	if err != nil {
		return nil, err
	}
	return func(b []byte, c post.Conversation) []byte {
		b = appendID(append(b, `{"id":`...), c.ID)
		b = strconv.AppendBool(append(b, `,"unread":`...), c.Unread)
		b = append(b, `,"accounts":[`...)
		for _, a := range c.With {
			if f := q.faces[q.person(a.ID)]; f != nil {
				if b[len(b)-1] != '[' {
					b = append(b, ',')
				}
				b = append(b, f.json()...)
			}
		}
		b = append(b, `],"last_status":`...)
		at := slices.IndexFunc(posts, func(s shown) bool { return s.e == c.Last })
		if at < 0 {
			return append(b, `null}`...)
		}
		return append(d.appendStatus(b, q, &posts[at]), '}')
	}, nil
}
