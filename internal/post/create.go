package post

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/once"
	"goodturn/internal/post/markup"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
	"goodturn/internal/text"
)

// written is a post on its way into the database.
type written struct {
	*Post
	tags   []string // folded
	names  []string // handles in the text
	pics   []id.ID
	keeps  bool // an edit leaves the poll as it is
	sample bool
	author *account.Account // as it was when the post was begun
	linked bool             // it has a card, which may come while it is written: memory reads it anew
}

// Create writes a post of the viewer. problem.Invalid names the field of the
// draft to mend; problem.NotFound says that what it answers is gone or not for
// the viewer.
func (s *Service) Create(ctx context.Context, v account.Viewer, d Draft) (*Entry, error) {
	author, err := s.author(ctx, v)
	if err != nil {
		return nil, err
	}
	w, err := s.compose(author, d, s.now())
	if err != nil {
		return nil, err
	}
	named, err := s.accounts.ByHandles(ctx, w.names)
	if err != nil {
		return nil, err
	}
	w.name(named)
	if d.ReplyTo != 0 {
		parent, err := s.Get(ctx, v, d.ReplyTo)
		if err != nil {
			return nil, err
		}
		w.answer(parent.Of().Post)
		defer s.memory.begin(w.ReplyTo)()
	}
	var i id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) (err error) {
		i, err = once.Do(tx, author.ID, "post", d.Key, d, func() (id.ID, error) { return w.ID, s.insert(tx, w, true) })
		return err
	})
	if err != nil {
		return nil, err
	}
	entries, err := s.Cached(ctx, []id.ID{i})
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, problem.NotFound("post") // made under the same key, and deleted since
	}
	return entries[0], nil
}

// CreateIn writes a post of author in the caller's transaction, as of at. A post
// that it answers must be there, and may be seen by author; the caller knows.
func (s *Service) CreateIn(tx *db.Tx, author *account.Account, d Draft, at time.Time) (*Post, error) {
	w, err := s.compose(author, d, at)
	if err != nil {
		return nil, err
	}
	if len(w.names) > 0 {
		named, err := s.accounts.ByHandlesIn(tx, w.names)
		if err != nil {
			return nil, err
		}
		w.name(named)
	}
	for _, i := range d.MentionIDs {
		a, err := account.GetIn(tx, i)
		if err != nil {
			return nil, err
		}
		w.mention(a)
	}
	if d.ReplyTo != 0 {
		parent := &Post{}
		err := scanInto(tx.QueryRow(`SELECT `+columns+` FROM post WHERE id = $1 AND share_of IS NULL`, d.ReplyTo), parent)
		if err != nil {
			return nil, notFound(err, "read what a post answers")
		}
		w.answer(parent)
	}
	i, err := once.Do(tx, author.ID, "post", d.Key, d, func() (id.ID, error) { return w.ID, s.insert(tx, w, false) })
	if err != nil || i == w.ID {
		return w.Post, err
	}
	first, err := s.read(tx, []id.ID{i})
	if err == nil && len(first) == 0 {
		err = problem.NotFound("post") // deleted since
	}
	if err != nil {
		return nil, err
	}
	return first[0], nil
}

// recent is how long ago something may have happened to be told as of now.
const recent = time.Minute

// idAt is an id for what happened at a time; that of the sample and of imports
// lies in the past.
func (s *Service) idAt(at time.Time) id.ID {
	if s.now().Sub(at) > recent {
		return s.ids.At(at)
	}
	return s.ids.New()
}

// compose makes a post of a draft, with all that can be checked without the
// database.
func (s *Service) compose(author *account.Account, d Draft, at time.Time) (*written, error) {
	w := &written{Post: &Post{
		ID: d.ID, AccountID: author.ID, Domain: author.Domain, Sensitive: d.Sensitive, Visibility: d.Visibility,
		ActID: d.ActID, Meta: d.Meta, App: d.App, CreatedAt: db.Time(db.Millis(at)), Version: 1, host: s.accounts.Host(),
	}, sample: author.Sample, author: author}
	if w.ID == 0 {
		w.ID = s.idAt(at)
	}
	w.Thread = w.ID
	if w.Visibility == "" {
		w.Visibility = Visibility(author.DefaultVisibility)
	}
	if !w.Visibility.Valid() {
		return nil, problem.Invalid("visibility", "The visibility is public, unlisted, private or direct.")
	}
	if err := w.write(d, author.Language); err != nil {
		return nil, err
	}
	return w, w.ask(d, s.ids.New, at)
}

// write sets what an edit can change too.
func (w *written) write(d Draft, language string) (err error) {
	if len(d.Text) > maxBytes || len(d.Warning) > maxBytes {
		return problem.TooLarge("status", "This has more than %d kB.", maxBytes>>10)
	}
	if w.Text, err = text.Block("status", d.Text, MaxText); err != nil {
		return err
	}
	if w.Warning, err = text.Line("spoiler_text", d.Warning, MaxWarning); err != nil {
		return err
	}
	if w.Text == "" && w.Warning == "" && len(d.MediaIDs) == 0 {
		return problem.Invalid("status", "Write something, or add a picture.")
	}
	if len(d.MediaIDs) > MaxMedia {
		return problem.Invalid("media_ids", "A post can have %d pictures.", MaxMedia)
	}
	w.pics = slices.Clone(d.MediaIDs)
	w.Sensitive = d.Sensitive || w.Warning != ""
	if w.Language, err = languageOf(cmp.Or(d.Language, language)); err != nil {
		return err
	}
	w.Tags, w.tags, w.names = nil, nil, nil
	// A notice holds words of others, a call's title say: who wrote those must not
	// have it come to whom they name, nor to a hashtag.
	if !w.Meta.Notice() && strings.ContainsAny(w.Text, "#＃@") {
		tokens := markup.Scan(w.Text)
		w.Tags, w.tags = tagsOf(tokens)
		if w.names = handlesOf(tokens); len(w.names) > MaxMentions {
			return problem.Invalid("status", "A post can name %d people; this one names more.", MaxMentions)
		}
	}
	return nil
}

// ask takes in the draft's poll, which lasts from at on.
func (w *written) ask(d Draft, newID func() id.ID, at time.Time) (err error) {
	if d.Poll == nil {
		return nil
	}
	if len(d.MediaIDs) > 0 {
		return problem.Invalid("poll", "A post has pictures or a poll, not both.")
	}
	w.Poll, err = d.Poll.poll(newID(), at)
	return err
}

func languageOf(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	tag, err := language.Parse(s)
	if err != nil || len(s) > 35 {
		return "", problem.Invalid("language", "This is not a language's code, such as en or pt-BR.")
	}
	base, _ := tag.Base()
	return base.String(), nil
}

// name takes in the accounts that the text names.
func (w *written) name(accounts map[string]*account.Account) {
	for _, handle := range w.names {
		if a := accounts[handle]; a != nil {
			w.mention(a)
		}
	}
}

func (w *written) mention(a *account.Account) {
	if !w.Tells(a.ID) {
		w.Mentions = append(w.Mentions, mentionOf(a))
	}
}

func (w *written) answer(parent *Post) {
	w.ReplyTo, w.ReplyToAccount, w.Thread = parent.ID, parent.AccountID, parent.Thread
}

// insert writes the rows of a post. announced says whether the numbers' memory
// was told before (memory.begin), which it needs to be for a reply alone.
func (s *Service) insert(tx *db.Tx, w *written, announced bool) error {
	if w.ReplyTo != 0 {
		var one int
		err := tx.QueryRow(locked(tx, `SELECT 1 FROM post WHERE id = $1`, " FOR KEY SHARE"), w.ReplyTo).Scan(&one)
		if err != nil {
			return notFound(err, "look for what a post answers")
		}
	}
	if err := insertRow(tx, w.Post); err != nil {
		return err
	}
	if err := s.insertAround(tx, w); err != nil {
		return err
	}
	if link := w.link(); link != "" {
		linked, err := s.cards.LinkIn(tx, w.ID, link, w.sample)
		if err != nil {
			return err
		}
		w.linked = linked
	}
	if w.Poll != nil {
		if err := insertPoll(tx, w.ID, w.Poll); err != nil {
			return err
		}
	}
	if w.Visibility != Direct {
		if err := tally.Add(tx, w.AccountID, TallyPosts, 1); err != nil {
			return err
		}
	}
	if w.ReplyTo != 0 && w.Visibility.Open() {
		if err := tally.Add(tx, w.ReplyTo, TallyReplies, 1); err != nil {
			return err
		}
	}
	if !w.linked {
		tx.AfterCommit(func() { s.hold(w) })
	}
	err := event.Emit(s.hub, tx, Created{
		PostID: w.ID, AccountID: w.AccountID, Visibility: w.Visibility, Tags: w.tags, Mentions: w.mentioned(),
		Media: len(w.Media), ReplyTo: w.ReplyTo, ReplyToAccount: w.ReplyToAccount, ActID: w.ActID, Thread: w.Thread,
		Meta: w.Meta, Sample: w.sample, At: w.CreatedAt, counted: announced,
	})
	if err == nil && w.converses() {
		err = s.converse(tx, w.Post)
	}
	return err
}

// hold puts a new post into memory. Nobody can have asked for it yet, so its
// numbers are known to be none. Where its author is limited, or may have been
// suspended or limited since the post was begun, memory reads it anew: it is put
// first and looked for then, because who changes an account drops the account
// first and the posts then.
func (s *Service) hold(w *written) {
	if w.author.Curbs != (account.Curbs{}) {
		return
	}
	s.memory.entries.Put(w.ID, newEntry(w.Post))
	if !s.accounts.Unchanged(w.author) {
		s.memory.entries.Drop(w.ID)
	}
}

func (p *Post) mentioned() []id.ID {
	var ids []id.ID
	for _, m := range p.Mentions {
		ids = append(ids, m.AccountID)
	}
	return ids
}

func insertRow(tx *db.Tx, p *Post) error {
	meta := "{}"
	if p.Meta != (Meta{}) {
		b, err := json.Marshal(p.Meta)
		if err != nil {
			return fmt.Errorf("write the meta of a post: %w", err)
		}
		meta = string(b)
	}
	_, err := tx.Exec(`INSERT INTO post (id, account_id, domain, text, warning, sensitive, visibility, language,
			reply_to, reply_to_account, thread, act_id, meta, created_at, poll_id, app_name, app_website)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		p.ID, p.AccountID, p.Domain, p.Text, p.Warning, p.Sensitive, string(p.Visibility), p.Language,
		p.ReplyTo, p.ReplyToAccount, p.Thread, p.ActID, meta, db.Millis(p.CreatedAt),
		p.pollID(), p.App.Name, p.App.Website)
	if err != nil {
		return fmt.Errorf("insert a post: %w", err)
	}
	return nil
}

// insertAround writes what hangs on a post: tags, mentions and media.
func (s *Service) insertAround(tx *db.Tx, w *written) error {
	if len(w.tags) > 0 {
		if err := insertTags(tx, w); err != nil {
			return fmt.Errorf("insert hashtags: %w", err)
		}
	}
	if ids := w.mentioned(); len(ids) > 0 {
		slices.Sort(ids)
		var rows []any
		for _, a := range ids {
			rows = append(rows, w.ID, a)
		}
		if _, err := tx.Exec(`INSERT INTO mention (post_id, account_id) VALUES `+values(len(ids), 2), rows...); err != nil {
			return fmt.Errorf("insert mentions: %w", err)
		}
	}
	if len(w.pics) == 0 {
		return nil
	}
	var err error
	w.Media, err = s.media.AttachIn(tx, w.AccountID, w.pics, media.OnPost, w.ID)
	return err
}

// link is the link whose card is shown: the first, of a post that shows nothing
// else. A notice has none: fetching it would tell another server that somebody was
// told.
func (w *written) link() string {
	if w.Meta.Notice() || len(w.pics) > 0 || w.Poll != nil || !strings.Contains(w.Text, "://") {
		return ""
	}
	return markup.FirstLink(w.Text)
}

func insertTags(tx *db.Tx, w *written) error {
	// In one order, because PostgreSQL locks rows as they are inserted.
	order := make([]int, len(w.tags))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(w.tags[a], w.tags[b]) })
	var tags, rows []any
	for _, i := range order {
		tags = append(tags, w.tags[i], w.Tags[i], db.Millis(w.CreatedAt))
		rows = append(rows, w.tags[i], w.ID, w.AccountID)
	}
	_, err := tx.Exec(`INSERT INTO hashtag (tag, display, created_at) VALUES `+values(len(order), 3)+` ON CONFLICT (tag) DO NOTHING`, tags...)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO post_tag (tag, post_id, account_id) VALUES `+values(len(order), 3), rows...)
	return err
}

// values are rows of placeholders: ($1,$2),($3,$4).
func values(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteByte(')')
	return b.String()
}

func notFound(err error, doing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return problem.NotFound("post")
	}
	return fmt.Errorf("%s: %w", doing, err)
}
