package mastodon

import (
	"strconv"
	"time"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func filterRoutes() []route {
	const all, one = "/api/v2/filters", "/api/v2/filters/{id}"
	return append(oldFilterRoutes(), []route{
		{method: "GET", path: all, scopes: "read:filters", do: (*Door).allFilters},
		{method: "POST", path: all, scopes: "write:filters", do: (*Door).createFilter},
		{method: "GET", path: one, scopes: "read:filters", do: (*Door).oneFilter},
		{method: "PUT", path: one, scopes: "write:filters", do: (*Door).changeFilter},
		{method: "DELETE", path: one, scopes: "write:filters", do: (*Door).deleteFilter},
		{method: "GET", path: all + "/{first}/{second}", scopes: "read:filters", do: (*Door).filterPart},
		{method: "POST", path: one + "/keywords", scopes: "write:filters", do: (*Door).addKeyword},
		{method: "PUT", path: all + "/keywords/{id}", scopes: "write:filters", do: (*Door).changeKeyword},
		{method: "DELETE", path: all + "/keywords/{id}", scopes: "write:filters", do: (*Door).deleteKeyword},
		{method: "POST", path: one + "/statuses", scopes: "write:filters", do: (*Door).addFilteredPost},
		{method: "DELETE", path: all + "/statuses/{id}", scopes: "write:filters", do: (*Door).deleteFilteredPost},
	}...)
}

// filterPart answers with what a filter looks for, or with one such thing by its
// own id: filters/{id}/keywords and filters/keywords/{id} overlap, so they are one
// route.
func (d *Door) filterPart(q *request) error {
	first, second := q.PathValue("first"), q.PathValue("second")
	do, named := (func(*Door, *request, id.ID) error)(nil), first
	switch {
	case first == "keywords":
		do, named = (*Door).keyword, second
	case first == "statuses":
		do, named = (*Door).filteredPost, second
	case second == "keywords":
		do = (*Door).keywords
	case second == "statuses":
		do = (*Door).filteredPosts
	}
	i, err := id.Parse(named)
	if do == nil || err != nil {
		return errNoRoute
	}
	return do(d, q, i)
}

// places are what Mastodon calls the contexts of a filter.
var places = []struct {
	name string
	is   filter.Contexts
}{{"home", filter.Home}, {"notifications", filter.Notices}, {"public", filter.Public}, {"thread", filter.Thread}, {"account", filter.Profile}}

// contexts are those of the request, nil if it names none.
func (q *request) contexts() (*filter.Contexts, error) {
	var all filter.Contexts
	names := q.all("context")
	for _, name := range names {
		known := false
		for _, p := range places {
			if p.name == name {
				all, known = all|p.is, true
			}
		}
		if !known && name != "" {
			return nil, problem.Invalid("context", "A filter holds in home, notifications, public, thread or account.")
		}
	}
	if names == nil {
		return nil, nil
	}
	return &all, nil
}

// expiresMost is how long a filter may last, in seconds: a hundred years.
const expiresMost = 100 * 365 * 24 * 60 * 60

// expires is when a filter ends, nil where nothing is said of it, and the zero
// time, never, where it is left empty.
func (q *request) expires(now time.Time) (*time.Time, error) {
	if !q.has("expires_in") {
		return nil, nil
	}
	s := q.get("expires_in")
	if s == "" {
		return new(time.Time), nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > expiresMost {
		return nil, problem.Invalid("expires_in", "Say after how many seconds the filter ends.")
	}
	at := now.Add(time.Duration(n) * time.Second)
	return &at, nil
}

// text is a parameter, nil if it is not there.
func (q *request) text(name string) *string {
	if !q.has(name) {
		return nil
	}
	s := q.get(name)
	return &s
}

// filterDraft reads a filter, new or changed.
func (d *Door) filterDraft(q *request) (f filter.Draft, err error) {
	parts, err := q.formOf("keywords_attributes")
	if err != nil {
		return f, err
	}
	f.Title = q.text("title")
	if action := q.text("filter_action"); action != nil {
		f.Action = new(filter.Action(*action))
	}
	if f.Contexts, err = q.contexts(); err != nil {
		return f, err
	}
	if f.ExpiresAt, err = q.expires(d.Now()); err != nil {
		return f, err
	}
	for _, part := range parts {
		k := filter.KeywordDraft{Remove: isTrue(part["_destroy"])}
		if s := part["id"]; s != "" {
			if k.ID, err = id.Parse(s); err != nil {
				return f, problem.NotFound("keyword")
			}
		}
		text, named := part["keyword"]
		if named {
			k.Text = &text
		}
		if s, said := part["whole_word"]; said {
			k.WholeWord = new(isTrue(s))
		} else if k.ID == 0 {
			k.WholeWord = new(true)
		}
		if k.ID != 0 || named {
			f.Keywords = append(f.Keywords, k)
		}
	}
	return f, nil
}

func (d *Door) allFilters(q *request) error {
	all, err := d.Filters.All(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, all, appendWholeFilter)
	return nil
}

func (d *Door) createFilter(q *request) error {
	draft, err := d.filterDraft(q)
	if err != nil {
		return err
	}
	f, err := d.Filters.Create(q.Context(), q.viewer, draft)
	return q.answerFilter(f, err)
}

// answerFilter answers with a filter, unless there was an error.
func (q *request) answerFilter(f *filter.Filter, err error) error {
	if err == nil {
		q.out = appendWholeFilter(q.out, f)
	}
	return err
}

func (d *Door) oneFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	f, err := d.Filters.Get(q.Context(), q.viewer, i)
	return q.answerFilter(f, err)
}

func (d *Door) changeFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	draft, err := d.filterDraft(q)
	if err != nil {
		return err
	}
	f, err := d.Filters.Change(q.Context(), q.viewer, i, draft)
	return q.answerFilter(f, err)
}

func (d *Door) deleteFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Filters.Delete(q.Context(), q.viewer, i)
}
