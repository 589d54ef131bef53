package meet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Seen is a date as somebody may see it: without the online link unless they
// come or are responsible.
type Seen struct {
	*Date
	Call        *call.Call
	Mine        *Coming // nil for who neither comes nor waits
	Organises   bool    // the call: may change the date
	Responsible bool    // organises, coordinates, or is whom the call is for: checks people in
}

// Comes says whether the viewer has a place.
func (d *Seen) Comes() bool { return d.Mine != nil && d.Mine.Standing == Comes }

// Heading is what happens then.
func (d *Seen) Heading() string {
	if d.Title != "" {
		return d.Title
	}
	return d.Call.Title
}

// Open says whether people can still say that they come.
func (d *Seen) Open(now time.Time) bool {
	return d.State == On && d.Call.State == call.StateOpen && d.EndsAt.After(now)
}

// look is the date as v may see it: the one place that decides it.
func look(r db.Reader, v account.Viewer, d *Date, c *call.Call, organises bool) (*Seen, error) {
	seen := &Seen{Date: d, Call: c, Organises: organises}
	if v.SignedIn() {
		mine, err := comingIn(r, d.ID, v.ID())
		if err != nil {
			return nil, err
		}
		seen.Mine = mine
		seen.Responsible = organises || v.Is(d.Coordinator) || v.Is(c.Beneficiary)
	}
	if !seen.Responsible && !seen.Comes() {
		bare := *d
		bare.Online = ""
		seen.Date = &bare
	}
	return seen, nil
}

// Get is one date, for whoever sees its call.
func (s *Service) Get(ctx context.Context, v account.Viewer, dateID id.ID) (*Seen, error) {
	r := s.d.Read(ctx)
	d, err := load(r, dateID)
	if err != nil {
		return nil, err
	}
	c, err := s.rooms.Calls.Get(ctx, v, d.CallID)
	if err != nil {
		return nil, err
	}
	organises, err := call.OrganisesIn(r, v, c)
	if err != nil {
		return nil, err
	}
	return look(r, v, d, c, organises)
}

// When is which dates a list is of.
type When string

// What lies ahead runs from the next one on, and includes what has begun; what
// is past, from the last one back.
const (
	Ahead When = "ahead"
	Past  When = "past"
)

// listMost is how many dates a list has at most.
const listMost = datesMost

// sql is the condition and order of such a list, with now as the argument $n.
func (w When) sql(n int) string {
	if w == Past {
		return fmt.Sprintf(" AND d.ends_at <= $%d ORDER BY d.starts_at DESC, d.id DESC LIMIT %d", n, listMost)
	}
	return fmt.Sprintf(" AND d.ends_at > $%d ORDER BY d.starts_at, d.id LIMIT %d", n, listMost)
}

// Of are a call's dates, at most 200; those that were cancelled among them.
func (s *Service) Of(ctx context.Context, v account.Viewer, callID id.ID, when When) ([]*Seen, error) {
	c, err := s.rooms.Calls.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	r := s.d.Read(ctx)
	list, err := db.All(r, scanDate, `SELECT `+dateColumns+` FROM call_date d WHERE d.call_id = $1`+when.sql(2), callID, db.Millis(s.now()))
	if err != nil {
		return nil, fmt.Errorf("list a call's dates: %w", err)
	}
	organises, err := call.OrganisesIn(r, v, c)
	if err != nil {
		return nil, err
	}
	out := make([]*Seen, len(list))
	for i, d := range list {
		if out[i], err = look(r, v, d, c, organises); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OfMovement are the dates of a movement's calls, as Of gives them; drafts' are
// left out.
func (s *Service) OfMovement(ctx context.Context, v account.Viewer, movementID id.ID, when When) ([]*Seen, error) {
	return s.list(ctx, v, `SELECT `+dateColumns+` FROM call_date d WHERE d.movement_id = $1`+when.sql(2), movementID, db.Millis(s.now()))
}

// Mine are the dates that v comes to, waits for or coordinates.
func (s *Service) Mine(ctx context.Context, v account.Viewer, when When) ([]*Seen, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	return s.list(ctx, v, `SELECT `+dateColumns+` FROM call_date d WHERE d.id IN (SELECT date_id FROM coming WHERE account_id = $1
		UNION ALL SELECT id FROM call_date WHERE coordinator_id = $2)`+when.sql(3), v.ID(), v.ID(), db.Millis(s.now()))
}

// list are the dates that a query names, as far as v sees their calls.
func (s *Service) list(ctx context.Context, v account.Viewer, query string, args ...any) ([]*Seen, error) {
	r := s.d.Read(ctx)
	list, err := db.All(r, scanDate, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list dates: %w", err)
	}
	var ids []id.ID
	for _, d := range list {
		if !slices.Contains(ids, d.CallID) {
			ids = append(ids, d.CallID)
		}
	}
	calls, err := s.rooms.Calls.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	organises := map[id.ID]bool{}
	var out []*Seen
	for _, d := range list {
		c := calls[d.CallID]
		if c == nil {
			continue
		}
		o, known := organises[c.ID]
		if !known {
			if o, err = call.OrganisesIn(r, v, c); err != nil {
				return nil, err
			}
			organises[c.ID] = o
		}
		seen, err := look(r, v, d, c, o)
		if err != nil {
			return nil, err
		}
		out = append(out, seen)
	}
	return out, nil
}

// PeopleMost is how many people a list has at most.
const PeopleMost = 100

// People are those who come to a date and, for who is responsible, those who
// wait, in the order in which they said so, after one. Others who come see those
// who let them, and nothing but who they are; everybody else gets nobody, and
// numbers alone.
func (s *Service) People(ctx context.Context, v account.Viewer, dateID, after id.ID) ([]*Coming, error) {
	d, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	where, args := ``, []any{dateID, int64(after)}
	switch {
	case d.Responsible:
	case d.Comes() && d.Names == ToComers:
		where = ` AND c.state = 'comes' AND (c.shown OR c.account_id = $3)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = $4 AND block.target_id = c.account_id)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.target_id = $5 AND block.account_id = c.account_id)`
		args = append(args, v.ID(), v.ID(), v.ID())
	default:
		return nil, nil
	}
	people, err := db.All(s.d.Read(ctx), scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.date_id = $1 AND c.id > $2
		AND EXISTS (SELECT 1 FROM account WHERE account.id = c.account_id AND account.state = 'active')`+where+
		fmt.Sprintf(` ORDER BY c.id LIMIT %d`, PeopleMost), args...)
	if err != nil {
		return nil, fmt.Errorf("list who comes: %w", err)
	}
	if d.Responsible {
		return people, nil
	}
	for i, c := range people {
		if !v.Is(c.AccountID) {
			people[i] = &Coming{ID: c.ID, DateID: c.DateID, AccountID: c.AccountID, Standing: c.Standing}
		}
	}
	return people, nil
}

// Acts are the newest acts that came of a date, for their rooms to show as far as
// they may be seen.
func (s *Service) Acts(ctx context.Context, dateID id.ID) ([]id.ID, error) {
	acts, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT act_id FROM coming WHERE date_id = $1 AND act_id IS NOT NULL ORDER BY act_id DESC LIMIT 60`, dateID)
	if err != nil {
		return nil, fmt.Errorf("list what was done at a date: %w", err)
	}
	return acts, nil
}
