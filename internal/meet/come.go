package meet

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Answer is what somebody says who comes.
type Answer struct {
	Guests     int64
	Hidden     bool           // from the others who come; those who are responsible always see the name
	Visibility act.Visibility // of the act that a check-in makes; "" is for the organisers
	InspiredBy act.Source     // what moves them to come; none leaves what they said before
}

// Come says that v comes, with guests. Where no place is left, v waits: in the
// order of coming, and behind everybody who waits already. Said again, it changes
// what was said; more guests than there are places is a Conflict then. A person
// or an organisation may; Forbidden to whom organisers removed; Conflict when
// the call is over or the date past.
func (s *Service) Come(ctx context.Context, v account.Viewer, dateID id.ID, a Answer) (*Seen, error) {
	if err := s.mayCome(v, &a); err != nil {
		return nil, err
	}
	seen, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	if err := seen.Call.Takes(); err != nil {
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
		if err := s.takes(tx, d, v.ID()); err != nil {
			return err
		}
		if err := s.rooms.Acts.MayNameIn(tx, v, d.MovementID, a.InspiredBy, s.now()); err != nil {
			return err
		}
		if a.Guests > d.GuestsMost {
			return problem.Invalid("guests", "A person can bring up to %d here.", d.GuestsMost)
		}
		was, err := comingIn(tx, dateID, v.ID())
		if err != nil {
			return err
		}
		if was != nil {
			return s.comeOtherwise(tx, d, was, a)
		}
		return s.comeIn(tx, d, comingID, v.ID(), a)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, dateID)
}

func (s *Service) mayCome(v account.Viewer, a *Answer) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	if k := v.Account().Kind; k != account.KindPerson && k != account.KindOrganisation {
		return problem.Forbidden("Only people and organisations come to dates.")
	}
	switch a.Visibility {
	case "":
		a.Visibility = act.Organisers
	case act.Public, act.Movement, act.Organisers, act.Me:
	default:
		return problem.Invalid("visibility", "It is public, or for the movement, its organisers, or only you.")
	}
	if a.Guests < 0 {
		return problem.Invalid("guests", "This is a whole number from 0 to %d.", GuestsMost)
	}
	return nil
}

// takes says whether somebody can come to a date that is held by lock.
func (s *Service) takes(tx *db.Tx, d *Date, accountID id.ID) error {
	if err := act.MayTakePart(tx, accountID, d.MovementID); err != nil {
		return err
	}
	switch {
	case d.State != On:
		return errOff()
	case !d.EndsAt.After(s.now()):
		return problem.Conflict("", "This date is over.")
	}
	return nil
}

// comeIn is for who is not on the list yet.
func (s *Service) comeIn(tx *db.Tx, d *Date, comingID, accountID id.ID, a Answer) error {
	standing := Comes
	took, err := take(tx, d.ID, 1+a.Guests)
	if err != nil {
		return err
	}
	if !took {
		if d.Capacity > 0 && 1+a.Guests > d.Capacity {
			return problem.Conflict("guests", "There are only %d places in all.", d.Capacity)
		}
		standing = Waits
		if _, err := tx.Exec(`UPDATE call_date SET waiting = waiting + 1 WHERE id = $1`, d.ID); err != nil {
			return fmt.Errorf("wait for a place: %w", err)
		}
	}
	_, err = tx.Exec(`INSERT INTO coming (id, date_id, account_id, guests, state, shown, visibility, created_at, source_kind, source_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		comingID, d.ID, accountID, a.Guests, standing, !a.Hidden, a.Visibility, db.Millis(s.now()), string(a.InspiredBy.Kind), a.InspiredBy.ID)
	if err != nil {
		return fmt.Errorf("come to a date: %w", err)
	}
	return nil
}

// take takes n places if they are free and nobody waits for them.
func take(tx *db.Tx, dateID id.ID, n int64) (bool, error) {
	ok, err := changed(tx.Exec(`UPDATE call_date SET taken = taken + $1 WHERE id = $2 AND (capacity IS NULL OR waiting = 0 AND taken + $3 <= capacity)`,
		n, dateID, n))
	if err != nil {
		return false, fmt.Errorf("take places: %w", err)
	}
	return ok, nil
}

// comeOtherwise is for who is on the list and says it anew.
func (s *Service) comeOtherwise(tx *db.Tx, d *Date, was *Coming, a Answer) error {
	more := a.Guests - was.Guests
	switch {
	case was.Standing == Waits && d.Capacity > 0 && 1+a.Guests > d.Capacity:
		return problem.Conflict("guests", "There are only %d places in all.", d.Capacity)
	case was.Standing == Waits:
	case more > 0:
		took, err := take(tx, d.ID, more)
		if err != nil {
			return err
		}
		if !took {
			return problem.Conflict("guests", "There are not that many places left.")
		}
	case more < 0:
		if err := release(tx, d.ID, -more); err != nil {
			return err
		}
	}
	if a.InspiredBy.None() {
		a.InspiredBy = was.InspiredBy
	}
	_, err := tx.Exec(`UPDATE coming SET guests = $1, shown = $2, visibility = $3, source_kind = $4, source_id = $5 WHERE id = $6`,
		a.Guests, !a.Hidden, a.Visibility, string(a.InspiredBy.Kind), a.InspiredBy.ID, was.ID)
	if err != nil {
		return fmt.Errorf("come otherwise: %w", err)
	}
	return s.moveUp(tx, d.ID)
}

func release(tx *db.Tx, dateID id.ID, n int64) error {
	if _, err := tx.Exec(`UPDATE call_date SET taken = taken - $1 WHERE id = $2`, n, dateID); err != nil {
		return fmt.Errorf("free places: %w", err)
	}
	return nil
}

// Leave says that v does not come after all; those who wait move up at once. Who
// is not on the list changes nothing. Conflict for who was there.
func (s *Service) Leave(ctx context.Context, v account.Viewer, dateID id.ID) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	if _, err := s.Get(ctx, v, dateID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, dateID); err != nil {
			return err
		}
		was, err := comingIn(tx, dateID, v.ID())
		if err != nil || was == nil {
			return err
		}
		if !was.CameAt.IsZero() || was.ActID != 0 {
			return problem.Conflict("", "You were there. What you did can be taken back on its own page.")
		}
		return s.leaveIn(tx, was)
	})
}

// leaveIn takes somebody off the list of a date that is held by lock.
func (s *Service) leaveIn(tx *db.Tx, was *Coming) error {
	if _, err := tx.Exec(`DELETE FROM coming WHERE id = $1`, was.ID); err != nil {
		return fmt.Errorf("leave a date: %w", err)
	}
	if was.Standing == Comes {
		if err := release(tx, was.DateID, 1+was.Guests); err != nil {
			return err
		}
	} else if err := waitLess(tx, was.DateID); err != nil {
		return err
	}
	return s.moveUp(tx, was.DateID)
}

func waitLess(tx *db.Tx, dateID id.ID) error {
	if _, err := tx.Exec(`UPDATE call_date SET waiting = waiting - 1 WHERE id = $1`, dateID); err != nil {
		return fmt.Errorf("wait no more: %w", err)
	}
	return nil
}

// upAtOnce is how many move up in one transaction; the rest does by a job, and
// nobody gets past them in the meantime.
const upAtOnce = 50

// moveOnArgs is the job that lets more people move up.
type moveOnArgs struct{ Date id.ID }

// Kind names the job.
func (moveOnArgs) Kind() string { return "meet_move_up" }

func (s *Service) moveOn(ctx context.Context, args moveOnArgs) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, args.Date); err != nil {
			if problem.Is(err, problem.KindNotFound) {
				return nil
			}
			return err
		}
		return s.moveUp(tx, args.Date)
	})
}

// moveUp gives free places of a date that is held by lock to those who wait, in
// their order: a group that does not fit yet is not overtaken. Whose account is
// suspended is passed over.
func (s *Service) moveUp(tx *db.Tx, dateID id.ID) error {
	d, err := load(tx, dateID)
	if err != nil || d.Waiting == 0 || d.State != On || !d.EndsAt.After(s.now()) {
		return err
	}
	first, err := db.All(tx, scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.date_id = $1 AND c.state = 'waits'
		AND EXISTS (SELECT 1 FROM account WHERE account.id = c.account_id AND account.state = 'active') ORDER BY c.id LIMIT $2`, dateID, upAtOnce)
	if err != nil {
		return fmt.Errorf("list who waits: %w", err)
	}
	var up []id.ID
	for _, c := range first {
		n := 1 + c.Guests
		ok, err := changed(tx.Exec(`UPDATE call_date SET taken = taken + $1, waiting = waiting - 1 WHERE id = $2 AND (capacity IS NULL OR taken + $3 <= capacity)`,
			n, dateID, n))
		if err != nil {
			return fmt.Errorf("move up: %w", err)
		}
		if !ok {
			return s.tellAll(tx, PlaceFree, d, up)
		}
		if _, err := tx.Exec(`UPDATE coming SET state = 'comes' WHERE id = $1`, c.ID); err != nil {
			return fmt.Errorf("move up: %w", err)
		}
		up = append(up, c.AccountID)
	}
	if len(first) == upAtOnce {
		if err := s.jobs.Enqueue(tx, moveOnArgs{Date: dateID}); err != nil {
			return err
		}
	}
	return s.tellAll(tx, PlaceFree, d, up)
}
