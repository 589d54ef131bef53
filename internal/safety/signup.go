package safety

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/netip"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// MailBlock keeps mail addresses from signing up: all of a domain and those
// beneath it, or the one with a hash.
type MailBlock struct {
	ID        id.ID
	Domain    string // or
	Hash      string // of the canonical address: SHA-256 in hex
	CreatedAt time.Time
}

// Screen answers for package auth whether somebody may sign up with a mail
// address, from an address of the network: whether a moderator must let them in,
// problem.Invalid on email where the address is barred, problem.Forbidden where
// the network is. That a mail address was barred it says openly; it is not what
// tells whether one is in use.
func (s *Service) Screen(ctx context.Context, email string, from netip.Addr) (approve bool, err error) {
	barred, err := s.barred(s.d.Read(ctx), email)
	if err != nil {
		return false, err
	}
	if barred {
		return false, problem.Invalid("email", "This mail address cannot be used here.")
	}
	switch s.AddressSeverity(ctx, from) {
	case NoAccess, NoSignUp:
		return false, problem.Forbidden("From this network nobody can sign up here.")
	case SignUpByApproval:
		return true, nil
	}
	return false, nil
}

func (s *Service) barred(r db.Reader, email string) (bool, error) {
	hash, domain, err := canonical(email)
	if err != nil {
		return false, nil // it is no address; auth says so
	}
	in, args := db.InStrings(2, suffixes(domain))
	var n int
	err = r.QueryRow(`SELECT (SELECT count(*) FROM mail_block WHERE hash = $1) + (SELECT count(*) FROM mail_domain_block WHERE domain IN `+in+`)`,
		append([]any{hash}, args...)...).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for a barred address: %w", err)
	}
	return n > 0, nil
}

// canonical is the hash of a mail address in small letters, without dots before
// the @ and without what follows a + there, as Mastodon makes it; and its domain.
func canonical(email string) (hash, domain string, err error) {
	a, err := netmail.ParseAddress(strings.TrimSpace(email))
	if err != nil || len(email) > 254 {
		return "", "", problem.Invalid("email", "This is not a mail address.")
	}
	name, domain, _ := strings.Cut(strings.ToLower(a.Address), "@")
	name, _, _ = strings.Cut(strings.ReplaceAll(name, ".", ""), "+")
	h := sha256.Sum256([]byte(name + "@" + domain))
	return hex.EncodeToString(h[:]), db.Fold(domain), nil
}

// barMailOf keeps the address of a suspended account from signing up again,
// until it is restored.
func (s *Service) barMailOf(tx *db.Tx, i id.ID) error {
	logins, err := auth.LoginsIn(tx, []id.ID{i})
	if err != nil {
		return err
	}
	l, known := logins[i]
	if !known {
		return nil
	}
	hash, _, err := canonical(l.Email)
	if err != nil {
		return nil
	}
	_, err = tx.Exec(`INSERT INTO mail_block (id, hash, account_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`,
		s.ids.New(), hash, i, db.Millis(s.now()))
	if err != nil {
		return fmt.Errorf("bar an address: %w", err)
	}
	return nil
}

// MailKind is one of the two kinds of MailBlock.
type MailKind struct {
	table, column  string
	block, unblock Action
}

// The kinds: by domain, and by the hash of one address.
var (
	MailDomains = MailKind{"mail_domain_block", "domain", BlockMailDomain, UnblockMail}
	MailHashes  = MailKind{"mail_block", "hash", BlockMail, UnblockMailOne}
)

func (k MailKind) scan(row db.Row) (*MailBlock, error) {
	b := &MailBlock{}
	into := &b.Domain
	if k == MailHashes {
		into = &b.Hash
	}
	var created int64
	err := row.Scan(&b.ID, into, &created)
	b.CreatedAt = db.Time(created)
	return b, err
}

func (k MailKind) query() string {
	return `SELECT id, ` + k.column + `, created_at FROM ` + k.table + ` WHERE `
}

// MailBlocks lists blocks of a kind, the newest first; for moderators.
func (s *Service) MailBlocks(ctx context.Context, v account.Viewer, k MailKind, p db.Page) ([]*MailBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	p.Most = listMost
	cond, args, tail := p.SQL("id", 1)
	list, err := db.All(s.d.Read(ctx), k.scan, k.query()+cond+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list mail blocks: %w", err)
	}
	return db.Newest(p, list), nil
}

// MailBlock is one of a kind, for moderators; problem.NotFound.
func (s *Service) MailBlock(ctx context.Context, v account.Viewer, k MailKind, i id.ID) (*MailBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	b, err := db.One(s.d.Read(ctx), k.scan, k.query()+`id = $1`, i)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("block")
	}
	if err != nil {
		return nil, fmt.Errorf("read a mail block: %w", err)
	}
	return b, nil
}

// BarMailDomain keeps all addresses of a domain from signing up; for moderators.
// problem.Conflict when they are barred already.
func (s *Service) BarMailDomain(ctx context.Context, v account.Viewer, domain string) (*MailBlock, error) {
	d, err := domainOf("domain", domain)
	if err != nil {
		return nil, err
	}
	return s.barMail(ctx, v, MailDomains, &MailBlock{Domain: d}, d)
}

// BarMail keeps one mail address from signing up, given as such or by the hash of
// its canonical form; for moderators. Only the hash is kept. problem.Conflict
// when it is barred already.
func (s *Service) BarMail(ctx context.Context, v account.Viewer, email, hash string) (*MailBlock, error) {
	if email != "" {
		var err error
		if hash, _, err = canonical(email); err != nil {
			return nil, err
		}
	}
	hash = strings.ToLower(hash)
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != sha256.Size {
		return nil, problem.Invalid("email", "Give a mail address, or the SHA-256 of one in hex.")
	}
	return s.barMail(ctx, v, MailHashes, &MailBlock{Hash: hash}, hash)
}

func (s *Service) barMail(ctx context.Context, v account.Viewer, k MailKind, b *MailBlock, what string) (*MailBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	b.ID, b.CreatedAt = s.ids.New(), db.Time(db.Millis(s.now()))
	return b, s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO `+k.table+` (id, `+k.column+`, created_at) VALUES ($1, $2, $3) ON CONFLICT (`+k.column+`) DO NOTHING`,
			b.ID, what, db.Millis(b.CreatedAt))
		if err != nil {
			return fmt.Errorf("bar mail: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.Conflict(k.column, "This is barred already."))
		}
		_, err = s.record(tx, v, Decision{Subject: what, Action: k.block})
		return err
	})
}

// UnbarMail takes a block of a kind away; for moderators, problem.NotFound.
func (s *Service) UnbarMail(ctx context.Context, v account.Viewer, k MailKind, i id.ID) (*MailBlock, error) {
	b, err := s.MailBlock(ctx, v, k, i)
	if err != nil {
		return nil, err
	}
	return b, s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM `+k.table+` WHERE id = $1`, i)
		if err != nil {
			return fmt.Errorf("unbar mail: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.NotFound("block"))
		}
		_, err = s.record(tx, v, Decision{Subject: b.Domain + b.Hash, Action: k.unblock})
		return err
	})
}

// TestMail lists the blocks that hold a mail address back; for moderators.
func (s *Service) TestMail(ctx context.Context, v account.Viewer, email string) ([]*MailBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	hash, _, err := canonical(email)
	if err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), MailHashes.scan, MailHashes.query()+`hash = $1`, hash)
	if err != nil {
		return nil, fmt.Errorf("look for a barred address: %w", err)
	}
	return list, nil
}
