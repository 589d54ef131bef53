package meet

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

const dateColumns = `d.id, d.call_id, d.movement_id, d.series_id, d.title, d.note, d.starts_at, d.ends_at, d.zone, d.place, d.latitude,
	d.longitude, d.access, d.online, d.skills, d.capacity, d.guests_most, d.taken, d.waiting, d.names, d.coordinator_id, d.state, d.reason,
	d.sequence, d.turn, d.created_at, d.changed_at`

// dateReturned are the same for RETURNING, where SQLite knows no other names.
var dateReturned = strings.ReplaceAll(dateColumns, "d.", "")

func scanDate(row db.Row) (*Date, error) {
	d := new(Date)
	var starts, ends, created, changed int64
	var latitude, longitude, capacity sql.NullInt64
	err := row.Scan(&d.ID, &d.CallID, &d.MovementID, &d.SeriesID, &d.Title, &d.Note, &starts, &ends, &d.Zone, &d.Place, &latitude,
		&longitude, &d.Access, &d.Online, &d.Skills, &capacity, &d.GuestsMost, &d.Taken, &d.Waiting, &d.Names, &d.Coordinator, &d.State, &d.Reason,
		&d.Sequence, &d.turn, &created, &changed)
	d.StartsAt, d.EndsAt, d.CreatedAt, d.ChangedAt = db.Time(starts), db.Time(ends), db.Time(created), db.Time(changed)
	d.Capacity = capacity.Int64
	if latitude.Valid && longitude.Valid {
		d.Spot = &Spot{float64(latitude.Int64) / 1e6, float64(longitude.Int64) / 1e6}
	}
	return d, err
}

func latitude(s *Spot) float64  { return s.Latitude }
func longitude(s *Spot) float64 { return s.Longitude }

// millionths are a degree as it is kept.
func millionths(s *Spot, of func(*Spot) float64) sql.NullInt64 {
	if s == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(math.Round(of(s) * 1e6)), Valid: true}
}

func limit(capacity int64) sql.NullInt64 { return sql.NullInt64{Int64: capacity, Valid: capacity > 0} }

const comingColumns = `c.id, c.date_id, c.account_id, c.guests, c.state, c.shown, c.visibility, c.created_at, c.came_at, c.came_how, c.act_id,
	c.minutes, c.hours, c.hours_note, c.hours_reason, c.hours_by, c.hours_at, c.source_kind, c.source_id, c.walked_in,
	c.confirm_at, c.came_by`

func scanComing(row db.Row) (*Coming, error) {
	c := new(Coming)
	var created int64
	var came, minutes, at, confirm sql.NullInt64
	err := row.Scan(&c.ID, &c.DateID, &c.AccountID, &c.Guests, &c.Standing, &c.Shown, &c.Visibility, &created, &came, &c.CameHow, &c.ActID,
		&minutes, &c.Hours, &c.Note, &c.Reason, &c.HoursBy, &at, &c.InspiredBy.Kind, &c.InspiredBy.ID, &c.walkedIn, &confirm, &c.cameBy)
	c.CreatedAt, c.Minutes = db.Time(created), minutes.Int64
	c.CameAt, c.HoursAt, c.ConfirmAt = timeOf(came), timeOf(at), timeOf(confirm)
	return c, err
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return db.Time(ms.Int64)
}

// load reads a date, whoever asks.
func load(r db.Reader, dateID id.ID) (*Date, error) {
	return one(db.One(r, scanDate, `SELECT `+dateColumns+` FROM call_date d WHERE d.id = $1`, dateID))
}

// lock reads a date, and makes others who change it or who comes to it wait: what
// is read after it holds until the end of the transaction.
func lock(tx *db.Tx, dateID id.ID) (*Date, error) {
	return one(db.One(tx, scanDate, `UPDATE call_date SET taken = taken WHERE id = $1 RETURNING `+dateReturned, dateID))
}

func one(d *Date, err error) (*Date, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("date")
	}
	if err != nil {
		return nil, fmt.Errorf("read a date: %w", err)
	}
	return d, nil
}

// comingIn is the account's row of a date; nil if there is none.
func comingIn(r db.Reader, dateID, accountID id.ID) (*Coming, error) {
	c, err := db.One(r, scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.date_id = $1 AND c.account_id = $2`, dateID, int64(accountID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read who comes: %w", err)
	}
	return c, nil
}

// comingsIn are the account's rows of dates, by date; all in one question.
func comingsIn(r db.Reader, dates []*Date, accountID id.ID) (map[id.ID]*Coming, error) {
	of := make(map[id.ID]*Coming, len(dates))
	if accountID == 0 || len(dates) == 0 {
		return of, nil
	}
	ids := make([]id.ID, len(dates))
	for i, d := range dates {
		ids[i] = d.ID
	}
	in, args := db.In(2, ids)
	rows, err := db.All(r, scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.account_id = $1 AND c.date_id IN `+in,
		append([]any{int64(accountID)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read to what somebody comes: %w", err)
	}
	for _, c := range rows {
		of[c.DateID] = c
	}
	return of, nil
}

// changed says whether a statement changed a row.
func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
