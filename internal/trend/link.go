package trend

import (
	"context"
	"fmt"
	"net/url"

	"goodturn/internal/account"
	"goodturn/internal/card"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

// Link is a page elsewhere that more people link to than usual.
type Link struct {
	Card *card.Card
	Days []post.TagDay // how it was used, today first
	Why  Why
	Ruling
}

// Publisher is a site that such pages are on.
type Publisher struct {
	Host string
	Ruling
}

// loadLinks reads the cards of what the last sweep found. A link of which no
// moderator decided is as its publisher is.
func (s *Service) loadLinks(ctx context.Context, rows []row) ([]Link, error) {
	subjects, ids := make([]string, len(rows)), make([]id.ID, len(rows))
	for n, r := range rows {
		i, err := id.Parse(r.subject)
		if err != nil {
			return nil, fmt.Errorf("read the links that move people: %w", err)
		}
		subjects[n], ids[n] = r.subject, i
	}
	cards, err := s.rooms.Cards.Many(s.d.Read(ctx), ids)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, c := range cards {
		hosts = append(hosts, hostOf(c))
	}
	decided, err := s.rooms.Safety.TrendRulings(ctx, safety.TrendLink, subjects)
	if err != nil {
		return nil, err
	}
	publishers, err := s.rooms.Safety.TrendRulings(ctx, safety.TrendPublisher, hosts)
	if err != nil {
		return nil, err
	}
	var links []Link
	for n, r := range rows {
		c := cards[ids[n]]
		if !c.Shown() {
			continue
		}
		l := Link{Card: c, Why: Why{People: r.people, Usual: r.normal(), Score: usage(r.people, r.normal()), kind: safety.TrendLink}}
		if l.Ruling = rulingOf(decided, r.subject); !l.Looked {
			l.Ruling = rulingOf(publishers, hostOf(c))
		}
		if l.Days, err = s.rooms.Posts.LinkDays(ctx, c.ID); err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	return links, nil
}

func rulingOf(allowed map[string]bool, subject string) Ruling {
	yes, looked := allowed[subject]
	return Ruling{Looked: looked, Refused: looked && !yes}
}

func hostOf(c *card.Card) string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Links are the pages elsewhere that more people linked to in the last day than
// usual, the farthest above it first; beyond the end none.
func (s *Service) Links(ctx context.Context, p Page) ([]Link, error) {
	f, err := s.lastFound(ctx)
	if err != nil {
		return nil, err
	}
	var links []Link
	for _, l := range f.links {
		if !l.Refused {
			links = append(links, l)
		}
	}
	return of(p, links), nil
}

// ReviewLinks are all links that were found, refused ones too; for moderators.
func (s *Service) ReviewLinks(ctx context.Context, v account.Viewer, p Page) ([]Link, error) {
	f, err := s.review(ctx, v)
	if err != nil {
		return nil, err
	}
	return of(p, f.links), nil
}

// ReviewLink is one link, whether or not it moves people now; for moderators.
// problem.NotFound where there is nothing to show of it.
func (s *Service) ReviewLink(ctx context.Context, v account.Viewer, i id.ID) (*Link, error) {
	f, err := s.review(ctx, v)
	if err != nil {
		return nil, err
	}
	for n := range f.links {
		if f.links[n].Card.ID == i {
			return &f.links[n], nil
		}
	}
	one, err := s.loadLinks(ctx, []row{{subject: i.String()}})
	if err != nil {
		return nil, err
	}
	if len(one) == 0 {
		return nil, problem.NotFound("link")
	}
	return &one[0], nil
}

// ReviewPublishers are the sites of all links that were found; for moderators.
func (s *Service) ReviewPublishers(ctx context.Context, v account.Viewer, p Page) ([]Publisher, error) {
	f, err := s.review(ctx, v)
	if err != nil {
		return nil, err
	}
	var hosts []string
	had := map[string]bool{}
	for _, l := range f.links {
		if h := hostOf(l.Card); !had[h] {
			had[h], hosts = true, append(hosts, h)
		}
	}
	hosts = of(p, hosts)
	decided, err := s.rooms.Safety.TrendRulings(ctx, safety.TrendPublisher, hosts)
	if err != nil {
		return nil, err
	}
	publishers := make([]Publisher, len(hosts))
	for n, h := range hosts {
		publishers[n] = Publisher{h, rulingOf(decided, h)}
	}
	return publishers, nil
}
