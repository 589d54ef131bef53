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
// come or are responsible. Nobody comes to what was cancelled, and its link is
// nobody's any more.
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

// AsksPictures says whether the viewer was at a date that is over, and can show
// pictures of it with their act.
func (d *Seen) AsksPictures(now time.Time) bool {
	return d.State == On && !d.EndsAt.After(now) && d.Mine != nil && d.Mine.ActID != 0
}

// Open says whether people can still say that they come.
func (d *Seen) Open(now time.Time) bool {
	return d.State == On && d.Call.State == call.StateOpen && d.EndsAt.After(now)
}

// look is the date as v may see it: the one place that decides it. mine is v's
// row, nil for none.
func look(v account.Viewer, d *Date, c *call.Call, mine *Coming, organises bool) *Seen {
	seen := &Seen{Date: d, Call: c, Organises: organises, Mine: mine}
	if v.SignedIn() {
		seen.Responsible = organises || v.Is(d.Coordinator) || v.Is(c.Beneficiary)
	}
	if d.State == Cancelled && mine != nil {
		nowhere := *mine
		nowhere.Standing = Nowhere
		seen.Mine = &nowhere
	}
	if !seen.Responsible && !seen.Comes() || d.State == Cancelled {
		bare := *d
		bare.Online = ""
		seen.Date = &bare
	}
	return seen
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
	var mine *Coming
	if v.SignedIn() {
		if mine, err = comingIn(r, d.ID, v.ID()); err != nil {
			return nil, err
		}
	}
	return look(v, d, c, mine, organises), nil
}

// When is which dates a list is of.
type When string

// What lies ahead runs from the next one on, and includes what has begun; what
// is past, from the last one back.
const (
	Ahead When = "ahead"
	Past  When = "past"
)

// Page is a part of a list of dates.
type Page struct {
	After id.ID // the date that the part before ended with; 0 for the first
	Limit int   // 0 is DatesMost, and more is not given
}

// DatesMost is how many dates a list has at most.
const DatesMost = datesMost

// sql is the condition and order of such a list, and its arguments, the first of
// them $n.
func (w When) sql(p Page, now time.Time, n int) (string, []any) {
	ends, then, down := ">", ">", ""
	if w == Past {
		ends, then, down = "<=", "<", " DESC"
	}
	limit := DatesMost
	if p.Limit > 0 {
		limit = min(limit, p.Limit)
	}
	cond, args := fmt.Sprintf(" AND d.ends_at %s $%d", ends, n), []any{db.Millis(now)}
	if p.After != 0 {
		cond += fmt.Sprintf(" AND (d.starts_at, d.id) %s (SELECT starts_at, id FROM call_date WHERE id = $%d)", then, n+1)
		args = append(args, p.After)
	}
	return cond + fmt.Sprintf(" ORDER BY d.starts_at%s, d.id%s LIMIT %d", down, down, limit), args
}

// Of are a call's dates; those that were cancelled among them.
func (s *Service) Of(ctx context.Context, v account.Viewer, callID id.ID, when When, page Page) ([]*Seen, error) {
	c, err := s.rooms.Calls.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	list, err := s.some(ctx, `d.call_id = $1`, []any{callID}, when, page)
	if err != nil {
		return nil, err
	}
	return s.looks(ctx, v, list, map[id.ID]*call.Call{c.ID: c})
}

// OfMovement are the dates of a movement's calls, as Of gives them; drafts' are
// left out.
func (s *Service) OfMovement(ctx context.Context, v account.Viewer, movementID id.ID, when When, page Page) ([]*Seen, error) {
	return s.list(ctx, v, `d.movement_id = $1 AND EXISTS (SELECT 1 FROM call WHERE call.id = d.call_id AND call.state <> 'draft')`,
		[]any{movementID}, when, page)
}

// Mine are the dates that v comes to, waits for or coordinates.
func (s *Service) Mine(ctx context.Context, v account.Viewer, when When, page Page) ([]*Seen, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	return s.list(ctx, v, `d.id IN (SELECT date_id FROM coming WHERE account_id = $1
		UNION ALL SELECT id FROM call_date WHERE coordinator_id = $2)`, []any{v.ID(), v.ID()}, when, page)
}

// list are the dates that a condition names, as far as v sees their calls.
func (s *Service) list(ctx context.Context, v account.Viewer, where string, args []any, when When, page Page) ([]*Seen, error) {
	list, err := s.some(ctx, where, args, when, page)
	if err != nil {
		return nil, err
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
	return s.looks(ctx, v, list, calls)
}

// some are the dates that a condition names.
func (s *Service) some(ctx context.Context, where string, args []any, when When, page Page) ([]*Date, error) {
	tail, more := when.sql(page, s.now(), len(args)+1)
	list, err := db.All(s.d.Read(ctx), scanDate, `SELECT `+dateColumns+` FROM call_date d WHERE `+where+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list dates: %w", err)
	}
	return list, nil
}

// looks are dates as v may see them, without those whose calls are not among
// calls; it asks once for all.
func (s *Service) looks(ctx context.Context, v account.Viewer, list []*Date, calls map[id.ID]*call.Call) ([]*Seen, error) {
	r := s.d.Read(ctx)
	mine, err := comingsIn(r, list, v.ID())
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
		if !known && v.SignedIn() {
			if o, err = call.OrganisesIn(r, v, c); err != nil {
				return nil, err
			}
			organises[c.ID] = o
		}
		out = append(out, look(v, d, c, mine[d.ID], o))
	}
	return out, nil
}

// picturedMost is how many acts with pictures a list has at most.
const picturedMost = 30

// Pictured are the newest acts that came of a date and that show pictures to
// everybody, for their rooms to show.
func (s *Service) Pictured(ctx context.Context, dateID id.ID) ([]id.ID, error) {
	acts, err := db.All(s.d.Read(ctx), db.ScanID, fmt.Sprintf(`SELECT act.id FROM coming JOIN act ON act.id = coming.act_id
		WHERE coming.date_id = $1 AND act.state = 'live' AND act.visibility = 'public' AND act.evidence_visibility = 'public'
		AND EXISTS (SELECT 1 FROM media WHERE owner_kind = 'act' AND owner_id = act.id) ORDER BY act.id DESC LIMIT %d`, picturedMost), dateID)
	if err != nil {
		return nil, fmt.Errorf("list what shows a date: %w", err)
	}
	return acts, nil
}
