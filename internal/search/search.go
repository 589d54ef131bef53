// Package search is in charge of finding: posts by their words, accounts by
// their names, hashtags by how they begin, and the one thing that an address of
// this server names.
//
// Words are cut and folded here, in Go, so that both engines find the same; each
// engine only keeps them in its own kind of index (engine.go, and
// docs/decisions/0014-search.md). What is written is marked as due in its own
// transaction and indexed by a sweep a moment later, many at once, so that no
// writer waits for an index; what is deleted leaves the index in the
// transaction that deletes it.
package search

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/text"
)

// Limits of a search.
const (
	MaxQuery  = 1000 // characters
	PageMost  = 40   // of hashtags and posts
	NamesMost = 80   // of accounts, asked for alone
	wordsMost = 16   // in one query; more are left out
	offsetMax = 10_000
	within    = 3 * time.Second
)

// Service is the room's door.
type Service struct {
	d         *db.DB
	now       func() time.Time
	url       string // of this server, without a slash at its end
	accounts  *account.Service
	relations *relation.Service
	posts     *post.Service
	movements *movement.Service
}

// New wires the room. The server subscribes its On functions and sweeps Index.
func New(d *db.DB, now func() time.Time, url string,
	accounts *account.Service, relations *relation.Service, posts *post.Service, movements *movement.Service) *Service {
	return &Service{d: d, now: now, url: url, accounts: accounts, relations: relations, posts: posts, movements: movements}
}

// Kind narrows a search to one kind of thing.
type Kind string

// The kinds, as clients name them.
const (
	AnyKind  Kind = ""
	Accounts Kind = "accounts"
	Hashtags Kind = "hashtags"
	Posts    Kind = "statuses"
)

// Query is what is looked for.
type Query struct {
	Text      string
	Kind      Kind
	Following bool  // accounts that the viewer follows
	People    bool  // accounts that are no movements; an address may name one all the same
	AccountID id.ID // posts of this account; 0 of any
	Max, Min  id.ID // posts older, newer than these; 0 has no bound
	Limit     int   // of each kind; 0 is 20
	Offset    int   // of the one kind asked for
}

// Found is what was found, each kind in its order.
type Found struct {
	Accounts []id.ID
	Hashtags []*post.Hashtag
	Posts    []*post.Entry
}

// Find looks for accounts, hashtags and posts. Nothing is found that the viewer
// may not see; posts are for who has signed in, and so is reading on beyond the
// first page, for lists of all who are here are for nobody to gather.
// problem.Unauthorized for who may not read on, problem.Invalid for a query that
// is too long or no text, problem.Unavailable for one that takes too long.
func (s *Service) Find(ctx context.Context, v account.Viewer, q Query) (f Found, err error) {
	if q.Text, err = text.Line("q", q.Text, MaxQuery); err != nil || q.Text == "" {
		return f, err
	}
	if q.Kind == AnyKind {
		q.Offset = 0
	}
	if q.Limit <= 0 {
		q.Limit = db.PageDefault
	}
	most := PageMost
	if q.Kind == Accounts {
		most = NamesMost
	}
	q.Limit = min(q.Limit, most)
	if q.Offset > 0 && !v.SignedIn() {
		return f, problem.Unauthorized("Sign in to read on.")
	}
	if q.Offset < 0 || q.Offset > offsetMax {
		return f, nil
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	f, err = s.find(ctx, v, q)
	if err != nil && ctx.Err() != nil && whole.Err() == nil {
		return Found{}, problem.Unavailable(err, "This search takes too long. Try it with other words.")
	}
	return f, err
}

func (s *Service) find(ctx context.Context, v account.Viewer, q Query) (f Found, err error) {
	if named, ok, err := s.named(ctx, v, q); ok || err != nil {
		return named, err
	}
	if (q.Kind == AnyKind || q.Kind == Accounts) && q.Text[0] != '#' {
		if f.Accounts, err = s.people(ctx, v, q); err != nil {
			return f, err
		}
	}
	if (q.Kind == AnyKind || q.Kind == Hashtags) && q.Text[0] != '@' {
		if f.Hashtags, err = s.hashtags(ctx, q); err != nil {
			return f, err
		}
	}
	if (q.Kind == AnyKind || q.Kind == Posts) && v.SignedIn() {
		f.Posts, err = s.postsBy(ctx, v, q)
	}
	return f, err
}

// People finds accounts by name, as Find does.
func (s *Service) People(ctx context.Context, v account.Viewer, q Query) ([]id.ID, error) {
	q.Kind = Accounts
	f, err := s.Find(ctx, v, q)
	return f.Accounts, err
}
