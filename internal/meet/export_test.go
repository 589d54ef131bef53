package meet

import (
	"context"

	"goodturn/internal/db"
	"goodturn/internal/id"
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
