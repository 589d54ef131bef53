package feed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// linkLine is the public posts that show the card of a page, which memory has
// not.
type linkLine struct {
	s    *Service
	r    reader
	card id.ID
}

// linking are public posts with a card, of accounts that wish to be found; what
// only others wrote about a page is nobody's business here.
const linking = `post_card.card_id = $1 AND post.visibility = 'public' AND author.discoverable AND author.state = 'active' AND ` + noNotice

var fromCards = source{from: "post_card CROSS JOIN post CROSS JOIN account author", column: "post_card.post_id",
	cond: ` AND post.id = post_card.post_id AND author.id = post.account_id`}

// Link is every public post that shows the card of a page, by the page's address
// or one that led to it; replies too. problem.NotFound for a page that no such
// post links to.
func (s *Service) Link(ctx context.Context, v account.Viewer, link string, p db.Page) ([]Item, error) {
	address, ok := page.Address(link)
	if !ok {
		return nil, problem.NotFound("page")
	}
	i, err := db.One(s.d.Read(ctx), db.ScanID, `SELECT card.id FROM card WHERE card.state = 'ready'
		AND (card.url = $1 OR card.id = (SELECT MAX(post_card.card_id) FROM post_card WHERE post_card.url = $2)) ORDER BY card.url = $3 DESC LIMIT 1`, address, address, address)
	if err == nil {
		_, err = db.One(s.d.Read(ctx), db.ScanID, `SELECT post.id FROM `+fromCards.from+` WHERE `+linking+fromCards.cond+` LIMIT 1`, i)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("page")
	}
	if err != nil {
		return nil, fmt.Errorf("look for a page's card: %w", err)
	}
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &linkLine{s: s, r: r, card: i}, p)
}

func (l *linkLine) held(context.Context) (held, error) { return held{floor: lastID}, nil }

func (l *linkLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	cond, args := l.r.only(linking, []any{int64(l.card)})
	return l.s.pullIDs(ctx, fromCards, cond, args, sp, n)
}

func (l *linkLine) keeps(e *post.Entry) bool { return !l.r.mutes(e) && l.r.asked(e) }

func (l *linkLine) item(e *post.Entry) Item { return Item{Entry: e, Why: WhyListed} }

func (l *linkLine) once() bool { return false }

func (l *linkLine) forget([]id.ID) {}
