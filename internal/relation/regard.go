package relation

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// MaxNote is the most characters of a note about somebody.
const MaxNote = 2000

// EndorsedMost is how many accounts one account can recommend.
const EndorsedMost = 100

// Note keeps what the viewer notes about target, which nobody else ever sees; ""
// takes it away.
func (s *Service) Note(ctx context.Context, v account.Viewer, target id.ID, words string) (Relationship, error) {
	if _, err := s.target(ctx, v, target, "You need no note about yourself."); err != nil {
		return Relationship{}, err
	}
	words, err := text.Block("comment", words, MaxNote)
	if err != nil {
		return Relationship{}, err
	}
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		fewer, err := bounded(tx, "account_note", v.ID(), target, NotesMost)
		if err == nil {
			_, _, err = hold(tx, v.ID(), target)
		}
		switch {
		case err != nil:
			return err
		case words == "":
			_, err = tx.Exec(`DELETE FROM account_note WHERE account_id = $1 AND target_id = $2`, int64(v.ID()), int64(target))
		case !fewer:
			return problem.Conflict("comment", "You have %d notes, and more are not possible.", NotesMost)
		default:
			_, err = tx.Exec(`INSERT INTO account_note (id, account_id, target_id, text) VALUES ($1, $2, $3, $4)
				ON CONFLICT (account_id, target_id) DO UPDATE SET text = excluded.text`, int64(s.ids.New()), int64(v.ID()), int64(target), words)
		}
		if err != nil {
			return fmt.Errorf("note something about an account: %w", err)
		}
		return nil
	})
}

// Endorse shows target, whom the viewer follows, on the viewer's page. Doing it
// twice does nothing more. problem.Invalid for one that is not followed;
// problem.Conflict says that EndorsedMost are shown already.
func (s *Service) Endorse(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	if _, err := s.target(ctx, v, target, "You cannot recommend yourself."); err != nil {
		return Relationship{}, err
	}
	return s.change(ctx, v, target, func(tx *db.Tx) error {
		for _, with := range []id.ID{v.ID(), target} {
			if err := lockPair(tx, v.ID(), with); err != nil {
				return err
			}
		}
		var follows, others int
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM follow WHERE follower_id = $1 AND followee_id = $2),
			(SELECT count(*) FROM endorsement WHERE account_id = $3 AND target_id <> $4)`,
			int64(v.ID()), int64(target), int64(v.ID()), int64(target)).Scan(&follows, &others)
		if err != nil {
			return fmt.Errorf("look whom an account recommends: %w", err)
		}
		if follows == 0 {
			return problem.Invalid("id", "You must follow somebody before you recommend them.")
		}
		if _, _, err := hold(tx, v.ID(), target); err != nil {
			return err
		}
		if others >= EndorsedMost {
			return problem.Conflict("id", "You recommend %d accounts, and more are not possible.", EndorsedMost)
		}
		_, err = tx.Exec(`INSERT INTO endorsement (id, account_id, target_id) VALUES ($1, $2, $3)
			ON CONFLICT (account_id, target_id) DO NOTHING`, int64(s.ids.New()), int64(v.ID()), int64(target))
		if err != nil {
			return fmt.Errorf("recommend an account: %w", err)
		}
		return nil
	})
}

// Unendorse undoes Endorse.
func (s *Service) Unendorse(ctx context.Context, v account.Viewer, target id.ID) (Relationship, error) {
	return s.change(ctx, v, target, func(tx *db.Tx) error { return unendorse(tx, v.ID(), target) })
}

func unendorse(tx *db.Tx, by, target id.ID) error {
	if _, err := tx.Exec(`DELETE FROM endorsement WHERE account_id = $1 AND target_id = $2`, int64(by), int64(target)); err != nil {
		return fmt.Errorf("recommend an account no more: %w", err)
	}
	return nil
}

// Endorsed are those whom an account recommends to all, the newest first.
// problem.NotFound when it blocks the viewer.
func (s *Service) Endorsed(ctx context.Context, v account.Viewer, of id.ID, p db.Page) ([]Entry, error) {
	if err := s.admits(ctx, v, of); err != nil {
		return nil, err
	}
	return s.list(ctx, v.ID(), "endorsement", "target_id", "account_id", of, p)
}

// familiarMost is how many familiar followers of one account are named.
const familiarMost = 40

// Familiar are, for each of up to 40 accounts, those among whom the viewer follows
// who follow it too, at most familiarMost; nobody who keeps that to themselves,
// and nobody for an account that does.
func (s *Service) Familiar(ctx context.Context, v account.Viewer, ids []id.ID) (map[id.ID][]*account.Account, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see whom you know.")
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := db.In(2, ids)
	me := 2 + len(args)
	type pair struct{ of, familiar id.ID }
	pairs, err := db.All(s.d.Read(ctx), func(r db.Row) (p pair, err error) { return p, r.Scan(&p.of, &p.familiar) },
		`SELECT followee_id, follower_id FROM (
			SELECT theirs.followee_id, theirs.follower_id, ROW_NUMBER() OVER (PARTITION BY theirs.followee_id ORDER BY theirs.id DESC) AS place
			FROM follow mine JOIN follow theirs ON theirs.follower_id = mine.followee_id
			JOIN account familiar ON familiar.id = theirs.follower_id AND familiar.state = 'active' AND NOT familiar.hides_network
			JOIN account target ON target.id = theirs.followee_id AND target.state = 'active' AND NOT target.hides_network
			WHERE mine.follower_id = $1 AND theirs.followee_id IN `+list+fmt.Sprintf(`
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = theirs.followee_id AND block.target_id = $%d)) AS all_of
		WHERE place <= %d ORDER BY followee_id, place`, me, familiarMost), append(append([]any{int64(v.ID())}, args...), int64(v.ID()))...)
	if err != nil {
		return nil, fmt.Errorf("look for familiar followers: %w", err)
	}
	people := make([]id.ID, len(pairs))
	for n, p := range pairs {
		people[n] = p.familiar
	}
	accounts, err := s.accounts.Many(ctx, people)
	if err != nil {
		return nil, err
	}
	found := map[id.ID][]*account.Account{}
	for _, p := range pairs {
		if a := accounts[p.familiar]; a != nil {
			found[p.of] = append(found[p.of], a)
		}
	}
	return found, nil
}
