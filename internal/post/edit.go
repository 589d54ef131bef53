package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

// Edit changes the viewer's own post: its text, warning, language, pictures and
// poll. What it was stays in its history. Another's post is problem.NotFound, a
// share problem.Invalid. An edit that changes nothing makes no version.
func (s *Service) Edit(ctx context.Context, v account.Viewer, i id.ID, d Draft) (*Entry, error) {
	author, err := s.author(ctx, v)
	if err != nil {
		return nil, err
	}
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	old := e.Post
	switch {
	case !v.Is(old.AccountID):
		return nil, problem.NotFound("post")
	case old.ShareOf != 0:
		return nil, problem.Invalid("id", "A share has no text of its own to edit.")
	}
	w := &written{Post: &Post{ID: i, AccountID: author.ID, Visibility: old.Visibility, host: old.host}, sample: author.Sample}
	if err := w.write(d, old.Language); err != nil {
		return nil, err
	}
	for _, words := range d.Words {
		if err := words.Check(); err != nil {
			return nil, err
		}
	}
	w.keeps = d.KeepPoll
	if err := w.ask(d, s.ids.New, s.now()); err != nil {
		return nil, err
	}
	named, err := s.accounts.ByHandles(ctx, w.names)
	if err != nil {
		return nil, err
	}
	w.name(named)
	if err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := s.edit(tx, w); err != nil {
			return err
		}
		for _, words := range d.Words {
			if err := s.media.DescribeIn(tx, author.ID, media.OnPost, i, words); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return s.Get(ctx, v, i)
}

// edit compares with the row as it is in the transaction, and changes it.
func (s *Service) edit(tx *db.Tx, w *written) error {
	old := &Post{}
	err := scanInto(tx.QueryRow(locked(tx, `SELECT `+columns+` FROM post WHERE id = $1 AND account_id = $2`, " FOR UPDATE"),
		w.ID, w.AccountID), old)
	if err != nil {
		return notFound(err, "read a post")
	}
	if err := s.complete(tx, old); err != nil {
		return err
	}
	pics, poll := mediaIDs(old), w.Poll
	if w.keeps {
		poll = old.Poll
		w.Poll = poll
	}
	if same(old, w.Post) && samePoll(old.Poll, poll) && slices.Equal(pics, w.pics) {
		return nil
	}
	at := s.now()
	if err := s.keepVersion(tx, old, pics); err != nil {
		return err
	}
	pollID := old.pollID()
	if !w.keeps {
		if pollID, err = s.editPoll(tx, w.ID, old.Poll, poll); err != nil {
			return err
		}
	}
	version := old.Version + 1
	if _, err := tx.Exec(`UPDATE post SET text = $1, warning = $2, sensitive = $3, language = $4, edited_at = $5, version = $6, poll_id = $7
		WHERE id = $8`, w.Text, w.Warning, w.Sensitive, w.Language, db.Millis(at), version, pollID, w.ID); err != nil {
		return fmt.Errorf("edit a post: %w", err)
	}
	oldTags, err := takeTags(tx, w.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM mention WHERE post_id = $1`, w.ID); err != nil {
		return fmt.Errorf("edit mentions: %w", err)
	}
	if len(pics) > 0 && len(w.pics) == 0 {
		if err := s.media.EraseIn(tx, media.OnPost, w.ID); err != nil {
			return err
		}
	}
	w.CreatedAt = at // of new hashtags
	if err := s.insertAround(tx, w); err != nil {
		return err
	}
	if strings.Contains(old.Text, "://") || strings.Contains(w.Text, "://") {
		if err := s.cards.RelinkIn(tx, w.ID, w.link(), w.sample); err != nil {
			return err
		}
	}
	if err := s.reconverse(tx, old, w.Mentions); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Edited{
		PostID: w.ID, AccountID: w.AccountID, Version: version, Visibility: old.Visibility, Tags: w.tags, OldTags: oldTags,
		Mentions: w.mentioned(), NewMentions: newIn(w.mentioned(), old.mentioned()), ReplyTo: old.ReplyTo, Media: len(w.Media), Thread: old.Thread, At: at,
	})
}

// same says whether an edit leaves the text as it was, and what belongs to it.
func same(a, b *Post) bool {
	return a.Text == b.Text && a.Warning == b.Warning && a.Sensitive == b.Sensitive && a.Language == b.Language
}

func samePoll(a, b *Poll) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(a.Options, b.Options) && a.Multiple == b.Multiple && a.HideTotals == b.HideTotals && a.EndsAt.Equal(b.EndsAt)
}

func (s *Service) keepVersion(tx *db.Tx, old *Post, pics []id.ID) error {
	list, err := json.Marshal(pics)
	if err != nil {
		return fmt.Errorf("keep a version: %w", err)
	}
	options, err := json.Marshal(old.Poll.options())
	if err != nil {
		return fmt.Errorf("keep a version: %w", err)
	}
	since := old.EditedAt
	if since.IsZero() {
		since = old.CreatedAt
	}
	_, err = tx.Exec(`INSERT INTO post_edit (id, post_id, text, warning, sensitive, media, options, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ids.New(), old.ID, old.Text, old.Warning, old.Sensitive, string(list), string(options), db.Millis(since))
	if err != nil {
		return fmt.Errorf("keep a version: %w", err)
	}
	return nil
}

// takeTags takes a post's hashtags away and says which there were, folded.
func takeTags(tx *db.Tx, post id.ID) ([]string, error) {
	tags, err := db.All(tx, func(row db.Row) (tag string, err error) {
		err = row.Scan(&tag)
		return tag, err
	}, `DELETE FROM post_tag WHERE post_id = $1 RETURNING tag`, post)
	if err != nil {
		return nil, fmt.Errorf("take hashtags away: %w", err)
	}
	return tags, nil
}

func newIn(now, before []id.ID) []id.ID {
	return slices.DeleteFunc(now, func(i id.ID) bool { return slices.Contains(before, i) })
}

func mediaIDs(p *Post) []id.ID {
	ids := make([]id.ID, 0, len(p.Media))
	for _, m := range p.Media {
		ids = append(ids, m.ID)
	}
	return ids
}

// History is every version of a post, oldest first, the present one last.
func (s *Service) History(ctx context.Context, v account.Viewer, i id.ID) ([]Version, error) {
	e, err := s.Get(ctx, v, i)
	if err != nil {
		return nil, err
	}
	p := e.Of().Post
	versions, err := db.All(s.d.Read(ctx), func(row db.Row) (old Version, err error) {
		var list, options string
		var at int64
		if err := row.Scan(&old.Text, &old.Warning, &old.Sensitive, &list, &options, &at); err != nil {
			return old, err
		}
		old.At = db.Time(at)
		old.HTML = render(old.Text, p.Mentions, p.host, p.ID)
		return old, errors.Join(json.Unmarshal([]byte(list), &old.MediaIDs), json.Unmarshal([]byte(options), &old.Options))
	}, `SELECT text, warning, sensitive, media, options, created_at FROM post_edit WHERE post_id = $1 ORDER BY id`, p.ID)
	if err != nil {
		return nil, fmt.Errorf("read the history of a post: %w", err)
	}
	return append(versions, Version{
		Text: p.Text, HTML: p.HTML(), Warning: p.Warning, Sensitive: p.Sensitive, MediaIDs: mediaIDs(p), Options: p.Poll.options(), At: later(p.CreatedAt, p.EditedAt),
	}), nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
