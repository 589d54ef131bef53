package mastodon

import (
	"cmp"
	"strconv"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/search"
)

func searchRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v2/search", scopes: "read:search", open: true, do: (*Door).find},
	}
}

// find answers with accounts, hashtags and posts. As at Mastodon, asking other
// servers is for who has signed in; this server asks none yet. Hashtags are not reviewed here, so none is left out for that.
func (d *Door) find(q *request) error {
	query, err := q.search()
	if err != nil {
		return err
	}
	if !q.viewer.SignedIn() && q.yes("resolve") {
		return errNoToken
	}
	found, err := d.Search.Find(q.Context(), q.viewer, query)
	if err != nil {
		return err
	}
	if query.Kind != search.AnyKind { // else there is no next page of them all
		d.offsets(q, query.Offset, cmp.Or(query.Limit, db.PageDefault), len(found.Posts)+len(found.Accounts)+len(found.Hashtags))
	}
	posts, err := d.show(q, found.Posts) // before the accounts: it counts on an empty list of people
	if err != nil {
		return err
	}
	q.out = append(q.out, `{"statuses":[`...)
	for n := range posts {
		if n > 0 {
			q.out = append(q.out, ',')
		}
		q.out = d.appendStatus(q.out, q, &posts[n])
	}
	faces, err := d.look(q.Context(), found.Accounts, nil, false)
	if err != nil {
		return err
	}
	q.out = append(q.out, `],"accounts":[`...)
	first := true
	for _, f := range faces {
		if f == nil {
			continue
		}
		if !first {
			q.out = append(q.out, ',')
		}
		first = false
		q.out = append(q.out, f.json()...)
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	q.out = appendList(append(q.out, `],"hashtags":`...), found.Hashtags, func(b []byte, t *post.Hashtag) []byte { return d.appendHashtag(b, q, t, set) })
	q.out = append(q.out, '}')
	return nil
}

// search reads the parameters that searches have in common.
func (q *request) search() (search.Query, error) {
	query := search.Query{Text: q.get("q"), Kind: search.Kind(q.get("type")), Following: q.yes("following")}
	switch query.Kind {
	case search.AnyKind, search.Accounts, search.Hashtags, search.Posts:
	default:
		return query, problem.Invalid("type", "The type is accounts, hashtags or statuses.")
	}
	p, err := q.page(search.PageMost)
	if err != nil {
		return query, err
	}
	query.Limit, query.Max, query.Min = min(p.Limit, search.PageMost), p.Max, max(p.Min, p.Since)
	if s := q.get("account_id"); s != "" {
		if query.AccountID, err = id.Parse(s); err != nil {
			return query, problem.Invalid("account_id", "%s is not an id.", s)
		}
	}
	if s := q.get("offset"); s != "" {
		if query.Offset, err = strconv.Atoi(s); err != nil {
			return query, problem.Invalid("offset", "The offset is a whole number.")
		}
	}
	return query, nil
}
