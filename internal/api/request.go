package api

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// request is a request to a route, and who makes it.
type request struct {
	*http.Request
	w      http.ResponseWriter
	route  *route
	viewer account.Viewer
}

// key is the request's idempotency key, "" if none.
func (q *request) key() string { return q.Header.Get("Idempotency-Key") }

// param is a parameter of the query that the route declares.
func (q *request) param(name string) string {
	if !q.route.takes(name) {
		panic("api: the route " + q.route.path + " does not declare the parameter " + name)
	}
	return q.URL.Query().Get(name)
}

// choice is a parameter that has one of the values that the route declares.
func (q *request) choice(name string) (string, error) {
	s := q.param(name)
	for _, p := range q.route.query {
		if s == "" || p.name != name {
			continue
		}
		for _, c := range p.choices {
			if s == c {
				return s, nil
			}
		}
		return "", problem.Invalid(name, "This must be one of: %s.", strings.Join(p.choices, ", "))
	}
	return "", nil
}

// number is a parameter that is a whole number, 0 if absent.
func (q *request) number(name string) (int, error) {
	s := q.param(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, problem.Invalid(name, "This must be a whole number.")
	}
	return n, nil
}

// printer says things in the language that who asks chose, else as the request says.
func (q *request) printer() *lang.Printer {
	chosen := ""
	if q.viewer.SignedIn() {
		chosen = q.viewer.Account().Language
	}
	return lang.Match(q.Header.Get("Accept-Language"), chosen)
}

// page is the part of the list that is asked for.
func (q *request) page() (db.Page, error) { return door.Page(q.Request, 0) }

// id is an id in the path; what is none names nothing.
func (q *request) id(name, what string) (id.ID, error) {
	i, err := id.Parse(q.PathValue(name))
	if err != nil {
		return 0, problem.NotFound(what)
	}
	return i, nil
}

// body reads the JSON object that the request carries over what v holds; none
// at all is an empty one.
func (q *request) body(v any) error {
	if q.ContentLength == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return errNotJSON
	}
	return door.JSON(q.Request, v)
}

// link points to the pages around one; a list's ids run from newest to oldest.
func link[T any](d *Door, q *request, list []T, id func(T) id.ID) {
	if len(list) > 0 {
		door.Link(q.w, q.Request, d.URL, id(list[0]), id(list[len(list)-1]))
	}
}

// located says where what was made can be read.
func (d *Door) located(q *request, path string) { q.w.Header().Set("Location", d.URL+Base+path) }

// movement is the one that the path names by its slug or id. A slug has a
// letter, so that neither can be taken for the other.
func (d *Door) movement(q *request) (*movement.Movement, error) {
	return d.movementNamed(q, q.PathValue("slug"))
}

func (d *Door) movementNamed(q *request, name string) (*movement.Movement, error) {
	if i, err := id.Parse(name); err == nil {
		return d.Movements.ByID(q.Context(), q.viewer, i)
	}
	return d.Movements.Get(q.Context(), q.viewer, name)
}

// accountNamed is the one that a handle or an id names.
func (d *Door) accountNamed(q *request, name string) (*account.Account, error) {
	i, err := id.Parse(name)
	if err != nil {
		return d.Accounts.ByHandle(q.Context(), name)
	}
	a, err := d.Accounts.Get(q.Context(), i)
	if err == nil && !a.Shown() {
		return nil, problem.NotFound("account")
	}
	return a, err
}

// accountIn is accountNamed for a field of a body.
func (d *Door) accountIn(q *request, field, name string) (*account.Account, error) {
	if name == "" {
		return nil, problem.Invalid(field, "Name an account by its handle or id.")
	}
	a, err := d.accountNamed(q, name)
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
		return nil, problem.Invalid(field, "There is nobody called %s here.", name)
	}
	return a, err
}

// sentAs names a problem's field as this API does, where a room calls it otherwise.
func sentAs(err error, room, here string) error {
	p, ok := problem.Of(err)
	if !ok || p.Field != room {
		return err
	}
	renamed := *p
	renamed.Field = here
	return &renamed
}
