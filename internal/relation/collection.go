package relation

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Bounds of collections.
const (
	CollectionsMost       = 10 // of one account
	CollectedMost         = 25 // in one collection
	collectionName        = 40 // characters
	collectionDescription = 100
)

// Collection is a set of accounts that somebody gathers for others to follow.
// Everybody may see it.
type Collection struct {
	ID           id.ID
	AccountID    id.ID // who gathers
	Name         string
	Description  string
	Language     string // ISO 639, or ""
	Tag          string // what it is about, without '#', or ""
	Sensitive    bool
	Discoverable bool // others find it on the page of who gathers
	CreatedAt    time.Time
	ChangedAt    time.Time
	Items        []Collected // that the viewer may see, who was added first first
}

// Collected is one account of a collection.
type Collected struct {
	ID        id.ID
	AccountID id.ID
	CreatedAt time.Time
}

// CollectionDraft is what its owner gives for a collection; nil leaves it as it
// is, and is "" and false for a new one.
type CollectionDraft struct {
	Name, Description, Language, Tag *string
	Sensitive, Discoverable          *bool
}

// into takes the draft in; problem.Invalid names the field that is wrong.
func (d CollectionDraft) into(c *Collection) (err error) {
	if d.Name != nil {
		c.Name, err = text.Line("name", *d.Name, collectionName)
	}
	if err == nil && c.Name == "" {
		err = problem.Invalid("name", "Give it a name.")
	}
	if err == nil && d.Description != nil {
		c.Description, err = text.Block("description", *d.Description, collectionDescription)
	}
	if err != nil {
		return err
	}
	if d.Language != nil {
		c.Language = ""
		if *d.Language != "" {
			tag, err := language.Parse(*d.Language)
			if err != nil || len(*d.Language) > 35 {
				return problem.Invalid("language", "A language is a code such as en or pt-BR.")
			}
			base, _ := tag.Base()
			c.Language = base.String()
		}
	}
	if d.Tag != nil {
		c.Tag = ""
		if *d.Tag != "" {
			ok := false
			if c.Tag, ok = text.Tag(*d.Tag); !ok {
				return problem.Invalid("tag_name", "This is not a hashtag.")
			}
		}
	}
	if d.Sensitive != nil {
		c.Sensitive = *d.Sensitive
	}
	if d.Discoverable != nil {
		c.Discoverable = *d.Discoverable
	}
	return nil
}

// CreateCollection begins a collection of the viewer's with accounts, all of them
// or none. problem.Invalid for a field that is wrong and for more than
// CollectionsMost or CollectedMost; else like Collect.
func (s *Service) CreateCollection(ctx context.Context, v account.Viewer, d CollectionDraft, accounts []id.ID) (*Collection, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to do this.")
	}
	now := s.now()
	c := Collection{ID: s.ids.New(), AccountID: v.ID(), CreatedAt: db.Time(db.Millis(now))}
	c.ChangedAt = c.CreatedAt
	if err := d.into(&c); err != nil {
		return nil, err
	}
	for _, i := range accounts {
		if err := s.mayCollect(ctx, v, i); err != nil {
			return nil, err
		}
	}
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), v.ID()); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM collection WHERE account_id = $1`, int64(v.ID())).Scan(&n); err != nil {
			return fmt.Errorf("count collections: %w", err)
		}
		if n >= CollectionsMost {
			return problem.Invalid("base", "You have %d collections, and more are not possible.", CollectionsMost)
		}
		_, err := tx.Exec(`INSERT INTO collection (id, account_id, name, description, language, tag, sensitive, discoverable, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, int64(c.ID), int64(c.AccountID), c.Name, c.Description, c.Language, c.Tag,
			c.Sensitive, c.Discoverable, db.Millis(now), db.Millis(now))
		if err != nil {
			return fmt.Errorf("make a collection: %w", err)
		}
		for _, i := range accounts {
			if _, err := s.collectIn(tx, v, c.ID, i, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Collection(ctx, v, c.ID)
}

// ChangeCollection changes a collection of the viewer's; problem.Forbidden for
// those of others.
func (s *Service) ChangeCollection(ctx context.Context, v account.Viewer, i id.ID, d CollectionDraft) (*Collection, error) {
	err := s.changeCollection(ctx, v, i, func(tx *db.Tx, c *Collection) error {
		if err := d.into(c); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE collection SET name = $1, description = $2, language = $3, tag = $4, sensitive = $5, discoverable = $6, changed_at = $7
			WHERE id = $8`, c.Name, c.Description, c.Language, c.Tag, c.Sensitive, c.Discoverable, db.Millis(s.now()), int64(i))
		if err != nil {
			return fmt.Errorf("change a collection: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Collection(ctx, v, i)
}

// DeleteCollection erases a collection of the viewer's.
func (s *Service) DeleteCollection(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.changeCollection(ctx, v, i, func(tx *db.Tx, _ *Collection) error {
		for _, q := range []string{`DELETE FROM collection_item WHERE collection_id = $1`, `DELETE FROM collection WHERE id = $1`} {
			if _, err := tx.Exec(q, int64(i)); err != nil {
				return fmt.Errorf("delete a collection: %w", err)
			}
		}
		return nil
	})
}

// changeCollection runs f with a collection of the viewer's, alone with all that
// is the viewer's.
func (s *Service) changeCollection(ctx context.Context, v account.Viewer, i id.ID, f func(tx *db.Tx, c *Collection) error) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), v.ID()); err != nil {
			return err
		}
		found, err := collections(tx, `id = $1`, int64(i))
		if err != nil {
			return err
		}
		switch {
		case len(found) == 0:
			return problem.NotFound("collection")
		case !v.Is(found[0].AccountID):
			return problem.Forbidden("Only who made this collection may do this.")
		}
		return f(tx, found[0])
	})
}

func collections(r db.Reader, where string, args ...any) ([]*Collection, error) {
	found, err := db.All(r, func(row db.Row) (*Collection, error) {
		var c Collection
		var created, changed int64
		err := row.Scan(&c.ID, &c.AccountID, &c.Name, &c.Description, &c.Language, &c.Tag, &c.Sensitive, &c.Discoverable, &created, &changed)
		c.CreatedAt, c.ChangedAt = db.Time(created), db.Time(changed)
		return &c, err
	}, `SELECT id, account_id, name, description, language, tag, sensitive, discoverable, created_at, changed_at FROM collection WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read collections: %w", err)
	}
	return found, nil
}

// Collection is one, with those in it that the viewer may see. problem.NotFound
// when its owner is not shown or blocks the viewer.
func (s *Service) Collection(ctx context.Context, v account.Viewer, i id.ID) (*Collection, error) {
	found, err := collections(s.d.Read(ctx), `id = $1`, int64(i))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, problem.NotFound("collection")
	}
	owner, err := s.accounts.Get(ctx, found[0].AccountID)
	if err != nil {
		return nil, err
	}
	if !owner.Shown() {
		return nil, problem.NotFound("collection")
	}
	if err := s.admits(ctx, v, owner.ID); err != nil {
		return nil, err
	}
	return found[0], s.fill(ctx, v, found)
}

// collectionsPage bounds a page of collections.
const collectionsPage = 80

// CollectionsOf are an account's collections, the newest first; to others those
// that are to be found. Nobody whom the account blocks sees any.
func (s *Service) CollectionsOf(ctx context.Context, v account.Viewer, of id.ID, offset, limit int) ([]*Collection, error) {
	set, err := s.Of(ctx, v.ID())
	if err != nil || set.BlockedBy(of) {
		return nil, err
	}
	where := `account_id = $1`
	if !v.Is(of) {
		where += ` AND discoverable`
	}
	return s.pageOfCollections(ctx, v, where, []any{int64(of)}, offset, limit)
}

// CollectionsWith are those that the viewer is in, the newest first, of those who
// are shown and keep nothing from the viewer.
func (s *Service) CollectionsWith(ctx context.Context, v account.Viewer, offset, limit int) ([]*Collection, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see who recommends you.")
	}
	me := int64(v.ID())
	return s.pageOfCollections(ctx, v, `id IN (SELECT collection_id FROM collection_item WHERE account_id = $1 AND NOT revoked)
		AND EXISTS (SELECT 1 FROM account WHERE account.id = collection.account_id AND account.state = 'active')
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = collection.account_id AND block.target_id = $2)
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = $3 AND block.target_id = collection.account_id)`, []any{me, me, me}, offset, limit)
}

func (s *Service) pageOfCollections(ctx context.Context, v account.Viewer, where string, args []any, offset, limit int) ([]*Collection, error) {
	limit, offset = max(1, min(limit, collectionsPage)), max(0, min(offset, 1_000_000))
	found, err := collections(s.d.Read(ctx), where+` ORDER BY id DESC LIMIT `+strconv.Itoa(limit)+` OFFSET `+strconv.Itoa(offset), args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, s.fill(ctx, v, found)
}

// fill adds those who are in collections and whom the viewer may see.
func (s *Service) fill(ctx context.Context, v account.Viewer, all []*Collection) error {
	set, err := s.Of(ctx, v.ID())
	if err != nil {
		return err
	}
	byID, ids := map[id.ID]*Collection{}, make([]id.ID, len(all))
	for n, c := range all {
		byID[c.ID], ids[n] = c, c.ID
	}
	type row struct {
		of id.ID
		Collected
	}
	list, args := db.In(1, ids)
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (w row, err error) {
		var at int64
		err = r.Scan(&w.of, &w.ID, &w.AccountID, &at)
		w.CreatedAt = db.Time(at)
		return w, err
	}, `SELECT i.collection_id, i.id, i.account_id, i.created_at FROM collection_item i JOIN account ON account.id = i.account_id
		WHERE i.collection_id IN `+list+` AND NOT i.revoked AND account.state = 'active' ORDER BY i.id`, args...)
	if err != nil {
		return fmt.Errorf("read who is in collections: %w", err)
	}
	for _, w := range rows {
		if !set.Apart(w.AccountID) {
			byID[w.of].Items = append(byID[w.of].Items, w.Collected)
		}
	}
	return nil
}
