package meet

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Kind says whether calls of a kind have dates.
func Kind(k call.Kind) bool { return k.Dated() }

// Add makes a date of a call, or all that its rule makes, and answers the first.
// Those who organise the call may. Invalid with the field that is wrong; Conflict
// for a call that was cancelled, or has too many dates ahead.
func (s *Service) Add(ctx context.Context, v account.Viewer, callID id.ID, d Draft) (*Seen, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	c, err := s.rooms.Calls.Get(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	clean, all, err := d.clean()
	if err != nil {
		return nil, err
	}
	if !all[len(all)-1].ends.After(s.now()) {
		return nil, problem.Invalid("starts", "This time has passed already.")
	}
	var first id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if err := call.MustOrganise(tx, v, c); err != nil {
			return err
		}
		body := struct {
			CallID id.ID
			Draft  Draft
		}{callID, d}
		var err error
		first, err = once.Do(tx, v.ID(), "date", d.Key, body, func() (id.ID, error) {
			return s.addIn(tx, callID, v.ID(), clean, all, s.now())
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, first)
}

// AddIn is Add inside another transaction, at another time, by whom the caller
// says, for the sample; dates may lie in the past.
func (s *Service) AddIn(tx *db.Tx, callID, by id.ID, d Draft, at time.Time) (id.ID, error) {
	clean, all, err := d.clean()
	if err != nil {
		return 0, err
	}
	return s.addIn(tx, callID, by, clean, all, at)
}

func (s *Service) addIn(tx *db.Tx, callID, by id.ID, d Draft, all []times, at time.Time) (id.ID, error) {
	c, err := call.GetIn(tx, callID)
	switch {
	case err != nil:
		return 0, err
	case !Kind(c.Kind):
		return 0, problem.Conflict("", "Events and volunteering have dates; this call is neither.")
	case c.State == call.StateCancelled:
		return 0, c.Takes()
	}
	var ahead int
	err = tx.QueryRow(`SELECT COUNT(*) FROM call_date WHERE call_id = $1 AND ends_at > $2`, callID, db.Millis(at)).Scan(&ahead)
	if err != nil {
		return 0, fmt.Errorf("count dates: %w", err)
	}
	if ahead+len(all) > datesMost {
		return 0, problem.Conflict("repeat", "A call has at most %d dates ahead.", datesMost)
	}
	if err := mayCoordinate(tx, c.MovementID, by, d.Coordinator); err != nil {
		return 0, err
	}
	series, err := s.seriesIn(tx, callID, d, len(all), at)
	if err != nil {
		return 0, err
	}
	var first id.ID
	for i, t := range all {
		dateID := s.ids.New()
		if i == 0 {
			first = dateID
		}
		_, err := tx.Exec(`INSERT INTO call_date (id, call_id, movement_id, series_id, title, note, starts_at, ends_at, zone, place, latitude,
			longitude, access, online, skills, capacity, guests_most, names, coordinator_id, reminded, created_by, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
			dateID, callID, c.MovementID, series, d.Title, d.Note, db.Millis(t.starts), db.Millis(t.ends), d.Zone, d.Place,
			millionths(d.Spot, latitude), millionths(d.Spot, longitude),
			d.Access, d.Online, d.Skills, limit(d.Capacity), d.GuestsMost, d.Names, d.Coordinator, remindedBy(t.starts, s.now()), by, db.Millis(at), db.Millis(at))
		if err != nil {
			return 0, fmt.Errorf("add a date: %w", err)
		}
	}
	if d.Coordinator != by {
		if err := s.tellCoordinator(tx, first); err != nil {
			return 0, err
		}
	}
	return first, event.Emit(s.hub, tx, Changed{DateID: first, CallID: callID, MovementID: c.MovementID})
}

// seriesIn keeps the rule by which several dates are made; 0 for a single one.
func (s *Service) seriesIn(tx *db.Tx, callID id.ID, d Draft, n int, at time.Time) (id.ID, error) {
	if n < 2 {
		return 0, nil
	}
	series := s.ids.New()
	_, err := tx.Exec(`INSERT INTO date_series (id, call_id, rule, starts, ends, zone, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		series, callID, d.Repeat, string(d.Starts), string(d.Ends), d.Zone, db.Millis(at))
	if err != nil {
		return 0, fmt.Errorf("keep a rule of dates: %w", err)
	}
	return series, nil
}

// Edit changes a date to d, all of it, and with Later those that follow it in its
// series: their times move by as much on the clock, all else becomes as here.
// Organisers may. Those who come are told of another time or place, once; more
// places let those who wait move up at once. Conflict for fewer places than are
// taken, and for a date that was cancelled.
func (s *Service) Edit(ctx context.Context, v account.Viewer, dateID id.ID, d Draft) (*Seen, error) {
	d.Repeat = ""
	d, all, err := d.clean()
	if err != nil {
		return nil, err
	}
	err = s.organise(ctx, v, dateID, func(tx *db.Tx, was *Date) error {
		if was.State == Cancelled {
			return errOff()
		}
		if d.Coordinator != was.Coordinator {
			if err := mayCoordinate(tx, was.MovementID, v.ID(), d.Coordinator); err != nil {
				return err
			}
		}
		now := s.now()
		moved, err := s.editIn(tx, was, d, all[0], now)
		if err != nil {
			return err
		}
		t := telling{what: Moved, call: was.CallID, date: dateID, by: v.ID()}
		if d.Later && was.SeriesID != 0 {
			t = telling{what: Moved, call: was.CallID, series: was.SeriesID, by: v.ID(), from: now}
			more, err := s.editFollowing(tx, was, d, now)
			if err != nil {
				return err
			}
			moved = moved || more
		}
		if moved {
			if err := s.begin(tx, t); err != nil {
				return err
			}
		}
		if d.Coordinator != was.Coordinator && !v.Is(d.Coordinator) {
			if err := s.tellCoordinator(tx, dateID); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, Changed{DateID: dateID, CallID: was.CallID, MovementID: was.MovementID})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, dateID)
}

// editFollowing changes what follows a date in its series, and says whether there
// is something of it to tell.
func (s *Service) editFollowing(tx *db.Tx, was *Date, d Draft, now time.Time) (moved bool, err error) {
	following, err := db.All(tx, db.ScanID, `SELECT id FROM call_date WHERE series_id = $1 AND starts_at > $2 AND state = 'on' AND ends_at > $3 AND id <> $4 ORDER BY id`,
		was.SeriesID, db.Millis(was.StartsAt), db.Millis(now), was.ID)
	if err != nil {
		return false, fmt.Errorf("list what follows in a series: %w", err)
	}
	for _, dateID := range following {
		next, err := lock(tx, dateID)
		if err != nil {
			return false, err
		}
		to, err := d.shifted(was, next)
		if err != nil {
			return false, err
		}
		told, err := s.editIn(tx, next, d, to, now)
		if err != nil {
			return false, err
		}
		moved = moved || told
	}
	return moved, nil
}

// editIn changes one date that is held by lock, and says whether those who come
// are to be told.
func (s *Service) editIn(tx *db.Tx, was *Date, d Draft, to times, now time.Time) (tell bool, err error) {
	moved := !to.starts.Equal(was.StartsAt) || !to.ends.Equal(was.EndsAt)
	if moved && !to.ends.After(now) {
		return false, problem.Invalid("starts", "This time has passed already.")
	}
	elsewhere := d.Place != was.Place || d.Online != was.Online || d.Zone != was.Zone ||
		millionths(d.Spot, latitude) != millionths(was.Spot, latitude) || millionths(d.Spot, longitude) != millionths(was.Spot, longitude)
	sequence := was.Sequence
	if moved || elsewhere {
		sequence++
	}
	ok, err := changed(tx.Exec(`UPDATE call_date SET title = $1, note = $2, starts_at = $3, ends_at = $4, zone = $5, place = $6, latitude = $7,
		longitude = $8, access = $9, online = $10, skills = $11, capacity = $12, guests_most = $13, names = $14, coordinator_id = $15,
		sequence = $16, reminded = CASE WHEN starts_at = $17 THEN reminded ELSE $18 END, changed_at = $19
		WHERE id = $20 AND (CAST($21 AS BIGINT) IS NULL OR taken <= $22 OR capacity = $23)`,
		d.Title, d.Note, db.Millis(to.starts), db.Millis(to.ends), d.Zone, d.Place, millionths(d.Spot, latitude), millionths(d.Spot, longitude),
		d.Access, d.Online, d.Skills, limit(d.Capacity), d.GuestsMost, d.Names, d.Coordinator,
		sequence, db.Millis(to.starts), remindedBy(to.starts, now), db.Millis(now), was.ID, limit(d.Capacity), d.Capacity, d.Capacity))
	if err != nil {
		return false, fmt.Errorf("change a date: %w", err)
	}
	if !ok {
		return false, problem.Conflict("capacity", "%d places are taken already.", was.Taken)
	}
	return (moved || elsewhere) && to.ends.After(now), s.moveUp(tx, was.ID)
}

// Cancel calls a date off for good and says why; with later, also all that
// follow it in its series; what is over already stays as it was. Organisers may.
// Those who come, wait, or look after it are told. One that is cancelled stays so. Conflict when
// there is nothing left to call off.
func (s *Service) Cancel(ctx context.Context, v account.Viewer, dateID id.ID, reason string, later bool) error {
	reason, err := text.Line("reason", reason, ReasonMost)
	if err != nil {
		return err
	}
	if reason == "" {
		return problem.Invalid("reason", "Say why, so that those who come know.")
	}
	return s.organise(ctx, v, dateID, func(tx *db.Tx, d *Date) error {
		now := s.now()
		t := telling{what: Off, call: d.CallID, date: dateID, by: v.ID()}
		where, arg := `id = $5`, any(dateID)
		if later && d.SeriesID != 0 {
			t = telling{what: Off, call: d.CallID, series: d.SeriesID, by: v.ID(), from: now}
			where, arg = `series_id = $5`, any(d.SeriesID)
		}
		ok, err := changed(tx.Exec(`UPDATE call_date SET state = 'cancelled', reason = $1, sequence = sequence + 1, changed_at = $2
			WHERE state = 'on' AND starts_at >= $3 AND ends_at > $4 AND `+where, reason, db.Millis(now), db.Millis(d.StartsAt), db.Millis(now), arg))
		switch {
		case err != nil:
			return fmt.Errorf("cancel a date: %w", err)
		case !ok && d.State == On:
			return problem.Conflict("", "This date is over.")
		case !ok:
			return nil
		}
		if err := s.begin(tx, t); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Changed{DateID: dateID, CallID: d.CallID, MovementID: d.MovementID})
	})
}

// OnCallCancelled calls a call's dates off with it, and has those told who come.
func (s *Service) OnCallCancelled(tx *db.Tx, e call.Cancelled) error {
	now := s.now()
	ok, err := changed(tx.Exec(`UPDATE call_date SET state = 'cancelled', reason = $1, sequence = sequence + 1, changed_at = $2
		WHERE call_id = $3 AND state = 'on' AND ends_at > $4`, e.Reason, db.Millis(now), e.CallID, db.Millis(now)))
	if err != nil {
		return fmt.Errorf("cancel a call's dates: %w", err)
	}
	if !ok {
		return nil
	}
	return s.begin(tx, telling{what: CallOff, call: e.CallID, from: now})
}

// organise runs f with the date, held by lock, for those who organise its call.
func (s *Service) organise(ctx context.Context, v account.Viewer, dateID id.ID, f func(tx *db.Tx, d *Date) error) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	seen, err := s.Get(ctx, v, dateID)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := call.MustOrganise(tx, v, seen.Call); err != nil {
			return err
		}
		d, err := lock(tx, dateID)
		if err != nil {
			return err
		}
		return f(tx, d)
	})
}

func errSignIn() error { return problem.Unauthorized("Sign in first.") }

func errOff() error { return problem.Conflict("", "This date was cancelled.") }
