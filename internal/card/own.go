package card

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

// Own is what the rooms say of a page of this server.
type Own struct {
	Path        string           // of the page, from the root of the server, without what says the same
	Account     *account.Account // whose words these are, and whose picture
	Title       string
	Description string
	Language    string
	By          *account.Account // who is named as its author; nil for nobody
	PublishedAt time.Time
	Picture     id.ID // one of Account's; 0 for none
}

// ownAtOnce is how many cards are made anew in one transaction.
const ownAtOnce = 50

// renewArgs is the job that makes the cards of an account's pages anew.
type renewArgs struct {
	Account id.ID `json:"account"`
	After   id.ID `json:"after,omitempty"`
}

// Kind names the job.
func (renewArgs) Kind() string { return "card_renew" }

// makeOwn makes the card of a page of this server, of what the rooms say.
func (s *Service) makeOwn(ctx context.Context, c *Card, path string) error {
	var own *Own
	err := error(problem.NotFound("page"))
	if s.Own != nil {
		own, err = s.Own(ctx, path)
	}
	if problem.Is(err, problem.KindNotFound) {
		return s.fail(ctx, c.ID, true)
	}
	if err != nil {
		return fmt.Errorf("ask for a page of this server: %w", err)
	}
	f := &page.Found{
		URL: s.URL + own.Path, Title: page.Clean(own.Title, page.MaxTitle), Description: page.Clean(own.Description, page.MaxDescription), Language: own.Language,
		ProviderName: page.Clean(s.accounts.Server().Title(), page.MaxName), ProviderURL: s.URL + "/", PublishedAt: own.PublishedAt,
	}
	if own.By != nil {
		f.AuthorName, f.AuthorURL = page.Clean(own.By.Title(), page.MaxName), s.URL+"/@"+own.By.Handle()
	}
	var picture *media.Media
	if own.Picture != 0 {
		picture, err = s.media.Copy(ctx, account.As(own.Account), own.Picture)
		if err != nil && !problem.Is(err, problem.KindNotFound) {
			return err
		}
	}
	return s.store(ctx, c.ID, f, picture, own.Account.ID)
}

// RenewIn makes the card of a page of this server anew, if there is one: what it
// said is gone at once. Path begins with a slash.
func (s *Service) RenewIn(tx *db.Tx, path string) error {
	cards, err := db.All(tx, scanID, `SELECT id FROM card WHERE url = $1`, s.URL+path)
	if err != nil {
		return fmt.Errorf("look for a page's card: %w", err)
	}
	return s.again(tx, cards)
}

// RenewOfIn is RenewIn for all pages that hold an account's words: the first of
// them at once, the rest by a job.
func (s *Service) RenewOfIn(tx *db.Tx, account id.ID) error {
	return s.renewSome(tx, renewArgs{Account: account})
}

func (s *Service) renewOf(ctx context.Context, a renewArgs) error {
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.renewSome(tx, a) })
}

func (s *Service) renewSome(tx *db.Tx, a renewArgs) error {
	cards, err := db.All(tx, scanID, `SELECT id FROM card WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT `+strconv.Itoa(ownAtOnce), a.Account, int64(a.After))
	if err != nil {
		return fmt.Errorf("look for an account's cards: %w", err)
	}
	if len(cards) == ownAtOnce {
		if err := s.jobs.Enqueue(tx, renewArgs{a.Account, cards[ownAtOnce-1]}, jobs.Unique()); err != nil {
			return err
		}
	}
	return s.again(tx, cards)
}

// OnAccountDeleted erases what cards of this server's pages say of it.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error { return s.RenewOfIn(tx, e.ID) }

// OnAccountChanged has them say what it is called and may be shown now.
func (s *Service) OnAccountChanged(tx *db.Tx, e account.Changed) error { return s.RenewOfIn(tx, e.ID) }
