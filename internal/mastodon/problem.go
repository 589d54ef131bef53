package mastodon

import (
	"errors"
	"net/http"
	"strconv"

	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/problem"
)

// The errors of this door itself, worded as Mastodon words them.
var (
	errNoToken = problem.Unauthorized("The access token is invalid")
	errScope   = problem.Forbidden("This action is outside the authorized scopes")
	errNoRoute = problem.NotFound("page")
	errTooMany = problem.TooMany("Too many requests")
	errNoUser  = "This method requires an authenticated user"
)

// refuse answers with an error, in Mastodon's words where it has some. What is
// wrong with a field is told twice: as a sentence, and under details by field.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if g, ok := errors.AsType[*auth.GrantError](err); ok {
		d.refuseGrant(w, r, g)
		return
	}
	if o, ok := errors.AsType[inObject](err); ok {
		d.write(w, r, http.StatusUnprocessableEntity, o.appendTo(nil))
		return
	}
	if v, ok := errors.AsType[invalid](err); ok {
		d.write(w, r, http.StatusUnprocessableEntity, v.appendTo(nil))
		return
	}
	if errors.Is(err, auth.ErrNoAccount) {
		d.write(w, r, http.StatusUnprocessableEntity, append(appendText([]byte(`{"error":`), errNoUser), `,"details":{}}`...))
		return
	}
	door.Fault(d.Log, r, err)
	status := door.Status(err)
	p, ok := problem.Of(err)
	if !ok {
		p = &problem.Error{}
	}
	b := []byte(`{"error":`)
	switch {
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="Goodturn", error="invalid_token"`)
		b = appendText(b, errNoToken.Format)
	case status == http.StatusNotFound:
		b = appendText(b, "Record not found")
	case status == http.StatusUnprocessableEntity, status == http.StatusConflict, status == http.StatusRequestEntityTooLarge:
		status = http.StatusUnprocessableEntity
		b = appendText(b, "Validation failed: "+p.Text())
		b = append(b, `,"details":{`...)
		if p.Field != "" {
			code := "ERR_INVALID"
			if p.Kind == problem.KindTooLarge {
				code = "ERR_TOO_LONG"
			}
			b = appendText(b, p.Field)
			b = append(b, `:[{"error":"`+code+`","description":`...)
			b = append(appendText(b, p.Text()), `}]`...)
		}
		b = append(b, '}')
	case !ok:
		b = appendText(b, "Something went wrong on our side. Try again in a moment.")
	default:
		b = appendText(b, p.Text())
	}
	d.write(w, r, status, append(b, '}'))
}

// refuseGrant answers an app that gets no token (RFC 6749, section 5.2).
func (d *Door) refuseGrant(w http.ResponseWriter, r *http.Request, g *auth.GrantError) {
	if g.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Goodturn", error="`+g.Code+`"`)
	}
	b := appendText([]byte(`{"error":`), g.Code)
	b = appendText(append(b, `,"error_description":`...), g.Description)
	d.write(w, r, g.Status, append(b, '}'))
}

func (d *Door) write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		d.Log.Debug("answer not delivered", "route", r.Pattern, "error", err)
	}
}
