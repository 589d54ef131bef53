package meet

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// Around a date people can check in by the code, and coordinators can after it,
// when they go through their list.
const (
	checkInBefore = time.Hour
	checkInAfter  = time.Hour
	listAfter     = 30 * 24 * time.Hour
)

// responsible is the date for who is responsible for it.
func (s *Service) responsible(ctx context.Context, v account.Viewer, dateID id.ID) (*Seen, error) {
	if !v.SignedIn() {
		return nil, errSignIn()
	}
	d, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	if !d.Responsible {
		return nil, problem.Forbidden("Only the organisers and the coordinator of this date can do this.")
	}
	return d, nil
}

// Here is what somebody says who is at the place.
type Here struct {
	Code       string
	Visibility act.Visibility // of the act; "" is as they said when they said that they come
	InspiredBy *act.Source    // what moved them; nil is as they said then
}

// CheckIn says that v is at the place, as the code shows that hangs there. It
// makes v's act: one person who came to an event, or the minutes of a shift.
// Guests are not counted by it: nobody saw them. The act is confirmed by the
// system, unless v is responsible for the date: they hold the code, so theirs is
// told until another of them confirms it. Who had not said that they come takes
// a place if there is one. Again, it changes nothing.
func (s *Service) CheckIn(ctx context.Context, v account.Viewer, dateID id.ID, here Here) (*Seen, error) {
	a := Answer{Visibility: here.Visibility}
	if here.InspiredBy != nil {
		a.InspiredBy = *here.InspiredBy
	}
	if err := s.mayCome(v, &a); err != nil {
		return nil, err
	}
	seen, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	if err := seen.opens(s.now(), checkInAfter); err != nil {
		return nil, err
	}
	if err := s.rooms.Acts.MayName(ctx, v, a.InspiredBy); err != nil {
		return nil, err
	}
	comingID := s.ids.New()
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		d, err := lock(tx, dateID)
		if err != nil {
			return err
		}
		if d.State != On {
			return errOff()
		}
		said := written.Replace(strings.ToUpper(here.Code))
		if subtle.ConstantTimeCompare([]byte(said), []byte(s.code(d))) != 1 {
			return problem.Invalid("code", "This is not the code of this date.")
		}
		if err := s.rooms.Acts.MayNameIn(tx, v, d.MovementID, a.InspiredBy, s.now()); err != nil {
			return err
		}
		c, err := comingIn(tx, dateID, v.ID())
		if err != nil {
			return err
		}
		if c == nil || c.Standing == Waits {
			if c, err = s.walkIn(tx, d, c, comingID, v.ID(), a, false); err != nil {
				return err
			}
		}
		if here.Visibility != "" {
			c.Visibility = here.Visibility
		}
		if here.InspiredBy != nil {
			c.InspiredBy = a.InspiredBy
		}
		var by id.ID
		if seen.Responsible {
			by = v.ID()
		}
		return s.came(tx, seen, c, arrival{how: ByCode, doer: v.Account(), quantity: seen.each(0), by: by})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, dateID)
}

// CheckInBy is for who is responsible and sees somebody at the place, with that
// many guests. It makes the act of whom they see: with the guests they count, at
// an event. Who is there is there: it takes places beyond the capacity where it
// must. Who is not on the list must be a member of the movement or have done
// something for the call (Conflict): nobody is said to have been somewhere by
// people they have nothing to do with. One's own is told and not confirmed.
func (s *Service) CheckInBy(ctx context.Context, v account.Viewer, dateID, accountID id.ID, guests int64) error {
	seen, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return err
	}
	if err := seen.opens(s.now(), listAfter); err != nil {
		return err
	}
	if guests < 0 || guests > GuestsMost {
		return problem.Invalid("guests", "This is a whole number from 0 to %d.", GuestsMost)
	}
	doer, err := s.person(ctx, accountID)
	if err != nil {
		return err
	}
	did, err := s.rooms.Acts.Did(ctx, accountID, []id.ID{seen.CallID})
	if err != nil {
		return err
	}
	comingID := s.ids.New()
	return s.d.Update(ctx, func(tx *db.Tx) error {
		d, err := lock(tx, dateID)
		if err != nil {
			return err
		}
		if d.State != On {
			return errOff()
		}
		c, err := comingIn(tx, dateID, accountID)
		if err != nil {
			return err
		}
		if c == nil {
			if err := mayName(tx, d, v.ID(), accountID, did[seen.CallID]); err != nil {
				return err
			}
		}
		if c == nil || c.Standing == Waits {
			a := Answer{Visibility: act.Organisers}
			if c, err = s.walkIn(tx, d, c, comingID, accountID, a, true); err != nil {
				return err
			}
		}
		return s.came(tx, seen, c, arrival{how: ByList, doer: doer, quantity: seen.each(guests), by: v.ID()})
	})
}

// mayName says whether who is responsible can check somebody in who is not on
// the list; did says that they did something for the call before.
func mayName(tx *db.Tx, d *Date, by, accountID id.ID, did bool) error {
	role, err := movement.RoleIn(tx, d.MovementID, accountID)
	if err != nil {
		return err
	}
	apart, err := relation.BlockedIn(tx, by, accountID)
	if err == nil && (apart || !did && (role == "" || role == movement.Removed)) {
		err = problem.Conflict("", "Who is not on the list, and neither of the movement nor took part before, checks in with the code: show it to them.")
	}
	return err
}

// person is an account that can come to a date.
func (s *Service) person(ctx context.Context, accountID id.ID) (*account.Account, error) {
	a, err := s.rooms.Accounts.Get(ctx, accountID)
	if err != nil {
		return nil, err
	}
	if !a.Shown() || !a.Local() || a.Kind != account.KindPerson && a.Kind != account.KindOrganisation {
		return nil, problem.NotFound("account")
	}
	return a, nil
}

// CheckInOpen says whether people can check in with the code now.
func (d *Date) CheckInOpen(now time.Time) bool {
	return d.State == On && d.opens(now, checkInAfter) == nil
}

// ListOpen says whether who is responsible can check people in now, or take that
// back.
func (d *Date) ListOpen(now time.Time) bool { return d.State == On && d.opens(now, listAfter) == nil }

// opens says whether check-in is open now.
func (d *Date) opens(now time.Time, after time.Duration) error {
	if now.Before(d.StartsAt.Add(-checkInBefore)) {
		return problem.Conflict("", "Check-in opens an hour before it begins.")
	}
	if now.After(d.EndsAt.Add(after)) {
		return problem.Conflict("", "Check-in is over.")
	}
	return nil
}

// each is what an act counts of somebody who was there with guests.
func (d *Seen) each(guests int64) int64 {
	if d.Call.Kind == call.Volunteering {
		return d.Minutes()
	}
	return 1 + guests
}

// UndoCheckIn takes back a check-in by the list that was a mistake, and tells who
// was checked in. The act that it made goes, unless more hangs on it by now: then
// it is told and no more. Who was not on the list before is not any more. Who is
// responsible may, as long as they can check people in. Conflict after that, and
// where the person checked in with the code, or logged hours since.
func (s *Service) UndoCheckIn(ctx context.Context, v account.Viewer, dateID, accountID id.ID) error {
	seen, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return err
	}
	if err := seen.opens(s.now(), listAfter); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, dateID); err != nil {
			return err
		}
		c, err := comingIn(tx, dateID, accountID)
		switch {
		case err != nil:
			return err
		case c == nil || c.CameAt.IsZero():
			return nil
		case c.CameHow != ByList || c.Hours != NoHours:
			return problem.Conflict("", "They checked in themselves, or logged hours since.")
		}
		if _, err := tx.Exec(`UPDATE coming SET came_at = NULL, came_how = '', confirm_at = NULL, came_by = NULL WHERE id = $1`, c.ID); err != nil {
			return fmt.Errorf("take a check-in back: %w", err)
		}
		if c.ActID != 0 {
			if err := s.rooms.Acts.RetractIn(tx, c.ActID, v.ID(), s.now()); err != nil {
				return err
			}
		}
		if !v.Is(accountID) {
			if err := s.tellAll(tx, Undone, seen.Date, []id.ID{accountID}); err != nil {
				return err
			}
		}
		if c, err = comingIn(tx, dateID, accountID); err != nil || c == nil || !c.walkedIn || c.ActID != 0 {
			return err
		}
		return s.leaveIn(tx, c)
	})
}
