package notice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

const (
	readBytes = 8 << 20         // what is remembered of who has read how far
	readAge   = 5 * time.Minute // what no event tells (a restored account, a mute that ends) is seen after this
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts  *account.Service
	Relations *relation.Service
	Posts     *post.Service
	Calls     *call.Service
}

// Service makes, lists and takes back notices. Its methods for a reader answer
// problem.Unauthorized to who has not signed in.
type Service struct {
	d    *db.DB
	ids  *id.Source
	hub  *event.Hub
	jobs *jobs.Jobs
	now  func() time.Time
	base string
	Rooms

	read  cache.Cache[id.ID, reading]
	asked asked
}

// New registers this room's jobs with j. The links in direct posts begin with
// base, "https://here.example".
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, base string, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, base: base, Rooms: rooms}
	jobs.Handle(j, s.eraseRest)
	jobs.Handle(j, s.tellPart)
	jobs.Handle(j, s.tellPosted)
	jobs.Handle(j, s.tellVoters)
	jobs.Handle(j, s.tellSharers)
	s.read = cache.New(cache.Options[id.ID, reading]{
		Bytes: readBytes,
		Age:   readAge,
		Size:  func(id.ID, reading) int { return 100 },
		Fresh: hub.Fresh,
		Load:  s.loadReading,
	})
	event.After(hub, func(e Made) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e Taken) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e Merged) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e Read) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e relation.Followed) { s.read.Drop(e.FollowerID) })
	event.After(hub, func(e relation.Unfollowed) { s.read.Drop(e.FollowerID) })
	event.After(hub, func(e relation.Muted) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e relation.Unmuted) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e relation.Blocked) { s.drop(e.AccountID, e.TargetID) })
	event.After(hub, func(e relation.Unblocked) { s.drop(e.AccountID, e.TargetID) })
	event.After(hub, func(e relation.DomainBlocked) { s.read.Drop(e.AccountID) })
	event.After(hub, func(e relation.Erased) { s.drop(e.Others...) })
	event.After(hub, func(e account.Changed) {
		if e.State != account.StateActive {
			s.read.Clear()
		}
	})
	hub.OnGap(s.read.Clear)
	return s
}

func (s *Service) drop(accounts ...id.ID) {
	for _, a := range accounts {
		s.read.Drop(a)
	}
}

// takeOne takes the notice back that tells this, if there is one.
func (s *Service) takeOne(tx *db.Tx, n told) error { return s.takeBefore(tx, n, math.MaxInt64) }

// takeBefore is takeOne of a notice that was made before a time.
func (s *Service) takeBefore(tx *db.Tx, n told, ms int64) error {
	_, err := s.take(tx, `account_id = $1 AND kind = $2 AND from_id = $3 AND subject = $4 AND created_at < $5`,
		int64(n.to), string(n.kind), int64(n.from), int64(n.subject), ms)
	return err
}

// take deletes the notices that a condition names, with the direct posts that
// were made for them, and answers how many.
func (s *Service) take(tx *db.Tx, where string, args ...any) (int, error) {
	type row struct {
		id, account, post id.ID
		kind              Kind
		span              int64
		lead              bool
	}
	gone, err := db.All(tx, func(r db.Row) (n row, err error) {
		return n, r.Scan(&n.id, &n.account, &n.post, &n.kind, &n.span, &n.lead)
	}, `DELETE FROM notice WHERE `+where+` RETURNING id, account_id, post_id, kind, span, lead`, args...)
	if err != nil {
		return 0, fmt.Errorf("take notices back: %w", err)
	}
	var accounts []id.ID // in the order of rows, for the events to have one
	of := map[id.ID][]id.ID{}
	for _, n := range gone {
		if of[n.account] == nil {
			accounts = append(accounts, n.account)
		}
		of[n.account] = append(of[n.account], n.id)
		if n.post != 0 && n.kind.Posted() {
			if err := s.Posts.DeleteIn(tx, n.post, s.now()); err != nil {
				return 0, err
			}
		}
		if n.lead && n.span != 0 {
			if err := s.promote(tx, GroupKey{Kind: n.kind, Post: n.post, Span: n.span}, n.account, n.id); err != nil {
				return 0, err
			}
		}
	}
	for _, a := range accounts {
		if err := event.Emit(s.hub, tx, Taken{AccountID: a, NoticeIDs: of[a]}); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// batch is how many notices are taken in one transaction.
const batch = 200

// takeSome takes up to a batch of the notices that a condition names, the
// oldest first, and says whether there may be more.
func (s *Service) takeSome(tx *db.Tx, where string, args ...any) (more bool, err error) {
	n, err := s.take(tx, `id IN (SELECT id FROM notice WHERE `+where+` ORDER BY id LIMIT `+strconv.Itoa(batch)+`)`, args...)
	return n >= batch, err
}

// takeAll takes all of them, each batch in a transaction of its own.
func (s *Service) takeAll(ctx context.Context, where string, args ...any) error {
	return s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) { return s.takeSome(tx, where, args...) })
}

// What is kept of an account at most: so many that stand for themselves or lead
// the others of their group and minute, so many of those others, and so many that
// wait. So a post that goes round the world drives nothing else out.
const (
	keepNotices = 1000
	keepFor     = 365 * 24 * time.Hour
)

// kept are the kinds of notices of which so many are kept, each with what goes
// once that notice is too old: what a leading one led goes with it.
var kept = []struct{ which, goes string }{
	{`lead AND NOT filtered`, `NOT filtered`},
	{`NOT lead`, `NOT lead`},
	{`filtered`, `filtered`},
}

// Sweep takes notices that are older than a year, and those above what is kept of
// each account, in batches; called each hour.
func (s *Service) Sweep(ctx context.Context, now time.Time) error {
	if err := s.takeAll(ctx, `id < $1`, int64(id.Floor(now.Add(-keepFor)))); err != nil {
		return fmt.Errorf("sweep old notices: %w", err)
	}
	var all error
	if err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM step_day WHERE at < $1`, db.Millis(now.Add(-stepEvery)))
		return err
	}); err != nil {
		all = fmt.Errorf("forget when steps were offered: %w", err)
	}
	for _, k := range kept {
		many, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT account_id FROM notice WHERE `+k.which+`
			GROUP BY account_id HAVING COUNT(*) > $1 ORDER BY account_id`, keepNotices)
		if err != nil {
			return errors.Join(all, fmt.Errorf("look for those with many notices: %w", err))
		}
		for _, a := range many {
			all = errors.Join(all, s.takeAll(ctx, `account_id = $1 AND `+k.goes+` AND id <= (SELECT id FROM notice
				WHERE account_id = $2 AND `+k.which+` ORDER BY id DESC LIMIT 1 OFFSET `+strconv.Itoa(keepNotices)+`)`, int64(a), int64(a)))
		}
	}
	return all
}
