package mastodon

import (
	"strconv"

	"goodturn/internal/directory"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func directoryRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/directory", scopes: "read:accounts", open: true, do: (*Door).directory},
		{method: "GET", path: "/api/v1/suggestions", scopes: "read", do: (*Door).suggestionsV1},
		{method: "GET", path: "/api/v2/suggestions", scopes: "read", do: (*Door).suggestions},
		{method: "DELETE", path: "/api/v1/suggestions/{id}", scopes: "read", do: (*Door).unsuggest},
	}
}

// offset is the part of a list that is paged by numbers: usual of it where the
// request does not say, and no more than most.
func (q *request) offset(usual, most int) (offset, limit int, err error) {
	for _, n := range [...]struct {
		name string
		into *int
	}{{"offset", &offset}, {"limit", &limit}} {
		s := q.get(n.name)
		if s == "" {
			continue
		}
		if *n.into, err = strconv.Atoi(s); err != nil || *n.into < 0 {
			return 0, 0, problem.Invalid(n.name, "This is a whole number.")
		}
	}
	if limit == 0 {
		limit = usual
	}
	return offset, min(limit, most), nil
}

func (d *Door) directory(q *request) error {
	offset, limit, err := q.offset(accountsUsual, accountsMost)
	if err != nil {
		return err
	}
	kind := directory.Kind{Newest: q.get("order") == "new", Local: q.yes("local")}
	found, err := d.Directory.List(q.Context(), q.viewer, kind, offset, limit)
	if err != nil {
		return err
	}
	return d.accounts(q, found)
}

func (d *Door) suggested(q *request) ([]directory.Suggestion, error) {
	_, limit, err := q.offset(accountsUsual, accountsMost)
	if err != nil {
		return nil, err
	}
	list, err := d.Directory.Suggest(q.Context(), q.viewer, limit)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		q.people = append(q.people, s.AccountID)
	}
	return list, nil
}

func (d *Door) suggestionsV1(q *request) error {
	if _, err := d.suggested(q); err != nil {
		return err
	}
	return d.accounts(q, q.people)
}

// suggestions answers with whom to follow and why (Mastodon's entity Suggestion);
// Mastodon has no word for what a movement is about, so goodturn says it.
func (d *Door) suggestions(q *request) error {
	list, err := d.suggested(q)
	if err != nil {
		return err
	}
	if q.faces, err = d.look(q.Context(), q.people, q.faces, false); err != nil {
		return err
	}
	q.out = append(q.out, '[')
	for n, s := range list {
		if q.faces[n] == nil {
			continue
		}
		if len(q.out) > 1 {
			q.out = append(q.out, ',')
		}
		q.out = append(q.out, `{"source":`...)
		q.out = append(q.out, suggestedFor[s.Why[0]].v1...)
		q.out = appendList(append(q.out, `,"sources":`...), s.Why, func(b []byte, w directory.Why) []byte { return appendText(b, suggestedFor[w].v2) })
		q.out = appendList(append(q.out, `,"goodturn":{"why":`...), s.Why, func(b []byte, w directory.Why) []byte { return appendText(b, string(w)) })
		q.out = append(append(append(q.out, `},"account":`...), q.faces[n].json()...), '}')
	}
	q.out = append(q.out, ']')
	return nil
}

// suggestedFor are the words that clients know for reasons: the older one as JSON, the
// newer one.
var suggestedFor = map[directory.Why]struct{ v1, v2 string }{
	directory.WhyCause:    {`"staff"`, "featured"},
	directory.WhyMovement: {`"staff"`, "most_followed"},
	directory.WhyFriends:  {`"past_interactions"`, "friends_of_friends"},
}

func (d *Door) unsuggest(q *request) error {
	i, err := id.Parse(q.PathValue("id"))
	if err != nil {
		return problem.NotFound("page")
	}
	if err := d.Relations.Unsuggest(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}
