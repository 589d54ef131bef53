package card

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
)

// How long it is before a page is fetched again, where it is posted again.
const (
	freshFor  = 14 * 24 * time.Hour
	failedFor = 6 * time.Hour
	lostAfter = time.Hour // its job is given up
)

// Config is what the server knows.
type Config struct {
	URL   string        // of this server, without a slash at its end
	Pause time.Duration // between two requests to a host
	Plain bool          // a page without TLS can prove whose it is too, for tests
	Log   *slog.Logger
}

// Service is the room's door. Its methods do not ask who is looking: a card is
// everyone's, and whether a post is says package post.
type Service struct {
	// Own tells of a page of this server, as somebody who is not signed in may
	// see it; problem.NotFound if there is nothing to tell. It is set before use:
	// the rooms that know stand above this one.
	Own func(ctx context.Context, path string) (*Own, error)

	d        *db.DB
	ids      *id.Source
	hub      *event.Hub
	jobs     *jobs.Jobs
	now      func() time.Time
	accounts *account.Service
	media    *media.Service
	gate     *fetch.Gate
	host     string // of Config.URL
	pace     *fetch.Pace
	Config
}

// New wires the room and registers its jobs with j. All requests go out by gate.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time,
	accounts *account.Service, pictures *media.Service, gate *fetch.Gate, c Config) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, accounts: accounts, media: pictures, gate: gate, Config: c, pace: fetch.NewPace(c.Pause)}
	if u, err := url.Parse(c.URL); err == nil {
		s.host = u.Host
	}
	jobs.HandleIn(j, outside, s.fetch)
	jobs.Handle(j, s.tellRest)
	jobs.Handle(j, s.renewOf)
	jobs.HandleIn(j, outside, s.verify)
	return s
}

// outside is where jobs wait that ask servers of strangers.
var outside = jobs.Queue{Name: "cards", Workers: 2}

const columns = `card.id, card.url, card.state, card.kind, card.title, card.description, card.language, card.author_name, card.author_url,
	card.provider_name, card.provider_url, card.published_at, card.due_at`

func scan(row db.Row) (*Card, error) {
	c := &Card{}
	var published *int64
	var due int64
	err := row.Scan(&c.ID, &c.URL, &c.state, &c.Kind, &c.Title, &c.Description, &c.Language, &c.AuthorName, &c.AuthorURL,
		&c.ProviderName, &c.ProviderURL, &published, &due)
	if published != nil {
		c.PublishedAt = db.Time(*published)
	}
	c.due = db.Time(due)
	return c, err
}

// Many gives those of the cards that there are, whether or not there is anything
// to show yet.
func (s *Service) Many(r db.Reader, ids []id.ID) (map[id.ID]*Card, error) {
	list, args := db.In(1, ids)
	rows, err := db.All(r, scan, `SELECT `+columns+` FROM card WHERE id IN `+list, args...)
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	all := make(map[id.ID]*Card, len(rows))
	var shown []id.ID // the others have no pictures
	for _, c := range rows {
		all[c.ID] = c
		if c.Shown() {
			shown = append(shown, c.ID)
		}
	}
	pictures, err := s.media.Of(r, media.OnCard, shown)
	if err != nil {
		return nil, err
	}
	for card, p := range pictures {
		all[card].Picture = &p[0]
	}
	return all, nil
}

// LinkIn gives a post the card of a link, which is fetched if it is not there or
// was too long ago, unless quiet says that nothing is to be fetched for this
// post. It says false of a link that can have no card.
func (s *Service) LinkIn(tx *db.Tx, post id.ID, link string, quiet bool) (bool, error) {
	address, ok := page.Address(link)
	if !ok || quiet {
		return false, nil
	}
	// Where the address led to when it was posted before.
	known := address
	err := tx.QueryRow(`SELECT card.url FROM post_card JOIN card ON card.id = post_card.card_id
		WHERE post_card.url = $1 ORDER BY post_card.post_id DESC LIMIT 1`, address).Scan(&known)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("look for a card: %w", err)
	}
	now := s.now()
	// The row is written also where it is there, so that it stays until the commit
	// and whoever fetches it now tells this post too.
	c, err := db.One(tx, scan, `INSERT INTO card (id, url, state, due_at, created_at) VALUES ($1, $2, 'waiting', 0, $3)
		ON CONFLICT (url) DO UPDATE SET url = excluded.url RETURNING `+columns, s.ids.New(), known, db.Millis(now))
	if err != nil {
		return false, fmt.Errorf("make a card: %w", err)
	}
	if !c.due.After(now) {
		if err := s.order(tx, c.ID, now); err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(`INSERT INTO post_card (post_id, card_id, url) VALUES ($1, $2, $3)
		ON CONFLICT (post_id) DO UPDATE SET card_id = excluded.card_id, url = excluded.url`, post, c.ID, address)
	if err != nil {
		return false, fmt.Errorf("give a post its card: %w", err)
	}
	return true, nil
}

// order has a page fetched.
func (s *Service) order(tx *db.Tx, i id.ID, now time.Time) error {
	if _, err := tx.Exec(`UPDATE card SET due_at = $1 WHERE id = $2`, db.Millis(now.Add(lostAfter)), i); err != nil {
		return fmt.Errorf("order a card: %w", err)
	}
	return s.jobs.Enqueue(tx, fetchArgs{Card: i}, jobs.Unique())
}

// RelinkIn is LinkIn of a post that was changed; "" is no link. One that is the
// same as before keeps its card.
func (s *Service) RelinkIn(tx *db.Tx, post id.ID, link string, quiet bool) error {
	address, _ := page.Address(link)
	var before string
	err := tx.QueryRow(`SELECT url FROM post_card WHERE post_id = $1`, post).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for a post's card: %w", err)
	}
	if before == address {
		return nil
	}
	if err := s.UnlinkIn(tx, post); err != nil {
		return err
	}
	_, err = s.LinkIn(tx, post, link, quiet)
	return err
}

// UnlinkIn takes a post's card away, and erases it with the last post that has it.
func (s *Service) UnlinkIn(tx *db.Tx, post id.ID) error {
	var i id.ID
	err := tx.QueryRow(`DELETE FROM post_card WHERE post_id = $1 RETURNING card_id`, post).Scan(&i)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take a post's card: %w", err)
	}
	return s.eraseUnused(tx, i)
}

// eraseUnused erases a card that no post has. Another post that is being given
// it holds the row, or finds it gone.
func (s *Service) eraseUnused(tx *db.Tx, i id.ID) error {
	if _, err := db.All(tx, scanID, locked(tx, `SELECT id FROM card WHERE id = $1`), i); err != nil {
		return fmt.Errorf("hold a card: %w", err)
	}
	gone, err := db.All(tx, scanID, `DELETE FROM card WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM post_card WHERE post_card.card_id = card.id) RETURNING id`, i)
	if err != nil {
		return fmt.Errorf("erase a card: %w", err)
	}
	if len(gone) == 0 {
		return nil
	}
	return s.media.EraseIn(tx, media.OnCard, i)
}

func scanID(row db.Row) (i id.ID, err error) {
	err = row.Scan(&i)
	return i, err
}

// locked adds to a query of one row what keeps the row as it is until the
// transaction ends. SQLite has one writer and needs nothing.
func locked(tx *db.Tx, query string) string {
	if tx.Engine() == db.Postgres {
		return query + " FOR UPDATE"
	}
	return query
}

// Sweep erases cards that no post has: what was left where two posts went at the
// same time.
func (s *Service) Sweep(ctx context.Context) error {
	old := id.Floor(s.now().Add(-time.Hour))
	ids, err := db.All(s.d.Read(ctx), scanID, `SELECT card.id FROM card WHERE card.id < $1
		AND NOT EXISTS (SELECT 1 FROM post_card WHERE post_card.card_id = card.id) ORDER BY card.id LIMIT 1000`, old)
	if err != nil {
		return fmt.Errorf("look for cards that no post has: %w", err)
	}
	return s.d.UpdateEach(ctx, len(ids), 50, func(tx *db.Tx, n int) error { return s.eraseUnused(tx, ids[n]) })
}
