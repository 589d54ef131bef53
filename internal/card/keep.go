package card

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
)

// toldAtOnce is how many posts one event names, and how many move from one card
// to another.
const toldAtOnce = 500

// tellArgs is the job that tells of a changed card on the posts that are older
// than those told of already.
type tellArgs struct {
	Card   id.ID `json:"card"`
	Before id.ID `json:"before"`
}

// Kind names the job.
func (tellArgs) Kind() string { return "card_tell" }

// noWords empties the columns that hold what a page says.
const noWords = `kind = 'link', title = '', description = '', language = '', author_name = '', author_url = '',
	provider_name = '', provider_url = '', published_at = NULL, account_id = NULL`

// store keeps what was found of a page, with its picture; of is whose words they
// are where the page is of this server.
func (s *Service) store(ctx context.Context, i id.ID, f *page.Found, picture *media.Media, of id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		i := i
		var address string
		err := tx.QueryRow(locked(tx, `SELECT url FROM card WHERE id = $1`), i).Scan(&address)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // its posts are gone; the picture is loose, and goes too
		}
		if err != nil {
			return fmt.Errorf("hold a card: %w", err)
		}
		if f.URL != address {
			if i, err = s.rename(tx, i, f.URL); err != nil {
				return err
			}
		}
		var published *int64
		if !f.PublishedAt.IsZero() {
			at := db.Millis(f.PublishedAt)
			published = &at
		}
		_, err = tx.Exec(`UPDATE card SET state = 'ready', kind = $1, title = $2, description = $3, language = $4, author_name = $5, author_url = $6,
				provider_name = $7, provider_url = $8, published_at = $9, account_id = $10, due_at = $11 WHERE id = $12`,
			string(kindOf(f)), f.Title, f.Description, f.Language, f.AuthorName, f.AuthorURL,
			f.ProviderName, f.ProviderURL, published, of, db.Millis(s.now().Add(freshFor)), i)
		if err != nil {
			return fmt.Errorf("keep a card: %w", err)
		}
		if picture == nil {
			err = s.media.EraseIn(tx, media.OnCard, i)
		} else {
			_, err = s.media.AttachIn(tx, picture.AccountID, []id.ID{picture.ID}, media.OnCard, i)
		}
		if err != nil {
			return err
		}
		return s.tell(tx, tellArgs{Card: i})
	})
}

func kindOf(f *page.Found) Kind {
	if f.Photo {
		return Photo
	}
	return Link
}

// rename gives a card its page's own address. Where there is a card of that page
// already, the posts move to it, unless they are very many: then the page goes
// on being known by both.
func (s *Service) rename(tx *db.Tx, i id.ID, address string) (id.ID, error) {
	other, err := db.All(tx, scanID, locked(tx, `SELECT id FROM card WHERE url = $1`), address)
	if err != nil {
		return 0, fmt.Errorf("look for a page's card: %w", err)
	}
	if len(other) == 0 {
		_, err = tx.Exec(`UPDATE card SET url = $1 WHERE id = $2`, address, i)
		return i, err
	}
	posts, err := postsOf(tx, tellArgs{Card: i})
	if err != nil || len(posts) == toldAtOnce {
		return i, err
	}
	if _, err = tx.Exec(`UPDATE post_card SET card_id = $1 WHERE card_id = $2`, other[0], i); err != nil {
		return 0, fmt.Errorf("move posts to a page's card: %w", err)
	}
	return other[0], s.eraseUnused(tx, i)
}

// fail remembers that a page could not be fetched, so that it is left alone for
// a while. What is shown of it stays, unless it is gone.
func (s *Service) fail(ctx context.Context, i id.ID, gone bool) error {
	due := db.Millis(s.now().Add(failedFor))
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE card SET due_at = $1, state = CASE WHEN state = 'waiting' THEN 'none' ELSE state END WHERE id = $2`, due, i)
		if err != nil || !gone {
			return err
		}
		shown, err := db.All(tx, scanID, `UPDATE card SET state = 'none', `+noWords+` WHERE id = $1 AND state = 'ready' RETURNING id`, i)
		if err != nil || len(shown) == 0 {
			return err
		}
		if err := s.media.EraseIn(tx, media.OnCard, i); err != nil {
			return err
		}
		return s.tell(tx, tellArgs{Card: i})
	})
}

func postsOf(r db.Reader, a tellArgs) ([]id.ID, error) {
	before := a.Before
	if before == 0 {
		before = id.Ceil(time.UnixMilli(1 << 46))
	}
	posts, err := db.All(r, scanID, fmt.Sprintf(`SELECT post_id FROM post_card WHERE card_id = $1 AND post_id < $2 ORDER BY post_id DESC LIMIT %d`, toldAtOnce),
		a.Card, before)
	if err != nil {
		return nil, fmt.Errorf("list a card's posts: %w", err)
	}
	return posts, nil
}

// tell tells of a changed card: on its newest posts at once, on others by a job.
func (s *Service) tell(tx *db.Tx, a tellArgs) error {
	posts, err := postsOf(tx, a)
	if err != nil || len(posts) == 0 {
		return err
	}
	if len(posts) == toldAtOnce {
		if err := s.jobs.Enqueue(tx, tellArgs{Card: a.Card, Before: posts[len(posts)-1]}); err != nil {
			return err
		}
	}
	return event.Emit(s.hub, tx, Changed{Posts: posts})
}

func (s *Service) tellRest(ctx context.Context, a tellArgs) error {
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.tell(tx, a) })
}

// again erases what a card of this server's own page says, and has it made anew
// of what the rooms say now.
func (s *Service) again(tx *db.Tx, cards []id.ID) error {
	for _, i := range cards {
		if _, err := tx.Exec(`UPDATE card SET state = 'waiting', `+noWords+` WHERE id = $1`, i); err != nil {
			return fmt.Errorf("make a card anew: %w", err)
		}
		if err := s.media.EraseIn(tx, media.OnCard, i); err != nil {
			return err
		}
		if err := s.tell(tx, tellArgs{Card: i}); err != nil {
			return err
		}
		if err := s.jobs.Enqueue(tx, fetchArgs{Card: i}, jobs.Unique()); err != nil {
			return err
		}
	}
	return nil
}
