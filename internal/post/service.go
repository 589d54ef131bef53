package post

import (
	"context"
	"strconv"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/card"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/tally"
)

// Service is the room's door. Its methods check what the viewer may do; those
// that end in In do not, and are for rooms that act in a transaction of theirs.
type Service struct {
	d         *db.DB
	ids       *id.Source
	hub       *event.Hub
	jobs      *jobs.Jobs
	now       func() time.Time
	accounts  *account.Service
	relations *relation.Service
	media     *media.Service
	cards     *card.Service

	memory   memory
	flags    cache.Cache[id.ID, *viewerFlags]
	ballots  cache.Cache[ballot, Choices]
	threads  cache.Cache[id.ID, Threads]
	hashtags cache.Cache[string, *Hashtag]
	withheld sync.Map // ids of accounts whose posts were loaded as withheld
}

// New wires the room; it keeps its memory by the events of hub, and works off
// large deletions by j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time,
	accounts *account.Service, relations *relation.Service, pictures *media.Service, cards *card.Service) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, accounts: accounts, relations: relations, media: pictures, cards: cards}
	s.remember()
	s.rememberFlags()
	s.rememberBallots()
	s.rememberThreads()
	s.rememberHashtags()
	jobs.Handle(j, s.eraseRest)
	jobs.Handle(j, s.eraseVotesOf)
	jobs.Handle(j, s.eraseAccount)
	return s
}

// Truths tells the book how the room's counters are counted from the rows.
// Replies to a deleted post go on counting, for the reply rows stay.
func (s *Service) Truths(b *tally.Book) {
	b.Truth(TallyLikes, `SELECT post_id, count(*) FROM liked GROUP BY post_id`)
	b.Truth(TallyShares, `SELECT share_of, count(*) FROM post WHERE share_of IS NOT NULL AND movement_id IS NULL GROUP BY share_of`)
	b.Truth(TallyReplies, `SELECT reply_to, count(*) FROM post
		WHERE reply_to IS NOT NULL AND visibility IN ('public', 'unlisted') GROUP BY reply_to`)
	b.Truth(TallyPosts, `SELECT account_id, count(*) FROM post WHERE share_of IS NULL AND visibility <> 'direct' GROUP BY account_id`)
	b.Truth(TallyVoters, `SELECT poll_id, count(*) FROM vote GROUP BY poll_id`)
	for n, name := range tallyVotes {
		b.Truth(name, `SELECT poll_id, count(*) FROM vote WHERE (choices & `+strconv.Itoa(1<<n)+`) <> 0 GROUP BY poll_id`)
	}
}

// Get is one post or share that the viewer may see, else problem.NotFound.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	entries, err := s.Cached(ctx, []id.ID{i})
	if err != nil {
		return nil, err
	}
	by, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || !entries[0].Visible(by.viewer, by.set) {
		return nil, problem.NotFound("post")
	}
	return entries[0], nil
}

// Seen gives those of the entries that the viewer may see, in their order.
func (s *Service) Seen(ctx context.Context, v account.Viewer, entries []*Entry) ([]*Entry, error) {
	by, err := s.seenBy(ctx, v)
	if err != nil {
		return nil, err
	}
	return by.filter(entries), nil
}

func (s *Service) seenBy(ctx context.Context, v account.Viewer) (seenBy, error) {
	set, err := s.relations.Of(ctx, v.ID())
	return seenBy{v, set}, err
}

// author is the viewer's account as it is now, which may write.
func (s *Service) author(ctx context.Context, v account.Viewer) (*account.Account, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to do this.")
	}
	a, err := s.accounts.Get(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	if !a.Shown() {
		return nil, problem.Forbidden("Your account is not active.")
	}
	return a, nil
}

// locked adds to a query of one row what keeps the row as it is until the
// transaction ends. SQLite has one writer and needs nothing.
func locked(tx *db.Tx, query, lock string) string {
	if tx.Engine() == db.Postgres {
		return query + lock
	}
	return query
}

// Pictured answers for package media whether the viewer may see what hangs on
// a post, and whether everyone may.
func (s *Service) Pictured(ctx context.Context, v account.Viewer, i id.ID) (visible, public bool, err error) {
	e, err := s.Get(ctx, v, i)
	if problem.Is(err, problem.KindNotFound) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	return true, Visible(account.Nobody, nil, e.Post, nil), nil
}
