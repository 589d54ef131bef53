package meet

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// lasts is how long the first date of a call is that says neither its end nor how
// many minutes it takes.
const lasts = 2 * time.Hour

// OnCallOpened makes the first date of a call that says when it is and has no date
// yet, so that people can say that they come. Where that is longer than a date can
// be, it is a season, and its dates are for its organisers to set.
func (s *Service) OnCallOpened(tx *db.Tx, e call.Opened) error {
	c, err := call.GetIn(tx, e.CallID)
	if err != nil {
		return err
	}
	ends := c.EndsAt
	if ends.IsZero() {
		ends = c.StartsAt.Add(max(lasts, time.Duration(c.Minutes)*time.Minute))
	}
	if !Kind(c.Kind) || c.StartsAt.IsZero() || !ends.After(e.At) || ends.Sub(c.StartsAt) > longest {
		return nil
	}
	var has bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM call_date WHERE call_id = $1)", c.ID).Scan(&has); err != nil {
		return fmt.Errorf("look for dates of call %s: %w", c.ID, err)
	}
	if has {
		return nil
	}
	zone := c.Location()
	_, err = s.AddIn(tx, c.ID, c.CreatedBy, Draft{Starts: WallOf(c.StartsAt.In(zone)), Ends: WallOf(ends.In(zone)), Zone: c.Zone, Place: c.Place}, e.At)
	return err
}

// Next are the dates that come next, or are on, by their calls.
func (s *Service) Next(ctx context.Context, calls []id.ID) (map[id.ID]*Date, error) {
	next := make(map[id.ID]*Date, len(calls))
	if len(calls) == 0 {
		return next, nil
	}
	in, args := db.In(1, calls)
	list, err := db.All(s.d.Read(ctx), scanDate, fmt.Sprintf(`SELECT `+dateColumns+` FROM call_date AS d
		JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY call_id ORDER BY starts_at, id) AS place FROM call_date
			WHERE call_id IN %s AND state = 'on' AND ends_at > $%d) AS ahead ON ahead.id = d.id
		WHERE ahead.place = 1`, in, len(args)+1), append(args, db.Millis(s.now()))...)
	if err != nil {
		return nil, fmt.Errorf("read the next dates of %d calls: %w", len(calls), err)
	}
	for _, d := range list {
		next[d.CallID] = d
	}
	return next, nil
}

// Begins is when an event's first date is, or what the call itself says of its
// beginning; zero where nothing is said. Help may have been given before the first
// shift that has a date.
func (s *Service) Begins(r db.Reader, c *call.Call) (time.Time, error) {
	if c.Kind != call.Event {
		return c.StartsAt, nil
	}
	var first *int64
	if err := r.QueryRow("SELECT MIN(starts_at) FROM call_date WHERE call_id = $1 AND state = 'on'", c.ID).Scan(&first); err != nil {
		return time.Time{}, fmt.Errorf("read when call %s begins: %w", c.ID, err)
	}
	if first == nil {
		return c.StartsAt, nil
	}
	return db.Time(*first), nil
}
