package call

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The limits of updates: of their words in characters, and of how many there are,
// so that nobody who took part is told more often than they can bear.
const (
	UpdateTitleMost = 120
	UpdateBodyMost  = 10_000
	UpdatesMost     = 200 // of a call
	TellingsADay    = 3   // of what is about the same: see TellingIn
)

// Update is what organisers tell those who took part in a call.
type Update struct {
	ID        id.ID
	CallID    id.ID
	AuthorID  id.ID // account; 0 once it is deleted
	Title     string
	Body      string // Markdown
	CreatedAt time.Time
	EditedAt  time.Time // zero if never
}

// UpdateDraft is what an organiser writes.
type UpdateDraft struct {
	Title string
	Body  string
	Key   string `json:"-"` // idempotency of Tell; "" for none
}

func (d UpdateDraft) clean() (_ UpdateDraft, err error) {
	if d.Title, err = text.Line("title", d.Title, UpdateTitleMost); err != nil {
		return d, err
	}
	if d.Body, err = text.Block("body", d.Body, UpdateBodyMost); err != nil {
		return d, err
	}
	switch {
	case d.Title == "":
		return d, problem.Invalid("title", "Give it a title.")
	case d.Body == "":
		return d, problem.Invalid("body", "Say what there is to tell.")
	}
	return d, nil
}

const updateColumns = `id, call_id, author_id, title, body, created_at, edited_at`

func scanUpdate(row db.Row) (*Update, error) {
	u := new(Update)
	var created int64
	var edited sql.NullInt64
	err := row.Scan(&u.ID, &u.CallID, &u.AuthorID, &u.Title, &u.Body, &created, &edited)
	u.CreatedAt, u.EditedAt = db.Time(created), timeOf(edited)
	return u, err
}

// Updates are a call's, newest first, for whoever sees the call.
func (s *Service) Updates(ctx context.Context, v account.Viewer, callID id.ID, p db.Page) ([]*Update, error) {
	if _, err := s.Get(ctx, v, callID); err != nil {
		return nil, err
	}
	cond, more, tail := p.SQL("id", 2)
	list, err := db.All(s.d.Read(ctx), scanUpdate, `SELECT `+updateColumns+` FROM call_update WHERE call_id = $1 AND `+cond+tail,
		append([]any{callID}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list updates: %w", err)
	}
	return db.Newest(p, list), nil
}

// Update is one, for whoever sees its call.
func (s *Service) Update(ctx context.Context, v account.Viewer, updateID id.ID) (*Update, error) {
	u, err := db.One(s.d.Read(ctx), scanUpdate, `SELECT `+updateColumns+` FROM call_update WHERE id = $1`, updateID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("update")
	}
	if err != nil {
		return nil, fmt.Errorf("read an update: %w", err)
	}
	if _, err := s.Get(ctx, v, u.CallID); err != nil {
		if problem.Is(err, problem.KindNotFound) {
			err = problem.NotFound("update")
		}
		return nil, err
	}
	return u, nil
}

// Tell writes an update, which those who took part are told of. Organisers may, of
// a call that is no draft; problem.Conflict beyond what a day bears.
func (s *Service) Tell(ctx context.Context, v account.Viewer, callID id.ID, d UpdateDraft) (updateID id.ID, err error) {
	clean, err := d.clean()
	if err != nil {
		return 0, err
	}
	body := struct {
		CallID id.ID
		Draft  UpdateDraft
	}{callID, d}
	err = s.change(ctx, v, callID, func(tx *db.Tx, c *Call) (err error) {
		updateID, err = once.Do(tx, v.ID(), "call update", d.Key, body, func() (id.ID, error) {
			if _, err := HoldIn(tx, callID); err != nil {
				return 0, err
			}
			if err := mayTell(tx, c, s.now()); err != nil {
				return 0, err
			}
			return s.tell(tx, c, v.ID(), clean, s.now())
		})
		return err
	})
	return updateID, err
}

// TellIn is Tell inside another transaction, at another time, for the sample.
func (s *Service) TellIn(tx *db.Tx, callID, by id.ID, d UpdateDraft, at time.Time) (id.ID, error) {
	d, err := d.clean()
	if err != nil {
		return 0, err
	}
	c, err := GetIn(tx, callID)
	if err != nil {
		return 0, err
	}
	return s.tell(tx, c, by, d, at)
}

func (s *Service) tell(tx *db.Tx, c *Call, by id.ID, d UpdateDraft, at time.Time) (id.ID, error) {
	i := s.ids.At(at)
	_, err := tx.Exec(`INSERT INTO call_update (id, call_id, author_id, title, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		i, c.ID, by, d.Title, d.Body, db.Millis(at))
	if err != nil {
		return 0, fmt.Errorf("write an update: %w", err)
	}
	return i, event.Emit(s.hub, tx, Updated{UpdateID: i, CallID: c.ID, MovementID: c.MovementID, AuthorID: by, At: at})
}

// mayTell wants the call held.
func mayTell(tx *db.Tx, c *Call, now time.Time) error {
	if c.State == StateDraft {
		return problem.Conflict("", "This call is a draft; nobody took part in it yet.")
	}
	var all int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM call_update WHERE call_id = $1`, c.ID).Scan(&all); err != nil {
		return fmt.Errorf("count updates: %w", err)
	}
	if all >= UpdatesMost {
		return problem.Conflict("", "A call has at most %d updates.", UpdatesMost)
	}
	may, err := TellingIn(tx, c.ID, "update", now)
	if err == nil && !may {
		err = problem.Conflict("", "Those who took part hear of a call at most %d times a day. Wait until tomorrow, or edit an update.", TellingsADay)
	}
	return err
}

// TellingIn counts that those who took part in a call are told of it, and says
// whether they bear it: TellingsADay within a day of what is about the same.
// Removing what was told of gives nothing back.
func TellingIn(tx *db.Tx, callID id.ID, about string, now time.Time) (bool, error) {
	if _, err := HoldIn(tx, callID); err != nil {
		return false, err
	}
	_, err := tx.Exec(`DELETE FROM call_telling WHERE call_id = $1 AND about = $2 AND told_at <= $3`, callID, about, db.Millis(now.Add(-24*time.Hour)))
	if err != nil {
		return false, fmt.Errorf("forget what was told the day before: %w", err)
	}
	n, err := affected(tx.Exec(`INSERT INTO call_telling (call_id, about, told_at) SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
		WHERE (SELECT COUNT(*) FROM call_telling WHERE call_id = $4 AND about = $5) < $6`, callID, about, db.Millis(now), callID, about, TellingsADay))
	if err != nil {
		return false, fmt.Errorf("count what is told: %w", err)
	}
	return n == 1, nil
}

// EditUpdate changes what an update says; nobody is told again. Organisers may.
func (s *Service) EditUpdate(ctx context.Context, v account.Viewer, updateID id.ID, d UpdateDraft) error {
	d, err := d.clean()
	if err != nil {
		return err
	}
	return s.changeUpdate(ctx, v, updateID, func(tx *db.Tx, c *Call) error {
		_, err := tx.Exec(`UPDATE call_update SET title = $1, body = $2, edited_at = $3 WHERE id = $4 AND (title <> $5 OR body <> $6)`,
			d.Title, d.Body, db.Millis(s.now()), updateID, d.Title, d.Body)
		if err != nil {
			return fmt.Errorf("edit an update: %w", err)
		}
		return event.Emit(s.hub, tx, Changed{CallID: c.ID, MovementID: c.MovementID})
	})
}

// RemoveUpdate takes an update away, and what was told of it. Organisers may.
func (s *Service) RemoveUpdate(ctx context.Context, v account.Viewer, updateID id.ID) error {
	return s.changeUpdate(ctx, v, updateID, func(tx *db.Tx, c *Call) error {
		n, err := affected(tx.Exec(`DELETE FROM call_update WHERE id = $1`, updateID))
		if err != nil {
			return fmt.Errorf("remove an update: %w", err)
		}
		if n == 0 {
			return problem.NotFound("update")
		}
		return event.Emit(s.hub, tx, UpdateRemoved{UpdateID: updateID, CallID: c.ID, MovementID: c.MovementID})
	})
}

func (s *Service) changeUpdate(ctx context.Context, v account.Viewer, updateID id.ID, f func(tx *db.Tx, c *Call) error) error {
	u, err := s.Update(ctx, v, updateID)
	if err != nil {
		return err
	}
	return s.change(ctx, v, u.CallID, f)
}
