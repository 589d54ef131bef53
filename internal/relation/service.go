package relation

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

const (
	setBytes = 64 << 20         // all Sets in memory: 16,000 readers who follow 500 each
	setIdle  = 30 * time.Minute // a Set that nobody asked for

	listBytes = 8 << 20 // all Lists in memory
)

// Service changes relations and answers who stands how to whom.
type Service struct {
	d        *db.DB
	ids      *id.Source
	hub      *event.Hub
	now      func() time.Time
	accounts *account.Service
	jobs     *jobs.Jobs // nil before Register

	sets  cache.Cache[id.ID, *Set]
	lists cache.Cache[id.ID, *List]
}

// New keeps the Sets up to date by the events of hub. Register comes next where
// accounts are deleted.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, accounts *account.Service) *Service {
	s := &Service{d: d, ids: ids, hub: hub, now: now, accounts: accounts}
	s.sets = cache.New(cache.Options[id.ID, *Set]{
		Bytes: setBytes,
		Idle:  setIdle,
		Size:  func(_ id.ID, set *Set) int { return set.bytes() },
		Fresh: hub.Fresh,
		Load: func(ctx context.Context, ids []id.ID) (map[id.ID]*Set, error) {
			found := make(map[id.ID]*Set, len(ids))
			for _, i := range ids {
				set, err := loadSet(d.Read(ctx), i, now)
				if err != nil {
					return nil, err
				}
				found[i] = set
			}
			return found, nil
		},
	})
	// Events of different transactions come in any order, so a Set is dropped
	// and read again rather than changed.
	event.After(hub, func(e Followed) { s.sets.Drop(e.FollowerID) })
	event.After(hub, func(e Unfollowed) { s.sets.Drop(e.FollowerID) })
	event.After(hub, func(e Muted) { s.sets.Drop(e.AccountID) })
	event.After(hub, func(e Unmuted) { s.sets.Drop(e.AccountID) })
	event.After(hub, func(e Blocked) { s.drop(e.AccountID, e.TargetID) })
	event.After(hub, func(e Unblocked) { s.drop(e.AccountID, e.TargetID) })
	event.After(hub, func(e DomainBlocked) { s.sets.Drop(e.AccountID) })
	event.After(hub, func(e Erased) { s.sets.Drop(e.AccountID); s.drop(e.Others...) })
	hub.OnGap(s.sets.Clear)
	s.rememberLists()
	return s
}

// rememberLists keeps Lists, and what lists and hashtags are to a home.
func (s *Service) rememberLists() {
	s.lists = cache.New(cache.Options[id.ID, *List]{
		Bytes: listBytes,
		Idle:  setIdle,
		Size:  func(_ id.ID, l *List) int { return l.bytes() },
		Fresh: s.hub.Fresh,
		Load: func(ctx context.Context, ids []id.ID) (map[id.ID]*List, error) {
			return loadLists(s.d.Read(ctx), ids)
		},
	})
	event.After(s.hub, func(e ListChanged) { s.lists.Drop(e.ListID); s.sets.Drop(e.AccountID) })
	event.After(s.hub, func(e TagFollowed) { s.sets.Drop(e.AccountID) })
	s.hub.OnGap(s.lists.Clear)
}

func (s *Service) drop(ids ...id.ID) {
	for _, i := range ids {
		s.sets.Drop(i)
	}
}

// Truths tells how the counters followers and following are counted again.
func (s *Service) Truths(b *tally.Book) {
	b.Truth("followers", `SELECT followee_id, count(*) FROM follow GROUP BY followee_id`)
	b.Truth("following", `SELECT follower_id, count(*) FROM follow GROUP BY follower_id`)
}

// target is the account that the viewer wants to do something about; neither
// the viewer nor one that is not shown.
func (s *Service) target(ctx context.Context, v account.Viewer, i id.ID, yourself string) (*account.Account, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to do this.")
	}
	if v.Is(i) {
		return nil, problem.Invalid("id", yourself)
	}
	a, err := s.accounts.Get(ctx, i)
	if err != nil {
		return nil, err
	}
	if !a.Shown() {
		return nil, problem.NotFound("account")
	}
	return a, nil
}

// Relationship is how the viewer and one account stand to each other, as it is
// committed.
func (s *Service) Relationship(ctx context.Context, v account.Viewer, i id.ID) (Relationship, error) {
	all, err := s.Relationships(ctx, v, []id.ID{i})
	if err != nil {
		return Relationship{}, err
	}
	return all[0], nil
}

// Relationships answers for each of ids, in their order, in one query.
// problem.Unauthorized for Nobody.
func (s *Service) Relationships(ctx context.Context, v account.Viewer, ids []id.ID) ([]Relationship, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see how you stand to each other.")
	}
	return relationships(s.d.Read(ctx), v.ID(), ids, s.now())
}

const relationshipColumns = `
	SELECT 'following', followee_id, shares, notify, 0, languages FROM follow WHERE follower_id = $1 AND followee_id IN %s
	UNION ALL SELECT 'followed by', follower_id, FALSE, FALSE, 0, '' FROM follow WHERE followee_id = $%d AND follower_id IN %s
	UNION ALL SELECT 'requested', followee_id, shares, notify, 0, languages FROM follow_request WHERE follower_id = $%d AND followee_id IN %s
	UNION ALL SELECT 'requested by', follower_id, FALSE, FALSE, 0, '' FROM follow_request WHERE followee_id = $%d AND follower_id IN %s
	UNION ALL SELECT 'blocking', target_id, FALSE, FALSE, 0, '' FROM block WHERE account_id = $%d AND target_id IN %s
	UNION ALL SELECT 'blocked by', account_id, FALSE, FALSE, 0, '' FROM block WHERE target_id = $%d AND account_id IN %s
	UNION ALL SELECT 'muting', target_id, notices, FALSE, COALESCE(expires_at, 0), '' FROM mute WHERE account_id = $%d AND target_id IN %s
	UNION ALL SELECT 'recommending', target_id, FALSE, FALSE, 0, '' FROM endorsement WHERE account_id = $%d AND target_id IN %s
	UNION ALL SELECT 'noting', target_id, FALSE, FALSE, 0, text FROM account_note WHERE account_id = $%d AND target_id IN %s
	UNION ALL SELECT 'keeping away', account.id, FALSE, FALSE, 0, '' FROM domain_block JOIN account ON account.domain = domain_block.domain
		WHERE domain_block.account_id = $%d AND account.id IN %s`

func relationships(r db.Reader, viewer id.ID, ids []id.ID, now time.Time) ([]Relationship, error) {
	var words, args []any
	next := 1
	for range 10 {
		list, listed := db.In(next+1, ids)
		if next > 1 {
			words = append(words, next)
		}
		words = append(words, list)
		args = append(append(args, int64(viewer)), listed...)
		next += 1 + len(listed)
	}
	type fact struct {
		what     string
		other    id.ID
		one, two bool
		until    int64
		text     string
	}
	facts, err := db.All(r, func(row db.Row) (f fact, err error) {
		err = row.Scan(&f.what, &f.other, &f.one, &f.two, &f.until, &f.text)
		return f, err
	}, fmt.Sprintf(relationshipColumns, words...), args...)
	if err != nil {
		return nil, fmt.Errorf("read relationships: %w", err)
	}
	of := make(map[id.ID]*Relationship, len(ids))
	for _, i := range ids {
		of[i] = &Relationship{ID: i}
	}
	for _, f := range facts {
		of[f.other].add(f.what, f.one, f.two, f.until, f.text, now)
	}
	all := make([]Relationship, len(ids))
	for n, i := range ids {
		all[n] = *of[i]
	}
	return all, nil
}

func (r *Relationship) add(what string, one, two bool, until int64, text string, now time.Time) {
	switch what {
	case "following":
		r.Following, r.ShowingShares, r.Notifying, r.Languages = true, one, two, languagesOf(text)
	case "followed by":
		r.FollowedBy = true
	case "requested":
		r.Requested, r.ShowingShares, r.Notifying, r.Languages = true, one, two, languagesOf(text)
	case "requested by":
		r.RequestedBy = true
	case "blocking":
		r.Blocking = true
	case "blocked by":
		r.BlockedBy = true
	case "recommending":
		r.Endorsed = true
	case "noting":
		r.Note = text
	case "keeping away":
		r.DomainBlocking = true
	case "muting":
		if until == 0 {
			r.Muting, r.MutingNotices = true, one
		} else if now.UnixMilli() < until {
			r.Muting, r.MutingNotices, r.MuteExpiresAt = true, one, db.Time(until)
		}
	}
}
