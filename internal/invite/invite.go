// Package invite is in charge of invitations: the turn of a challenge passed on to
// somebody who need not have an account, by a link that is handed over or by mail.
// Whoever opens one sees who asks for what, and can accept in one step or decline
// without a trace. Who accepts and signs in takes it up: from then on it is a
// nomination, which is package act's.
//
// What the inviter learns is what a nominator learns: somebody accepted, or "not
// this time" at the deadline, alike for whatever became of it.
package invite

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"log/slog"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
	"goodturn/internal/seal"
)

// Limits of what one person can have mailed, and what one mailbox is mailed.
const (
	NoteMost    = 300                 // characters of what the inviter writes
	MailsADay   = 10                  // of one inviter
	mailsAWeek  = 2                   // to one mailbox, by all inviters; reminders not counted
	week        = 7 * 24 * time.Hour  // of a mailbox
	addressLife = 30 * 24 * time.Hour // after the deadline
)

// Invitation is one as whoever holds its link sees it.
type Invitation struct {
	ID        id.ID
	ActID     id.ID // the inviter's
	CallID    id.ID
	InviterID id.ID
	ByMail    bool
	Note      string
	State     State
	Deadline  time.Time
	Never     string // the token that refuses all mails; "" of a link, and once erased
}

// State is where an invitation is, as whoever holds its link knows it.
type State string

// The states. Taken up is one that became a nomination.
const (
	Open      State = "open"
	Accepted  State = "accepted"
	Declined  State = "declined"
	TakenUp   State = "taken_up"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
)

// Given is an invitation as its inviter sees it. Refused, never sent, declined and
// expired are the same in each field at each moment.
type Given struct {
	ID         id.ID
	ActID      id.ID
	CallID     id.ID
	MovementID id.ID
	ByMail     bool
	Address    string // "" of a link, and 30 days after the deadline
	Handle     string // whom on another server a link is for; "" for anybody, and 30 days after the deadline
	State      act.GivenState
	CreatedAt  time.Time
	Deadline   time.Time
}

// row is an invitation as it is kept.
type row struct {
	Invitation
	movement    id.ID
	address     string
	handle      string
	addressKey  []byte
	language    string
	hidden      bool
	createdAt   time.Time
	acceptedAt  time.Time // zero if not
	nominatedAs id.ID
}

const columns = `id, act_id, call_id, movement_id, inviter_id, by_mail, address, address_key, note, language, state, hidden,
	created_at, deadline, accepted_at, nomination_id, handle`

func scan(r db.Row) (*row, error) {
	var n row
	var created, deadline int64
	var accepted, nomination sql.NullInt64
	err := r.Scan(&n.ID, &n.ActID, &n.CallID, &n.movement, &n.InviterID, &n.ByMail, &n.address, &n.addressKey, &n.Note, &n.language, &n.State, &n.hidden,
		&created, &deadline, &accepted, &nomination, &n.handle)
	if err != nil {
		return nil, err
	}
	n.createdAt, n.Deadline, n.nominatedAs = db.Time(created), db.Time(deadline), id.ID(nomination.Int64)
	if accepted.Valid {
		n.acceptedAt = db.Time(accepted.Int64)
	}
	return &n, nil
}

// given is the inviter's view at a moment.
func (n *row) given(now time.Time) Given {
	g := Given{ID: n.ID, ActID: n.ActID, CallID: n.CallID, MovementID: n.movement, ByMail: n.ByMail, Address: n.address, Handle: n.handle,
		CreatedAt: n.createdAt, Deadline: n.Deadline}
	g.State = act.GivenAs(n.State == Withdrawn, !n.acceptedAt.IsZero(), n.State == Declined, !now.Before(n.Deadline))
	return g
}

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Calls    *call.Service
	Acts     *act.Service

	// AccountsOf are the accounts whose addresses lead to the same mailbox.
	AccountsOf func(r db.Reader, address string) ([]id.ID, error)
}

// Mailer sends mails; see package mail.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Config is what the server is called, and its key for links and mailboxes.
type Config struct {
	URL, Name string
	Secret    []byte // at least 128 bits; the links of another secret do not hold
	Log       *slog.Logger
}

// Service is the room.
type Service struct {
	d      *db.DB
	ids    *id.Source
	jobs   *jobs.Jobs
	now    func() time.Time
	mailer Mailer
	config Config
	rooms  Rooms
}

// New makes the room, and says how its mails are sent.
func New(d *db.DB, ids *id.Source, j *jobs.Jobs, now func() time.Time, mailer Mailer, c Config, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, jobs: j, now: now, mailer: mailer, config: c, rooms: rooms}
	jobs.HandleIn(j, jobs.Mail, s.sendMail)
	return s
}

// What the secret is used for.
const (
	forLink    = "link"
	forMailbox = "mailbox"
	forNever   = "never"
)

func (s *Service) mac(purpose, of string) []byte {
	m := hmac.New(sha256.New, s.config.Secret)
	m.Write([]byte(purpose + "\x00" + of))
	return m.Sum(nil)
}

// token is the secret part of an invitation's link: computed, so that it lies
// nowhere, and its inviter can be shown it again.
func (s *Service) token(i id.ID) string {
	return seal.Token(i, s.mac(forLink, i.String())[:16])
}

// holds is the invitation that a token opens; false for what is none.
func (s *Service) holds(token string) (id.ID, bool) { return seal.Open(token, s.token) }

// never is the token by which a mailbox refuses invitations for good. It carries the
// mailbox's HMAC, so it holds when the address has long been erased.
func (s *Service) never(i id.ID, key []byte) string {
	if len(key) == 0 {
		return ""
	}
	about := i.String() + "." + base64.RawURLEncoding.EncodeToString(key)
	return about + "." + base64.RawURLEncoding.EncodeToString(s.mac(forNever, about)[:16])
}

// refuses is the invitation that such a token came with, and the mailbox; false for
// what is none.
func (s *Service) refuses(token string) (id.ID, []byte, bool) {
	text, rest, _ := strings.Cut(token, ".")
	encoded, _, _ := strings.Cut(rest, ".")
	i, err := id.Parse(text)
	key, err2 := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || err2 != nil || len(key) == 0 || !hmac.Equal([]byte(token), []byte(s.never(i, key))) {
		return 0, nil, false
	}
	return i, key, true
}

func (s *Service) link(i id.ID) string { return s.config.URL + "/invited?token=" + s.token(i) }

// mailbox stands for an address without telling it; all spellings of a mailbox
// that are known to be one have the same.
func (s *Service) mailbox(address string) []byte { return s.mac(forMailbox, mail.Mailbox(address)) }
