package call

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Did is a question to the room of acts: for which of the calls the account did
// something already.
type Did func(ctx context.Context, account id.ID, callIDs []id.ID) (map[id.ID]bool, error)

// Service is the room's one door. Every method that changes something answers
// problem.Unauthorized to who has not signed in, problem.NotFound for a call that
// does not exist or may not be seen, and problem.Forbidden to who may not.
type Service struct {
	d         *db.DB
	ids       *id.Source
	hub       *event.Hub
	now       func() time.Time
	accounts  *account.Service
	movements *movement.Service
	did       Did
	offers    *cache.Recent[offer] // a call that was offered to somebody: nobody is asked twice, and no row says who was
}

// New opens the room. did may be nil: then nobody did anything yet.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time,
	accounts *account.Service, movements *movement.Service, did Did) *Service {
	return &Service{d: d, ids: ids, hub: hub, now: now, accounts: accounts, movements: movements, did: did, offers: cache.NewRecent[offer](offerSpan, offerMost)}
}

const columns = `id, movement_id, kind, title, body, unit, goal, counts_from, place, online, minutes, starts_at, ends_at,
	zone, closes_at, state, reason, visibility, nominees, answer_ms, window_ms, beneficiary_id, created_by, created_at, changed_at,
	opens_at, stretch, archived_at, counts_as_done`

func scanCall(row db.Row) (*Call, error) {
	c := new(Call)
	var goal, minutes, starts, ends, closes, opens, stretch, archived sql.NullInt64
	var answer, window, created, changed int64
	err := row.Scan(&c.ID, &c.MovementID, &c.Kind, &c.Title, &c.Body, &c.Unit, &goal, &c.CountsFrom, &c.Place, &c.Online,
		&minutes, &starts, &ends, &c.Zone, &closes, &c.State, &c.Reason, &c.Visibility, &c.Nominees, &answer, &window,
		&c.Beneficiary, &c.CreatedBy, &created, &changed, &opens, &stretch, &archived, &c.CountsAs)
	c.Goal, c.Stretch, c.Minutes, c.Archived = goal.Int64, stretch.Int64, minutes.Int64, archived.Valid
	c.OpensAt = timeOf(opens)
	c.StartsAt, c.EndsAt, c.ClosesAt = timeOf(starts), timeOf(ends), timeOf(closes)
	c.Answer, c.Window = time.Duration(answer)*time.Millisecond, time.Duration(window)*time.Millisecond
	c.CreatedAt, c.ChangedAt = db.Time(created), db.Time(changed)
	return c, err
}

// GetIn is the call as that reader sees it, whoever asks.
func GetIn(r db.Reader, callID id.ID) (*Call, error) {
	c, err := db.One(r, scanCall, `SELECT `+columns+` FROM call WHERE id = $1`, callID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("call")
	}
	if err != nil {
		return nil, fmt.Errorf("read a call: %w", err)
	}
	return c, nil
}

// TakeIn is the call for an act that is about to be written in tx: it settles the
// call's kind and unit, which cannot change once there are acts, and refuses
// unless the call is open (problem.Conflict).
func (s *Service) TakeIn(tx *db.Tx, callID id.ID) (*Call, error) {
	if err := SettleIn(tx, callID); err != nil {
		return nil, err
	}
	c, err := GetIn(tx, callID)
	if err != nil {
		return nil, err
	}
	return c, c.Takes()
}

// Takes is nil for a call that can be answered now, else it says why not.
func (c *Call) Takes() error {
	switch c.State {
	case StateDraft:
		return problem.NotFound("call")
	case StateCancelled:
		return problem.Conflict("call", "This call was cancelled.")
	case StateClosed:
		return problem.Conflict("call", "This call is closed.")
	}
	return nil
}

// SettleIn settles the kind and unit of a call that acts are imported for,
// whatever its state; with one that is being changed at this moment it waits.
func SettleIn(tx *db.Tx, callID id.ID) error {
	// Only the first act writes here, so a call in a storm is not a queue.
	_, err := tx.Exec(`UPDATE call SET answered = TRUE WHERE id = $1 AND NOT answered`, callID)
	if err != nil {
		return fmt.Errorf("settle a call: %w", err)
	}
	return nil
}

// Get is one call, for whoever sees its movement; a draft only for those who
// organise it or are invited to.
func (s *Service) Get(ctx context.Context, v account.Viewer, callID id.ID) (*Call, error) {
	r := s.d.Read(ctx)
	c, err := GetIn(r, callID)
	if err != nil {
		return nil, err
	}
	shown, err := s.movements.Many(ctx, v, []id.ID{c.MovementID})
	if err != nil {
		return nil, err
	}
	seen := shown[c.MovementID] != nil
	if seen && c.State == StateDraft {
		if seen, err = seesDraft(r, v, c); err != nil {
			return nil, err
		}
	}
	if !seen {
		return nil, problem.NotFound("call")
	}
	return c, nil
}

// Many are those of the calls that are not drafts and whose movement v may see.
func (s *Service) Many(ctx context.Context, v account.Viewer, ids []id.ID) (map[id.ID]*Call, error) {
	in, args := db.In(1, ids)
	rows, err := db.All(s.d.Read(ctx), scanCall, `SELECT `+columns+` FROM call WHERE state <> 'draft' AND id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	movementIDs := make([]id.ID, len(rows))
	for i, c := range rows {
		movementIDs[i] = c.MovementID
	}
	shown, err := s.movements.Many(ctx, v, movementIDs)
	if err != nil {
		return nil, err
	}
	found := make(map[id.ID]*Call, len(rows))
	for _, c := range rows {
		if shown[c.MovementID] != nil {
			found[c.ID] = c
		}
	}
	return found, nil
}

// Of are a movement's calls in that state, newest first; with "" all that v may
// see. Archived ones are left out.
func (s *Service) Of(ctx context.Context, v account.Viewer, movementID id.ID, state State, p db.Page) ([]*Call, error) {
	r := s.d.Read(ctx)
	where, args := "state = $2", []any{movementID, state}
	if state == "" {
		where, args = "1 = 1", args[:1]
	}
	if state == "" || state == StateDraft {
		organises, err := movement.OrganisesIn(r, v, movementID)
		if err != nil {
			return nil, err
		}
		if !organises {
			args = append(args, v.ID())
			where += fmt.Sprintf(` AND (state <> 'draft' OR EXISTS (SELECT 1 FROM call_organiser WHERE call_id = call.id
				AND account_id = $%d AND call_organiser.state = 'stands'))`, len(args))
		}
	}
	cond, more, tail := p.SQL("id", len(args)+1)
	rows, err := db.All(r, scanCall, `SELECT `+columns+` FROM call WHERE movement_id = $1 AND archived_at IS NULL AND `+where+` AND `+cond+tail,
		append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	return db.Newest(p, rows), nil
}

// Create makes a call, open unless the draft says otherwise or that it opens later. Organisers of a
// movement that is not archived may. Fields that are wrong are problem.Invalid.
func (s *Service) Create(ctx context.Context, v account.Viewer, movementID id.ID, d Draft) (*Call, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	clean, err := d.clean()
	if err == nil {
		err = inFuture("opens_at", clean.OpensAt, s.now())
	}
	if err == nil {
		err = inFuture("closes_at", clean.ClosesAt, s.now())
	}
	if err != nil {
		return nil, err
	}
	var callID id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if err := movement.MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		if err := mayOpen(tx, movementID); err != nil {
			return err
		}
		body := struct {
			MovementID id.ID
			Draft      Draft
		}{movementID, d}
		callID, err = once.Do(tx, v.ID(), "call", d.Key, body, func() (id.ID, error) {
			i := s.ids.New()
			return i, s.create(tx, i, movementID, v.ID(), clean, s.now())
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, callID)
}

// CreateIn is Create inside another transaction, at another time, by whom the
// caller says, for the sample.
func (s *Service) CreateIn(tx *db.Tx, movementID, by id.ID, d Draft, at time.Time) (id.ID, error) {
	d, err := d.clean()
	if err != nil {
		return 0, err
	}
	i := s.ids.At(at)
	return i, s.create(tx, i, movementID, by, d, at)
}

func (s *Service) create(tx *db.Tx, callID, movementID, by id.ID, d Draft, at time.Time) error {
	if err := mayBenefit(tx, d.Beneficiary); err != nil {
		return err
	}
	state := StateOpen
	if d.Unpublished || !d.OpensAt.IsZero() {
		state = StateDraft
	}
	ms := db.Millis(at)
	_, err := tx.Exec(`INSERT INTO call (id, movement_id, kind, title, body, unit, goal, counts_from, place, online, minutes,
		starts_at, ends_at, zone, closes_at, state, visibility, nominees, answer_ms, window_ms, beneficiary_id, created_by,
		created_at, changed_at, opens_at, stretch, counts_as_done) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
		$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`,
		callID, movementID, d.Kind, d.Title, d.Body, d.Unit, d.Goal, d.CountsFrom, d.Place, d.Online, d.Minutes,
		millis(d.StartsAt), millis(d.EndsAt), d.Zone, millis(d.ClosesAt), state, d.Visibility, *d.Nominees,
		d.Answer.Milliseconds(), d.Window.Milliseconds(), d.Beneficiary, by, ms, ms, millis(d.OpensAt), d.Stretch, d.CountsAs)
	if err != nil {
		return fmt.Errorf("create a call: %w", err)
	}
	if state == StateDraft {
		return nil
	}
	return event.Emit(s.hub, tx, Opened{CallID: callID, MovementID: movementID, At: at})
}

// mayBenefit says whether an account can be whom a call is for.
func mayBenefit(tx *db.Tx, accountID id.ID) error {
	if accountID == 0 {
		return nil
	}
	a, err := account.GetIn(tx, accountID)
	if err != nil && !problem.Is(err, problem.KindNotFound) {
		return err
	}
	if err != nil || !a.Shown() || a.Kind != account.KindOrganisation && a.Kind != account.KindPerson {
		return problem.Invalid("beneficiary", "This account cannot be whom a call is for.")
	}
	return nil
}

// mayOpen says whether calls can open in the movement.
func mayOpen(tx *db.Tx, movementID id.ID) error {
	open, err := movement.OpenIn(tx, movementID)
	if err == nil && !open {
		err = problem.Conflict("", "This movement is archived; no call opens in it any more.")
	}
	return err
}

func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: db.Millis(t), Valid: !t.IsZero()}
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return db.Time(ms.Int64)
}

// affected is how many rows a statement changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
