package notice

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
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// What is read: an account keeps a mark for each.
type What string

// The two that Mastodon's clients know.
const (
	Home    What = "home"
	Notices What = "notices"
)

// UnreadMost is where Unread stops counting.
const UnreadMost = 100

// Mark says how far an account has read.
type Mark struct {
	What    What
	LastID  id.ID
	Version int64 // one more with each change
	At      time.Time
}

// reading is an account's mark of its notices, and how many lie above it.
type reading struct {
	last   id.ID
	unread int
}

// Unread is how many notices the viewer has not read, of those that List shows;
// 100 stands for that or more.
func (s *Service) Unread(ctx context.Context, v account.Viewer) (int, error) {
	if !v.SignedIn() {
		return 0, signIn()
	}
	r, _, err := s.read.Get(ctx, v.ID())
	return r.unread, err
}

// UnreadCountMost is where UnreadOf and UnreadGroups stop counting at the latest.
const UnreadCountMost = 1000

// UnreadOf is Unread of those that List shows with a filter; most stands for that
// or more.
func (s *Service) UnreadOf(ctx context.Context, v account.Viewer, f Filter, most int) (int, error) {
	if !v.SignedIn() {
		return 0, signIn()
	}
	r, _, err := s.read.Get(ctx, v.ID())
	if err != nil || r.unread == 0 && !f.Held {
		return 0, err
	}
	n, err := s.countUnread(ctx, v, r.last, f, most)
	if err != nil {
		return 0, fmt.Errorf("count unread notices: %w", err)
	}
	return n, nil
}

func signIn() error { return problem.Unauthorized("Sign in to see your notices.") }

func (s *Service) loadReading(ctx context.Context, accounts []id.ID) (map[id.ID]reading, error) {
	found := make(map[id.ID]reading, len(accounts))
	for _, i := range accounts {
		a, err := s.Accounts.Get(ctx, i)
		if err != nil {
			return nil, err
		}
		if found[i], err = s.readingOf(ctx, account.As(a)); err != nil {
			return nil, fmt.Errorf("count unread notices: %w", err)
		}
	}
	return found, nil
}

func (s *Service) readingOf(ctx context.Context, v account.Viewer) (r reading, err error) {
	err = s.d.Read(ctx).QueryRow(`SELECT last_id FROM read_mark WHERE account_id = $1 AND what = $2`, v.ID(), string(Notices)).Scan(&r.last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r, err
	}
	r.unread, err = s.countUnread(ctx, v, r.last, Filter{}, UnreadMost)
	return r, err
}

// countUnread counts what List would show: its conditions are those of seen.
func (s *Service) countUnread(ctx context.Context, v account.Viewer, last id.ID, f Filter, most int) (n int, err error) {
	me := int64(v.ID())
	args := []any{me, int64(last), me, me, me, db.Millis(s.now()), me}
	visible, more := post.VisibleSQL("post", len(args)+1, v)
	args = append(args, more...)
	filter, more := f.sql(len(args) + 1)
	err = s.d.Read(ctx).QueryRow(`SELECT COUNT(*) FROM (SELECT 1 FROM notice n
		JOIN account f ON f.id = n.from_id AND f.state = 'active' LEFT JOIN post ON post.id = n.post_id
		WHERE n.account_id = $1 AND n.id > $2
			AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = $3 AND b.target_id = n.from_id)
			AND NOT EXISTS (SELECT 1 FROM block b WHERE b.target_id = $4 AND b.account_id = n.from_id)
			AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account_id = $5 AND m.target_id = n.from_id AND m.notices
				AND (m.expires_at IS NULL OR m.expires_at > $6))
			AND (f.domain = '' OR NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.account_id = $7 AND d.domain = f.domain))
			AND (n.post_id IS NULL OR post.id IS NOT NULL AND `+visible+`)`+filter+`
		LIMIT `+strconv.Itoa(min(max(most, 1), UnreadCountMost))+`) AS unread`, append(args, more...)...).Scan(&n)
	return n, err
}

// MarkRead notes that the viewer has read its notices up to and with lastID.
func (s *Service) MarkRead(ctx context.Context, v account.Viewer, lastID id.ID) (Mark, error) {
	return s.Mark(ctx, v, Notices, lastID)
}

// Mark notes that the viewer has read up to and with lastID, and answers the
// mark as it is now; it only moves forward, and never into the future.
func (s *Service) Mark(ctx context.Context, v account.Viewer, what What, lastID id.ID) (Mark, error) {
	switch {
	case !v.SignedIn():
		return Mark{}, signIn()
	case what != Home && what != Notices:
		return Mark{}, problem.Invalid("timeline", "Marks are kept for home and notices.")
	case lastID <= 0:
		return Mark{}, problem.Invalid("last_read_id", "Say what was read last.")
	}
	now := s.now()
	lastID = min(lastID, id.Ceil(now))
	var mark Mark
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO read_mark (account_id, what, last_id, changed_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account_id, what) DO UPDATE SET last_id = excluded.last_id, changed_at = excluded.changed_at,
				version = read_mark.version + 1 WHERE read_mark.last_id < excluded.last_id`,
			v.ID(), string(what), lastID, db.Millis(now))
		if err != nil {
			return fmt.Errorf("mark what was read: %w", err)
		}
		if mark, err = db.One(tx, scanMark, markSQL+` AND what = $2`, v.ID(), string(what)); err != nil {
			return fmt.Errorf("read a mark: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return event.Emit(s.hub, tx, Read{AccountID: v.ID(), What: what, LastID: lastID})
	})
	return mark, err
}

const markSQL = `SELECT what, last_id, version, changed_at FROM read_mark WHERE account_id = $1`

func scanMark(row db.Row) (m Mark, err error) {
	var at int64
	err = row.Scan(&m.What, &m.LastID, &m.Version, &at)
	m.At = db.Time(at)
	return m, err
}

// Marks are those that the viewer made.
func (s *Service) Marks(ctx context.Context, v account.Viewer) ([]Mark, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	marks, err := db.All(s.d.Read(ctx), scanMark, markSQL+` ORDER BY what`, v.ID())
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return marks, nil
}
