package relation

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/idna"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// DomainsMost is how many servers one account can keep away.
const DomainsMost = 1000

// domainShape is a host's name as accounts elsewhere have it.
var domainShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

// Domain is a server that somebody keeps away.
type Domain struct {
	ID   id.ID // of the relation: Page's ids are these
	Name string
}

// domainOf is the name of another server, as accounts have it.
func (s *Service) domainOf(v account.Viewer, name string) (string, error) {
	if !v.SignedIn() {
		return "", problem.Unauthorized("Sign in to do this.")
	}
	folded, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSpace(name)))
	if err != nil || len(folded) > 253 || !domainShape.MatchString(folded) || folded == s.accounts.Host() {
		return "", problem.Invalid("domain", "This is not the name of another server.")
	}
	return folded, nil
}

// BlockDomain keeps another server away: its posts and notices are hidden from
// the viewer, and nobody there follows the viewer or is followed any more. Doing
// it twice does nothing more. problem.Invalid for what is no other server's name.
func (s *Service) BlockDomain(ctx context.Context, v account.Viewer, name string) error {
	domain, err := s.domainOf(v, name)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), v.ID()); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM domain_block WHERE account_id = $1 AND domain <> $2`, int64(v.ID()), domain).Scan(&n); err != nil {
			return fmt.Errorf("count servers kept away: %w", err)
		}
		if n >= DomainsMost {
			return problem.Conflict("domain", "You keep %d servers away, and more are not possible.", DomainsMost)
		}
		res, err := tx.Exec(`INSERT INTO domain_block (id, account_id, domain, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account_id, domain) DO NOTHING`, int64(s.ids.New()), int64(v.ID()), domain, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("block a domain: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		if err := event.Emit(s.hub, tx, DomainBlocked{AccountID: v.ID(), Domain: domain}); err != nil {
			return err
		}
		more, err := s.partIn(tx, v.ID(), domain, partAtOnce)
		if err != nil || !more {
			return err
		}
		return s.jobs.Enqueue(tx, PartArgs{AccountID: v.ID(), Domain: domain})
	})
}

// UnblockDomain undoes BlockDomain; the follows do not come back.
func (s *Service) UnblockDomain(ctx context.Context, v account.Viewer, name string) error {
	domain, err := s.domainOf(v, name)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM domain_block WHERE account_id = $1 AND domain = $2`, int64(v.ID()), domain)
		if err != nil {
			return fmt.Errorf("unblock a domain: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		return event.Emit(s.hub, tx, DomainBlocked{AccountID: v.ID(), Domain: domain, Ended: true})
	})
}

// Domains are the servers that the viewer keeps away, the newest first.
func (s *Service) Domains(ctx context.Context, v account.Viewer, p db.Page) ([]Domain, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see which servers you keep away.")
	}
	cond, args, tail := p.SQL("id", 2)
	found, err := db.All(s.d.Read(ctx), func(r db.Row) (d Domain, err error) { return d, r.Scan(&d.ID, &d.Name) },
		`SELECT id, domain FROM domain_block WHERE account_id = $1 AND `+cond+tail, append([]any{int64(v.ID())}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list servers kept away: %w", err)
	}
	return db.Newest(p, found), nil
}

// domainBlocked says whether one of the two keeps the other's server away, and
// keeps that from changing until tx ends.
func domainBlocked(tx *db.Tx, a, b *account.Account) (bool, error) {
	for _, pair := range [...][2]*account.Account{{a, b}, {b, a}} {
		by, other := pair[0], pair[1]
		if other.Domain == "" {
			continue
		}
		if err := lockPair(tx, by.ID, by.ID); err != nil {
			return false, err
		}
		var n int
		err := tx.QueryRow(`SELECT count(*) FROM domain_block WHERE account_id = $1 AND domain = $2`, int64(by.ID), other.Domain).Scan(&n)
		if err != nil {
			return false, fmt.Errorf("look for blocked domains: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

const (
	partAtOnce = 20  // follows that end with the block itself
	partBatch  = 100 // in each transaction of the job
)

// PartArgs is the job that ends what is left of follows between an account and
// a server that it keeps away.
type PartArgs struct {
	AccountID id.ID  `json:"account_id"`
	Domain    string `json:"domain"`
}

// Kind names the job.
func (PartArgs) Kind() string { return "relation_part" }

// Part is the job: batches until nothing is left, the block was undone, or the
// server stops and the job's next run goes on.
func (s *Service) Part(ctx context.Context, args PartArgs) error {
	for more := true; more; {
		if s.jobs.Cancelled(ctx) {
			return context.Canceled
		}
		err := s.d.Update(ctx, func(tx *db.Tx) error {
			var blocks int
			err := tx.QueryRow(`SELECT count(*) FROM domain_block WHERE account_id = $1 AND domain = $2`, int64(args.AccountID), args.Domain).Scan(&blocks)
			if err != nil || blocks == 0 {
				more = false
				return err
			}
			more, err = s.partIn(tx, args.AccountID, args.Domain, partBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// partIn ends up to most follows and requests between an account and those on a
// server, and answers whether there may be more.
func (s *Service) partIn(tx *db.Tx, of id.ID, domain string, most int) (more bool, err error) {
	me := int64(of)
	pairs, err := db.All(tx, func(r db.Row) (p [2]id.ID, err error) { return p, r.Scan(&p[0], &p[1]) },
		`SELECT follower_id, followee_id FROM follow JOIN account ON account.id = follow.followee_id WHERE follow.follower_id = $1 AND account.domain = $2
		UNION ALL SELECT follower_id, followee_id FROM follow JOIN account ON account.id = follow.follower_id WHERE follow.followee_id = $3 AND account.domain = $4
		UNION ALL SELECT follower_id, followee_id FROM follow_request JOIN account ON account.id = follow_request.followee_id WHERE follow_request.follower_id = $5 AND account.domain = $6
		UNION ALL SELECT follower_id, followee_id FROM follow_request JOIN account ON account.id = follow_request.follower_id WHERE follow_request.followee_id = $7 AND account.domain = $8
		LIMIT $9`, me, domain, me, domain, me, domain, me, domain, most)
	if err != nil {
		return false, fmt.Errorf("look for follows of a domain: %w", err)
	}
	for _, p := range pairs {
		if err := s.UnfollowIn(tx, p[0], p[1]); err != nil {
			return false, err
		}
	}
	return len(pairs) == most, nil
}
