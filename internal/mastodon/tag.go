package mastodon

import (
	"net/url"
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

func tagRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/tags/{tag}", open: true, do: (*Door).oneTag},
		{method: "POST", path: "/api/v1/tags/{tag}/follow", scopes: "write:follows", do: (*Door).followTag},
		{method: "POST", path: "/api/v1/tags/{tag}/unfollow", scopes: "write:follows", do: (*Door).unfollowTag},
		{method: "GET", path: "/api/v1/followed_tags", scopes: "read:follows", do: (*Door).followedTags},
	}
}

// followedMost is the longest page of followed hashtags, and the usual one.
const followedMost, followedUsual = 200, 100

func (d *Door) oneTag(q *request) error { return d.tagNamed(q, q.PathValue("tag")) }

// tagNamed answers with a hashtag, which nobody need have used yet.
func (d *Door) tagNamed(q *request, name string) error {
	t, err := d.Posts.Hashtag(q.Context(), name)
	if err != nil {
		return err
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	q.out = d.appendHashtag(q.out, q, t, set)
	return nil
}

func (d *Door) followTag(q *request) error {
	name := q.PathValue("tag")
	if err := d.Relations.FollowTag(q.Context(), q.viewer, name); err != nil {
		return err
	}
	return d.tagNamed(q, name)
}

func (d *Door) unfollowTag(q *request) error {
	name := q.PathValue("tag")
	if err := d.Relations.UnfollowTag(q.Context(), q.viewer, name); err != nil {
		return err
	}
	return d.tagNamed(q, name)
}

func (d *Door) followedTags(q *request) error {
	p, err := q.page(followedMost)
	if err != nil {
		return err
	}
	if p.Limit == 0 {
		p.Limit = followedUsual
	}
	list, err := d.Relations.Tags(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	names := make([]string, len(list))
	for n, t := range list {
		names[n] = t.Name
	}
	tags, err := d.Posts.Hashtags(q.Context(), names)
	if err != nil {
		return err
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	linked(d, q, list, func(t relation.Tag) id.ID { return t.ID })
	q.out = appendList(q.out, tags, func(b []byte, t *post.Hashtag) []byte { return d.appendHashtag(b, q, t, set) })
	return nil
}

// appendDays appends how a hashtag or link was used.
func appendDays(b []byte, days []post.TagDay) []byte {
	return appendList(b, days, func(b []byte, day post.TagDay) []byte {
		b = strconv.AppendInt(append(b, `{"day":"`...), day.Start.Unix(), 10)
		b = strconv.AppendInt(append(b, `","uses":"`...), day.Posts, 10)
		b = strconv.AppendInt(append(b, `","accounts":"`...), day.Accounts, 10)
		return append(b, `"}`...)
	})
}

// appendHashtag appends Mastodon's entity Tag.
func (d *Door) appendHashtag(b []byte, q *request, t *post.Hashtag, set *relation.Set) []byte {
	b = appendText(append(b, `{"id":`...), t.Folded)
	b = appendText(append(b, `,"name":`...), t.Name)
	b = appendText(append(b, `,"url":`...), d.URL+"/tags/"+url.PathEscape(t.Folded))
	b = appendDays(append(b, `,"history":`...), t.Days)
	if q.viewer.SignedIn() {
		b = strconv.AppendBool(append(b, `,"following":`...), set.FollowsTag(t.Folded))
	}
	return append(b, '}')
}
