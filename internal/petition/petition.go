// Package petition is in charge of what is special about petitions: signing, here
// and from outside by a confirmed address; the versions of the text; whom it
// speaks to, the handing over of the signatures, and what came of it: the
// addressees' answers and commitments.
//
// A signature is an act of package act, which counts it, says who may see it and
// withdraws it. What a signature has beside its act is a row here, written in the
// same transaction whichever door made the act; its unique index by address is
// what makes one person one signature.
//
// What becomes of names and addresses: a public signature shows its name and
// reason to everyone, and hands them to the addressees. A private one is counted
// and handed over as a number; its name and reason are shown to nobody but who
// signed. An outside person's address is kept until it is confirmed, or until they
// have heard enough where they wished to hear more; what stays for as long as the
// signature is a keyed hash, by which nobody signs twice.
package petition

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// Limits, in characters and in numbers of rows of one petition.
const (
	ReasonMost   = 1000
	NameMost     = act.OutsiderMost
	RoleMost     = 120
	AnswerMost   = 10_000
	PromiseMost  = 1000
	EvidenceMost = 1000
	SourceMost   = 500
	HowMost      = 500

	addresseesMost  = 20
	deliveriesMost  = 100
	answersMost     = 100
	commitmentsMost = 100
	rulingsMost     = 50 // of one commitment
)

// Mailer is package mail's, as much of it as is needed here.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
	Delivers() bool
}

// Config is what the server hands in.
type Config struct {
	URL    string // of this server, without a slash at its end, for links in mails
	Name   string // what mails call this server
	Secret []byte // 32 random bytes, the same on all nodes: addresses are hashed with it
	Log    *slog.Logger
}

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Auth     *auth.Service
	Calls    *call.Service
	Acts     *act.Service
}

// Service is the room's one door. Methods about a petition answer
// problem.NotFound for a call that is none, or may not be seen; what is for
// organisers alone problem.Unauthorized and problem.Forbidden to others.
type Service struct {
	d      *db.DB
	ids    *id.Source
	hub    *event.Hub
	jobs   *jobs.Jobs
	now    func() time.Time
	mailer Mailer
	config Config
	press  chan struct{} // holds one while a paper is drawn
	Rooms
}

// New registers this room's jobs with j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, mailer Mailer, c Config, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, mailer: mailer, config: c, press: make(chan struct{}, 1), Rooms: rooms}
	if s.config.Log == nil {
		s.config.Log = slog.Default()
	}
	jobs.HandleIn(j, jobs.Mail, s.sendMail)
	jobs.HandleIn(j, jobs.Mail, s.sendNews)
	jobs.HandleIn(j, jobs.Mail, s.sendLetter)
	jobs.Handle(j, s.keepImported)
	return s
}

// Delivers says whether mail reaches people from here; where it does not, the
// links to sign wait in a folder of who runs the server.
func (s *Service) Delivers() bool { return s.mailer.Delivers() }

// The events of this room.
type (
	// Answered is an addressee's new public answer.
	Answered struct {
		AnswerID, CallID, MovementID id.ID
	}
	// Ruled is a commitment that was found kept or broken.
	Ruled struct {
		RulingID, CommitmentID, CallID, MovementID id.ID
		State                                      State
	}
	// Removed is an answer, a commitment or a ruling that is on record no more.
	Removed struct{ ID id.ID }
	// CommitmentDue is a commitment that is still open on its day: somebody is to
	// say what became of it.
	CommitmentDue struct {
		CommitmentID, CallID, MovementID id.ID
		Addressee                        id.ID // account; 0 for none
	}
)

// petition is the call, if v may see it and it is a petition.
func (s *Service) petition(ctx context.Context, v account.Viewer, callID id.ID) (*call.Call, error) {
	c, err := s.Calls.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	if c.Kind != call.Petition {
		return nil, problem.NotFound("petition")
	}
	return c, nil
}

// organise runs f in a transaction with the petition, for one who organises its
// movement.
func (s *Service) organise(ctx context.Context, v account.Viewer, callID id.ID, f func(tx *db.Tx, c *call.Call) error) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		if err := call.MustOrganise(tx, v, c); err != nil {
			return err
		}
		return f(tx, c)
	})
}

// change runs f in a transaction with the petition, for one who may see it.
func (s *Service) change(ctx context.Context, v account.Viewer, callID id.ID, f func(tx *db.Tx, c *call.Call) error) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	c, err := s.petition(ctx, v, callID)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return f(tx, c) })
}

// steps are goals on the way: each is next once the one before is reached.
var steps = []int64{100, 250, 500}

// Step is the next goal to show for that many signatures: 100, 250, 500, 1,000,
// 2,500 and so on, and the petition's own goal (0 for none) where that is nearer.
func Step(signed, goal int64) int64 {
	next := int64(0)
	for scale := int64(1); next == 0; scale *= 10 {
		for _, step := range steps {
			if step*scale > signed {
				next = step * scale
				break
			}
		}
	}
	if goal > signed && goal < next {
		return goal
	}
	return next
}

// CallOf is the petition that an answer, a commitment or a ruling on one belongs
// to. problem.NotFound.
func (s *Service) CallOf(ctx context.Context, v account.Viewer, i id.ID) (id.ID, error) {
	found, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT call_id FROM petition_answer WHERE id = $1 UNION ALL SELECT call_id FROM commitment WHERE id = $2
		UNION ALL SELECT commitment.call_id FROM commitment_ruling JOIN commitment ON commitment.id = commitment_ruling.commitment_id
			WHERE commitment_ruling.id = $3`, i, i, i)
	if err != nil {
		return 0, fmt.Errorf("find a petition: %w", err)
	}
	if len(found) == 0 {
		return 0, problem.NotFound("petition")
	}
	_, err = s.petition(ctx, v, found[0])
	return found[0], err
}
