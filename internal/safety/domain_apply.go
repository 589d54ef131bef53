package safety

import (
	"context"
	"fmt"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// domainArgs is the job that has a domain's accounts follow the rules.
type domainArgs struct{ Domain string }

// Kind names the job.
func (domainArgs) Kind() string { return "safety_domain" }

// suffixes are a domain and all above it: a rule for one holds for those
// beneath.
func suffixes(domain string) []string {
	all := []string{domain}
	for {
		_, rest, more := strings.Cut(domain, ".")
		if !more {
			return all
		}
		all, domain = append(all, rest), rest
	}
}

// severityOf is the most severe of the rules for a domain.
func severityOf(r db.Reader, domain string) (Severity, error) {
	in, args := db.InStrings(1, suffixes(domain))
	list, err := db.All(r, func(row db.Row) (s Severity, err error) { return s, row.Scan(&s) },
		`SELECT severity FROM domain_rule WHERE kind = 'block' AND domain IN `+in, args...)
	if err != nil {
		return "", fmt.Errorf("look for rules of a domain: %w", err)
	}
	most := Severity("")
	for _, s := range list {
		if s == DomainSuspend || s == DomainLimit && most != DomainSuspend {
			most = s
		}
	}
	return most, nil
}

// OnAccountCreated lays on an account from elsewhere what its server's rule says.
func (s *Service) OnAccountCreated(tx *db.Tx, e account.Created) error {
	if e.Domain == "" {
		return nil
	}
	return s.obey(tx, e.ID, e.Domain)
}

// applyDomain has the accounts of a domain, and of those beneath it, follow the
// rules as they are now, in batches.
func (s *Service) applyDomain(ctx context.Context, args domainArgs) error {
	last := id.ID(0)
	for more := true; more; {
		type remote struct {
			id     id.ID
			domain string
		}
		var batch []remote
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			beneath := "." + args.Domain
			batch, err = db.All(tx, func(r db.Row) (a remote, err error) { return a, r.Scan(&a.id, &a.domain) },
				`SELECT id, domain FROM account WHERE id > $1 AND domain <> '' AND state <> 'deleted'
				AND (domain = $2 OR substr(domain, length(domain) - $3) = $4) ORDER BY id LIMIT $5`,
				int64(last), args.Domain, len([]rune(beneath))-1, beneath, sweepBatch)
			if err != nil {
				return fmt.Errorf("list a domain's accounts: %w", err)
			}
			for _, a := range batch {
				if err := s.obey(tx, a.id, a.domain); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if more = len(batch) == sweepBatch; more {
			last = batch[len(batch)-1].id
		}
	}
	return nil
}

// obey lays on an account what the rules for its domain say, and takes off what
// earlier rules laid on it: what moderators decided about the account itself
// stays.
func (s *Service) obey(tx *db.Tx, i id.ID, domain string) error {
	severity, err := severityOf(tx, domain)
	if err != nil {
		return err
	}
	a, err := account.GetIn(tx, i)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		action Action
		wanted bool
		holds  bool
	}{
		{Suspend, severity == DomainSuspend, a.State == account.StateSuspended},
		{Limit, severity == DomainLimit, a.Curbs.Limited},
	} {
		action := step.action
		if step.wanted == step.holds {
			continue
		}
		if !step.wanted {
			action = step.action.Undoes()
			if ours, err := byRule(tx, i, step.action); err != nil || !ours {
				if err != nil {
					return err
				}
				continue
			}
		}
		changed, err := s.apply(tx, a, action)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		d := Decision{TargetID: i, Subject: domain, Action: action}
		if _, err := s.record(tx, account.System("a rule for "+domain), d); err != nil {
			return err
		}
	}
	return nil
}

// byRule says whether it was a rule for its domain that last did this to an
// account.
func byRule(tx *db.Tx, i id.ID, action Action) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM decision WHERE subject <> '' AND id = (SELECT max(id) FROM decision WHERE target_id = $1 AND action = $2)`,
		i, string(action)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for who decided: %w", err)
	}
	return n > 0, nil
}
