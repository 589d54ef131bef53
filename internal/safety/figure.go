package safety

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Figures for moderators are counted by bounded queries, and kept for a while.
const (
	figuresAge  = 5 * time.Minute
	figuresMost = 200
	daysMost    = 366
	day         = 24 * time.Hour
)

// Span is the days that a figure is about, from the first day to the last, in UTC.
type Span struct{ From, To time.Time }

// SpanOf is from the day of one time to that of another; problem.Invalid when
// there is none, or more than a year.
func SpanOf(from, to time.Time) (Span, error) {
	s := Span{from.UTC().Truncate(day), to.UTC().Truncate(day)}
	if from.IsZero() || to.IsZero() || s.To.Before(s.From) || s.To.Sub(s.From) > daysMost*day {
		return s, problem.Invalid("end_at", "Name a first and a last day, at most a year apart.")
	}
	return s, nil
}

// before is as many days just before.
func (s Span) before() Span {
	n := s.To.Sub(s.From) + day
	return Span{s.From.Add(-n), s.To.Add(-n)}
}

// bounds are the ids of what happened in the span.
func (s Span) bounds() (from, to id.ID) { return id.Floor(s.From), id.Floor(s.To.Add(day)) }

// question is what a figure answers.
type question struct {
	kind, key, about string
	span             Span
	limit            int
}

func (s *Service) rememberFigures() {
	s.figures = cache.New(cache.Options[question, any]{
		Bytes: figuresMost, Age: figuresAge, Size: func(question, any) int { return 1 },
		Load: func(ctx context.Context, qs []question) (map[question]any, error) {
			found := make(map[question]any, len(qs))
			for _, q := range qs {
				v, err := s.answer(ctx, q)
				if err != nil {
					return nil, fmt.Errorf("count %s: %w", q.key, err)
				}
				found[q] = v
			}
			return found, nil
		},
	})
}

func (s *Service) answer(ctx context.Context, q question) (any, error) {
	switch q.kind {
	case "measure":
		return s.measure(ctx, q)
	case "dimension":
		return s.dimension(ctx, q)
	}
	return s.retention(ctx, q)
}

// Measure is a number over days.
type Measure struct {
	Key             string
	Unit            string // "" for pieces
	Total, Previous int64  // Previous of as many days before
	Days            []DayValue
}

// DayValue is a number on a day.
type DayValue struct {
	Day   time.Time
	Value int64
}

// measures count what happened, by day. Their texts end in a condition, to which
// that of the days is added; $1 is what they are about, where they are about
// something. Likes have no order in time that could be asked for without reading
// all of them, so they are in none.
var measures = map[string]struct {
	query  string
	column string // by which a day is told: an id, or milliseconds where it ends in _at
	about  string // the parameter that says what it is about
}{
	"new_users":        {`account WHERE domain = '' AND kind IN ('person', 'organisation') AND state <> 'deleted'`, `id`, ``},
	"active_users":     {`(SELECT id, account_id AS who, domain FROM post) busy WHERE domain = ''`, `id`, ``},
	"interactions":     {`post WHERE (share_of IS NOT NULL AND movement_id IS NULL OR reply_to IS NOT NULL)`, `id`, ``},
	"opened_reports":   {`report WHERE 1 = 1`, `id`, ``},
	"resolved_reports": {`report WHERE done_at IS NOT NULL`, `done_at`, ``},

	"tag_uses":     {`post_tag WHERE tag = $1`, `post_id`, `id`},
	"tag_accounts": {`(SELECT post.id, post_tag.tag, post.account_id AS who FROM post_tag JOIN post ON post.id = post_tag.post_id) used WHERE tag = $1`, `id`, `id`},
	"tag_servers":  {`(SELECT post.id, post_tag.tag, post.domain AS who FROM post_tag JOIN post ON post.id = post_tag.post_id) used WHERE tag = $1`, `id`, `id`},

	"instance_accounts":  {`account WHERE domain = $1 AND state <> 'deleted'`, `id`, `domain`},
	"instance_statuses":  {`post WHERE domain = $1`, `id`, `domain`},
	"instance_reports":   {`(SELECT report.id, account.domain FROM report JOIN account ON account.id = report.target_id) told WHERE domain = $1`, `id`, `domain`},
	"instance_follows":   {`(SELECT follow.id, account.domain FROM follow JOIN account ON account.id = follow.followee_id) f WHERE domain = $1`, `id`, `domain`},
	"instance_followers": {`(SELECT follow.id, account.domain FROM follow JOIN account ON account.id = follow.follower_id) f WHERE domain = $1`, `id`, `domain`},
	"instance_media_attachments": {`(SELECT media.id, account.domain FROM media JOIN account ON account.id = media.account_id) m WHERE domain = $1`,
		`id`, `domain`},
}

// distinct are the measures of how many there are of somebody, not how often.
var distinct = map[string]bool{"active_users": true, "tag_accounts": true, "tag_servers": true}

// Measures counts what the keys name over the days of a span, about the hashtag
// or domain that some are about; for moderators. A key that there is not is left
// out.
func (s *Service) Measures(ctx context.Context, v account.Viewer, keys []string, span Span, about func(key, parameter string) string) ([]*Measure, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	var list []*Measure
	for _, key := range keys {
		m, known := measures[key]
		if !known {
			continue
		}
		q := question{kind: "measure", key: key, span: span}
		if m.about != "" {
			q.about = db.Fold(about(key, m.about))
		}
		found, _, err := s.figures.Get(ctx, q)
		if err != nil {
			return nil, err
		}
		list = append(list, found.(*Measure))
	}
	return list, nil
}

func (s *Service) measure(ctx context.Context, q question) (*Measure, error) {
	m := &Measure{Key: q.key}
	var err error
	if m.Days, m.Total, err = s.count(ctx, q, q.span); err != nil {
		return nil, err
	}
	_, m.Previous, err = s.count(ctx, q, q.span.before())
	return m, err
}

// count gives a number by day, and of all days together.
func (s *Service) count(ctx context.Context, q question, span Span) ([]DayValue, int64, error) {
	m := measures[q.key]
	what := `count(*)`
	if distinct[q.key] {
		what = `count(DISTINCT who)`
	}
	var args []any
	if m.about != "" {
		args = append(args, q.about)
	}
	from, to := span.bounds()
	length := int64(id.Floor(time.UnixMilli(day.Milliseconds())))
	if m.column == "done_at" {
		from, to, length = id.ID(db.Millis(span.From)), id.ID(db.Millis(span.To.Add(day))), day.Milliseconds()
	}
	source := fmt.Sprintf(`%s AND %s >= $%d AND %s < $%d`, m.query, m.column, len(args)+1, m.column, len(args)+2)
	args = append(args, int64(from), int64(to))
	which := m.column + ` / ` + strconv.FormatInt(length, 10)
	r := s.d.Read(ctx)
	byDay := map[int64]int64{}
	_, err := db.All(r, func(row db.Row) (struct{}, error) {
		var d, n int64
		err := row.Scan(&d, &n)
		byDay[d] = n
		return struct{}{}, err
	}, `SELECT `+which+`, `+what+` FROM `+source+` GROUP BY `+which, args...)
	if err != nil {
		return nil, 0, err
	}
	var total int64
	if err := r.QueryRow(`SELECT `+what+` FROM `+source, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	var days []DayValue
	for d := span.From; !d.After(span.To); d = d.Add(day) {
		days = append(days, DayValue{d, byDay[d.Unix()/int64(day.Seconds())]})
	}
	return days, total, nil
}
