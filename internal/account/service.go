package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
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
	d    *db.DB
	ids  *id.Source
	hub  *event.Hub
	now  func() time.Time
	host string

	byID     *cache.Cache[id.ID, *Account]
	byHandle *cache.Cache[handle, id.ID] // never dropped singly: a name, once taken, stays with its id
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

// ByHandle finds "ada", "@ada", "ada@here.example" and "ada@there.example",
// whatever their case. problem.Gone if the account was deleted or suspended,
// problem.NotFound if there is none or it is not confirmed yet.
func (s *Service) ByHandle(ctx context.Context, text string) (*Account, error) {
	h, ok := s.parseHandle(text)
	if !ok {
		return nil, problem.NotFound("account")
	}
	i, ok, err := s.byHandle.Get(ctx, h)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.NotFound("account")
	}
	a, err := s.Get(ctx, i)
	if err != nil {
		return nil, err
	}
	switch a.State {
	case StateActive:
		return a, nil
	case StateDeleted:
		return nil, problem.Gone("This account was deleted.")
	case StateSuspended:
		return nil, problem.Gone("This account is suspended.")
	}
	return nil, problem.NotFound("account")
}

// ByHandles finds many at once, as ByHandle does, and leaves out those that
// cannot be shown; the keys are the texts given.
func (s *Service) ByHandles(ctx context.Context, texts []string) (map[string]*Account, error) {
	asked := make(map[string]handle, len(texts))
	var hs []handle
	for _, text := range texts {
		if h, ok := s.parseHandle(text); ok {
			asked[text] = h
			hs = append(hs, h)
		}
	}
	ids, err := s.byHandle.Many(ctx, hs)
	if err != nil {
		return nil, err
	}
	list := make([]id.ID, 0, len(ids))
	for _, i := range ids {
		list = append(list, i)
	}
	accounts, err := s.Many(ctx, list)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*Account, len(asked))
	for text, h := range asked {
		if a := accounts[ids[h]]; a != nil && a.Shown() {
			found[text] = a
		}
	}
	return found, nil
}

// handle is a folded name and a domain, "" for here.
type handle struct{ folded, domain string }

func (s *Service) parseHandle(text string) (handle, bool) {
	name, domain, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "@"), "@")
	if name == "" || len(text) > 400 {
		return handle{}, false
	}
	domain = strings.ToLower(domain)
	if domain == s.host {
		domain = ""
	}
	return handle{db.Fold(name), domain}, true
}

func byHandles(r db.Reader, hs []handle) (map[handle]id.ID, error) {
	found := make(map[handle]id.ID, len(hs))
	perDomain := map[string][]string{}
	for _, h := range hs {
		perDomain[h.domain] = append(perDomain[h.domain], h.folded)
	}
	for domain, names := range perDomain {
		list, args := db.InStrings(2, names)
		type named struct {
			folded string
			id     id.ID
		}
		rows, err := db.All(r, func(row db.Row) (n named, err error) {
			err = row.Scan(&n.folded, &n.id)
			return n, err
		}, `SELECT folded, id FROM account WHERE domain = $1 AND folded IN `+list, append([]any{domain}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("find accounts by name: %w", err)
		}
		for _, n := range rows {
			found[handle{n.folded, domain}] = n.id
		}
	}
	return found, nil
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
