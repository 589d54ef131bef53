package card

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/card/page"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/problem"
)

// verifyArgs is the job that looks whether the pages that a profile names link
// back to it.
type verifyArgs struct {
	Account id.ID `json:"account"`
}

// Kind names the job.
func (verifyArgs) Kind() string { return "card_verify" }

// OnLined has the pages visited that an account's lines name, at each save.
func (s *Service) OnLined(tx *db.Tx, e account.Lined) error {
	return s.jobs.Enqueue(tx, verifyArgs{e.ID}, jobs.Unique())
}

// verify marks the lines whose page has a link with rel="me" to the profile
// (microformats.org/wiki/rel-me). One whose page cannot be read stays as it was.
func (s *Service) verify(ctx context.Context, a verifyArgs) error {
	of, err := s.accounts.Get(ctx, a.Account)
	if problem.Is(err, problem.KindNotFound) || err == nil && (!of.Shown() || !of.Local()) {
		return nil
	}
	if err != nil {
		return err
	}
	links := map[string]bool{}
	for _, f := range of.Fields {
		to := s.provable(f.Value)
		if to == nil {
			continue
		}
		within, cancel := context.WithTimeout(ctx, visitWithin)
		p, err := s.openAside(within, to)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err() // the server stops: this was no try
		case err != nil:
			s.Log.InfoContext(ctx, "a page that a profile names could not be read", "host", to.Host, "why", err)
		case s.provable(p.At.String()) != nil:
			links[f.Value] = s.linksBack(p, of)
		}
	}
	if err := s.accounts.Verify(ctx, of, links); err != nil {
		return fmt.Errorf("mark the lines of a profile: %w", err)
	}
	return nil
}

// provable is the page that a line names, nil if it names none that could prove
// anything: what comes without TLS may come from anybody on the way.
func (s *Service) provable(value string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil || u.Host == s.host || u.Scheme != "https" && (u.Scheme != "http" || !s.Plain) {
		return nil
	}
	address, ok := page.AddressOf(u)
	if !ok {
		return nil
	}
	if u, err = url.Parse(address); err != nil {
		return nil
	}
	return u
}

// openAside is open of a page that is asked for in its host's turn.
func (s *Service) openAside(ctx context.Context, to *url.URL) (*page.Page, error) {
	res, err := s.aside(ctx, &url.URL{}, to, pageBytes, isHTML)
	if err != nil {
		return nil, err
	}
	return page.Read(res.Body, res.Header.Get("Content-Type"), res.URL)
}

// linksBack says whether a page says that it and the account's page here are the
// same person's.
func (s *Service) linksBack(p *page.Page, a *account.Account) bool {
	ours := s.URL + "/@" + a.Username
	if a.Kind == account.KindMovement {
		ours = s.URL + "/movements/" + a.Username
	}
	for _, link := range p.Me {
		if u := page.Resolve(p.At, link); u != nil {
			if to, ok := page.AddressOf(u); ok && strings.EqualFold(strings.TrimSuffix(to, "/"), ours) {
				return true
			}
		}
	}
	return false
}
