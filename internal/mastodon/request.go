package mastodon

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// request is one request with what its handler answers; its buffers are used
// again for later ones.
type request struct {
	*http.Request
	w      http.ResponseWriter
	viewer account.Viewer
	token  *auth.Token // nil without
	out    []byte      // the answer, as JSON
	status int         // of the answer; 0 is 200

	values   url.Values // nil until form
	entries  []*post.Entry
	people   []id.ID
	posts    []id.ID
	faces    []*face
	shown    []shown
	carriers []id.ID         // movements whose carried posts are shown
	muted    post.Threads    // of the viewer
	filters  *filter.Set     // of the viewer, nil for none
	place    filter.Contexts // where filters drop what is shown; 0: nowhere

	attached map[id.ID][]byte // what notices show of reports and decisions; see attach
}

var requests = sync.Pool{New: func() any { return &request{out: make([]byte, 0, 8<<10)} }}

// largest is how much of a buffer is kept for later requests.
const largest = 256 << 10

func newRequest(w http.ResponseWriter, r *http.Request) *request {
	q := requests.Get().(*request)
	q.Request, q.w, q.viewer = r, w, account.Nobody
	return q
}

// free ends the use of q and of all that it lent.
func (q *request) free() {
	if cap(q.out) > largest {
		return
	}
	clear(q.entries)
	clear(q.faces)
	clear(q.shown)
	*q = request{out: q.out[:0], entries: q.entries[:0], people: q.people[:0], posts: q.posts[:0], faces: q.faces[:0], shown: q.shown[:0], carriers: q.carriers[:0]}
	requests.Put(q)
}

// id is the id in the path. Mastodon's clients know ids as text, so one that is
// no id is one that is not there.
func (q *request) id() (id.ID, error) {
	i, err := id.Parse(q.PathValue("id"))
	if err != nil {
		return 0, problem.NotFound("page")
	}
	return i, nil
}

// form reads the parameters of the request, however they came; after it, get and
// its like know them.
func (q *request) form() (err error) {
	q.values, err = door.Values(q.Request)
	return err
}

// uploadWithin is how long a slow phone may take to send its files, and to be
// answered.
const uploadWithin = 10 * time.Minute

// upload is form for a request that may bring files, of so many bytes together.
func (q *request) upload(most int64) error {
	kind, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return q.form()
	}
	q.Body = http.MaxBytesReader(q.w, q.Body, most+door.BodyLimit)
	patient := http.NewResponseController(q.w)
	until := time.Now().Add(uploadWithin)
	// Where there is no connection, there is none to cut.
	if err := errors.Join(patient.SetReadDeadline(until), patient.SetWriteDeadline(until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("wait for an upload: %w", err)
	}
	if err := q.ParseMultipartForm(door.BodyLimit); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return problem.TooLarge("file", "This file has more than %d MB.", most>>20)
		}
		return &problem.Error{Kind: problem.KindInvalid, Field: "file", Format: "The upload was cut off on its way. Send it again.", Err: err}
	}
	q.values = q.URL.Query()
	for k, v := range q.MultipartForm.Value {
		q.values[k] = append(q.values[k], v...)
	}
	return door.AllWellFormed(q.values)
}

// get is a parameter, "" if it is not there. A handler that reads no body needs
// no form.
func (q *request) get(name string) string {
	if q.values != nil {
		return q.values.Get(name)
	}
	for pair := range strings.SplitSeq(q.URL.RawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != name {
			continue
		}
		if strings.ContainsAny(value, "%+") {
			if s, err := url.QueryUnescape(value); err == nil {
				return s
			}
		}
		return value
	}
	return ""
}

// has says whether a parameter was given, be it empty.
func (q *request) has(name string) bool { return q.values.Has(name) }

// all are the values of a list, which clients name with [] or without.
func (q *request) all(name string) []string {
	if q.values == nil {
		q.values = q.URL.Query()
	}
	return slices.Concat(q.values[name+"[]"], q.values[name])
}

// ids are a list of ids.
func (q *request) ids(name string) ([]id.ID, error) {
	texts := q.all(name)
	if len(texts) > idsMost {
		return nil, problem.Invalid(name, "At most %d ids are possible.", idsMost)
	}
	ids := make([]id.ID, 0, len(texts))
	for _, s := range texts {
		i, err := id.Parse(s)
		if err != nil {
			return nil, problem.Invalid(name, "%s is not an id.", s)
		}
		ids = append(ids, i)
	}
	return ids, nil
}

const idsMost = 200

// yes says whether a parameter is set to true, in any of the ways that clients
// say it.
func (q *request) yes(name string) bool { return isTrue(q.get(name)) }

func isTrue(s string) bool {
	switch s {
	case "", "0", "f", "F", "false", "FALSE", "False", "off", "OFF":
		return false
	}
	return true
}

// flag is a parameter that may be left out: nil.
func (q *request) flag(name string) *bool {
	s := q.get(name)
	if s == "" {
		return nil
	}
	yes := isTrue(s)
	return &yes
}

// page is the part of a list that is asked for; most is the longest.
func (q *request) page(most int) (db.Page, error) {
	p := db.Page{Most: most}
	if q.URL.RawQuery == "" && q.values == nil {
		return p, nil
	}
	for _, f := range [...]struct {
		name string
		into *id.ID
	}{{"max_id", &p.Max}, {"since_id", &p.Since}, {"min_id", &p.Min}} {
		s := q.get(f.name)
		if s == "" || s == "0" {
			continue
		}
		i, err := id.Parse(s)
		if err != nil {
			return p, problem.Invalid(f.name, "This is not an id: use one from an answer of this server.")
		}
		*f.into = i
	}
	if s := q.get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return p, problem.Invalid("limit", "The limit is a whole number.")
		}
		p.Limit = max(n, 1)
	}
	return p, nil
}

// link names the pages around the one that is answered, whose cursors run from
// newest to oldest.
func (q *request) link(base string, newest, oldest id.ID) {
	if newest == 0 {
		return
	}
	b := make([]byte, 0, 2*(len(base)+len(q.URL.Path)+len(q.URL.RawQuery))+120)
	for n, rel := range [...]struct {
		key string
		at  id.ID
		end string
	}{{"max_id=", oldest, `>; rel="next"`}, {"min_id=", newest, `>; rel="prev"`}} {
		if n > 0 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, '<'), base...), q.URL.EscapedPath()...)
		b = append(b, '?')
		for pair := range strings.SplitSeq(q.URL.RawQuery, "&") {
			key, _, _ := strings.Cut(pair, "=")
			if key == "" || key == "max_id" || key == "since_id" || key == "min_id" || strings.ContainsAny(pair, "<>\"\\ ") {
				continue
			}
			b = append(append(b, pair...), '&')
		}
		b = append(b, rel.key...)
		b = append(strconv.AppendInt(b, int64(rel.at), 10), rel.end...)
	}
	q.w.Header()["Link"] = []string{string(b)}
}
