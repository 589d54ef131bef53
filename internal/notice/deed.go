package notice

import (
	"time"

	"goodturn/internal/db"
	"goodturn/internal/deed"
	"goodturn/internal/id"
)

// OnThanked tells a doer that somebody says thanks. The words are read where they
// can be deleted.
func (s *Service) OnThanked(tx *db.Tx, e deed.Thanked) error {
	return s.byLink(tx, Thanks, e.LinkID, e.ActID, e.DoerID, e.MovementID, e.At)
}

// OnUnthanked takes that back.
func (s *Service) OnUnthanked(tx *db.Tx, e deed.Unthanked) error {
	return s.takeOne(tx, told{kind: Thanks, to: e.DoerID, from: s.nameless(e.MovementID), subject: e.LinkID})
}

// OnAttested tells a doer that somebody says that it happened.
func (s *Service) OnAttested(tx *db.Tx, e deed.Attested) error {
	return s.byLink(tx, Attested, e.LinkID, e.ActID, e.DoerID, e.MovementID, e.At)
}

// OnUnattested takes that back.
func (s *Service) OnUnattested(tx *db.Tx, e deed.Unattested) error {
	return s.takeOne(tx, told{kind: Attested, to: e.DoerID, from: s.nameless(e.MovementID), subject: e.LinkID})
}

// byLink tells what somebody without an account said, once until it is taken back.
func (s *Service) byLink(tx *db.Tx, kind Kind, link, actID, doer, movement id.ID, at time.Time) error {
	if s.past(at) {
		return nil
	}
	n := told{kind: kind, to: doer, from: s.nameless(movement), subject: link, act: actID, at: at}
	return s.tell(tx, movement, n, time.Time{})
}

// nameless is in whose name one hears of somebody who has none here.
func (s *Service) nameless(movement id.ID) id.ID {
	if movement != 0 {
		return movement
	}
	return s.Accounts.Server().ID
}
