package mastodon

import (
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

func collectionRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/collections", scopes: "write:collections", do: nested((*Door).makeCollection)},
		{method: "GET", path: "/api/v1/collections/{id}", scopes: "read:collections", open: true, do: (*Door).collection},
		{method: "PATCH", path: "/api/v1/collections/{id}", scopes: "write:collections", do: nested((*Door).changeCollection)},
		{method: "DELETE", path: "/api/v1/collections/{id}", scopes: "write:collections", do: (*Door).deleteCollection},
		{method: "POST", path: "/api/v1/collections/{id}/items", scopes: "write:collections", do: (*Door).collect},
		{method: "DELETE", path: "/api/v1/collections/{id}/items/{item}", scopes: "write:collections", do: func(d *Door, q *request) error {
			return d.withItem(q, func(c, i id.ID) error { return d.Relations.Uncollect(q.Context(), q.viewer, c, i) })
		}},
		{method: "POST", path: "/api/v1/collections/{id}/items/{item}/revoke", scopes: "write:collections", do: func(d *Door, q *request) error {
			return d.withItem(q, func(c, i id.ID) error { return d.Relations.Revoke(q.Context(), q.viewer, c, i) })
		}},
		{method: "GET", path: "/api/v1/accounts/{id}/collections", scopes: "read:collections", open: true, do: (*Door).collectionsOf},
		{method: "GET", path: "/api/v1/accounts/{id}/in_collections", scopes: "read:collections", do: (*Door).collectionsWith},
	}
}

// nested has what is wrong with a field told as Mastodon tells it of collections
// alone: the error itself is an object, with details.
func nested(do func(*Door, *request) error) func(*Door, *request) error {
	return func(d *Door, q *request) error {
		err := do(d, q)
		if p, ok := problem.Of(err); ok && p.Kind == problem.KindInvalid {
			return inObject{Field: p.Field, Text: p.Text()}
		}
		return err
	}
}

// inObject is a problem that is told that way.
type inObject struct{ Field, Text string }

func (o inObject) Error() string { return o.Text }

func (o inObject) appendTo(b []byte) []byte {
	b = appendText(append(b, `{"error":{"error":`...), "Validation failed: "+o.Text)
	b = append(b, `,"details":{`...)
	if o.Field != "name" && o.Field != "" {
		b = append(appendText(b, o.Field), ':')
		b = append(appendText(append(b, `[{"error":"ERR_INVALID","description":`...), o.Text), `}],"name":[]`...)
	} else {
		b = append(appendText(append(b, `"name":[{"error":"ERR_INVALID","description":`...), o.Text), `}]`...)
	}
	return append(b, `}}}`...)
}

func (q *request) collectionDraft() (relation.CollectionDraft, error) {
	err := q.form()
	return relation.CollectionDraft{
		Name: q.word("name"), Description: q.word("description"), Language: q.word("language"), Tag: q.word("tag_name"),
		Sensitive: q.flag("sensitive"), Discoverable: q.flag("discoverable"),
	}, err
}

func (d *Door) makeCollection(q *request) error {
	draft, err := q.collectionDraft()
	if err != nil {
		return err
	}
	accounts, err := q.ids("account_ids")
	if err != nil {
		return err
	}
	c, err := d.Relations.CreateCollection(q.Context(), q.viewer, draft, accounts)
	if err != nil {
		return err
	}
	q.out = append(d.appendCollection(append(q.out, `{"collection":`...), c), '}')
	return nil
}

func (d *Door) changeCollection(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	draft, err := q.collectionDraft()
	if err != nil {
		return err
	}
	c, err := d.Relations.ChangeCollection(q.Context(), q.viewer, i, draft)
	if err != nil {
		return err
	}
	q.out = append(d.appendCollection(append(q.out, `{"collection":`...), c), '}')
	return nil
}

func (d *Door) deleteCollection(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if err := d.Relations.DeleteCollection(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

// collection answers with a collection and the accounts that it names, its owner
// first (Mastodon's entity CollectionWithAccounts).
func (d *Door) collection(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	c, err := d.Relations.Collection(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.people = append(q.people, c.AccountID)
	for _, item := range c.Items {
		if item.AccountID != c.AccountID {
			q.people = append(q.people, item.AccountID)
		}
	}
	q.out = d.appendCollection(append(q.out, `{"collection":`...), c)
	q.out = append(q.out, `,"accounts":`...)
	if err := d.accounts(q, q.people); err != nil {
		return err
	}
	q.out = append(q.out, '}')
	return nil
}

func (d *Door) collect(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	i, err := q.id()
	if err != nil {
		return err
	}
	who, err := id.Parse(q.get("account_id"))
	if err != nil {
		return problem.Invalid("account_id", "Name an account.")
	}
	item, err := d.Relations.Collect(q.Context(), q.viewer, i, who)
	if err != nil {
		return err
	}
	q.out = append(appendCollected(append(q.out, `{"collection_item":`...), item), '}')
	return nil
}

func (d *Door) withItem(q *request, do func(collection, item id.ID) error) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	item, err := id.Parse(q.PathValue("item"))
	if err != nil {
		return problem.NotFound("page")
	}
	if err := do(i, item); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

func (d *Door) collectionsOf(q *request) error {
	a, err := d.accountNamed(q)
	if err != nil {
		return err
	}
	offset, limit, err := q.offset(accountsUsual, accountsMost)
	if err != nil {
		return err
	}
	all, err := d.Relations.CollectionsOf(q.Context(), q.viewer, a.ID, offset, limit)
	if err != nil {
		return err
	}
	return d.collections(q, all)
}

// collectionsWith are told to who is in them, and to nobody else.
func (d *Door) collectionsWith(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if !q.viewer.Is(i) {
		return errNotAllowed
	}
	offset, limit, err := q.offset(accountsUsual, accountsMost)
	if err != nil {
		return err
	}
	all, err := d.Relations.CollectionsWith(q.Context(), q.viewer, offset, limit)
	if err != nil {
		return err
	}
	return d.collections(q, all)
}

func (d *Door) collections(q *request, all []*relation.Collection) error {
	q.out = append(appendList(append(q.out, `{"collections":`...), all, d.appendCollection), '}')
	return nil
}

// appendCollection appends Mastodon's entity Collection.
func (d *Door) appendCollection(b []byte, c *relation.Collection) []byte {
	b = appendID(append(b, `{"id":`...), c.ID)
	b = appendID(append(b, `,"account_id":`...), c.AccountID)
	b = appendText(append(b, `,"uri":`...), d.URL+"/users/"+c.AccountID.String()+"/collections/"+c.ID.String())
	b = appendText(append(b, `,"url":null,"name":`...), c.Name)
	b = appendText(append(b, `,"description":`...), c.Description)
	b = appendTextOr(append(b, `,"language":`...), c.Language)
	b = strconv.AppendBool(append(b, `,"local":true,"sensitive":`...), c.Sensitive)
	b = strconv.AppendBool(append(b, `,"discoverable":`...), c.Discoverable)
	b = append(b, `,"tag":`...)
	if c.Tag == "" {
		b = append(b, "null"...)
	} else {
		b = d.appendTag(b, c.Tag)
	}
	b = strconv.AppendInt(append(b, `,"item_count":`...), int64(len(c.Items)), 10)
	b = appendList(append(b, `,"items":`...), c.Items, appendCollected)
	b = appendTime(append(b, `,"created_at":`...), c.CreatedAt)
	b = appendTime(append(b, `,"updated_at":`...), c.ChangedAt)
	return append(b, '}')
}

// appendCollected appends Mastodon's entity CollectionItem; those who took
// themselves out are not shown.
func appendCollected(b []byte, item relation.Collected) []byte {
	b = appendID(append(b, `{"id":`...), item.ID)
	b = appendID(append(b, `,"account_id":`...), item.AccountID)
	b = appendTime(append(b, `,"state":"accepted","created_at":`...), item.CreatedAt)
	return append(b, '}')
}
