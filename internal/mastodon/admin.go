package mastodon

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// What moderators may do through the API. Mastodon does not tell apart who may
// not: it says of all that this is not allowed.
func adminRoutes() []route {
	return slices.Concat(adminAccountRoutes(), adminReportRoutes(), adminDomainRoutes(), adminSignUpRoutes(), adminFigureRoutes(), adminTrendRoutes())
}

// governed are routes of one noun for moderators: path is what follows
// /api/v1/admin/, and the scope that of reading or of writing the noun.
func governed(noun, method, path string, do func(*Door, *request) error) route {
	verb := "write"
	if method == http.MethodGet {
		verb = "read"
	}
	scope := "admin:" + verb
	if noun != "" {
		scope += ":" + noun
	}
	if !strings.HasPrefix(path, "/") {
		path = "/api/v1/admin/" + path
	}
	return route{method: method, path: path, scopes: scope, do: func(d *Door, q *request) error {
		if !q.viewer.Moderates() {
			return errNotAllowed
		}
		if method != http.MethodGet {
			if err := q.form(); err != nil {
				return err
			}
		}
		err := do(d, q)
		if problem.Is(err, problem.KindForbidden) {
			return errNotAllowed
		}
		return err
	}}
}

// adminPage is the part of a list that a moderator asks for.
func (q *request) adminPage() (db.Page, error) {
	p, err := q.page(200)
	if p.Limit == 0 {
		p.Limit = 100
	}
	return p, err
}

// nothing answers with an empty object.
func nothing(q *request, err error) error {
	q.out = append(q.out, "{}"...)
	return err
}

// one answers with one thing.
func one[T any](q *request, thing T, err error, each func([]byte, T) []byte) error {
	if err == nil {
		q.out = each(q.out, thing)
	}
	return err
}

// listed answers with a page of a list.
func listed[T any](d *Door, q *request, list func(db.Page) ([]T, error), cursor func(T) id.ID, each func([]byte, T) []byte) error {
	p, err := q.adminPage()
	if err != nil {
		return err
	}
	found, err := list(p)
	if err != nil {
		return err
	}
	linked(d, q, found, cursor)
	q.out = appendList(q.out, found, each)
	return nil
}

// byID runs f on the id in the path.
func byID(f func(d *Door, q *request, i id.ID) error) func(*Door, *request) error {
	return func(d *Door, q *request) error {
		i, err := q.id()
		if err != nil {
			return err
		}
		return f(d, q, i)
	}
}

// day is a parameter that is a date or a time.
func (q *request) day(name string) (time.Time, error) {
	s := q.get(name)
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, problem.Invalid(name, "This is not a day, such as 2026-05-01.")
}

// seconds is a parameter that is a length of time; nil if it is left out.
func (q *request) seconds(name string) (*time.Duration, error) {
	s := q.get(name)
	if s == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > int64(100*365*24*time.Hour/time.Second) {
		return nil, problem.Invalid(name, "This is not a number of seconds.")
	}
	length := time.Duration(n) * time.Second
	return &length, nil
}
