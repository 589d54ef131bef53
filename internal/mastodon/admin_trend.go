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
	const tags, statuses = "trends/tags", "trends/statuses"
	return []route{
		governed("", "GET", tags, (*Door).reviewTags),
		governed("", "POST", tags+"/{id}/approve", ruling((*Door).ruleTag, true)),
		governed("", "POST", tags+"/{id}/reject", ruling((*Door).ruleTag, false)),
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
	d.offsets(q, p, len(list))
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
	d.offsets(q, p, len(list))
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
