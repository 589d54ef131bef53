package safety

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/cache"
	"goodturn/internal/card"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Auth     *auth.Service
	About    *about.Service
	Cards    *card.Service
	Posts    *post.Service
}

// Mailer is package mail's, as much of it as is needed here.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
	Delivers() bool
}

// Config is what an operator sets.
type Config struct {
	URL  string // of this server, without a slash at its end, for links in mails
	Name string // what mails call this server
	Log  *slog.Logger
}

// Service takes reports and keeps what moderators decide. Its methods for
// moderators answer problem.Forbidden to everybody else.
type Service struct {
	d      *db.DB
	ids    *id.Source
	hub    *event.Hub
	jobs   *jobs.Jobs
	now    func() time.Time
	mailer Mailer
	config Config
	Rooms

	addresses cache.Cache[struct{}, *addresses]
	figures   cache.Cache[question, any]
}

// New registers this room's jobs with j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, m Mailer, c Config, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, mailer: m, config: c, Rooms: rooms}
	s.rememberAddresses()
	s.rememberFigures()
	jobs.HandleIn(j, jobs.Mail, s.sendMail)
	jobs.Handle(j, s.applyDomain)
	jobs.Handle(j, s.eraseRest)
	return s
}

func moderates(v account.Viewer) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators may do this.")
	}
	return nil
}

// record writes a line of the record and gives its id.
func (s *Service) record(tx *db.Tx, v account.Viewer, d Decision) (id.ID, error) {
	posts, err := json.Marshal(orNone(d.PostIDs))
	if err != nil {
		return 0, fmt.Errorf("record a decision: %w", err)
	}
	rules, err := json.Marshal(orNone(d.RuleIDs))
	if err != nil {
		return 0, fmt.Errorf("record a decision: %w", err)
	}
	i := s.ids.New()
	_, err = tx.Exec(`INSERT INTO decision (id, moderator_id, target_id, subject, action, report_id, post_ids, rule_ids, reason, told, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		i, v.ID(), d.TargetID, d.Subject, string(d.Action), d.ReportID, string(posts), string(rules), d.Reason, d.Told, db.Millis(s.now()))
	if err != nil {
		return 0, fmt.Errorf("record a decision: %w", err)
	}
	return i, nil
}

// orNone is an empty list for none, since JSON writes nil as null.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// sweepBatch is how many rows one transaction of a job takes.
const sweepBatch = 200
