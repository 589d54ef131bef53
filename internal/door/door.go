// Package door is what all doors share: where a request comes from, which part
// of a list it asks for, how large its body may be, and which status a problem
// has. It holds no rules of the product.
package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// BodyLimit is the most bytes of a body other than an upload.
const BodyLimit = 1 << 20

// Status is the HTTP status of an error: that of its problem, 503 for a
// deadline, and 500 for what is our fault.
func Status(err error) int {
	p, ok := problem.Of(err)
	if !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return http.StatusServiceUnavailable
		}
		return http.StatusInternalServerError
	}
	switch p.Kind {
	case problem.KindInvalid:
		return http.StatusUnprocessableEntity
	case problem.KindUnauthorized:
		return http.StatusUnauthorized
	case problem.KindForbidden:
		return http.StatusForbidden
	case problem.KindNotFound:
		return http.StatusNotFound
	case problem.KindConflict:
		return http.StatusConflict
	case problem.KindGone:
		return http.StatusGone
	case problem.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case problem.KindTooMany:
		return http.StatusTooManyRequests
	case problem.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Fault logs an error that is ours, once, with what is needed to find its
// cause; problems of people are not logged. A caller that hung up is neither.
func Fault(log *slog.Logger, r *http.Request, err error) {
	p, isProblem := problem.Of(err)
	panicked, isPanic := errors.AsType[*Panic](err)
	switch {
	case isPanic:
		log.Error("handler panicked", "method", r.Method, "route", r.Pattern, "panic", fmt.Sprint(panicked.Value), "stack", string(panicked.Stack))
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
	case isProblem && p.Kind == problem.KindUnavailable && p.Err != nil:
		log.Warn("could not serve", "method", r.Method, "route", r.Pattern, "error", p.Err)
	case isProblem:
	default:
		log.Error("request failed", "method", r.Method, "route", r.Pattern, "error", err)
	}
}

// Bearer is the request's bearer token, "" if none.
func Bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// Page reads max_id, since_id, min_id and limit; most is the list's own
// highest limit, 0 for the usual one. What is not a number is a problem of that
// field; a limit beyond the bounds is brought within them.
func Page(r *http.Request, most int) (db.Page, error) {
	p := db.Page{Most: most}
	if r.URL.RawQuery == "" {
		return p, nil
	}
	q := r.URL.Query()
	for _, f := range []struct {
		name string
		into *id.ID
	}{{"max_id", &p.Max}, {"since_id", &p.Since}, {"min_id", &p.Min}} {
		s := q.Get(f.name)
		if s == "" || s == "0" {
			continue
		}
		i, err := id.Parse(s)
		if err != nil {
			return p, problem.Invalid(f.name, "This is not an id: use one from an answer of this server.")
		}
		*f.into = i
	}
	if s := q.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return p, problem.Invalid("limit", "The limit is a whole number.")
		}
		p.Limit = max(n, 1)
	}
	return p, nil
}

// Link sets the Link header to the pages around one whose ids run from newest
// to oldest; base is the server's own address.
func Link(w http.ResponseWriter, r *http.Request, base string, newest, oldest id.ID) {
	if newest == 0 {
		return
	}
	at := func(key string, i id.ID) string {
		q := r.URL.Query()
		for _, k := range []string{"max_id", "since_id", "min_id"} {
			q.Del(k)
		}
		q.Set(key, i.String())
		return base + r.URL.Path + "?" + q.Encode()
	}
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next", <%s>; rel="prev"`, at("max_id", oldest), at("min_id", newest)))
}

// JSON reads a body of one JSON object into v, strictly: no unknown field, no
// trailing text.
func JSON(r *http.Request, v any) error {
	body, err := Body(r)
	if err != nil {
		return err
	}
	if !utf8.Valid(body) {
		return notUTF8()
	}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return badJSON(err, reflect.TypeOf(v))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem.Invalid("", "The body must hold one JSON object and nothing after it.")
	}
	return nil
}

// notUTF8 is for JSON that would else be read with other characters in their place.
func notUTF8() error { return problem.Invalid("", "The body must be UTF-8 text.") }

// Body reads a body of at most BodyLimit bytes.
func Body(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, BodyLimit))
	if err == nil {
		return body, nil
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, problem.TooLarge("", "This is more than %d bytes.", large.Limit)
	}
	return nil, &problem.Error{Kind: problem.KindInvalid, Format: "The body was cut off on its way. Send it again.", Err: err}
}

// Worded is a type that says in words what it reads from JSON ("a time such as
// …"), where its UnmarshalJSON answers json.UnmarshalTypeError.
type Worded interface{ Wants() string }

// badJSON is what was wrong with text that was read into a value of that type.
func badJSON(err error, into reflect.Type) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		if w, ok := reflect.Zero(kind.Type).Interface().(Worded); ok {
			return problem.Invalid(sentField(into, kind.Field), "This must be %s.", w.Wants())
		}
		return problem.Invalid(sentField(into, kind.Field), "This must be %s.", jsonName(kind.Type.Kind().String()))
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return problem.Invalid(strings.Trim(field, `"`), "There is no such field.")
	}
	return &problem.Error{Kind: problem.KindInvalid, Format: "The body is not valid JSON.", Err: err}
}

// sentField is a path of encoding/json as its sender wrote it: without the names of
// types that lie embedded in others.
func sentField(t reflect.Type, path string) string {
	var sent []string
	for name := range strings.SplitSeq(path, ".") {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct {
			t, sent = nil, append(sent, name)
			continue
		}
		field, ok := t.FieldByNameFunc(func(is string) bool {
			f, _ := t.FieldByName(is)
			as, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return as == name || as == "" && is == name
		})
		t = nil
		if ok {
			t = field.Type
		}
		if !ok || !field.Anonymous || field.Tag.Get("json") != "" {
			sent = append(sent, name)
		}
	}
	return strings.Join(sent, ".")
}

// jsonName calls Go's kinds what JSON calls them.
func jsonName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	case strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "bool":
		return "true or false"
	case kind == "slice":
		return "a list"
	case kind == "struct" || kind == "map":
		return "an object"
	}
	return "text"
}

// Values reads the parameters of a request that may come as a query, a form,
// a multipart form without files, or flat JSON, as Mastodon's clients send
// them. Lists are named key[] however they came.
func Values(r *http.Request) (url.Values, error) {
	out := r.URL.Query()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		body, err := Body(r)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, problem.Invalid("", "The form is not encoded as a form.")
		}
		for k, v := range form {
			out[k] = append(out[k], v...)
		}
	case "multipart/form-data":
		r.Body = http.MaxBytesReader(nil, r.Body, BodyLimit)
		if err := r.ParseMultipartForm(BodyLimit); err != nil {
			return nil, &problem.Error{Kind: problem.KindInvalid, Format: "The form could not be read. Send it again.", Err: err}
		}
		for k, v := range r.MultipartForm.Value {
			out[k] = append(out[k], v...)
		}
	case "application/json":
		var object map[string]any
		body, err := Body(r)
		if err != nil {
			return nil, err
		}
		if !utf8.Valid(body) {
			return nil, notUTF8()
		}
		if len(body) > 0 {
			dec := json.NewDecoder(strings.NewReader(string(body)))
			dec.UseNumber()
			if err := dec.Decode(&object); err != nil {
				return nil, badJSON(err, reflect.TypeFor[map[string]any]())
			}
		}
		if err := flatten(out, "", object); err != nil {
			return nil, err
		}
	}
	return out, AllWellFormed(out)
}

// nameMost bounds the name of a parameter, in bytes: nested JSON makes each name
// as long as it is deep, and a body can hold thousands of them.
const nameMost = 200

// flatten names nested JSON as a form would: {"a":{"b":[1]}} is a[b][]=1.
func flatten(out url.Values, prefix string, v any) error {
	if len(prefix) > nameMost {
		return problem.Invalid("", "There is too much in one another here, or a name is too long.")
	}
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if prefix != "" {
				k = prefix + "[" + k + "]"
			}
			if err := flatten(out, k, e); err != nil {
				return err
			}
		}
	case []any:
		for _, e := range v {
			if err := flatten(out, prefix+"[]", e); err != nil {
				return err
			}
		}
	case nil:
	default:
		out.Add(prefix, fmt.Sprint(v))
	}
	return nil
}

// WellFormed says whether a stranger's text is UTF-8 without NUL, which is what
// both databases can keep.
func WellFormed(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// Intact is a problem of a request whose path, query or idempotency key is not
// WellFormed. Every door asks it first, so that no handler need ask.
func Intact(r *http.Request) error {
	if !WellFormed(r.URL.Path) {
		return problem.NotFound("page")
	}
	if !WellFormed(r.Header.Get("Idempotency-Key")) {
		return problem.Invalid("Idempotency-Key", "This must be UTF-8 text.")
	}
	if q := r.URL.RawQuery; strings.Contains(q, "%") || !WellFormed(q) {
		return AllWellFormed(r.URL.Query())
	}
	return nil
}

// AllWellFormed is a problem of the first parameter whose name or value is not
// WellFormed.
func AllWellFormed(values url.Values) error {
	for k, list := range values {
		for _, v := range list {
			if !WellFormed(v) || !WellFormed(k) {
				return problem.Invalid(strings.ReplaceAll(strings.ToValidUTF8(k, "?"), "\x00", "?"), "This must be UTF-8 text.")
			}
		}
	}
	return nil
}

type proxiesKey struct{}

// WithProxies is a context for all requests of a server, see
// http.Server.BaseContext: it says whose word on an address is believed.
func WithProxies(ctx context.Context, p Proxies) context.Context {
	return context.WithValue(ctx, proxiesKey{}, p)
}

// Addr is where a request came from, as far as named proxies are to be
// believed. It is for limits, not for deciding who asks.
func Addr(r *http.Request) netip.Addr {
	p, _ := r.Context().Value(proxiesKey{}).(Proxies)
	return p.From(r)
}
