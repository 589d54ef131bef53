package filter

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
)

// change runs f in a transaction in which nobody else changes the viewer's
// filters or deletes its account, and tells of it.
func (s *Service) change(ctx context.Context, v account.Viewer, f func(tx *db.Tx) error) error {
	if !v.SignedIn() {
		return errNobody
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		alone := `SELECT 1 FROM account WHERE id = $1 AND state <> 'deleted'`
		if tx.Engine() == db.Postgres { // SQLite has one writer
			alone += ` FOR NO KEY UPDATE`
		}
		var one int
		if err := tx.QueryRow(alone, v.ID()).Scan(&one); errors.Is(err, sql.ErrNoRows) {
			return errNobody // deleted meanwhile, and its filters with it
		} else if err != nil {
			return fmt.Errorf("lock filters: %w", err)
		}
		if err := f(tx); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Changed{AccountID: v.ID()})
	})
}

// Create makes a filter of the viewer's. problem.Invalid names the field to mend;
// problem.Conflict says that there is no room for more.
func (s *Service) Create(ctx context.Context, v account.Viewer, d Draft) (*Filter, error) {
	f := &Filter{ID: s.ids.New(), AccountID: v.ID(), Action: Warn}
	if err := f.change(d); err != nil {
		return nil, err
	}
	err := s.change(ctx, v, func(tx *db.Tx) error {
		if err := room(tx, `SELECT count(*) FROM filter WHERE account_id = $1`, v.ID(), FiltersMost,
			"You have %d filters, and more are not possible."); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO filter (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			f.ID, f.AccountID, f.Title, int64(f.Contexts), string(f.Action), f.Drops, millis(f.ExpiresAt))
		if err != nil {
			return fmt.Errorf("make a filter: %w", err)
		}
		return s.setKeywords(tx, v, f.ID, d.Keywords)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, f.ID)
}

// Change changes a filter of the viewer's: what the draft names, and those
// keywords that it names. problem.NotFound for all others, and else as Create.
func (s *Service) Change(ctx context.Context, v account.Viewer, i id.ID, d Draft) (*Filter, error) {
	err := s.change(ctx, v, func(tx *db.Tx) error {
		f, err := own(tx, v, i)
		if err != nil {
			return err
		}
		if err := s.set(tx, f, d); err != nil {
			return err
		}
		return s.setKeywords(tx, v, i, d.Keywords)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

// set writes what a draft changes of a filter, but for its keywords.
func (s *Service) set(tx *db.Tx, f *Filter, d Draft) error {
	if err := f.change(d); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE filter SET title = $1, contexts = $2, action = $3, dropping = $4, expires_at = $5 WHERE id = $6`,
		f.Title, int64(f.Contexts), string(f.Action), f.Drops, millis(f.ExpiresAt), f.ID)
	if err != nil {
		return fmt.Errorf("change a filter: %w", err)
	}
	return nil
}

// Delete deletes a filter of the viewer's. problem.NotFound for all others.
func (s *Service) Delete(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.change(ctx, v, func(tx *db.Tx) error {
		if _, err := own(tx, v, i); err != nil {
			return err
		}
		return erase(tx, i)
	})
}

func erase(tx *db.Tx, filter id.ID) error {
	for _, q := range []string{`DELETE FROM filter_post WHERE filter_id = $1`, `DELETE FROM filter_keyword WHERE filter_id = $1`, `DELETE FROM filter WHERE id = $1`} {
		if _, err := tx.Exec(q, filter); err != nil {
			return fmt.Errorf("delete a filter: %w", err)
		}
	}
	return nil
}

// own is a filter of the viewer's without what it finds.
func own(tx *db.Tx, v account.Viewer, i id.ID) (*Filter, error) {
	all, err := db.All(tx, scanFilter, `SELECT `+columns+` FROM filter WHERE id = $1 AND account_id = $2`, i, v.ID())
	if err != nil {
		return nil, fmt.Errorf("read a filter: %w", err)
	}
	if len(all) == 0 {
		return nil, errFilter
	}
	return all[0], nil
}

// AddKeyword adds a keyword to a filter of the viewer's. Errors as Change.
func (s *Service) AddKeyword(ctx context.Context, v account.Viewer, filter id.ID, d KeywordDraft) (k Keyword, err error) {
	err = s.change(ctx, v, func(tx *db.Tx) error {
		if _, err := own(tx, v, filter); err != nil {
			return err
		}
		if k, err = s.insertKeyword(tx, v, filter, d); err != nil {
			return err
		}
		return keywordRoom(tx, v, filter)
	})
	return k, err
}

// ChangeKeyword changes a keyword of one of the viewer's filters, and the filter
// with it, unless that has other keywords: then d must leave it as it is, or the
// answer is problem.Invalid. problem.NotFound for keywords of others.
func (s *Service) ChangeKeyword(ctx context.Context, v account.Viewer, i id.ID, k KeywordDraft, d Draft) error {
	return s.change(ctx, v, func(tx *db.Tx) error {
		of, err := filterOf(tx, v, i)
		if err != nil {
			return err
		}
		f, err := own(tx, v, of)
		if err != nil {
			return err
		}
		was := *f
		if err := s.set(tx, f, d); err != nil {
			return err
		}
		others := 0
		if err := tx.QueryRow(`SELECT count(*) FROM filter_keyword WHERE filter_id = $1`, of).Scan(&others); err != nil {
			return fmt.Errorf("count keywords: %w", err)
		}
		if others > 1 && differs(was, *f) {
			return problem.Invalid("", "This would change a filter with several keywords. Use a newer app, or the settings on the web.")
		}
		k.ID = i
		return s.setKeywords(tx, v, of, []KeywordDraft{k})
	})
}

func differs(a, b Filter) bool {
	return a.Title != b.Title || a.Contexts != b.Contexts || a.Action != b.Action || a.Drops != b.Drops || !a.ExpiresAt.Equal(b.ExpiresAt)
}

// DeleteKeyword deletes a keyword of one of the viewer's filters, and with whole a
// filter that then finds nothing. problem.NotFound for all others.
func (s *Service) DeleteKeyword(ctx context.Context, v account.Viewer, i id.ID, whole bool) error {
	return s.change(ctx, v, func(tx *db.Tx) error {
		of, err := filterOf(tx, v, i)
		if err != nil {
			return err
		}
		if err := s.setKeywords(tx, v, of, []KeywordDraft{{ID: i, Remove: true}}); err != nil || !whole {
			return err
		}
		left := 0
		err = tx.QueryRow(`SELECT (SELECT count(*) FROM filter_keyword WHERE filter_id = $1) + (SELECT count(*) FROM filter_post WHERE filter_id = $2)`, of, of).Scan(&left)
		if err != nil {
			return fmt.Errorf("count what a filter finds: %w", err)
		}
		if left > 0 {
			return nil
		}
		return erase(tx, of)
	})
}

// filterOf is the filter of a keyword of the viewer's.
func filterOf(tx *db.Tx, v account.Viewer, keyword id.ID) (of id.ID, err error) {
	err = tx.QueryRow(`SELECT filter_id FROM filter_keyword WHERE id = $1 AND account_id = $2`, keyword, v.ID()).Scan(&of)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errKeyword
	}
	if err != nil {
		return 0, fmt.Errorf("read a keyword: %w", err)
	}
	return of, nil
}

// setKeywords writes what drafts change of a filter's keywords.
func (s *Service) setKeywords(tx *db.Tx, v account.Viewer, filter id.ID, drafts []KeywordDraft) error {
	for _, d := range drafts {
		switch {
		case d.ID != 0:
			if err := changeKeyword(tx, filter, d); err != nil {
				return err
			}
		case !d.Remove:
			if _, err := s.insertKeyword(tx, v, filter, d); err != nil {
				return err
			}
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	return keywordRoom(tx, v, filter)
}

func (s *Service) insertKeyword(tx *db.Tx, v account.Viewer, filter id.ID, d KeywordDraft) (Keyword, error) {
	k := Keyword{ID: s.ids.New()}
	if err := k.change(d); err != nil {
		return k, err
	}
	_, err := tx.Exec(`INSERT INTO filter_keyword (id, filter_id, account_id, keyword, whole_word) VALUES ($1, $2, $3, $4, $5)`,
		k.ID, filter, v.ID(), k.Text, k.WholeWord)
	if err != nil {
		return k, fmt.Errorf("add a keyword: %w", err)
	}
	return k, nil
}

func changeKeyword(tx *db.Tx, filter id.ID, d KeywordDraft) error {
	var k Keyword
	err := tx.QueryRow(`SELECT id, keyword, whole_word FROM filter_keyword WHERE id = $1 AND filter_id = $2`, d.ID, filter).Scan(&k.ID, &k.Text, &k.WholeWord)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errKeyword
	case err == nil && d.Remove:
		_, err = tx.Exec(`DELETE FROM filter_keyword WHERE id = $1`, k.ID)
	case err == nil:
		if err := k.change(d); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE filter_keyword SET keyword = $1, whole_word = $2 WHERE id = $3`, k.Text, k.WholeWord, k.ID)
	}
	if err != nil {
		return fmt.Errorf("change a keyword: %w", err)
	}
	return nil
}

// keywordRoom refuses more keywords than a filter and an account can have.
func keywordRoom(tx *db.Tx, v account.Viewer, filter id.ID) error {
	if err := room(tx, `SELECT count(*) - 1 FROM filter_keyword WHERE filter_id = $1`, filter, KeywordsMost,
		"A filter has at most %d keywords."); err != nil {
		return err
	}
	all, err := db.All(tx, func(row db.Row) (k string, err error) { return k, row.Scan(&k) },
		`SELECT keyword FROM filter_keyword WHERE account_id = $1`, v.ID())
	if err != nil {
		return fmt.Errorf("read keywords: %w", err)
	}
	bytes := 0
	for _, k := range all {
		bytes += len(db.Fold(k)) // what one character folds to can be long
	}
	if bytes > keywordBytes {
		return problem.Conflict("", "All your keywords together are too long.")
	}
	return nil
}

// room answers problem.Conflict unless a count is less than most.
func room(tx *db.Tx, count string, of id.ID, most int, full string) error {
	var n int
	if err := tx.QueryRow(count, of).Scan(&n); err != nil {
		return fmt.Errorf("count filters: %w", err)
	}
	if n >= most {
		return problem.Conflict("", full, most)
	}
	return nil
}

// AddPost has a filter of the viewer's find a post, which the viewer may see, as
// it may find it already. problem.NotFound for filters of others and for posts
// that the viewer may not see.
func (s *Service) AddPost(ctx context.Context, v account.Viewer, filter, post id.ID) (p Pick, err error) {
	if _, err := s.posts.Get(ctx, v, post); err != nil {
		return p, err
	}
	err = s.change(ctx, v, func(tx *db.Tx) error {
		if _, err := own(tx, v, filter); err != nil {
			return err
		}
		p = Pick{PostID: post}
		err := tx.QueryRow(`INSERT INTO filter_post (id, filter_id, account_id, post_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (filter_id, post_id) DO UPDATE SET account_id = excluded.account_id RETURNING id`, s.ids.New(), filter, v.ID(), post).Scan(&p.ID)
		if err != nil {
			return fmt.Errorf("filter a post: %w", err)
		}
		return room(tx, `SELECT count(*) - 1 FROM filter_post WHERE filter_id = $1`, filter, PostsMost, "A filter has at most %d posts.")
	})
	return p, err
}

// DeletePost takes a post out of one of the viewer's filters, by the id that the
// filter has it under. problem.NotFound for all others.
func (s *Service) DeletePost(ctx context.Context, v account.Viewer, i id.ID) (p Pick, err error) {
	err = s.change(ctx, v, func(tx *db.Tx) error {
		p = Pick{ID: i}
		err := tx.QueryRow(`DELETE FROM filter_post WHERE id = $1 AND account_id = $2 RETURNING post_id`, i, v.ID()).Scan(&p.PostID)
		if errors.Is(err, sql.ErrNoRows) {
			return errPick
		}
		if err != nil {
			return fmt.Errorf("take a post out of a filter: %w", err)
		}
		return nil
	})
	return p, err
}

// millis is a time as it is stored, NULL for never.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Millis(t)
}
