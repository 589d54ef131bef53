package mastodon

import (
	"strconv"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/relation"
)

func listRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/lists", scopes: "read:lists", do: (*Door).lists},
		{method: "POST", path: "/api/v1/lists", scopes: "write:lists", do: (*Door).makeList},
		{method: "GET", path: "/api/v1/lists/{id}", scopes: "read:lists", do: (*Door).list},
		{method: "PUT", path: "/api/v1/lists/{id}", scopes: "write:lists", do: (*Door).changeList},
		{method: "DELETE", path: "/api/v1/lists/{id}", scopes: "write:lists", do: (*Door).deleteList},
		{method: "GET", path: "/api/v1/lists/{id}/accounts", scopes: "read:lists", do: (*Door).inList},
		{method: "POST", path: "/api/v1/lists/{id}/accounts", scopes: "write:lists", do: (*Door).addToList},
		{method: "DELETE", path: "/api/v1/lists/{id}/accounts", scopes: "write:lists", do: (*Door).removeFromList},
		{method: "GET", path: "/api/v1/accounts/{id}/lists", scopes: "read:lists", do: (*Door).listsWith},
		{method: "GET", path: "/api/v1/timelines/list/{id}", scopes: "read:lists", do: (*Door).listTimeline},
	}
}

func (d *Door) lists(q *request) error {
	all, err := d.Relations.Lists(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, all, appendAList)
	return nil
}

func (d *Door) listsWith(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	all, err := d.Relations.ListsWith(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, all, appendAList)
	return nil
}

func (d *Door) list(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	l, err := d.Relations.List(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendAList(q.out, l)
	return nil
}

// listDraft is what the request says of a list.
func (q *request) listDraft() (l relation.ListDraft, err error) {
	if err := q.form(); err != nil {
		return l, err
	}
	if q.has("title") {
		title := q.get("title")
		l.Title = &title
	}
	if s := q.get("replies_policy"); s != "" {
		replies := relation.Replies(s)
		l.Replies = &replies
	}
	l.Exclusive = q.flag("exclusive")
	return l, nil
}

func (d *Door) makeList(q *request) error {
	draft, err := q.listDraft()
	if err != nil {
		return err
	}
	l, err := d.Relations.CreateList(q.Context(), q.viewer, draft)
	if err != nil {
		return err
	}
	q.out = appendAList(q.out, l)
	return nil
}

func (d *Door) changeList(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	draft, err := q.listDraft()
	if err != nil {
		return err
	}
	l, err := d.Relations.ChangeList(q.Context(), q.viewer, i, draft)
	if err != nil {
		return err
	}
	q.out = appendAList(q.out, l)
	return nil
}

func (d *Door) deleteList(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if err := d.Relations.DeleteList(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

// inList answers with a page of a list's accounts, or with all where the limit
// is 0.
func (d *Door) inList(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	p = usual(p)
	if q.get("limit") == "0" {
		p.Limit, p.Most = relation.MembersMost, relation.MembersMost
	}
	found, err := d.Relations.InList(q.Context(), q.viewer, i, p)
	if err != nil {
		return err
	}
	return d.relatives(q, found)
}

func (d *Door) addToList(q *request) error {
	i, accounts, err := q.memberIDs()
	if err != nil {
		return err
	}
	if err := d.Relations.AddToList(q.Context(), q.viewer, i, accounts); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

func (d *Door) removeFromList(q *request) error {
	i, accounts, err := q.memberIDs()
	if err != nil {
		return err
	}
	if err := d.Relations.RemoveFromList(q.Context(), q.viewer, i, accounts); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

// memberIDs are the list in the path and the accounts in the parameters.
func (q *request) memberIDs() (list id.ID, accounts []id.ID, err error) {
	if list, err = q.id(); err != nil {
		return 0, nil, err
	}
	if err := q.form(); err != nil {
		return 0, nil, err
	}
	accounts, err = q.ids("account_ids")
	return list, accounts, err
}

func (d *Door) listTimeline(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	p, err := q.page(0)
	if err != nil {
		return err
	}
	items, err := d.Feeds.List(q.Context(), q.viewer, i, p)
	if err != nil {
		return err
	}
	q.place = filter.Home
	return d.timeline(q, items)
}

// appendAList appends Mastodon's entity List.
func appendAList(b []byte, l *relation.List) []byte {
	b = appendID(append(b, `{"id":`...), l.ID)
	b = appendText(append(b, `,"title":`...), l.Title)
	b = appendText(append(b, `,"replies_policy":`...), string(l.Replies))
	b = strconv.AppendBool(append(b, `,"exclusive":`...), l.Exclusive)
	return append(b, '}')
}
