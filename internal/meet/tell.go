package meet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
)

// What is told to somebody who comes.
type What string

// The things told.
const (
	DayBefore  What = "day"       // it begins within a day
	HourBefore What = "hour"      // within an hour
	Moved      What = "moved"     // it has another time or place
	Off        What = "cancelled" // the date, or the rest of its series
	CallOff    What = "call"      // the call with all its dates
	PlaceFree  What = "place"     // one waited, and comes now
	Disputed   What = "disputed"  // the hours that one logged

	Undone      What = "undone"      // that one was checked in
	TakenOff    What = "off_list"    // that one is on the list no more
	Coordinates What = "coordinates" // that one is to look after it
	Logged      What = "logged"      // that hours wait to be confirmed; to who looks after it
)

// remindedBy is how far the reminders of a date are that begins then: nobody
// needs to be told by a reminder what they are only now told of.
func remindedBy(starts, now time.Time) int {
	switch left := starts.Sub(now); {
	case left <= time.Hour:
		return 2
	case left <= 24*time.Hour:
		return 1
	}
	return 0
}

// telling is a row of date_telling: whom to tell, and how far it is.
type telling struct {
	id, call, date, series, upto id.ID
	by                           id.ID // who moved it or called it off: if they look after it, they know; 0 for a reminder
	what                         What
	from                         time.Time // when those of a series, or of a call, were moved or called off
}

// tellArgs is the job that tells those who come.
type tellArgs struct{ Telling id.ID }

// Kind names the job.
func (tellArgs) Kind() string { return "meet_tell" }

// settled is how long a change of time or place waits before it is told: an
// organiser who mends a slip tells of the last word alone.
const settled = 3 * time.Minute

// begin has those told whom t names, after the commit. Another time or place
// takes the place of what was not told to its end.
func (s *Service) begin(tx *db.Tx, t telling) error {
	var options []jobs.Option
	if t.what == Moved && t.date != 0 {
		if _, err := tx.Exec(`DELETE FROM date_telling WHERE what = 'moved' AND date_id = $1`, t.date); err != nil {
			return fmt.Errorf("tell the last word alone: %w", err)
		}
	}
	if t.what == Moved {
		options = append(options, jobs.At(s.now().Add(settled)))
	}
	t.id = s.ids.New()
	_, err := tx.Exec(`INSERT INTO date_telling (id, what, call_id, date_id, series_id, by_id, from_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.id, t.what, t.call, t.date, t.series, t.by, sql.NullInt64{Int64: db.Millis(t.from), Valid: !t.from.IsZero()}, db.Millis(s.now()))
	if err != nil {
		return fmt.Errorf("begin to tell who comes: %w", err)
	}
	return s.jobs.Enqueue(tx, tellArgs{Telling: t.id}, options...)
}

// remindAtOnce is how many dates' reminders begin in one transaction.
const remindAtOnce = 100

// Remind begins the reminders that are due: a day and an hour before. It is a
// sweep over an index; that a date's reminder was begun is kept with what tells
// it, so a crash neither loses nor repeats one.
func (s *Service) Remind(ctx context.Context) error {
	err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		now := s.now()
		hour, day := db.Millis(now.Add(time.Hour)), db.Millis(now.Add(24*time.Hour))
		due, err := db.All(tx, scanDate, `UPDATE call_date SET reminded = CASE WHEN starts_at <= $1 THEN 2 ELSE 1 END
			WHERE state = 'on' AND (reminded = 0 OR reminded = 1 AND starts_at <= $2) AND id IN (SELECT id FROM call_date
				WHERE state = 'on' AND reminded < 2 AND starts_at <= $3 AND (reminded = 0 OR starts_at <= $4) ORDER BY starts_at LIMIT $5)
			RETURNING `+dateReturned, hour, hour, day, hour, remindAtOnce)
		if err != nil {
			return false, err
		}
		for _, d := range due {
			if !d.StartsAt.After(now) || d.Taken == 0 && d.Coordinator == 0 {
				continue
			}
			what := DayBefore
			if db.Millis(d.StartsAt) <= hour {
				what = HourBefore
			}
			if err := s.begin(tx, telling{what: what, call: d.CallID, date: d.ID}); err != nil {
				return false, err
			}
		}
		return len(due) == remindAtOnce, nil
	})
	if err != nil {
		return fmt.Errorf("begin reminders: %w", err)
	}
	return nil
}

// tellBatch is how many people are told in one transaction.
const tellBatch = 100

// tell is the job: batch by batch, each with how far it has come.
func (s *Service) tell(ctx context.Context, args tellArgs) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		t := telling{id: args.Telling}
		var from sql.NullInt64
		err := tx.QueryRow(`UPDATE date_telling SET upto = upto WHERE id = $1 RETURNING what, call_id, date_id, series_id, by_id, from_at, upto`, t.id).
			Scan(&t.what, &t.call, &t.date, &t.series, &t.by, &from, &t.upto)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil // done
		}
		if err != nil {
			return false, fmt.Errorf("read what to tell: %w", err)
		}
		t.from = timeOf(from)
		return s.tellSome(tx, t)
	})
}

func (s *Service) tellSome(tx *db.Tx, t telling) (more bool, err error) {
	dates, err := t.about(tx)
	if err != nil {
		return false, err
	}
	var some []whom
	if !t.stale(dates, s.now()) {
		if some, err = t.whom(tx, dates); err != nil {
			return false, err
		}
	}
	var told []whom
	for _, w := range some {
		if t.series == 0 {
			w.date, w.more = only(dates), 0
		}
		if w.date != nil { // one that was just moved again is told of anew
			told = append(told, w)
		}
	}
	if err := s.tellEach(tx, t.what, told); err != nil {
		return false, err
	}
	if len(some) < tellBatch {
		_, err = tx.Exec(`DELETE FROM date_telling WHERE id = $1`, t.id)
	} else {
		_, err = tx.Exec(`UPDATE date_telling SET upto = $1 WHERE id = $2`, some[len(some)-1].account, t.id)
	}
	if err != nil {
		return false, fmt.Errorf("keep who was told: %w", err)
	}
	return len(some) == tellBatch, nil
}

// about are the dates that are told of, by when they start; of a call the call
// itself, as if it were one at 0.
func (t telling) about(tx *db.Tx) (map[int64]*Date, error) {
	if t.what == CallOff {
		d := &Date{CallID: t.call}
		if err := tx.QueryRow(`SELECT movement_id, title FROM call WHERE id = $1`, t.call).Scan(&d.MovementID, &d.Title); err != nil {
			return nil, fmt.Errorf("read a call: %w", err)
		}
		return map[int64]*Date{0: d}, nil
	}
	if t.date != 0 {
		d, err := load(tx, t.date)
		if err != nil {
			return nil, err
		}
		return map[int64]*Date{db.Millis(d.StartsAt): d}, nil
	}
	list, err := db.All(tx, scanDate, `SELECT `+dateColumns+` FROM call_date d WHERE d.series_id = $1 AND d.state = $2 AND d.changed_at = $3`,
		t.series, t.state(), db.Millis(t.from))
	if err != nil {
		return nil, fmt.Errorf("list the dates of a series: %w", err)
	}
	dates := make(map[int64]*Date, len(list))
	for _, d := range list {
		dates[db.Millis(d.StartsAt)] = d
	}
	return dates, nil
}

// only is the one date that is told of.
func only(dates map[int64]*Date) *Date {
	for _, d := range dates {
		return d
	}
	return nil
}

// state is what the dates of a series have become that are told of.
func (t telling) state() State {
	if t.what == Moved {
		return On
	}
	return Cancelled
}

// whom are the next who are told: those who come, of a change also those who wait,
// and who looks after it unless it was their doing; of several dates, those of the
// ones that were moved or called off just then. Who came to it since the telling
// began knows already.
func (t telling) whom(tx *db.Tx, dates map[int64]*Date) ([]whom, error) {
	coming := ""
	if t.what == DayBefore || t.what == HourBefore {
		coming = " AND coming.state = 'comes'"
	}
	where, args := t.scope(1)
	n := len(args)
	again, more := t.scope(n + 3)
	args = append(append(args, t.id, int64(t.upto)), more...)
	args = append(args, int64(t.by), int64(t.upto), tellBatch)
	some, err := db.All(tx, func(row db.Row) (w whom, err error) {
		var first int64
		err = row.Scan(&w.account, &first, &w.more)
		w.date, w.more = dates[first], w.more-1
		return w, err
	}, fmt.Sprintf(`SELECT account_id, MIN(starts_at), COUNT(*) FROM (
			SELECT coming.account_id, d.starts_at, d.id FROM coming JOIN call_date d ON d.id = coming.date_id WHERE %s%s AND coming.id < $%d AND coming.account_id > $%d
			UNION SELECT d.coordinator_id, d.starts_at, d.id FROM call_date d WHERE %s AND d.coordinator_id <> $%d AND d.coordinator_id > $%d) AS each_one
		GROUP BY account_id ORDER BY account_id LIMIT $%d`, where, coming, n+1, n+2, again, 2*n+3, 2*n+4, 2*n+5), args...)
	if err != nil {
		return nil, fmt.Errorf("list whom to tell: %w", err)
	}
	return some, nil
}

// scope are the dates that are told of, with arguments from $n on.
func (t telling) scope(n int) (where string, args []any) {
	switch {
	case t.what == CallOff:
		return fmt.Sprintf(`d.call_id = $%d AND d.state = 'cancelled' AND d.changed_at = $%d`, n, n+1), []any{t.call, db.Millis(t.from)}
	case t.series != 0:
		return fmt.Sprintf(`d.series_id = $%d AND d.state = $%d AND d.changed_at = $%d`, n, n+1, n+2), []any{t.series, t.state(), db.Millis(t.from)}
	}
	return fmt.Sprintf(`d.id = $%d`, n), []any{t.date}
}

// stale says that there is no point any more in telling it.
func (t telling) stale(dates map[int64]*Date, now time.Time) bool {
	if t.date == 0 {
		return false
	}
	d := only(dates)
	switch t.what {
	case DayBefore, HourBefore:
		return d.State != On || !d.StartsAt.After(now)
	case Moved:
		return d.State != On || !d.EndsAt.After(now)
	}
	return false
}

// whom is an account that is told of a date, and of as many more.
type whom struct {
	account id.ID
	date    *Date
	more    int64
	reason  string // "" is the date's
}

// tellAll tells each of the accounts of a date.
func (s *Service) tellAll(tx *db.Tx, what What, d *Date, accounts []id.ID) error {
	all := make([]whom, len(accounts))
	for i, a := range accounts {
		all[i] = whom{account: a, date: d}
	}
	return s.tellEach(tx, what, all)
}

// tellEach tells each of some accounts of a date of one call, by an event, and by
// mail those who have a confirmed address and did not ask for none. A mail that
// waits already is not sent twice.
func (s *Service) tellEach(tx *db.Tx, what What, all []whom) error {
	if len(all) == 0 {
		return nil
	}
	var title string
	if err := tx.QueryRow(`SELECT title FROM call WHERE id = $1`, all[0].date.CallID).Scan(&title); err != nil {
		return fmt.Errorf("read a call's title: %w", err)
	}
	accounts := make([]id.ID, len(all))
	for i, w := range all {
		accounts[i] = w.account
	}
	logins, err := auth.LoginsIn(tx, accounts)
	if err != nil {
		return err
	}
	in, args := db.In(1, accounts)
	without, err := db.All(tx, db.ScanID, `SELECT account_id FROM date_mail_off WHERE account_id IN `+in, args...)
	if err != nil {
		return fmt.Errorf("read who wants no mails: %w", err)
	}
	for _, w := range all {
		d := w.date
		t := Told{What: what, CallID: d.CallID, DateID: d.ID, MovementID: d.MovementID, AccountID: w.account, Title: title,
			Place: d.Place, StartsAt: d.StartsAt, Zone: d.Zone, Reason: d.Reason, More: w.more, At: s.now()}
		if d.Title != "" {
			t.Title = d.Title
		}
		if w.reason != "" {
			t.Reason = w.reason
		}
		if err := event.Emit(s.hub, tx, t); err != nil {
			return err
		}
		if logins[w.account].Confirmed && !slices.Contains(without, w.account) {
			err := s.jobs.Enqueue(tx, mailArgs{What: what, Account: w.account, Call: d.CallID, Date: d.ID, More: w.more}, jobs.Unique())
			if err != nil {
				return err
			}
		}
	}
	return nil
}
