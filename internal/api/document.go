package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Document is the OpenAPI 3.1 document, as JSON. Nobody changes it.
var Document = sync.OnceValue(func() []byte { return must(json.Marshal(document())) })

// must is for what is made of maps, lists and plain values, which JSON can
// always say.
func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

const about = `Goodturn turns likes into acts of kindness: people start a *movement*, answer its *calls* with *acts* in the real world, pass the turn on by *nominations*, and see the *ripple*, who moved whom.

Posts, likes, shares, follows, notices and uploads are Mastodon's API on the same server; a token works for both.

**Tokens.** Send ` + "`Authorization: Bearer <token>`" + `. What is public can be read without one. A token needs the scope that is named with each operation, in Mastodon's names: ` + "`read` covers `read:statuses`" + ` and so on. Without a token where one is needed the answer is 401, without the scope 403. Somebody else's private thing is 404, like what does not exist.

**Ids** are text of digits. **Times** are RFC 3339, given in UTC with milliseconds. **Quantities** are whole numbers in the smallest unit: cents of a ` + "`currency`" + `, or minutes, signatures and so on of a ` + "`unit`" + `. What has different units is never added up.

**Lists** are arrays. The header Link holds the next and the previous page; follow it until a page is empty.

**Writing again.** What answers 201 takes an ` + "`Idempotency-Key`" + ` of up to 255 bytes, kept for two days: the same key gives the first thing again, and with another body 422.

**Problems** are ` + "`application/problem+json`" + ` (RFC 9457), with the ` + "`field`" + ` that is wrong. **Limits** are told in X-RateLimit-Limit, -Remaining and -Reset: ` + "600 requests in five minutes" + ` for each account, or address without a token; beyond them 429 says in Retry-After how long to wait.`

func document() object {
	s := &schemas{components: object{
		"ID":   object{"type": "string", "pattern": "^[0-9]{1,19}$", "description": "Text of digits; newer things have greater numbers."},
		"Time": object{"type": "string", "format": "date-time", "description": "RFC 3339; given in UTC with milliseconds."},
	}}
	paths, tags := object{}, []object{}
	for _, rt := range routes() {
		path, ok := paths[rt.path].(object)
		if !ok {
			path = object{}
			paths[rt.path] = path
		}
		path[strings.ToLower(rt.method)] = rt.operation(s)
	}
	for _, g := range groups {
		tags = append(tags, object{"name": g.name, "description": g.about})
	}
	problem := reflect.TypeFor[Problem]()
	return object{
		"openapi":    "3.1.0",
		"info":       object{"title": "Goodturn", "version": "1", "summary": "Movements, calls, acts and ripples.", "description": about, "license": object{"name": "AGPL-3.0", "identifier": "AGPL-3.0-or-later"}},
		"servers":    []object{{"url": Base, "description": "This server"}},
		"tags":       tags,
		"x-problems": kinds, // for the page that explains them
		"paths":      paths,
		"components": object{
			"schemas": s.components,
			"responses": object{"Problem": object{"description": "What went wrong, for people and programs.",
				"content": object{"application/problem+json": object{"schema": s.of(problem), "example": example(problem)}}}},
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer",
				"description": "A token with Mastodon's scopes; the operator makes one with “goodturn token create”."}},
		},
	}
}

func (rt *route) operation(s *schemas) object {
	op := object{
		"operationId": rt.operationID(),
		"tags":        []string{rt.group},
		"summary":     rt.summary,
		"parameters":  rt.parameters(),
		"responses":   rt.responses(s),
	}
	if rt.about != "" {
		op["description"] = rt.about
	}
	security := []object{}
	if rt.open {
		security = append(security, object{})
	}
	if rt.scope != "" {
		security = append(security, object{"token": []string{rt.scope}})
	}
	op["security"] = security
	if rt.do.in != nil {
		schema := s.component(rt.do.in, rt.do.partial)
		op["requestBody"] = object{"content": object{"application/json": object{"schema": schema, "example": example(rt.do.in)}}}
	}
	return op
}

// operationID is the method and the path's words, for programs that write
// clients: get_movements_slug.
func (rt *route) operationID() string {
	words := strings.FieldsFunc(rt.path, func(r rune) bool { return r == '/' || r == '{' || r == '}' || r == '-' })
	return strings.ToLower(rt.method) + "_" + strings.Join(words, "_")
}

// inPath says what stands in a path.
var inPath = map[string]string{
	"slug":    "A movement's slug or id.",
	"account": "An account's handle or id.",
	"hashtag": "Without #.",
	"post":    "A post's id.",
	"report":  "A reported sum's id.",
	"id":      "The id.",
}

func (rt *route) parameters() []object {
	list := []object{}
	for rest := rt.path; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		name, next, _ := strings.Cut(after, "}")
		list = append(list, object{"name": name, "in": "path", "required": true, "description": inPath[name], "schema": object{"type": "string"}})
		rest = next
	}
	for _, p := range rt.query {
		schema := object{"type": "string"}
		var sample any = p.example
		if p.choices != nil {
			schema["enum"] = p.choices
		}
		if n, err := strconv.Atoi(p.example); p.number && err == nil {
			schema, sample = object{"type": "integer", "minimum": 0}, n
		}
		list = append(list, object{"name": p.name, "in": "query", "description": p.about, "schema": schema, "example": sample})
	}
	if rt.creates {
		list = append(list, object{"name": "Idempotency-Key", "in": "header", "schema": object{"type": "string", "maxLength": 255},
			"description": "Any text of your own. The same key gives the first thing again; with another body 422.", "example": "8e03978e-40d5-43e8-bc93-6894a57f9324"})
	}
	return list
}

func (rt *route) responses(s *schemas) object {
	success := object{"description": "Done."}
	if out := rt.do.out; out != nil {
		if out.Kind() == reflect.Pointer {
			out = out.Elem()
		}
		success["content"] = object{"application/json": object{"schema": s.of(out), "example": example(out)}}
	}
	headers := object{}
	if rt.takes("max_id") || rt.takes("after") {
		headers["Link"] = object{"description": "The pages around this one, as rel=\"next\" and rel=\"prev\" (RFC 8288).", "schema": object{"type": "string"}}
	}
	if rt.creates {
		headers["Location"] = object{"description": "Where what was made can be read, if it has a place of its own.", "schema": object{"type": "string"}}
	}
	if len(headers) > 0 {
		success["headers"] = headers
	}
	out := object{strconv.Itoa(rt.success()): success}
	for _, status := range rt.problems() {
		out[strconv.Itoa(status)] = object{"$ref": "#/components/responses/Problem"}
	}
	out["default"] = object{"$ref": "#/components/responses/Problem"}
	return out
}

// problems are the statuses to reckon with, other than our own faults.
func (rt *route) problems() []int {
	list := []int{http.StatusUnauthorized, http.StatusTooManyRequests}
	if rt.scope != "" {
		list = append(list, http.StatusForbidden)
	}
	if strings.Contains(rt.path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if rt.method != http.MethodGet {
		list = append(list, http.StatusConflict)
	}
	if rt.do.in != nil || rt.query != nil {
		list = append(list, http.StatusUnprocessableEntity)
	}
	if rt.do.in != nil {
		list = append(list, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if strings.HasPrefix(rt.path, "/acts/{id}") {
		list = append(list, http.StatusGone)
	}
	return list
}
