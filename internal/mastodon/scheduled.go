package mastodon

import (
	"strconv"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

func scheduledRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/scheduled_statuses", scopes: "read:statuses", do: (*Door).allScheduled},
		{method: "GET", path: "/api/v1/scheduled_statuses/{id}", scopes: "read:statuses", do: (*Door).oneScheduled},
		{method: "PUT", path: "/api/v1/scheduled_statuses/{id}", scopes: "write:statuses", do: (*Door).reschedule},
		{method: "DELETE", path: "/api/v1/scheduled_statuses/{id}", scopes: "write:statuses", do: (*Door).unschedule},
	}
}

// times are the shapes that clients give a time in; without a zone it is UTC.
var times = []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04"}

// time is a parameter that is a time (ISO 8601), zero if it is not there.
func (q *request) time(name string) (time.Time, error) {
	s := q.get(name)
	if s == "" {
		return time.Time{}, nil
	}
	for _, shape := range times {
		if t, err := time.Parse(shape, s); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, problem.Invalid(name, "This is not a time such as 2030-12-31T12:00:00Z.")
}

// schedule keeps a post until its time and answers with it.
func (d *Door) schedule(q *request, draft post.Draft, at time.Time) error {
	p, err := d.Posts.Schedule(q.Context(), q.viewer, draft, at)
	if err != nil {
		return err
	}
	q.out = d.appendScheduled(q.out, p)
	return nil
}

func (d *Door) allScheduled(q *request) error {
	p, err := q.page(0)
	if err != nil {
		return err
	}
	list, err := d.Posts.AllScheduled(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	linked(d, q, list, func(p post.Scheduled) id.ID { return p.ID })
	q.out = appendList(q.out, list, func(b []byte, p post.Scheduled) []byte { return d.appendScheduled(b, &p) })
	return nil
}

func (d *Door) oneScheduled(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	p, err := d.Posts.ScheduledBy(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = d.appendScheduled(q.out, p)
	return nil
}

func (d *Door) reschedule(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	i, err := q.id()
	if err != nil {
		return err
	}
	at, err := q.time("scheduled_at")
	if err != nil {
		return err
	}
	if at.IsZero() {
		return d.oneScheduled(q)
	}
	p, err := d.Posts.Reschedule(q.Context(), q.viewer, i, at)
	if err != nil {
		return err
	}
	q.out = d.appendScheduled(q.out, p)
	return nil
}

func (d *Door) unschedule(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Posts.Unschedule(q.Context(), q.viewer, i)
}

// appendScheduled appends Mastodon's entity ScheduledStatus. What a client
// cannot use is there because older ones expect it.
func (d *Door) appendScheduled(b []byte, p *post.Scheduled) []byte {
	n := &p.Draft
	b = appendID(append(b, `{"id":`...), p.ID)
	b = appendTime(append(b, `,"scheduled_at":`...), p.At)
	b = appendText(append(b, `,"params":{"text":`...), n.Text)
	b = appendText(append(b, `,"visibility":`...), string(n.Visibility))
	b = strconv.AppendBool(append(b, `,"sensitive":`...), n.Sensitive)
	b = appendText(append(b, `,"spoiler_text":`...), n.Warning)
	b = appendTextOr(append(b, `,"language":`...), n.Language)
	b = appendTextOr(append(b, `,"idempotency":`...), n.Key)
	b = append(b, `,"in_reply_to_id":`...)
	if n.ReplyTo == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(n.ReplyTo), 10) // a number, as in Mastodon
	}
	b = append(b, `,"media_ids":`...)
	if len(n.MediaIDs) == 0 {
		b = append(b, "null"...)
	} else {
		b = appendList(b, n.MediaIDs, appendID)
	}
	b = append(b, `,"poll":`...)
	if n.Poll == nil {
		b = append(b, "null"...)
	} else {
		b = appendList(append(b, `{"options":`...), n.Poll.Options, appendText)
		b = strconv.AppendInt(append(b, `,"expires_in":`...), int64(n.Poll.Lasts/time.Second), 10)
		b = strconv.AppendBool(append(b, `,"multiple":`...), n.Poll.Multiple)
		b = strconv.AppendBool(append(b, `,"hide_totals":`...), n.Poll.HideTotals)
		b = append(b, '}')
	}
	b = append(b, `,"scheduled_at":null,"quoted_status_id":null,"quote_approval_policy":null,"application_id":0,"with_rate_limit":false}`...)
	b = appendList(append(b, `,"media_attachments":`...), p.Media, func(b []byte, m media.Media) []byte { return d.appendMedia(b, &m) })
	return append(b, '}')
}
