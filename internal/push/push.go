// Package push is in charge of telling devices of notices while no app is open:
// Web Push (RFC 8030), encrypted for the device alone (RFC 8291) and signed with
// this server's key (RFC 8292). It keeps which devices wish to hear of what, and
// sends by one job for each account that has something new, not one for each
// notice.
//
// What happens, and whether it disturbs anybody, is for package notice; what the
// receiver's filters keep from notices altogether (filter.Drop) is not sent.
package push

import (
	"context"
	"log/slog"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/fetch"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/notice"
	"goodturn/internal/relation"
)

// Policy says by whom notices must be caused to be pushed.
type Policy string

// The policies, in Mastodon's words.
const (
	FromAll      Policy = "all"
	FromFollowed Policy = "followed" // whom the account follows
	FromFollower Policy = "follower" // who follows the account
	FromNone     Policy = "none"
)

// Subscription is a device's wish to be told.
type Subscription struct {
	ID       id.ID
	Endpoint string
	Standard bool     // RFC 8291; else the draft before it
	Alerts   []string // types of notifications, as clients call them
	Policy   Policy
}

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts  *account.Service
	Relations *relation.Service
	Media     *media.Service
	Notices   *notice.Service
	Filters   *filter.Service
}

// Config is what the server knows.
type Config struct {
	URL  string // of this server, without a slash at its end
	Seed []byte // of the key that messages are signed by; 32 secret bytes, the same on all nodes
	Icon string // the path of what stands in for a missing portrait
	Log  *slog.Logger
	// Type is what clients call a kind of notice; "" for those that they do not
	// know.
	Type func(notice.Kind) string
}

// Service keeps subscriptions and sends.
type Service struct {
	d    *db.DB
	ids  *id.Source
	jobs *jobs.Jobs
	now  func() time.Time
	gate *fetch.Gate
	sign *signer
	Config
	Rooms
}

// New registers this room's jobs with j. All messages go out by gate.
func New(d *db.DB, ids *id.Source, j *jobs.Jobs, now func() time.Time, gate *fetch.Gate, c Config, rooms Rooms) (*Service, error) {
	sign, err := newSigner(c.Seed, c.URL)
	if err != nil {
		return nil, err
	}
	s := &Service{d: d, ids: ids, jobs: j, now: now, gate: gate, sign: sign, Config: c, Rooms: rooms}
	jobs.HandleIn(j, queue, s.send)
	jobs.HandleIn(j, queue, func(ctx context.Context, a againArgs) error { return s.send(ctx, sendArgs(a)) })
	return s, nil
}

// PublicKey is this server's, which a device gives to its push service: an
// uncompressed point on P-256 in base64url.
func (s *Service) PublicKey() string { return s.sign.public }
