package post

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Conversation is the direct posts of one thread among the same people, as one
// of them, its owner, has them. What is sent as a notice is in none.
type Conversation struct {
	ID     id.ID
	With   []*account.Account // the others who are shown; the owner alone where there never was another
	Unread bool
	Last   *Entry // the newest that the owner may see, and the cursor for db.Page
}

// Conversed tells that a direct post came into conversations, or, as Gone, that
// it left them.
type Conversed struct {
	PostID id.ID
	Gone   bool
	Of     []Conversing
}

// Conversing is whose conversation it is.
type Conversing struct{ AccountID, ConversationID id.ID }

func (p *Post) converses() bool { return p.Visibility == Direct && !p.Meta.Notice() }

// converse puts a direct post into the conversation of each of this server's
// people in it; to all but the author it is unread from then on.
func (s *Service) converse(tx *db.Tx, p *Post) error {
	people := append(p.mentioned(), p.AccountID)
	slices.Sort(people)
	people = slices.Compact(people)
	in, args := db.In(1, people)
	local, err := db.All(tx, db.ScanID, `SELECT id FROM account WHERE domain = '' AND id IN `+in+` ORDER BY id`, args...)
	if err != nil || len(local) == 0 {
		return err
	}
	args = nil
	for _, a := range local {
		args = append(args, s.ids.New(), a, p.Thread, othersOf(people, a), p.ID, a != p.AccountID)
	}
	of, err := db.All(tx, scanConversing, `INSERT INTO conversation (id, account_id, thread, participants, last_post, unread) VALUES `+values(len(local), 6)+`
		ON CONFLICT (account_id, thread, participants) DO UPDATE SET unread = excluded.unread,
			last_post = CASE WHEN excluded.last_post > conversation.last_post THEN excluded.last_post ELSE conversation.last_post END
		RETURNING account_id, id`, args...)
	if err != nil {
		return fmt.Errorf("keep conversations: %w", err)
	}
	args = nil
	for _, c := range of {
		args = append(args, c.ConversationID, p.ID)
	}
	_, err = tx.Exec(`INSERT INTO conversation_post (conversation_id, post_id) VALUES `+values(len(of), 2)+`
		ON CONFLICT (conversation_id, post_id) DO NOTHING`, args...)
	if err != nil {
		return fmt.Errorf("keep conversations: %w", err)
	}
	return event.Emit(s.hub, tx, Conversed{PostID: p.ID, Of: of})
}

func scanConversing(row db.Row) (c Conversing, err error) {
	err = row.Scan(&c.AccountID, &c.ConversationID)
	return c, err
}

// othersOf are people, who are sorted, without one, as conversation.participants
// has them.
func othersOf(people []id.ID, but id.ID) string {
	var b strings.Builder
	for _, i := range people {
		if i == but {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(i), 10))
	}
	return b.String()
}

// unconverse takes a post that is gone out of its conversations; those that it
// leaves empty are gone too.
func (s *Service) unconverse(tx *db.Tx, post id.ID) error {
	// The rows are locked in the order in which converse does it, before it is
	// looked what is left in them.
	of, err := db.All(tx, scanConversing, locked(tx, `SELECT account_id, id FROM conversation
		WHERE id IN (SELECT conversation_id FROM conversation_post WHERE post_id = $1) ORDER BY account_id`, " FOR UPDATE"), post)
	if err != nil {
		return fmt.Errorf("look for conversations: %w", err)
	}
	if _, err := tx.Exec(`DELETE FROM conversation_post WHERE post_id = $1`, post); err != nil {
		return fmt.Errorf("take a post out of conversations: %w", err)
	}
	if len(of) == 0 {
		return nil
	}
	ids := make([]id.ID, len(of))
	for n, c := range of {
		ids[n] = c.ConversationID
	}
	in, args := db.In(1, ids)
	for _, q := range []string{
		`DELETE FROM conversation WHERE id IN ` + in + `
			AND NOT EXISTS (SELECT 1 FROM conversation_post WHERE conversation_post.conversation_id = conversation.id)`,
		`UPDATE conversation SET last_post = (SELECT max(post_id) FROM conversation_post
			WHERE conversation_post.conversation_id = conversation.id) WHERE id IN ` + in,
		// What its owner wrote last is nothing to read.
		`UPDATE conversation SET unread = FALSE WHERE EXISTS (SELECT 1 FROM post
			WHERE post.id = conversation.last_post AND post.account_id = conversation.account_id) AND id IN ` + in,
	} {
		if _, err := tx.Exec(q, args...); err != nil {
			return fmt.Errorf("take a post out of conversations: %w", err)
		}
	}
	return event.Emit(s.hub, tx, Conversed{PostID: post, Gone: true, Of: of})
}

// reconverse follows an edit that changed who is mentioned.
func (s *Service) reconverse(tx *db.Tx, old *Post, now []Mention) error {
	p := &Post{ID: old.ID, AccountID: old.AccountID, Thread: old.Thread, Mentions: now}
	was, is := old.mentioned(), p.mentioned()
	slices.Sort(was)
	slices.Sort(is)
	if !old.converses() || slices.Equal(was, is) {
		return nil
	}
	if err := s.unconverse(tx, old.ID); err != nil {
		return err
	}
	return s.converse(tx, p)
}

// eraseConversations erases up to eraseLikes conversations of a deleted account,
// and says how many it were.
func (s *Service) eraseConversations(tx *db.Tx, gone id.ID) (int, error) {
	ids, err := db.All(tx, db.ScanID, `DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE account_id = $1 ORDER BY id LIMIT $2) RETURNING id`,
		gone, eraseLikes)
	if err != nil {
		return 0, fmt.Errorf("erase conversations: %w", err)
	}
	return len(ids), dropConversationPosts(tx, ids)
}

func dropConversationPosts(tx *db.Tx, conversations []id.ID) error {
	if len(conversations) == 0 {
		return nil
	}
	in, args := db.In(1, conversations)
	if _, err := tx.Exec(`DELETE FROM conversation_post WHERE conversation_id IN `+in, args...); err != nil {
		return fmt.Errorf("erase conversations: %w", err)
	}
	return nil
}

var errNoConversations = problem.Unauthorized("Sign in to see your conversations.")

// Conversations are the viewer's, what was written in last first, without those
// whose last post it may not see or is by somebody whom it mutes.
func (s *Service) Conversations(ctx context.Context, v account.Viewer, p db.Page) ([]Conversation, error) {
	if !v.SignedIn() {
		return nil, errNoConversations
	}
	return s.conversations(ctx, v, p, `conversation.account_id = $1`, v.ID())
}

// Conversation is one of the viewer's; problem.NotFound for all others.
func (s *Service) Conversation(ctx context.Context, v account.Viewer, i id.ID) (Conversation, error) {
	if !v.SignedIn() {
		return Conversation{}, errNoConversations
	}
	all, err := s.conversations(ctx, v, db.Page{}, `conversation.account_id = $1 AND conversation.id = $2`, v.ID(), i)
	if err == nil && len(all) == 0 {
		err = problem.NotFound("conversation")
	}
	if err != nil {
		return Conversation{}, err
	}
	return all[0], nil
}

type conversationRow struct {
	c      Conversation
	people string
	last   id.ID
}

func (s *Service) conversations(ctx context.Context, v account.Viewer, p db.Page, cond string, args ...any) ([]Conversation, error) {
	next := len(args) + 1
	paged, more, tail := p.SQL("conversation.last_post", next)
	args = append(args, more...)
	visible, more := VisibleSQL("post", next+len(more), v)
	args = append(args, more...)
	args = append(args, v.ID(), db.Millis(s.now()))
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (x conversationRow, err error) {
		return x, r.Scan(&x.c.ID, &x.people, &x.c.Unread, &x.last)
	}, fmt.Sprintf(`SELECT conversation.id, conversation.participants, conversation.unread, conversation.last_post
		FROM conversation JOIN post ON post.id = conversation.last_post WHERE %s AND %s AND %s
		AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.account_id = $%d AND mute.target_id = post.account_id
			AND (mute.expires_at IS NULL OR mute.expires_at > $%d))%s`, cond, paged, visible, len(args)-1, len(args), tail), args...)
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	return s.fillConversations(ctx, v, db.Newest(p, rows))
}

// fillConversations reads who and what is in them.
func (s *Service) fillConversations(ctx context.Context, v account.Viewer, rows []conversationRow) ([]Conversation, error) {
	var last, people []id.ID
	for _, x := range rows {
		last = append(last, x.last)
		people = append(people, participants(x.people, v.ID())...)
	}
	entries, err := s.Cached(ctx, last)
	if err != nil {
		return nil, err
	}
	byID := entriesByID(entries)
	accounts, err := s.accounts.Many(ctx, people)
	if err != nil {
		return nil, err
	}
	var all []Conversation
	for _, x := range rows {
		if x.c.Last = byID[x.last]; x.c.Last == nil {
			continue // deleted since
		}
		for _, i := range participants(x.people, v.ID()) {
			if a := accounts[i]; a != nil && a.Shown() {
				x.c.With = append(x.c.With, a)
			}
		}
		all = append(all, x.c)
	}
	return all, nil
}

// participants reads conversation.participants; where there is none, the owner
// talks to itself.
func participants(list string, owner id.ID) []id.ID {
	if list == "" {
		return []id.ID{owner}
	}
	var ids []id.ID
	for s := range strings.SplitSeq(list, ",") {
		if i, err := id.Parse(s); err == nil {
			ids = append(ids, i)
		}
	}
	return ids
}

// ReadConversation marks one of the viewer's as read. problem.NotFound for all
// others.
func (s *Service) ReadConversation(ctx context.Context, v account.Viewer, i id.ID) (Conversation, error) {
	c, err := s.Conversation(ctx, v, i)
	if err != nil || !c.Unread {
		return c, err
	}
	c.Unread = false
	return c, s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE conversation SET unread = FALSE WHERE id = $1 AND account_id = $2 AND last_post = $3`, i, v.ID(), c.Last.Post.ID)
		if err != nil {
			return fmt.Errorf("read a conversation: %w", err)
		}
		return nil
	})
}

// DeleteConversation forgets one of the viewer's: its posts stay, and the next
// one begins it anew. problem.NotFound for all others.
func (s *Service) DeleteConversation(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.SignedIn() {
		return errNoConversations
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		ids, err := db.All(tx, db.ScanID, `DELETE FROM conversation WHERE id = $1 AND account_id = $2 RETURNING id`, i, v.ID())
		if err != nil {
			return fmt.Errorf("forget a conversation: %w", err)
		}
		if len(ids) == 0 {
			return problem.NotFound("conversation")
		}
		return dropConversationPosts(tx, ids)
	})
}
