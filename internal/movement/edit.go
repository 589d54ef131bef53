package movement

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Start makes a movement, its account and its first organiser, who follows it.
// People and organisations may. Fields that are wrong are problem.Invalid; a slug
// or hashtag that is taken is problem.Conflict. Look at Similar first.
func (s *Service) Start(ctx context.Context, v account.Viewer, d Draft) (*Movement, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	if k := v.Account().Kind; k != account.KindPerson && k != account.KindOrganisation {
		return nil, problem.Forbidden("Only people and organisations start movements.")
	}
	clean, tags, err := d.clean()
	if err != nil {
		return nil, err
	}
	var movementID id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		movementID, err = once.Do(tx, v.ID(), "movement", d.Key, d, func() (id.ID, error) {
			return s.start(tx, v.Account(), clean, tags, s.ids.New(), s.now())
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.ByID(ctx, v, movementID)
}

// StartIn is Start inside another transaction, at another time, for the sample:
// the movement is a sample if its founder is.
func (s *Service) StartIn(tx *db.Tx, founder *account.Account, d Draft, at time.Time) (id.ID, error) {
	clean, tags, err := d.clean()
	if err != nil {
		return 0, err
	}
	return s.start(tx, founder, clean, tags, 0, at)
}

// start makes the movement under that id, or with 0 under one of its time.
func (s *Service) start(tx *db.Tx, founder *account.Account, d Draft, tags []Tag, movementID id.ID, at time.Time) (id.ID, error) {
	a, err := s.accounts.CreateIn(tx, account.Draft{
		ID: movementID, Kind: account.KindMovement, Username: d.Slug, Name: d.Name, Note: d.Purpose,
		Sample: founder.Sample, At: at,
	})
	if err != nil {
		return 0, slugProblem(tx, err, tags[0])
	}
	ms := db.Millis(at)
	_, err = tx.Exec(`INSERT INTO movement (id, hashtag, purpose, story, rules, town, online, state, sample, created_by,
		created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, a.ID, tags[0].Folded,
		d.Purpose, d.Story, d.Rules, d.Town, d.Online, StateOpen, founder.Sample, founder.ID, ms, ms)
	if err != nil {
		return 0, fmt.Errorf("start a movement: %w", err)
	}
	if err := writeTags(tx, a.ID, tags); err != nil {
		return 0, err
	}
	if err := writeCauses(tx, a.ID, d.Causes); err != nil {
		return 0, err
	}
	if err := event.Emit(s.hub, tx, Started{MovementID: a.ID, AccountID: founder.ID, At: at}); err != nil {
		return 0, err
	}
	return a.ID, s.JoinIn(tx, a.ID, founder, Organiser, at)
}

// slugProblem names the field as this room's readers know it. Whose hashtag is
// another's is told so, rather than that the name made of it is taken.
func slugProblem(tx *db.Tx, err error, main Tag) error {
	p, ok := problem.Of(err)
	if !ok || p.Field != "username" {
		return err
	}
	if p.Kind == problem.KindConflict {
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM movement_tag WHERE tag = $1)`, main.Folded).Scan(&taken); err != nil {
			return fmt.Errorf("look for a hashtag: %w", err)
		}
		if taken {
			return tagTaken("hashtag", main)
		}
	}
	renamed := *p
	renamed.Field = "slug"
	return &renamed
}

func tagTaken(field string, t Tag) error {
	return problem.Conflict(field, "#%s belongs to another movement here.", t.Display)
}

// Edit changes a movement to d, all of it but its slug. Organisers may.
func (s *Service) Edit(ctx context.Context, v account.Viewer, movementID id.ID, d Draft) (*Movement, error) {
	d, tags, err := d.clean()
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, v, movementID, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE movement SET hashtag = $1, purpose = $2, story = $3, rules = $4, town = $5, online = $6,
			changed_at = $7 WHERE id = $8`, tags[0].Folded, d.Purpose, d.Story, d.Rules, d.Town, d.Online,
			db.Millis(s.now()), movementID)
		if err != nil {
			return fmt.Errorf("change a movement: %w", err)
		}
		if err := writeTags(tx, movementID, tags); err != nil {
			return err
		}
		if err := writeCauses(tx, movementID, d.Causes); err != nil {
			return err
		}
		if err := s.takePictures(tx, v.ID(), movementID, d); err != nil {
			return err
		}
		change := account.Change{Name: &d.Name, Note: &d.Purpose, AvatarID: d.Avatar, HeaderID: d.Header}
		_, err = s.accounts.UpdateIn(tx, movementID, change, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.ByID(ctx, v, movementID)
}

// takePictures makes an organiser's new pictures the movement's own, which stay
// when the organiser goes.
func (s *Service) takePictures(tx *db.Tx, organiser, movementID id.ID, d Draft) error {
	var given []id.ID
	for _, p := range []*id.ID{d.Avatar, d.Header} {
		if p != nil && *p != 0 {
			given = append(given, *p)
		}
	}
	if len(given) == 0 {
		return nil
	}
	return s.pictures.GiveIn(tx, given, organiser, movementID)
}

// change runs f for an organiser's change of what Get shows, with the movement's
// row locked.
func (s *Service) change(ctx context.Context, v account.Viewer, movementID id.ID, f func(tx *db.Tx) error) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := MustOrganise(tx, v, movementID); err != nil {
			return err
		}
		if err := lock(tx, movementID); err != nil {
			return err
		}
		if err := f(tx); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Changed{MovementID: movementID})
	})
}

// Archive ends a movement: it stays to be read, and calls that are open stay so
// until they are closed. Organisers and moderators may; so they may with Reopen.
// Both are idempotent.
func (s *Service) Archive(ctx context.Context, v account.Viewer, movementID id.ID) error {
	return s.setState(ctx, v, movementID, StateArchived)
}

// Reopen takes Archive back.
func (s *Service) Reopen(ctx context.Context, v account.Viewer, movementID id.ID) error {
	return s.setState(ctx, v, movementID, StateOpen)
}

func (s *Service) setState(ctx context.Context, v account.Viewer, movementID id.ID, state State) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if !v.Moderates() {
			if err := MustOrganise(tx, v, movementID); err != nil {
				return err
			}
		}
		if err := lock(tx, movementID); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE movement SET state = $1, changed_at = $2 WHERE id = $3`, state, db.Millis(s.now()), movementID)
		if err != nil {
			return fmt.Errorf("archive or reopen a movement: %w", err)
		}
		return event.Emit(s.hub, tx, Changed{MovementID: movementID})
	})
}

// writeTags makes tags the movement's hashtags, the first its main one. A
// hashtag belongs to one movement: the primary key says so, not a look before.
func writeTags(tx *db.Tx, movementID id.ID, tags []Tag) error {
	if _, err := tx.Exec(`DELETE FROM movement_tag WHERE movement_id = $1`, movementID); err != nil {
		return fmt.Errorf("write a movement's hashtags: %w", err)
	}
	for i, t := range tags {
		n, err := affected(tx.Exec(`INSERT INTO movement_tag (tag, display, movement_id, main) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tag) DO NOTHING`, t.Folded, t.Display, movementID, i == 0))
		if err != nil {
			return fmt.Errorf("write a movement's hashtags: %w", err)
		}
		if n == 0 {
			field := "hashtag"
			if i > 0 {
				field = "aliases"
			}
			return tagTaken(field, t)
		}
	}
	return nil
}

func writeCauses(tx *db.Tx, movementID id.ID, causes []string) error {
	if _, err := tx.Exec(`DELETE FROM movement_cause WHERE movement_id = $1`, movementID); err != nil {
		return fmt.Errorf("write a movement's causes: %w", err)
	}
	for _, c := range causes {
		if _, err := tx.Exec(`INSERT INTO movement_cause (cause, movement_id) VALUES ($1, $2)`, c, movementID); err != nil {
			return fmt.Errorf("write a movement's causes: %w", err)
		}
	}
	return nil
}

// MoveTag gives a hashtag that belongs to a movement to another, as an alias.
// Moderators may. A main hashtag goes only when an alias can take its place.
func (s *Service) MoveTag(ctx context.Context, v account.Viewer, hashtag string, to id.ID) error {
	if !v.Moderates() {
		return problem.Forbidden("Only moderators move hashtags.")
	}
	folded := fold(hashtag)
	return s.d.Update(ctx, func(tx *db.Tx) error {
		from, main, err := tagOwner(tx, folded)
		if err != nil {
			return err
		}
		for _, m := range []id.ID{min(from, to), max(from, to)} { // in id order, as everybody
			if err := lock(tx, m); err != nil {
				return err
			}
		}
		if from == to {
			return nil
		}
		n, err := affected(tx.Exec(`UPDATE movement_tag SET movement_id = $1, main = FALSE WHERE tag = $2 AND movement_id = $3`,
			to, folded, from))
		if err != nil {
			return fmt.Errorf("move a hashtag: %w", err)
		}
		if n == 0 {
			return problem.Conflict("hashtag", "Somebody else moved this hashtag just now.")
		}
		if main {
			if err := promoteTag(tx, from); err != nil {
				return err
			}
		}
		if err := event.Emit(s.hub, tx, Changed{MovementID: from}); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Changed{MovementID: to})
	})
}

func tagOwner(tx *db.Tx, folded string) (owner id.ID, main bool, err error) {
	err = tx.QueryRow(`SELECT movement_id, main FROM movement_tag WHERE tag = $1`, folded).Scan(&owner, &main)
	return owner, main, notFound(err, "hashtag")
}

// promoteTag makes the first alias the main hashtag.
func promoteTag(tx *db.Tx, movementID id.ID) error {
	n, err := affected(tx.Exec(`UPDATE movement_tag SET main = TRUE WHERE tag =
		(SELECT MIN(tag) FROM movement_tag WHERE movement_id = $1)`, movementID))
	if err != nil {
		return fmt.Errorf("move a hashtag: %w", err)
	}
	if n == 0 {
		return problem.Conflict("hashtag", "This is the movement's only hashtag. It needs another one first.")
	}
	_, err = tx.Exec(`UPDATE movement SET hashtag = (SELECT tag FROM movement_tag WHERE main AND movement_id = movement.id)
		WHERE id = $1`, movementID)
	if err != nil {
		return fmt.Errorf("move a hashtag: %w", err)
	}
	return nil
}
