package post

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// reaction is what an account does with a post: how it changes the account's
// flags and the rows.
type reaction struct {
	account *account.Account
	post    *Post
	flag    func(*Flags)
	do      func(tx *db.Tx) error
}

// write does it, announced to both memories.
func (s *Service) write(ctx context.Context, r reaction) error {
	flags, _, err := s.flags.Get(ctx, r.account.ID)
	if err != nil {
		return err
	}
	deed := flags.begin(r.post.ID)
	defer s.memory.begin(r.post.ID)()
	err = s.d.Update(ctx, r.do)
	if err != nil {
		flags.forget(r.post.ID) // perhaps it was committed after all
	}
	deed.end(r.flag)
	return err
}

// toReact is the viewer's account and the post that it may see. Of a share it
// is the post that was shared.
func (s *Service) toReact(ctx context.Context, v account.Viewer, i id.ID) (*account.Account, *Post, error) {
	a, err := s.author(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, nil, err
	}
	return a, e.Of().Post, nil
}

// toUndo is like toReact for what one may take back even from a post that one
// does not see any more; there may be no such post.
func (s *Service) toUndo(ctx context.Context, v account.Viewer, i id.ID) (*account.Account, *Post, error) {
	a, err := s.author(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	entries, err := s.Cached(ctx, []id.ID{i})
	if err != nil {
		return nil, nil, err
	}
	if len(entries) == 0 {
		return nil, nil, problem.NotFound("post")
	}
	return a, entries[0].Of().Post, nil
}

// Like likes a post, once. Liking a share likes what it shares.
func (s *Service) Like(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toReact(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Liked = true }, func(tx *db.Tx) error {
		return s.like(tx, a.ID, p, s.now(), true)
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

// LikeIn likes a post in the caller's transaction, as of at; problem.NotFound
// if there is none.
func (s *Service) LikeIn(tx *db.Tx, by, i id.ID, at time.Time) error {
	p := &Post{ID: i}
	if err := tx.QueryRow(`SELECT account_id FROM post WHERE id = $1 AND share_of IS NULL`, i).Scan(&p.AccountID); err != nil {
		return notFound(err, "read a post to like")
	}
	return s.like(tx, by, p, at, false)
}

func (s *Service) like(tx *db.Tx, by id.ID, p *Post, at time.Time, announced bool) error {
	n, err := insertOnce(tx, `INSERT INTO liked (account_id, post_id, id) SELECT $1, post.id, $2 FROM post WHERE post.id = $3`,
		by, s.idAt(at), p.ID)
	if err != nil {
		return fmt.Errorf("like a post: %w", err)
	}
	if n == 0 {
		return stands(tx, p.ID)
	}
	if err := tally.Add(tx, p.ID, TallyLikes, 1); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Liked{PostID: p.ID, AuthorID: p.AccountID, AccountID: by, At: at, counted: announced})
}

// insertOnce inserts what a query gives of a post, if the post is there and the
// row is not; on PostgreSQL it keeps the post from being deleted meanwhile.
func insertOnce(tx *db.Tx, query string, args ...any) (int64, error) {
	res, err := tx.Exec(locked(tx, query, " FOR KEY SHARE")+` ON CONFLICT DO NOTHING`, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// stands is nil when a row was not inserted because it was there already (on
// PostgreSQL it may have been taken back since), and problem.NotFound when it
// was not because the post is gone.
func stands(tx *db.Tx, post id.ID) error {
	var one int
	if err := tx.QueryRow(`SELECT 1 FROM post WHERE id = $1`, post).Scan(&one); err != nil {
		return notFound(err, "look for a post")
	}
	return nil
}

// Unlike takes a like back.
func (s *Service) Unlike(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toUndo(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Liked = false }, func(tx *db.Tx) error {
		n, err := remove(tx, `DELETE FROM liked WHERE account_id = $1 AND post_id = $2`, a.ID, p.ID)
		if err != nil || n == 0 {
			return err
		}
		if err := tally.Add(tx, p.ID, TallyLikes, -1); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Unliked{PostID: p.ID, AuthorID: p.AccountID, AccountID: a.ID, counted: true})
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

func remove(tx *db.Tx, query string, args ...any) (int64, error) {
	res, err := tx.Exec(query, args...)
	if err != nil {
		return 0, fmt.Errorf("take back: %w", err)
	}
	return res.RowsAffected()
}

// Bookmark keeps a post for the viewer alone.
func (s *Service) Bookmark(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toReact(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Bookmarked = true }, func(tx *db.Tx) error {
		n, err := insertOnce(tx, `INSERT INTO bookmark (account_id, post_id, id) SELECT $1, post.id, $2 FROM post WHERE post.id = $3`,
			a.ID, s.ids.New(), p.ID)
		if err != nil {
			return fmt.Errorf("bookmark a post: %w", err)
		}
		if n == 0 {
			return stands(tx, p.ID)
		}
		return event.Emit(s.hub, tx, Bookmarked{PostID: p.ID, AccountID: a.ID})
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

// Unbookmark lets go of it.
func (s *Service) Unbookmark(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toUndo(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Bookmarked = false }, func(tx *db.Tx) error {
		n, err := remove(tx, `DELETE FROM bookmark WHERE account_id = $1 AND post_id = $2`, a.ID, p.ID)
		if err != nil || n == 0 {
			return err
		}
		return event.Emit(s.hub, tx, Unbookmarked{PostID: p.ID, AccountID: a.ID})
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

// Share shares a post with the viewer's followers, and with everyone where vis
// is Public ("" too) or Unlisted; it answers the share, the first one if there
// was one. One's own private post can be shared as Private; others' posts that
// are not for everyone cannot be shared (problem.Forbidden).
func (s *Service) Share(ctx context.Context, v account.Viewer, i id.ID, vis Visibility) (*Entry, error) {
	a, p, err := s.toReact(ctx, v, i)
	if err != nil {
		return nil, err
	}
	if vis == "" {
		vis = Public
	}
	switch {
	case p.Visibility == Private && v.Is(p.AccountID):
		vis = Private
	case !p.Visibility.Open():
		return nil, problem.Forbidden("This post is not for everyone, so it cannot be shared.")
	case !vis.Valid() || vis == Direct:
		return nil, problem.Invalid("visibility", "A share is public, unlisted or private.")
	}
	var share id.ID
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Shared = true }, func(tx *db.Tx) (err error) {
		share, err = s.share(tx, a, p, vis, 0, s.now(), true)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, share)
}

// ShareIn shares a post in the name of an account, or carries it where movement
// is given, in the caller's transaction and as of at. It answers the share, the
// first one if there was one, and 0 when the post is gone or not for everyone.
func (s *Service) ShareIn(tx *db.Tx, by *account.Account, i, movement id.ID, at time.Time) (id.ID, error) {
	p := &Post{}
	err := scanInto(tx.QueryRow(`SELECT `+columns+` FROM post WHERE id = $1 AND share_of IS NULL`, i), p)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !p.Visibility.Open() {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read a post to share: %w", err)
	}
	share, err := s.share(tx, by, p, Public, movement, at, false)
	if problem.Is(err, problem.KindNotFound) {
		return 0, nil
	}
	return share, err
}

func (s *Service) share(tx *db.Tx, by *account.Account, p *Post, vis Visibility, movement id.ID, at time.Time, announced bool) (id.ID, error) {
	for {
		share := s.idAt(at)
		n, err := insertOnce(tx, `INSERT INTO post (id, account_id, domain, visibility, thread, share_of, movement_id, created_at)
			SELECT $1, $2, $3, $4, $5, post.id, $6, $7 FROM post WHERE post.id = $8`,
			share, by.ID, by.Domain, string(vis), share, movement, db.Millis(at), p.ID)
		if err != nil {
			return 0, fmt.Errorf("share a post: %w", err)
		}
		if n == 1 {
			return share, s.shared(tx, p, Created{
				PostID: share, AccountID: by.ID, Visibility: vis, ShareOf: p.ID, SharedAccount: p.AccountID, MovementID: movement,
				Thread: share, Sample: by.Sample, At: db.Time(db.Millis(at)), counted: announced,
			})
		}
		err = tx.QueryRow(`SELECT id FROM post WHERE share_of = $1 AND account_id = $2`, p.ID, by.ID).Scan(&share)
		if err == nil {
			return share, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("look for a share: %w", err)
		}
		// Gone is the post, or on PostgreSQL the share, since just now; or the id
		// was taken.
		if err := stands(tx, p.ID); err != nil {
			return 0, err
		}
	}
}

func (s *Service) shared(tx *db.Tx, p *Post, e Created) error {
	if e.MovementID == 0 {
		if err := tally.Add(tx, p.ID, TallyShares, 1); err != nil {
			return err
		}
	}
	return event.Emit(s.hub, tx, e)
}

// Unshare takes the viewer's share back, and answers the post that was shared.
func (s *Service) Unshare(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toUndo(ctx, v, i)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Shared = false }, func(tx *db.Tx) error {
		return s.UnshareIn(tx, a.ID, p.ID, s.now())
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

// UnshareIn takes an account's share of a post back, if there is one.
func (s *Service) UnshareIn(tx *db.Tx, by, i id.ID, at time.Time) error {
	var share id.ID
	err := tx.QueryRow(`SELECT id FROM post WHERE share_of = $1 AND account_id = $2`, i, by).Scan(&share)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for a share: %w", err)
	}
	return s.DeleteIn(tx, share, at)
}
