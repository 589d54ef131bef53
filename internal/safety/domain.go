package safety

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Severity is how far a block goes.
type Severity string

// The severities of blocks of other servers.
const (
	DomainNoop    Severity = "noop" // only what else the rule says
	DomainLimit   Severity = "silence"
	DomainSuspend Severity = "suspend"
)

// DomainRule is what moderators decided about another server and all beneath its
// name.
type DomainRule struct {
	ID             id.ID
	Domain         string
	Severity       Severity // "" of one that is allowed
	RejectMedia    bool
	RejectReports  bool
	PrivateComment string
	PublicComment  string
	Obfuscate      bool // shown to everybody with stars in its name
	CreatedAt      time.Time
}

// Digest is by what somebody who knows the name can recognise it.
func (d *DomainRule) Digest() string {
	h := sha256.Sum256([]byte(d.Domain))
	return hex.EncodeToString(h[:])
}

// PublicName is the domain as everybody sees it.
func (d *DomainRule) PublicName() string {
	if !d.Obfuscate {
		return d.Domain
	}
	name := []rune(d.Domain)
	seen := len(name) / 4
	for i, c := range name {
		if i > seen && i < len(name)-seen && c != '.' {
			name[i] = '*'
		}
	}
	return string(name)
}

var domainShape = regexp.MustCompile(`^([\pL\pN]([\pL\pN_-]{0,61}[\pL\pN])?\.)+[\pL\pN]([\pL\pN-]{0,61}[\pL\pN])?$`)

// domainOf is a domain as it is compared.
func domainOf(field, s string) (string, error) {
	d := db.Fold(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if len(d) > 253 || !domainShape.MatchString(d) {
		return "", problem.Invalid(field, "This is not a domain, such as other.example.")
	}
	return d, nil
}

const (
	ruleBlock = "block"
	ruleAllow = "allow"
)

const ruleColumns = `id, domain, severity, reject_media, reject_reports, private_comment, public_comment, obfuscate, created_at`

func scanRule(row db.Row) (*DomainRule, error) {
	d := &DomainRule{}
	var created int64
	err := row.Scan(&d.ID, &d.Domain, &d.Severity, &d.RejectMedia, &d.RejectReports, &d.PrivateComment, &d.PublicComment, &d.Obfuscate, &created)
	d.CreatedAt = db.Time(created)
	return d, err
}

func (s *Service) rules(ctx context.Context, v account.Viewer, kind string, p db.Page) ([]*DomainRule, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	p.Most = listMost
	cond, more, tail := p.SQL("id", 2)
	list, err := db.All(s.d.Read(ctx), scanRule, `SELECT `+ruleColumns+` FROM domain_rule WHERE kind = $1 AND `+cond+tail, append([]any{kind}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	return db.Newest(p, list), nil
}

func (s *Service) rule(r db.Reader, kind string, i id.ID) (*DomainRule, error) {
	d, err := db.One(r, scanRule, `SELECT `+ruleColumns+` FROM domain_rule WHERE kind = $1 AND id = $2`, kind, i)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("domain")
	}
	if err != nil {
		return nil, fmt.Errorf("read a domain: %w", err)
	}
	return d, nil
}

// DomainBlocks lists the blocks of other servers, and DomainAllows those that
// are let in where others are not; for moderators.
func (s *Service) DomainBlocks(ctx context.Context, v account.Viewer, p db.Page) ([]*DomainRule, error) {
	return s.rules(ctx, v, ruleBlock, p)
}

// DomainAllows is described at DomainBlocks.
func (s *Service) DomainAllows(ctx context.Context, v account.Viewer, p db.Page) ([]*DomainRule, error) {
	return s.rules(ctx, v, ruleAllow, p)
}

// DomainBlock is one block, for moderators; problem.NotFound.
func (s *Service) DomainBlock(ctx context.Context, v account.Viewer, i id.ID) (*DomainRule, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	return s.rule(s.d.Read(ctx), ruleBlock, i)
}

// DomainAllow is one server that is let in, for moderators; problem.NotFound.
func (s *Service) DomainAllow(ctx context.Context, v account.Viewer, i id.ID) (*DomainRule, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	return s.rule(s.d.Read(ctx), ruleAllow, i)
}

// PublicBlocks are the blocks that everybody is shown: those that keep a server
// away or limit it. The most severe come first, at most a thousand.
func (s *Service) PublicBlocks(ctx context.Context) ([]*DomainRule, error) {
	list, err := db.All(s.d.Read(ctx), scanRule, `SELECT `+ruleColumns+` FROM domain_rule WHERE kind = 'block' AND severity <> 'noop'
		ORDER BY severity DESC, domain LIMIT 1000`)
	if err != nil {
		return nil, fmt.Errorf("list blocked domains: %w", err)
	}
	return list, nil
}

// checkBlock mends what can be, and says what cannot.
func checkBlock(d *DomainRule) (err error) {
	switch d.Severity {
	case "":
		d.Severity = DomainLimit
	case DomainNoop, DomainLimit, DomainSuspend:
	default:
		return problem.Invalid("severity", "A severity is noop, silence or suspend.")
	}
	if d.PrivateComment, err = text.Block("private_comment", d.PrivateComment, MaxComment); err != nil {
		return err
	}
	d.PublicComment, err = text.Block("public_comment", d.PublicComment, MaxComment)
	return err
}

// BlockDomain keeps another server away, or limits it, and all beneath its name;
// for moderators. Its accounts known here follow soon. problem.Conflict when
// there is a block already.
func (s *Service) BlockDomain(ctx context.Context, v account.Viewer, d DomainRule) (*DomainRule, error) {
	if err := checkBlock(&d); err != nil {
		return nil, err
	}
	return s.addRule(ctx, v, ruleBlock, d, BlockDomain)
}

// AllowDomain lets another server in where only those are that are named; for
// moderators. One that is let in already is given as it is.
func (s *Service) AllowDomain(ctx context.Context, v account.Viewer, domain string) (*DomainRule, error) {
	made, err := s.addRule(ctx, v, ruleAllow, DomainRule{Domain: domain}, AllowDomain)
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindConflict {
		folded, err := domainOf("domain", domain)
		if err != nil {
			return nil, err
		}
		return db.One(s.d.Read(ctx), scanRule, `SELECT `+ruleColumns+` FROM domain_rule WHERE kind = 'allow' AND domain = $1`, folded)
	}
	return made, err
}

func (s *Service) addRule(ctx context.Context, v account.Viewer, kind string, d DomainRule, a Action) (_ *DomainRule, err error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	if d.Domain, err = domainOf("domain", d.Domain); err != nil {
		return nil, err
	}
	if d.Domain == s.Accounts.Host() {
		return nil, problem.Invalid("domain", "This is this server itself.")
	}
	d.ID, d.CreatedAt = s.ids.New(), db.Time(db.Millis(s.now()))
	return &d, s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO domain_rule (id, domain, kind, severity, reject_media, reject_reports, private_comment, public_comment, obfuscate, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (kind, domain) DO NOTHING`,
			d.ID, d.Domain, kind, string(d.Severity), d.RejectMedia, d.RejectReports, d.PrivateComment, d.PublicComment, d.Obfuscate, db.Millis(d.CreatedAt))
		if err != nil {
			return fmt.Errorf("add a domain: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.Conflict("domain", "There is a rule for this domain already."))
		}
		return s.ruled(tx, v, d.Domain, a)
	})
}

// ruled records a change of the rules, and has the accounts follow.
func (s *Service) ruled(tx *db.Tx, v account.Viewer, domain string, a Action) error {
	if _, err := s.record(tx, v, Decision{Subject: domain, Action: a}); err != nil {
		return err
	}
	if a == AllowDomain || a == DisallowDomain {
		return nil
	}
	return s.jobs.Enqueue(tx, domainArgs{Domain: domain})
}

// ChangeDomainBlock changes a block but for its domain; for moderators.
func (s *Service) ChangeDomainBlock(ctx context.Context, v account.Viewer, i id.ID, change func(*DomainRule)) (*DomainRule, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	var after *DomainRule
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		d, err := s.rule(tx, ruleBlock, i)
		if err != nil {
			return err
		}
		change(d)
		if err := checkBlock(d); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE domain_rule SET severity = $1, reject_media = $2, reject_reports = $3, private_comment = $4, public_comment = $5, obfuscate = $6 WHERE id = $7`,
			string(d.Severity), d.RejectMedia, d.RejectReports, d.PrivateComment, d.PublicComment, d.Obfuscate, i)
		if err != nil {
			return fmt.Errorf("change a domain: %w", err)
		}
		after = d
		return s.ruled(tx, v, d.Domain, ChangeDomain)
	})
	return after, err
}

// UnblockDomain takes a block away, and with it what it did to accounts; for
// moderators.
func (s *Service) UnblockDomain(ctx context.Context, v account.Viewer, i id.ID) error {
	_, err := s.removeRule(ctx, v, ruleBlock, i, UnblockDomain)
	return err
}

// DisallowDomain takes a server away from those let in, and gives what it was;
// for moderators.
func (s *Service) DisallowDomain(ctx context.Context, v account.Viewer, i id.ID) (*DomainRule, error) {
	return s.removeRule(ctx, v, ruleAllow, i, DisallowDomain)
}

func (s *Service) removeRule(ctx context.Context, v account.Viewer, kind string, i id.ID, a Action) (was *DomainRule, err error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if was, err = s.rule(tx, kind, i); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM domain_rule WHERE id = $1`, i); err != nil {
			return fmt.Errorf("remove a domain: %w", err)
		}
		return s.ruled(tx, v, was.Domain, a)
	})
	return was, err
}
