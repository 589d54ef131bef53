package deed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/problem"
)

// WeeksShown is how many weeks are told of one by one, the present one included.
const WeeksShown = 12

// Weeks are those in which somebody did something, for them alone. They are counted
// from the acts of their journal whenever they are asked for. A week without an act
// rests: it ends nothing and takes nothing away, however many there are in a row.
type Weeks struct {
	Off    bool // they do not wish it counted; then nothing of it is told
	Zone   *time.Location
	N      int       // weeks with an act
	Since  time.Time // the Monday on which the first of them began; zero for none
	Lately []Week    // the last WeeksShown, the oldest first; the last one is not over yet
}

// Week is one, from Monday to Sunday where its person lives.
type Week struct {
	From time.Time // its Monday, as a date in UTC
	Acts int
}

// ThisWeek says whether something was done in the present week.
func (w Weeks) ThisWeek() bool { return len(w.Lately) > 0 && w.Lately[len(w.Lately)-1].Acts > 0 }

// Weeks are v's own.
func (s *Service) Weeks(ctx context.Context, v account.Viewer) (Weeks, error) {
	if !v.SignedIn() {
		return Weeks{}, problem.Unauthorized("Sign in to see what you did.")
	}
	w := Weeks{Zone: time.UTC}
	var zone string
	err := s.d.Read(ctx).QueryRow("SELECT off, zone FROM deed_weeks WHERE account_id = $1", v.ID()).Scan(&w.Off, &zone)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w, fmt.Errorf("read how weeks are counted: %w", err)
	}
	if at, err := time.LoadLocation(zone); err == nil { // a name can be dropped from the time zone database
		w.Zone = at
	}
	if w.Off {
		return w, nil
	}
	done, err := s.rooms.Acts.When(ctx, v)
	if err != nil {
		return w, err
	}
	w.count(done, s.now())
	return w, nil
}

// count puts moments of acts into weeks.
func (w *Weeks) count(done []time.Time, now time.Time) {
	acts := map[time.Time]int{}
	for _, at := range done {
		monday := mondayOf(at.In(w.Zone))
		acts[monday]++
		if w.Since.IsZero() || monday.Before(w.Since) {
			w.Since = monday
		}
	}
	w.N = len(acts)
	for back := range WeeksShown {
		monday := mondayOf(now.In(w.Zone)).AddDate(0, 0, -7*back)
		w.Lately = append(w.Lately, Week{From: monday, Acts: acts[monday]})
	}
	slices.Reverse(w.Lately)
}

// mondayOf is the date on which the week of a moment began, by the moment's own clock.
// It is given in UTC, where no day is skipped and each week has seven.
func mondayOf(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day-(int(at.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
}

// CountWeeks says whether v's weeks are counted, and in which time zone ("": UTC).
// Invalid.
func (s *Service) CountWeeks(ctx context.Context, v account.Viewer, on bool, zone string) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	zone = strings.TrimSpace(zone)
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return problem.Invalid("zone", "“%s” is not a time zone; they have names like Europe/Vienna.", zone)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := affected(tx.Exec(`INSERT INTO deed_weeks (account_id, off, zone) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) DO UPDATE SET off = excluded.off, zone = excluded.zone`, v.ID(), !on, zone))
		return err
	})
}

// LearnZone keeps the zone of a time that v wrote, for who has told none yet, so that
// weeks begin where they live.
func (s *Service) LearnZone(ctx context.Context, v account.Viewer, zone *time.Location) error {
	if zone == time.UTC {
		return nil
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := affected(tx.Exec(`INSERT INTO deed_weeks (account_id, zone) VALUES ($1, $2)
			ON CONFLICT (account_id) DO UPDATE SET zone = excluded.zone WHERE deed_weeks.zone = ''`, v.ID(), zone.String()))
		return err
	})
}
