package meet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

const (
	HoursNoteMost = 500                 // characters
	hoursFor      = 60 * 24 * time.Hour // after a shift
	overtime      = 12 * time.Hour      // beyond its length
)

// LogHours says how many minutes v helped at a shift that began, and what else
// there is to say. The act is told anew with them, and waits to be confirmed; but
// who was checked in and helped no longer than the shift needs nobody's word more.
// Conflict when they were confirmed already.
func (s *Service) LogHours(ctx context.Context, v account.Viewer, dateID id.ID, minutes int64, note string) (*Seen, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	note, err := text.Line("note", note, HoursNoteMost)
	if err != nil {
		return nil, err
	}
	seen, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	most := seen.Minutes() + int64(overtime/time.Minute)
	now := s.now()
	switch {
	case seen.Call.Kind != call.Volunteering:
		return nil, problem.Conflict("", "Hours are logged for shifts of volunteering.")
	case seen.State != On:
		return nil, errOff()
	case now.Before(seen.StartsAt):
		return nil, problem.Conflict("", "Hours can be logged once the shift has begun.")
	case now.After(seen.EndsAt.Add(hoursFor)):
		return nil, problem.Conflict("", "This shift is too long ago. Ask the coordinator.")
	case minutes < 1 || minutes > most:
		return nil, problem.Invalid("minutes", "This is a number of minutes from 1 to %d.", most)
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, dateID); err != nil {
			return err
		}
		c, err := comingIn(tx, dateID, v.ID())
		if err != nil {
			return err
		}
		if c == nil || c.Standing != Comes {
			return problem.Conflict("", "You were not on the list of this shift. Ask the coordinator to check you in.")
		}
		ok, err := changed(tx.Exec(`UPDATE coming SET minutes = $1, hours = 'logged', hours_note = $2, hours_reason = '', hours_by = NULL, hours_at = NULL
			WHERE id = $3 AND hours <> 'confirmed'`, minutes, note, c.ID))
		if err != nil {
			return fmt.Errorf("log hours: %w", err)
		}
		if !ok {
			return problem.Conflict("", "Your hours were confirmed already.")
		}
		return s.helped(tx, seen, c, v.Account(), minutes)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, dateID)
}

// helped writes the act of somebody who logged hours, or corrects it. Hours that a
// check-in confirmed already wait for nobody; of others the first that wait are
// told to who looks after the shift, and not each.
func (s *Service) helped(tx *db.Tx, seen *Seen, c *Coming, doer *account.Account, minutes int64) error {
	if c.ActID == 0 {
		if _, err := s.attended(tx, seen, c, doer, minutes); err != nil {
			return err
		}
		return s.tellLogged(tx, seen.Date, c)
	}
	within := !c.CameAt.IsZero() && minutes <= seen.Minutes()
	correct := s.rooms.Acts.CorrectIn
	if within {
		correct = s.rooms.Acts.LessenIn
	}
	is, err := correct(tx, c.ActID, minutes, s.now())
	switch {
	case err != nil:
		return err
	case is.Proof != act.Confirmed && within && !c.ConfirmAt.IsZero():
		return nil // it is confirmed once the shift is over
	case is.Proof != act.Confirmed:
		return s.tellLogged(tx, seen.Date, c)
	}
	_, err = tx.Exec(`UPDATE coming SET hours = 'confirmed', hours_by = $1, hours_at = $2 WHERE id = $3`, is.ConfirmedBy, db.Millis(is.ConfirmedAt), c.ID)
	if err != nil {
		return fmt.Errorf("keep that hours are confirmed: %w", err)
	}
	return nil
}

// tellLogged tells the coordinator of a shift, or who made it, that hours wait.
func (s *Service) tellLogged(tx *db.Tx, d *Date, c *Coming) error {
	var to id.ID
	var waiting bool
	err := tx.QueryRow(`SELECT COALESCE(coordinator_id, created_by), EXISTS (SELECT 1 FROM coming WHERE date_id = call_date.id AND hours = 'logged' AND account_id <> $1
			AND (confirm_at IS NULL OR minutes > $2))
		FROM call_date WHERE id = $3`, c.AccountID, d.Minutes(), d.ID).Scan(&to, &waiting)
	switch {
	case err != nil:
		return fmt.Errorf("ask who signs hours off: %w", err)
	case waiting, c.Hours == HoursLogged, to == c.AccountID:
		return nil
	}
	return s.tellAll(tx, Logged, d, []id.ID{to})
}

// ConfirmHours signs somebody's hours off: those they logged, or the shift's
// length for who was checked in. read are the minutes as who signs saw them, 0
// for the shift's length: when they are others by now it is a Conflict, so that
// nobody signs what they did not read. Who is responsible may, but nobody their
// own. A second time changes nothing.
func (s *Service) ConfirmHours(ctx context.Context, v account.Viewer, dateID, accountID id.ID, read int64) error {
	return s.sign(ctx, v, dateID, accountID, func(tx *db.Tx, seen *Seen, c *Coming) error {
		if c.ActID == 0 {
			return problem.Conflict("", "They took back what they told of it.")
		}
		if c.Hours == HoursConfirmed {
			return nil
		}
		if c.Minutes != read {
			return problem.Conflict("minutes", "They say it otherwise by now: look at the list again.")
		}
		minutes := c.Minutes
		if minutes == 0 {
			minutes = seen.Minutes()
		}
		if _, err := s.rooms.Acts.CorrectIn(tx, c.ActID, minutes, s.now()); err != nil {
			return err
		}
		if err := s.rooms.Acts.ConfirmIn(tx, c.ActID, v.ID(), act.ByHand, s.now()); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE coming SET hours = 'confirmed', minutes = $1, hours_reason = '', hours_by = $2, hours_at = $3, confirm_at = NULL, came_by = NULL WHERE id = $4`,
			minutes, v.ID(), db.Millis(s.now()), c.ID)
		if err != nil {
			return fmt.Errorf("confirm hours: %w", err)
		}
		return nil
	})
}

// DisputeHours says why somebody's hours cannot be confirmed as they are; their
// act is told and no more, and they are told why. Who is responsible may, but
// nobody their own.
func (s *Service) DisputeHours(ctx context.Context, v account.Viewer, dateID, accountID id.ID, reason string) error {
	reason, err := text.Line("reason", reason, ReasonMost)
	if err != nil {
		return err
	}
	if reason == "" {
		return problem.Invalid("reason", "Say why, so that they can answer.")
	}
	return s.sign(ctx, v, dateID, accountID, func(tx *db.Tx, seen *Seen, c *Coming) error {
		if c.ActID != 0 {
			if err := s.rooms.Acts.UnconfirmIn(tx, c.ActID, v.ID(), s.now()); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE coming SET hours = 'disputed', hours_reason = $1, hours_by = $2, hours_at = $3, confirm_at = NULL, came_by = NULL WHERE id = $4`,
			reason, v.ID(), db.Millis(s.now()), c.ID)
		if err != nil {
			return fmt.Errorf("dispute hours: %w", err)
		}
		return s.tellAll(tx, Disputed, seen.Date, []id.ID{accountID})
	})
}

// sign runs f on the hours of somebody else, for who is responsible.
func (s *Service) sign(ctx context.Context, v account.Viewer, dateID, accountID id.ID, f func(tx *db.Tx, seen *Seen, c *Coming) error) error {
	seen, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return err
	}
	switch {
	case v.Is(accountID):
		return problem.Forbidden("Nobody confirms their own act.")
	case seen.Call.Kind != call.Volunteering:
		return problem.Conflict("", "Hours are logged for shifts of volunteering.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, dateID); err != nil {
			return err
		}
		c, err := comingIn(tx, dateID, accountID)
		switch {
		case err != nil:
			return err
		case c == nil:
			return problem.NotFound("account")
		case c.Hours == NoHours && c.CameAt.IsZero():
			return problem.Conflict("", "They logged no hours yet, and were not checked in.")
		}
		return f(tx, seen, c)
	})
}

// Served is a line of a certificate: a date at which somebody helped or came, as
// somebody else confirmed.
type Served struct {
	Date        *Date
	Quantity    int64 // minutes, or people
	ConfirmedBy id.ID // account; 0 for the check-in by the code
	ConfirmedAt time.Time
	How         string
}

// servedMost is how many lines a certificate has at most.
const servedMost = 500

// Certificate is what v did at the dates of a call, as far as it was confirmed,
// the oldest first. It is v's alone.
func (s *Service) Certificate(ctx context.Context, v account.Viewer, callID id.ID) ([]Served, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	if _, err := s.rooms.Calls.Get(ctx, v, callID); err != nil {
		return nil, err
	}
	dates, err := db.All(s.d.Read(ctx), scanDate, fmt.Sprintf(`SELECT `+dateColumns+` FROM coming c JOIN call_date d ON d.id = c.date_id
		WHERE c.account_id = $1 AND d.call_id = $2 AND c.act_id IS NOT NULL ORDER BY d.starts_at DESC, d.id DESC LIMIT %d`, servedMost), v.ID(), callID)
	if err != nil {
		return nil, fmt.Errorf("list what somebody did at dates: %w", err)
	}
	mine, err := comingsIn(s.d.Read(ctx), dates, v.ID())
	if err != nil {
		return nil, err
	}
	var ids []id.ID
	for _, c := range mine {
		if c.ActID != 0 {
			ids = append(ids, c.ActID)
		}
	}
	acts, err := s.rooms.Acts.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var out []Served
	for _, d := range slices.Backward(dates) {
		c := mine[d.ID]
		if c == nil {
			continue
		}
		a := acts[c.ActID]
		if a == nil || a.Proof != act.Confirmed {
			continue
		}
		out = append(out, Served{Date: d, Quantity: a.Quantity, ConfirmedBy: a.ConfirmedBy, ConfirmedAt: a.ConfirmedAt, How: a.ConfirmedHow})
	}
	return out, nil
}
