package card

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/fetch"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
)

// What a visit to a page may take.
const (
	visitWithin  = 20 * time.Second // all of it
	pageWithin   = 10 * time.Second
	asideWithin  = 8 * time.Second // for what the page names: its picture, its site's answer
	asideWaits   = 5 * time.Second // for the turn at another host; else the card does without
	pageBytes    = 1 << 20         // read of a longer one: what is sought stands at its start
	answerBytes  = 64 << 10
	pictureBytes = 8 << 20
)

// fetchArgs is the job that makes a card, or makes it anew. Turn is when it was
// told that it is its turn, in milliseconds, 0 before.
type fetchArgs struct {
	Card id.ID `json:"card"`
	Turn int64 `json:"turn,omitempty"`
}

// Kind names the job.
func (fetchArgs) Kind() string { return "card_fetch" }

// fetch makes a card. What goes wrong outside is no error of ours: it is
// remembered with the card.
func (s *Service) fetch(ctx context.Context, a fetchArgs) error {
	c, err := db.One(s.d.Read(ctx), scan, `SELECT `+columns+` FROM card WHERE id = $1`, a.Card)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the last post that had it is gone
	}
	if err != nil {
		return fmt.Errorf("read a card: %w", err)
	}
	at, err := url.Parse(c.URL)
	if err != nil {
		return s.fail(ctx, c.ID, false)
	}
	if at.Host == s.host {
		return s.makeOwn(ctx, c, at.EscapedPath())
	}
	if a.Turn == 0 || !s.pace.Begin(at.Host) {
		turn, ok := s.pace.Turn(at.Host)
		switch {
		case !ok:
			return s.fail(ctx, c.ID, false)
		case a.Turn != 0 || turn.After(s.pace.Now()):
			return s.d.Update(ctx, func(tx *db.Tx) error {
				return s.jobs.Enqueue(tx, fetchArgs{Card: a.Card, Turn: turn.UnixMilli()}, jobs.At(turn))
			})
		case !s.pace.Begin(at.Host):
			return s.fetch(ctx, fetchArgs{Card: a.Card, Turn: turn.UnixMilli()})
		}
	}
	defer s.pace.End(at.Host)
	within, cancel := context.WithTimeout(ctx, visitWithin)
	defer cancel()
	f, picture, err := s.visit(within, c.URL)
	if err == nil && f.Title == "" && !f.Photo {
		err = errNothing
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // the server stops: this was no try
	case err != nil:
		s.Log.InfoContext(ctx, "a page gives no card", "host", at.Host, "why", err)
		return s.fail(ctx, c.ID, errors.Is(err, errGone))
	}
	return s.store(ctx, c.ID, f, picture, 0)
}

var (
	errNothing = errors.New("the page says nothing of itself")
	errGone    = errors.New("the page is gone")
	errStatus  = errors.New("the server refuses")
)

// visit reads a page, and fetches its picture where it has one.
func (s *Service) visit(ctx context.Context, address string) (*page.Found, *media.Media, error) {
	p, err := s.open(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	f := p.Found()
	if to := page.Resolve(p.At, p.OEmbed); to != nil {
		// A site that does not answer leaves what the page says.
		if res, err := s.aside(ctx, p.At, to, answerBytes, isJSON); err == nil {
			f.Add(page.ReadEmbed(res.Body), p.At)
		}
	}
	if f.Picture == nil {
		return f, nil, nil
	}
	picture, err := s.take(ctx, p.At, f)
	if err != nil {
		f.Photo = false // there is nothing to see then
		s.Log.InfoContext(ctx, "a page's picture cannot be shown", "host", f.Picture.Host, "why", err)
	}
	return f, picture, ctx.Err()
}

// open reads a page.
func (s *Service) open(ctx context.Context, address string) (*page.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, pageWithin)
	defer cancel()
	res, err := s.get(ctx, address, pageBytes, "text/html, application/xhtml+xml", isHTML)
	if err != nil {
		return nil, err
	}
	return page.Read(res.Body, res.Header.Get("Content-Type"), res.URL)
}

func (s *Service) get(ctx context.Context, address string, limit int64, accept string, wanted func(string) bool) (*fetch.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	res, err := s.gate.Start(req, limit, wanted)
	switch {
	case err != nil:
		return nil, err
	case res.Status == http.StatusNotFound || res.Status == http.StatusGone:
		return nil, errGone
	case res.Status != http.StatusOK:
		return nil, fmt.Errorf("%w: %d", errStatus, res.Status)
	}
	return res, nil
}

// aside fetches what a page names. Another host is asked in its turn.
func (s *Service) aside(ctx context.Context, from, to *url.URL, limit int64, wanted func(string) bool) (*fetch.Response, error) {
	if to.Host != from.Host {
		turn, ok := s.pace.Turn(to.Host)
		wait := turn.Sub(s.pace.Now())
		if !ok || wait > asideWaits {
			return nil, errors.New("its server is busy with others")
		}
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	ctx, cancel := context.WithTimeout(ctx, asideWithin)
	defer cancel()
	return s.get(ctx, to.String(), limit, "*/*", wanted)
}

// take fetches a page's picture and keeps it small.
func (s *Service) take(ctx context.Context, at *url.URL, f *page.Found) (*media.Media, error) {
	res, err := s.aside(ctx, at, f.Picture, pictureBytes, isPicture)
	if err != nil {
		return nil, err
	}
	return s.media.TakeSmall(ctx, s.accounts.Server().ID, bytes.NewReader(res.Body), media.Upload{Description: f.Alt})
}

func isHTML(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return kind == "text/html" || kind == "application/xhtml+xml" || err != nil && strings.HasPrefix(contentType, "text/html")
}

func isJSON(contentType string) bool { return strings.Contains(contentType, "json") }

func isPicture(contentType string) bool {
	return strings.HasPrefix(contentType, "image/") || contentType == "application/octet-stream"
}
