package safety

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/problem"
)

// Dimension is what something is made up of, the largest part first.
type Dimension struct {
	Key   string
	Parts []Part
}

// Part is one of its parts.
type Part struct {
	Key   string
	Name  string // for people; the key where it has none
	Value int64
	Text  string // in place of Value, where it is no number
	Unit  string // "bytes", or ""
}

// dimensions are counted like measures; each gives keys and numbers.
var dimensions = map[string]struct {
	query  string
	column string
	about  string
}{
	"languages":          {`language, count(*) FROM account WHERE domain = '' AND kind IN ('person', 'organisation') AND state = 'active'`, `id`, ``},
	"servers":            {`domain, count(*) FROM post WHERE 1 = 1`, `id`, ``},
	"tag_servers":        {`domain, count(*) FROM (SELECT post.id, post.domain, post_tag.tag FROM post_tag JOIN post ON post.id = post_tag.post_id) used WHERE tag = $1`, `id`, `id`},
	"tag_languages":      {`language, count(*) FROM (SELECT post.id, post.language, post_tag.tag FROM post_tag JOIN post ON post.id = post_tag.post_id) used WHERE tag = $1`, `id`, `id`},
	"instance_languages": {`language, count(*) FROM post WHERE domain = $1`, `id`, `domain`},
	"instance_accounts": {`username, count(*) FROM (SELECT post.id, account.username, account.domain FROM post JOIN account ON account.id = post.account_id) busy
		WHERE domain = $1`, `id`, `domain`},
}

// partsMost is the longest list of parts.
const partsMost = 100

// Dimensions says what the keys name is made up of over the days of a span; for
// moderators. A key that there is not is left out.
func (s *Service) Dimensions(ctx context.Context, v account.Viewer, keys []string, span Span, limit int, about func(key, parameter string) string) ([]*Dimension, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = 10
	}
	var list []*Dimension
	for _, key := range keys {
		d, known := dimensions[key]
		if !known && !slices.Contains([]string{"sources", "space_usage", "software_versions"}, key) {
			continue
		}
		q := question{kind: "dimension", key: key, span: span, limit: min(limit, partsMost)}
		if d.about != "" {
			q.about = db.Fold(about(key, d.about))
		}
		found, _, err := s.figures.Get(ctx, q)
		if err != nil {
			return nil, err
		}
		list = append(list, found.(*Dimension))
	}
	return list, nil
}

func (s *Service) dimension(ctx context.Context, q question) (*Dimension, error) {
	d := &Dimension{Key: q.key}
	var err error
	switch q.key {
	case "sources": // by which app somebody came is not kept
	case "space_usage":
		d.Parts, err = s.space(ctx)
	case "software_versions":
		d.Parts = []Part{{Key: "go", Name: "Go", Text: runtime.Version()}, {Key: string(s.d.Engine()), Name: string(s.d.Engine()), Text: string(s.d.Engine())}}
	default:
		d.Parts, err = s.parts(ctx, q)
	}
	return d, err
}

func (s *Service) parts(ctx context.Context, q question) ([]Part, error) {
	d := dimensions[q.key]
	var args []any
	if d.about != "" {
		args = append(args, q.about)
	}
	n := len(args)
	from, to := q.span.bounds()
	at := func(i int) string { return strconv.Itoa(n + i) }
	return db.All(s.d.Read(ctx), func(r db.Row) (p Part, err error) {
		err = r.Scan(&p.Key, &p.Value)
		if p.Name = p.Key; p.Key == "" && q.key != "languages" && q.key != "tag_languages" && q.key != "instance_languages" {
			p.Key = s.Accounts.Host()
			p.Name = p.Key
		}
		return p, err
	}, `SELECT `+d.query+` AND `+d.column+` >= $`+at(1)+` AND `+d.column+` < $`+at(2)+` GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $`+at(3),
		append(args, int64(from), int64(to), q.limit)...)
}

func (s *Service) space(ctx context.Context) ([]Part, error) {
	p := Part{Key: "media", Name: "Media", Unit: "bytes"}
	err := s.d.Read(ctx).QueryRow(`SELECT COALESCE(sum(bytes), 0) FROM media`).Scan(&p.Value)
	return []Part{p}, err
}

// Cohort is those who came in one period, and how many of them wrote something in
// that period and in each later one.
type Cohort struct {
	Period time.Time
	Data   []CohortValue
}

// CohortValue is one of a cohort's periods.
type CohortValue struct {
	Period time.Time
	Value  int64
	Rate   float64 // of the whole cohort, 0 to 1
}

// cohortsMost bounds how many periods a table of retention has.
const cohortsMost = 31

// Retention says how many of those who came in each day or month of a span wrote
// something in it and in later ones; for moderators.
func (s *Service) Retention(ctx context.Context, v account.Viewer, span Span, monthly bool) ([]Cohort, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	q := question{kind: "retention", key: "day", span: span}
	if monthly {
		q.key = "month"
	}
	if n := len(q.periods()); n > cohortsMost {
		return nil, problem.Invalid("end_at", "At most %d periods are possible.", cohortsMost)
	}
	found, _, err := s.figures.Get(ctx, q)
	if err != nil {
		return nil, err
	}
	return found.([]Cohort), nil
}

// periods are the first days of a question's days or months.
func (q question) periods() []time.Time {
	var list []time.Time
	at := q.span.From
	if q.key == "month" {
		at = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	for ; !at.After(q.span.To); at = q.after(at) {
		list = append(list, at)
	}
	return list
}

func (q question) after(at time.Time) time.Time {
	if q.key == "month" {
		return at.AddDate(0, 1, 0)
	}
	return at.AddDate(0, 0, 1)
}

func (s *Service) retention(ctx context.Context, q question) ([]Cohort, error) {
	r := s.d.Read(ctx)
	const newcomers = `account.domain = '' AND account.kind IN ('person', 'organisation') AND account.id >= $1 AND account.id < $2`
	var cohorts []Cohort
	periods := q.periods()
	for n, period := range periods {
		whole := Span{period, q.after(period).Add(-day)}
		from, to := whole.bounds()
		var size int64
		if err := r.QueryRow(`SELECT count(*) FROM account WHERE `+newcomers, int64(from), int64(to)).Scan(&size); err != nil {
			return nil, err
		}
		c := Cohort{Period: period}
		for _, later := range periods[n:] {
			v := CohortValue{Period: later}
			if size > 0 {
				began, ended := Span{later, q.after(later).Add(-day)}.bounds()
				err := r.QueryRow(`SELECT count(*) FROM account WHERE `+newcomers+` AND EXISTS
					(SELECT 1 FROM post WHERE post.account_id = account.id AND post.id >= $3 AND post.id < $4)`,
					int64(from), int64(to), int64(began), int64(ended)).Scan(&v.Value)
				if err != nil {
					return nil, err
				}
				v.Rate = float64(v.Value) / float64(size)
			}
			c.Data = append(c.Data, v)
		}
		cohorts = append(cohorts, c)
	}
	return cohorts, nil
}
