package meet

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// PeopleMost is how many people a list has at most.
const PeopleMost = 100

// People are those who come to a date and, for who is responsible, those who
// wait, in the order in which they said so, after one. Others who come see those
// who let them, and nothing but who they are; everybody else gets nobody, and
// numbers alone.
func (s *Service) People(ctx context.Context, v account.Viewer, dateID, after id.ID) ([]*Coming, error) {
	d, err := s.Get(ctx, v, dateID)
	if err != nil {
		return nil, err
	}
	where, args := ``, []any{dateID, int64(after)}
	switch {
	case d.Responsible:
	case d.Comes() && d.Names == ToComers:
		where = ` AND c.state = 'comes' AND (c.shown OR c.account_id = $3)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = $4 AND block.target_id = c.account_id)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.target_id = $5 AND block.account_id = c.account_id)`
		args = append(args, v.ID(), v.ID(), v.ID())
	default:
		return nil, nil
	}
	people, err := db.All(s.d.Read(ctx), scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.date_id = $1 AND c.id > $2
		AND EXISTS (SELECT 1 FROM account WHERE account.id = c.account_id AND account.state = 'active')`+where+
		fmt.Sprintf(` ORDER BY c.id LIMIT %d`, PeopleMost), args...)
	if err != nil {
		return nil, fmt.Errorf("list who comes: %w", err)
	}
	if d.Responsible {
		return people, nil
	}
	for i, c := range people {
		if !v.Is(c.AccountID) {
			people[i] = &Coming{ID: c.ID, DateID: c.DateID, AccountID: c.AccountID, Standing: c.Standing}
		}
	}
	return people, nil
}

// findMost is how many people of a list are looked through for a name.
const findMost = 20_000

// Find are those on a date's list in whose name or handle the words stand, however
// they are written, in the order of People and at most as many. Who is responsible
// may.
func (s *Service) Find(ctx context.Context, v account.Viewer, dateID id.ID, words string) ([]*Coming, error) {
	if _, err := s.responsible(ctx, v, dateID); err != nil {
		return nil, err
	}
	words = db.Fold(strings.TrimPrefix(strings.TrimSpace(words), "@"))
	r := s.d.Read(ctx)
	var found []id.ID
	_, err := db.All(r, func(row db.Row) (_ struct{}, err error) {
		var i id.ID
		var folded, name string
		err = row.Scan(&i, &folded, &name)
		if len(found) < PeopleMost && (strings.Contains(folded, words) || strings.Contains(db.Fold(name), words)) {
			found = append(found, i)
		}
		return struct{}{}, err
	}, fmt.Sprintf(`SELECT c.id, account.folded, account.name FROM coming c JOIN account ON account.id = c.account_id
		WHERE c.date_id = $1 AND account.state = 'active' ORDER BY c.id LIMIT %d`, findMost), dateID)
	if err != nil {
		return nil, fmt.Errorf("look through who comes: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	in, args := db.In(1, found)
	people, err := db.All(r, scanComing, `SELECT `+comingColumns+` FROM coming c WHERE c.id IN `+in+` ORDER BY c.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("find who comes: %w", err)
	}
	return people, nil
}

// TakeOff takes somebody off a date's list and tells them why, in who is
// responsible's own words; their place is free for others. Conflict for who was
// there.
func (s *Service) TakeOff(ctx context.Context, v account.Viewer, dateID, accountID id.ID, reason string) error {
	reason, err := text.Line("reason", reason, ReasonMost)
	if err != nil {
		return err
	}
	if reason == "" {
		return problem.Invalid("reason", "Say why, so that they can answer.")
	}
	seen, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := lock(tx, dateID); err != nil {
			return err
		}
		c, err := comingIn(tx, dateID, accountID)
		switch {
		case err != nil || c == nil:
			return err
		case !c.CameAt.IsZero() || c.ActID != 0:
			return problem.Conflict("", "They were there. Undo their check-in first.")
		}
		if err := s.leaveIn(tx, c); err != nil {
			return err
		}
		return s.tellEach(tx, TakenOff, []whom{{account: accountID, date: seen.Date, reason: reason}})
	})
}

// SheetTo writes a date's list with its hours as a sheet (RFC 4180, with a header
// line). Who is responsible may.
func (s *Service) SheetTo(ctx context.Context, v account.Viewer, dateID id.ID, w io.Writer) error {
	if _, err := s.responsible(ctx, v, dateID); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write([]string{"name", "handle", "standing", "guests", "said_at", "came_at", "came_how", "minutes", "hours", "note", "reason"}); err != nil {
		return err
	}
	for after := id.ID(0); ; {
		people, err := s.People(ctx, v, dateID, after)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(people))
		for i, c := range people {
			ids[i] = c.AccountID
		}
		accounts, err := s.rooms.Accounts.Many(ctx, ids)
		if err != nil {
			return err
		}
		for _, c := range people {
			if a := accounts[c.AccountID]; a != nil {
				if err := out.Write(c.row(a)); err != nil {
					return err
				}
			}
		}
		if len(people) < PeopleMost {
			out.Flush()
			return out.Error()
		}
		after = people[len(people)-1].ID
	}
}

func (c *Coming) row(a *account.Account) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	minutes := ""
	if c.Minutes > 0 {
		minutes = strconv.FormatInt(c.Minutes, 10)
	}
	return []string{text.Cell(a.Title()), a.Handle(), string(c.Standing), strconv.FormatInt(c.Guests, 10), at(c.CreatedAt), at(c.CameAt), string(c.CameHow),
		minutes, string(c.Hours), text.Cell(c.Note), text.Cell(c.Reason)}
}
