package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// What the caches hold at most.
const (
	accountBytes = 32 << 20
	handleBytes  = 4 << 20
)

// Service finds, makes, changes and deletes accounts.
type Service struct {
	// Portraits hangs an account's avatar and header on it, and takes away those
	// that hung there before; problem.Invalid when one is not the account's own.
	// It is set before use: package media stands above this one.
	Portraits func(tx *db.Tx, a *Account) error

	d    *db.DB
	ids  *id.Source
	hub  *event.Hub
	now  func() time.Time
	host string

	byID     cache.Cache[id.ID, *Account]
	byHandle cache.Cache[handle, id.ID] // never dropped: the name of an account that was active stays with its id
	server   atomic.Pointer[Account]
}

// New needs this server's own host name, in small letters, to know that
// ada@host is ada here.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, host string) *Service {
	s := &Service{d: d, ids: ids, hub: hub, now: now, host: host}
	s.byID = cache.New(cache.Options[id.ID, *Account]{
		Bytes: accountBytes,
		Size:  func(_ id.ID, a *Account) int { return a.bytes() },
		Fresh: hub.Fresh,
		Load: func(ctx context.Context, ids []id.ID) (map[id.ID]*Account, error) {
			return byIDs(d.Read(ctx), ids)
		},
	})
	s.byHandle = cache.New(cache.Options[handle, id.ID]{
		Bytes: handleBytes,
		Size:  func(h handle, _ id.ID) int { return 64 + len(h.folded) + len(h.domain) },
		Load: func(ctx context.Context, hs []handle) (map[handle]id.ID, error) {
			return byHandles(d.Read(ctx), hs)
		},
	})
	event.After(hub, func(e Changed) { s.byID.Drop(e.ID) })
	event.After(hub, func(e Deleted) { s.byID.Drop(e.ID) })
	hub.OnGap(s.byID.Clear)
	return s
}

// Unchanged says whether memory knows the account as it is in a. False where it
// has changed, and where memory does not hold it.
func (s *Service) Unchanged(a *Account) bool {
	held, ok := s.byID.Peek(a.ID)
	return ok && held.ChangedAt.Equal(a.ChangedAt)
}

// Get is the account in whatever state it is, a tombstone too; it takes no
// database read while it is held in memory. problem.NotFound if there is none.
func (s *Service) Get(ctx context.Context, i id.ID) (*Account, error) {
	a, ok, err := s.byID.Get(ctx, i)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.NotFound("account")
	}
	return a, nil
}

// Many gives those of the accounts that there are, in whatever state, with one
// query for all that are not in memory.
func (s *Service) Many(ctx context.Context, ids []id.ID) (map[id.ID]*Account, error) {
	return s.byID.Many(ctx, ids)
}

// GetIn reads an account inside a transaction; problem.NotFound if there is none.
func GetIn(r db.Reader, i id.ID) (*Account, error) {
	a, err := db.One(r, scan, `SELECT `+columns+` FROM account WHERE id = $1`, int64(i))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("account")
	}
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	return a, nil
}

// HoldIn reads accounts inside a transaction, in whatever state they are, and
// keeps them as they are until it ends; those that there are.
func HoldIn(tx *db.Tx, ids ...id.ID) (map[id.ID]*Account, error) {
	in, args := db.In(1, ids)
	q := `SELECT ` + columns + ` FROM account WHERE id IN ` + in + ` ORDER BY id`
	if tx.Engine() == db.Postgres {
		q += " FOR SHARE"
	}
	list, err := db.All(tx, scan, q, args...)
	if err != nil {
		return nil, fmt.Errorf("hold accounts: %w", err)
	}
	held := make(map[id.ID]*Account, len(list))
	for _, a := range list {
		held[a.ID] = a
	}
	return held, nil
}

// Counts are how many posts, followers and followees an account has.
func (s *Service) Counts(ctx context.Context, i id.ID) (Counts, error) {
	all, err := s.CountsOf(ctx, []id.ID{i})
	return all[i], err
}

// CountsOf is Counts for many, in one query.
func (s *Service) CountsOf(ctx context.Context, ids []id.ID) (map[id.ID]Counts, error) {
	t, err := tally.Of(s.d.Read(ctx), ids, "posts", "followers", "following")
	if err != nil {
		return nil, err
	}
	counts := make(map[id.ID]Counts, len(ids))
	for _, i := range ids {
		counts[i] = Counts{Posts: t[i]["posts"], Followers: t[i]["followers"], Following: t[i]["following"]}
	}
	return counts, nil
}

// Server is this server's own account. It panics before EnsureServer.
func (s *Service) Server() *Account {
	a := s.server.Load()
	if a == nil {
		panic("account: Server before EnsureServer")
	}
	return a
}

// EnsureServer makes this server's own account when there is none; called once
// at start, on every node.
func (s *Service) EnsureServer(ctx context.Context, name string) error {
	find := func(r db.Reader) (*Account, error) {
		return db.One(r, scan, `SELECT `+columns+` FROM account WHERE kind = $1 AND domain = ''`, string(KindServer))
	}
	a, err := find(s.d.Read(ctx))
	if errors.Is(err, sql.ErrNoRows) {
		err = s.d.Update(ctx, func(tx *db.Tx) error {
			_, err := s.CreateIn(tx, Draft{Kind: KindServer, Username: serverName, Name: name, Bot: true})
			if problem.Is(err, problem.KindConflict) {
				return nil // another node was quicker
			}
			return err
		})
		if err == nil {
			a, err = find(s.d.Read(ctx))
		}
	}
	if err != nil {
		return fmt.Errorf("ensure the server's account: %w", err)
	}
	s.server.Store(a)
	return nil
}
