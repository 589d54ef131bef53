package post

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// MaxPins is how many posts an account can show first.
const MaxPins = 5

// Pin shows one of the viewer's own posts first on their page; one that is
// pinned already stays. problem.Invalid when it is another's, a share, direct,
// or there are MaxPins of them.
func (s *Service) Pin(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, err := s.author(ctx, v)
	if err != nil {
		return nil, err
	}
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	p := e.Post
	switch {
	case !v.Is(p.AccountID):
		return nil, problem.Invalid("base", "Someone else's post cannot be pinned")
	case p.ShareOf != 0:
		return nil, problem.Invalid("base", "A share cannot be pinned")
	case p.Visibility == Direct:
		return nil, problem.Invalid("base", "Posts that are only visible to mentioned users cannot be pinned")
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Pinned = true }, func(tx *db.Tx) error { return s.pin(tx, p) }})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

func (s *Service) pin(tx *db.Tx, p *Post) error {
	if err := alone(tx, p.AccountID); err != nil {
		return err
	}
	n, err := insertOnce(tx, `INSERT INTO pin (post_id, account_id, id) SELECT post.id, post.account_id, CAST($1 AS BIGINT) FROM post
		WHERE post.id = $2 AND ((SELECT COUNT(*) FROM pin WHERE account_id = $3) < $4 OR EXISTS (SELECT 1 FROM pin WHERE post_id = $5))`,
		s.ids.New(), p.ID, p.AccountID, MaxPins, p.ID)
	if err != nil {
		return fmt.Errorf("pin a post: %w", err)
	}
	if n == 1 {
		return event.Emit(s.hub, tx, Pinned{PostID: p.ID, AccountID: p.AccountID})
	}
	if err := stands(tx, p.ID); err != nil {
		return err
	}
	var pinned bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM pin WHERE post_id = $1)`, p.ID).Scan(&pinned); err != nil {
		return fmt.Errorf("look for a pin: %w", err)
	}
	if !pinned {
		return problem.Invalid("base", "You have already pinned the maximum number of posts")
	}
	return nil
}

// alone has what is counted of an account counted by one transaction at a time,
// until this one ends.
func alone(tx *db.Tx, account id.ID) error {
	var one int
	err := tx.QueryRow(locked(tx, `SELECT 1 FROM account WHERE id = $1`, " FOR NO KEY UPDATE"), account).Scan(&one)
	if err != nil {
		return fmt.Errorf("wait for an account: %w", err)
	}
	return nil
}

// Unpin takes it back.
func (s *Service) Unpin(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	a, p, err := s.toUndo(ctx, v, i)
	if err != nil {
		return nil, err
	}
	if !v.Is(p.AccountID) {
		return nil, problem.Invalid("base", "Someone else's post cannot be pinned")
	}
	err = s.write(ctx, reaction{a, p, func(f *Flags) { f.Pinned = false }, func(tx *db.Tx) error {
		n, err := remove(tx, `DELETE FROM pin WHERE post_id = $1 AND account_id = $2`, p.ID, a.ID)
		if err != nil || n == 0 {
			return err
		}
		return event.Emit(s.hub, tx, Pinned{PostID: p.ID, AccountID: a.ID})
	}})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

// Pins are the posts that an account shows first, as far as the viewer may see
// them; what was pinned last comes first.
func (s *Service) Pins(ctx context.Context, v account.Viewer, of id.ID) ([]*Entry, error) {
	ids, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT post_id FROM pin WHERE account_id = $1 ORDER BY id DESC`, of)
	if err != nil {
		return nil, fmt.Errorf("list pins: %w", err)
	}
	entries, err := s.Cached(ctx, ids)
	if err != nil {
		return nil, err
	}
	return s.Seen(ctx, v, entries)
}
