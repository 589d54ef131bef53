package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// clean checks what needs no database, and writes texts as they are kept.
func (d *Draft) clean(now time.Time) (err error) {
	if d.Story, err = text.Block("story", d.Story, StoryMost); err != nil {
		return err
	}
	if d.Visibility != "" && !validVisibility(d.Visibility) {
		return badVisibility("visibility")
	}
	if d.EvidenceVisibility == "" {
		d.EvidenceVisibility = Organisers
	}
	if !validVisibility(d.EvidenceVisibility) {
		return badVisibility("evidence_visibility")
	}
	if d.Place, err = d.Place.clean(); err != nil {
		return err
	}
	if d.Links, err = cleanLinks(d.Links); err != nil {
		return err
	}
	if d.DoneAt, err = doneAt(d.DoneAt, now); err != nil {
		return err
	}
	switch {
	case len(d.MediaIDs) > MediaMost:
		return errTooMany()
	case len(d.Witnesses) > WitnessMost:
		return problem.Invalid("witnesses", "At most %d witnesses can be named at once.", WitnessMost)
	case d.TellAs != "" && !d.TellAs.Valid():
		return problem.Invalid("tell_as", "A post is public, unlisted, private or direct.")
	}
	if d.PenName, err = text.Line("pen_name", d.PenName, outsiderMost); err != nil {
		return err
	}
	if d.Veiled && (d.TellAs != "" || len(d.Witnesses) > 0 || len(d.Nominees) > 0) {
		return problem.Invalid("shown", "Who gives under another name tells no post of it, and names no witnesses and nobody to go on.")
	}
	if d.CallID == 0 && d.Story == "" && len(d.MediaIDs) == 0 && len(d.Links) == 0 {
		return errNothingTold()
	}
	return checkQuantity(d.Quantity)
}

// errNothingTold: what was done for a call is told by the call; a deed that no call
// asked for is told by its doer or not at all.
func errNothingTold() error {
	return problem.Invalid("story", "Say what you did, in words, or show it by a picture, a film or a link.")
}

// stillTold refuses a change that would leave a free deed without anything that
// tells of it: words, evidence, or a thanks that came by its link.
func (s *Service) stillTold(tx *db.Tx, a *Act, c Change) error {
	if a.CallID != 0 || a.Story != "" || c.Story == nil && c.MediaIDs == nil && c.Links == nil {
		return nil
	}
	var shown bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM media WHERE owner_kind = 'act' AND owner_id = $1)
		OR EXISTS (SELECT 1 FROM act_link WHERE act_id = $2)`, a.ID, a.ID).Scan(&shown)
	if err != nil {
		return fmt.Errorf("look what tells of act %s: %w", a.ID, err)
	}
	if shown {
		return nil
	}
	attested, err := s.Attested(tx, a.ID)
	if err == nil && !attested {
		err = errNothingTold()
	}
	return err
}

// doneAt is when an act was done: now unless said, never later, and never
// before times were counted.
func doneAt(at, now time.Time) (time.Time, error) {
	const skew = time.Minute // between a phone's clock and ours
	switch {
	case at.IsZero(), at.After(now) && at.Before(now.Add(skew)):
		return now, nil
	case at.After(now):
		return at, problem.Invalid("done_at", "An act can only be told once it is done.")
	case at.Before(time.UnixMilli(0).AddDate(0, 0, 1)):
		return at, problem.Invalid("done_at", "This is too long ago.")
	}
	return at.UTC().Truncate(time.Millisecond), nil
}

func badVisibility(field string) error {
	return problem.Invalid(field, "It is public, or for the movement, its organisers, or only you.")
}

func checkQuantity(q *int64) error {
	if q != nil && (*q < 0 || *q > QuantityMost) {
		return problem.Invalid("quantity", "A quantity is between 0 and %d.", int64(QuantityMost))
	}
	return nil
}

// rules are what a call or a movement asks of an act.
type rules struct {
	call       *call.Call // nil when done freely
	movement   id.ID      // 0 for none
	kind       call.Kind
	unit       string
	visibility Visibility
}

// quantity is how much a person did: one, where that is what a person does.
func quantity(kind call.Kind, said *int64) (int64, error) {
	if err := checkQuantity(said); err != nil {
		return 0, err
	}
	switch {
	case said == nil && kind == call.Fundraiser:
		return 0, problem.Invalid("quantity", "Say how much was given.")
	case said == nil && kind == call.Volunteering:
		return 0, problem.Invalid("quantity", "Say for how many minutes.")
	case said == nil:
		return 1, nil
	case kind == call.Fundraiser && *said == 0:
		return 0, problem.Invalid("quantity", "A gift is more than nothing.")
	case kind.OneOnly() && *said != 1:
		return 0, problem.Invalid("quantity", "It counts once for each person.")
	}
	return *said, nil
}

// rulesOf are rulesFor a draft.
func (s *Service) rulesOf(tx *db.Tx, doer id.ID, d Draft) (rules, error) {
	if !d.Paid {
		return s.rulesFor(tx, doer, d.CallID, d.MovementID)
	}
	if err := call.SettleIn(tx, d.CallID); err != nil {
		return rules{}, err
	}
	c, err := call.GetIn(tx, d.CallID)
	if err != nil {
		return rules{}, err
	}
	return rules{call: c, movement: c.MovementID, kind: c.Kind, unit: c.Unit, visibility: c.Visibility}, nil
}

// begun is the rule that nobody was at an event, or helped on a shift, before the
// first one begins. Who is checked in a little earlier attends; see AttendIn.
func (s *Service) begun(r db.Reader, c *call.Call, now time.Time) error {
	if c == nil || !c.Kind.Dated() {
		return nil
	}
	begins, err := s.Begins(r, c)
	if err == nil && begins.After(now) {
		err = problem.Conflict("call_id", "This has not begun yet. Say that you come, and tell of it once you were there.")
	}
	return err
}

// Begun is that rule beforehand, for who is about to write. Conflict.
func (s *Service) Begun(ctx context.Context, c *call.Call) error {
	return s.begun(s.d.Read(ctx), c, s.now())
}

// rulesFor reads the rules for a new act of doer. NotFound for what is not
// there, Conflict for what is over, Forbidden for whom organisers removed.
func (s *Service) rulesFor(tx *db.Tx, doer, callID, movementID id.ID) (rules, error) {
	rs := rules{movement: movementID, kind: call.Deed, unit: call.Deed.Unit(), visibility: Public}
	if callID != 0 {
		c, err := s.rooms.Calls.TakeIn(tx, callID)
		if err != nil {
			return rs, err
		}
		rs = rules{call: c, movement: c.MovementID, kind: c.Kind, unit: c.Unit, visibility: c.Visibility}
	}
	if rs.movement == 0 {
		return rs, nil
	}
	return rs, MayTakePart(tx, doer, rs.movement)
}

// unitOf is the unit of an act: what was said, or the call's.
func (r rules) unitOf(said string) (string, error) {
	switch {
	case said == "" || said == r.unit:
		return r.unit, nil
	case r.kind != call.Fundraiser:
		return "", problem.Invalid("unit", "A call of this kind counts %s.", r.unit)
	case !call.IsCurrency(said):
		return "", problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", said)
	}
	return said, nil
}

// nominees is how many people an act can pass the turn on to.
func (r rules) nominees() int {
	if r.call == nil {
		return 0
	}
	return r.call.Nominees
}

// MayTakePart is nil for who may do something in a movement. NotFound for one that
// is not shown, Forbidden for whom its organisers removed, Conflict for one that
// is archived.
func MayTakePart(r db.Reader, doer, movementID id.ID) error {
	var state string
	var shown, removed bool
	err := r.QueryRow(`SELECT movement.state, account.state = 'active',
			EXISTS (SELECT 1 FROM member WHERE member.movement_id = movement.id AND role = 'removed' AND account_id = $1)
		FROM movement JOIN account ON account.id = movement.id WHERE movement.id = $2`, doer, movementID).Scan(&state, &shown, &removed)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("read movement %s: %w", movementID, err)
	case err != nil, !shown:
		return problem.NotFound("movement")
	case removed:
		return problem.Forbidden("The organisers of this movement removed you from it.")
	case state != string(movement.StateOpen):
		return problem.Conflict("movement_id", "This movement is archived.")
	}
	return nil
}
