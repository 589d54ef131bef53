package petition

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Addressee is whom a petition speaks to. Organisers name them; an account
// answers and commits itself, for others organisers note what they said and
// where.
type Addressee struct {
	ID        id.ID
	CallID    id.ID
	AccountID id.ID  // 0 for an office or person outside
	Name      string // "" for an account, which has its own
	Role      string // in which they are spoken to; may be ""
}

// AddresseeDraft is what organisers write.
type AddresseeDraft struct {
	Handle string // of an account here, or
	Name   string // an office or person outside
	Role   string
}

func (d *AddresseeDraft) clean() (err error) {
	if d.Name, err = text.Line("name", d.Name, NameMost); err != nil {
		return err
	}
	if d.Role, err = text.Line("role", d.Role, RoleMost); err != nil {
		return err
	}
	switch {
	case d.Name == "" && d.Handle == "":
		return problem.Invalid("name", "Say whom the petition speaks to.")
	case d.Name != "" && d.Handle != "":
		return problem.Invalid("name", "Name an account here, or somebody outside, not both.")
	}
	return nil
}

// Addressees are those of a petition, in the order in which they were named.
func (s *Service) Addressees(ctx context.Context, v account.Viewer, callID id.ID) ([]Addressee, error) {
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), scanAddressee, `SELECT id, call_id, account_id, name, role FROM addressee WHERE call_id = $1 ORDER BY id`, callID)
	if err != nil {
		return nil, fmt.Errorf("list the addressees of petition %s: %w", callID, err)
	}
	return list, nil
}

func scanAddressee(row db.Row) (a Addressee, err error) {
	err = row.Scan(&a.ID, &a.CallID, &a.AccountID, &a.Name, &a.Role)
	return a, err
}

// AddAddressee names one more. Organisers may. problem.Invalid, problem.Conflict
// for an account that is named already, or where there are many.
func (s *Service) AddAddressee(ctx context.Context, v account.Viewer, callID id.ID, d AddresseeDraft) (Addressee, error) {
	a := Addressee{ID: s.ids.New(), CallID: callID}
	if err := d.clean(); err != nil {
		return a, err
	}
	if d.Handle != "" {
		who, err := s.Accounts.ByHandle(ctx, d.Handle)
		if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) ||
			err == nil && (!who.Shown() || who.Kind != account.KindPerson && who.Kind != account.KindOrganisation) {
			return a, problem.Invalid("handle", "There is nobody called %s here.", d.Handle)
		}
		if err != nil {
			return a, err
		}
		a.AccountID = who.ID
	}
	a.Name, a.Role = d.Name, d.Role
	err := s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error { return s.addAddressee(tx, a, s.now()) })
	return a, err
}

// AddAddresseeIn is AddAddressee inside another transaction, for the sample.
func (s *Service) AddAddresseeIn(tx *db.Tx, callID, accountID id.ID, name, role string, at time.Time) (id.ID, error) {
	a := Addressee{ID: s.ids.New(), CallID: callID, AccountID: accountID, Name: name, Role: role}
	return a.ID, s.addAddressee(tx, a, at)
}

func (s *Service) addAddressee(tx *db.Tx, a Addressee, at time.Time) error {
	// The count is a soft bound: two at once may pass it by one.
	res, err := tx.Exec(`INSERT INTO addressee (id, call_id, account_id, name, role, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT)
		WHERE (SELECT COUNT(*) FROM addressee WHERE call_id = $7) < $8
		ON CONFLICT (account_id, call_id) WHERE account_id IS NOT NULL DO NOTHING`,
		a.ID, a.CallID, a.AccountID, a.Name, a.Role, db.Millis(at), a.CallID, addresseesMost)
	return added(res, err, "name an addressee", lang.Mark("This account is named already, or there are %d addressees."), addresseesMost)
}

// OnCallCopied has the copy speak to whom its model spoke to.
func (s *Service) OnCallCopied(tx *db.Tx, e call.Copied) error {
	list, err := db.All(tx, scanAddressee, `SELECT id, call_id, account_id, name, role FROM addressee WHERE call_id = $1
		AND (account_id IS NULL OR EXISTS (SELECT 1 FROM account WHERE account.id = addressee.account_id AND account.state = 'active')) ORDER BY id`, e.From)
	if err != nil {
		return fmt.Errorf("list the addressees of petition %s: %w", e.From, err)
	}
	for _, a := range list {
		a.ID, a.CallID = s.ids.New(), e.CallID
		if a.AccountID == 0 && a.Name == "" {
			continue // whose account is deleted
		}
		if err := s.addAddressee(tx, a, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// RemoveAddressee takes one away about whom nothing is on record. Organisers may.
// problem.Conflict once they answered, committed to something, or were handed the
// signatures.
func (s *Service) RemoveAddressee(ctx context.Context, v account.Viewer, callID, addresseeID id.ID) error {
	return s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		if _, err := addresseeIn(tx, callID, addresseeID); err != nil {
			return err
		}
		n, err := affected(tx.Exec(`DELETE FROM addressee WHERE id = $1
			AND NOT EXISTS (SELECT 1 FROM petition_answer WHERE addressee_id = $2) AND NOT EXISTS (SELECT 1 FROM commitment WHERE addressee_id = $3)
			AND NOT EXISTS (SELECT 1 FROM delivery WHERE call_id = $4 AND addressee_id = $5)`, addresseeID, addresseeID, addresseeID, callID, addresseeID))
		if err != nil {
			return fmt.Errorf("take an addressee away: %w", err)
		}
		if n == 0 {
			return problem.Conflict("", "This addressee stays: what they did is on record.")
		}
		return nil
	})
}

func addresseeIn(r db.Reader, callID, addresseeID id.ID) (Addressee, error) {
	list, err := db.All(r, scanAddressee, `SELECT id, call_id, account_id, name, role FROM addressee WHERE id = $1 AND call_id = $2`, addresseeID, callID)
	if err != nil {
		return Addressee{}, fmt.Errorf("read an addressee: %w", err)
	}
	if len(list) == 0 {
		return Addressee{}, problem.NotFound("addressee")
	}
	return list[0], nil
}

// speaksFor runs f for who may put on record what an addressee says: an account
// itself, and for others organisers, who say where it was said. source is cleaned,
// and "" of an account's own words.
func (s *Service) speaksFor(ctx context.Context, v account.Viewer, callID, addresseeID id.ID, source *string, f func(tx *db.Tx, c *call.Call) error) error {
	var err error
	if *source, err = text.Line("source", *source, SourceMost); err != nil {
		return err
	}
	return s.change(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		a, err := addresseeIn(tx, callID, addresseeID)
		if err != nil {
			return err
		}
		if v.Is(a.AccountID) {
			*source = ""
			return f(tx, c)
		}
		if err := call.MustOrganise(tx, v, c); err != nil {
			return err
		}
		switch {
		case a.AccountID != 0:
			return problem.Forbidden("This addressee has an account here, and speaks for themselves.")
		case *source == "":
			return problem.Invalid("source", "Say where they said it: a link, or a name and a date.")
		}
		return f(tx, c)
	})
}

// added turns an INSERT that was refused by its conditions into a problem.
func added(res interface{ RowsAffected() (int64, error) }, err error, what, full string, args ...any) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return problem.Conflict("", full, args...)
}

func affected(res interface{ RowsAffected() (int64, error) }, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
