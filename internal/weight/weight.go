// Package weight is in charge of what inflates proof: it looks at who witnesses
// whom in a movement, finds words that look unusual (see Weigh), and has package
// act weigh them down. Such a word stands and is shown; it lifts no proof, so the
// act counts as told. The doer and the organisers see why, nobody else is told, and
// nobody is ranked or labelled by it. Another witness or a confirmation lifts the
// act, and so does an organiser who says that it is fine.
//
// What was weighed, and how often it errs, is in docs/decisions/0013-weights.md.
package weight

import (
	"context"
	"fmt"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

const (
	actsMost    = 20_000 // of a movement that are weighed: the newest
	actsMostSQL = "20000"
	wordsMost   = 60_000                 // on them
	wait        = 10 * time.Minute       // after a witness's word until a movement is weighed
	dueAtOnce   = 50                     // movements that a sweep weighs
	markLife    = young + 5*24*time.Hour // marks are compared while a witness is young
	eraseBatch  = 5000
	writeBatch  = 20 // acts in a transaction
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Acts *act.Service
}

// Lowered is emitted when acts of somebody came to count as told, by what was found
// of their witnesses: once for all of a weighing.
type Lowered struct {
	ActID, DoerID, MovementID id.ID     // the newest of them
	Acts                      int       // how many there are
	Why                       Suspicion // what speaks against one of the act's witnesses
	At                        time.Time
}

// Service is the room's door.
type Service struct {
	d     *db.DB
	hub   *event.Hub
	now   func() time.Time
	rooms Rooms

	seen seen
	mu   sync.Mutex
	key  weekKey
}

// New makes the room. The server sweeps Sweep, and has doors say Seen.
func New(d *db.DB, hub *event.Hub, now func() time.Time, rooms Rooms) *Service {
	return &Service{d: d, hub: hub, now: now, rooms: rooms}
}

// Found is what speaks against a witness's word, as it is kept.
type Found struct {
	Suspicion
	Movement, Doer id.ID
	At             time.Time // when it was found, with the figures of then
}

const columns = "act_id, witness_id, movement_id, doer_id, reason, people, acts, of_all, usual, found_at"

func scan(r db.Row) (f Found, err error) {
	var at int64
	err = r.Scan(&f.Act, &f.Witness, &f.Movement, &f.Doer, &f.Reason, &f.People, &f.Acts, &f.Of, &f.Usual, &at)
	f.At = db.Time(at)
	return f, err
}

// Unusual are a movement's acts of which a witness is weighed down, newest first,
// with what speaks against each. The page is of acts. For its organisers.
// problem.Forbidden.
func (s *Service) Unusual(ctx context.Context, v account.Viewer, movementID id.ID, p db.Page) ([]Found, error) {
	r := s.d.Read(ctx)
	if err := movement.MustOrganise(r, v, movementID); err != nil {
		return nil, err
	}
	page, args, tail := p.SQL("weight.act_id", 2)
	ids, err := db.All(r, db.ScanID, `SELECT DISTINCT weight.act_id FROM weight JOIN act ON act.id = weight.act_id
		WHERE weight.movement_id = $1 AND act.visibility <> 'me' AND `+page+tail, append([]any{int64(movementID)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list unusual acts of movement %s: %w", movementID, err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := db.In(1, ids)
	found, err := db.All(r, scan, "SELECT "+columns+" FROM weight WHERE act_id IN "+in+" ORDER BY act_id DESC, witness_id", args...)
	if err != nil {
		return nil, fmt.Errorf("read why acts of movement %s are unusual: %w", movementID, err)
	}
	return found, nil
}

// Of is what speaks against the witnesses of an act that v may see: to its doer
// and those who organise its movement; nothing to anybody else.
func (s *Service) Of(ctx context.Context, v account.Viewer, a *act.Act) ([]Found, error) {
	if !v.SignedIn() || a.MovementID == 0 {
		return nil, nil
	}
	r := s.d.Read(ctx)
	if !a.DoneBy(v.ID()) {
		if ok, err := movement.OrganisesIn(r, v, a.MovementID); err != nil || !ok {
			return nil, err
		}
	}
	found, err := db.All(r, scan, "SELECT "+columns+" FROM weight WHERE act_id = $1 ORDER BY witness_id", a.ID)
	if err != nil {
		return nil, fmt.Errorf("read why act %s is unusual: %w", a.ID, err)
	}
	return found, nil
}
