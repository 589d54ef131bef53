package meet

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// walkIn gives a place to who is there and has none; c is the row that waits, if
// any. Beyond what is free only if they must have one.
func (s *Service) walkIn(tx *db.Tx, d *Date, c *Coming, comingID, accountID id.ID, a Answer, must bool) (*Coming, error) {
	if c != nil { // who waits does not stand in their own way
		if err := waitLess(tx, d.ID); err != nil {
			return nil, err
		}
	}
	took := must
	if must {
		if err := release(tx, d.ID, -1); err != nil {
			return nil, err
		}
	} else if ok, err := take(tx, d.ID, 1); err != nil {
		return nil, err
	} else {
		took = ok
	}
	if !took {
		return nil, problem.Conflict("", "No place is free. Ask the coordinator to check you in.")
	}
	if c != nil {
		_, err := tx.Exec(`UPDATE coming SET state = 'comes', guests = 0 WHERE id = $1`, c.ID)
		if err != nil {
			return nil, fmt.Errorf("take a place: %w", err)
		}
	} else {
		_, err := tx.Exec(`INSERT INTO coming (id, date_id, account_id, state, shown, visibility, created_at, walked_in)
			VALUES ($1, $2, $3, 'comes', FALSE, $4, $5, TRUE)`, comingID, d.ID, accountID, a.Visibility, db.Millis(s.now()))
		if err != nil {
			return nil, fmt.Errorf("take a place: %w", err)
		}
	}
	return comingIn(tx, d.ID, accountID)
}

// arrival is somebody who is there.
type arrival struct {
	how      How
	doer     *account.Account
	quantity int64
	by       id.ID // whose word it is; 0 for the code's
}

// came writes that somebody was there, once, with their act. It is confirmed by
// that; but how long they help at a shift only once it is over, see SignOff. What they took back
// since is not told again, and the code alone confirms nothing twice; somebody
// who is responsible may confirm later what was told.
func (s *Service) came(tx *db.Tx, seen *Seen, c *Coming, a arrival) error {
	now := s.now()
	first, err := changed(tx.Exec(`UPDATE coming SET came_at = $1, came_how = $2, visibility = $3, source_kind = $4, source_id = $5
		WHERE id = $6 AND came_at IS NULL`, db.Millis(now), a.how, c.Visibility, string(c.InspiredBy.Kind), c.InspiredBy.ID, c.ID))
	if err != nil {
		return fmt.Errorf("check in: %w", err)
	}
	if !first && (a.how == ByCode || c.ActID == 0) {
		return nil
	}
	actID := c.ActID
	if actID == 0 {
		if actID, err = s.attended(tx, seen, c, a.doer, a.quantity); err != nil {
			return err
		}
	} else if c.Hours != NoHours {
		return nil // hours have an answer of their own
	}
	if a.by == a.doer.ID {
		return nil
	}
	if seen.Call.Kind == call.Volunteering && now.Before(seen.EndsAt) {
		_, err := tx.Exec(`UPDATE coming SET confirm_at = $1, came_by = $2 WHERE id = $3`, db.Millis(seen.EndsAt), a.by, c.ID)
		if err != nil {
			return fmt.Errorf("keep whose word a check-in is: %w", err)
		}
		return nil
	}
	return s.rooms.Acts.ConfirmIn(tx, actID, a.by, a.how.known(), now)
}

// known is how it is known by that check-in that somebody was there.
func (h How) known() string {
	if h == ByList {
		return act.ByList
	}
	return act.ByCode
}

// attended writes the act of somebody who was there.
func (s *Service) attended(tx *db.Tx, seen *Seen, c *Coming, doer *account.Account, quantity int64) (id.ID, error) {
	made, err := s.rooms.Acts.AttendIn(tx, act.Attendance{CallID: seen.CallID, Doer: doer, Quantity: quantity, Visibility: c.Visibility,
		InspiredBy: c.InspiredBy, EndsAt: seen.EndsAt}, s.now())
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`UPDATE coming SET act_id = $1 WHERE id = $2`, made.ID, c.ID); err != nil {
		return 0, fmt.Errorf("keep an act: %w", err)
	}
	return made.ID, nil
}
