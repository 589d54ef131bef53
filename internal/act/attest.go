package act

import (
	"fmt"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// MayAttest is nil for an act that the person helped can witness by a link:
// Conflict for one that is shown under another name, whose doer must stay unknown,
// or that belongs to nobody with an account here.
func (a *Act) MayAttest() error {
	if a.Outside {
		return problem.Conflict("", "What is shown under another name has no witnesses.")
	}
	return nil
}

// ReproveIn brings an act's proof in line with what Attested answers now, in the
// transaction of who changed that. Gone for a withdrawn act.
func (s *Service) ReproveIn(tx *db.Tx, actID id.ID, at time.Time) error {
	a, err := lock(tx, actID)
	if err != nil {
		return err
	}
	_, err = s.reprove(tx, a, 0, at)
	return err
}

// attested says whether somebody without an account says that it happened, where
// that makes an act witnessed. It weighs less than the word of an account, which
// can be asked again: where a call counts from witnessed on, it counts for nothing.
func (s *Service) attested(tx *db.Tx, a *Act) (bool, error) {
	said, err := s.Attested(tx, a.ID)
	if err != nil || !said || a.CallID == 0 {
		return said, err
	}
	c, err := call.GetIn(tx, a.CallID)
	if err != nil {
		return false, fmt.Errorf("read what act %s is for: %w", a.ID, err)
	}
	return c.CountsFrom == Told, nil
}
