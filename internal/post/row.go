package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post/markup"
)

const columns = `post.id, post.account_id, post.domain, post.uri, post.url, post.text, post.warning, post.sensitive,
	post.visibility, post.language, post.reply_to, post.reply_to_account, post.thread, post.share_of, post.act_id,
	post.movement_id, post.meta, post.created_at, post.edited_at, post.version, post.poll_id, post.app_name, post.app_website`

// scanInto scans columns, and what else was selected after them.
func scanInto(row db.Row, p *Post, more ...any) error {
	var uri *string
	var meta string
	var created int64
	var edited *int64
	var poll id.ID
	err := row.Scan(append([]any{&p.ID, &p.AccountID, &p.Domain, &uri, &p.URL, &p.Text, &p.Warning, &p.Sensitive,
		&p.Visibility, &p.Language, &p.ReplyTo, &p.ReplyToAccount, &p.Thread, &p.ShareOf, &p.ActID,
		&p.MovementID, &meta, &created, &edited, &p.Version, &poll, &p.App.Name, &p.App.Website}, more...)...)
	if err != nil {
		return err
	}
	if uri != nil {
		p.URI = *uri
	}
	if poll != 0 {
		p.Poll = &Poll{ID: poll} // the rest is read with what hangs on the post
	}
	p.CreatedAt = db.Time(created)
	if edited != nil {
		p.EditedAt = db.Time(*edited)
	}
	if meta != "{}" {
		if err := json.Unmarshal([]byte(meta), &p.Meta); err != nil {
			return fmt.Errorf("read the meta of a post: %w", err)
		}
	}
	return nil
}

// load reads entries for memory, whose numbers are read later.
func (s *Service) load(ctx context.Context, ids []id.ID) (map[id.ID]*Entry, error) {
	r := s.d.Read(ctx)
	posts, err := s.read(r, ids)
	if err != nil {
		return nil, err
	}
	// What says that an account may be shown again clears memory only when it
	// finds the account among the withheld. So once it is there, look again.
	if s.noteWithheld(posts) {
		if posts, err = s.read(r, ids); err != nil {
			return nil, err
		}
	}
	entries := make(map[id.ID]*Entry, len(posts))
	for _, p := range posts {
		e := newEntry(p)
		e.stale.Store(p.ShareOf == 0)
		entries[p.ID] = e
	}
	return entries, nil
}

func (s *Service) noteWithheld(posts []*Post) (any bool) {
	for _, p := range posts {
		if p.Withheld {
			s.withheld.Store(p.AccountID, nil)
			any = true
		}
	}
	return any
}

// whole is a post's columns and what says whether other tables hold more of it,
// so that those are asked only where they do: most posts are text alone.
const whole = `SELECT ` + columns + `, author.state, author.limited, author.sensitized,
	EXISTS (SELECT 1 FROM media WHERE media.owner_kind = 'post' AND media.owner_id = post.id),
	EXISTS (SELECT 1 FROM mention WHERE mention.post_id = post.id),
	(SELECT post_card.card_id FROM post_card WHERE post_card.post_id = post.id)
	FROM post JOIN account author ON author.id = post.account_id WHERE post.id IN `

// read reads whole posts: their rows, media, mentions, polls and cards.
func (s *Service) read(r db.Reader, ids []id.ID) ([]*Post, error) {
	var pictured, mentioning, asking, linking []*Post
	var cards []id.ID // of linking
	list, args := db.In(1, ids)
	posts, err := db.All(r, func(row db.Row) (*Post, error) {
		p := &Post{}
		var state account.State
		var sensitive, pictures, mentions bool
		var card id.ID
		err := scanInto(row, p, &state, &p.Limited, &sensitive, &pictures, &mentions, &card)
		p.Sensitive = p.Sensitive || sensitive
		p.Withheld = state == account.StateSuspended || state == account.StateDeleted
		if pictures {
			pictured = append(pictured, p)
		}
		if p.Poll != nil {
			asking = append(asking, p)
		}
		if mentions {
			mentioning = append(mentioning, p)
		}
		if card != 0 {
			linking, cards = append(linking, p), append(cards, card)
		}
		return p, err
	}, whole+list, args...)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	for _, p := range posts {
		s.addText(p)
	}
	return posts, errors.Join(s.addPictures(r, pictured), addMentions(r, mentioning), addPolls(r, asking), s.addCards(r, linking, cards))
}

// complete adds to a row what read adds, but for its card.
func (s *Service) complete(r db.Reader, p *Post) error {
	s.addText(p)
	one := []*Post{p}
	return errors.Join(s.addPictures(r, one), addMentions(r, one), addPolls(r, one))
}

// addText adds what follows from the text.
func (s *Service) addText(p *Post) {
	if p.ShareOf != 0 {
		return
	}
	p.host = s.accounts.Host()
	if !p.Meta.Notice() && strings.ContainsAny(p.Text, "#＃") {
		p.Tags, _ = tagsOf(markup.Scan(p.Text))
	}
}

func (s *Service) addPictures(r db.Reader, posts []*Post) error {
	if len(posts) == 0 {
		return nil
	}
	pictures, err := s.media.Of(r, media.OnPost, idsOf(posts))
	for _, p := range posts {
		p.Media = pictures[p.ID]
	}
	return err
}

// addCards adds to each post the card at its place in ids.
func (s *Service) addCards(r db.Reader, posts []*Post, ids []id.ID) error {
	if len(posts) == 0 {
		return nil
	}
	cards, err := s.cards.Many(r, ids)
	for n, p := range posts {
		p.Card = cards[ids[n]]
	}
	return err
}

func idsOf(posts []*Post) []id.ID {
	ids := make([]id.ID, len(posts))
	for n, p := range posts {
		ids[n] = p.ID
	}
	return ids
}

func addMentions(r db.Reader, posts []*Post) error {
	if len(posts) == 0 {
		return nil
	}
	byID := make(map[id.ID]*Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	type named struct {
		post id.ID
		account.Account
	}
	list, args := db.In(1, idsOf(posts))
	rows, err := db.All(r, func(row db.Row) (n named, err error) {
		err = row.Scan(&n.post, &n.ID, &n.Username, &n.Domain)
		return n, err
	}, `SELECT mention.post_id, account.id, account.username, account.domain
		FROM mention JOIN account ON account.id = mention.account_id
		WHERE mention.post_id IN `+list+` AND account.state <> 'deleted' ORDER BY mention.post_id, account.id`, args...)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	for _, n := range rows {
		p := byID[n.post]
		p.Mentions = append(p.Mentions, mentionOf(&n.Account))
	}
	return nil
}

func mentionOf(a *account.Account) Mention {
	return Mention{AccountID: a.ID, Username: a.Username, Handle: a.Handle(), URL: "/@" + a.Handle()}
}
