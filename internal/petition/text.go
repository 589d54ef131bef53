package petition

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Text is a version of what people sign.
type Text struct {
	Version int64 // from 1
	Title   string
	Body    string // Markdown
	Since   time.Time
}

// textIn is the version of the text that is signed in tx; the first signature
// makes it the first.
func (s *Service) textIn(tx *db.Tx, callID id.ID) (int64, error) {
	version, err := newest(tx, callID)
	if err != nil || version > 0 {
		return version, err
	}
	// Whoever makes the first act holds the call's row, so its text stays.
	_, err = tx.Exec(`INSERT INTO petition_text (call_id, version, title, body, created_at)
		SELECT id, 1, title, body, created_at FROM call WHERE id = $1 ON CONFLICT (call_id, version) DO NOTHING`, callID)
	if err != nil {
		return 0, fmt.Errorf("keep the first text of a petition: %w", err)
	}
	return newest(tx, callID)
}

// newest is 0 before the first signature.
func newest(r db.Reader, callID id.ID) (version int64, err error) {
	var n sql.NullInt64
	err = r.QueryRow(`SELECT MAX(version) FROM petition_text WHERE call_id = $1`, callID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read the text of petition %s: %w", callID, err)
	}
	return n.Int64, nil
}

// OnCallChanged makes a changed text a new version, once somebody signed.
func (s *Service) OnCallChanged(tx *db.Tx, e call.Changed) error {
	_, err := tx.Exec(`INSERT INTO petition_text (call_id, version, title, body, created_at)
		SELECT call.id, was.version + 1, call.title, call.body, CAST($1 AS BIGINT) FROM call JOIN petition_text AS was ON was.call_id = call.id
		WHERE call.id = $2 AND was.version = (SELECT MAX(version) FROM petition_text WHERE call_id = $3)
			AND (call.title <> was.title OR call.body <> was.body)`, db.Millis(s.now()), e.CallID, e.CallID)
	if err != nil {
		return fmt.Errorf("keep a changed text: %w", err)
	}
	return nil
}

// TextsMost is how many versions are read at once.
const TextsMost = 100

// Texts are so many versions (up to TextsMost) that came before another, the newest
// first; 0 is for the newest. Before the first signature there is the one of the
// call.
func (s *Service) Texts(ctx context.Context, v account.Viewer, callID id.ID, before int64, most int) ([]Text, error) {
	c, err := s.petition(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	list, err := db.All(s.d.Read(ctx), func(row db.Row) (t Text, err error) {
		var since int64
		err = row.Scan(&t.Version, &t.Title, &t.Body, &since)
		t.Since = db.Time(since)
		return t, err
	}, `SELECT version, title, body, created_at FROM petition_text WHERE call_id = $1
		AND ($2 = 0 OR version < $3) ORDER BY version DESC LIMIT $4`, callID, before, before, min(most, TextsMost))
	if err != nil {
		return nil, fmt.Errorf("list the texts of petition %s: %w", callID, err)
	}
	if len(list) == 0 && before == 0 {
		list = []Text{{Version: 1, Title: c.Title, Body: c.Body, Since: c.CreatedAt}}
	}
	return list, nil
}

// Version is that of the text as it is now; 1 before the first signature.
func (s *Service) Version(ctx context.Context, callID id.ID) (int64, error) {
	version, err := newest(s.d.Read(ctx), callID)
	return max(version, 1), err
}
