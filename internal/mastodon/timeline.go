package mastodon

import (
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

func timelineRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/timelines/home", scopes: "read:statuses", do: (*Door).home},
		{method: "GET", path: "/api/v1/timelines/public", scopes: "read:statuses", open: true, do: (*Door).public},
		{method: "GET", path: "/api/v1/timelines/tag/{tag}", scopes: "read:statuses", open: true, do: (*Door).tag},
		{method: "GET", path: "/api/v1/timelines/link", scopes: "read:statuses", open: true, do: (*Door).linkTimeline},
		{method: "GET", path: "/api/v1/accounts/{id}/statuses", scopes: "read:statuses", open: true, do: (*Door).accountStatuses},
		{method: "GET", path: "/api/v1/bookmarks", scopes: "read:bookmarks", do: (*Door).bookmarks},
		{method: "GET", path: "/api/v1/favourites", scopes: "read:favourites", do: (*Door).favourites},
	}
}

// home answers with what the reader's followees write. What likes bring there
// is marked as such, so it comes to an app only if that asks for it (liked=true)
// and can therefore say so.
func (d *Door) home(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	home := d.Feeds.PlainHome
	if q.yes("liked") {
		home = d.Feeds.Home
	}
	items, err := home(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	q.place = filter.Home
	return d.timeline(q, items)
}

func (q *request) only() feed.Only {
	return feed.Only{Local: q.yes("local"), Remote: q.yes("remote"), Media: q.yes("only_media")}
}

func (d *Door) public(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	items, err := d.Feeds.Public(q.Context(), q.viewer, p, q.only())
	if err != nil {
		return err
	}
	return d.timeline(q, items)
}

func (d *Door) tag(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	items, err := d.Feeds.Tags(q.Context(), q.viewer, feed.Tags{
		Any: append([]string{q.PathValue("tag")}, q.further("any")...), All: q.further("all"), None: q.further("none"),
	}, p, q.only())
	if err != nil {
		return err
	}
	return d.timeline(q, items)
}

func (d *Door) linkTimeline(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	items, err := d.Feeds.Link(q.Context(), q.viewer, q.get("url"), p)
	if err != nil {
		return err
	}
	return d.timeline(q, items)
}

// furtherTags is how many hashtags beside the one in the path are heeded in each
// list, as Mastodon does it.
const furtherTags = 4

func (q *request) further(name string) []string {
	tags := q.all(name)
	return tags[:min(len(tags), furtherTags)]
}

func (d *Door) accountStatuses(q *request) error {
	a, err := d.accountNamed(q)
	if err != nil {
		return err
	}
	p, err := q.page(0)
	if err != nil {
		return err
	}
	if q.yes("pinned") {
		pins, err := d.Posts.Pins(q.Context(), q.viewer, a.ID)
		if err != nil {
			return err
		}
		if p.Max != 0 { // all of them are on the first page
			pins = nil
		}
		return d.statuses(q, pins)
	}
	items, err := d.Feeds.Account(q.Context(), q.viewer, a.ID, p, feed.Of{
		ExcludeReplies: q.yes("exclude_replies"), ExcludeShares: q.yes("exclude_reblogs"),
		OnlyMedia: q.yes("only_media"), Tagged: q.get("tagged"),
	})
	if err != nil {
		return err
	}
	return d.timeline(q, items)
}

// timeline answers with a page of a timeline.
func (d *Door) timeline(q *request, items []feed.Item) error {
	for _, i := range items {
		q.entries = append(q.entries, i.Entry)
	}
	if n := len(items); n > 0 {
		q.link(d.URL, items[0].Entry.Post.ID, items[n-1].Entry.Post.ID)
	}
	list, err := d.show(q, q.entries)
	if err != nil {
		return err
	}
	for n := range list {
		for items[0].Entry != list[n].e {
			items = items[1:] // a filter drops it
		}
		if items[0].Why == feed.WhyLiked {
			list[n].why = appendLikers(nil, items[0].Likers)
		}
	}
	d.appendStatuses(q, list)
	return nil
}

// appendLikers appends why a post is in a home that likes brought there: by whom
// of those that the reader follows, or nobody where that is for them to know.
func appendLikers(b []byte, likers []id.ID) []byte {
	b = appendList(append(b, `{"liked_by":`...), likers, func(b []byte, i id.ID) []byte { return appendID(b, i) })
	return append(b, '}')
}

func (d *Door) bookmarks(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	list, err := d.Posts.Bookmarks(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	return d.kept(q, list)
}

func (d *Door) favourites(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	list, err := d.Posts.Liked(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	return d.kept(q, list)
}

// kept answers with a list that is paged by when each post came into it.
func (d *Door) kept(q *request, list []post.Listed[*post.Entry]) error {
	for _, l := range list {
		q.entries = append(q.entries, l.Item)
	}
	linked(d, q, list, func(l post.Listed[*post.Entry]) id.ID { return l.Cursor })
	return d.statuses(q, q.entries)
}

// linked names the pages around a list.
func linked[T any](d *Door, q *request, list []T, cursor func(T) id.ID) {
	if n := len(list); n > 0 {
		q.link(d.URL, cursor(list[0]), cursor(list[n-1]))
	}
}
