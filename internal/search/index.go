package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
)

// atOnce is how many posts or accounts are indexed in one transaction: few, since
// on SQLite all who write wait for it.
const atOnce = 40

// OnPostCreated marks a new post as due.
func (s *Service) OnPostCreated(tx *db.Tx, e post.Created) error {
	if e.ShareOf != 0 {
		return nil
	}
	return due(tx, e.PostID)
}

// OnPostEdited takes the old words away at once.
func (s *Service) OnPostEdited(tx *db.Tx, e post.Edited) error {
	return again(tx, e.PostID)
}

// OnMediaChanged is like OnPostEdited for the description of a picture.
func (s *Service) OnMediaChanged(tx *db.Tx, e media.Changed) error {
	if e.OwnerKind != media.OnPost {
		return nil
	}
	return again(tx, e.OwnerID)
}

// OnPostDeleted takes the words away.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	if e.ShareOf != 0 {
		return nil
	}
	if _, err := tx.Exec(`DELETE FROM search_due WHERE post_id = $1`, e.PostID); err != nil {
		return fmt.Errorf("forget a post: %w", err)
	}
	return forget(tx, e.PostID)
}

func again(tx *db.Tx, i id.ID) error {
	if err := forget(tx, i); err != nil {
		return err
	}
	return due(tx, i)
}

func due(tx *db.Tx, i id.ID) error {
	if _, err := tx.Exec(`INSERT INTO search_due (post_id) VALUES ($1) ON CONFLICT (post_id) DO NOTHING`, i); err != nil {
		return fmt.Errorf("mark a post for the index: %w", err)
	}
	return nil
}

func forget(tx *db.Tx, i id.ID) error {
	if _, err := tx.Exec(`DELETE FROM search_words WHERE rowid = $1`, i); err != nil {
		return fmt.Errorf("take a post out of the index: %w", err)
	}
	return nil
}

// OnAccountCreated marks a new account as due.
func (s *Service) OnAccountCreated(tx *db.Tx, e account.Created) error { return nameDue(tx, e.ID) }

// OnAccountChanged takes the old words away at once.
func (s *Service) OnAccountChanged(tx *db.Tx, e account.Changed) error { return nameDue(tx, e.ID) }

// OnMovementChanged is OnAccountChanged for a movement's hashtags.
func (s *Service) OnMovementChanged(tx *db.Tx, e movement.Changed) error {
	return nameDue(tx, e.MovementID)
}

// OnMovementStarted is OnAccountCreated for a movement's hashtags.
func (s *Service) OnMovementStarted(tx *db.Tx, e movement.Started) error {
	return nameDue(tx, e.MovementID)
}

// OnAccountDeleted takes the words away.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, q := range []string{`DELETE FROM search_name WHERE account_id = $1`, `DELETE FROM search_name_due WHERE account_id = $1`} {
		if _, err := tx.Exec(q, e.ID); err != nil {
			return fmt.Errorf("forget an account's names: %w", err)
		}
	}
	return nil
}

func nameDue(tx *db.Tx, i id.ID) error {
	_, err := tx.Exec(`DELETE FROM search_name WHERE account_id = $1`, i)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO search_name_due (account_id) VALUES ($1) ON CONFLICT (account_id) DO NOTHING`, i)
	}
	if err != nil {
		return fmt.Errorf("mark an account for the index: %w", err)
	}
	return nil
}

// Index takes in what is due, the sweep of this room. Between two transactions it
// rests for as long as one took, so that much that is due at once, after an import
// or an update, leaves half of the writer to people.
func (s *Service) Index(ctx context.Context) error {
	for _, some := range []func(tx *db.Tx) (int, error){s.indexNames, s.indexPosts} {
		for n := atOnce; n == atOnce; {
			waits, err := db.All(s.d.Read(ctx), scanOne, `SELECT 1 WHERE EXISTS (SELECT 1 FROM search_due) OR EXISTS (SELECT 1 FROM search_name_due)`)
			if err != nil || len(waits) == 0 {
				return err
			}
			began := time.Now()
			err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
				n, err = some(tx)
				return err
			})
			if err != nil {
				return fmt.Errorf("index: %w", err)
			}
			if n < atOnce {
				break
			}
			select {
			case <-time.After(time.Since(began)):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

func scanOne(r db.Row) (n int, err error) { return n, r.Scan(&n) }

// indexPosts takes in the newest posts that are due, and says how many there
// were. Rows of posts stay as they are until it is done, so that one which is
// deleted meanwhile is deleted after it.
func (s *Service) indexPosts(tx *db.Tx) (int, error) {
	ids, err := db.All(tx, db.ScanID, `SELECT post_id FROM search_due ORDER BY post_id DESC LIMIT $1`, atOnce)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	type row struct {
		id            id.ID
		text, warning string
	}
	lock := ""
	if tx.Engine() == db.Postgres {
		lock = " FOR SHARE"
	}
	list, args := db.In(1, ids)
	posts, err := db.All(tx, func(r db.Row) (x row, err error) {
		return x, r.Scan(&x.id, &x.text, &x.warning)
	}, `SELECT id, text, warning FROM post WHERE share_of IS NULL AND id IN `+list+` ORDER BY id`+lock, args...)
	if err != nil {
		return 0, err
	}
	around, err := around(tx, ids)
	if err != nil {
		return 0, err
	}
	for _, q := range []string{`DELETE FROM search_due WHERE post_id IN `, `DELETE FROM search_words WHERE rowid IN `} {
		if _, err := tx.Exec(q+list, args...); err != nil {
			return 0, err
		}
	}
	e := engine(tx.Engine())
	for _, x := range posts {
		all := append(words(x.warning), words(x.text)...)
		if strings.Contains(x.text, "://") {
			all = append(all, signLink)
		}
		if all = append(all, around[x.id]...); len(all) == 0 {
			continue
		}
		if _, err := tx.Exec(e.insert(), x.id, e.document(all)); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// around are the words and signs of what hangs on posts: pictures, polls (whose
// options are JSON, which adds no words) and hashtags.
func around(tx *db.Tx, ids []id.ID) (map[id.ID][]string, error) {
	all := map[id.ID][]string{}
	list, args := db.In(1, ids)
	add := func(query string, of func(text string) []string) error {
		_, err := db.All(tx, func(r db.Row) (x struct{}, err error) {
			var i id.ID
			var text string
			if err = r.Scan(&i, &text); err == nil {
				all[i] = append(all[i], of(text)...)
			}
			return x, err
		}, query+list, args...)
		return err
	}
	err := add(`SELECT owner_id, description FROM media WHERE owner_kind = 'post' AND owner_id IN `,
		func(s string) []string { return append(words(s), signMedia) })
	if err == nil {
		err = add(`SELECT post_id, options FROM poll WHERE post_id IN `, func(s string) []string { return append(words(s), signPoll) })
	}
	if err == nil {
		err = add(`SELECT post_id, tag FROM post_tag WHERE post_id IN `, func(tag string) []string { return []string{signTag + tag} })
	}
	return all, err
}

// indexNames is indexPosts for accounts.
func (s *Service) indexNames(tx *db.Tx) (int, error) {
	ids, err := db.All(tx, db.ScanID, `SELECT account_id FROM search_name_due ORDER BY account_id LIMIT $1`, atOnce)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	lock := ""
	if tx.Engine() == db.Postgres {
		lock = " FOR SHARE"
	}
	list, args := db.In(1, ids)
	names := map[id.ID][]string{}
	add := func(query string) error {
		_, err := db.All(tx, func(r db.Row) (x struct{}, err error) {
			var i id.ID
			var text string
			if err = r.Scan(&i, &text); err == nil {
				names[i] = append(names[i], text)
			}
			return x, err
		}, query, args...)
		return err
	}
	if err = add(`SELECT id, username || ' ' || name FROM account WHERE state <> 'deleted' AND id IN ` + list + ` ORDER BY id` + lock); err == nil {
		err = add(`SELECT movement_id, tag FROM movement_tag WHERE movement_id IN ` + list)
	}
	if err != nil {
		return 0, err
	}
	for _, q := range []string{`DELETE FROM search_name_due WHERE account_id IN `, `DELETE FROM search_name WHERE account_id IN `} {
		if _, err := tx.Exec(q+list, args...); err != nil {
			return 0, err
		}
	}
	for _, i := range ids {
		for _, word := range nameParts(names[i]) {
			if _, err := tx.Exec(`INSERT INTO search_name (word, account_id) VALUES ($1, $2) ON CONFLICT (word, account_id) DO NOTHING`, word, i); err != nil {
				return 0, err
			}
		}
	}
	return len(ids), nil
}

// nameParts are the words of names, and for scripts without spaces every end of
// a run, so that a name is found from each of its characters on.
func nameParts(names []string) (parts []string) {
	for _, n := range names {
		for run := range runs(db.Fold(n)) {
			parts = append(parts, cut(run.text))
			if !run.dense {
				continue
			}
			for i := range run.text {
				if i > 0 {
					parts = append(parts, cut(run.text[i:]))
				}
			}
		}
	}
	return parts
}
