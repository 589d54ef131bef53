package mastodon

import (
	"strconv"
	"strings"

	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/trend"
)

func trendRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/trends", open: true, do: (*Door).trendingTags}, // as it was called before 3.5
		{method: "GET", path: "/api/v1/trends/tags", open: true, do: (*Door).trendingTags},
		{method: "GET", path: "/api/v1/trends/links", open: true, do: (*Door).trendingLinks},
		{method: "GET", path: "/api/v1/trends/statuses", open: true, do: (*Door).trendingStatuses},
	}
}

// The usual and the longest pages of trends.
const (
	trendsUsual, trendsMost               = 10, 20
	trendStatusesUsual, trendStatusesMost = 20, trend.PageMost
)

// trendPage is the part of a list of trends that is asked for.
func (q *request) trendPage(usual, most int) (p trend.Page, err error) {
	p.Offset, p.Limit, err = q.offset(usual, most)
	return p, err
}

// offsets names the pages around one of got that is paged by numbers.
func (d *Door) offsets(q *request, offset, limit, got int) {
	page := func(at int, rel string) string {
		query := q.URL.Query()
		query.Set("limit", strconv.Itoa(limit))
		query.Set("offset", strconv.Itoa(at))
		return "<" + d.URL + q.URL.EscapedPath() + "?" + query.Encode() + `>; rel="` + rel + `"`
	}
	var links []string
	if got == limit {
		links = append(links, page(offset+limit, "next"))
	}
	if offset > 0 {
		links = append(links, page(max(0, offset-limit), "prev"))
	}
	if links != nil {
		q.w.Header()["Link"] = []string{strings.Join(links, ", ")}
	}
}

func (d *Door) trendingTags(q *request) error {
	p, err := q.trendPage(trendsUsual, trendsMost)
	if err != nil {
		return err
	}
	tags, err := d.Trends.Tags(q.Context(), p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(tags))
	return d.trendTags(q, tags, func(b []byte, _ trend.Tag) []byte { return b })
}

// trendTags answers with hashtags, each with what more there is to say.
func (d *Door) trendTags(q *request, tags []trend.Tag, more func([]byte, trend.Tag) []byte) error {
	names := make([]string, len(tags))
	why := make(map[string]trend.Tag, len(tags))
	for n, t := range tags {
		names[n], why[t.Tag] = t.Tag, t
	}
	all, err := d.Posts.Hashtags(q.Context(), names)
	if err != nil {
		return err
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	p := printer(q)
	q.out = appendList(q.out, all, func(b []byte, h *post.Hashtag) []byte {
		t := why[h.Folded]
		b = more(d.openHashtag(b, q, h, set), t)
		return append(appendWhy(append(b, `,"goodturn":{"why":`...), p, t.Why, "people"), "}}"...)
	})
	return nil
}

func (d *Door) trendingLinks(q *request) error {
	p, err := q.trendPage(trendsUsual, trendsMost)
	if err != nil {
		return err
	}
	links, err := d.Trends.Links(q.Context(), p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(links))
	q.out = appendList(q.out, links, d.appendLink(q, func(b []byte, _ trend.Link) []byte { return b }))
	return nil
}

// appendLink appends a link, with what more there is to say of it.
func (d *Door) appendLink(q *request, more func([]byte, trend.Link) []byte) func([]byte, trend.Link) []byte {
	p := printer(q)
	return func(b []byte, l trend.Link) []byte {
		b = appendDays(append(d.appendOpenCard(b, l.Card), `,"history":`...), l.Days)
		return append(appendWhy(append(more(b, l), `,"goodturn":{"why":`...), p, l.Why, "people"), "}}"...)
	}
}

// openHashtag appends a hashtag without its closing brace.
func (d *Door) openHashtag(b []byte, q *request, h *post.Hashtag, set *relation.Set) []byte {
	b = d.appendHashtag(b, q, h, set)
	return b[:len(b)-1]
}

// appendWhy appends why something is among the trends; what was counted is
// called by its name.
func appendWhy(b []byte, p *lang.Printer, w trend.Why, counted string) []byte {
	b = strconv.AppendInt(append(b, `{"`+counted+`":`...), w.People, 10)
	b = strconv.AppendFloat(append(b, `,"usual":`...), w.Usual, 'f', 1, 64)
	b = strconv.AppendFloat(append(b, `,"score":`...), w.Score, 'f', 2, 64)
	b = appendText(append(b, `,"says":`...), w.Says(p))
	return append(b, '}')
}

// trendingStatuses answers with posts, those in the reader's language first. As in
// public timelines, what a filter finds says so, and is for the app to hide.
func (d *Door) trendingStatuses(q *request) error {
	p, err := q.trendPage(trendStatusesUsual, trendStatusesMost)
	if err != nil {
		return err
	}
	language := ""
	if a := q.viewer.Account(); a != nil {
		language = a.Language
	}
	posts, err := d.Trends.Posts(q.Context(), q.viewer, language, p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(posts))
	return d.trendStatuses(q, posts, func(b []byte, _ trend.Post) []byte { return b })
}

// trendStatuses answers with posts, each with why it is there and what more there
// is to say.
func (d *Door) trendStatuses(q *request, posts []trend.Post, more func([]byte, trend.Post) []byte) error {
	why := make(map[id.ID]trend.Post, len(posts))
	for _, t := range posts {
		q.entries, why[t.Entry.Post.ID] = append(q.entries, t.Entry), t
	}
	list, err := d.show(q, q.entries)
	if err != nil {
		return err
	}
	p := printer(q)
	q.out = appendList(q.out, list, func(b []byte, s shown) []byte {
		t := why[s.e.Post.ID]
		s.why = appendWhy(nil, p, t.Why, "likes_and_shares")
		b = d.appendStatus(b, q, &s)
		return append(more(b[:len(b)-1], t), '}')
	})
	return nil
}

// appendWhyOf adds to a post's fragment, which ends with what only Goodturn says
// of it, why it is among the trends.
func appendWhyOf(b []byte, p *post.Post, why []byte) []byte {
	if saysOwn(p) {
		b = append(b[:len(b)-1], `,"why":`...)
	} else {
		b = append(b, `,"goodturn":{"why":`...)
	}
	return append(append(b, why...), '}')
}
