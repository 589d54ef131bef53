package post

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// LastBy is when each of the accounts last wrote or shared something that is
// not for its addressees alone; those who never did are absent.
func (s *Service) LastBy(ctx context.Context, accounts []id.ID) (map[id.ID]time.Time, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	type last struct{ account, post id.ID }
	list, args := db.In(1, accounts)
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (l last, err error) { return l, r.Scan(&l.account, &l.post) },
		`SELECT account.id, (SELECT post.id FROM post WHERE post.account_id = account.id AND post.visibility <> 'direct' ORDER BY post.id DESC LIMIT 1)
		FROM account WHERE account.id IN `+list, args...)
	if err != nil {
		return nil, fmt.Errorf("look when accounts last wrote: %w", err)
	}
	found := make(map[id.ID]time.Time, len(rows))
	for _, l := range rows {
		if l.post != 0 {
			found[l.account] = l.post.Time()
		}
	}
	return found, nil
}
