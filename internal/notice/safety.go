package notice

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/safety"
)

// What keeps people safe.
const (
	SignedUp Kind = "sign_up"  // to moderators: From was let in
	Applied  Kind = "applied"  // to moderators: somebody waits to be let in; From is this server, since they are nobody yet
	Reported Kind = "report"   // to moderators: From reports somebody; its subject is the report
	Warning  Kind = "decision" // what a moderator decided about one; its subject is the decision, From this server
)

// moderatorsMost bounds who hears of a report or of somebody new.
const moderatorsMost = 100

// OnArrived tells the moderators of somebody new.
func (s *Service) OnArrived(tx *db.Tx, e account.Arrived) error {
	return s.tellModerators(tx, told{kind: SignedUp, from: e.ID, at: e.At}, e.ID)
}

// OnApplied tells the moderators that somebody waits, in place of an earlier notice
// that somebody did: however many apply, each moderator has one.
func (s *Service) OnApplied(tx *db.Tx, e auth.Applied) error {
	moderators, err := moderators(tx, e.ID)
	if err != nil {
		return err
	}
	for _, to := range moderators {
		n := told{kind: Applied, to: to, from: s.Accounts.Server().ID, at: e.At}
		if err := s.takeOne(tx, n); err != nil {
			return err
		}
		if _, err := s.make(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// OnReported tells the moderators, but for the one it is about.
func (s *Service) OnReported(tx *db.Tx, e safety.Reported) error {
	return s.tellModerators(tx, told{kind: Reported, from: e.AccountID, subject: e.ReportID, at: e.At}, e.TargetID)
}

func (s *Service) tellModerators(tx *db.Tx, n told, but id.ID) error {
	moderators, err := moderators(tx, but)
	if err != nil {
		return err
	}
	for _, to := range moderators {
		n.to = to
		if _, err := s.make(tx, n); err != nil {
			return err
		}
	}
	return nil
}

func moderators(tx *db.Tx, but id.ID) ([]id.ID, error) {
	list, err := db.All(tx, db.ScanID,
		`SELECT id FROM account WHERE role <> '' AND domain = '' AND state = 'active' AND id <> $1 ORDER BY id LIMIT $2`, int64(but), moderatorsMost)
	if err != nil {
		return nil, fmt.Errorf("list moderators: %w", err)
	}
	return list, nil
}

// OnDecided tells an account what was decided about it, in this server's name. A
// second decision about the same, the answer to an appeal, comes anew.
func (s *Service) OnDecided(tx *db.Tx, e safety.Decided) error {
	n := told{kind: Warning, to: e.AccountID, from: s.Accounts.Server().ID, subject: e.DecisionID, at: e.At}
	if err := s.takeOne(tx, n); err != nil {
		return err
	}
	_, err := s.make(tx, n)
	return err
}
