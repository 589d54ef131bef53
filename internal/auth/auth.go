// Package auth is in charge of how somebody proves to be an account: sign-up,
// the address behind it, passwords, sessions, and tokens for programs; and of the
// apps that ask people for such a token (OAuth 2).
//
// Whether an address is known here is nobody else's business: where one could
// find out, both answers are the same, and so is the work behind them. Secrets
// are kept as hashes alone; those sent by mail are made as the mail is sent.
package auth

import (
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/netip"
	"strings"
	"time"

	"github.com/ory/fosite"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// How long things last.
const (
	sessionLife = 90 * 24 * time.Hour // since it was last used
	confirmLife = 3 * 24 * time.Hour
	resetLife   = time.Hour
	noticeLife  = 24 * time.Hour     // of a mail without a link that waits to be sent
	unusedLife  = 7 * 24 * time.Hour // of a sign-up that nobody confirmed or approved, of an app that nobody gave leave
	codeLife    = 10 * time.Minute   // that an app has to fetch its token
	codeKept    = 24 * time.Hour     // and that a code is known after, to see one that comes twice
	seenEvery   = 24 * time.Hour     // how exactly the last use of a session or a token is known
)

// credentialBytes is the most that sessions and tokens take in memory, each.
const credentialBytes = 8 << 20

// Mailer is package mail's, as much of it as is needed here.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
	Delivers() bool
}

// Config is what an operator sets.
type Config struct {
	URL       string       // of this server, without a slash at its end, for links in mails
	Name      string       // what mails call this server
	Cost      Cost         // of new passwords; DefaultCost if zero
	Unlimited bool         // no throttle, for measuring alone
	Open      bool         // whoever signs up is let in at once, with no word to any address: for the demo
	Log       *slog.Logger // slog.Default() if nil
	DeviceKey []byte       // 32 random bytes that know a device again; the same on all nodes
}

// Client is where a request comes from.
type Client struct {
	Addr   netip.Addr // zero if not known: then no limit by address
	Agent  string     // what the browser says it is
	Device string     // the cookie with an earlier Session.Device, "" if none
}

// Service signs people up, in and out.
type Service struct {
	// Screen is asked about each sign-up, and each new address: whether a
	// moderator must let it in, or problem.Invalid on email, or
	// problem.Forbidden, when it may not be. It is set before use: package
	// safety stands above this one; nil lets all pass.
	Screen func(ctx context.Context, email string, from netip.Addr) (approve bool, err error)

	d        *db.DB
	ids      *id.Source
	hub      *event.Hub
	now      func() time.Time
	accounts *account.Service
	jobs     *jobs.Jobs
	mailer   Mailer
	config   Config

	hasher   *hasher
	throttle *throttle
	byCookie cache.Cache[hash, *Session]
	byBearer cache.Cache[hash, *Token]
	oauth    *fosite.Fosite
}

// New also registers its job with j, so before j starts.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, accounts *account.Service,
	j *jobs.Jobs, mailer Mailer, c Config) *Service {
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Service{
		d: d, ids: ids, hub: hub, now: now, accounts: accounts, jobs: j, mailer: mailer, config: c,
		hasher: newHasher(c.Cost), throttle: newThrottle(now, c.Unlimited),
	}
	s.byCookie = cache.New(cache.Options[hash, *Session]{
		Bytes: credentialBytes,
		Size:  func(_ hash, v *Session) int { return 200 + len(v.Agent) },
		Fresh: hub.Fresh,
		Load:  each(d, readSession),
	})
	s.byBearer = cache.New(cache.Options[hash, *Token]{
		Bytes: credentialBytes,
		Size:  func(_ hash, v *Token) int { return v.size() },
		Fresh: hub.Fresh,
		Load:  each(d, readToken),
	})
	s.oauth = newOAuth(s)
	event.After(hub, func(e Revoked) {
		for _, h := range e.Hashes {
			s.byCookie.Drop(hash(h))
			s.byBearer.Drop(hash(h))
		}
	})
	hub.OnGap(func() { s.byCookie.Clear(); s.byBearer.Clear() })
	jobs.HandleIn(j, jobs.Mail, s.SendMail)
	return s
}

// ByApproval says whether moderators let people in, because mail does not reach
// anybody from here.
func (s *Service) ByApproval() bool { return !s.Open() && !s.mailer.Delivers() }

// Open says whether whoever signs up can sign in at once; see Config.
func (s *Service) Open() bool { return s.config.Open }

// Revoked tells that sessions or tokens with these hashes hold no longer.
type Revoked struct{ Hashes [][]byte }

// each makes a cache's loader of a reader of one.
func each[V any](d *db.DB, read func(r db.Reader, h hash) (*V, error)) func(context.Context, []hash) (map[hash]*V, error) {
	return func(ctx context.Context, hs []hash) (map[hash]*V, error) {
		found := make(map[hash]*V, len(hs))
		for _, h := range hs {
			v, err := read(d.Read(ctx), h)
			if err != nil {
				return nil, err
			}
			if v != nil {
				found[h] = v
			}
		}
		return found, nil
	}
}

// address checks a mail address, alone and of this world.
func address(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsAny(s, "\"<>") {
		return "", problem.Invalid(field, "This is not a mail address.")
	}
	return s, nil
}

// OnAccountDeleted erases all by which the account could sign in.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	if err := s.eraseLogin(tx, e.ID); err != nil {
		return err
	}
	return s.endSessions(tx, e.ID)
}

// OnAccountChanged ends the sessions of an account that was suspended. Its tokens
// are refused until it is let in again: see Token.
func (s *Service) OnAccountChanged(tx *db.Tx, e account.Changed) error {
	if e.State != account.StateSuspended {
		return nil
	}
	return s.endSessions(tx, e.ID)
}

// revokeIn runs a DELETE that gives hashes, tells of them, and answers how many
// there were.
func (s *Service) revokeIn(tx *db.Tx, q string, args ...any) (int, error) {
	hashes, err := db.All(tx, func(r db.Row) (h []byte, err error) {
		err = r.Scan(&h)
		return h, err
	}, q, args...)
	if err != nil {
		return 0, fmt.Errorf("revoke: %w", err)
	}
	if len(hashes) == 0 {
		return 0, nil
	}
	return len(hashes), event.Emit(s.hub, tx, Revoked{Hashes: hashes})
}

// EndSessionsIn ends all of an account's sessions in the caller's transaction,
// without asking who wishes it.
func (s *Service) EndSessionsIn(tx *db.Tx, i id.ID) error { return s.endSessions(tx, i) }

// endSessions ends all of an account's.
func (s *Service) endSessions(tx *db.Tx, i id.ID) error {
	_, err := s.revokeIn(tx, `DELETE FROM session WHERE account_id = $1 RETURNING hash`, int64(i))
	return err
}
