package relation

import (
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Bounds of lists.
const (
	ListsMost   = 50  // of one account
	MembersMost = 500 // of one list
	titleMost   = 256 // characters
)

// Replies says which replies to others show in a list; those to the list's owner
// and within a member's own thread always do.
type Replies string

const (
	RepliesFollowed Replies = "followed" // to anyone whom the owner follows
	RepliesList     Replies = "list"     // to members
	RepliesNone     Replies = "none"
)

// List is a list that somebody keeps of accounts it follows, at one moment; it
// never changes. Only its owner knows of it.
type List struct {
	ID        id.ID
	AccountID id.ID // its owner
	Title     string
	Replies   Replies
	Exclusive bool // what members write shows here and not at home

	members []id.ID // sorted
}

// Members are the accounts in the list, by id; nobody changes them. Some may not
// have accepted yet that the owner follows them.
func (l *List) Members() []id.ID { return l.members }

// Has says whether an account is in the list.
func (l *List) Has(i id.ID) bool { return has(l.members, i) }

func (l *List) bytes() int { return 200 + len(l.Title) + 8*cap(l.members) }

// ListDraft is what an owner gives for a list; nil leaves it as it is, and is
// RepliesList and not exclusive for a new one.
type ListDraft struct {
	Title     *string
	Replies   *Replies
	Exclusive *bool
}

// ListChanged tells that a list, or who is in it, changed, or that it is gone.
type ListChanged struct{ ListID, AccountID id.ID }

func (l *List) change(d ListDraft) (err error) {
	if d.Title != nil {
		if l.Title, err = text.Line("title", *d.Title, titleMost); err != nil {
			return err
		}
	}
	if l.Title == "" {
		return problem.Invalid("title", "Give the list a title.")
	}
	if d.Replies != nil {
		l.Replies = *d.Replies
	}
	if !slices.Contains([]Replies{RepliesFollowed, RepliesList, RepliesNone}, l.Replies) {
		return problem.Invalid("replies_policy", "The replies of a list are followed, list or none.")
	}
	if d.Exclusive != nil {
		l.Exclusive = *d.Exclusive
	}
	return nil
}

// CreateList makes a list of the viewer's. problem.Invalid names the field to
// mend; problem.Conflict says that there are ListsMost already.
func (s *Service) CreateList(ctx context.Context, v account.Viewer, d ListDraft) (*List, error) {
	if !v.SignedIn() {
		return nil, errNoLists
	}
	l := &List{ID: s.ids.New(), AccountID: v.ID(), Replies: RepliesList}
	if err := l.change(d); err != nil {
		return nil, err
	}
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := lockPair(tx, v.ID(), v.ID()); err != nil {
			return err
		}
		res, err := tx.Exec(`INSERT INTO list (id, account_id, title, replies, exclusive, created_at)
			SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BOOLEAN), CAST($6 AS BIGINT)
			WHERE (SELECT count(*) FROM list WHERE account_id = $7) < $8`,
			int64(l.ID), int64(v.ID()), l.Title, string(l.Replies), l.Exclusive, db.Millis(s.now()), int64(v.ID()), ListsMost)
		if err != nil {
			return fmt.Errorf("make a list: %w", err)
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			if err == nil {
				err = problem.Conflict("", "You have %d lists, and more are not possible.", ListsMost)
			}
			return err
		}
		return event.Emit(s.hub, tx, ListChanged{ListID: l.ID, AccountID: v.ID()})
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

var errNoLists = problem.Unauthorized("Sign in to see your lists.")

// List is a list of the viewer's, with its members. problem.NotFound for all
// others. It reads no database while it is in memory.
func (s *Service) List(ctx context.Context, v account.Viewer, i id.ID) (*List, error) {
	l, found, err := s.lists.Get(ctx, i)
	if err != nil {
		return nil, err
	}
	if !found || !v.Is(l.AccountID) {
		return nil, problem.NotFound("list")
	}
	return l, nil
}

// Lists are all lists of the viewer's, oldest first.
func (s *Service) Lists(ctx context.Context, v account.Viewer) ([]*List, error) {
	if !v.SignedIn() {
		return nil, errNoLists
	}
	return s.listsWhere(ctx, `account_id = $1`, int64(v.ID()))
}

// ListsWith are those of the viewer's lists that an account is in, oldest first.
func (s *Service) ListsWith(ctx context.Context, v account.Viewer, member id.ID) ([]*List, error) {
	if !v.SignedIn() {
		return nil, errNoLists
	}
	return s.listsWhere(ctx, `id IN (SELECT list_id FROM list_member WHERE owner_id = $1 AND account_id = $2)`, int64(v.ID()), int64(member))
}

func (s *Service) listsWhere(ctx context.Context, cond string, args ...any) ([]*List, error) {
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT id FROM list WHERE `+cond+` ORDER BY id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	found, err := s.lists.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var all []*List
	for _, i := range ids {
		if l := found[i]; l != nil {
			all = append(all, l)
		}
	}
	return all, nil
}

func scanID(row db.Row) (i id.ID, err error) {
	err = row.Scan(&i)
	return i, err
}

func scanList(row db.Row) (*List, error) {
	l := &List{}
	return l, row.Scan(&l.ID, &l.AccountID, &l.Title, &l.Replies, &l.Exclusive)
}

const listColumns = `id, account_id, title, replies, exclusive`

// loadLists reads lists for memory.
func loadLists(rd db.Reader, ids []id.ID) (map[id.ID]*List, error) {
	in, args := db.In(1, ids)
	lists, err := db.All(rd, scanList, `SELECT `+listColumns+` FROM list WHERE id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	found := make(map[id.ID]*List, len(lists))
	for _, l := range lists {
		found[l.ID] = l
	}
	type row struct{ list, account id.ID }
	rows, err := db.All(rd, func(r db.Row) (m row, err error) { return m, r.Scan(&m.list, &m.account) },
		`SELECT list_id, account_id FROM list_member WHERE list_id IN `+in+` ORDER BY account_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read who is in lists: %w", err)
	}
	for _, m := range rows {
		if l := found[m.list]; l != nil {
			l.members = append(l.members, m.account)
		}
	}
	return found, nil
}

// ownList is a list of the viewer's without its members, as it is until tx ends.
func ownList(tx *db.Tx, v account.Viewer, i id.ID) (*List, error) {
	query := `SELECT ` + listColumns + ` FROM list WHERE id = $1 AND account_id = $2`
	if tx.Engine() == db.Postgres {
		query += " FOR UPDATE"
	}
	lists, err := db.All(tx, scanList, query, int64(i), int64(v.ID()))
	if err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	if len(lists) == 0 {
		return nil, problem.NotFound("list")
	}
	return lists[0], nil
}

// ChangeList changes a list of the viewer's. problem.NotFound for all others.
func (s *Service) ChangeList(ctx context.Context, v account.Viewer, i id.ID, d ListDraft) (*List, error) {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		l, err := ownList(tx, v, i)
		if err != nil {
			return err
		}
		if err := l.change(d); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE list SET title = $1, replies = $2, exclusive = $3 WHERE id = $4`,
			l.Title, string(l.Replies), l.Exclusive, int64(i)); err != nil {
			return fmt.Errorf("change a list: %w", err)
		}
		return event.Emit(s.hub, tx, ListChanged{ListID: i, AccountID: l.AccountID})
	})
	if err != nil {
		return nil, err
	}
	return s.List(ctx, v, i)
}

// DeleteList deletes a list of the viewer's; those in it stay followed.
// problem.NotFound for all others.
func (s *Service) DeleteList(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		l, err := ownList(tx, v, i)
		if err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM list_member WHERE list_id = $1`, `DELETE FROM list WHERE id = $1`} {
			if _, err := tx.Exec(q, int64(i)); err != nil {
				return fmt.Errorf("delete a list: %w", err)
			}
		}
		return event.Emit(s.hub, tx, ListChanged{ListID: i, AccountID: l.AccountID})
	})
}
