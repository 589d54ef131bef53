package api

import (
	"encoding/json"
	"net/http"

	"goodturn/internal/door"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// Problem is every answer that is not a success (RFC 9457).
type Problem struct {
	Type   string `json:"type" about:"Which kind of problem: a link to the page that explains it." example:"https://goodturn.example/api#invalid"`
	Title  string `json:"title" about:"The kind in a few words of English." example:"Something in the request is wrong"`
	Status int    `json:"status" about:"The HTTP status." example:"422"`
	Detail string `json:"detail" about:"What happened and what to do, for a person, in a language of Accept-Language." example:"A quantity is between 0 and 1000000000000."`
	Field  string `json:"field,omitempty" about:"The field of the body, parameter or header that is wrong, if it is one." example:"quantity"`
}

// kind is one kind of problem that the API answers with.
type kind struct {
	Status int    `json:"status"`
	Name   string `json:"name"`
	Title  string `json:"title"`
}

// kinds are all kinds of problems, by status, for the page that explains them;
// Name is the anchor there.
var kinds = []kind{
	{http.StatusUnauthorized, "unauthorized", "A valid token is needed"},
	{http.StatusForbidden, "forbidden", "This account or token may not do that"},
	{http.StatusNotFound, "not-found", "There is no such thing, or it is not yours to see"},
	{http.StatusMethodNotAllowed, "method-not-allowed", "This method is not for this path"},
	{http.StatusConflict, "conflict", "It is too late, or done already"},
	{http.StatusGone, "gone", "It was here and was taken back"},
	{http.StatusRequestEntityTooLarge, "too-large", "The request is too large"},
	{http.StatusUnsupportedMediaType, "not-json", "The body is not JSON"},
	{http.StatusUnprocessableEntity, "invalid", "Something in the request is wrong"},
	{http.StatusTooManyRequests, "too-many", "Too many requests"},
	{http.StatusInternalServerError, "fault", "Something went wrong on our side"},
	{http.StatusServiceUnavailable, "unavailable", "Try again in a moment"},
}

// refusal is a problem that only HTTP knows, with the header that belongs to it.
type refusal struct {
	status        int
	err           *problem.Error
	header, value string
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

var (
	errNoRoute error = problem.NotFound("page")
	errNoToken error = problem.Unauthorized("Send a token: Authorization: Bearer …")
	errTooMany error = problem.TooMany("You asked too often. Wait as long as Retry-After says.")
	errNotJSON error = &refusal{status: http.StatusUnsupportedMediaType,
		err: problem.Invalid("Content-Type", "Send the body as JSON, with Content-Type: application/json.")}
)

func errMethod(allowed string) error {
	return &refusal{status: http.StatusMethodNotAllowed, err: problem.Invalid("", "This path takes %s.", allowed)}
}

// errScope is for a token that may not; RFC 6750, section 3.1.
func errScope(scope string) error {
	return &refusal{status: http.StatusForbidden, err: problem.Forbidden("This needs a token with the scope %s.", scope),
		header: "WWW-Authenticate", value: `Bearer error="insufficient_scope", scope="` + scope + `"`}
}

// refuse writes an error as a problem, and logs it when it is ours.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	door.Fault(d.Log, r, err)
	status := door.Status(err)
	if special, ok := err.(*refusal); ok {
		status = special.status
		if special.header != "" {
			w.Header().Set(special.header, special.value)
		}
	} else if status == http.StatusUnauthorized {
		challenge := "Bearer"
		if door.Bearer(r) != "" {
			challenge = `Bearer error="invalid_token"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	p := Problem{Status: status}
	for _, k := range kinds {
		if k.Status == status {
			p.Type, p.Title = d.URL+"/api#"+k.Name, k.Title
		}
	}
	say := lang.Match(r.Header.Get("Accept-Language"), "")
	if known, ok := problem.Of(err); ok {
		p.Field, p.Detail = known.Field, say.T(known.Format, known.Args...)
	} else {
		p.Detail = say.T("Something went wrong on our side. Try again in a moment.")
	}
	body, err := json.Marshal(p)
	if err != nil {
		d.Log.Error("problem not written", "error", err)
	}
	d.write(w, r, status, "application/problem+json", body)
}
