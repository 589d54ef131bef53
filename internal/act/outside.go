package act

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/text"
)

// OutsiderMost is how long an outside person's name may be, in characters.
const OutsiderMost = outsiderMost

// Outsider is an outside person who confirmed an address: in one movement the
// same key is the same person, who is called by the name that they gave last. So
// that a name is shown only where it was given for that, a key is of one call.
type Outsider struct {
	Key  []byte // stands for the address, which is not kept here
	Name string
}

// doer is who does an act: an account, or an outside person.
type doer struct {
	account *account.Account // nil for an outside person
	outside id.ID
}

func (d doer) id() id.ID {
	if d.account == nil {
		return d.outside
	}
	return d.account.ID
}

// DoOutsideIn tells, in the transaction of who confirmed the address, of what an
// outside person did for an open call. Such an act has no evidence, witnesses
// or nominees, and is inspired by what everyone may see. Invalid, NotFound and
// Conflict as in Do.
func (s *Service) DoOutsideIn(tx *db.Tx, o Outsider, d Draft, at time.Time) (*Act, error) {
	if err := d.clean(at); err != nil {
		return nil, err
	}
	c, err := call.GetIn(tx, d.CallID)
	if err != nil {
		return nil, err
	}
	if o.Name, err = text.Line("name", o.Name, OutsiderMost); err != nil {
		return nil, err
	}
	var who id.ID
	err = tx.QueryRow(`INSERT INTO outsider (id, movement_id, name, folded, created_at, address_key) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (movement_id, address_key) WHERE address_key IS NOT NULL DO UPDATE SET name = excluded.name, folded = excluded.folded RETURNING id`,
		s.ids.New(), c.MovementID, o.Name, db.Fold(o.Name), db.Millis(at), o.Key).Scan(&who)
	if err != nil {
		return nil, fmt.Errorf("note an outside person: %w", err)
	}
	return s.do(tx, account.Nobody, s.ids.New(), doer{outside: who}, d, at)
}

// WithdrawOutsideIn is Withdraw for an outside person, who showed that the act
// is theirs. Gone when it was withdrawn already.
func (s *Service) WithdrawOutsideIn(tx *db.Tx, actID id.ID) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	return s.withdraw(tx, a, s.now())
}

// forgetOutsider erases an outside person of whom no act is left.
func forgetOutsider(tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(`DELETE FROM outsider WHERE id = $1 AND address_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM act WHERE doer_id = $2 AND outside)`, who, who)
	if err != nil {
		return fmt.Errorf("forget an outside person: %w", err)
	}
	return nil
}

// verify confirms a new signature whose doer confirmed an address: it is born
// with that proof, by the system.
func (s *Service) verify(tx *db.Tx, a *Act, now time.Time) error {
	if a.Kind != call.Petition {
		return nil
	}
	verified := a.Outside
	if !a.Outside {
		var err error
		if verified, err = s.Verified(tx, a.DoerID); err != nil {
			return fmt.Errorf("ask whether the address of %s is confirmed: %w", a.DoerID, err)
		}
	}
	if verified {
		a.Proof, a.ConfirmedAt = Confirmed, now
	}
	return nil
}

// SetStoryIn exchanges an act's story without its doer, in the transaction of
// who may: see package petition. Gone once it is withdrawn.
func (s *Service) SetStoryIn(tx *db.Tx, actID id.ID, story string) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE act SET story = $1 WHERE id = $2", story, actID); err != nil {
		return fmt.Errorf("exchange the story of act %s: %w", actID, err)
	}
	return s.changed(tx, a)
}

// OneOf is the account's own live act for a call that a person answers once; nil
// if there is none.
func (s *Service) OneOf(r db.Reader, callID, doer id.ID) (*Act, error) {
	var actID id.ID
	err := r.QueryRow("SELECT id FROM act WHERE call_id = $1 AND doer_id = $2 AND one_only AND state = 'live' AND NOT outside", callID, doer).Scan(&actID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the act of %s for call %s: %w", doer, callID, err)
	}
	return load(r, actID)
}
