package mastodon

import (
	"context"
	"net/http"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// regardRoutes are what somebody thinks of others: notes for themselves, whom
// they recommend, whom they know, and which servers they keep away.
func regardRoutes() []route {
	endorse := func(d *Door, q *request) error { return d.relate(q, d.Relations.Endorse) }
	unendorse := func(d *Door, q *request) error { return d.relate(q, d.Relations.Unendorse) }
	return []route{
		{method: "POST", path: "/api/v1/accounts/{id}/note", scopes: "write:accounts", do: (*Door).note},
		{method: "POST", path: "/api/v1/accounts/{id}/endorse", scopes: "write:accounts", do: endorse},
		{method: "POST", path: "/api/v1/accounts/{id}/unendorse", scopes: "write:accounts", do: unendorse},
		{method: "POST", path: "/api/v1/accounts/{id}/pin", scopes: "write:accounts", do: endorse},
		{method: "POST", path: "/api/v1/accounts/{id}/unpin", scopes: "write:accounts", do: unendorse},
		{method: "GET", path: "/api/v1/accounts/{id}/endorsements", scopes: "read:accounts", open: true, do: func(d *Door, q *request) error { return d.related(q, d.Relations.Endorsed) }},
		{method: "GET", path: "/api/v1/endorsements", scopes: "read:accounts", do: (*Door).endorsements},
		{method: "GET", path: "/api/v1/accounts/familiar_followers", scopes: "read:follows", do: (*Door).familiar},
		{method: "GET", path: "/api/v1/domain_blocks", scopes: "read:blocks", do: (*Door).domains},
		{method: "POST", path: "/api/v1/domain_blocks", scopes: "write:blocks", do: func(d *Door, q *request) error { return d.domain(q, d.Relations.BlockDomain) }},
		{method: "DELETE", path: "/api/v1/domain_blocks", scopes: "write:blocks", do: func(d *Door, q *request) error { return d.domain(q, d.Relations.UnblockDomain) }},
	}
}

func (d *Door) note(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	return d.relate(q, func(ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
		return d.Relations.Note(ctx, v, i, q.get("comment"))
	})
}

func (d *Door) endorsements(q *request) error {
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	found, err := d.Relations.Endorsed(q.Context(), q.viewer, q.viewer.ID(), usual(p))
	if err != nil {
		return err
	}
	return d.relatives(q, found)
}

// familiarAsked is about how many accounts one may ask at once.
const familiarAsked = 40

// familiar answers with whom of those one follows follow accounts too (Mastodon's
// entity FamiliarFollowers).
func (d *Door) familiar(q *request) error {
	ids, err := q.ids("id")
	if err != nil {
		return err
	}
	if len(ids) > familiarAsked {
		return problem.Invalid("id", "At most %d ids are possible.", familiarAsked)
	}
	found, err := d.Relations.Familiar(q.Context(), q.viewer, ids)
	if err != nil {
		return err
	}
	accounts, err := d.Accounts.Many(q.Context(), ids)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(i id.ID) bool { return accounts[i] == nil || !accounts[i].Shown() })
	q.out = append(q.out, '[')
	for n, i := range ids {
		if n > 0 {
			q.out = append(q.out, ',')
		}
		q.out = append(appendID(append(q.out, `{"id":`...), i), `,"accounts":`...)
		q.people = q.people[:0]
		for _, a := range found[i] {
			q.people = append(q.people, a.ID)
		}
		if err := d.accounts(q, q.people); err != nil {
			return err
		}
		q.out = append(q.out, '}')
	}
	q.out = append(q.out, ']')
	return nil
}

// The longest page of domains, and the usual one.
const domainsMost, domainsUsual = 200, 100

func (d *Door) domains(q *request) error {
	p, err := q.page(domainsMost)
	if err != nil {
		return err
	}
	if p.Limit == 0 {
		p.Limit = domainsUsual
	}
	found, err := d.Relations.Domains(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	linked(d, q, found, func(d relation.Domain) id.ID { return d.ID })
	q.out = appendList(q.out, found, func(b []byte, d relation.Domain) []byte { return appendText(b, d.Name) })
	return nil
}

// domain keeps a server away, or no more.
func (d *Door) domain(q *request, do func(context.Context, account.Viewer, string) error) error {
	if err := q.form(); err != nil {
		return err
	}
	if q.Method == http.MethodDelete && !q.has("domain") {
		return problem.Invalid("domain", "Name a server.")
	}
	if err := do(q.Context(), q.viewer, q.get("domain")); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}
