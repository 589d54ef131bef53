// Package fundraiser is in charge of what is special about calls for money: gifts
// that donors tell of and the beneficiary confirms or does not find, under the name
// that each donor chose; gifts paid through Stripe; what others promised to add; and
// what the beneficiary spent, so that there is an answer to where it went.
//
// A gift is an act of package act, and its amount is what the act counts for. Sums
// in different currencies are never added.
package fundraiser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Media    *media.Service
	Calls    *call.Service
	Acts     *act.Service
}

// Service is the room's door. What only some may do answers problem.Unauthorized to
// who has not signed in, problem.NotFound for a call that v may not see or that
// raises no money, and problem.Forbidden to the others.
type Service struct {
	d     *db.DB
	ids   *id.Source
	hub   *event.Hub
	jobs  *jobs.Jobs
	now   func() time.Time
	log   *slog.Logger
	rooms Rooms

	stripe Stripe
	wire   *stripe.Backends // to Stripe; nil: no payments
	mailer Mailer
}

// New registers this room's jobs with j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, log *slog.Logger, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, log: log, rooms: rooms}
	jobs.HandleIn(j, jobs.Mail, s.sendReceipt)
	jobs.Handle(j, s.tellEnd)
	return s
}

// call is a fundraiser that v may see.
func (s *Service) call(ctx context.Context, v account.Viewer, callID id.ID) (*call.Call, error) {
	c, err := s.rooms.Calls.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	if c.Kind != call.Fundraiser {
		return nil, problem.NotFound("fundraiser")
	}
	return c, nil
}

// Role is what somebody is to a fundraiser.
type Role struct {
	Organiser   bool
	Beneficiary bool
}

// Keeps says whether the books are theirs to keep: the beneficiary's, or the
// organisers' where nobody else benefits.
func (r Role) Keeps(c *call.Call) bool { return r.Beneficiary || c.Beneficiary == 0 && r.Organiser }

func roleIn(r db.Reader, v account.Viewer, c *call.Call) (Role, error) {
	organises, err := call.OrganisesIn(r, v, c)
	return Role{Organiser: organises, Beneficiary: v.Is(c.Beneficiary)}, err
}

// RoleOf is what v is to a fundraiser.
func (s *Service) RoleOf(ctx context.Context, v account.Viewer, c *call.Call) (Role, error) {
	if !v.SignedIn() {
		return Role{}, nil
	}
	return roleIn(s.d.Read(ctx), v, c)
}

// keep runs f for those whose books these are; with organisers, for them too.
func (s *Service) keep(ctx context.Context, v account.Viewer, callID id.ID, organisers bool, f func(tx *db.Tx, c *call.Call) error) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	if _, err := s.call(ctx, v, callID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		c, err := call.GetIn(tx, callID)
		if err != nil {
			return err
		}
		role, err := roleIn(tx, v, c)
		switch {
		case err != nil:
			return err
		case role.Keeps(c), organisers && role.Organiser:
			return f(tx, c)
		case organisers:
			return problem.Forbidden("Only the organisers and the call's partner can do this.")
		}
		return problem.Forbidden("Only the organisation that receives the gifts can do this.")
	})
}

// urlMost is how long the address of a charity's page may be, in bytes.
const urlMost = 500

// SetGivePage names the charity's own page for gifts, "" for none: https, on a host
// of the public internet by its name. The organisers and the beneficiary may.
func (s *Service) SetGivePage(ctx context.Context, v account.Viewer, callID id.ID, address string) error {
	address = strings.TrimSpace(address)
	if address != "" {
		if err := checkAddress(address); err != nil {
			return err
		}
	}
	return s.keep(ctx, v, callID, true, func(tx *db.Tx, c *call.Call) error {
		_, err := tx.Exec(`INSERT INTO fundraiser (call_id, give_url, changed_at) VALUES ($1, $2, $3)
			ON CONFLICT (call_id) DO UPDATE SET give_url = excluded.give_url, changed_at = excluded.changed_at`, callID, address, db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("set the page for gifts: %w", err)
		}
		return event.Emit(s.hub, tx, call.Changed{CallID: callID, MovementID: c.MovementID})
	})
}

// SetGivePageIn is SetGivePage inside another transaction, for the sample.
func (s *Service) SetGivePageIn(tx *db.Tx, callID id.ID, address string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO fundraiser (call_id, give_url, changed_at) VALUES ($1, $2, $3)`, callID, address, db.Millis(at))
	return err
}

func checkAddress(address string) error {
	u, err := url.Parse(address)
	bad := err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Port() != "" || len(address) > urlMost ||
		strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' })
	if !bad {
		_, ip := netip.ParseAddr(u.Hostname())
		bad = ip == nil || !strings.Contains(strings.Trim(u.Hostname(), "."), ".")
	}
	if bad {
		return problem.Invalid("give_url", "This is the whole address of a page that begins with https://, like https://charity.example/give.")
	}
	return nil
}

// GivePage is the charity's own page for gifts, "" if none is named. Whoever sees
// the call may know.
func (s *Service) GivePage(ctx context.Context, callID id.ID) (string, error) {
	var address string
	err := s.d.Read(ctx).QueryRow(`SELECT give_url FROM fundraiser WHERE call_id = $1`, callID).Scan(&address)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read the page for gifts: %w", err)
	}
	return address, nil
}

// affected is how many rows a statement changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
