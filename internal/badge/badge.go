// Package badge is in charge of badges: confirmed acts that their doers take away
// as Open Badges 3.0 (https://www.imsglobal.org/spec/ob/v3p0), which others verify
// without asking who did what. It signs credentials, says which keys signed, and
// which of what it signed holds no more. What an act is, and whether it is
// confirmed, is package act's.
//
// A badge tells of its doer what the doer chose: the address of their profile, or
// the digest of their mail address, which only who knows the address recognises.
// The lists of what was revoked hold random ids and nothing else.
package badge

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// NamedBy is what a badge knows its doer by.
type NamedBy string

// What a doer can choose.
const (
	Profile NamedBy = "profile" // the address of their profile
	Address NamedBy = "address" // a digest of their confirmed mail address
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts  *account.Service
	Auth      *auth.Service
	Movements *movement.Service
	Calls     *call.Service
	Acts      *act.Service
}

// Config is what an operator sets.
type Config struct {
	URL  string // of this server, without a slash at its end
	Name string // what the server calls itself
}

// Service hands out badges.
type Service struct {
	d     *db.DB
	now   func() time.Time
	c     Config
	rooms Rooms
}

// New opens the room.
func New(d *db.DB, now func() time.Time, c Config, rooms Rooms) *Service {
	if c.Name == "" {
		c.Name = "Goodturn"
	}
	return &Service{d: d, now: now, c: c, rooms: rooms}
}

// Badge is a credential as it is handed out.
type Badge struct {
	ID          string    // urn:uuid:…
	Issuer      string    // the address of who speaks in it
	Status      string    // the address of the list that would name it, if it held no more
	JWT         string    // the signed credential: a compact JWS
	Title       string    // of what was done
	Hashtag     string    // of the movement, without '#'; "" for none
	ConfirmedAt time.Time // since when it holds
}

// OpenTo says whether an act can become a badge: one that is confirmed, and done
// under the doer's own name.
func OpenTo(a *act.Act) bool {
	return a.State == act.StateLive && a.Proof == act.Confirmed && !a.Outside && !a.Withheld
}

// Issue hands an act's doer a badge, in the language of p. The same choice gives
// the same badge while the act stays as it is. NotFound and Gone as act.Get,
// Forbidden for whom it is not, Conflict while the act is not confirmed and for a
// gift under another name, Invalid on "named_by".
func (s *Service) Issue(ctx context.Context, v account.Viewer, actID id.ID, by NamedBy, p *lang.Printer) (*Badge, error) {
	if by != Profile && by != Address {
		return nil, problem.Invalid("named_by", "A badge knows you by your profile or by your address.")
	}
	a, err := s.rooms.Acts.Get(ctx, v, actID)
	if err != nil {
		return nil, err
	}
	if !a.DoneBy(v.ID()) {
		return nil, problem.Forbidden("Only the doer of an act can do this.")
	}
	who, err := s.doer(ctx, v, by)
	if err != nil {
		return nil, err
	}
	sign, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	var is row
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		if a, err = act.HoldIn(tx, actID); err != nil {
			return err
		}
		switch {
		case a.Outside:
			return problem.Conflict("", "A gift under another name makes no badge: it would show whose the name is.")
		case !OpenTo(a):
			return problem.Conflict("", "Only a confirmed act makes a badge.")
		}
		is, err = keep(tx, a, by, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	about, err := s.about(ctx, v, a)
	if err != nil {
		return nil, err
	}
	credential := s.credential(is, about, who.subject(is.id), p)
	jwt, err := sign(credential)
	if err != nil {
		return nil, err
	}
	return &Badge{ID: credential.ID, Issuer: credential.Issuer.ID, Status: credential.Status.ID, JWT: jwt, Title: credential.Name,
		Hashtag: about.hashtag(), ConfirmedAt: a.ConfirmedAt}, nil
}

// row is a badge as it is kept.
type row struct {
	id     string
	issuer id.ID
	month  string
}

// monthLayout names the list of a badge by when it was first handed out.
const monthLayout = "2006-01"

// keep writes the badge of an act that is held, or finds the one there is.
func keep(tx *db.Tx, a *act.Act, by NamedBy, at time.Time) (r row, err error) {
	err = tx.QueryRow(`INSERT INTO badge (id, issuer, month, act_id, named_by, quantity) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (act_id, named_by) WHERE act_id IS NOT NULL DO UPDATE SET quantity = excluded.quantity RETURNING id, issuer, month`,
		uuid(), int64(a.MovementID), at.UTC().Format(monthLayout), a.ID, string(by), a.Quantity).Scan(&r.id, &r.issuer, &r.month)
	if err != nil {
		return r, fmt.Errorf("keep the badge of act %s: %w", a.ID, err)
	}
	return r, nil
}

// uuid is a random one, version 4 of RFC 9562.
func uuid() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// doer is who a badge is about.
type doer struct {
	url   string // of the profile, where that was chosen
	email string // where that was
}

func (s *Service) doer(ctx context.Context, v account.Viewer, by NamedBy) (d doer, err error) {
	me, err := s.rooms.Accounts.Get(ctx, v.ID())
	if err != nil {
		return d, err
	}
	if by == Profile {
		d.url = s.c.URL + "/@" + me.Username
		return d, nil
	}
	logins, err := s.rooms.Auth.Logins(ctx, []id.ID{me.ID})
	if err != nil {
		return d, err
	}
	if !logins[me.ID].Confirmed {
		return d, problem.Invalid("named_by", "Confirm your address first, or choose your profile.")
	}
	d.email = strings.ToLower(logins[me.ID].Email)
	return d, nil
}

// around is an act with what it was done for.
type around struct {
	act      *act.Act
	call     *call.Call         // nil when done freely
	movement *movement.Movement // nil for none
	evidence act.Evidence       // as far as everybody may see it
}

func (w around) hashtag() string {
	if w.movement == nil {
		return ""
	}
	return w.movement.Hashtag
}

func (s *Service) about(ctx context.Context, v account.Viewer, a *act.Act) (w around, err error) {
	w.act = a
	if a.MovementID != 0 {
		if w.movement, err = s.rooms.Movements.ByID(ctx, v, a.MovementID); err != nil {
			return w, err
		}
	}
	if a.CallID != 0 {
		if w.call, err = s.rooms.Calls.Get(ctx, v, a.CallID); err != nil {
			return w, err
		}
	}
	public, err := s.rooms.Acts.Evidence(ctx, account.Nobody, []*act.Act{a})
	if err != nil {
		return w, err
	}
	w.evidence = public[a.ID]
	return w, nil
}
