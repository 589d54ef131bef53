package meet

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
)

// Tell runs the job that tells who comes.
func (s *Service) Tell(ctx context.Context, telling id.ID) error {
	return s.tell(ctx, tellArgs{Telling: telling})
}

// TellOnce runs one batch of it, and then no more, as in a process that dies.
func (s *Service) TellOnce(i id.ID) error {
	return s.d.Update(context.Background(), func(tx *db.Tx) error {
		t := telling{id: i}
		err := tx.QueryRow(`SELECT what, call_id, date_id, upto FROM date_telling WHERE id = $1`, i).Scan(&t.what, &t.call, &t.date, &t.upto)
		if err != nil {
			return err
		}
		_, err = s.tellSome(tx, t)
		return err
	})
}

// Says is whether a mail of that would still say something, if it were sent now.
func (s *Service) Says(ctx context.Context, what What, a *account.Account, dateID id.ID) (bool, error) {
	_, lines, err := s.words(ctx, lang.Match("", "en"), a, mailArgs{What: what, Account: a.ID, Date: dateID})
	return lines != nil, err
}

// LeaveRest runs the job that takes whom organisers removed from further dates.
func (s *Service) LeaveRest(ctx context.Context, accountID, movementID id.ID) error {
	return s.erase(ctx, eraseArgs{Account: accountID, Movement: movementID})
}
