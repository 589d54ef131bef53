package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

const sourceField = "inspired_by"

// link is an act's place in the ripple.
type link struct {
	parent     id.ID
	via        Source
	root       id.ID
	generation int
	answers    id.ID // the nomination that the act answers, or 0
}

// MayName says whether v may name something as what moved them; for package
// petition, before an outside person signs.
func (s *Service) MayName(ctx context.Context, v account.Viewer, src Source) error {
	return s.mayName(ctx, v, src)
}

// mayName says, before the transaction, whether v may see a post that is to be
// named as a source. Acts and nominations are looked at inside it.
func (s *Service) mayName(ctx context.Context, v account.Viewer, src Source) error {
	switch src.Kind {
	case FromNothing, FromAct, FromNomination:
		return nil
	case FromPost:
		_, err := s.rooms.Posts.Get(ctx, v, src.ID)
		if problem.Is(err, problem.KindNotFound) {
			return noSource()
		}
		return err
	}
	return problem.Invalid(sourceField, "An act is inspired by a post, an act or a nomination.")
}

func noSource() error {
	return problem.Invalid(sourceField, "What inspired this act does not exist, or you may not see it.")
}

func newerSource() error {
	return problem.Invalid(sourceField, "An act is inspired only by something older than itself.")
}

// resolve finds a's place in the ripple from its source. What inspired it must
// not be newer than the act was done: an act by when it was done, a post or a
// nomination by when it was made. Nothing else is needed against cycles, since
// nothing is beneath a.
func resolve(tx *db.Tx, v account.Viewer, a *Act, src Source) (link, error) {
	l := link{via: src, root: a.ID}
	switch src.Kind {
	case FromPost:
		return l.fromPost(tx, v, a)
	case FromNomination:
		return l.fromNomination(tx, v, a)
	case FromAct:
		return l.beneath(tx, v, a, src.ID)
	}
	l.via = Source{}
	return l, nil
}

// fromPost: a share stands for what it shares, and a post that tells of an act
// stands for that act.
func (l link) fromPost(tx *db.Tx, v account.Viewer, a *Act) (link, error) {
	var tells, shared id.ID
	var created int64
	read := func(postID id.ID) error {
		err := tx.QueryRow("SELECT act_id, share_of, created_at FROM post WHERE id = $1", postID).Scan(&tells, &shared, &created)
		if errors.Is(err, sql.ErrNoRows) {
			return noSource()
		}
		return err
	}
	if err := read(l.via.ID); err != nil {
		return l, fmt.Errorf("read the post that inspired: %w", err)
	}
	if shared != 0 {
		l.via.ID = shared
		if err := read(shared); err != nil {
			return l, fmt.Errorf("read the shared post that inspired: %w", err)
		}
	}
	if created > db.Millis(a.DoneAt) {
		return l, newerSource()
	}
	if tells == 0 {
		return l, nil
	}
	// The post was seen, so its act counts as seen: whoever told chose that.
	return l.beneath(tx, account.System("the post that tells of it was seen"), a, tells)
}

func (l link) fromNomination(tx *db.Tx, v account.Viewer, a *Act) (link, error) {
	var nominee, actID id.ID
	var created int64
	err := tx.QueryRow(`SELECT nominee_id, act_id, created_at FROM nomination
		WHERE id = $1 AND NOT hidden AND state <> 'withdrawn'`, l.via.ID).Scan(&nominee, &actID, &created)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("read the nomination that inspired: %w", err)
	}
	if err != nil || a.Outside || nominee != a.DoerID {
		return l, noSource()
	}
	if created > db.Millis(a.DoneAt) {
		return l, newerSource()
	}
	l.answers = l.via.ID
	return l.beneath(tx, account.System("its nominee was told of it"), a, actID)
}

// beneath hangs a under a parent. The parent's row is held against a change of
// its root until the transaction ends, so that a cannot keep an old one.
func (l link) beneath(tx *db.Tx, v account.Viewer, a *Act, parent id.ID) (link, error) {
	visible, args := visibleSQL(v, 1)
	q := "SELECT movement_id, root_id, generation, done_at, (" + visible + ") FROM act WHERE act.id = $" + strconv.Itoa(len(args)+1)
	if tx.Engine() == db.Postgres {
		q += " FOR SHARE OF act"
	}
	var movement, root id.ID
	var generation int
	var done int64
	var seen bool
	err := tx.QueryRow(q, append(args, parent)...).Scan(&movement, &root, &generation, &done, &seen)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("read the act that inspired: %w", err)
	}
	if parent == a.ID {
		return l, problem.Invalid(sourceField, "An act cannot inspire itself.")
	}
	if err != nil || !seen {
		return l, noSource()
	}
	if done > db.Millis(a.DoneAt) {
		return l, newerSource()
	}
	l.parent = parent
	if movement == a.MovementID {
		l.root, l.generation = root, generation+1
	}
	return l, nil
}

// RemoveSource takes back what inspired an act: it and all beneath it become a
// tree of their own. Its doer may do so at any time; a second time changes
// nothing. NotFound, Forbidden.
func (s *Service) RemoveSource(ctx context.Context, v account.Viewer, actID id.ID) (*Act, error) {
	return s.resource(ctx, v, actID, Source{})
}

// ChangeSource names another source for an act. Its doer may do so while nothing
// is beneath it (Conflict). Invalid for a source that is newer, or not seen.
func (s *Service) ChangeSource(ctx context.Context, v account.Viewer, actID id.ID, src Source) (*Act, error) {
	if err := s.mayName(ctx, v, src); err != nil {
		return nil, err
	}
	return s.resource(ctx, v, actID, src)
}

func (s *Service) resource(ctx context.Context, v account.Viewer, actID id.ID, src Source) (*Act, error) {
	if _, err := s.loadOwn(ctx, v, actID); err != nil {
		return nil, err
	}
	var is *Act
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		was, err := lock(tx, actID)
		if err != nil {
			return err
		}
		if !src.None() {
			if err := childless(tx, actID); err != nil {
				return err
			}
		}
		l, err := resolve(tx, v, was, src)
		if err != nil {
			return err
		}
		is, err = s.rehang(tx, was, l, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return is, nil
}

// lock reads a live act and holds its row until the transaction ends. Gone once
// withdrawn.
func lock(tx *db.Tx, actID id.ID) (*Act, error) {
	a, err := db.One(tx, scan, "UPDATE act SET version = version + 1 WHERE id = $1 AND state = 'live' RETURNING "+columns, actID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.Gone("This act was withdrawn.")
	}
	if err != nil {
		return nil, fmt.Errorf("hold act %s: %w", actID, err)
	}
	return a, nil
}

func childless(tx *db.Tx, actID id.ID) error {
	var has bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM act WHERE parent_id = $1)", actID).Scan(&has)
	if err != nil {
		return fmt.Errorf("look beneath act %s: %w", actID, err)
	}
	if has {
		return problem.Conflict(sourceField, "Others were inspired by this act, so its source can only be removed.")
	}
	return nil
}

// rehang puts an act, held by lock, in another place of the ripple.
func (s *Service) rehang(tx *db.Tx, was *Act, l link, at time.Time) (*Act, error) {
	if was.Parent == l.parent && was.Via == l.via {
		return was, nil
	}
	is, err := db.One(tx, scan, `UPDATE act SET parent_id = $1, via_kind = $2, via_id = $3, root_id = $4, generation = $5
		WHERE id = $6 RETURNING `+columns, l.parent, string(l.via.Kind), l.via.ID, l.root, l.generation, was.ID)
	if err != nil {
		return nil, fmt.Errorf("hang act %s elsewhere: %w", was.ID, err)
	}
	if err := unanswered(tx, was); err != nil {
		return nil, err
	}
	if l.answers != 0 {
		if err := s.answered(tx, l.answers, is, at); err != nil {
			return nil, err
		}
	}
	err = event.Emit(s.hub, tx, Resourced{ActID: was.ID, DoerID: was.DoerID, MovementID: was.MovementID,
		OldParent: was.Parent, OldRoot: was.Root, OldGeneration: was.Generation, OldVia: was.Via,
		Parent: is.Parent, Root: is.Root, Generation: is.Generation, Via: is.Via, At: at})
	if err != nil {
		return nil, err
	}
	if is.Root == was.Root && is.Generation == was.Generation {
		return is, nil
	}
	return is, s.rerootSoon(tx, is, was.Root)
}
