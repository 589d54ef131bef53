package mastodon

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/search"
)

func accountRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/accounts", scopes: "read:accounts", open: true, do: (*Door).manyAccounts},
		{method: "GET", path: "/api/v1/accounts/lookup", scopes: "read:accounts", open: true, do: (*Door).lookup},
		{method: "GET", path: "/api/v1/accounts/search", scopes: "read:accounts", do: (*Door).searchAccounts},
		{method: "GET", path: "/api/v1/accounts/{id}", scopes: "read:accounts", open: true, do: (*Door).oneAccount},
		{method: "GET", path: "/api/v1/accounts/{id}/followers", scopes: "read:accounts", open: true, do: func(d *Door, q *request) error { return d.related(q, d.Relations.Followers) }},
		{method: "GET", path: "/api/v1/accounts/{id}/following", scopes: "read:accounts", open: true, do: func(d *Door, q *request) error { return d.related(q, d.Relations.Following) }},
	}
}

// accountNamed is the account that the path names. One that was suspended or
// deleted is problem.Gone.
func (d *Door) accountNamed(q *request) (*account.Account, error) {
	i, err := q.id()
	if err != nil {
		return nil, err
	}
	a, err := d.Accounts.Get(q.Context(), i)
	if err != nil {
		return nil, err
	}
	switch a.State {
	case account.StateActive:
		return a, nil
	case account.StateSuspended, account.StateDeleted:
		return nil, problem.Gone("This account is not here any more.")
	}
	return nil, problem.NotFound("account")
}

// account answers with one account.
func (d *Door) account(q *request, i id.ID) error {
	f, err := d.face(q.Context(), i)
	if err != nil {
		return err
	}
	if f == nil {
		return problem.NotFound("account")
	}
	q.out = append(q.out, f.json()...)
	return nil
}

func (d *Door) oneAccount(q *request) error {
	a, err := d.accountNamed(q)
	if err != nil {
		return err
	}
	return d.account(q, a.ID)
}

func (d *Door) manyAccounts(q *request) error {
	ids, err := q.ids("id")
	if err != nil {
		return err
	}
	found, err := d.Accounts.Many(q.Context(), ids)
	if err != nil {
		return err
	}
	for _, i := range ids {
		if a := found[i]; a != nil && a.Shown() {
			q.people = append(q.people, i)
		}
	}
	return d.accounts(q, q.people)
}

func (d *Door) lookup(q *request) error {
	a, err := d.Accounts.ByHandle(q.Context(), q.get("acct"))
	if err != nil {
		return err
	}
	return d.account(q, a.ID)
}

// searchAccounts finds accounts as somebody types; there are no other servers yet
// to resolve one at.
func (d *Door) searchAccounts(q *request) error {
	offset, limit, err := q.offset(accountsUsual, accountsMost)
	if err != nil {
		return err
	}
	found, err := d.Search.People(q.Context(), q.viewer, search.Query{Text: q.get("q"), Following: q.yes("following"), Offset: offset, Limit: limit})
	if err != nil {
		return err
	}
	return d.accounts(q, found)
}

// related answers with a list of accounts around the one that the path names.
func (d *Door) related(q *request, list func(context.Context, account.Viewer, id.ID, db.Page) ([]relation.Entry, error)) error {
	a, err := d.accountNamed(q)
	if err != nil {
		return err
	}
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	found, err := list(q.Context(), q.viewer, a.ID, usual(p))
	if err != nil {
		return err
	}
	return d.relatives(q, found)
}

func (d *Door) relatives(q *request, found []relation.Entry) error {
	linked(d, q, found, func(e relation.Entry) id.ID { return e.ID })
	for _, e := range found {
		q.people = append(q.people, e.Account.ID)
	}
	return d.accounts(q, q.people)
}
