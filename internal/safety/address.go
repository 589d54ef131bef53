package safety

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The severities of blocks of network addresses.
const (
	SignUpByApproval Severity = "sign_up_requires_approval"
	NoSignUp         Severity = "sign_up_block"
	NoAccess         Severity = "no_access"
)

// AddressBlock is a part of the network.
type AddressBlock struct {
	ID        id.ID
	Prefix    netip.Prefix // masked
	Severity  Severity
	Comment   string
	ExpiresAt time.Time // zero: until it is taken away
	CreatedAt time.Time
}

// addresses are all blocks, as requests ask for them: by the lengths of prefixes
// that there are, the longest first.
type addresses struct {
	lengths []int
	of      map[netip.Prefix]addressRule
}

type addressRule struct {
	severity Severity
	until    time.Time // zero: forever
}

// addressesMost bounds how many blocks there can be.
const addressesMost = 10_000

func (s *Service) rememberAddresses() {
	s.addresses = cache.New(cache.Options[struct{}, *addresses]{
		Bytes: 1, Size: func(struct{}, *addresses) int { return 1 },
		Fresh: s.hub.Fresh,
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}]*addresses, error) {
			all, err := s.readAddresses(s.d.Read(ctx))
			if err != nil {
				return nil, err
			}
			return map[struct{}]*addresses{{}: tableOf(all)}, nil
		},
	})
	event.After(s.hub, func(AddressesChanged) { s.addresses.Drop(struct{}{}) })
	s.hub.OnGap(s.addresses.Clear)
}

func tableOf(all []*AddressBlock) *addresses {
	t := &addresses{of: make(map[netip.Prefix]addressRule, len(all))}
	for _, b := range all {
		t.of[b.Prefix] = addressRule{b.Severity, b.ExpiresAt}
		if !slices.Contains(t.lengths, b.Prefix.Bits()) {
			t.lengths = append(t.lengths, b.Prefix.Bits())
		}
	}
	slices.SortFunc(t.lengths, func(a, b int) int { return b - a })
	return t
}

// severity is that of the longest prefix that holds at this time.
func (t *addresses) severity(a netip.Addr, now time.Time) Severity {
	for _, n := range t.lengths {
		p, err := a.Prefix(n)
		if err != nil {
			continue // longer than an address of this family
		}
		if rule, ok := t.of[p]; ok && (rule.until.IsZero() || now.Before(rule.until)) {
			return rule.severity
		}
	}
	return ""
}

// AddressSeverity is how far an address of the network is blocked, "" for one
// that is not; from memory, for every request. Where the blocks cannot be read
// nobody is kept out.
func (s *Service) AddressSeverity(ctx context.Context, a netip.Addr) Severity {
	if !a.IsValid() {
		return ""
	}
	t, _, err := s.addresses.Get(ctx, struct{}{})
	if err != nil {
		s.config.Log.WarnContext(ctx, "safety: blocks of network addresses cannot be read", "err", err)
		return ""
	}
	if len(t.lengths) == 0 {
		return ""
	}
	return t.severity(a.Unmap().WithZone(""), s.now())
}

const addressColumns = `id, prefix, severity, comment, expires_at, created_at`

func scanAddress(row db.Row) (*AddressBlock, error) {
	b := &AddressBlock{}
	var prefix string
	var expires sql.NullInt64
	var created int64
	if err := row.Scan(&b.ID, &prefix, &b.Severity, &b.Comment, &expires, &created); err != nil {
		return nil, err
	}
	b.CreatedAt = db.Time(created)
	if expires.Valid {
		b.ExpiresAt = db.Time(expires.Int64)
	}
	var err error
	b.Prefix, err = netip.ParsePrefix(prefix)
	return b, err
}

func (s *Service) readAddresses(r db.Reader) ([]*AddressBlock, error) {
	all, err := db.All(r, scanAddress, `SELECT `+addressColumns+` FROM ip_block ORDER BY id LIMIT $1`, addressesMost)
	if err != nil {
		return nil, fmt.Errorf("read address blocks: %w", err)
	}
	return all, nil
}

// AddressBlocks lists the blocks, the newest first; for moderators.
func (s *Service) AddressBlocks(ctx context.Context, v account.Viewer, p db.Page) ([]*AddressBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	p.Most = listMost
	cond, args, tail := p.SQL("id", 1)
	list, err := db.All(s.d.Read(ctx), scanAddress, `SELECT `+addressColumns+` FROM ip_block WHERE `+cond+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list address blocks: %w", err)
	}
	return db.Newest(p, list), nil
}

// AddressBlock is one, for moderators; problem.NotFound.
func (s *Service) AddressBlock(ctx context.Context, v account.Viewer, i id.ID) (*AddressBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	return addressIn(s.d.Read(ctx), i)
}

func addressIn(r db.Reader, i id.ID) (*AddressBlock, error) {
	b, err := db.One(r, scanAddress, `SELECT `+addressColumns+` FROM ip_block WHERE id = $1`, i)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("block")
	}
	if err != nil {
		return nil, fmt.Errorf("read an address block: %w", err)
	}
	return b, nil
}

// AddressChange is what a moderator says of a block; nil stays as it is.
type AddressChange struct {
	Address  *string // 192.0.2.1 or 192.0.2.0/24
	Severity *Severity
	Comment  *string
	Lasts    *time.Duration // 0: until it is taken away
}

func (c AddressChange) to(b *AddressBlock, now time.Time) (err error) {
	if c.Address != nil {
		if b.Prefix, err = prefixOf(*c.Address); err != nil {
			return err
		}
	}
	if c.Severity != nil {
		b.Severity = *c.Severity
	}
	switch b.Severity {
	case SignUpByApproval, NoSignUp, NoAccess:
	default:
		return problem.Invalid("severity", "A severity is sign_up_requires_approval, sign_up_block or no_access.")
	}
	if c.Comment != nil {
		if b.Comment, err = text.Block("comment", *c.Comment, MaxComment); err != nil {
			return err
		}
	}
	if c.Lasts != nil {
		b.ExpiresAt = time.Time{}
		if *c.Lasts > 0 {
			b.ExpiresAt = db.Time(db.Millis(now.Add(*c.Lasts)))
		}
	}
	return nil
}

// widest are the shortest prefixes that can be blocked, so that nobody keeps the
// world out by a slip.
const widest4, widest6 = 8, 16

// mapped is how long the prefix ::ffff:0:0/96 is, in which IPv6 writes addresses
// of IPv4. Requests are compared without it.
const mapped = 96

func prefixOf(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() {
		if p, err = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped), nil; !p.IsValid() {
			return p, problem.Invalid("ip", "This would keep out too much of the network.")
		}
	}
	if err != nil {
		a, e := netip.ParseAddr(s)
		if e != nil || a.Zone() != "" {
			return p, problem.Invalid("ip", "This is no address of the network, such as 192.0.2.1 or 192.0.2.0/24.")
		}
		a = a.Unmap()
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4() && p.Bits() < widest4 || p.Addr().Is6() && p.Bits() < widest6 {
		return p, problem.Invalid("ip", "This would keep out too much of the network.")
	}
	return p.Masked(), nil
}

// BlockAddress blocks a part of the network; for moderators. problem.Conflict
// when there is a block for it already. A moderator is not to lock itself out:
// from is where the request comes from.
func (s *Service) BlockAddress(ctx context.Context, v account.Viewer, c AddressChange, from netip.Addr) (*AddressBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	if c.Address == nil {
		return nil, problem.Invalid("ip", "This is no address of the network, such as 192.0.2.1 or 192.0.2.0/24.")
	}
	b := &AddressBlock{ID: s.ids.New(), CreatedAt: db.Time(db.Millis(s.now()))}
	if err := c.to(b, s.now()); err != nil {
		return nil, err
	}
	if err := notHere(b, from); err != nil {
		return nil, err
	}
	return b, s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO ip_block (id, prefix, severity, comment, expires_at, created_at)
			SELECT CAST($1 AS BIGINT), $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT) WHERE (SELECT count(*) FROM ip_block) < $7
			ON CONFLICT (prefix) DO NOTHING`,
			b.ID, b.Prefix.String(), string(b.Severity), b.Comment, until(b.ExpiresAt), db.Millis(b.CreatedAt), addressesMost)
		if err != nil {
			return fmt.Errorf("block an address: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, whyNoBlock(tx, b))
		}
		return s.addressed(tx, v, b, BlockAddress)
	})
}

// whyNoBlock is why a block was not taken in.
func whyNoBlock(tx *db.Tx, b *AddressBlock) error {
	var there int
	if err := tx.QueryRow(`SELECT count(*) FROM ip_block WHERE prefix = $1`, b.Prefix.String()).Scan(&there); err != nil {
		return fmt.Errorf("look for a block: %w", err)
	}
	if there == 0 {
		return problem.Conflict("ip", "There are %d blocks, and more are not possible.", addressesMost)
	}
	return problem.Conflict("ip", "There is a block for this address already.")
}

func notHere(b *AddressBlock, from netip.Addr) error {
	if b.Severity == NoAccess && from.IsValid() && b.Prefix.Contains(from.Unmap()) {
		return problem.Invalid("ip", "You would lock yourself out: this is where you are.")
	}
	return nil
}

func until(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Millis(t)
}

func (s *Service) addressed(tx *db.Tx, v account.Viewer, b *AddressBlock, a Action) error {
	if _, err := s.record(tx, v, Decision{Subject: b.Prefix.String(), Action: a}); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, AddressesChanged{})
}

// ChangeAddressBlock changes a block; see BlockAddress. problem.NotFound.
func (s *Service) ChangeAddressBlock(ctx context.Context, v account.Viewer, i id.ID, c AddressChange, from netip.Addr) (*AddressBlock, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	var after *AddressBlock
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		b, err := addressIn(tx, i)
		if err != nil {
			return err
		}
		if err := c.to(b, s.now()); err != nil {
			return err
		}
		if err := notHere(b, from); err != nil {
			return err
		}
		res, err := tx.Exec(`UPDATE ip_block SET prefix = $1, severity = $2, comment = $3, expires_at = $4
			WHERE id = $5 AND NOT EXISTS (SELECT 1 FROM ip_block o WHERE o.prefix = $6 AND o.id <> $7)`,
			b.Prefix.String(), string(b.Severity), b.Comment, until(b.ExpiresAt), i, b.Prefix.String(), i)
		if err != nil {
			return fmt.Errorf("change an address block: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, problem.Conflict("ip", "There is a block for this address already."))
		}
		after = b
		return s.addressed(tx, v, b, ChangeAddress)
	})
	return after, err
}

// UnblockAddress takes a block away; for moderators, problem.NotFound.
func (s *Service) UnblockAddress(ctx context.Context, v account.Viewer, i id.ID) error {
	if err := moderates(v); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		b, err := addressIn(tx, i)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM ip_block WHERE id = $1`, i); err != nil {
			return fmt.Errorf("unblock an address: %w", err)
		}
		return s.addressed(tx, v, b, UnblockAddress)
	})
}

// Sweep takes away blocks that have run out; called each hour.
func (s *Service) Sweep(ctx context.Context) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`DELETE FROM ip_block WHERE expires_at <= $1`, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("sweep address blocks: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return event.Emit(s.hub, tx, AddressesChanged{})
	})
}
