package api

import (
	"goodturn/internal/badge"
)

// BadgeDraft is what a doer chooses of a badge.
type BadgeDraft struct {
	NamedBy badge.NamedBy `json:"named_by" enum:"profile address" about:"What it knows you by: the address of your profile, or a digest of your confirmed mail address." example:"profile"`
}

// Badge is a confirmed act to take away.
type Badge struct {
	ID     string `json:"id" example:"urn:uuid:5d1d51a3-7f4c-4f0c-9c2e-0b0a8a6f5f10"`
	Issuer string `json:"issuer" about:"Who speaks in it: an address that answers with a profile and its keys." example:"https://goodturn.example/badges/issuers/117104873472131072"`
	Status string `json:"status" about:"The list that names it once it holds no more." example:"https://goodturn.example/badges/issuers/117104873472131072/revoked/2026-11"`
	JWT    string `json:"jwt" about:"The signed OpenBadgeCredential: a compact JWS, by RS256."`
}

func badgeRoutes() []route {
	return []route{
		{method: "POST", path: "/acts/{id}/badge", group: groupActs, summary: "Take a confirmed act away as a badge", scope: "write:statuses",
			about: "For its doer: an Open Badges 3.0 credential as a VC-JWT. The same choice gives the same badge while the act stays as it is; Accept-Language says in which language. Its key, issuer and revocations are at the addresses that it names, and at /badges/keys.",
			do:    takes((*Door).issueBadge)},
	}
}

func (d *Door) issueBadge(q *request, in BadgeDraft) (*Badge, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	b, err := d.Badges.Issue(q.Context(), q.viewer, a.ID, in.NamedBy, q.printer())
	if err != nil {
		return nil, err
	}
	return &Badge{ID: b.ID, Issuer: b.Issuer, Status: b.Status, JWT: b.JWT}, nil
}
