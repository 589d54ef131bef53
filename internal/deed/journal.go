package deed

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// NoteMost is how long a note may be, in characters.
const NoteMost = 2000

// Entry is an act in its doer's journal.
type Entry struct {
	Act  *act.Act
	Note string // for themselves; "" for none
}

// Journal are v's own acts of all kinds and visibilities, by when they were told,
// newest first, with what v wrote of them for themselves. Acts under another name
// are not among them.
func (s *Service) Journal(ctx context.Context, v account.Viewer, p db.Page) ([]Entry, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see what you did.")
	}
	acts, err := s.rooms.Acts.Of(ctx, v, act.Filter{Doer: v.ID()}, p)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	entries, ids := make([]Entry, len(acts)), make([]id.ID, len(acts))
	for i, a := range acts {
		ids[i] = a.ID
	}
	notes, err := s.notes(s.d.Read(ctx), v, ids)
	if err != nil {
		return nil, err
	}
	for i, a := range acts {
		entries[i] = Entry{Act: a, Note: notes[a.ID]}
	}
	return entries, nil
}

func (s *Service) notes(r db.Reader, v account.Viewer, acts []id.ID) (map[id.ID]string, error) {
	type note struct {
		act   id.ID
		words string
	}
	in, args := db.In(2, acts)
	rows, err := db.All(r, func(row db.Row) (n note, err error) { return n, row.Scan(&n.act, &n.words) },
		"SELECT act_id, words FROM deed_note WHERE account_id = $1 AND act_id IN "+in, append([]any{v.ID()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	notes := make(map[id.ID]string, len(rows))
	for _, n := range rows {
		notes[n.act] = n.words
	}
	return notes, nil
}

// Note is what v wrote of an act of theirs, "" for nothing. NotFound, Forbidden for
// others', Gone.
func (s *Service) Note(ctx context.Context, v account.Viewer, actID id.ID) (string, error) {
	if err := s.mine(ctx, v, actID); err != nil {
		return "", err
	}
	notes, err := s.notes(s.d.Read(ctx), v, []id.ID{actID})
	return notes[actID], err
}

// SetNote keeps what v writes of an act of theirs for themselves, in place of what
// was there; "" erases it. Invalid, and as in Note.
func (s *Service) SetNote(ctx context.Context, v account.Viewer, actID id.ID, words string) error {
	words, err := text.Block("note", words, NoteMost)
	if err != nil {
		return err
	}
	if err := s.mine(ctx, v, actID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if words == "" {
			_, err := affected(tx.Exec("DELETE FROM deed_note WHERE act_id = $1 AND account_id = $2", actID, v.ID()))
			return err
		}
		// The act's row is read in the statement, so that a note never outlives it.
		n, err := affected(tx.Exec(`INSERT INTO deed_note (act_id, account_id, words, changed_at)
			SELECT act.id, act.doer_id, CAST($1 AS TEXT), CAST($2 AS BIGINT) FROM act WHERE act.id = $3 AND act.doer_id = $4 AND NOT act.outside AND act.state = 'live'
			ON CONFLICT (act_id) DO UPDATE SET words = excluded.words, changed_at = excluded.changed_at`, words, db.Millis(s.now()), actID, v.ID()))
		if err == nil && n == 0 {
			err = problem.Gone("This act was withdrawn.")
		}
		return err
	})
}

// mine is nil for an act of v's own.
func (s *Service) mine(ctx context.Context, v account.Viewer, actID id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	a, err := s.rooms.Acts.Get(ctx, v, actID)
	if err != nil {
		return err
	}
	if a.Outside || !a.DoneBy(v.ID()) {
		return problem.Forbidden("Only the doer of an act can do this.")
	}
	return nil
}

// WriteDown keeps a good turn that no call asked for, for v alone, as done at that
// time (zero: now). It is an act like others, so v can show it later. Invalid.
func (s *Service) WriteDown(ctx context.Context, v account.Viewer, story string, doneAt time.Time, key string) (*act.Act, error) {
	story, err := text.Block("story", story, act.StoryMost)
	if err != nil {
		return nil, err
	}
	if story == "" {
		return nil, problem.Invalid("story", "Say what you did.")
	}
	return s.rooms.Acts.Do(ctx, v, act.Draft{Story: story, DoneAt: doneAt, Visibility: act.Me, Key: key})
}
