// Package directory is in charge of finding people to follow: the directory of
// those who wish to be found, and suggestions, each with its reason. Finding by
// words is package search's.
package directory

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/relation"
)

const (
	most  = 2000            // accounts in a directory
	lines = 5000            // posts that are looked at for who is active
	age   = 2 * time.Minute // of a directory in memory
	bytes = 1 << 20
)

// Rooms are those whom this one asks.
type Rooms struct {
	Accounts  *account.Service
	Relations *relation.Service
	Movements *movement.Service
}

// Service answers whom there is to follow.
type Service struct {
	Rooms
	d    *db.DB
	held cache.Cache[Kind, []id.ID]
}

// Kind is one of the directories.
type Kind struct {
	Newest bool // who came last first; else who wrote in public last
	Local  bool // of this server alone
}

// New opens the room.
func New(d *db.DB, rooms Rooms) *Service {
	s := &Service{Rooms: rooms, d: d}
	s.held = cache.New(cache.Options[Kind, []id.ID]{
		Bytes: bytes, Age: age,
		Size: func(_ Kind, ids []id.ID) int { return 8 * len(ids) },
		Load: func(ctx context.Context, kinds []Kind) (map[Kind][]id.ID, error) {
			found := make(map[Kind][]id.ID, len(kinds))
			for _, k := range kinds {
				ids, err := k.load(d.Read(ctx))
				if err != nil {
					return nil, err
				}
				found[k] = ids
			}
			return found, nil
		},
	})
	return s
}

func (k Kind) load(r db.Reader) ([]id.ID, error) {
	where := `account.state = 'active' AND account.discoverable AND NOT account.limited AND account.kind <> 'server'`
	if k.Local {
		where += ` AND account.domain = ''`
	}
	query, args := `SELECT account.id FROM account WHERE `+where+` ORDER BY account.id DESC LIMIT $1`, []any{most}
	if !k.Newest {
		query = `SELECT account.id FROM account LEFT JOIN (
				SELECT account_id, max(id) AS last FROM (SELECT account_id, id FROM post
					WHERE visibility = 'public' AND share_of IS NULL AND reply_to IS NULL ORDER BY id DESC LIMIT $1) AS newest
				GROUP BY account_id) AS active ON active.account_id = account.id
			WHERE ` + where + ` ORDER BY COALESCE(active.last, 0) DESC, account.id DESC LIMIT $2`
		args = []any{lines, most}
	}
	ids, err := db.All(r, scanID, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the directory: %w", err)
	}
	return ids, nil
}

func scanID(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) }

// List is a part of a directory, which is up to two minutes old and has at most
// two thousand accounts: those who wish to be found, without those whom the viewer
// blocks or mutes or who block the viewer.
func (s *Service) List(ctx context.Context, v account.Viewer, k Kind, offset, limit int) ([]id.ID, error) {
	ids, _, err := s.held.Get(ctx, k)
	if err != nil {
		return nil, err
	}
	shown, err := s.keep(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	offset = max(0, min(offset, len(shown)))
	return shown[offset:min(offset+max(limit, 0), len(shown))], nil
}

// keep are those accounts that are to be found and that the viewer may like to
// see, in their order.
func (s *Service) keep(ctx context.Context, v account.Viewer, ids []id.ID) ([]id.ID, error) {
	set, err := s.Relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	accounts, err := s.Accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var kept []id.ID
	for _, i := range ids {
		a := accounts[i]
		if a != nil && a.Shown() && a.Discoverable && !a.Curbs.Limited && !set.ApartFrom(a) && !set.Mutes(i) {
			kept = append(kept, i)
		}
	}
	return kept, nil
}
