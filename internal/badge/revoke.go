package badge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// revoke has an act's badges hold no more, and forgets whose they were.
const revoke = "UPDATE badge SET act_id = NULL, named_by = '', quantity = 0 WHERE act_id = $1"

// OnWithdrawn revokes the badges of an act that lost its content: taken back by
// its doer, or gone with the account.
func (s *Service) OnWithdrawn(tx *db.Tx, e act.Withdrawn) error { return revokeOf(tx, e.ActID) }

// OnProven revokes those of an act whose confirmation was taken back.
func (s *Service) OnProven(tx *db.Tx, e act.Proven) error {
	if e.Was != act.Confirmed {
		return nil
	}
	return revokeOf(tx, e.ActID)
}

// OnChanged revokes those that say another quantity than the act by now.
func (s *Service) OnChanged(tx *db.Tx, e act.Changed) error {
	_, err := tx.Exec(revoke+" AND quantity <> (SELECT act.quantity FROM act WHERE act.id = badge.act_id)", e.ActID)
	if err != nil {
		return fmt.Errorf("revoke badges that say too much: %w", err)
	}
	return nil
}

func revokeOf(tx *db.Tx, actID id.ID) error {
	if _, err := tx.Exec(revoke, actID); err != nil {
		return fmt.Errorf("revoke the badges of act %s: %w", actID, err)
	}
	return nil
}

// Revocations is a list of 1EdTech's Revocation List Status Method
// (https://www.imsglobal.org/spec/vcrl/v1p0).
type Revocations struct {
	ID      string    `json:"id"`
	Issuer  string    `json:"issuer"`
	Revoked []Revoked `json:"revokedCredentials"`
}

// Revoked is one that holds no more; why, nobody is told.
type Revoked struct {
	ID      string `json:"id"`
	Revoked bool   `json:"revoked"`
}

// Revocations are an issuer's badges first handed out in a month that hold no more.
// All of them: a list that broke off would call the others good. NotFound for what
// is no month or issuer.
func (s *Service) Revocations(ctx context.Context, issuer, month string) (*Revocations, error) {
	of, err := issuerID(issuer)
	if err != nil {
		return nil, err
	}
	if _, err := time.Parse(monthLayout, month); err != nil {
		return nil, problem.NotFound("page")
	}
	revoked, err := db.All(s.d.Read(ctx), func(r db.Row) (one Revoked, err error) {
		err = r.Scan(&one.ID)
		one.ID, one.Revoked = urn(one.ID), true
		return one, err
	}, "SELECT id FROM badge WHERE issuer = $1 AND month = $2 AND act_id IS NULL ORDER BY id", int64(of), month)
	if err != nil {
		return nil, fmt.Errorf("list revoked badges: %w", err)
	}
	if revoked == nil {
		revoked = []Revoked{}
	}
	return &Revocations{ID: s.statusURL(of, month), Issuer: s.issuerURL(of), Revoked: revoked}, nil
}

// noMovement is what stands for the server alone in addresses.
const noMovement = "server"

func issuerID(s string) (id.ID, error) {
	if s == noMovement {
		return 0, nil
	}
	i, err := id.Parse(s)
	if err != nil {
		return 0, problem.NotFound("page")
	}
	return i, nil
}

func (s *Service) issuerURL(of id.ID) string {
	name := noMovement
	if of != 0 {
		name = of.String()
	}
	return s.c.URL + "/badges/issuers/" + name
}

func (s *Service) statusURL(of id.ID, month string) string {
	return s.issuerURL(of) + "/revoked/" + month
}

func urn(uuid string) string { return "urn:uuid:" + strings.ToLower(uuid) }
