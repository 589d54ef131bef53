package mastodon

import (
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/trend"
)

// What moderators say of trends. Nothing waits for them here: what nobody looked
// at is shown, and says that it was not reviewed.
func adminTrendRoutes() []route {
	const tags, links, publishers, statuses = "trends/tags", "trends/links", "trends/links/publishers", "trends/statuses"
	return []route{
		governed("", "GET", tags, (*Door).reviewTags),
		governed("", "POST", tags+"/{id}/approve", ruling((*Door).ruleTag, true)),
		governed("", "POST", tags+"/{id}/reject", ruling((*Door).ruleTag, false)),
		governed("", "GET", links, (*Door).reviewLinks),
		governed("", "POST", links+"/{id}/approve", ruling((*Door).ruleLink, true)),
		governed("", "POST", links+"/{id}/reject", ruling((*Door).ruleLink, false)),
		governed("", "GET", publishers, (*Door).reviewPublishers),
		governed("", "POST", publishers+"/{id}/approve", ruling((*Door).rulePublisher, true)),
		governed("", "POST", publishers+"/{id}/reject", ruling((*Door).rulePublisher, false)),
		governed("", "GET", statuses, (*Door).reviewStatuses),
		governed("", "POST", statuses+"/{id}/approve", ruling((*Door).ruleStatus, true)),
		governed("", "POST", statuses+"/{id}/reject", ruling((*Door).ruleStatus, false)),
	}
}

func ruling(rule func(d *Door, q *request, allow bool) error, allow bool) func(*Door, *request) error {
	return func(d *Door, q *request) error { return rule(d, q, allow) }
}

func (d *Door) reviewTags(q *request) error {
	p, err := q.trendPage(trendsUsual, trendsMost)
	if err != nil {
		return err
	}
	list, err := d.Trends.ReviewTags(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(list))
	return d.trendTags(q, list, func(b []byte, t trend.Tag) []byte { return appendTagRuling(b, t.Ruling) })
}

// ruleTag answers with the hashtag.
func (d *Door) ruleTag(q *request, allow bool) error {
	name := q.PathValue("id")
	if err := d.Safety.RuleTrend(q.Context(), q.viewer, safety.TrendTag, name, allow); err != nil {
		return err
	}
	h, err := d.Posts.Hashtag(q.Context(), name)
	if err != nil {
		return err
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	q.out = append(appendTagRuling(d.openHashtag(q.out, q, h, set), trend.Ruling{Looked: true, Refused: !allow}), '}')
	return nil
}

// appendTagRuling appends what Mastodon's entity Admin::Tag adds to a Tag.
func appendTagRuling(b []byte, r trend.Ruling) []byte {
	b = strconv.AppendBool(append(b, `,"trendable":`...), !r.Refused)
	return append(appendReview(b, r), `,"usable":true`...)
}

func appendReview(b []byte, r trend.Ruling) []byte {
	return strconv.AppendBool(append(b, `,"requires_review":`...), !r.Looked)
}

func (d *Door) reviewStatuses(q *request) error {
	p, err := q.trendPage(trendStatusesUsual, trendStatusesMost)
	if err != nil {
		return err
	}
	list, err := d.Trends.ReviewPosts(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(list))
	return d.trendStatuses(q, list, func(b []byte, t trend.Post) []byte { return appendReview(b, t.Ruling) })
}

// ruleStatus answers with the post.
func (d *Door) ruleStatus(q *request, allow bool) error {
	i, err := id.Parse(q.PathValue("id"))
	if err != nil {
		return problem.NotFound("post")
	}
	if err := d.Safety.RuleTrend(q.Context(), q.viewer, safety.TrendPost, i.String(), allow); err != nil {
		return err
	}
	e, err := d.Posts.Get(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	if err := d.status(q, e); err != nil {
		return err
	}
	q.out = append(appendReview(q.out[:len(q.out)-1], trend.Ruling{Looked: true}), '}')
	return nil
}

func (d *Door) reviewLinks(q *request) error {
	p, err := q.trendPage(trendsUsual, trendsMost)
	if err != nil {
		return err
	}
	list, err := d.Trends.ReviewLinks(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(list))
	q.out = appendList(q.out, list, d.appendReviewedLink(q))
	return nil
}

func (d *Door) appendReviewedLink(q *request) func(b []byte, l trend.Link) []byte {
	return d.appendLink(q, func(b []byte, l trend.Link) []byte {
		return appendReview(appendID(append(b, `,"id":`...), l.Card.ID), l.Ruling)
	})
}

// ruleLink answers with the link.
func (d *Door) ruleLink(q *request, allow bool) error {
	i, err := id.Parse(q.PathValue("id"))
	if err != nil {
		return problem.NotFound("link")
	}
	if err := d.Safety.RuleTrend(q.Context(), q.viewer, safety.TrendLink, i.String(), allow); err != nil {
		return err
	}
	l, err := d.Trends.ReviewLink(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = d.appendReviewedLink(q)(q.out, *l)
	return nil
}

func (d *Door) reviewPublishers(q *request) error {
	p, err := q.trendPage(trendsUsual, trendsMost)
	if err != nil {
		return err
	}
	list, err := d.Trends.ReviewPublishers(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	d.offsets(q, p.Offset, p.Limit, len(list))
	q.out = appendList(q.out, list, appendPublisher)
	return nil
}

// appendPublisher appends a site that links lead to; it is known by its host.
func appendPublisher(b []byte, p trend.Publisher) []byte {
	b = appendText(append(b, `{"id":`...), p.Host)
	b = appendText(append(b, `,"domain":`...), p.Host)
	b = strconv.AppendBool(append(b, `,"trendable":`...), !p.Refused)
	return append(appendReview(b, p.Ruling), '}')
}

func (d *Door) rulePublisher(q *request, allow bool) error {
	host := q.PathValue("id")
	if err := d.Safety.RuleTrend(q.Context(), q.viewer, safety.TrendPublisher, host, allow); err != nil {
		return err
	}
	q.out = appendPublisher(q.out, trend.Publisher{Host: host, Ruling: trend.Ruling{Looked: true, Refused: !allow}})
	return nil
}
