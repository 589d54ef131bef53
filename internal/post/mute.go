package post

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

// threadsMost is how many threads an account can mute; beyond it the one that
// was muted first is heard again.
const threadsMost = 500

const (
	threadBytes = 8 << 20
	threadIdle  = 30 * time.Minute
)

// Threads are those that an account muted: of what happens in them it wishes no
// notices. Nobody changes it.
type Threads map[id.ID]struct{}

// Has says whether the post's thread is among them.
func (t Threads) Has(p *Post) bool {
	_, muted := t[p.Thread]
	return muted
}

// MuteThread has the viewer hear no more of the thread that the post stands in.
func (s *Service) MuteThread(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toReact(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO muted_thread (account_id, thread, id) VALUES ($1, $2, $3) ON CONFLICT (account_id, thread) DO NOTHING`,
			a.ID, p.Thread, s.ids.New())
		if err == nil {
			_, err = tx.Exec(`DELETE FROM muted_thread WHERE account_id = $1 AND id <= (SELECT id FROM muted_thread
				WHERE account_id = $2 ORDER BY id DESC LIMIT 1 OFFSET `+strconv.Itoa(threadsMost)+`)`, a.ID, a.ID)
		}
		if err != nil {
			return fmt.Errorf("mute a thread: %w", err)
		}
		return event.Emit(s.hub, tx, ThreadMuted{AccountID: a.ID, Thread: p.Thread})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

// UnmuteThread takes it back.
func (s *Service) UnmuteThread(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toUndo(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := remove(tx, `DELETE FROM muted_thread WHERE account_id = $1 AND thread = $2`, a.ID, p.Thread); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, ThreadMuted{AccountID: a.ID, Thread: p.Thread})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

// Muted are the threads that the viewer muted, from memory.
func (s *Service) Muted(ctx context.Context, viewer id.ID) (Threads, error) {
	if viewer == 0 {
		return nil, nil
	}
	t, _, err := s.threads.Get(ctx, viewer)
	return t, err
}

func (s *Service) rememberThreads() {
	s.threads = cache.New(cache.Options[id.ID, Threads]{
		Bytes: threadBytes,
		Idle:  threadIdle,
		Size:  func(_ id.ID, t Threads) int { return 100 + 40*len(t) },
		Fresh: s.hub.Fresh,
		Load:  s.loadThreads,
	})
	event.After(s.hub, func(e ThreadMuted) { s.threads.Drop(e.AccountID) })
	s.hub.OnGap(s.threads.Clear)
}

func (s *Service) loadThreads(ctx context.Context, viewers []id.ID) (map[id.ID]Threads, error) {
	all := make(map[id.ID]Threads, len(viewers))
	for _, v := range viewers {
		muted, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT thread FROM muted_thread WHERE account_id = $1`, v)
		if err != nil {
			return nil, fmt.Errorf("read muted threads: %w", err)
		}
		var t Threads // nil of those who mute none: most
		if len(muted) > 0 {
			t = make(Threads, len(muted))
		}
		for _, i := range muted {
			t[i] = struct{}{}
		}
		all[v] = t
	}
	return all, nil
}
